/* What the log says: the connections, what happened to them, and what is measured of them. */
#include "log_page.h"

#include <stdio.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "state_words.h"

#define INDENT     3
#define GAP        2
#define TEXT_SIZE  256
#define NAME_WIDTH 7 /* "POLY 12" */

/* The connections */

enum column {
    COLUMN_NAME,
    COLUMN_STATE,
    COLUMN_FOR,
    COLUMN_HEARD,
    COLUMN_TRIP,
    COLUMN_MESSAGES,
    COLUMN_BYTES,
    COLUMN_RECONNECTS,
    COLUMN_COUNT
};

static const struct {
    const char *title;
    int width;
    bool right;
} columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"", NAME_WIDTH, false}, [COLUMN_STATE] = {"state", 13, false},
    [COLUMN_FOR] = {"for", 6, true},         [COLUMN_HEARD] = {"heard", 6, true},
    [COLUMN_TRIP] = {"ping", 7, true},       [COLUMN_MESSAGES] = {"messages", 8, true},
    [COLUMN_BYTES] = {"bytes", 8, true},     [COLUMN_RECONNECTS] = {"reconn.", 7, true},
};

/* The columns that fit; the others go into a line below. */
static int fitting_columns(int width)
{
    int end = INDENT, count = 0;
    while (count < COLUMN_COUNT && end + columns[count].width <= width) end += columns[count++].width + GAP;
    return count == COLUMN_COUNT ? COLUMN_COUNT : count < COLUMN_MESSAGES ? count : COLUMN_MESSAGES;
}

static void put_column(struct sheet *sheet, int column, enum role role, const char *text)
{
    int start = INDENT;
    for (int i = 0; i < column; i++) start += columns[i].width + GAP;
    if (columns[column].right)
        sheet_put_right(sheet, start, columns[column].width, role, text);
    else
        sheet_put(sheet, start, columns[column].width, role, text);
}

static void write_titles(struct sheet *sheet, int count)
{
    for (int i = 0; i < count; i++) put_column(sheet, i, ROLE_MUTED, columns[i].title);
    sheet_next(sheet);
}

