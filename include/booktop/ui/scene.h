/* All that can be seen: copies of what the feed published and the choices of the user. scene_draw makes the picture
 * from it and from nothing else, so that a test can draw any moment from data made by hand. Main thread.
 */
#ifndef BOOKTOP_UI_SCENE_H
#define BOOKTOP_UI_SCENE_H

#include "booktop/base/clock.h"
#include "booktop/feed/replay.h"
#include "booktop/feed/taping.h"
#include "booktop/ui/command.h"
#include "booktop/ui/history.h"
#include "booktop/ui/cost.h"
#include "booktop/ui/ladder.h"
#include "booktop/ui/layout.h"
#include "booktop/ui/market_list.h"
#include "booktop/ui/prefs.h"
#include "booktop/ui/prompt.h"
#include "booktop/ui/search.h"
#include "booktop/ui/themes.h"
#include "booktop/ui/view_ops.h"
#include "booktop/ui/watch_list.h"

enum screen { SCREEN_LIST, SCREEN_BOOK };

#define WATCHED_MARKETS 9
#define NOTICE_SIZE     200
#define WORDS_SIZE      PROMPT_SIZE

/* "100", and as many decimals behind a point. */
#define JUMP_DIGITS 7

/* What the line that is typed is for. */
enum prompt_use {
    PROMPT_SEARCH,
    PROMPT_FILTER,
    PROMPT_MARK,
    PROMPT_COMMAND,
    PROMPT_FIND_KEY,
    PROMPT_COST,
    PROMPT_GROUP
};
/* A mark's note is no longer than what is kept of it (feed_mark), bytes. */
#define NOTE_MOST 80
/* The bytes that a line for this use may have; 0: as many as there is room for. */
size_t prompt_most(enum prompt_use use);

/* The words offered for the command line as it was at the last drawing. */
struct command_offer {
    bool known;
    enum context context;
    char line[PROMPT_SIZE];
    struct choices choices;
};

struct scene {
    struct prefs prefs;   /* what the user chooses and keeps */
    struct stamp started; /* of the program */
    /* Of this picture: by the clock of the views, which in a replay stands still, hurries or jumps, and by the
     * machine's (mono ns). */
    struct stamp now;
    int64_t machine;
    /* Set while drawing: the machine's mono ns at which some text of the picture changes by itself. */
    int64_t due;
    unsigned clock_speed; /* seconds of the views' clock in one of the machine's, for a live feed; 0: 1 */

    enum screen screen;
    bool help_open, prompt_open;
    bool proof_open; /* on the book screen: how its book is proved, instead of the panes */
    bool info_open;  /* all about the market on the screen, or the selected one of the list, or of the watch list */
    bool log_open;   /* over every screen: the connections, and what happened to them */
    bool low;        /* at the last drawing: the footer is the replay's row */
    enum pane focus;
    enum start_step link_step; /* that the connection's newest attempt came to; STEP_LOOKUP: not known */
    bool full_pane;
    bool beside[PANE_COUNT]; /* at the last drawing: as layout.beside */
    bool tape_paused;        /* by the user */
    bool tape_still;         /* scrolled or paused: what is shown are the trades of then */
    bool demo;
    bool forgets;      /* of what the user chooses nothing is kept after the end */
    bool replaying;    /* a recording is watched: `replay` says where it stands */
    bool can_record;   /* `taping` says how that goes */
    bool failure_read; /* the user has read why the recording failed */
    bool colourless;   /* the terminal shows no colours */
    bool has_view;     /* `book` was set */
    bool has_connections;
    bool watch_open; /* over every screen: the watch list */
    bool opening;    /* another market was asked for and is not there yet */

    struct book_view book;          /* the newest; texts raw */
    char opening_words[WORDS_SIZE]; /* what was asked for; raw */
    struct stamp opening_since;

    struct ladder ladder;
    struct cost_asked cost; /* a size that was typed; its cost is told */
    int chart_zoom;         /* steps nearer to the middle than everything, or farther if negative */

    int tape_page;
    uint32_t tape_skip; /* newest trades scrolled past */
    struct tape_view tape_kept;

    struct market_list list;
    struct search search;                                 /* while its line is open */
    char list_words[WORDS_SIZE];                          /* what was searched; "": what is traded most */
    char list_trouble[WORDS_SIZE + VIEW_REASON_SIZE + 2]; /* without a list: why; "": it is asked for */

    struct prompt prompt;
    enum prompt_use prompt_use;
    unsigned history_back; /* which line of the history the prompt holds, 0: what was typed */
    struct command_offer offer;
    char command_error[NOTICE_SIZE]; /* what is wrong with the command, or size, that is typed; "": nothing known */
    char typed_line[PROMPT_SIZE];    /* what was typed before that */
    char help_words[PROMPT_SIZE];    /* the help shows only what has these words; "": everything */
    int help_top;
    int proof_top; /* first line shown of the proof */
    int proof_page;
    int info_top, info_page;

    struct connections_view connections; /* while the log is open, once has_connections */
    int log_top, log_page;
    /* The journal at the last drawing: its lines, and entries written till then; what is read keeps its place. */
    int log_journal, log_figures;
    uint64_t log_written;

    struct history history; /* of commands */

    struct themes themes; /* its list lies beside every screen while it is open */

