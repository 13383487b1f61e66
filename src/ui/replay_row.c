/* The row of a replay: how it runs, where it stands, and a bar with its place, the marks and what is missing. */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "replay_bar.h"

#define GAP           2
#define STATE_WIDTH   9 /* "> seeking" */
#define CLOCK_WIDTH   8
#define DATE_WIDTH    11
#define ZONE_SIZE     7  /* names that are longer are left out */
#define SURVEY_WIDTH  13 /* "surveyed 43 %" */
#define SURVEY_BRIEF  4
#define GAP_WIDTH     5  /* "! gap" */
#define OPEN_WIDTH    20 /* "still being recorded" */
#define BAR_LEAST     8
#define BAR_ROOMY     24
#define BAR_WIDE      48
#define PLACE_SIZE    ((size_t)3 * FIGURE_SIZE)
#define PLACE_ROOMY   48
#define EXACT_WIDTH   4 /* ".045" */
#define LONGEST_PLACE (INT64_C(1000) * 3600 * NANOSECONDS_PER_SECOND)

/* What is shown beside the bar, by the room there is; 0: not shown. */
struct parts {
    int open, gap, wall, zone, survey, bar;
};

/* "8\xc3\x97", "0.125\xc3\x97" */
static void write_speed(const struct canvas *canvas, unsigned speed, char out[FIGURE_SIZE])
{
    char number[DECIMAL_TEXT_SIZE];
    if (speed > 10 * REPLAY_SPEED_NORMAL) /* what is more exact has no room */
        decimal_format(speed / 10, 2, number);
    else
        decimal_format(speed, 3, number);
    snprintf(out, FIGURE_SIZE, "%s%s", number, canvas_glyph(canvas, GLYPH_TIMES));
}

static void draw_state(const struct replay_view *replay, struct canvas *canvas)
{
    enum glyph glyph = GLYPH_PLAY;
    enum role role = ROLE_GOOD;
    char words[FIGURE_SIZE];
    if (replay->seeking) {
        glyph = GLYPH_WAITING, role = ROLE_WARNING;
        snprintf(words, sizeof words, "seeking");
    } else if (replay->ended) {
        glyph = replay->open && !replay->paused ? GLYPH_WAITING : GLYPH_STOP, role = ROLE_STRONG;
        snprintf(words, sizeof words, "%s", replay->open ? "so far" : "end");
    } else if (replay->paused) {
        glyph = GLYPH_PAUSE, role = ROLE_STRONG;
        snprintf(words, sizeof words, "paused");
    } else if (replay->speed == REPLAY_SPEED_ALL) {
        snprintf(words, sizeof words, "max");
    } else {
        write_speed(canvas, replay->speed, words);
    }
    canvas_text(canvas, 0, 1, 1, role, canvas_glyph(canvas, glyph));
    canvas_text(canvas, 0, 3, STATE_WIDTH - 2, role, words);
}

/* "0:03:12/1:00:00"; "03:12" while nobody knows how long it is. Where it stands, "03:12.045": a message is a short
 * step. Returns the columns it needs, paused or not: nothing beside it moves. Without room for a bar that can be read,
 * beside what has to be said, there are no milliseconds.
 */
static int write_place(const struct replay_view *replay, int room, char out[PLACE_SIZE])
{
    char place[FIGURE_SIZE], length[FIGURE_SIZE], exact[FIGURE_SIZE] = "";
    int64_t longest = replay->position > replay->length ? replay->position : replay->length;
    if (longest > LONGEST_PLACE) longest = LONGEST_PLACE;
    figure_place(replay->position, longest, place);
    figure_place(longest, longest, length);
    const char *of = replay->measured ? "/" : "", *whole = replay->measured ? length : "";
    snprintf(out, PLACE_SIZE, "%s%s%s", place, of, whole);
    int width = (int)text_width(text_from(out));
    int bar = room - width - EXACT_WIDTH - GAP - (replay->open ? OPEN_WIDTH + GAP : 0);
    if (replay->blind) bar -= GAP_WIDTH + GAP;
    if (room < PLACE_ROOMY || bar < BAR_ROOMY) return width;
    if (replay->paused && !replay->ended && !replay->seeking && replay->position >= 0)
        snprintf(exact, sizeof exact, ".%03d",
                 (int)(replay->position % NANOSECONDS_PER_SECOND / NANOSECONDS_PER_MILLISECOND));
    snprintf(out, PLACE_SIZE, "%s%s%s%s", place, exact, of, whole);
    return width + EXACT_WIDTH;
}