static int64_t counted(uint64_t count)
{
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

static void name_connection(enum venue_id venue, unsigned link, char out[FIGURE_SIZE])
{
    if (link == JOURNAL_NO_LINK)
        snprintf(out, FIGURE_SIZE, "%s", venue_get(venue)->badge);
    else
        snprintf(out, FIGURE_SIZE, "%s %u", venue_get(venue)->badge, link);
}

static struct state_mark mark_of(const struct link_view *link, struct stamp now)
{
    return link_in_doubt(link, now) ? (struct state_mark){GLYPH_DOUBT, ROLE_BAD} : link_mark(link->state);
}

static void put_age(struct scene *scene, struct sheet *sheet, int column, enum role role, int64_t since)
{
    char text[FIGURE_SIZE];
    if (since == 0) return;
    scene_due_in(scene, figure_age(scene->now.mono - since, text));
    put_column(sheet, column, role, text);
}

/* What has no column of its own: "48,211 messages, 31.2 MB, 2 reconnects". */
static void write_counts(const struct link_view *link, struct sheet *sheet)
{
    if (link->messages == 0 && link->reconnects == 0) return; /* nothing to tell of */
    char messages[FIGURE_SIZE], bytes[FIGURE_SIZE], reconnects[FIGURE_SIZE], text[TEXT_SIZE];
    figure_exact(counted(link->messages), 0, messages);
    figure_bytes(link->bytes, bytes);
    figure_exact(counted(link->reconnects), 0, reconnects);
    snprintf(text, sizeof text, "%s message%s, %s, %s reconnect%s", messages, link->messages == 1 ? "" : "s", bytes,
             reconnects, link->reconnects == 1 ? "" : "s");
    sheet_flow(sheet, INDENT + NAME_WIDTH + GAP, ROLE_MUTED, text);
}

static void put_counts(const struct link_view *link, struct sheet *sheet)
{
    char text[FIGURE_SIZE];
    figure_compact(counted(link->messages), 0, text);
    put_column(sheet, COLUMN_MESSAGES, ROLE_TEXT, text);
    figure_bytes(link->bytes, text);
    put_column(sheet, COLUMN_BYTES, ROLE_TEXT, text);
    figure_compact(counted(link->reconnects), 0, text);
    put_column(sheet, COLUMN_RECONNECTS, link->reconnects > 0 ? ROLE_TEXT : ROLE_MUTED, text);
}

/* What is wrong, and what is done about it: "next try in 3 s, after 4 failures", and the reason in full. */
static void write_trouble(struct scene *scene, const struct link_view *link, struct sheet *sheet)
{
    char outlook[FIGURE_SIZE], text[TEXT_SIZE];
    int64_t changes_in;
    int column = INDENT + NAME_WIDTH + GAP;
    enum role role = mark_of(link, scene->now).role;
    if (scene_outlook(scene, link, outlook, &changes_in)) {
        if (changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
        snprintf(text, sizeof text, "%s, after %u failure%s", outlook, link->attempts, link->attempts == 1 ? "" : "s");
        sheet_flow(sheet, column, role, link->attempts > 0 && link->state == LINK_STATE_DOWN ? text : outlook);
    }
    if (link_in_doubt(link, scene->now)) {
        scene_due_in(scene, figure_age(link_silence(link, scene->now), outlook));
        snprintf(text, sizeof text, "no sign of life for %s: its books may be old", outlook);
        sheet_flow(sheet, column, role, text);
    }
    const char *reason = link_reason(link);
    if (reason[0] != '\0') sheet_flow(sheet, column, role, reason);
}

static void write_connection(struct scene *scene, const struct connection *connection, int fitting, struct sheet *sheet)
{
    const struct link_view *link = &connection->view;
    struct state_mark mark = mark_of(link, scene->now);
    char name[FIGURE_SIZE], text[FIGURE_SIZE];
    int64_t doubt_in = link_doubt_in(link, scene->now);
    if (doubt_in != TIME_NEVER) scene_due_in(scene, doubt_in);
    name_connection(connection->venue, connection->link, name);
    put_column(sheet, COLUMN_NAME, ROLE_STRONG, name);
    snprintf(text, sizeof text, "%s %s", canvas_glyph(sheet->canvas, mark.glyph), link_state_text(link->state));
    put_column(sheet, COLUMN_STATE, mark.role, text);
    put_age(scene, sheet, COLUMN_FOR, ROLE_TEXT, link->since);
    if (fitting > COLUMN_HEARD) put_age(scene, sheet, COLUMN_HEARD, ROLE_TEXT, link->heard);
    if (fitting > COLUMN_TRIP && link->round_trip >= 0) {
        figure_duration(link->round_trip, text);
        put_column(sheet, COLUMN_TRIP, ROLE_TEXT, text);
    }
    if (fitting == COLUMN_COUNT) put_counts(link, sheet);
    sheet_next(sheet);
    if (fitting < COLUMN_COUNT) write_counts(link, sheet);
    write_trouble(scene, link, sheet);
}

static void write_connections(struct scene *scene, struct sheet *sheet)
{
    const struct connections_view *view = &scene->connections;
    int fitting = fitting_columns(sheet->width);
    sheet_heading(sheet, "Connections");
    if (view->count == 0) {
        sheet_text(sheet, 2, ROLE_MUTED,
                   scene->replaying ? "the recording had none here" : "none is wanted yet: the first market opens one");
        return;
    }
    write_titles(sheet, fitting);
    for (uint32_t i = 0; i < view->count; i++) write_connection(scene, &view->connections[i], fitting, sheet);
    if (view->left_out == 0) return;
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "and %u more", view->left_out);
    sheet_text(sheet, 2, ROLE_MUTED, text);
}

/* The journal */

/* Without its colour the mark tells what went wrong from what went well. */
static const struct {
    enum glyph glyph;
    enum role role;
} kinds[JOURNAL_KIND_COUNT] = {
    [JOURNAL_STEP] = {GLYPH_DOT, ROLE_MUTED},
    [JOURNAL_CONNECTED] = {GLYPH_DONE, ROLE_GOOD},
    [JOURNAL_RECEIVED] = {GLYPH_DOT, ROLE_TEXT},
    [JOURNAL_RESUBSCRIBED] = {GLYPH_DONE, ROLE_GOOD},
    [JOURNAL_RESUBSCRIPTION_FAILED] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_DISCONNECTED] = {GLYPH_FAILED, ROLE_WARNING},
    [JOURNAL_RETRYING] = {GLYPH_WAITING, ROLE_TEXT},
    [JOURNAL_GIVEN_UP] = {GLYPH_FAILED, ROLE_BAD},
    [JOURNAL_ERROR] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_PONG] = {GLYPH_DOT, ROLE_MUTED},
    [JOURNAL_BUFFER_FULL] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_DROPPED] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_FROZEN] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_AWOKE] = {GLYPH_DOUBT, ROLE_WARNING},
    [JOURNAL_SHUT_DOWN] = {GLYPH_DOT, ROLE_TEXT},
};

