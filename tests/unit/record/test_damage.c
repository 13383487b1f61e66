/* Recordings that are damaged: cut anywhere, any bit flipped, blocks removed, put in, moved. Damage is always found and
 * named with its block and times, what is whole is read, and nothing else is.
 *
 * By itself each test tries a part of all cuts and flips; with BOOKTOP_ALL=1 in the environment all of them. */
#include "damaged.h"

/* Cuts and flips that are tried of a recording, where not all are. */
#define TRIES 80

static size_t stride(size_t count, size_t tries)
{
    if (getenv("BOOKTOP_ALL")) return 1;
    return count / tries | 1;
}

/* === Cuts === */

static void try_cut(struct subject *subject, size_t length)
{
    struct pieces *pieces = subject->pieces;
    size_t whole = piece_at(pieces, length);
    nameless_set(&subject->file, subject->image.bytes, length);
    struct verdict verdict = verify(subject->file.path);
    assert_int_equal(verdict.count, 1);
    struct recording_fault *fault = &verdict.faults[0];
    assert_int_equal(fault->damage, whole == pieces->count ? DAMAGE_END : DAMAGE_TORN);
    assert_int_equal(fault->block, whole);
    assert_int_equal(fault->from, whole > 0 ? pieces->at[whole - 1].last : -1);
    assert_int_equal(fault->to, -1);
    assert_int_equal(fault->offset, whole < pieces->count ? pieces->at[whole].offset : pieces->behind);

    assert_int_equal(read_pieces(subject), 1);
    for (size_t i = 0; i < pieces->count; i++) assert_int_equal(subject->given[i], i < whole);
}

static void cut(bool compressed)
{
    struct subject subject;
    setup(&subject, compressed);
    size_t length = subject.image.length, step = stride(length, TRIES);
    for (size_t at = 0; at < length; at += step) try_cut(&subject, at);
    for (size_t i = 0; i < subject.pieces->count; i++) { /* at the borders, always */
        size_t border = subject.pieces->at[i].offset;
        for (size_t at = border > 0 ? border - 1 : 0; at < border + 6 && at < length; at++) try_cut(&subject, at);
    }
    try_cut(&subject, length - 1);
    teardown(&subject);
}

static void test_cut_plain(void **state)
{
    (void)state;
    cut(false);
}

static void test_cut_compressed(void **state)
{
    (void)state;
    cut(true);
}

/* === Flips === */

/* True if a flip in piece `damaged` may make piece `other` unreadable too: the header of a plain file and a block's
 * very last byte are proved with the block behind. */
static bool may_go_too(const struct subject *subject, size_t at, size_t damaged, size_t other)
{
    if (subject->compressed) return false;
    const struct piece *piece = &subject->pieces->at[damaged];
    return other == damaged + 1 && (damaged == 0 || at + 1 == piece->offset + piece->length);
}

static bool same_content(const struct subject *subject, const struct piece *piece)
{
    static char content[1 << 20];
    size_t length = ZSTD_findFrameCompressedSize(subject->work + piece->offset, piece->length);
    if (ZSTD_isError(length) || length != piece->length) return false;
    size_t size = ZSTD_decompress(content, sizeof content, subject->work + piece->offset, length);
    return !ZSTD_isError(size) && size >= piece->size && memcmp(content, piece->lines, piece->size) == 0;
}

static void try_flip(struct subject *subject, size_t at, unsigned bit)
{
    struct pieces *pieces = subject->pieces;
    size_t damaged = piece_at(pieces, at);
    subject->work[at] = (char)(subject->work[at] ^ 1 << bit);
    nameless_set(&subject->file, subject->work, subject->image.length);

    struct verdict verdict = verify(subject->file.path);
    assert_true(verdict.count >= 1);
    const struct recording_fault *fault = &verdict.faults[0];
    if (damaged < pieces->count) {
        assert_true(fault->block == damaged || may_go_too(subject, at, damaged, fault->block));
        assert_true(fault->from <= pieces->at[fault->block].first);
        assert_true(fault->to == -1 || fault->to >= pieces->at[fault->block].last);
    }

    unsigned faults = read_pieces(subject);
    bool harmless = subject->compressed && (damaged == pieces->count || same_content(subject, &pieces->at[damaged]));
    if (!harmless) assert_true(faults >= 1);
    for (size_t i = 0; i < pieces->count; i++)
        if (i != damaged && !subject->given[i] && !may_go_too(subject, at, damaged, i))
            fail_msg("byte %zu, bit %u: block %zu was not read", at, bit, i);
    bool kept = damaged < pieces->count && subject->given[damaged];
    /* The header of a plain file is read, if it is one: what is wrong shows in the block behind it. */
    if (kept && !harmless && !(damaged == 0 && !subject->compressed)) fail_msg("byte %zu, bit %u was read", at, bit);
    subject->work[at] = (char)(subject->work[at] ^ 1 << bit);
}

