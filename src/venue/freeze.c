#include "snap.h"

const char freeze_book_text[] = "the stream is silent";

const char *freeze_text(enum freeze_state state)
{
    static const char *const texts[] = {
        [FREEZE_UNKNOWN] = "silent, and REST does not answer",
        [FREEZE_DOUBTED] = "a book went on without the stream",
        [FREEZE_STOPPED] = "frozen: the stream stopped while the book went on",
    };
    return texts[state];
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t silence(const struct freeze *freeze)
{
    int64_t wait = FREEZE_SILENCE;
    for (unsigned i = 0; i < freeze->mistakes && wait < FREEZE_WAIT_MAX; i++) wait *= 2;
    return least(wait, FREEZE_WAIT_MAX);
}

void freeze_hear(struct freeze *freeze, int64_t now)
{
    freeze->state = FREEZE_NONE;
    freeze->heard = now;
    freeze->due = now + silence(freeze);
    freeze->wait = FREEZE_SILENCE;
    freeze->waits = false;
    freeze->ahead = 0;
}

void freeze_end(struct freeze *freeze)
{
    freeze->state = FREEZE_NONE;
    freeze->due = TIME_NEVER;
    freeze->waits = false;
    freeze->ahead = 0;
}

void freeze_ask(struct freeze *freeze, uint32_t question, struct market_handle witness, int64_t now)
{
    freeze->witness = witness;
    freeze->question = question;
    freeze->waits = true;
    freeze->asked = now;
    freeze->due = TIME_NEVER;
}

void freeze_put_off(struct freeze *freeze, int64_t until)
{
    if (freeze->ahead) freeze->state = FREEZE_DOUBTED;
    freeze->due = until;
}

static void wait_longer(struct freeze *freeze, int64_t most)
{
    freeze->wait = least(freeze->wait * 2, most);
}

static void found_same(struct freeze *freeze, int64_t now)
{
    freeze->state = FREEZE_NONE;
    if (freeze->ahead) freeze->wait = FREEZE_SILENCE;
    freeze->ahead = 0;
    freeze->due = now + freeze->wait;
    wait_longer(freeze, FREEZE_WAIT_MAX);
}

static void found_ahead(struct freeze *freeze, int64_t now)
{
    if (freeze->ahead++ > 0) {
        freeze->state = FREEZE_STOPPED; /* until the connection is another */
        return;
    }
    freeze->due = now + FREEZE_AGAIN;
    freeze->wait = FREEZE_AGAIN;
}

/* Without a reason for doubt there is no hurry. */
static void found_nothing(struct freeze *freeze, int64_t now)
{
    freeze->state = freeze->ahead ? FREEZE_DOUBTED : FREEZE_UNKNOWN;
    if (freeze->ahead) wait_longer(freeze, FREEZE_SILENCE);
    freeze->due = now + (freeze->ahead ? freeze->wait : FREEZE_SILENCE);
}

bool freeze_answer(struct freeze *freeze, uint32_t question, enum freeze_finding finding, int64_t now)
{
    static void (*const found[])(struct freeze *, int64_t) = {
        [FOUND_NOTHING] = found_nothing, [FOUND_SAME] = found_same, [FOUND_AHEAD] = found_ahead};
    if (!freeze->waits || freeze->question != question) return false;
    freeze->waits = false;
    found[finding](freeze, now);
    return true;
}

void freeze_hurry(struct freeze *freeze, int64_t now)
{
    int64_t earliest = freeze->heard + FREEZE_SILENCE;
    if (freeze->due == TIME_NEVER) return;
    if (earliest < freeze->asked + FREEZE_AGAIN) earliest = freeze->asked + FREEZE_AGAIN;
    if (earliest < now) earliest = now;
    freeze->due = least(freeze->due, earliest);
    if (freeze->ahead == 0) freeze->wait = FREEZE_SILENCE;
}

void freeze_judge(struct freeze *freeze, uint32_t difference)
{
    freeze->mistakes = difference ? 0 : freeze->mistakes + 1;
    if (difference == 0) freeze->due = freeze->heard + silence(freeze);
}

static int64_t asked_in_silence(const struct freeze *freeze, const struct freeze_candidate *candidate)
{
    return candidate->asked > freeze->heard ? candidate->asked : 0;
}

bool freeze_prefers(const struct freeze *freeze, const struct freeze_candidate *one,
                    const struct freeze_candidate *other)
{
    int64_t asked = asked_in_silence(freeze, one), other_asked = asked_in_silence(freeze, other);
    if (asked != other_asked) return asked < other_asked;
    return one->activity > other->activity;
}

/* === A venue's link === */

static bool book_at(const struct freeze_link *link, size_t place, struct freeze_book *book)
{
    return link->venue->book(link->sync, link->number, place, book);
}

static bool is_of_a_stopped_stream(const struct freeze_book *book)
{
    return word_equal(book->market->proof.why, freeze_book_text);
}

/* What can tell: the stream brought its book, and nothing speaks against it but that. */
static bool is_witness(const struct freeze_book *book)
{
    enum proof_state state = book->market->proof.state;
    bool sound = state == PROOF_VERIFIED || state == PROOF_UNVERIFIABLE || is_of_a_stopped_stream(book);
    return book->streamed && sound;
}

/* One that was ahead is asked again. False if none can tell. */
static bool choose(const struct freeze_link *link, struct stamp stamp, struct freeze_book *chosen)
{
    const struct freeze *freeze = link->freeze;
    struct freeze_candidate best = {0};
    struct freeze_book book;
    bool found = false;
    for (size_t i = 0; i < link->places; i++) {
        if (!book_at(link, i, &book) || !is_witness(&book)) continue;
        const struct freeze_witness *witness = book.witness;
        struct freeze_candidate candidate = {witness->compared_at, activity_at(&witness->activity, stamp.mono)};
        bool again = freeze->ahead && market_handle_equal(freeze->witness, book.market->handle);
        if (found && !again && !freeze_prefers(freeze, &candidate, &best)) continue;
        best = candidate;
        *chosen = book;
        found = true;
        if (again) return true;
    }
    return found;
}

/* No book of the link is said to be good while its stream is doubted; what was bad already stays so. */
static void doubt_books(const struct freeze_link *link, struct stamp stamp)
{
    struct freeze_book book;
    for (size_t i = 0; i < link->places; i++)
        if (book_at(link, i, &book) && is_witness(&book) && !is_of_a_stopped_stream(&book))
            link->venue->set_state(link->sync, book.market, PROOF_STALE, freeze_book_text, stamp);
}

static void trust_books(const struct freeze_link *link, struct stamp stamp)
{
    struct freeze_book book;
    for (size_t i = 0; i < link->places; i++)
        if (book_at(link, i, &book) && is_of_a_stopped_stream(&book))
            link->venue->settle_book(link->sync, book.tracked, book.market, stamp);
}

/* What is said of the link and its books, as the last answer has it. */
static void settle(const struct freeze_link *link, struct stamp stamp)
{
    enum freeze_state state = link->freeze->state;
    if (state == FREEZE_NONE) {
        trust_books(link, stamp);
        link->venue->settle_link(link->sync, stamp, link->number);
        return;
    }
    link->venue->set_phase(link->sync, stamp, link->number, LINK_DEGRADED, freeze_text(state));
    doubt_books(link, stamp);
    if (state == FREEZE_STOPPED) link->venue->reconnect(link->sync, link->number, freeze_text(state));
}

void freeze_link_hear(const struct freeze_link *link, struct stamp stamp)
{
    enum freeze_state before = link->freeze->state;
    freeze_hear(link->freeze, stamp.mono);
    if (before != FREEZE_NONE) settle(link, stamp);
}

bool freeze_link_ask(const struct freeze_link *link, struct stamp stamp)
{
    struct freeze *freeze = link->freeze;
    if (freeze->due > stamp.mono) return false;
    struct freeze_book book;
    uint32_t question = 0;
    bool refused = link->refused_until > stamp.mono;
    if (!refused && choose(link, stamp, &book))
        question = link->venue->ask(link->sync, stamp, link->number, book.market);
    if (question) {
        book.witness->compared_at = stamp.mono;
        freeze_ask(freeze, question, book.market->handle, stamp.mono);
        return true;
    }
    freeze_put_off(freeze, refused ? link->refused_until : stamp.mono + FREEZE_SILENCE);
    if (freeze->state != FREEZE_NONE) settle(link, stamp);
    return false;
}

/* Of a book that REST does not keep any more nothing can go on without us. */
static enum freeze_finding find(const struct freeze_link *link, const struct freeze_book *book,
                                const struct venue_reply *reply)
{
    if (reply->status == 404) return FOUND_SAME;
    if (reply->status != 200 || !is_witness(book)) return FOUND_NOTHING;
    return link->venue->compare(link->sync, book->market, reply->body);
}

void freeze_link_reply(const struct freeze_link *link, struct stamp stamp, const struct request *request,
                       const struct venue_reply *reply)
{
    struct freeze_book book;
    struct freeze *freeze = link->freeze;
    bool there =
        book_at(link, request->market.index, &book) && market_handle_equal(book.market->handle, request->market);
    enum freeze_finding found = there ? find(link, &book, reply) : FOUND_NOTHING;
    if (!freeze_answer(freeze, request->number, found, stamp.mono)) return;
    if (there) book.witness->froze = freeze->state == FREEZE_STOPPED;
    /* Until one may ask again nobody knows. */
    if (freeze->due < link->refused_until) freeze_put_off(freeze, link->refused_until);
    settle(link, stamp);
}
