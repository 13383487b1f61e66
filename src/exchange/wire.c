#include "wire.h"

#include <stdlib.h>
#include <string.h>

#define FINAL      0x80u
#define COMPRESSED 0x40u /* RSV1 */
#define CONTINUED  0x0u
#define TEXT_FRAME 0x1u
#define PING       0x9u

#define HEAD_MOST   ((size_t)10)
#define LENGTH_16   126
#define LENGTH_64   127
#define PING_WORDS  "between"
#define FRAMES_MOST 4 /* of one call */

/* Bytes on their way to a peer. */
struct wire {
    unsigned char *bytes; /* owned */
    size_t length;
};

static bool wire_begin(struct wire *wire, size_t payload)
{
    *wire = (struct wire){malloc(payload + FRAMES_MOST * HEAD_MOST), 0};
    return wire->bytes != NULL;
}

static bool wire_send(struct wire *wire, struct server_peer *peer, size_t piece)
{
    bool sent = server_send_raw(peer, (struct text){(const char *)wire->bytes, wire->length}, piece);
    free(wire->bytes);
    return sent;
}

static void byte_put(struct wire *wire, unsigned byte)
{
    wire->bytes[wire->length++] = (unsigned char)byte;
}

/* A length in network byte order. */
static void length_put(struct wire *wire, uint64_t length, unsigned bytes)
{
    while (bytes-- > 0) byte_put(wire, (unsigned)(length >> (8 * bytes)) & 0xffu);
}

static void head_put(struct wire *wire, unsigned first, size_t length)
{
    byte_put(wire, first);
    if (length < LENGTH_16) {
        byte_put(wire, (unsigned)length);
    } else if (length <= UINT16_MAX) {
        byte_put(wire, LENGTH_16);
        length_put(wire, length, 2);
    } else {
        byte_put(wire, LENGTH_64);
        length_put(wire, length, 8);
    }
}

static void frame_put(struct wire *wire, unsigned first, struct text payload)
{
    head_put(wire, first, payload.length);
    if (payload.length > 0) memcpy(wire->bytes + wire->length, payload.at, payload.length);
    wire->length += payload.length;
}

/* === Deflate (RFC 1951), as far as a row of one byte needs it === */

#define RUN_LENGTH 258 /* the longest that a match can copy */

/* Bits are filled into bytes from the lowest up. */
struct bits {
    unsigned char *at;
    unsigned used; /* of the byte at hand */
};

static void bits_put(struct bits *bits, unsigned value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (bits->used == 0) *bits->at = 0;
        *bits->at |= (unsigned char)((value >> i & 1u) << bits->used);
        bits->used = (bits->used + 1) % 8;
        if (bits->used == 0) bits->at++;
    }
}

/* Huffman codes come highest bit first. */
static void code_put(struct bits *bits, unsigned code, unsigned count)
{
    while (count-- > 0) bits_put(bits, code >> count & 1u, 1);
}

/* One block with the fixed codes: a zero byte, then copies of it, 258 at a time. The empty stored block at its end is
 * without its last four bytes, as RFC 7692 section 7.2.1 has it. Returns the length. */
static size_t zeros_deflate(unsigned char *out, size_t count)
{
    struct bits bits = {out, 0};
    bits_put(&bits, 0, 1);    /* not the last block */
    bits_put(&bits, 1, 2);    /* fixed codes */
    code_put(&bits, 0x30, 8); /* the byte 0 */
    for (size_t made = 1; made < count; made += RUN_LENGTH) {
        code_put(&bits, 0xc5, 8); /* length 258 */
        code_put(&bits, 0, 5);    /* distance 1 */
    }
    code_put(&bits, 0, 7); /* end of block */
    bits_put(&bits, 0, 3); /* a stored block, not the last either */
    return (size_t)(bits.at - out) + (bits.used > 0 ? 1 : 0);
}

/* === Frames === */

bool wire_send_dribble(struct server_peer *peer, struct text message)
{
    struct wire wire;
    if (!wire_begin(&wire, message.length)) return false;
    frame_put(&wire, FINAL | TEXT_FRAME, message);
    return wire_send(&wire, peer, 1);
}

bool wire_send_fragments(struct server_peer *peer, struct text message)
{
    struct wire wire;
    struct text first = {message.at, message.length / 2};
    struct text second = {message.at + first.length, message.length - first.length};
    if (!wire_begin(&wire, message.length + sizeof PING_WORDS)) return false;
    frame_put(&wire, TEXT_FRAME, first);
    frame_put(&wire, FINAL | PING, TEXT(PING_WORDS));
    frame_put(&wire, CONTINUED, second);
    frame_put(&wire, FINAL | CONTINUED, (struct text){0});
    return wire_send(&wire, peer, 0);
}

bool wire_send_frame(struct server_peer *peer, unsigned operation, struct text payload)
{
    struct wire wire;
    if (!wire_begin(&wire, payload.length)) return false;
    frame_put(&wire, FINAL | operation, payload);
    return wire_send(&wire, peer, 0);
}

bool wire_send_bomb(struct server_peer *peer)
{
    struct wire wire;
    size_t most = WIRE_BOMB_SIZE / RUN_LENGTH * 2 + 16; /* 13 bits a run */
    unsigned char *packed = malloc(most);
    bool made = packed != NULL && wire_begin(&wire, most);
    if (made) {
        struct text payload = {(const char *)packed, zeros_deflate(packed, WIRE_BOMB_SIZE)};
        frame_put(&wire, FINAL | COMPRESSED | TEXT_FRAME, payload);
        made = wire_send(&wire, peer, 0);
    }
    free(packed);
    return made;
}
