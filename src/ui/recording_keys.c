/* What the keys do to a recording that is made. */
#include "session_keys.h"

#include <stdio.h>

/* That it fails is news, also where the last one has failed as well. */
static bool begin(struct session *session, char *why, size_t size)
{
    if (!taping_start(session->taping, why, size)) return false;
    session->scene.taping.state = TAPING_BEGINNING;
    return true;
}

/* Pressed while the last one is being written: what is wanted then waits for that. */
static void record_again(struct session *session)
{
    session->records_again = !session->records_again;
    scene_notice(&session->scene, ROLE_MUTED, "%s",
                 session->records_again ? "the next recording begins as soon as the last one is written"
                                        : "no other recording begins");
}

void session_record(struct session *session)
{
    struct scene *scene = &session->scene;
    char why[NOTICE_SIZE];
    if (session->taping == NULL) {
        scene_notice(scene, ROLE_MUTED, "nothing can be recorded here");
        return;
    }
    bool started = true;
    enum taping_state state = scene->taping.state;
    if (state == TAPING_ENDING) {
        record_again(session);
        return;
    }
    if (state == TAPING_BEGINNING) scene_notice(scene, ROLE_MUTED, "it is ended as soon as it has begun");
    if (state == TAPING_ON || state == TAPING_BEGINNING)
        taping_stop(session->taping);
    else
        started = begin(session, why, sizeof why);
    session_look(session);
    if (!started) scene_notice(scene, ROLE_BAD, "cannot record: %s", why);
}

void session_record_again(struct session *session)
{
    struct scene *scene = &session->scene;
    char why[NOTICE_SIZE];
    if (!session->records_again || scene->taping.state == TAPING_ENDING) return;
    session->records_again = false;
    if (scene->taping.state == TAPING_FAILED)
        scene_notice(scene, ROLE_WARNING, "no other recording was begun: the last one failed");
    else if (scene->taping.state == TAPING_OFF && !begin(session, why, sizeof why))
        scene_notice(scene, ROLE_BAD, "cannot record: %s", why);
}

void session_ask_note(struct session *session)
{
    struct scene *scene = &session->scene;
    if (scene->taping.state != TAPING_ON) {
        char key[KEYS_SIZE];
        keymap_key(CONTEXT_LIVE, false, ACTION_RECORD, key);
        if (scene->taping.state == TAPING_BEGINNING)
            scene_notice(scene, ROLE_MUTED, "the recording is only beginning");
        else
            scene_notice(scene, ROLE_MUTED, "nothing is being recorded: %s records", key);
        return;
    }
    session->marks_at = clock_now(session->clock).mono;
    prompt_clear(&scene->prompt);
    scene->prompt_use = PROMPT_MARK;
    scene->prompt_open = true;
}

void session_mark(struct session *session, const char *note)
{
    struct scene *scene = &session->scene;
    bool marked = session->taping != NULL && taping_mark(session->taping, note, session->marks_at);
    session_look(session);
    if (!marked)
        scene_notice(scene, ROLE_WARNING, "nothing is being recorded any more: no mark");
    else
        scene_notice(scene, ROLE_TEXT, "marked%s%s", note[0] != '\0' ? ": " : "", note);
}

void session_mark_unfinished(struct session *session)
{
    const struct scene *scene = &session->scene;
    char note[PROMPT_SIZE];
    if (!scene->prompt_open || scene->prompt_use != PROMPT_MARK || session->taping == NULL) return;
    text_copy(text_trim(text_from(scene->prompt.text)), note, sizeof note);
    taping_mark(session->taping, note, session->marks_at);
}
