/* What the proof's panel says, in words. */
#include "proof_page.h"

#include <stdio.h>

#include "booktop/venue/venue.h"
#include "state_words.h"

#define WORDS_MOST 256

/* The state */

static const char *const state_sentences[PROOF_STATE_COUNT] = {
    [PROOF_SYNCING] = "There is no book yet that could be checked.",
    [PROOF_LIVE] = "The book is as the venue sent it; nothing of it was checked yet.",
    [PROOF_VERIFIED] = "The book is the one that the venue itself has: its last check succeeded.",
    [PROOF_SUSPECT] = "The book may be wrong, until a check succeeds again.",
    [PROOF_STALE] = "The book is an old one: what changed since is not known.",
    [PROOF_POLLED] = "The book is asked for from time to time: what changes in between is not seen.",
    [PROOF_UNVERIFIABLE] = "The venue gives nothing that this book can be checked by, or nothing that we understand.",
};

/* What a check of a venue without checksums shows. */
static const char in_sequence[] = "Nothing is missing in what the venue sent of this book: its last check succeeded.";

static const char *sentence_of(const struct book_view *book, enum proof_state state)
{
    bool counted = state == PROOF_VERIFIED && !outcomes_have_hashes(&book->instrument);
    return counted ? in_sequence : state_sentences[state];
}

/* " for 3 min"; "" where a market is so new that its state never changed. */
static void write_age(struct scene *scene, bool stale, char out[WORDS_MOST])
{
    const struct book_view *book = &scene->book;
    char age[FIGURE_SIZE];
    out[0] = '\0';
    if (book->proof.since == 0) return;
    scene_due_in(scene,
                 figure_age(stale ? book_stale_age(book, scene->now) : scene->now.mono - book->proof.since, age));
    snprintf(out, WORDS_MOST, " for %s", age);
}

/* "✓ verified by SHA-1 for 3 min", "! suspect for 2 s: its hash does not match" */
static void write_state(struct scene *scene, struct sheet *sheet)
{
    const struct book_view *book = &scene->book;
    bool stale = book->has_book && scene_stale(scene);
    enum proof_state state = stale ? PROOF_STALE : book->proof.state;
    struct state_mark mark = proof_mark(state);
    char age[WORDS_MOST], text[3 * WORDS_MOST];
    write_age(scene, stale, age);
    const char *method = state == PROOF_VERIFIED ? venue_get(book->instrument.venue)->proof : "";
    const char *why = book->proof.why != NULL ? book->proof.why : "";
    snprintf(text, sizeof text, "%s %s%s%s%s%s%s", canvas_glyph(sheet->canvas, mark.glyph), proof_state_text(state),
             method[0] != '\0' ? " " : "", method, age,
             why[0] == '\0'          ? ""
             : state == PROOF_POLLED ? ", "
                                     : ": ",
             why);
    sheet_text(sheet, 0, mark.role, text);
    sheet_text(sheet, 2, ROLE_TEXT, sentence_of(book, state));
}

/* The last check */

static const struct {
    const char *words;
    enum role role;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_NONE] = {"nothing", ROLE_MUTED},
    [VERDICT_VERIFIED] = {"verified", ROLE_GOOD},
    [VERDICT_FAILED] = {"failed", ROLE_WARNING},
    [VERDICT_UNVERIFIABLE] = {"could not be checked", ROLE_WARNING},
};

/* "verified by recipe C", "verified, in sequence", "failed: its hash does not match" */
static void write_verdict(const struct book_view *book, struct sheet *sheet)
{
    const struct proof_check *check = &book->proof.last;
    char text[WORDS_MOST];
    bool verified = check->verdict == VERDICT_VERIFIED;
    const char *link = check->recipe != NULL ? " by recipe " : verified ? ", " : "";
    const char *way = check->recipe != NULL ? check->recipe : verified ? venue_get(book->instrument.venue)->proof : "";
    snprintf(text, sizeof text, "%s%s%s%s%s", verdicts[check->verdict].words, link, way, check->why != NULL ? ": " : "",
             check->why != NULL ? check->why : "");
    sheet_entry(sheet, "result", verdicts[check->verdict].role, text);
    if (!verified || !outcomes_have_hashes(&book->instrument)) return;
    sheet_entry(sheet, "values", ROLE_TEXT,
                check->searched ? "some had to be searched for: the stream does not carry them"
                                : "all at hand, none had to be searched for");
}