#define CLOCK_WIDTH 8
#define ENTRY_NAME  (INDENT + CLOCK_WIDTH + GAP)
#define ENTRY_MARK  (ENTRY_NAME + NAME_WIDTH + GAP)
#define ENTRY_KIND  (ENTRY_MARK + 2)
#define KIND_WIDTH  12 /* "disconnected" */
#define ENTRY_TEXT  (ENTRY_KIND + KIND_WIDTH + GAP)
/* From this width on texts have a column of their own. */
#define LEAST_WIDTH_FOR_TEXTS 76

static void write_entry(const struct journal_entry *entry, bool utc, struct sheet *sheet)
{
    char clock[FIGURE_SIZE], name[FIGURE_SIZE] = "", text[TEXT_SIZE];
    bool known = (unsigned)entry->kind < JOURNAL_KIND_COUNT;
    enum role role = known ? kinds[entry->kind].role : ROLE_TEXT;
    const char *kind = known ? journal_kind_text(entry->kind) : "?";
    figure_clock(entry->stamp.wall / NANOSECONDS_PER_MILLISECOND, utc, clock);
    if ((unsigned)entry->venue < VENUE_COUNT) name_connection(entry->venue, entry->link, name);
    sheet_put(sheet, INDENT, CLOCK_WIDTH, ROLE_MUTED, clock);
    sheet_put(sheet, ENTRY_NAME, NAME_WIDTH, ROLE_TEXT, name);
    sheet_put(sheet, ENTRY_MARK, 1, role, canvas_glyph(sheet->canvas, kinds[known ? entry->kind : 0].glyph));
    if (entry->text[0] != '\0' && sheet->width >= LEAST_WIDTH_FOR_TEXTS && strlen(kind) <= KIND_WIDTH) {
        sheet_put(sheet, ENTRY_KIND, KIND_WIDTH, role, kind);
        sheet_flow(sheet, ENTRY_TEXT, role == ROLE_GOOD ? ROLE_TEXT : role, entry->text);
        return;
    }
    snprintf(text, sizeof text, "%s%s%s", kind, entry->text[0] != '\0' ? ": " : "", entry->text);
    sheet_flow(sheet, ENTRY_KIND, role, text);
}

int log_entries_height(const struct scene *scene, const struct sheet *like, uint64_t count)
{
    struct sheet counted_only = {.canvas = like->canvas, .width = like->width};
    for (uint32_t i = 0; i < scene->connections.entry_count && i < count; i++)
        write_entry(&scene->connections.entries[i], scene->prefs.utc, &counted_only);
    return counted_only.line;
}

static struct log_places write_journal(const struct connections_view *view, bool utc, struct sheet *sheet)
{
    sheet_heading(sheet, utc ? "What happened (UTC)" : "What happened");
    struct log_places places = {.journal = sheet->line};
    if (view->entry_count == 0) sheet_text(sheet, 2, ROLE_MUTED, "nothing yet");
    for (uint32_t i = 0; i < view->entry_count; i++) write_entry(&view->entries[i], utc, sheet);
    places.figures = sheet->line;
    if (view->written > view->entry_count) {
        char text[TEXT_SIZE], count[FIGURE_SIZE];
        figure_exact(counted(view->written - view->entry_count), 0, count);
        snprintf(text, sizeof text, "and %s before that", count);
        sheet_text(sheet, 2, ROLE_MUTED, text);
    }
    return places;
}

