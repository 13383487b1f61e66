/* How fast things are, and how often checks failed. */
#include <stdio.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "state_row_inside.h"
#include "state_words.h"

/* A venue's clock may be so much ahead of ours before its stamps mean nothing. */
#define CLOCK_SLACK  (5 * NANOSECONDS_PER_MILLISECOND)
#define LATENCY_HOLD (NANOSECONDS_PER_SECOND / 2)

#define LATENCY_WIDTH 10
#define LAG           "lag "
#define RATE_WIDTH    12
#define RATE          " msg/s"
#define COUNT_WIDTH   5

/* From this width on the usual reasons have room of their own, elsewhere they lie over the pace. */
#define LEAST_WIDTH_FOR_REASONS 102
#define REASON_END              39

/* How long a failure or a resync is news. */
#define NEWS (60 * NANOSECONDS_PER_SECOND)

/* A count behind the pace. */
struct counted {
    const char *label;
    uint64_t count;
    /* Whose notes make it news; HAPPENED_COUNT: none. */
    enum proof_happening what, too;
};

/* Places */

/* Where what is said of a current book's state usually ends. */
static int state_end(const struct scene *scene, enum verified_words words)
{
    static const char verified[] = "o verified";
    int end = 1 + (int)sizeof verified - 1;
    if (words == SAYS_VERIFIED) return end;
    end += 1 + (int)text_width(text_from(venue_get(scene->book.instrument.venue)->proof));
    return words == SAYS_METHOD ? end : end + GAP + PROOFS_WIDTH;
}

/* The counts, the most needed first. */
static void list_counts(const struct book_view *book, struct counted counts[PACE_COUNTS])
{
    const struct proof *proof = &book->proof;
    const struct counted searched = {"searched", proof->searched, HAPPENED_COUNT, HAPPENED_COUNT};
    const struct counted gaps = {"gaps", proof->gaps, HAPPENED_GAP, HAPPENED_COUNT};
    const struct counted listed[PACE_COUNTS] = {
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

/* The figures behind so much of words. */
static struct pace pace_behind(const struct scene *scene, enum verified_words words, int width)
{
    struct pace pace = {.words = words};
    struct counted counts[PACE_COUNTS];
    list_counts(&scene->book, counts);
    int end = state_end(scene, words);
    if (width >= LEAST_WIDTH_FOR_REASONS && end < REASON_END) end = REASON_END;
    pace.latency = end + GAP;
    pace.rate = pace.latency + LATENCY_WIDTH + 1;
    int column = pace.rate + RATE_WIDTH;
    for (int i = 0; i < PACE_COUNTS; i++) {
        pace.counts[i] = column + GAP;
        column = pace.counts[i] + count_width(&counts[i]);
    }
    return pace;
}

/* How often checks failed is needed more than how often they did not, and than by what. */
struct pace pace_of(const struct scene *scene, int width)
{
    struct pace pace = pace_behind(scene, SAYS_PROOFS, width);
    for (int words = SAYS_PROOFS - 1; words >= SAYS_VERIFIED && pace.counts[1] - GAP > width; words--)
        pace = pace_behind(scene, (enum verified_words)words, width);
    return pace;
}

/* Figures */

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

/* "lag 1 ms" */
static void draw_latency(struct scene *scene, struct canvas *canvas, const struct pace *pace, int words_end)
{
    char text[FIGURE_SIZE];
    int64_t latency = calm_latency(scene);
    if (latency == LATENCY_UNKNOWN || !has_room(canvas, pace->latency, LATENCY_WIDTH, words_end)) return;
    /* Clocks that differ by more than the way takes make nonsense of the difference. */
    bool nonsense = latency < -CLOCK_SLACK;
    if (nonsense)
        snprintf(text, sizeof text, "clock");
    else
        figure_duration(latency < 0 ? 0 : latency, text);
    canvas_right(canvas, 1, pace->latency, LATENCY_WIDTH, ROLE_TEXT, text);
    int label = (int)sizeof LAG - 1, left = LATENCY_WIDTH - (int)text_width(text_from(text)) - label;
    if (left >= 0 && !nonsense) canvas_text(canvas, 1, pace->latency + left, label, ROLE_MUTED, LAG);
}

/* "39 msg/s" */
static void draw_rate(const struct scene *scene, struct canvas *canvas, const struct pace *pace, int words_end)
{
    char text[FIGURE_SIZE], rate[FIGURE_SIZE + sizeof RATE];
    if (!has_room(canvas, pace->rate, RATE_WIDTH, words_end)) return;
    figure_compact(scene->book.rate, 0, text);
    snprintf(rate, sizeof rate, "%s" RATE, text);
    canvas_right(canvas, 1, pace->rate, RATE_WIDTH, ROLE_TEXT, rate);
}

void pace_count(uint64_t count, int width, char out[FIGURE_SIZE])
{
    int64_t number = count > INT64_MAX ? INT64_MAX : (int64_t)count;
    figure_exact(number, 0, out);
    if ((int)text_width(text_from(out)) > width) figure_compact(number, 0, out);
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

static void draw_counts(struct scene *scene, struct canvas *canvas, const struct pace *pace, int words_end)
{
    struct counted counts[PACE_COUNTS];
    list_counts(&scene->book, counts);
    for (int i = 0; i < PACE_COUNTS; i++) {
        char text[FIGURE_SIZE];
        int column = pace->counts[i], width = count_width(&counts[i]);
        if (!has_room(canvas, column, width, words_end)) continue;
        bool news = counts[i].count > 0 && (is_news(scene, counts[i].what) || is_news(scene, counts[i].too));
        enum role role = news ? ROLE_WARNING : counts[i].count > 0 ? ROLE_TEXT : ROLE_MUTED;
        column += canvas_text(canvas, 1, column, width, ROLE_MUTED, counts[i].label) + 1;
        pace_count(counts[i].count, COUNT_WIDTH, text);
        canvas_text(canvas, 1, column, COUNT_WIDTH, role, text);
    }
}

void pace_draw(struct scene *scene, struct canvas *canvas, const struct pace *pace, int words_end)
{
    draw_latency(scene, canvas, pace, words_end);
    draw_rate(scene, canvas, pace, words_end);
    draw_counts(scene, canvas, pace, words_end);
}