    /* The watch list; its selection is a row. */
    struct watch_list watch;
    uint32_t watch_selected;
    int watch_top, watch_page;

    /* Markets opened in this session, in order. */
    unsigned watched_count;
    struct catalogue_entry watched[WATCHED_MARKETS];

    struct replay_view replay;
    char damage_read[RECORDING_REASON]; /* the trouble of the replay that the user has read */

    struct taping_status taping;

    char notice[NOTICE_SIZE];        /* one line for the user instead of the footer's hints; sanitized when drawn */
    char notice_path[RECORDER_PATH]; /* behind it, cut at its start; raw. "": none */
    enum role notice_role;
    int64_t notice_until;       /* the machine's mono ns at which it goes by itself; 0: it waits for a key */
    char jump[JUMP_DIGITS + 1]; /* typed so far of a place in the replay to jump to, "33.3"; "": nothing */

    /* The latency is drawn calmly: a reading is kept for half a second of the machine's time. */
    int64_t latency_shown;
    int64_t latency_until;
};

void scene_init(struct scene *scene, struct stamp started);
void scene_free(struct scene *scene);

/* A new view of the panel. */
void scene_take(struct scene *scene, const struct book_view *view);
/* The connections anew. */
void scene_take_connections(struct scene *scene, const struct connections_view *connections);

/* How a replay runs; times that no recording has are held within bounds. */
void scene_take_replay(struct scene *scene, const struct replay_view *replay);

/* The whole picture, canvas cleared first. */
void scene_draw(struct scene *scene, struct canvas *canvas);

/* The context whose keys count now. */
enum context scene_context(const struct scene *scene);
/* That of the view which is seen, whatever is being typed, and that of the one behind the help. */
enum context scene_view_context(const struct scene *scene);
enum context scene_helped_context(const struct scene *scene);
/* Does an action that concerns only what is seen; false if it needs the session, or means nothing now. */
bool scene_act(struct scene *scene, enum action action);

void scene_notice(struct scene *scene, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What is told in passing goes by itself after some seconds. */
void scene_notice_briefly(struct scene *scene);
/* "recording to ~/.local/…": words and the name of a file, whose end is what is seen of it where room is short. */
void scene_notice_file(struct scene *scene, enum role role, const char *words, const char *path);
/* The user pressed a key: notices and alerts were read. */
void scene_read(struct scene *scene);

/* For drawing: the picture changes by itself after so many nanoseconds of the views' clock, or of the machine's. */
void scene_due_in(struct scene *scene, int64_t nanoseconds);
void scene_due_in_machine_time(struct scene *scene, int64_t nanoseconds);
/* True if it is known which market is meant, whether it has a book yet or not. */
bool scene_knows_market(const struct scene *scene);

/* What is shown comes from the local exchange, as far as is known. */
bool scene_is_demo(const struct scene *scene);
/* "; in the demo nothing is kept" where that is so, else "". Static. */
const char *scene_forgets(const struct scene *scene);
/* A size whose cost is to be told from now on: cost_read. The cursor goes away, so that it is seen. */
bool scene_ask_cost(struct scene *scene, struct text typed, char *error, size_t error_size);
/* True if the market's info is what is seen. */
bool scene_shows_info(const struct scene *scene);
/* True if the proof's panel is what is seen of the market. */
bool scene_shows_proof(const struct scene *scene);
/* True if a connection that is down or given up is known of: trying again at once is offered. */
bool scene_offers_retry(const struct scene *scene);
/* Why the connection is as it is where that needs a row of its own to be read, else "". Sanitized. */
const char *scene_trouble(const struct scene *scene, int width);
/* What has to be read before anything else, in a row of its own until a key was pressed, else "": that the recording
 * failed, or that the one that is watched is damaged. */
const char *scene_alert(const struct scene *scene, enum role *role, const char **label);
/* link_outlook (state_words.h), less what a replay does not offer. */
bool scene_outlook(const struct scene *scene, const struct link_view *link, char out[FIGURE_SIZE], int64_t *changes_in);
/* True if the steps of the start are what is seen of the market; they tell the reason in full. */
bool scene_shows_start(const struct scene *scene);
/* True if the book on the screen cannot be taken for current: it is drawn muted, and says for how long. */
bool scene_stale(const struct scene *scene);

/* The parts around the views. */
void header_draw(struct scene *scene, struct canvas *canvas);
void footer_draw(struct scene *scene, struct canvas *canvas);
/* On the rule above, where a replay's row has taken the footer's place. */
void hints_on_rule_draw(struct scene *scene, struct canvas *canvas);
/* The rows that it needs in a window so wide: a notice may be longer than one. */
int footer_height(const struct scene *scene, int width);
/* The columns that the mark of a recording takes from the header's second row in a window so wide; 0: there is none. */
int header_rec_width(const struct scene *scene, int width);
/* The rows above the footer, while they are there. An alert may be longer than one; it says the most at the begin. */
int alert_height(const struct scene *scene, int width);
void alert_draw(struct scene *scene, struct canvas *canvas);
void trouble_draw(struct scene *scene, struct canvas *canvas);
void replay_row_draw(struct scene *scene, struct canvas *canvas);
/* The level under the cursor in words, into the lower rule; while the cursor is off what a typed size would cost. */
void readout_draw(struct scene *scene, struct canvas *canvas);

#endif