static void flip(bool compressed)
{
    struct subject subject;
    setup(&subject, compressed);
    restore(&subject);
    size_t bits = subject.image.length * 8, step = stride(bits, TRIES);
    for (size_t at = 0; at < bits; at += step) try_flip(&subject, at / 8, at % 8);
    /* The first frames' headers and the begins and ends of blocks, in every bit of some. */
    for (size_t i = 0; i < subject.pieces->count && i < 2; i++)
        for (size_t at = 0; at < 6; at++)
            for (unsigned bit = 0; bit < 8; bit++) {
                try_flip(&subject, subject.pieces->at[i].offset + at, bit);
                try_flip(&subject, subject.pieces->at[i + 1].offset - 1 - at, bit);
            }
    /* What ends a block of a plain file: the last line feed before its chk, and all of that. */
    for (size_t at = subject.pieces->at[1].size - 1; !compressed && at < subject.pieces->at[1].length; at++)
        try_flip(&subject, subject.pieces->at[1].offset + at, at % 8);
    teardown(&subject);
}

static void test_flip_plain(void **state)
{
    (void)state;
    flip(false);
}

static void test_flip_compressed(void **state)
{
    (void)state;
    flip(true);
}

/* === Blocks === */

/* Makes the file of these pieces, in this order, and what stands behind them. */
static void arrange(struct subject *subject, const size_t *order, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const struct piece *piece = &subject->pieces->at[order[i]];
        memcpy(subject->work + length, subject->image.bytes + piece->offset, piece->length);
        length += piece->length;
    }
    size_t tail = subject->image.length - subject->pieces->behind;
    memcpy(subject->work + length, subject->image.bytes + subject->pieces->behind, tail);
    nameless_set(&subject->file, subject->work, length + tail);
}

static size_t in_order(size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) order[i] = i;
    return count;
}

static void rearrange(bool compressed)
{
    struct subject subject;
    size_t order[PIECES_MOST], count;
    setup(&subject, compressed);
    enum recording_damage wanted = compressed ? DAMAGE_CHAIN : DAMAGE_BLOCK;
    size_t all = subject.pieces->count;

    in_order(order, all); /* removed */
    memmove(&order[5], &order[6], (all - 6) * sizeof *order);
    arrange(&subject, order, all - 1);
    struct verdict verdict = verify(subject.file.path);
    assert_true(verdict.count >= 1);
    assert_int_equal(verdict.faults[0].damage, wanted);
    assert_int_equal(verdict.faults[0].block, 5);
    assert_int_equal(verdict.faults[0].from, subject.pieces->at[4].last);
    assert_true(read_pieces(&subject) >= 1);
    assert_int_equal(subject.given[6], compressed); /* a plain file's block is proved by the one before alone */
    assert_true(subject.given[7] && !subject.given[5] && subject.given[all - 1]);

    in_order(order, all); /* two have changed places */
    order[4] = 5;
    order[5] = 4;
    arrange(&subject, order, all);
    verdict = verify(subject.file.path);
    assert_true(verdict.count >= 1);
    assert_int_equal(verdict.faults[0].damage, wanted);
    assert_int_equal(verdict.faults[0].block, 4);

    count = in_order(order, all); /* one comes twice */
    memmove(&order[6], &order[5], (all - 5) * sizeof *order);
    arrange(&subject, order, count + 1);
    verdict = verify(subject.file.path);
    assert_true(verdict.count >= 1);
    assert_int_equal(verdict.faults[0].damage, wanted);
    assert_int_equal(verdict.faults[0].block, 6);

    in_order(order, all); /* without its header */
    memmove(&order[0], &order[1], (all - 1) * sizeof *order);
    arrange(&subject, order, all - 1);
    verdict = verify(subject.file.path);
    assert_true(verdict.count >= 1);
    assert_int_equal(verdict.faults[0].damage, DAMAGE_HEADER);
    assert_int_equal(verdict.faults[0].block, 0);
    assert_true(read_pieces(&subject) >= 1);
    for (size_t i = 4; i < all; i++) assert_true(subject.given[i]);
    teardown(&subject);
}