/* The bar is what gives way last but the state; the time of day comes back before the survey is written out. That it is
 * still being recorded has its room wherever the place is: at the end so far it comes to go on again and again. */
static struct parts parts_of(const struct replay_view *replay, int room, int place, int zone)
{
    struct parts parts = {0};
    bool surveys = replay->surveyed < REPLAY_SURVEYED_ALL;
    room -= place + GAP;
    int gap = replay->blind ? GAP_WIDTH + GAP : 0;
    if (replay->open && room - OPEN_WIDTH - GAP - gap >= BAR_LEAST) parts.open = OPEN_WIDTH;
    if (parts.open > 0) room -= parts.open + GAP;
    if (replay->blind && room >= GAP_WIDTH) parts.gap = GAP_WIDTH;
    if (parts.gap > 0) room -= parts.gap + GAP;
    if (room - CLOCK_WIDTH - GAP >= BAR_LEAST) parts.wall = CLOCK_WIDTH;
    if (room - DATE_WIDTH - CLOCK_WIDTH - GAP >= BAR_WIDE) parts.wall = DATE_WIDTH + CLOCK_WIDTH;
    bool dated = parts.wall > CLOCK_WIDTH;
    if (parts.wall > 0 && zone > 0 && room - parts.wall - 1 - zone - GAP >= (dated ? BAR_WIDE : BAR_ROOMY))
        parts.zone = 1 + zone;
    if (parts.wall > 0) room -= parts.wall + parts.zone + GAP;
    if (surveys && room - SURVEY_BRIEF - GAP >= BAR_LEAST) parts.survey = SURVEY_BRIEF;
    if (surveys && room - SURVEY_WIDTH - GAP >= BAR_ROOMY) parts.survey = SURVEY_WIDTH;
    if (parts.survey > 0) room -= parts.survey + GAP;
    parts.bar = room >= BAR_LEAST ? room : 0;
    return parts;
}

int replay_bar_column(int64_t length, int64_t place, int width)
{
    if (place <= 0 || length <= 0) return 0;
    if (place >= length) return width - 1;
    __extension__ typedef __int128 wide;
    return (int)((wide)place * (width - 1) / length);
}

int64_t replay_bar_place(int64_t length, int column, int width)
{
    if (column <= 0 || length <= 0) return 0;
    if (column >= width - 1) return length;
    __extension__ typedef __int128 wide;
    return (int64_t)(((wide)length * column + width - 2) / (width - 1));
}

/* Gaps first: a mark beside one is what was put there by hand. */
static void draw_landmarks(const struct replay_view *replay, struct canvas *canvas, int column, int width, bool marks)
{
    for (uint32_t i = 0; i < replay->landmark_count && i < REPLAY_LANDMARKS; i++) {
        const struct recording_landmark *landmark = &replay->landmarks[i];
        bool mark = landmark->kind == LANDMARK_MARK;
        if (mark != marks) continue;
        int at = column + replay_bar_column(replay->length, landmark->m, width);
        canvas_text(canvas, 0, at, 1, mark ? ROLE_KEY : ROLE_WARNING,
                    canvas_glyph(canvas, mark ? GLYPH_MARK : GLYPH_GAP));
    }
}

/* A place in what has no end yet has no place in the bar. */
static void draw_bar(const struct replay_view *replay, struct canvas *canvas, int column, int width)
{
    canvas_zone(canvas, 0, column, width, ZONE_BAR, replay->measured ? replay->length : -1);
    if (!replay->measured) {
        canvas_rule(canvas, 0, column, width, ROLE_BORDER);
        return;
    }
    int place = replay_bar_column(replay->length, replay->position, width);
    canvas_rule(canvas, 0, column, width, ROLE_BORDER);
    for (int i = 0; i < place; i++)
        canvas_text(canvas, 0, column + i, 1, ROLE_TEXT, canvas_glyph(canvas, GLYPH_PLAYED));
    draw_landmarks(replay, canvas, column, width, false);
    draw_landmarks(replay, canvas, column, width, true);
    canvas_text(canvas, 0, column + place, 1, ROLE_STRONG, canvas_glyph(canvas, GLYPH_PLACE));
}

