/* A getaddrinfo and a connect of the test's own, linked in place of the library's, so that names fail, hang and lead
 * where a test wants. Numeric addresses and localhost go to the real ones, but for NAMES_ELSEWHERE.
 */
#ifndef NET_NAMES_H
#define NET_NAMES_H

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t names_freed = PTHREAD_COND_INITIALIZER;
static bool names_hang = true;  /* "hang.test" waits while this is set */
static atomic_uint names_asked; /* calls for names that are not numeric */
static atomic_uint names_returned;

typedef int (*getaddrinfo_function)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int names_real(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    getaddrinfo_function real;
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &symbol, sizeof real);
    return real(node, service, hints, list);
}

static inline void names_release(void)
{
    (void)pthread_mutex_lock(&names_lock);
    names_hang = false;
    (void)pthread_cond_broadcast(&names_freed);
    (void)pthread_mutex_unlock(&names_lock);
}

static void names_wait(void)
{
    (void)pthread_mutex_lock(&names_lock);
    while (names_hang) (void)pthread_cond_wait(&names_freed, &names_lock);
    (void)pthread_mutex_unlock(&names_lock);
}

/* An address that is none of this machine, and leads to it all the same. */
#define NAMES_ELSEWHERE "192.0.2.1"

/* Where "moving.test" is just now. */
static const char *names_moving = "127.0.0.2";

/* Two addresses. */
static int names_two(const char *first, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    struct addrinfo *second;
    int failed = names_real(first, service, hints, list);
    if (failed) return failed;
    failed = names_real("127.0.0.1", service, hints, &second);
    if (failed) return failed;
    (*list)->ai_next = second;
    return 0;
}

static bool names_is_venue(const char *node)
{
    static const char end[] = "venue.test";
    size_t length = strlen(node);
    return length >= sizeof end - 1 && strcmp(node + length - (sizeof end - 1), end) == 0;
}

static int names_answer(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    atomic_fetch_add(&names_asked, 1);
    if (strcmp(node, "wrong.test") == 0 || strcmp(node, "proxy.test") == 0 || names_is_venue(node))
        return names_real("127.0.0.1", service, hints, list);
    if (strcmp(node, "two.test") == 0) return names_two("127.0.0.2", service, hints, list); /* nobody listens there */
    if (strcmp(node, "hole.test") == 0) return names_two("127.0.0.5", service, hints, list);
    if (strcmp(node, "pair.test") == 0) return names_two("127.0.0.6", service, hints, list);
    if (strcmp(node, "moving.test") == 0) return names_real(names_moving, service, hints, list);
    if (strcmp(node, "hang.test") == 0) names_wait();
    return EAI_NONAME;
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict list)
{
    unsigned char binary[sizeof(struct in6_addr)];
    if (!node || strcmp(node, "localhost") == 0 || inet_pton(AF_INET, node, binary) == 1 ||
        inet_pton(AF_INET6, node, binary) == 1)
        return names_real(node, service, hints, list);
    int answer = names_answer(node, service, hints, list);
    atomic_fetch_add(&names_returned, 1);
    return answer;
}

typedef int (*connect_function)(int, const struct sockaddr *, socklen_t);

int connect(int descriptor, const struct sockaddr *address, socklen_t size)
{
    connect_function real;
    void *symbol = dlsym(RTLD_NEXT, "connect");
    memcpy(&real, &symbol, sizeof real);
    struct sockaddr_in inside;
    if (address->sa_family != AF_INET || size != sizeof inside) return real(descriptor, address, size);
    memcpy(&inside, address, sizeof inside);
    if (inside.sin_addr.s_addr == inet_addr(NAMES_ELSEWHERE)) inside.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return real(descriptor, (const struct sockaddr *)&inside, sizeof inside);
}

#endif