static void test_blocks_moved(void **state)
{
    (void)state;
    rearrange(false);
    rearrange(true);
}

/* A stretch of a few blocks is overwritten: what is behind it is read on. */
static void test_a_hole(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++)
        for (int filling = 0; filling < 3; filling++) {
            struct subject subject;
            setup(&subject, compressed);
            restore(&subject);
            const struct piece *from = &subject.pieces->at[3], *to = &subject.pieces->at[8];
            static const char fillings[] = {0, '\n', '\x28'};
            memset(subject.work + from->offset + 100, fillings[filling], to->offset - from->offset);
            nameless_set(&subject.file, subject.work, subject.image.length);
            struct verdict verdict = verify(subject.file.path);
            assert_int_equal(verdict.count, 1);
            assert_int_equal(verdict.faults[0].damage, DAMAGE_BLOCK);
            assert_int_equal(verdict.faults[0].block, 3);
            assert_int_equal(verdict.faults[0].from, subject.pieces->at[2].last);
            size_t behind = compressed ? 9 : 10; /* of a plain file's 8 no chk of the block before is left to prove 9 */
            assert_int_equal(read_pieces(&subject), 1);
            for (size_t i = 0; i < subject.pieces->count; i++)
                if (subject.given[i] != (i < 3 || i >= behind) && i != 9) fail_msg("block %zu", i);
            teardown(&subject);
        }
}

/* Bytes of no block between two blocks, some and more than any block has: all blocks are read. */
static void test_bytes_put_in(void **state)
{
    (void)state;
    const size_t counts[] = {1, 5000, (size_t)RECORDING_FRAME_MOST + 5};
    for (int compressed = 0; compressed < 2; compressed++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            struct subject subject;
            setup(&subject, compressed);
            size_t at = subject.pieces->at[3].offset, rest = subject.image.length - at;
            nameless_set(&subject.file, subject.image.bytes, at);
            off_t behind = (off_t)(at + counts[i]);
            assert_int_equal(pwrite(subject.file.file, subject.image.bytes + at, rest, behind), (ssize_t)rest);
            struct verdict verdict = verify(subject.file.path);
            assert_true(verdict.count >= 1);
            assert_int_equal(verdict.faults[0].damage, DAMAGE_BLOCK);
            assert_int_equal(verdict.faults[0].block, 3);
            assert_int_equal(verdict.faults[0].offset, at);
            assert_int_equal(verdict.faults[0].from, subject.pieces->at[2].last);
            assert_int_equal(verdict.faults[0].to, subject.pieces->at[3].first);
            assert_int_equal(read_pieces(&subject), 1);
            for (size_t j = 0; j < subject.pieces->count; j++) assert_true(subject.given[j]);
            teardown(&subject);
        }
}

static void test_behind_the_end(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct subject subject;
        setup(&subject, compressed);
        size_t length = subject.image.length;
        restore(&subject);
        memcpy(subject.work + length, subject.image.bytes, length); /* the whole file again */
        nameless_set(&subject.file, subject.work, 2 * length);
        struct verdict verdict = verify(subject.file.path);
        assert_int_equal(verdict.count, 1);
        assert_int_equal(verdict.faults[0].damage, DAMAGE_END);
        assert_int_equal(verdict.faults[0].offset, subject.pieces->behind);
        assert_int_equal(read_pieces(&subject), 1);
        nameless_set(&subject.file, subject.work, length);
        assert_int_equal(verify(subject.file.path).count, 0);
        teardown(&subject);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_plain),    cmocka_unit_test(test_cut_compressed),
        cmocka_unit_test(test_flip_plain),   cmocka_unit_test(test_flip_compressed),
        cmocka_unit_test(test_blocks_moved), cmocka_unit_test(test_a_hole),
        cmocka_unit_test(test_bytes_put_in), cmocka_unit_test(test_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
