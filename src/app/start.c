#include "start.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "booktop/feed/taping.h"
#include "booktop/net/proxy.h"
#include "booktop/net/websocket.h"
#include "booktop/ui/theme.h"
#include "booktop/venue/kalshi/command.h"
#include "cache.h"
#include "kalshi_key.h"
#include "place.h"
#include "told.h"

#define CA_SIZE (1u << 20)
/* The name of the file in which Kalshi's events are kept. */
#define KALSHI_CACHE "kalshi-events"
/* The folder for what no -o says where to put. */
#define RECORDINGS "recordings"

void start_log(const struct options *options)
{
    char path[PLACE_SIZE];
    const char *file = options->log_file;
    if (!file && place_find(path, "XDG_STATE_HOME", ".local/state", "booktop.log")) {
        place_make_folders(path);
        file = path;
    }
    enum log_level least = options->debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
    if (file && !log_open(file, least, &clock_system) && options->log_file)
        fprintf(stderr, "booktop: no log in %s: %s\n", file, strerror(errno));
    net_start();
    log_write(LOG_LEVEL_INFO, "app", "booktop %s", BOOKTOP_VERSION);
}

void start_log_end(void)
{
    log_close();
}

void start_check_theme(const struct options *options)
{
    struct theme theme;
    char why[THEME_ERROR_SIZE];
    if (options->theme && !theme_load(&theme, options->theme, why, sizeof why)) told_error(why);
}

void start_block_signals(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    struct sigaction hangup;
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hangup) != 0 || hangup.sa_handler != SIG_IGN) sigaddset(&ends, SIGHUP); /* nohup */
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

bool start_wants_screen(const struct options *options)
{
    const char *type = getenv("TERM");
    bool able = isatty(STDOUT_FILENO) && type && type[0] && strcmp(type, "dumb") != 0;
    return able && !options->once && !options->json && !options->for_ns;
}

enum colour_choice start_colour(const struct options *options)
{
    static const enum colour_choice colours[] = {
        [COLOR_AUTO] = COLOUR_AUTO, [COLOR_ALWAYS] = COLOUR_ALWAYS, [COLOR_NEVER] = COLOUR_NEVER};
    return colours[options->color];
}

struct exchange_options start_exchange_options(const struct options *options)
{
    return (struct exchange_options){
        .port = options->port,
        .seed = options->seed,
        .start_ms = options->start_ms,
        .speed = options->speed,
        .markets = options->markets,
        .fault_file = options->fault_file,
        .clock = &clock_system,
    };
}

/* The whole of a file of certificates. */
static bool read_ca(struct backend *backend, const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "re");
    size_t length = 0;
    if (file) {
        backend->ca_pem = malloc(CA_SIZE);
        if (backend->ca_pem) length = fread(backend->ca_pem, 1, CA_SIZE - 1, file);
        fclose(file);
    }
    if (length == 0) {
        snprintf(error, error_size, "cannot read the certificates in %s: %s", path, errno ? strerror(errno) : "empty");
        return false;
    }
    backend->ca_pem[length] = '\0';
    return true;
}

