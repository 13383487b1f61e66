/* Words out of recordings. Reports and views lend the texts that a sync speaks with, and nobody asks who owns them: so
 * whatever is read into their place stays for ever. Nearly always it is one of those that we say ourselves; these are
 * known whatever else was read, so that no file can fill their places. What a newer booktop says takes a place.
 */
#include <pthread.h>

#include "snap.h"

#define WORDS_MAX 256
#define WORD_SIZE 160

/* What is said of markets, checks and links, and the names of recipes. */
static const char *const said[] = {
    "A",
    "B",
    "C",
    "Z",
    "HTTP 400",
    "HTTP 401",
    "HTTP 403",
    "HTTP 404",
    "HTTP 408",
    "HTTP 429: the venue wants us to wait",
    "HTTP 500",
    "HTTP 502",
    "HTTP 503",
    "HTTP 504",
    "an HTTP error",
    "all its markets are resolved",
    "by REST: the stream has not sent its book",
    "by REST: the stream wants a key",
    "by REST: the stream was given up",
    "a book does not come",
    "a book that was asked for never came",
    "a book went on without the stream",
    "a change that cannot be true of it",
    "a gap in the venue's count",
    "a message could not be read, and may have been of it",
    "a message of it could not be placed",
    "a message of it could not be read",
    "a message of it has no number",
    "a message of it was refused",
    "a snapshot with an old number",
    "asking for its book: the stream wants a key",
    "asking for its book: the stream was given up",
    "connecting",
    "crossed at rest: its book is asked for anew",
    "disconnected",
    "frozen: the stream stopped while the book went on",
    "given up",
    "it is subscribed anew",
    "its best prices differ",
    "its book does not come: asking by REST",
    "its book does not come: it is asked for again later",
    "its book is asked for anew",
    "its hash does not match",
    "its prices were on another scale",
    "its snapshot cannot be true",
    "no known recipe explains its hash",
    "no answer",
    "not subscribed any more",
    "not watched",
    "out of memory",
    "resolved: it has no book any more",
    "silent, and REST does not answer",
    "subscribed anew",
    "the connection is made anew",
    "the stream is silent",
    "the venue ended the subscription",
    "the venue keeps no order book for it",
    "the venue refused a command",
    "the venue refused to send its book",
    "the venue sent no hash",
    "the venue's count began again",
    "the venue's ticker has other best prices",
    "too many markets are watched",
    "too many streams",
    "waiting for its book",
};

static pthread_mutex_t words_mutex = PTHREAD_MUTEX_INITIALIZER;
static char words[WORDS_MAX][WORD_SIZE]; /* each is written once, before anybody knows its address */
static size_t word_count;

static bool is_plain(struct text text)
{
    if (text.length == 0 || text.length >= WORD_SIZE) return false;
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < ' ' || text.at[i] > '~') return false;
    return true;
}

static const char *find_or_add(struct text text)
{
    for (size_t i = 0; i < word_count; i++)
        if (text_is(text, words[i])) return words[i];
    if (word_count == WORDS_MAX) return NULL;
    char *word = words[word_count++];
    text_copy(text, word, WORD_SIZE);
    return word;
}

static const char *find_said(struct text text)
{
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (text_is(text, said[i])) return said[i];
    return NULL;
}

const char *word_keep(struct text text)
{
    const char *own = find_said(text);
    if (own) return own;
    if (!is_plain(text)) return NULL;
    pthread_mutex_lock(&words_mutex);
    const char *word = find_or_add(text);
    pthread_mutex_unlock(&words_mutex);
    return word;
}
