/* The second row: the proof of the book, how fast things are, how often it was checked, and the connection. */
#include "state_row.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "state_words.h"

#define GAP          2
#define OUTCOME_MOST 16
/* A venue's clock may be so much ahead of ours before its stamps mean nothing. */
#define CLOCK_SLACK   (5 * NANOSECONDS_PER_MILLISECOND)
#define LATENCY_HOLD  (NANOSECONDS_PER_SECOND / 2)
#define LATENCY_WIDTH 7
#define RATE_WIDTH    8
/* The same with words. */
#define LATENCY_WIDTH_LABELLED 10
#define RATE_WIDTH_LABELLED    12
#define LINK_TEXT_SIZE         256
/* The room that a connection's state and a part of its reason need to mean something. */
#define REASON_LEAST 24
/* The longest state of a connection. */
#define LINK_LEAST 11
/* "999,999": more events than a venue has. */
#define PROGRESS_COLUMNS 7
/* Of what the list is filtered by. */
#define FILTER_COLUMNS 24
/* Below this width nothing is said of what a book is verified by. */
#define LEAST_WIDTH_FOR_METHOD 64
#define VERIFIED_WIDTH         9
#define PROOF                  " proof"
#define PROOFS                 " proofs"
#define LAG                    "lag "
#define VERIFIED_WIDTH_LEAST   7
#define COUNT_WIDTH            5
#define COUNTS                 5
/* From this width on the usual reasons have room of their own, elsewhere they lie over the pace. */
#define LEAST_WIDTH_FOR_REASONS 102
#define REASON_END              39
/* From this width on the figures say what they are, from the other the messages do, too. */
#define LEAST_WIDTH_FOR_LABELS   100
#define LEAST_WIDTH_FOR_MESSAGES 128
/* How long a failure or a resync is news. */
#define NEWS (60 * NANOSECONDS_PER_SECOND)

/* A count behind the pace. */
struct counted {
    const char *label;
    uint64_t count;
    /* Whose notes make it news; HAPPENED_COUNT: none. */
    enum proof_happening what, too;
};

/* The columns of the figures of a book that is current: they keep them while states change and counts grow, and those
 * that a long reason covers are not drawn meanwhile. */
struct places {
    int latency, latency_width, rate, rate_width;
    int counts[COUNTS];
};

static bool link_is_live(const struct scene *scene)
{
    return scene->has_view && scene->book.link.state == LINK_STATE_LIVE;
}

static int draw_why(const struct scene *scene, struct canvas *canvas, int column, int end)
{
    const char *why = scene->book.proof.why;
    if (why == NULL) return column;
    column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, ": ");
    return column + canvas_foreign(canvas, 1, column, end - column, ROLE_MUTED, text_from(why));
}

static int draw_age(struct scene *scene, struct canvas *canvas, int column, enum role role, int64_t age)
{
    char text[FIGURE_SIZE];
    scene_due_in(scene, figure_age(age, text));
    return column + 1 + canvas_text(canvas, 1, column + 1, canvas->area.width, role, text);
}

/* All digits where they fit, else shortened. */
static void write_count(uint64_t count, int width, char out[FIGURE_SIZE])
{
    int64_t number = count > INT64_MAX ? INT64_MAX : (int64_t)count;
    figure_exact(number, 0, out);
    if ((int)text_width(text_from(out)) > width) figure_compact(number, 0, out);
}

static bool is_labelled(const struct canvas *canvas)
{
    return canvas->area.width >= LEAST_WIDTH_FOR_LABELS;
}

/* "by SHA-1  1,204 proofs": what was verified so far. */
static int draw_verified(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    bool method = width >= LEAST_WIDTH_FOR_METHOD;
    char text[FIGURE_SIZE];
    if (method)
        column += 1 + canvas_text(canvas, 1, column + 1, width, ROLE_TEXT, venue_get(book->instrument.venue)->proof);
    write_count(book->proof.verified, method ? VERIFIED_WIDTH : VERIFIED_WIDTH_LEAST, text);
    column += GAP + canvas_text(canvas, 1, column + GAP, width, ROLE_MUTED, text);
    if (!is_labelled(canvas)) return column;
    return column + canvas_text(canvas, 1, column, width, ROLE_MUTED, book->proof.verified == 1 ? PROOF : PROOFS);
}

