/* Every N-th call that can fail, failed once each while a feed connects to the local exchange, gets a book and leaves.
 *
 * After one failure there is no crash and no leak of memory or descriptors, and the user is not left without a word:
 * the feed refuses to start and says why, or a reason is shown on the way, or all goes well in spite of it. Whatever
 * happens, in the end there is a proved book, without anybody's help but asking again.
 *
 * usage: connect BOOKTOP, with shim.c preloaded. BOOKTOP_MARKET names a market; BOOKTOP_STEP: only every so manieth
 * malloc is failed (61 where it is not set).
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/feed/feed.h"
#include "booktop/net/limits.h"
#include "booktop/net/loop.h"
#include "shim.h"

/* How long one run may take, and after how long without an answer a user asks again. */
#define PATIENCE (20 * NANOSECONDS_PER_SECOND)
#define STEP     61

static struct {
    void (*arm)(enum failing_kind, unsigned long, int);
    void (*disarm)(void);
    unsigned long (*count)(enum failing_kind);
    unsigned long (*fired)(void);
    long (*live)(void);
} shim;

static const struct kind {
    enum failing_kind kind;
    const char *name;
    int error;
    bool every; /* too few of them to leave some out */
} kinds[] = {
    {FAILING_MEMORY, "malloc", ENOMEM, false},       {FAILING_SOCKET, "socket", EMFILE, true},
    {FAILING_CONNECT, "connect", ENETUNREACH, true}, {FAILING_SEND, "send", ECONNRESET, true},
    {FAILING_RECEIVE, "recv", ECONNRESET, true},
};

/* What one run has shown. */
struct run {
    bool verified, refused;
    unsigned asked;
    char reason[VIEW_REASON_SIZE]; /* the last that was shown */
};

static struct addresses addresses;
static struct venue_endpoints endpoints[VENUE_COUNT];
static char ca_folder[] = "/tmp/booktop-failing-XXXXXX", ca_path[64];
static char ca_pem[4096];
static pid_t child;

static void fail(const char *words)
{
    fprintf(stderr, "failing/connect: %s\n", words);
    exit(1);
}

static int64_t now(void)
{
    return clock_now(&clock_system).mono;
}

/* --- the exchange, in a process of its own: its calls are not ours --- */

/* Also in a signal's handler. */
static void stop_exchange(void)
{
    if (child > 0) {
        kill(child, SIGTERM);
        waitpid(child, NULL, 0);
    }
    child = 0;
    if (!ca_path[0]) return;
    unlink(ca_path);
    rmdir(ca_folder);
}

static void start_exchange(char *program)
{
    extern char **environ;
    int pipes[2];
    char line[128] = "";
    unsigned port = 0;
    if (!mkdtemp(ca_folder)) fail("no folder for the certificate");
    snprintf(ca_path, sizeof ca_path, "%s/ca.pem", ca_folder);
    atexit(stop_exchange);
    char *arguments[] = {program, "exchange", "--seed", "4", "--log", "/dev/null", "--ca-out", ca_path, NULL};
    posix_spawn_file_actions_t actions;
    if (pipe(pipes) || posix_spawn_file_actions_init(&actions)) fail("no pipe");
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipes[0]);
    unsetenv("LD_PRELOAD");
    if (posix_spawn(&child, program, &actions, NULL, arguments, environ)) fail("the exchange does not start");
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    FILE *said = fdopen(pipes[0], "r");
    if (!said || !fgets(line, sizeof line, said)) fail("the exchange says nothing");
    const char *at = strstr(line, "port ");
    if (!at || sscanf(at, "port %u", &port) != 1) fail("the exchange names no port");
    fclose(said);
    addresses_at(&addresses, port, endpoints);
    FILE *file = fopen(ca_path, "r");
    if (!file || fread(ca_pem, 1, sizeof ca_pem - 1, file) == 0) fail("the exchange left no certificate");
    fclose(file);
}

/* --- one run --- */

static struct feed *start_feed(char *error, size_t error_size)
{
    struct net_limits limits = net_limits_default;
    limits.retry_first = 10 * NANOSECONDS_PER_MILLISECOND;
    limits.retry_most = 50 * NANOSECONDS_PER_MILLISECOND;
    struct feed_options options = {.clock = &clock_system,
                                   .ca_pem = text_from(ca_pem),
                                   .demo = true,
                                   .limits = &limits,
                                   .off = {[VENUE_KALSHI] = true}};
    options.endpoints[VENUE_POLYMARKET] = endpoints[VENUE_POLYMARKET];
    return feed_start(&options, error, error_size);
}

static void hear(struct run *run, const char *reason)
{
    if (reason[0]) text_copy(text_from(reason), run->reason, sizeof run->reason);
}

/* Takes what there is. True if the question failed and has to be put again. */
static bool take(struct feed *feed, struct run *run)
{
    bool again = false;
    struct answer_view answer;
    feed_woken(feed);
    while (feed_answer(feed, &answer)) {
        hear(run, answer.why);
        if (answer.result == ANSWER_LIST) feed_release(feed, answer.catalogue);
        again |= answer.result != ANSWER_OPENED;
    }
    const struct book_view *view = feed_view(feed, 0);
    if (!view) return again;
    hear(run, view->link.reason);
    run->verified |= view->has_book && view->proof.state == PROOF_VERIFIED;
    return again;
}