/* By the clock that the user chose. */
static bool read_wall(const struct scene *scene, struct tm *broken)
{
    time_t seconds = (time_t)((scene->replay.began + scene->replay.position) / NANOSECONDS_PER_SECOND);
    return (scene->prefs.utc ? gmtime_r(&seconds, broken) : localtime_r(&seconds, broken)) != NULL;
}

/* "UTC", "CEST"; the columns it takes, 0 for one that is too long. */
static int write_zone(const struct scene *scene, char out[ZONE_SIZE])
{
    struct tm broken;
    out[0] = '\0';
    if (scene->prefs.utc)
        memcpy(out, "UTC", sizeof "UTC");
    else if (!read_wall(scene, &broken) || strftime(out, ZONE_SIZE, "%Z", &broken) == 0)
        out[0] = '\0';
    return (int)text_width(text_from(out));
}

/* "2026-11-21 07:41:03", or its end. */
static void draw_wall(const struct scene *scene, struct canvas *canvas, int column, int width)
{
    const struct replay_view *replay = &scene->replay;
    int64_t wall = replay->began + replay->position;
    struct tm broken;
    char text[FIGURE_SIZE];
    if (width <= CLOCK_WIDTH || !read_wall(scene, &broken))
        figure_clock(wall / NANOSECONDS_PER_MILLISECOND, scene->prefs.utc, text);
    else
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &broken);
    canvas_text(canvas, 0, column, width, ROLE_MUTED, text);
}

/* Something is missing before here, and no book is known. */
static void draw_gap(struct canvas *canvas, int column)
{
    canvas_text(canvas, 0, column, 1, ROLE_WARNING, canvas_glyph(canvas, GLYPH_GAP));
    canvas_text(canvas, 0, column + 2, GAP_WIDTH - 2, ROLE_WARNING, "gap");
}

static void draw_survey(const struct replay_view *replay, struct canvas *canvas, int column, int width)
{
    char text[FIGURE_SIZE];
    if (width == SURVEY_WIDTH)
        snprintf(text, sizeof text, "surveyed %2u %%", replay->surveyed / 10);
    else
        snprintf(text, sizeof text, "%2u %%", replay->surveyed / 10);
    canvas_text(canvas, 0, column, width, ROLE_MUTED, text);
}

void replay_row_draw(struct scene *scene, struct canvas *canvas)
{
    const struct replay_view *replay = &scene->replay;
    char place[PLACE_SIZE], zone[ZONE_SIZE];
    int column = 1 + STATE_WIDTH + 1, right = canvas->area.width - 1;
    int place_width = write_place(replay, right - column, place);
    struct parts parts = parts_of(replay, right - column, place_width, write_zone(scene, zone));
    draw_state(replay, canvas);
    canvas_right(canvas, 0, column, place_width, ROLE_TEXT, place);
    column += place_width + GAP;
    if (parts.open > 0)
        column += canvas_text(canvas, 0, column, parts.open, ROLE_WARNING, "still being recorded") + GAP;
    if (parts.gap > 0) {
        draw_gap(canvas, column);
        column += parts.gap + GAP;
    }
    if (parts.wall > 0) {
        draw_wall(scene, canvas, column, parts.wall);
        if (parts.zone > 0) canvas_foreign(canvas, 0, column + parts.wall + 1, parts.zone, ROLE_MUTED, text_from(zone));
        column += parts.wall + parts.zone + GAP;
    }
    if (parts.bar > 0) draw_bar(replay, canvas, column, parts.bar);
    if (parts.survey > 0) draw_survey(replay, canvas, right - parts.survey, parts.survey);
    int64_t into = replay->position > 0 ? replay->position % NANOSECONDS_PER_SECOND : 0;
    scene_due_in(scene, NANOSECONDS_PER_SECOND - into);
}
