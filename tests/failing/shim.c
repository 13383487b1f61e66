/* Calls that can fail, made to fail: preloaded into a program (LD_PRELOAD), between it and the C library. Each kind of
 * call is counted, and one of them, by its number, fails as it would on a bad day. The program that is tested asks for
 * it through shim.h; until it does nothing fails.
 *
 * Blocks that were allocated and not freed are counted too: what a failure leaks is seen by that.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

static _Atomic unsigned long counts[FAILING_KINDS];
static _Atomic unsigned long failing_at[FAILING_KINDS]; /* 0: none */
static _Atomic int errors[FAILING_KINDS];
static _Atomic unsigned long fired;
static _Atomic long live;
static _Atomic bool counting;

void failing_arm(enum failing_kind kind, unsigned long number, int error)
{
    for (int i = 0; i < FAILING_KINDS; i++) {
        atomic_store(&counts[i], 0);
        atomic_store(&failing_at[i], 0);
    }
    atomic_store(&fired, 0);
    atomic_store(&errors[kind], error);
    atomic_store(&failing_at[kind], number);
    atomic_store(&counting, true);
}

void failing_disarm(void)
{
    atomic_store(&counting, false);
}

unsigned long failing_count(enum failing_kind kind)
{
    return atomic_load(&counts[kind]);
}

unsigned long failing_fired(void)
{
    return atomic_load(&fired);
}

long failing_live(void)
{
    return atomic_load(&live);
}

/* True if this very call is to fail; errno is set. */
static bool fails(enum failing_kind kind)
{
    if (!atomic_load_explicit(&counting, memory_order_relaxed)) return false;
    unsigned long number = atomic_fetch_add(&counts[kind], 1) + 1;
    if (number != atomic_load(&failing_at[kind])) return false;
    atomic_fetch_add(&fired, 1);
    errno = atomic_load(&errors[kind]);
    return true;
}

/* --- memory: the C library's own doors, which dlsym would need memory to find --- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static void *counted(void *block)
{
    if (block) atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    return block;
}

void *malloc(size_t size)
{
    return fails(FAILING_MEMORY) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails(FAILING_MEMORY) ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
    if (size && fails(FAILING_MEMORY)) return NULL;
    if (!block) return counted(__libc_realloc(NULL, size));
    void *moved = __libc_realloc(block, size);
    if (!moved && !size) atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    return moved;
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (fails(FAILING_MEMORY)) return ENOMEM;
    *block = counted(__libc_memalign(alignment, size));
    return *block ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(FAILING_MEMORY) ? NULL : counted(__libc_memalign(alignment, size));
}

void free(void *block)
{
    if (block) atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    __libc_free(block);
}

/* --- sockets --- */

static bool is_socket(int descriptor)
{
    int saved = errno;
    struct stat status;
    bool is = fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
    errno = saved;
    return is;
}

/* A function of the C library behind ours. Found once: in a signal handler or a failing call it is there already. */
#define BEHIND(name, type) ((type)(behind[name##_at] ? behind[name##_at] : find(name##_at)))

enum {
    socket_at,
    connect_at,
    send_at,
    sendto_at,
    sendmsg_at,
    write_at,
    writev_at,
    recv_at,
    recvfrom_at,
    recvmsg_at,
    read_at,
    BEHIND_COUNT
};
static void *behind[BEHIND_COUNT];

static void *find(int at)
{
    static const char *const names[] = {"socket", "connect", "send",     "sendto",  "sendmsg", "write",
                                        "writev", "recv",    "recvfrom", "recvmsg", "read"};
    return behind[at] = dlsym(RTLD_NEXT, names[at]);
}

__attribute__((constructor)) static void find_all(void)
{
    for (int at = 0; at < BEHIND_COUNT; at++) find(at);
}

int socket(int domain, int type, int protocol)
{
    if (fails(FAILING_SOCKET)) return -1;
    return BEHIND(socket, int (*)(int, int, int))(domain, type, protocol);
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
    if (fails(FAILING_CONNECT)) return -1;
    return BEHIND(connect, int (*)(int, const struct sockaddr *, socklen_t))(descriptor, address, length);
}

ssize_t send(int descriptor, const void *bytes, size_t length, int flags)
{
    if (fails(FAILING_SEND)) return -1;
    return BEHIND(send, ssize_t(*)(int, const void *, size_t, int))(descriptor, bytes, length, flags);
}

ssize_t sendto(int descriptor, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t size)
{
    if (fails(FAILING_SEND)) return -1;
    return BEHIND(sendto, ssize_t(*)(int, const void *, size_t, int, const struct sockaddr *, socklen_t))(
        descriptor, bytes, length, flags, to, size);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags)
{
    if (fails(FAILING_SEND)) return -1;
    return BEHIND(sendmsg, ssize_t(*)(int, const struct msghdr *, int))(descriptor, message, flags);
}

ssize_t write(int descriptor, const void *bytes, size_t length)
{
    if (is_socket(descriptor) && fails(FAILING_SEND)) return -1;
    return BEHIND(write, ssize_t(*)(int, const void *, size_t))(descriptor, bytes, length);
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count)
{
    if (is_socket(descriptor) && fails(FAILING_SEND)) return -1;
    return BEHIND(writev, ssize_t(*)(int, const struct iovec *, int))(descriptor, pieces, count);
}

ssize_t recv(int descriptor, void *bytes, size_t length, int flags)
{
    if (fails(FAILING_RECEIVE)) return -1;
    return BEHIND(recv, ssize_t(*)(int, void *, size_t, int))(descriptor, bytes, length, flags);
}

ssize_t recvfrom(int descriptor, void *restrict bytes, size_t length, int flags, struct sockaddr *restrict from,
                 socklen_t *restrict size)
{
    if (fails(FAILING_RECEIVE)) return -1;
    return BEHIND(recvfrom, ssize_t(*)(int, void *, size_t, int, struct sockaddr *, socklen_t *))(
        descriptor, bytes, length, flags, from, size);
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags)
{
    if (fails(FAILING_RECEIVE)) return -1;
    return BEHIND(recvmsg, ssize_t(*)(int, struct msghdr *, int))(descriptor, message, flags);
}

ssize_t read(int descriptor, void *bytes, size_t length)
{
    if (is_socket(descriptor) && fails(FAILING_RECEIVE)) return -1;
    return BEHIND(read, ssize_t(*)(int, void *, size_t))(descriptor, bytes, length);
}