static void watch(struct feed *feed, struct run *run, const char *market)
{
    int64_t end = now() + PATIENCE;
    feed_open(feed, 0, market);
    run->asked = 1;
    while (!run->verified && now() < end) {
        struct pollfd ready = {.fd = feed_wake_fd(feed), .events = POLLIN};
        poll(&ready, 1, (int)((end - now()) / NANOSECONDS_PER_MILLISECOND) + 1);
        if (!take(feed, run)) continue;
        feed_open(feed, 0, market);
        run->asked++;
    }
}

/* Starts a feed, looks at a market until its book is proved, stops. A feed that refuses is started again: the failure
 * is over. */
static struct run run_once(const char *market)
{
    struct run run = {0};
    struct feed *feed = start_feed(run.reason, sizeof run.reason);
    if (!feed) {
        run.refused = true;
        if (!run.reason[0]) fail("the feed refused to start without a word");
        char ignored[VIEW_REASON_SIZE];
        feed = start_feed(ignored, sizeof ignored);
    }
    if (!feed) fail("the feed does not start though nothing fails any more");
    watch(feed, &run, market);
    feed_stop(feed);
    return run;
}

/* --- all runs --- */

static char at_work[32]; /* the call that fails in this run */

/* A crash says which call it was, and where. */
static void crashed(int signal)
{
    void *frames[48];
    char *const words[] = {"\nfailing/connect: a crash when this call failed: ", at_work, "\n"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) (void)!write(STDERR_FILENO, words[i], strlen(words[i]));
    backtrace_symbols_fd(frames, backtrace(frames, 48), STDERR_FILENO);
    stop_exchange();
    _exit(128 + signal);
}

static void ended(int signal)
{
    stop_exchange();
    _exit(128 + signal);
}

static void watch_for_crashes(void)
{
    void *frame[1];
    backtrace(frame, 1); /* loads what it needs */
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    signal(SIGBUS, crashed);
    signal(SIGTERM, ended);
    signal(SIGINT, ended);
}

static unsigned leaks;

struct left {
    long blocks, descriptors;
};

static long descriptors_open(void)
{
    long count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder) fail("no /proc/self/fd");
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

/* What this run left behind. */
static struct left left_behind(const struct kind *kind, unsigned long number, const char *market, struct run *run)
{
    struct left before = {shim.live(), descriptors_open()};
    snprintf(at_work, sizeof at_work, "%s %lu", kind->name, number);
    shim.arm(kind->kind, number, kind->error);
    *run = run_once(market);
    shim.disarm();
    return (struct left){shim.live() - before.blocks, descriptors_open() - before.descriptors};
}

static void judge(const struct kind *kind, unsigned long number, const struct run *run, struct left left)
{
    if (!run->verified) {
        fprintf(stderr, "%s %lu: no proved book; said: '%s'\n", kind->name, number, run->reason);
        exit(1);
    }
    if (left.blocks <= 0 && left.descriptors <= 0) return;
    fprintf(stderr, "%s %lu: %ld blocks and %ld descriptors were left behind\n", kind->name, number, left.blocks,
            left.descriptors);
    leaks++;
}

static unsigned long run_kind(const struct kind *kind, unsigned long step, const char *market)
{
    struct run run;
    unsigned long survived = 0, refused = 0, shown = 0, number = 1;
    if (kind->every) step = 1;
    const char *from = getenv("BOOKTOP_FROM");
    if (from && !kind->every) number = strtoul(from, NULL, 10);
    for (;; number += step) {
        struct left left = left_behind(kind, number, market, &run);
        bool fired = shim.fired() > 0;
        /* What a library keeps for good, once, is no leak: it does not come a second time. */
        if (left.blocks > 0 || left.descriptors > 0) left = left_behind(kind, number, market, &run);
        judge(kind, number, &run, left);
        if (!fired) break;
        survived++;
        refused += run.refused;
        shown += run.reason[0] != '\0';
    }
    char each[40] = "each";
    if (step > 1) snprintf(each, sizeof each, "every %lu-th", step);
    printf("%-8s %s of %lu calls failed once, %lu in all: %lu with a reason shown, %lu of these before the start\n",
           kind->name, each, number - 1, survived, shown, refused);
    return survived;
}

int main(int argc, char **argv)
{
    if (argc != 2) fail("usage: connect BOOKTOP");
    *(void **)&shim.arm = dlsym(RTLD_DEFAULT, "failing_arm");
    *(void **)&shim.disarm = dlsym(RTLD_DEFAULT, "failing_disarm");
    *(void **)&shim.count = dlsym(RTLD_DEFAULT, "failing_count");
    *(void **)&shim.fired = dlsym(RTLD_DEFAULT, "failing_fired");
    *(void **)&shim.live = dlsym(RTLD_DEFAULT, "failing_live");
    if (!shim.arm || !shim.disarm || !shim.count || !shim.fired || !shim.live) fail("the shim is not preloaded");
    signal(SIGPIPE, SIG_IGN);
    watch_for_crashes();
    net_start();
    start_exchange(argv[1]);
    const char *wanted = getenv("BOOKTOP_STEP");
    unsigned long step = wanted ? strtoul(wanted, NULL, 10) : STEP, survived = 0;
    if (!step) fail("BOOKTOP_STEP is a number from 1");
    const char *market = getenv("BOOKTOP_MARKET");
    if (!market) fail("BOOKTOP_MARKET names no market");
    /* What is made once and kept. */
    for (int i = 0; i < 3; i++)
        if (!run_once(market).verified) fail("no proved book though nothing fails");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) survived += run_kind(&kinds[i], step, market);
    printf("faults survived: %lu\n", survived);
    if (leaks) fail("there were leaks");
    return 0;
}
