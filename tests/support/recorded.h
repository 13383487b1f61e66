/* A recording's file, checked by other code than the one that wrote it: whole blocks, their chk lines, the chain. */
#ifndef RECORDED_H
#define RECORDED_H

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "booktop/record/line.h"

struct recorded {
    struct text text;            /* all lines; owned */
    unsigned blocks;             /* frames, the header's included; of a plain file: chk lines and the header */
    unsigned records;            /* chk lines and the header not counted */
    bool ended;                  /* the last record is `end` */
    char hash[RECORD_HASH_SIZE]; /* the last h; of a file that has only its header: the header's */
    size_t index_at;             /* where skippable frames begin; 0: nowhere */
    unsigned char *bytes;        /* of the file; owned */
    size_t size;
};

static inline void recorded_free(struct recorded *recorded)
{
    free((char *)recorded->text.at);
    free(recorded->bytes);
}

static inline void recorded_load(struct recorded *recorded, const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    recorded->size = (size_t)ftell(file);
    rewind(file);
    recorded->bytes = malloc(recorded->size + 1);
    assert_non_null(recorded->bytes);
    assert_int_equal(fread(recorded->bytes, 1, recorded->size, file), recorded->size);
    fclose(file);
}

static inline bool recorded_is_skippable(const unsigned char *at)
{
    return (at[0] & 0xF0) == 0x50 && at[1] == 0x2A && at[2] == 0x4D && at[3] == 0x18;
}

/* Every frame on its own: whole, with its size and checksum stated. */
static inline void recorded_decompress(struct recorded *recorded)
{
    char *text = NULL;
    size_t length = 0;
    for (size_t at = 0; at < recorded->size;) {
        const unsigned char *frame = recorded->bytes + at;
        size_t stored = ZSTD_findFrameCompressedSize(frame, recorded->size - at);
        assert_false(ZSTD_isError(stored));
        if (recorded_is_skippable(frame)) {
            if (recorded->index_at == 0) recorded->index_at = at;
        } else {
            assert_int_equal(recorded->index_at, 0); /* no block behind the index */
            unsigned long long content = ZSTD_getFrameContentSize(frame, stored);
            assert_true(content < (64u << 20));
            assert_true(frame[4] & 4); /* RFC 8878, 3.1.1.1.1: there is a checksum */
            text = realloc(text, length + (size_t)content);
            assert_non_null(text);
            assert_int_equal(ZSTD_decompress(text + length, (size_t)content, frame, stored), content);
            length += (size_t)content;
            assert_int_equal(text[length - 1], '\n');
            recorded->blocks++;
        }
        at += stored;
    }
    recorded->text = (struct text){text, length};
}

static inline void recorded_hash(const char *before, struct text text, char hash[RECORD_HASH_SIZE])
{
    unsigned char digest[32], previous[32];
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    EVP_DigestInit_ex(state, EVP_sha256(), NULL);
    if (before) {
        for (unsigned i = 0; i < 32; i++) {
            unsigned byte;
            sscanf(before + 2 * i, "%2x", &byte);
            previous[i] = (unsigned char)byte;
        }
        EVP_DigestUpdate(state, previous, sizeof previous);
    }
    EVP_DigestUpdate(state, text.at, text.length);
    EVP_DigestFinal_ex(state, digest, NULL);
    EVP_MD_CTX_free(state);
    for (unsigned i = 0; i < 32; i++) snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

/* Checks the file; what is wrong fails the test. `see` (may be NULL) gets every record but chk. */
static inline struct recorded recorded_check(const char *path, void (*see)(void *context, const struct record *record),
                                             void *context)
{
    struct recorded recorded = {0};
    recorded_load(&recorded, path);
    if (strstr(path, ".zst")) {
        recorded_decompress(&recorded);
    } else {
        recorded.text = (struct text){(char *)recorded.bytes, recorded.size};
        recorded.bytes = NULL;
    }
    struct record_parser *parser = record_parser_create();
    struct record record;
    const char *why, *at = recorded.text.at, *end = at + recorded.text.length, *block = at;
    unsigned checks = 0, in_block = 0;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        assert_non_null(feed);
        struct text line = {at, (size_t)(feed - at)};
        if (!record_parse(parser, line, &record, &why)) fail_msg("%s: %s: %.*s", path, why, TEXT_ARGS(line));
        if (at == recorded.text.at) {
            assert_int_equal(record.kind, RECORD_HEADER);
            recorded_hash(NULL, (struct text){at, line.length + 1}, recorded.hash);
            block = feed + 1;
        } else if (record.kind == RECORD_CHECK) {
            struct text lines = {block, (size_t)(at - block)};
            recorded_hash(recorded.hash, lines, recorded.hash);
            assert_string_equal(record.hash, recorded.hash);
            assert_int_equal(record.bytes, lines.length);
            assert_int_equal(record.number, in_block);
            assert_true(in_block > 0);
            checks++;
            in_block = 0;
            block = feed + 1;
        } else {
            if (record.kind == RECORD_END) {
                assert_int_equal(record.number, recorded.records);
                assert_string_equal(record.hash, recorded.hash);
            }
            recorded.ended = record.kind == RECORD_END;
            recorded.records++;
            in_block++;
        }
        if (see && record.kind != RECORD_CHECK) see(context, &record);
        at = feed + 1;
    }
    assert_int_equal(in_block, 0);
    if (recorded.bytes)
        assert_int_equal(recorded.blocks, checks + 1);
    else
        recorded.blocks = checks + 1;
    record_parser_destroy(parser);
    return recorded;
}

#endif