/* Where what is said of a current book's state usually ends. */
static int state_end(const struct scene *scene, int width)
{
    static const char verified[] = "o verified";
    int end = 1 + (int)sizeof verified - 1 + GAP;
    if (width < LEAST_WIDTH_FOR_METHOD) return end + VERIFIED_WIDTH_LEAST;
    end += 1 + (int)text_width(text_from(venue_get(scene->book.instrument.venue)->proof)) + VERIFIED_WIDTH;
    if (width >= LEAST_WIDTH_FOR_LABELS) end += (int)sizeof PROOFS - 1;
    return width >= LEAST_WIDTH_FOR_REASONS && end < REASON_END ? REASON_END : end;
}

/* The counts, the most needed first. */
static void list_counts(const struct book_view *book, struct counted counts[COUNTS])
{
    const struct proof *proof = &book->proof;
    const struct counted searched = {"searched", proof->searched, HAPPENED_COUNT, HAPPENED_COUNT};
    const struct counted gaps = {"gaps", proof->gaps, HAPPENED_GAP, HAPPENED_COUNT};
    const struct counted listed[COUNTS] = {
        {"failed", proof->failed, HAPPENED_FAILURE, HAPPENED_RECOVERY},
        {"resyncs", proof->resyncs, HAPPENED_RESYNC, HAPPENED_COUNT},
        outcomes_have_hashes(&book->instrument) ? searched : gaps,
        {"crossed", proof->crossed, HAPPENED_CROSSED, HAPPENED_COUNT},
        {"repeated", proof->duplicates, HAPPENED_COUNT, HAPPENED_COUNT},
    };
    memcpy(counts, listed, sizeof listed);
}

static int count_width(const struct counted *counted)
{
    return (int)text_width(text_from(counted->label)) + 1 + COUNT_WIDTH;
}

static struct places places_of(const struct scene *scene, const struct canvas *canvas)
{
    struct places places;
    struct counted counts[COUNTS];
    list_counts(&scene->book, counts);
    int width = canvas->area.width;
    places.latency = state_end(scene, width) + GAP;
    places.latency_width = width >= LEAST_WIDTH_FOR_LABELS ? LATENCY_WIDTH_LABELLED : LATENCY_WIDTH;
    places.rate = places.latency + places.latency_width + 1;
    places.rate_width = width >= LEAST_WIDTH_FOR_MESSAGES ? RATE_WIDTH_LABELLED : RATE_WIDTH;
    int column = places.rate + places.rate_width;
    for (int i = 0; i < COUNTS; i++) {
        places.counts[i] = column + GAP;
        column = places.counts[i] + count_width(&counts[i]);
    }
    return places;
}

/* Where a reason ends at the latest: it may cover the pace, but not how often checks failed. */
static int why_end(const struct scene *scene, const struct canvas *canvas)
{
    int end = canvas->area.width - 1;
    struct places places = places_of(scene, canvas);
    bool counted = places.counts[1] - GAP <= canvas->area.width && !scene_stale(scene);
    return counted ? places.counts[0] - 1 : end;
}

/* The proof state in words: "verified by SHA-1  1,204", "stale 12 s", "suspect: …". Where the connection is not live it
 * says by itself why a book is stale. */
static int draw_proof(struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    bool stale = scene_stale(scene);
    enum proof_state state = stale ? PROOF_STALE : book->proof.state;
    struct state_mark mark = proof_mark(state);
    column += canvas_text(canvas, 1, column, 1, mark.role, canvas_glyph(canvas, mark.glyph)) + 1;
    column += canvas_text(canvas, 1, column, canvas->area.width, mark.role, proof_state_text(state));
    if (stale) {
        column = draw_age(scene, canvas, column, mark.role, book_stale_age(book, scene->now));
        bool silent = link_in_doubt(&book->link, scene->now);
        return link_is_live(scene) && !silent ? draw_why(scene, canvas, column, why_end(scene, canvas)) : column;
    }
    if (state == PROOF_POLLED) return draw_age(scene, canvas, column, mark.role, scene->now.mono - book->heard.mono);
    if (state == PROOF_VERIFIED) return draw_verified(scene, canvas, column);
    return state == PROOF_LIVE ? column : draw_why(scene, canvas, column, why_end(scene, canvas));
}