static void write_last_check(struct scene *scene, struct sheet *sheet)
{
    const struct book_view *book = &scene->book;
    const struct proof_check *check = &book->proof.last;
    sheet_heading(sheet, "What was checked last");
    if (check->verdict == VERDICT_NONE) {
        bool polled = book->proof.state == PROOF_POLLED;
        sheet_text(sheet, 2, ROLE_MUTED,
                   polled ? "nothing: a book that is asked for comes without a proof" : "nothing yet");
        return;
    }
    char clock[FIGURE_SIZE], age[FIGURE_SIZE], text[WORDS_MOST];
    figure_clock(check->stamp.wall / NANOSECONDS_PER_MILLISECOND, scene->prefs.utc, clock);
    scene_due_in(scene, figure_age(scene->now.mono - check->stamp.mono, age));
    snprintf(text, sizeof text, "%s%s, %s ago", clock, scene->prefs.utc ? " UTC" : "", age);
    sheet_entry(sheet, "when", ROLE_TEXT, text);
    sheet_entry(sheet, "what", ROLE_TEXT, check->snapshot ? "a snapshot" : "the book at the end of a burst");
    if (outcomes_have_hashes(&book->instrument))
        sheet_foreign_entry(sheet, "outcome", ROLE_TEXT, text_from(outcome_name(&book->instrument, check->outcome)));
    write_verdict(book, sheet);
}

/* Counts */

#define COUNTS        9
#define COUNT_LABEL   27
#define COUNT_FIGURE  9
#define COUNT_COLUMN  (COUNT_LABEL + COUNT_FIGURE)
#define COUNT_GAP     4
#define COUNT_MARGIN  3
#define COUNT_COLUMNS 2

struct counted {
    const char *label;
    uint64_t count;
    enum role role; /* when it is not zero */
};

static void draw_count(struct sheet *sheet, int column, const struct counted *counted)
{
    int row = sheet_row(sheet);
    if (row < 0) return;
    char text[FIGURE_SIZE];
    enum role role = counted->count > 0 ? counted->role : ROLE_MUTED;
    figure_size(counted->count > INT64_MAX ? INT64_MAX : (int64_t)counted->count, 0, text);
    canvas_text(sheet->canvas, row, column, COUNT_LABEL, ROLE_MUTED, counted->label);
    canvas_right(sheet->canvas, row, column + COUNT_LABEL, COUNT_FIGURE, role, text);
}

/* Column by column: checks, then what is told of the messages. */
static void write_counts(const struct book_view *book, struct sheet *sheet)
{
    const struct proof *proof = &book->proof;
    const struct counted searched = {"  after a search for values", proof->searched, ROLE_TEXT};
    const struct counted gaps = {"gaps: messages missing", proof->gaps, ROLE_WARNING};
    const struct counted counts[COUNTS] = {
        {"verified", proof->verified, ROLE_GOOD},
        outcomes_have_hashes(&book->instrument) ? searched : gaps,
        {"failed", proof->failed, ROLE_WARNING},
        {"could not be checked", proof->unverifiable, ROLE_WARNING},
        {"resyncs: asked for anew", proof->resyncs, ROLE_WARNING},
        {"bursts", proof->bursts, ROLE_TEXT},
        {"  crossed or locked at end", proof->crossed, ROLE_WARNING},
        {"repeated messages", proof->duplicates, ROLE_TEXT},
        {"refused", proof->refused, ROLE_WARNING},
    };
    bool both = sheet->width >= COUNT_MARGIN + COUNT_COLUMNS * COUNT_COLUMN + COUNT_GAP;
    int rows = both ? (COUNTS + 1) / COUNT_COLUMNS : COUNTS;
    sheet_heading(sheet, "Counts");
    for (int i = 0; i < rows; i++) {
        draw_count(sheet, COUNT_MARGIN, &counts[i]);
        if (both && i + rows < COUNTS) draw_count(sheet, COUNT_MARGIN + COUNT_COLUMN + COUNT_GAP, &counts[i + rows]);
        sheet_next(sheet);
    }
}

