#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/market/proof.h"

static void states_have_words(void **state)
{
    (void)state;
    assert_string_equal(proof_state_text(PROOF_SYNCING), "syncing");
    assert_string_equal(proof_state_text(PROOF_VERIFIED), "verified");
    for (int n = 0; n < PROOF_STATE_COUNT; n++) {
        assert_non_null(proof_state_text((enum proof_state)n));
        for (int other = 0; other < n; other++)
            assert_string_not_equal(proof_state_text((enum proof_state)n), proof_state_text((enum proof_state)other));
    }
    assert_string_equal(proof_state_text(PROOF_STATE_COUNT), "unknown");
}

static void the_last_notes_are_kept(void **state)
{
    (void)state;
    struct proof proof = {0};
    assert_null(proof_noted(&proof, 0));
    for (uint32_t made = 1; made <= 4 * PROOF_NOTES; made++) {
        proof_note(&proof, (enum proof_happening)(made % HAPPENED_COUNT), made, (struct stamp){made, -(int64_t)made});
        assert_int_equal(proof.note_count, made);
        uint32_t held = made < PROOF_NOTES ? made : PROOF_NOTES;
        for (uint32_t n = 0; n < held; n++) {
            const struct proof_note *note = proof_noted(&proof, n);
            assert_non_null(note);
            assert_int_equal(note->number, made - n);
            assert_int_equal(note->what, (made - n) % HAPPENED_COUNT);
            assert_true(note->stamp.mono == made - n && note->stamp.wall == -(int64_t)(made - n));
        }
        assert_null(proof_noted(&proof, held));
        assert_null(proof_noted(&proof, UINT32_MAX));
    }
}

static void note(struct proof *proof, enum proof_happening what, uint32_t number)
{
    proof_note(proof, what, number, (struct stamp){number, number});
}

static void assert_note(const struct proof *proof, uint32_t n, enum proof_happening what, uint32_t number)
{
    const struct proof_note *noted = proof_noted(proof, n);
    assert_non_null(noted);
    assert_int_equal(noted->what, what);
    assert_int_equal(noted->number, number);
}

static void what_comes_in_rows_is_one_note(void **state)
{
    static const enum proof_happening rows[] = {HAPPENED_FAILURE, HAPPENED_CROSSED, HAPPENED_REFUSAL};
    (void)state;
    for (unsigned what = 0; what < HAPPENED_COUNT; what++) {
        struct proof proof = {0};
        bool row = false;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) row |= rows[i] == what;
        for (uint32_t n = 1; n <= 3; n++) note(&proof, what, n);
        assert_note(&proof, 0, what, 3);
        assert_true(proof_noted(&proof, 0)->stamp.mono == 3);
        assert_int_equal(proof.note_count, row ? 1 : 3);
    }
}

static void rows_of_different_kinds_are_notes_of_their_own(void **state)
{
    (void)state;
    struct proof proof = {0};
    note(&proof, HAPPENED_FAILURE, 1);
    note(&proof, HAPPENED_CROSSED, 1);
    note(&proof, HAPPENED_REFUSAL, 1);
    note(&proof, HAPPENED_FAILURE, 2);
    assert_int_equal(proof.note_count, 4);
}

static void a_recovery_takes_the_place_of_the_failures_it_follows(void **state)
{
    (void)state;
    struct proof proof = {0};
    note(&proof, HAPPENED_RECOVERY, 1); /* of none */
    note(&proof, HAPPENED_FAILURE, 2);
    note(&proof, HAPPENED_RECOVERY, 2);
    assert_int_equal(proof.note_count, 2);
    assert_note(&proof, 0, HAPPENED_RECOVERY, 2);
    assert_note(&proof, 1, HAPPENED_RECOVERY, 1); /* nor of one that came before */
    static const enum proof_happening others[] = {HAPPENED_CROSSED, HAPPENED_REFUSAL, HAPPENED_RESYNC};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        note(&proof, others[i], 1);
        note(&proof, HAPPENED_RECOVERY, 3);
        assert_note(&proof, 1, others[i], 1);
    }
}

/* The place to spare: what stood behind the note that is taken back is all there. */
static void a_full_ring_is_full_after_a_note_was_taken_back(void **state)
{
    (void)state;
    for (uint32_t before = PROOF_NOTES; before <= 3 * PROOF_NOTES; before++) {
        struct proof proof = {.failed = 1};
        for (uint32_t n = 1; n <= before; n++) note(&proof, HAPPENED_RESYNC, n);
        note(&proof, HAPPENED_FAILURE, 1);
        assert_note(&proof, PROOF_NOTES - 1, HAPPENED_RESYNC, before - PROOF_NOTES + 2);
        proof_take_back(&proof, VERDICT_FAILED);
        assert_int_equal(proof.failed, 0);
        assert_int_equal(proof.note_count, before);
        for (uint32_t n = 0; n < PROOF_NOTES; n++) assert_note(&proof, n, HAPPENED_RESYNC, before - n);
        assert_null(proof_noted(&proof, PROOF_NOTES));
    }
}