/* What became of the market, if it is not simply open. */
static int draw_status(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    if (book->status == MARKET_OPEN) return column;
    column += GAP;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, market_status_text(book->status));
    const char *winner = winner_name(book);
    if (winner == NULL) return column;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, ": ");
    return column + canvas_foreign(canvas, 1, column, OUTCOME_MOST, ROLE_STRONG, text_from(winner));
}

/* Unknown is not held back: an old reading would be taken for one of now. */
static int64_t calm_latency(struct scene *scene)
{
    int64_t newest = scene->book.latency;
    bool unknown = newest == LATENCY_UNKNOWN || scene->latency_shown == LATENCY_UNKNOWN;
    if (unknown || scene->machine >= scene->latency_until) {
        scene->latency_shown = newest;
        scene->latency_until = scene->machine + LATENCY_HOLD;
    } else if (newest != scene->latency_shown) {
        scene_due_in_machine_time(scene, scene->latency_until - scene->machine);
    }
    return scene->latency_shown;
}

/* True if a figure of `width` columns fits at `column`, given where the state's words ended. */
static bool has_room(const struct canvas *canvas, int column, int width, int words_end)
{
    return column > words_end && column + width <= canvas->area.width;
}

/* "lag 1 ms", without its label where there is no room for it. */
static void draw_latency(struct scene *scene, struct canvas *canvas, const struct places *places, int words_end)
{
    char text[FIGURE_SIZE];
    int64_t latency = calm_latency(scene);
    int width = places->latency_width, label = (int)sizeof LAG - 1;
    if (latency == LATENCY_UNKNOWN || !has_room(canvas, places->latency, width, words_end)) return;
    /* Clocks that differ by more than the way takes make nonsense of the difference. */
    bool nonsense = latency < -CLOCK_SLACK;
    if (nonsense)
        snprintf(text, sizeof text, "clock");
    else
        figure_duration(latency < 0 ? 0 : latency, text);
    canvas_right(canvas, 1, places->latency, width, ROLE_TEXT, text);
    int left = width - (int)text_width(text_from(text)) - label;
    bool labelled = width == LATENCY_WIDTH_LABELLED && left >= 0 && !nonsense;
    if (labelled) canvas_text(canvas, 1, places->latency + left, label, ROLE_MUTED, LAG);
}

/* "39 msg/s", in narrow windows "39/s". */
static void draw_rate(const struct scene *scene, struct canvas *canvas, const struct places *places, int words_end)
{
    char text[FIGURE_SIZE], rate[FIGURE_SIZE + 8];
    if (!has_room(canvas, places->rate, places->rate_width, words_end)) return;
    figure_compact(scene->book.rate, 0, text);
    snprintf(rate, sizeof rate, "%s%s/s", text, places->rate_width == RATE_WIDTH_LABELLED ? " msg" : "");
    canvas_right(canvas, 1, places->rate, places->rate_width, ROLE_TEXT, rate);
}

/* True if the newest note of this kind is not older than NEWS. */
static bool is_news(struct scene *scene, enum proof_happening what)
{
    for (uint32_t n = 0; n < PROOF_NOTES; n++) {
        const struct proof_note *note = proof_noted(&scene->book.proof, n);
        if (note == NULL) return false;
        if (note->what != what) continue;
        int64_t left = NEWS - (scene->now.mono - note->stamp.mono);
        if (left > 0) scene_due_in(scene, left);
        return left > 0;
    }
    return false;
}