/* What happened */

/* A happening in words: where no number belongs to it or that is 0, where it is 1, and what stands before and behind a
 * larger one. */
struct happening {
    const char *none, *one, *before, *behind;
    enum role role;
};

static const struct happening happenings[HAPPENED_COUNT] = {
    [HAPPENED_FAILURE] = {"a check failed", "1 check failed", "", " checks in a row failed", ROLE_WARNING},
    [HAPPENED_CROSSED] = {"crossed or locked at the end of a burst, and not proved", NULL,
                          "crossed or locked at the end of ", " bursts in a row, and not proved", ROLE_WARNING},
    [HAPPENED_RESYNC] = {"asked for the book anew", NULL, NULL, NULL, ROLE_TEXT},
    [HAPPENED_MENDED] = {"the new book differed", "the new book differed in 1 level", "the new book differed in ",
                         " levels", ROLE_TEXT},
    [HAPPENED_CONFIRMED] = {"the new book was the same", NULL, NULL, NULL, ROLE_GOOD},
    [HAPPENED_RECOVERY] = {"recovered", "recovered after 1 failed check", "recovered after ", " failed checks",
                           ROLE_GOOD},
    [HAPPENED_REFUSAL] = {"a message could not be read or applied", "1 message could not be read or applied", "",
                          " messages could not be read or applied", ROLE_WARNING},
    [HAPPENED_GAP] = {"messages are missing in the venue's count", "1 message is missing in the venue's count", "",
                      " messages are missing in the venue's count", ROLE_WARNING},
    [HAPPENED_WITNESS] = {"the venue's ticker said other best prices", NULL, NULL, NULL, ROLE_WARNING},
    [HAPPENED_CORRUPTION] = {"a change that cannot be true of the book", NULL, NULL, NULL, ROLE_WARNING},
    [HAPPENED_DISCONNECT] = {"the connection was lost", NULL, NULL, NULL, ROLE_BAD},
    [HAPPENED_RETURN] = {"connected again, the book is the same", "connected again, the book differs in 1 level",
                         "connected again, the book differs in ", " levels", ROLE_TEXT},
};

static const struct happening *happening_of(const struct proof_note *note)
{
    static const struct happening nameless = {"something that has no name here", NULL, NULL, NULL, ROLE_TEXT};
    bool known = (unsigned)note->what < HAPPENED_COUNT && happenings[note->what].none != NULL;
    return known ? &happenings[note->what] : &nameless;
}

/* How a book was asked for anew, by the note's number; the first way is a request, by REST or as a command. */
static const char *const ways[] = {"", "", " by a new subscription", " by reconnecting"};

static void note_words(const struct proof_note *note, char out[WORDS_MOST])
{
    const struct happening *happening = happening_of(note);
    const char *way = "";
    if (note->what == HAPPENED_RESYNC && note->number < sizeof ways / sizeof *ways) way = ways[note->number];
    if (note->number > 1 && happening->before != NULL) {
        snprintf(out, WORDS_MOST, "%s%u%s", happening->before, note->number, happening->behind);
        return;
    }
    bool one = note->number == 1 && happening->one != NULL;
    snprintf(out, WORDS_MOST, "%s%s", one ? happening->one : happening->none, way);
}

/* Amid what is missing of a recording there is nothing to be said of the market. */
static void write_missing(const struct replay_view *replay, struct sheet *sheet)
{
    char text[RECORDING_REASON + 64];
    snprintf(text, sizeof text, "not known: records are missing here%s%s", replay->trouble[0] != '\0' ? ": " : "",
             replay->trouble);
    sheet_flow(sheet, 2, ROLE_WARNING, text);
}

