/* A getaddrinfo of the test's own, linked in place of the library's, so that names fail, hang and lead where a test
 * wants. Numeric addresses and localhost go to the real one.
 */
#ifndef NET_NAMES_H
#define NET_NAMES_H

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
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

/* Two addresses: nobody listens on the first. */
static int names_two(const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    struct addrinfo *second;
    int failed = names_real("127.0.0.2", service, hints, list);
    if (failed) return failed;
    failed = names_real("127.0.0.1", service, hints, &second);
    if (failed) return failed;
    (*list)->ai_next = second;
    return 0;
}

static int names_answer(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    atomic_fetch_add(&names_asked, 1);
    if (strcmp(node, "wrong.test") == 0) return names_real("127.0.0.1", service, hints, list);
    if (strcmp(node, "two.test") == 0) return names_two(service, hints, list);
    if (strcmp(node, "hang.test") == 0) names_wait();
    return EAI_NONAME;
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict list)
{
    unsigned char binary[sizeof(struct in6_addr)];
    if (!node || strcmp(node, "localhost") == 0 || inet_pton(AF_INET, node, binary) == 1 ||
        inet_pton(AF_INET6, node, binary) == 1)
        return names_real(node && strcmp(node, NAMES_ELSEWHERE) == 0 ? "127.0.0.1" : node, service, hints, list);
    int answer = names_answer(node, service, hints, list);
    atomic_fetch_add(&names_returned, 1);
    return answer;
}

#endif