static void draw_counts(struct scene *scene, struct canvas *canvas, const struct places *places, int words_end)
{
    struct counted counts[COUNTS];
    list_counts(&scene->book, counts);
    for (int i = 0; i < COUNTS; i++) {
        char text[FIGURE_SIZE];
        int column = places->counts[i], width = count_width(&counts[i]);
        if (!has_room(canvas, column, width, words_end)) continue;
        bool news = counts[i].count > 0 && (is_news(scene, counts[i].what) || is_news(scene, counts[i].too));
        enum role role = news ? ROLE_WARNING : counts[i].count > 0 ? ROLE_TEXT : ROLE_MUTED;
        column += canvas_text(canvas, 1, column, width, ROLE_MUTED, counts[i].label) + 1;
        write_count(counts[i].count, COUNT_WIDTH, text);
        canvas_text(canvas, 1, column, COUNT_WIDTH, role, text);
    }
}

/* In a replay nothing is live, though it was when it was recorded. */
static const char *replay_text(const struct replay_view *replay)
{
    if (replay->ended) return "ended";
    return replay->paused ? "paused" : "replay";
}

/* "down: connection refused", or without its reason where too little of that would be read. */
static void state_of_link(const struct scene *scene, const struct canvas *canvas, int room, char out[LINK_TEXT_SIZE])
{
    const struct link_view *link = &scene->book.link;
    if (scene->replaying && link->state == LINK_STATE_LIVE) {
        snprintf(out, LINK_TEXT_SIZE, "%s", replay_text(&scene->replay));
        return;
    }
    bool elsewhere = scene_shows_start(scene) || scene_trouble(scene, canvas->width)[0] != '\0';
    const char *state = link_state_text(link->state), *reason = elsewhere ? "" : link_reason(link);
    snprintf(out, LINK_TEXT_SIZE, "%s%s%s", state, reason[0] != '\0' ? ": " : "", reason);
    if (room >= REASON_LEAST || canvas_foreign_width(canvas, text_from(out)) <= room) return;
    snprintf(out, LINK_TEXT_SIZE, "%s", state);
}

/* "down: connection refused · next try in 4 s" at the right end; a long reason is cut before the time is. A reason that
 * has a row of its own is not said here. */
