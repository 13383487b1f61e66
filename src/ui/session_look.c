/* How a recording goes: the one that is made, and the one that is watched. */
#include <stdio.h>
#include <string.h>

#include "session_inside.h"
#include "state_words.h"

/* A mark that is made meanwhile comes so much behind the place at most: as long as its note was typed. */
#define MADE_LATELY (10 * NANOSECONDS_PER_SECOND)
/* In a low window marks are told no more often than that, of the machine's time: they take the place of the bar. */
#define LOW_REST (10 * NANOSECONDS_PER_SECOND)

/* Beginnings and ends are told, whoever asked for them. */
static void tell_taping(struct scene *scene, enum taping_state before)
{
    const struct recorder_status *recorder = &scene->taping.recorder;
    char words[NOTICE_SIZE], bytes[FIGURE_SIZE];
    if (scene->taping.state == before) return;
    scene->failure_read = false;
    if (scene->taping.state == TAPING_ON) scene_notice_file(scene, ROLE_TEXT, "recording to", recorder->path);
    if (scene->taping.state == TAPING_FAILED && before == TAPING_ON) scene->notice[0] = '\0'; /* it is no more */
    if (scene->taping.state != TAPING_OFF) return;
    figure_bytes(recorder->stored, bytes);
    snprintf(words, sizeof words, "recorded %s to", bytes);
    scene_notice_file(scene, ROLE_TEXT, words, recorder->path);
}

static bool look_at_taping(struct session *session)
{
    struct scene *scene = &session->scene;
    enum taping_state before = scene->taping.state;
    uint64_t dropped = scene->taping.recorder.dropped, stored = scene->taping.recorder.stored;
    if (session->taping == NULL) return false;
    taping_status(session->taping, &scene->taping);
    if (scene->taping.state == before && before == TAPING_OFF) return false;
    tell_taping(scene, before);
    session_record_again(session);
    return scene->taping.state != before || scene->taping.recorder.dropped != dropped ||
           scene->taping.recorder.stored != stored;
}

/* Where there are as many as there can be, another one takes the place of one of them. */
static bool same_landmarks(const struct replay_view *a, const struct replay_view *b)
{
    if (a->landmark_count != b->landmark_count) return false;
    for (uint32_t i = 0; i < a->landmark_count; i++) {
        if (a->landmarks[i].m != b->landmarks[i].m || a->landmarks[i].kind != b->landmarks[i].kind) return false;
    }
    return true;
}

static bool same_replay(const struct replay_view *a, const struct replay_view *b)
{
    bool place = a->position == b->position && a->length == b->length && a->began == b->began;
    bool way = a->speed == b->speed && a->paused == b->paused && a->ended == b->ended && a->seeking == b->seeking;
    way = way && a->open == b->open && a->partly == b->partly;
    bool found = a->surveyed == b->surveyed && a->faults == b->faults && same_landmarks(a, b);
    bool known = a->books_known == b->books_known;
    known = known && a->unchanged == b->unchanged;
    bool books = known && a->measured == b->measured && a->blind == b->blind && a->next_book == b->next_book;
    return place && way && found && books && a->messages == b->messages && strcmp(a->trouble, b->trouble) == 0;
}

/* What is recorded meanwhile is gone through beside the playing: a mark that is made just now lies a little behind the
 * place already. One that is found farther behind, or while it stands, was not played over. */
static bool is_new(const struct replay_view *replay, const struct replay_view *seen,
                   const struct recording_landmark *landmark)
{
    if (seen->surveyed < REPLAY_SURVEYED_ALL || replay->paused) return false;
    if (landmark->m < seen->position - MADE_LATELY) return false;
    for (uint32_t i = 0; i < seen->landmark_count; i++) {
        if (seen->landmarks[i].m == landmark->m && seen->landmarks[i].kind == landmark->kind) return false;
    }
    return true;
}

/* A mark that was played over since; of several the newest. */
static void tell_mark(struct session *session, const struct replay_view *replay)
{
    const struct replay_view *seen = &session->replay_seen;
    const struct scene *scene = &session->scene;
    if (scene->notice[0] != '\0' && scene->notice_until == 0) return; /* that is still to be read */
    if (scene->low && scene->machine < session->mark_rest) return;
    if (replay->seeking || seen->seeking || replay->jumps != seen->jumps) return;
    for (uint32_t i = replay->landmark_count; i > 0; i--) {
        const struct recording_landmark *landmark = &replay->landmarks[i - 1];
        if (landmark->m > replay->position || landmark->kind != LANDMARK_MARK) continue;
        if (landmark->m <= seen->position && !is_new(replay, seen, landmark)) continue;
        scene_notice(&session->scene, ROLE_KEY, "mark%s%s", landmark->words[0] != '\0' ? ": " : "", landmark->words);
        scene_notice_briefly(&session->scene);
        session->mark_rest = scene->machine + LOW_REST;
        return;
    }
}

/* Each once: it is met again and again while it grows. In passing, for its row goes on saying it: "so far", and "still
 * being recorded" where that has room; "end". */
static void tell_end(struct session *session, const struct replay_view *replay)
{
    if (!replay->ended || session->told_open == replay->open) return;
    session->told_open = replay->open;
    scene_notice(&session->scene, ROLE_TEXT, "%s",
                 replay->open ? "still being recorded: it goes on as there is more"
                              : "this file is no longer being recorded: this is its end");
    scene_notice_briefly(&session->scene);
}

static void tell_lacking(struct scene *scene, unsigned lacking)
{
    char words[NOTICE_SIZE];
    if (lacking == 0) return;
    lacking_words(lacking, words);
    scene_notice(scene, ROLE_WARNING, "%s", words);
}

static bool look_at_replay(struct session *session)
{
    const struct replay_view *replay = feed_replay(session->feed);
    bool first = !session->scene.replaying;
    session->scene.replaying = replay != NULL;
    if (first && replay != NULL) tell_lacking(&session->scene, replay->lacking);
    if (replay == NULL || same_replay(&session->replay_seen, replay)) return false;
    if (!first) tell_mark(session, replay);
    tell_end(session, replay);
    if (replay->unchanged != session->replay_seen.unchanged)
        scene_notice(&session->scene, ROLE_MUTED, "no further change of this book");
    session->relists |= replay->books_known && !session->replay_seen.books_known;
    session->replay_seen = *replay;
    scene_take_replay(&session->scene, replay);
    if (!replay->seeking) session->sought = -1;
    if (session->sought >= 0) session->scene.replay.position = session->sought;
    session_replay_measured(session);
    return true;
}

bool session_look(struct session *session)
{
    bool taping = look_at_taping(session), replay = look_at_replay(session), asks = session_find_look(session);
    if (session->scene.watch_open) session_look_up_next(session);
    return taping || replay || asks;
}
