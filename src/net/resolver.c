#include "booktop/net/resolver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "booktop/base/thread.h"
#include "loop_core.h"

#define KEEP      (60 * NANOSECONDS_PER_SECOND)
#define KEPT      16
#define HOST_SIZE 256

/* One getaddrinfo. The thread reads `host`, writes `answer`, and hands the job back through `done`; the rest is the
 * loop's. */
struct job {
    struct job *next_done;
    struct exchange *exchange;
    char host[HOST_SIZE];
    struct resolver_answer answer;
    struct job *next;               /* the loop's list of jobs under way */
    struct resolver_query *queries; /* who waits for it */
};

/* What the loop and its threads share; gone with the last of them. A thread that still hangs when the loop is gone
 * touches nothing else. */
struct exchange {
    atomic_uint holders;
    _Atomic(struct job *) done; /* a stack, taken whole */
    int bell;                   /* eventfd; a duplicate of the one in the loop's poll set */
};

struct resolver_query {
    struct resolver_query *next;
    struct resolver *resolver;
    struct job *job; /* NULL: answered from here, by `at_once` */
    struct net_timer at_once;
    struct resolver_answer answer; /* of `at_once` */
    void (*answered)(void *context, const struct resolver_answer *answer);
    void *context;
};

struct kept {
    char host[HOST_SIZE];
    struct resolver_answer answer;
    int64_t until; /* mono ns; 0: empty */
};

struct resolver {
    struct net_loop *loop;
    struct exchange *exchange;
    struct net_watch watch;
    struct job *jobs;
    struct resolver_query *at_once; /* those that need no thread */
    struct kept kept[KEPT];
};

/* --- shared with the threads --- */

static void exchange_release(struct exchange *exchange)
{
    if (atomic_fetch_sub_explicit(&exchange->holders, 1, memory_order_acq_rel) != 1) return;
    struct job *job = atomic_load_explicit(&exchange->done, memory_order_acquire);
    while (job) {
        struct job *next = job->next_done;
        free(job);
        job = next;
    }
    (void)close(exchange->bell);
    free(exchange);
}

static void job_done(struct job *job)
{
    struct exchange *exchange = job->exchange;
    job->next_done = atomic_load_explicit(&exchange->done, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&exchange->done, &job->next_done, job, memory_order_release,
                                                  memory_order_relaxed)) {
    }
    (void)eventfd_write(exchange->bell, 1);
    exchange_release(exchange);
}

static bool is_known(const struct resolver_answer *answer, const char *address)
{
    for (unsigned n = 0; n < answer->count; n++)
        if (strcmp(answer->addresses[n], address) == 0) return true;
    return false;
}

static void address_add(struct resolver_answer *answer, const struct addrinfo *info)
{
    char address[RESOLVER_ADDRESS_SIZE];
    if (answer->count == RESOLVER_ADDRESSES) return;
    if (getnameinfo(info->ai_addr, info->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) != 0) return;
    if (is_known(answer, address)) return;
    memcpy(answer->addresses[answer->count++], address, sizeof address);
}

static void *job_run(void *argument)
{
    struct job *job = argument;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int failed = getaddrinfo(job->host, NULL, &hints, &list);
    for (const struct addrinfo *info = failed ? NULL : list; info; info = info->ai_next)
        address_add(&job->answer, info);
    if (!failed) freeaddrinfo(list);
    if (!job->answer.count) job->answer.error = failed ? gai_strerror(failed) : "no address";
    job_done(job);
    return NULL;
}

/* --- answers that are kept --- */

static const struct resolver_answer *kept_find(const struct resolver *resolver, const char *host)
{
    int64_t now = net_loop_now(resolver->loop).mono;
    for (unsigned n = 0; n < KEPT; n++)
        if (resolver->kept[n].until > now && strcmp(resolver->kept[n].host, host) == 0)
            return &resolver->kept[n].answer;
    return NULL;
}

/* In the place of the same host, or of the answer that goes soonest. */
static void kept_add(struct resolver *resolver, const struct job *job)
{
    struct kept *place = &resolver->kept[0];
    for (unsigned n = 0; n < KEPT; n++) {
        struct kept *kept = &resolver->kept[n];
        if (strcmp(kept->host, job->host) == 0) {
            place = kept;
            break;
        }
        if (kept->until < place->until) place = kept;
    }
    memcpy(place->host, job->host, sizeof place->host);
    place->answer = job->answer;
    place->until = net_loop_now(resolver->loop).mono + KEEP;
}

void resolver_forget(struct resolver *resolver, const char *host)
{
    for (unsigned n = 0; n < KEPT; n++)
        if (strcmp(resolver->kept[n].host, host) == 0) resolver->kept[n].until = 0;
}

/* --- queries --- */

static void query_answer(struct resolver_query *query, const struct resolver_answer *answer)
{
    void (*answered)(void *, const struct resolver_answer *) = query->answered;
    void *context = query->context;
    free(query);
    answered(context, answer);
}

static void query_unlink(struct resolver_query **list, const struct resolver_query *query)
{
    while (*list != query) list = &(*list)->next;
    *list = query->next;
}