static void draw_link(struct scene *scene, struct canvas *canvas, int column)
{
    const struct link_view *link = &scene->book.link;
    char state[LINK_TEXT_SIZE], outlook[FIGURE_SIZE], tail[FIGURE_SIZE + 8] = "";
    int64_t changes_in;
    int right = canvas->area.width - 1;
    bool told = scene_outlook(scene, link, outlook, &changes_in);
    if (told) snprintf(tail, sizeof tail, " %s %s", canvas_glyph(canvas, GLYPH_DOT), outlook);
    int least = column + 1 + (int)text_width(text_from(link_state_text(link->state)));
    if (least + (int)text_width(text_from(tail)) > right) tail[0] = '\0';
    if (tail[0] != '\0' && changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
    int tail_width = (int)text_width(text_from(tail));
    int room = right - column - GAP - tail_width;
    state_of_link(scene, canvas, room, state);
    int wanted = canvas_foreign_width(canvas, text_from(state));
    int width = wanted < room ? wanted : room;
    struct state_mark mark = link_mark(link->state);
    canvas_foreign(canvas, 1, right - tail_width - width, width, mark.role, text_from(state));
    canvas_text(canvas, 1, right - tail_width, tail_width, mark.role, tail);
}

/* "no sign of life for 12 s" at the right end. */
static void draw_silence(struct scene *scene, struct canvas *canvas, int column)
{
    char age[FIGURE_SIZE], text[FIGURE_SIZE + 32];
    scene_due_in(scene, figure_age(link_silence(&scene->book.link, scene->now), age));
    snprintf(text, sizeof text, "no sign of life for %s", age);
    int width = (int)text_width(text_from(text)), right = canvas->area.width - 1;
    if (column + GAP + width > right) snprintf(text, sizeof text, "in doubt");
    width = (int)text_width(text_from(text));
    if (column + 1 + width <= right) canvas_text(canvas, 1, right - width, width, ROLE_BAD, text);
}

/* Why a book is polled, at the right end, where the others say how their connection is. */
static void draw_polled(const struct scene *scene, struct canvas *canvas, int column)
{
    const char *why = scene->book.proof.why;
    int right = canvas->area.width - 1, room = right - column - GAP;
    if (why == NULL) return;
    int wanted = canvas_foreign_width(canvas, text_from(why));
    if (wanted > room && room < REASON_LEAST) return;
    int width = wanted < room ? wanted : room;
    canvas_foreign(canvas, 1, right - width, width, ROLE_MUTED, text_from(why));
}

void state_row_draw_book(struct scene *scene, struct canvas *canvas)
{
    /* Nothing more comes of a market that is resolved: neither its book, nor how old that is, nor the connection
     * matters. */
    if (scene->book.status == MARKET_RESOLVED) {
        draw_status(scene, canvas, 1 - GAP);
        return;
    }
    int column = draw_proof(scene, canvas, 1);
    column = draw_status(scene, canvas, column);
    if (book_polled(&scene->book)) {
        draw_polled(scene, canvas, column);
    } else if (link_in_doubt(&scene->book.link, scene->now)) {
        draw_silence(scene, canvas, column);
    } else if (!link_is_live(scene)) {
        draw_link(scene, canvas, column);
    } else if (!scene_stale(scene)) {
        struct places places = places_of(scene, canvas);
        draw_latency(scene, canvas, &places, column);
        draw_rate(scene, canvas, &places, column);
        draw_counts(scene, canvas, &places, column);
    }
}

/* "3/21 markets", "3/7 of 21, filter: snow": the place of the selection among those that are shown. */
static int draw_market_count(const struct scene *scene, struct canvas *canvas, int column)
{
    char text[4 * FIGURE_SIZE], number[FIGURE_SIZE], place[FIGURE_SIZE], all[FIGURE_SIZE];
    const struct market_list *list = &scene->list;
    bool filtered = list->filter[0] != '\0';
    figure_exact((int64_t)market_list_place(list), 0, place);
    figure_exact((int64_t)list->sorted_count, 0, number);
    figure_exact((int64_t)list->catalogue->count, 0, all);
    if (list->catalogue->count == 0)
        snprintf(text, sizeof text, "0 markets");
    else if (filtered)
        snprintf(text, sizeof text, "%s/%s of %s, filter: ", place, number, all);
    else
        snprintf(text, sizeof text, "%s/%s market%s", place, all, list->catalogue->count == 1 ? "" : "s");
    column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, text);
    if (!filtered) return column;
    return column + canvas_foreign(canvas, 1, column, FILTER_COLUMNS, ROLE_KEY, text_from(list->filter));
}

/* "Kalshi:  1,400 events read" while a venue's catalogue is gone through; the number grows to the left. */
static int draw_progress(const struct scene *scene, struct canvas *canvas, int column)
{
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        const struct venue_progress *progress = &scene->list.quotes.progress[id];
        char text[2 * FIGURE_SIZE + 32], number[FIGURE_SIZE];
        if (!progress->running) continue;
        const char *name = venue_get(id)->name;
        figure_exact(progress->events, 0, number);
        snprintf(text, sizeof text, "%c%s: %*s events read", toupper((unsigned char)name[0]), name + 1,
                 PROGRESS_COLUMNS, number);
        int start = column > 1 ? column + GAP : column;
        if (start + (int)text_width(text_from(text)) + GAP + LINK_LEAST > canvas->area.width) return column;
        column = start + canvas_text(canvas, 1, start, canvas->area.width, ROLE_MUTED, text);
    }
    return column;
}

/* What a market without a book waits for, or why none comes; where the connection does not say it. */
static int draw_wait(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    bool silent = book->link.state == LINK_STATE_IDLE || book->link.state == LINK_STATE_LIVE;
    if (!scene_knows_market(scene) || !silent || book->proof.why == NULL) return column;
    struct state_mark mark = proof_mark(book->proof.state);
    column += canvas_text(canvas, 1, column, 1, mark.role, canvas_glyph(canvas, mark.glyph)) + 1;
    column += canvas_text(canvas, 1, column, canvas->area.width, mark.role, proof_state_text(book->proof.state));
    return draw_why(scene, canvas, column, canvas->area.width - 1);
}