/* The exchange keeps on one port what the venues keep on many hosts. */
static void point_to_exchange(struct backend *backend, struct feed_options *feed_options, unsigned port)
{
    static const struct {
        const char *scheme, *path;
    } places[6] = {{"wss", "/ws/market"}, {"https", "/clob"},          {"https", "/gamma"},
                   {"https", "/data"},    {"wss", "/trade-api/ws/v2"}, {"https", "/trade-api/v2"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        snprintf(backend->urls[i], sizeof backend->urls[i], "%s://127.0.0.1:%u%s", places[i].scheme, port,
                 places[i].path);
    feed_options->endpoints[VENUE_POLYMARKET] =
        (struct venue_endpoints){backend->urls[0], backend->urls[1], backend->urls[2], backend->urls[3]};
    feed_options->endpoints[VENUE_KALSHI] =
        (struct venue_endpoints){.stream = backend->urls[4], .books = backend->urls[5]};
    feed_options->demo = true;
}

/* Feed thread. What is signed is the present time: each attempt signs anew. */
static size_t kalshi_headers(void *context, struct stamp stamp, struct websocket_header *out)
{
    struct backend *backend = context;
    if (!kalshi_sign(backend->kalshi_key, "GET", KALSHI_STREAM_PATH, stamp.wall / NANOSECONDS_PER_MILLISECOND,
                     &backend->signature))
        return WEBSOCKET_HEADERS_FAILED;
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", kalshi_key_id(backend->kalshi_key)};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", backend->signature.timestamp};
    out[2] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", backend->signature.signature};
    return 3;
}

/* The user's key, if there is one. One that cannot be used is a reason not to start only if it was asked for in this
 * very call: what lies in the environment or the config file must not keep anybody from other venues. */
static bool load_key(struct backend *backend, const struct options *options, const struct config *config, char *error,
                     size_t error_size)
{
    char why[256];
    struct kalshi_key_names names = kalshi_key_names(options, config);
    if (!names.id && !names.file) return true;
    backend->kalshi_key = kalshi_key_load(&names, why, sizeof why);
    if (backend->kalshi_key) return true;
    if (names.by_option) {
        snprintf(error, error_size, "%s", why);
        return false;
    }
    log_write(LOG_LEVEL_WARN, "app", "Kalshi without a key: %s; its books are polled", why);
    fprintf(stderr, "booktop: Kalshi without a key: %s; its books are polled\n", why);
    return true;
}

static bool start_exchange(struct backend *backend, struct feed_options *feed_options, const struct options *options,
                           char *error, size_t error_size)
{
    struct exchange_options exchange_options = start_exchange_options(options);
    backend->exchange = exchange_start(&exchange_options, error, error_size);
    if (!backend->exchange) return false;
    point_to_exchange(backend, feed_options, exchange_port(backend->exchange));
    feed_options->ca_pem = exchange_ca_pem(backend->exchange);
    struct text pem = exchange_kalshi_key_pem(backend->exchange);
    backend->kalshi_key =
        kalshi_key_read(exchange_kalshi_key_id(backend->exchange), pem.at, pem.length, error, error_size);
    return backend->kalshi_key != NULL;
}

/* Main thread, in feed_stop. */
static void keep(void *context, enum venue_id venue, struct text text)
{
    (void)context;
    if (venue == VENUE_KALSHI) cache_write(KALSHI_CACHE, text);
}

/* What is kept is the venue's own catalogue: another must not be taken for it. */
static bool start_feed(struct backend *backend, struct feed_options *feed_options, bool keeps, char *error,
                       size_t error_size)
{
    struct text kept = {NULL, 0};
    if (keeps) {
        kept = cache_read(KALSHI_CACHE);
        feed_options->kept[VENUE_KALSHI] = kept;
        feed_options->keep = keep;
    }
    backend->feed = feed_start(feed_options, error, error_size);
    cache_free(kept);
    return backend->feed != NULL;
}

/* --- recordings --- */

/* The kernel's name for this run of the machine; empty where it has none. */
static void read_boot(char boot[START_BOOT_SIZE])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    size_t length = file ? fread(boot, 1, START_BOOT_SIZE - 1, file) : 0;
    if (file) fclose(file);
    boot[length] = '\0';
    boot[strcspn(boot, "\n")] = '\0';
}

/* Where --output says, else in the user's folder. False where there is no such place. */
static bool place_recording(struct backend *backend, const struct options *options)
{
    char *path = backend->recording_path;
    if (!options->output) return place_find(path, "XDG_DATA_HOME", ".local/share", RECORDINGS);
    return snprintf(path, PLACE_SIZE, "%s", options->output) < PLACE_SIZE;
}

/* Why there is no such place. */
static const char *why_no_place(const struct options *options)
{
    if (options->output) return "the name behind -o is too long";
    if (!getenv("HOME") && !getenv("XDG_DATA_HOME"))
        return "there is no place for recordings: HOME is not set, nor XDG_DATA_HOME. Set one, or say where by -o";
    return "there is no place for recordings: HOME and XDG_DATA_HOME name no folder, or one whose name is too long. "
           "They begin with /; or say where by -o";
}

/* Nothing is made yet: there may never be a recording. */
static void prepare_recording(struct backend *backend, const struct feed_options *feed_options,
                              const struct options *options, enum backend_kind kind)
{
    read_boot(backend->boot);
    if (!place_recording(backend, options)) {
        backend->recording_path[0] = '\0';
        backend->no_place = why_no_place(options);
    }
    backend->recording = (struct recorder_options){
        .path = backend->recording_path,
        .clock = feed_options->clock,
        .header = {.tool = "booktop " BOOKTOP_VERSION, .boot = backend->boot, .demo = feed_options->demo},
    };
    bool named[VENUE_COUNT];
    start_named_venues(options, named);
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        backend->recording.header.venues[i] = !feed_options->off[i] && (kind != BACKEND_RECORD || named[i]);
        backend->recording.header.keys[i] = feed_options->signers[i].headers != NULL;
    }
}