/* The figures */

#define FIGURE_WIDTH 36
#define FIGURE_GAP   4

/* Bounds of buckets: the first one is half a millisecond, the last one has none. */
static void figure_bound(int64_t bound, char out[FIGURE_SIZE])
{
    if (bound == INT64_MAX)
        snprintf(out, FIGURE_SIZE, ">32 s");
    else if (bound < NANOSECONDS_PER_MILLISECOND)
        snprintf(out, FIGURE_SIZE, "0.5 ms");
    else if (bound < NANOSECONDS_PER_SECOND)
        snprintf(out, FIGURE_SIZE, "%u ms", (unsigned)(bound / NANOSECONDS_PER_MILLISECOND));
    else
        figure_duration(bound, out);
}

/* "p50 4 ms p99 64 ms" */
static void figure_times(const struct metrics_line *line, char out[FIGURE_SIZE])
{
    char half[FIGURE_SIZE], most[FIGURE_SIZE];
    figure_bound(line->half, half);
    figure_bound(line->most, most);
    snprintf(out, FIGURE_SIZE, "p50 %.12s p99 %.12s", half, most);
}

static void figure_of(const struct metrics_line *line, char out[FIGURE_SIZE])
{
    switch (line->figure) {
    case METRICS_NUMBER:
        figure_exact(counted(line->value), 0, out);
        break;
    case METRICS_BYTES:
        figure_bytes(line->value, out);
        break;
    case METRICS_AGE:
        figure_age(counted(line->value), out);
        break;
    case METRICS_STATE:
        snprintf(out, FIGURE_SIZE, "%s", link_state_text((enum link_state)line->value));
        break;
    case METRICS_TIMES:
        figure_times(line, out);
        break;
    }
}

/* Long names have short values: they share the room. */
static void put_figure(const struct metrics_line *line, int column, struct sheet *sheet)
{
    char value[FIGURE_SIZE];
    figure_of(line, value);
    int room = FIGURE_WIDTH - (int)text_width(text_from(value)) - 1;
    sheet_put(sheet, column, room, ROLE_MUTED, line->name);
    sheet_put_right(sheet, column, FIGURE_WIDTH, ROLE_TEXT, value);
}

/* The figures of one label, from top to bottom and then to the right. */
static void write_group(const struct metrics_line *lines, int count, struct sheet *sheet)
{
    int across = (sheet->width - INDENT + FIGURE_GAP) / (FIGURE_WIDTH + FIGURE_GAP);
    if (across < 1) across = 1;
    int rows = (count + across - 1) / across;
    sheet_heading(sheet, lines[0].label);
    for (int row = 0; row < rows; row++) {
        for (int i = row, column = INDENT; i < count; i += rows, column += FIGURE_WIDTH + FIGURE_GAP)
            put_figure(&lines[i], column, sheet);
        sheet_next(sheet);
    }
}

static void write_figures(const struct connections_view *view, struct sheet *sheet)
{
    uint32_t start = 0;
    while (start < view->line_count) {
        uint32_t end = start + 1;
        while (end < view->line_count && strcmp(view->lines[end].label, view->lines[start].label) == 0) end++;
        write_group(&view->lines[start], (int)(end - start), sheet);
        start = end;
    }
}

/* What is not given of a recording. */
static void write_lacking(unsigned lacking, struct sheet *sheet)
{
    char text[NOTICE_SIZE];
    if (lacking == 0) return;
    lacking_words(lacking, text);
    sheet_heading(sheet, "Recording");
    sheet_flow(sheet, 2, ROLE_WARNING, text);
}

struct log_places log_page_write(struct scene *scene, struct sheet *sheet)
{
    if (scene->replaying) write_lacking(scene->replay.lacking, sheet);
    write_connections(scene, sheet);
    struct log_places places = write_journal(&scene->connections, scene->prefs.utc, sheet);
    write_figures(&scene->connections, sheet);
    return places;
}