static void query_at_once(void *context)
{
    struct resolver_query *query = context;
    query_unlink(&query->resolver->at_once, query);
    struct resolver_answer answer = query->answer;
    query_answer(query, &answer);
}

static void job_unlink(struct resolver *resolver, const struct job *job)
{
    struct job **list = &resolver->jobs;
    while (*list != job) list = &(*list)->next;
    *list = job->next;
}

static void job_finish(struct resolver *resolver, struct job *job)
{
    job_unlink(resolver, job);
    if (job->answer.count) kept_add(resolver, job);
    while (job->queries) {
        struct resolver_query *query = job->queries;
        job->queries = query->next;
        query_answer(query, &job->answer);
    }
    free(job);
}

static void bell_rang(void *context)
{
    struct resolver *resolver = context;
    struct job *job = atomic_exchange_explicit(&resolver->exchange->done, NULL, memory_order_acquire);
    while (job) {
        struct job *next = job->next_done;
        job_finish(resolver, job);
        job = next;
    }
}

static struct job *job_start(struct resolver *resolver, const char *host)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job) return NULL;
    text_copy(text_from(host), job->host, sizeof job->host);
    job->exchange = resolver->exchange;
    atomic_fetch_add_explicit(&resolver->exchange->holders, 1, memory_order_relaxed);
    if (thread_start(NULL, "booktop-resolve", job_run, job) != 0) {
        exchange_release(resolver->exchange);
        free(job);
        return NULL;
    }
    job->next = resolver->jobs;
    resolver->jobs = job;
    return job;
}

/* The job under way for this host, so that retries do not pile up threads behind a name server that hangs. */
static struct job *job_find(const struct resolver *resolver, const char *host)
{
    for (struct job *job = resolver->jobs; job; job = job->next)
        if (strcmp(job->host, host) == 0) return job;
    return NULL;
}

/* The answer that needs no thread: a numeric address, one that is kept, a name that cannot be one. */
static bool known_answer(const struct resolver *resolver, const char *host, struct resolver_answer *answer)
{
    unsigned char binary[sizeof(struct in6_addr)];
    const struct resolver_answer *kept = kept_find(resolver, host);
    if (kept) {
        *answer = *kept;
        return true;
    }
    *answer = (struct resolver_answer){0};
    if (!*host || strlen(host) >= HOST_SIZE) {
        answer->error = gai_strerror(EAI_NONAME);
        return true;
    }
    if (inet_pton(AF_INET, host, binary) != 1 && inet_pton(AF_INET6, host, binary) != 1) return false;
    answer->count = 1;
    text_copy(text_from(host), answer->addresses[0], RESOLVER_ADDRESS_SIZE);
    return true;
}

struct resolver_query *resolver_ask(struct resolver *resolver, const char *host,
                                    void (*answered)(void *context, const struct resolver_answer *answer),
                                    void *context)
{
    struct resolver_query *query = calloc(1, sizeof *query);
    if (!query) return NULL;
    query->resolver = resolver;
    query->answered = answered;
    query->context = context;
    struct resolver_query **list = &resolver->at_once;
    if (known_answer(resolver, host, &query->answer)) {
        query->at_once = (struct net_timer){.expired = query_at_once, .context = query};
        net_timer_set(resolver->loop, &query->at_once, 0);
    } else {
        query->job = job_find(resolver, host);
        if (!query->job) query->job = job_start(resolver, host);
        if (!query->job) {
            free(query);
            return NULL;
        }
        list = &query->job->queries;
    }
    query->next = *list;
    *list = query;
    return query;
}

void resolver_cancel(struct resolver_query *query)
{
    if (query->job) {
        query_unlink(&query->job->queries, query);
    } else {
        net_timer_cancel(&query->at_once);
        query_unlink(&query->resolver->at_once, query);
    }
    free(query);
}

/* --- resolvers --- */

static struct exchange *exchange_create(int bell)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) return NULL;
    atomic_init(&exchange->holders, 1);
    atomic_init(&exchange->done, NULL);
    exchange->bell = fcntl(bell, F_DUPFD_CLOEXEC, 0);
    if (exchange->bell >= 0) return exchange;
    free(exchange);
    return NULL;
}

struct resolver *resolver_create(struct net_loop *loop)
{
    struct resolver *resolver = calloc(1, sizeof *resolver);
    if (!resolver) return NULL;
    resolver->loop = loop;
    int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell >= 0) resolver->exchange = exchange_create(bell);
    if (!resolver->exchange) {
        if (bell >= 0) (void)close(bell);
        free(resolver);
        return NULL;
    }
    if (net_watch_start(loop, &resolver->watch, bell, bell_rang, resolver)) return resolver;
    exchange_release(resolver->exchange);
    free(resolver);
    return NULL;
}

static void queries_free(struct resolver_query *query)
{
    while (query) {
        struct resolver_query *next = query->next;
        if (!query->job) net_timer_cancel(&query->at_once);
        free(query);
        query = next;
    }
}

void resolver_destroy(struct resolver *resolver)
{
    queries_free(resolver->at_once);
    /* The jobs themselves are the threads' now; what comes back is freed with the exchange. */
    for (struct job *job = resolver->jobs; job; job = job->next) queries_free(job->queries);
    exchange_release(resolver->exchange);
    free(resolver);
}
