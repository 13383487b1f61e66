#include "reserve.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <libwebsockets.h>
#include <openssl/crypto.h>

/* More than a connection costs. */
#define RESERVE_SIZE (256u << 10)

static _Atomic(void *) reserve;

static void *take(void *block, size_t size)
{
    void *grown = realloc(block, size);
    if (grown) return grown;
    free(atomic_exchange(&reserve, NULL));
    return realloc(block, size);
}

/* Both libraries free by a size of 0. */
static void *reallocate(void *block, size_t size)
{
    if (size) return take(block, size);
    free(block);
    return NULL;
}

static void *websockets_reallocate(void *block, size_t size, const char *reason)
{
    (void)reason;
    return reallocate(block, size);
}

static void *openssl_allocate(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return size ? take(NULL, size) : NULL;
}

static void *openssl_reallocate(void *block, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return reallocate(block, size);
}

static void openssl_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}

bool reserve_ready(void)
{
    if (atomic_load(&reserve)) return true;
    void *made = malloc(RESERVE_SIZE);
    void *none = NULL;
    if (made && !atomic_compare_exchange_strong(&reserve, &none, made)) free(made); /* another thread was faster */
    return atomic_load(&reserve) != NULL;
}

void reserve_start(void)
{
    lws_set_allocator(websockets_reallocate);
    (void)CRYPTO_set_mem_functions(openssl_allocate, openssl_reallocate, openssl_free);
    (void)reserve_ready();
}