/* The feed has it from its first moment on. */
static bool start_recorder(struct backend *backend, struct feed_options *feed_options, char *error, size_t error_size)
{
    if (!backend->recording_path[0]) {
        snprintf(error, error_size, "%s", backend->no_place);
        return false;
    }
    if (!taping_make_folder(backend->recording_path, error, error_size)) return false;
    backend->recorder = recorder_create(&backend->recording, error, error_size);
    feed_options->recorder = backend->recorder;
    return backend->recorder != NULL;
}

/* A recording of nothing leaves no file. After backend_stop: the feed has let go of it. */
static void discard_recorder(struct backend *backend)
{
    struct recorder_status status;
    char ignored[RECORDER_REASON];
    if (!backend->recorder) return;
    recorder_status(backend->recorder, &status);
    (void)recorder_close(backend->recorder, ignored, sizeof ignored);
    if (status.path[0]) (void)unlink(status.path);
    backend->recorder = NULL;
}

/* The proxy that is to be used. */
static bool find_proxy(struct proxy *proxy, const struct options *options, char *error, size_t error_size)
{
    if (!options->proxy) return proxy_from_environment(proxy, error, error_size);
    const char *url = strcmp(options->proxy, "none") == 0 ? "" : options->proxy;
    const char *direct = getenv("no_proxy");
    return proxy_parse(proxy, url, direct ? direct : getenv("NO_PROXY"), error, error_size);
}

static bool choose_proxy(struct proxy *proxy, const struct options *options, char *error, size_t error_size)
{
    char why[256];
    if (find_proxy(proxy, options, why, sizeof why)) return true;
    snprintf(error, error_size, "%s (--proxy none goes without)", why);
    return false;
}

/* The feed on the venues, or on what listens on --exchange, or (demo) on an exchange of our own. */
static bool prepare(struct backend *backend, struct feed_options *feed_options, const struct options *options,
                    const struct config *config, bool demo, char *error, size_t error_size)
{
    errno = 0;
    if (options->ca_file && !read_ca(backend, options->ca_file, error, error_size)) return false;
    if (backend->ca_pem) feed_options->ca_pem = text_from(backend->ca_pem);
    if (options->exchange) point_to_exchange(backend, feed_options, options->exchange);
    bool ready = demo ? start_exchange(backend, feed_options, options, error, error_size)
                      : load_key(backend, options, config, error, error_size);
    if (backend->kalshi_key)
        feed_options->signers[VENUE_KALSHI] = (struct feed_signer){.headers = kalshi_headers, .context = backend};
    return ready;
}

bool backend_start(struct backend *backend, const struct options *options, const struct config *config,
                   enum backend_kind kind, char *error, size_t error_size)
{
    *backend = (struct backend){0};
    struct proxy proxy = {0};
    char metrics[OPTIONS_ADDRESS_SIZE];
    struct feed_options feed_options = {.clock = &clock_system, .limits = &options->limits, .proxy = &proxy};
    if (options->metrics && options_parse_listen(options->metrics, metrics, &feed_options.metrics_port))
        feed_options.metrics_address = metrics;
    /* What is here is reached directly. */
    bool demo = kind == BACKEND_DEMO, local = demo || options->exchange;
    bool ready = (local || choose_proxy(&proxy, options, error, error_size)) &&
                 prepare(backend, &feed_options, options, config, demo, error, error_size);
    prepare_recording(backend, &feed_options, options, kind);
    if (ready && kind == BACKEND_RECORD) ready = start_recorder(backend, &feed_options, error, error_size);
    if (ready) ready = start_feed(backend, &feed_options, !local, error, error_size);
    if (ready && proxy.host[0]) log_write(LOG_LEVEL_INFO, "app", "through the proxy %s", proxy.place);
    if (ready && feed_options.metrics_address)
        log_write(LOG_LEVEL_INFO, "app", "measurements on http://%s:%u/metrics", metrics,
                  feed_metrics_port(backend->feed));
    proxy_forget(&proxy);
    if (ready) return true;
    backend_stop(backend);
    discard_recorder(backend);
    return false;
}

void backend_stop(struct backend *backend)
{
    feed_stop(backend->feed);
    if (backend->exchange) exchange_stop(backend->exchange);
    kalshi_key_free(backend->kalshi_key);
    free(backend->ca_pem);
    backend->feed = NULL;
    backend->exchange = NULL;
    backend->kalshi_key = NULL;
    backend->ca_pem = NULL;
}
