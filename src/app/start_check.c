/* What can be said of a command line before anything is begun, and why it could not be. */
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "start.h"

/* === Names === */

/* The venue that stands before a colon, VENUE_COUNT: none does; points `words` behind it. */
static enum venue_id take_venue(const char **words)
{
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        const char *venue = venue_get((enum venue_id)i)->name;
        size_t length = strlen(venue);
        if (strncasecmp(*words, venue, length) != 0 || (*words)[length] != ':') continue;
        *words += length + 1;
        return (enum venue_id)i;
    }
    return VENUE_COUNT;
}

/* Behind the venue, if there is one, a letter or a digit of any script. */
static bool can_name(const char *words)
{
    (void)take_venue(&words);
    for (; *words; words++)
        if (isalnum((unsigned char)*words) || (unsigned char)*words >= 0x80) return true;
    return false;
}

int start_check_names(const struct options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->word_count; i++) {
        if (can_name(options->words[i])) continue;
        snprintf(error, error_size,
                 "'%.200s' names no market: a market is polymarket:SLUG, kalshi:TICKER, a web address or words",
                 options->words[i]);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

void start_named_venues(const struct options *options, bool named[VENUE_COUNT])
{
    memset(named, 0, VENUE_COUNT * sizeof *named);
    bool any = options->word_count == 0;
    for (size_t i = 0; i < options->word_count; i++) {
        const char *words = options->words[i];
        enum venue_id venue = take_venue(&words);
        if (venue == VENUE_COUNT)
            any = true;
        else
            named[venue] = true;
    }
    for (size_t i = 0; any && i < VENUE_COUNT; i++) named[i] = true;
}

/* === The local exchange that is to be there === */

/* Something on this machine: whether it takes a connection is known at once. */
static bool nobody_listens(unsigned port)
{
    const struct sockaddr_in place = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return false;
    bool refused = connect(handle, (const struct sockaddr *)&place, sizeof place) != 0 && errno == ECONNREFUSED;
    close(handle);
    return refused;
}

void start_explain(const struct options *options, char *error, size_t error_size)
{
    if (!options->exchange || !nobody_listens(options->exchange)) return;
    snprintf(error, error_size,
             "nothing answers at localhost:%u: connection refused. Is 'booktop exchange --port %u' running?",
             options->exchange, options->exchange);
}