/* How much is said of the venues' connections: "kalshi down: HTTP 503 · next try in 4 s", down to "KALS down". */
enum brevity { WITH_OUTLOOK, WITH_REASON, WITH_NAME, WITH_BADGE, BREVITY_COUNT };

/* *due gets the time after which they change, if that is sooner. */
static void venue_words(const struct scene *scene, const struct canvas *canvas, enum venue_id id, int brevity,
                        char out[LINK_TEXT_SIZE], int64_t *due)
{
    const struct venue_link *link = &scene->list.quotes.links[id];
    const struct link_view view = {.state = link->state, .retry_at = link->retry_at};
    const struct venue *venue = venue_get(id);
    char outlook[FIGURE_SIZE], tail[FIGURE_SIZE + 8] = "";
    int64_t changes_in;
    bool reason = brevity <= WITH_REASON && link->reason[0] != '\0';
    if (brevity == WITH_OUTLOOK && scene_outlook(scene, &view, outlook, &changes_in)) {
        snprintf(tail, sizeof tail, " %s %s", canvas_glyph(canvas, GLYPH_DOT), outlook);
        if (changes_in < *due) *due = changes_in;
    }
    snprintf(out, LINK_TEXT_SIZE, "%s %s%s%s%s", brevity == WITH_BADGE ? venue->badge : venue->name,
             link_state_text(link->state), reason ? ": " : "", reason ? link->reason : "", tail);
}

static bool in_trouble(const struct scene *scene, enum venue_id id)
{
    enum link_state state = scene->list.quotes.links[id].state;
    return state != LINK_STATE_IDLE && state != LINK_STATE_LIVE;
}

/* Each venue that is not live at the right end, with its reason where there is room for those of all. */
static void draw_venues(struct scene *scene, struct canvas *canvas, int column)
{
    char words[VENUE_COUNT][LINK_TEXT_SIZE];
    int right = canvas->area.width - 1, total = 0;
    int64_t due = TIME_NEVER;
    for (int brevity = WITH_OUTLOOK; brevity < BREVITY_COUNT; brevity++) {
        total = 0;
        due = TIME_NEVER;
        for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
            words[id][0] = '\0';
            if (!in_trouble(scene, id)) continue;
            venue_words(scene, canvas, id, brevity, words[id], &due);
            total += canvas_foreign_width(canvas, text_from(words[id])) + GAP;
        }
        if (column + total <= right) break;
    }
    if (due != TIME_NEVER) scene_due_in(scene, due);
    int at = right - total + GAP;
    if (at < column + GAP) at = column + GAP;
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        if (words[id][0] == '\0' || at >= right) continue;
        enum role role = link_mark(scene->list.quotes.links[id].state).role;
        at += canvas_foreign(canvas, 1, at, right - at, role, text_from(words[id])) + GAP;
    }
}

/* Told by the venues' own connections as soon as they are known; false: nothing is. */
static bool draw_list_links(struct scene *scene, struct canvas *canvas, int column)
{
    bool live = false, trouble = false;
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        live |= scene->list.quotes.links[id].state == LINK_STATE_LIVE;
        trouble |= in_trouble(scene, id);
    }
    if (trouble)
        draw_venues(scene, canvas, column);
    else if (live)
        canvas_right(canvas, 1, column + GAP, canvas->area.width - 1 - column - GAP, link_mark(LINK_STATE_LIVE).role,
                     scene->replaying ? replay_text(&scene->replay) : link_state_text(LINK_STATE_LIVE));
    return live || trouble;
}

void state_row_draw_link(struct scene *scene, struct canvas *canvas)
{
    int column = 1;
    if (scene->screen == SCREEN_LIST) {
        bool counts = scene->list.catalogue != NULL && (!scene->watch_open || scene->log_open);
        if (counts) column = draw_market_count(scene, canvas, column);
        column = draw_progress(scene, canvas, column);
        if (draw_list_links(scene, canvas, column)) return;
    } else {
        column = draw_wait(scene, canvas, column);
    }
    if (scene->has_view && scene->book.link.state != LINK_STATE_IDLE) draw_link(scene, canvas, column);
}
