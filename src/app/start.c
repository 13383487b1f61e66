#include "start.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "booktop/base/log.h"
#include "booktop/net/loop.h"

#define PATH_SIZE 1024
#define CA_SIZE   (1u << 20)

/* Makes the folders of a path that are missing. */
static void make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
}

/* ~/.local/state/booktop/booktop.log, by the XDG base directory specification (relative values are ignored). */
static bool default_log_path(char path[PATH_SIZE])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int length = 0;
    if (state && state[0] == '/')
        length = snprintf(path, PATH_SIZE, "%s/booktop/booktop.log", state);
    else if (home && home[0] == '/')
        length = snprintf(path, PATH_SIZE, "%s/.local/state/booktop/booktop.log", home);
    if (length <= 0 || length >= PATH_SIZE) return false;
    make_folders(path);
    return true;
}

void start_log(const struct options *options)
{
    char path[PATH_SIZE];
    const char *file = options->log_file;
    if (!file && default_log_path(path)) file = path;
    enum log_level least = options->debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
    if (file && !log_open(file, least, &clock_system) && options->log_file)
        fprintf(stderr, "booktop: no log in %s: %s\n", file, strerror(errno));
    net_log_start();
    log_write(LOG_LEVEL_INFO, "app", "booktop %s", BOOKTOP_VERSION);
}

void start_log_end(void)
{
    log_close();
}

void start_block_signals(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

struct exchange_options start_exchange_options(const struct options *options)
{
    return (struct exchange_options){
        .port = options->port,
        .seed = options->seed,
        .start_ms = options->start_ms,
        .speed = options->speed,
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

/* The exchange keeps on one port what the venue keeps on four hosts. */
static void point_to_exchange(struct backend *backend, struct feed_options *feed_options, unsigned port)
{
    static const struct {
        const char *scheme, *path;
    } places[4] = {{"wss", "/ws/market"}, {"https", "/clob"}, {"https", "/gamma"}, {"https", "/data"}};
    for (size_t i = 0; i < 4; i++)
        snprintf(backend->urls[i], sizeof backend->urls[i], "%s://localhost:%u%s", places[i].scheme, port,
                 places[i].path);
    feed_options->endpoints[VENUE_POLYMARKET] =
        (struct venue_endpoints){backend->urls[0], backend->urls[1], backend->urls[2], backend->urls[3]};
    feed_options->demo = true;
}

bool backend_start(struct backend *backend, const struct options *options, bool demo, char *error, size_t error_size)
{
    *backend = (struct backend){0};
    struct feed_options feed_options = {.clock = &clock_system};
    errno = 0;
    if (options->ca_file && !read_ca(backend, options->ca_file, error, error_size)) return false;
    if (backend->ca_pem) feed_options.ca_pem = text_from(backend->ca_pem);
    if (options->exchange) point_to_exchange(backend, &feed_options, options->exchange);
    if (demo) {
        struct exchange_options exchange_options = start_exchange_options(options);
        backend->exchange = exchange_start(&exchange_options, error, error_size);
        if (!backend->exchange) return false;
        point_to_exchange(backend, &feed_options, exchange_port(backend->exchange));
        feed_options.ca_pem = exchange_ca_pem(backend->exchange);
    }
    backend->feed = feed_start(&feed_options, error, error_size);
    if (!backend->feed) backend_stop(backend);
    return backend->feed != NULL;
}

void backend_stop(struct backend *backend)
{
    feed_stop(backend->feed);
    if (backend->exchange) exchange_stop(backend->exchange);
    free(backend->ca_pem);
    *backend = (struct backend){0};
}
