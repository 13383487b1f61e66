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
        cmocka_unit_test(checks_are_counted_by_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
