#include "listener.h"

#include <stdlib.h>

#define ERROR_OVERFLOW 25

struct listener *listener_create(const struct board *board, struct listener_sink sink)
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener != NULL) *listener = (struct listener){.board = board, .sink = sink};
    return listener;
}

void listener_destroy(struct listener *listener)
{
    if (listener == NULL) return;
    for (unsigned i = 0; i < FRAME_CHANNELS; i++) listener_forget(&listener->channels[i]);
    json_writer_free(&listener->writer);
    free(listener);
}

void listener_forget(struct subscription_state *state)
{
    free(state->entries);
    free(state->has);
    *state = (struct subscription_state){0};
}

uint64_t listener_sent(const struct listener *listener)
{
    return listener->sent;
}

bool listener_failed(const struct listener *listener)
{
    return listener->failed;
}

/* === Sending === */

static void frame_send(struct listener *listener)
{
    struct text frame = json_writer_text(&listener->writer);
    if (listener->failed) return;
    listener->failed = frame.length == 0 || !listener->sink.send(listener->sink.context, frame);
    listener->sent++;
}

void listener_flush(struct listener *listener)
{
    frame_send(listener);
    json_writer_reset(&listener->writer);
}

struct frame_label listener_label(struct listener *listener, struct subscription_state *state, int64_t id,
                                  int64_t now_ms)
{
    int64_t sending = listener->board->sending_ms;
    return (struct frame_label){id, state->sid, ++state->seq, now_ms > sending ? now_ms : sending};
}

/* === News === */

static const enum frame_channel channel_of[BOARD_KINDS] = {
    [BOARD_LEVEL] = FRAME_BOOKS,    [BOARD_TRADE] = FRAME_TRADES,    [BOARD_TICKER] = FRAME_TICKER,
    [BOARD_LIFE] = FRAME_LIFECYCLE, [BOARD_EVENT] = FRAME_LIFECYCLE,
};

bool listener_wants(const struct listener *listener, const struct board_news *news)
{
    const struct subscription_state *state = &listener->channels[channel_of[news->kind]];
    return state->sid > 0 && !listener->failed && (state->all || state->has[news->market] != 0);
}

void listener_tell(struct listener *listener, const struct board_news *news, enum listener_manner manner)
{
    struct subscription_state *state = &listener->channels[channel_of[news->kind]];
    struct frame_label label = {.sid = state->sid, .sending_ms = news->sending_ms};
    if (news->kind != BOARD_TICKER) label.seq = ++state->seq;
    if (manner == LISTENER_SKIP) return;
    frame_write_news(&listener->writer, &label, listener->board, news, state->yes_price);
    if (manner == LISTENER_AGAIN) frame_send(listener);
    listener_flush(listener);
}

bool listener_overflow(struct listener *listener, int64_t now_ms)
{
    struct subscription_state *state = &listener->channels[FRAME_BOOKS];
    if (state->sid == 0 || listener->failed) return false;
    struct frame_label label = listener_label(listener, state, 0, now_ms);
    frame_write_error(&listener->writer, &label, ERROR_OVERFLOW);
    listener_flush(listener);
    listener_forget(state);
    return true;
}