static void write_notes(const struct scene *scene, struct sheet *sheet)
{
    const struct proof *proof = &scene->book.proof;
    sheet_heading(sheet, scene->prefs.utc ? "What happened (UTC)" : "What happened");
    if (scene->replaying && scene->replay.blind)
        write_missing(&scene->replay, sheet);
    else if (proof->note_count == 0)
        sheet_text(sheet, 2, ROLE_MUTED, "nothing out of the ordinary");
    for (uint32_t n = 0; n < PROOF_NOTES; n++) {
        const struct proof_note *note = proof_noted(proof, n);
        if (note == NULL) return;
        char clock[FIGURE_SIZE], text[WORDS_MOST];
        figure_clock(note->stamp.wall / NANOSECONDS_PER_MILLISECOND, scene->prefs.utc, clock);
        note_words(note, text);
        sheet_entry(sheet, clock, happening_of(note)->role, text);
    }
    if (proof->note_count <= PROOF_NOTES) return;
    char text[WORDS_MOST];
    snprintf(text, sizeof text, "and %u before that", proof->note_count - PROOF_NOTES);
    sheet_entry(sheet, "", ROLE_MUTED, text);
}

/* The connection */

/* "live for 3 min, 2 reconnects" */
static void write_link_state(struct scene *scene, struct sheet *sheet)
{
    const struct link_view *link = &scene->book.link;
    char text[WORDS_MOST], age[FIGURE_SIZE], count[FIGURE_SIZE], reconnects[2 * FIGURE_SIZE] = "";
    scene_due_in(scene, figure_age(scene->now.mono - link->since, age));
    figure_exact(link->reconnects > INT64_MAX ? INT64_MAX : (int64_t)link->reconnects, 0, count);
    if (link->reconnects > 0)
        snprintf(reconnects, sizeof reconnects, ", %s reconnect%s", count, link->reconnects == 1 ? "" : "s");
    snprintf(text, sizeof text, "%s for %s%s", link_state_text(link->state), age, reconnects);
    sheet_entry(sheet, "state", link_mark(link->state).role, text);
}

static void write_link(struct scene *scene, struct sheet *sheet)
{
    const struct link_view *link = &scene->book.link;
    char text[WORDS_MOST], figure[FIGURE_SIZE];
    sheet_heading(sheet, "Connection");
    if (link->state == LINK_STATE_IDLE) {
        sheet_text(sheet, 2, ROLE_MUTED, book_polled(&scene->book) ? "none: the book comes by REST" : "none");
        return;
    }
    write_link_state(scene, sheet);
    if (link->pinged > 0) {
        scene_due_in(scene, figure_age(scene->now.mono - link->pinged, figure));
        snprintf(text, sizeof text, "%s ago", figure);
        sheet_entry(sheet, "heartbeat", ROLE_TEXT, text);
    }
    if (link->round_trip >= 0) {
        figure_duration(link->round_trip, figure);
        snprintf(text, sizeof text, "%s there and back", figure);
        sheet_entry(sheet, "answers", ROLE_TEXT, text);
    }
    figure_exact(link->messages > INT64_MAX ? INT64_MAX : (int64_t)link->messages, 0, figure);
    sheet_entry(sheet, "messages", ROLE_TEXT, figure);
}

/* The venue's way */

static void write_sentences(struct sheet *sheet, const char *heading, const char *const *sentences)
{
    if (sentences == NULL) return;
    sheet_heading(sheet, heading);
    for (size_t i = 0; sentences[i] != NULL; i++) sheet_item(sheet, sentences[i]);
}

void proof_page_write(struct scene *scene, struct sheet *sheet)
{
    const struct venue *venue = venue_get(scene->book.instrument.venue);
    write_state(scene, sheet);
    write_last_check(scene, sheet);
    write_counts(&scene->book, sheet);
    write_notes(scene, sheet);
    write_link(scene, sheet);
    write_sentences(sheet, "How it is checked", venue->proof_method);
    write_sentences(sheet, "What this cannot show", venue->proof_limits);
}
