/* How many blocks a repair says are lost: exactly, where that can be known, else that there may be more. */
#include "recordings.h"

struct damaged {
    struct image image;
    struct pieces *pieces;
    bool compressed;
};

static struct damaged damaged_make(bool compressed, bool unclosed)
{
    const struct plan plan = {.compressed = compressed,
                              .records = 400,
                              .payload = 120,
                              .block_bytes = 4096,
                              .round = 50,
                              .unclosed = unclosed};
    struct damaged damaged = {.image = make_image(&plan), .compressed = compressed};
    damaged.pieces = split(&damaged.image, compressed);
    assert_true(damaged.pieces->count > 10);
    return damaged;
}

static void damaged_free(struct damaged *damaged)
{
    pieces_free(damaged->pieces);
    free(damaged->image.bytes);
}

/* Of block `number` a byte in its middle. */
static void spoil(struct damaged *damaged, size_t number)
{
    const struct piece *piece = &damaged->pieces->at[number];
    damaged->image.bytes[piece->offset + piece->length / 2] ^= 1;
}

static void remove_block(struct damaged *damaged, size_t number)
{
    const struct piece *piece = &damaged->pieces->at[number];
    struct image *image = &damaged->image;
    size_t behind = piece->offset + piece->length;
    memmove(image->bytes + piece->offset, image->bytes + behind, image->length - behind);
    image->length -= piece->length;
}

static void expect_lost(struct damaged *damaged, uint64_t blocks, bool more)
{
    char repaired[100], error[REASON] = "";
    struct recording_saved saved;
    struct nameless file = nameless_open();
    nameless_set(&file, damaged->image.bytes, damaged->image.length);
    temporary_path(repaired, sizeof repaired, ".obr.zst");
    if (!recording_repair(file.path, repaired, &saved, NULL, NULL, NULL, error, sizeof error)) fail_msg("%s", error);
    assert_int_equal(saved.lost_blocks, blocks);
    assert_int_equal(saved.lost_more, more);
    unlink(repaired);
    close(file.file);
    damaged_free(damaged);
}

static void nothing_is_lost(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, false);
        expect_lost(&damaged, 0, false);
    }
}

static void one_and_another(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, false);
        spoil(&damaged, 4);
        expect_lost(&damaged, 1, false);
        damaged = damaged_make(compressed, false);
        spoil(&damaged, 3);
        spoil(&damaged, 7);
        spoil(&damaged, 8);
        expect_lost(&damaged, 3, false);
    }
}

/* The index knows how many there were; of a plain file the borders are gone with them. */
static void a_stretch(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, false);
        size_t from = damaged.pieces->at[3].offset + 7;
        memset(damaged.image.bytes + from, 0, damaged.pieces->at[6].offset - from);
        expect_lost(&damaged, compressed ? 3 : 1, !compressed);
    }
}

static void the_last_ones(void **state)
{
    (void)state;
    struct damaged damaged = damaged_make(true, false);
    uint64_t lost = 3;
    size_t from = damaged.pieces->at[damaged.pieces->count - lost].offset + 7;
    memset(damaged.image.bytes + from, 0, damaged.pieces->behind - from);
    expect_lost(&damaged, lost, false);
}

static void torn(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, false);
        damaged.image.length = damaged.pieces->at[6].offset + damaged.pieces->at[6].length / 2;
        expect_lost(&damaged, 1, true);
    }
}

/* Without an index nobody knows what stood between two frames. */
static void amid_what_was_not_closed(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, true);
        spoil(&damaged, 4);
        expect_lost(&damaged, 1, true);
    }
}

/* Of one that was cut out nothing is left; in a plain file the one behind it cannot be proved then, either. */
static void one_cut_out(void **state)
{
    (void)state;
    for (int compressed = 0; compressed < 2; compressed++) {
        struct damaged damaged = damaged_make(compressed, false);
        remove_block(&damaged, 5);
        expect_lost(&damaged, compressed ? 0 : 1, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(one_and_another),
        cmocka_unit_test(a_stretch),
        cmocka_unit_test(the_last_ones),
        cmocka_unit_test(torn),
        cmocka_unit_test(amid_what_was_not_closed),
        cmocka_unit_test(one_cut_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