static void the_last_of_a_row_is_taken_back(void **state)
{
    (void)state;
    struct proof proof = {.failed = 2};
    note(&proof, HAPPENED_CROSSED, 1);
    note(&proof, HAPPENED_CROSSED, 2);
    proof_take_back(&proof, VERDICT_FAILED);
    assert_note(&proof, 0, HAPPENED_CROSSED, 1);
    assert_int_equal(proof.note_count, 1);
    proof_take_back(&proof, VERDICT_FAILED);
    assert_int_equal(proof.note_count, 0);
    assert_int_equal(proof.failed, 0);
    assert_null(proof_noted(&proof, 0));
}

static void only_the_note_of_that_verdict_is_taken_back(void **state)
{
    (void)state;
    static const struct {
        enum proof_verdict verdict;
        enum proof_happening newest;
        bool taken;
    } cases[] = {
        {VERDICT_FAILED, HAPPENED_FAILURE, true},        {VERDICT_FAILED, HAPPENED_CROSSED, true},
        {VERDICT_FAILED, HAPPENED_REFUSAL, false},       {VERDICT_FAILED, HAPPENED_RESYNC, false},
        {VERDICT_UNVERIFIABLE, HAPPENED_CROSSED, true},  {VERDICT_UNVERIFIABLE, HAPPENED_FAILURE, false},
        {VERDICT_UNVERIFIABLE, HAPPENED_REFUSAL, false}, {VERDICT_VERIFIED, HAPPENED_FAILURE, false},
        {VERDICT_NONE, HAPPENED_CROSSED, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct proof proof = {.state = PROOF_SUSPECT, .verified = 5, .failed = 5, .unverifiable = 5};
        proof.last.verdict = cases[i].verdict;
        proof_take_back(&proof, cases[i].verdict); /* with no note at all */
        note(&proof, cases[i].newest, 1);
        proof_take_back(&proof, cases[i].verdict);
        assert_int_equal(proof.note_count, cases[i].taken ? 0 : 1);
        assert_int_equal(proof.verified, 5); /* what is proved is whole */
        assert_int_equal(proof.failed, cases[i].verdict == VERDICT_FAILED ? 3 : 5);
        assert_int_equal(proof.unverifiable, cases[i].verdict == VERDICT_UNVERIFIABLE ? 3 : 5);
        assert_int_equal(proof.state, PROOF_SUSPECT);
        assert_int_equal(proof.last.verdict, cases[i].verdict);
    }
}

static void assert_counts(const struct proof *proof, uint64_t verified, uint64_t searched, uint64_t failed,
                          uint64_t unverifiable)
{
    assert_int_equal(proof->verified, verified);
    assert_int_equal(proof->searched, searched);
    assert_int_equal(proof->failed, failed);
    assert_int_equal(proof->unverifiable, unverifiable);
}

static void checks_are_counted_by_verdict(void **state)
{
    (void)state;
    struct proof proof = {.state = PROOF_LIVE, .why = "kept"};
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_VERIFIED, .recipe = "C", .venue_ms = 7});
    assert_counts(&proof, 1, 0, 0, 0);
    assert_string_equal(proof.last.recipe, "C");
    assert_int_equal(proof.last.venue_ms, 7);
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_VERIFIED, .searched = true});
    assert_counts(&proof, 2, 1, 0, 0);
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_FAILED, .searched = true, .why = "differs"});
    assert_counts(&proof, 2, 1, 1, 0);
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_UNVERIFIABLE, .why = "no hash"});
    assert_counts(&proof, 2, 1, 1, 1);
    assert_string_equal(proof.last.why, "no hash");
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_NONE});
    proof_count(&proof, &(struct proof_check){.verdict = VERDICT_COUNT});
    assert_counts(&proof, 2, 1, 1, 1);
    assert_int_equal(proof.last.verdict, VERDICT_UNVERIFIABLE); /* what is no check is not the last one */
    assert_int_equal(proof.state, PROOF_LIVE);
    assert_string_equal(proof.why, "kept");
    assert_int_equal(proof.note_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_have_words),
        cmocka_unit_test(the_last_notes_are_kept),
        cmocka_unit_test(what_comes_in_rows_is_one_note),
        cmocka_unit_test(rows_of_different_kinds_are_notes_of_their_own),
        cmocka_unit_test(a_recovery_takes_the_place_of_the_failures_it_follows),
        cmocka_unit_test(a_full_ring_is_full_after_a_note_was_taken_back),
        cmocka_unit_test(the_last_of_a_row_is_taken_back),
        cmocka_unit_test(only_the_note_of_that_verdict_is_taken_back),
        cmocka_unit_test(checks_are_counted_by_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
