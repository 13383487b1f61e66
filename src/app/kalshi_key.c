#include "kalshi_key.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "booktop/base/text.h"
#include "key_file.h"

#define REASON_SIZE 128

static void refuse(const char *what, const char *why, char *error, size_t error_size)
{
    char words[512];
    (void)snprintf(words, sizeof words, "%.160s: %s", what, why);
    text_sanitize(text_from(words), error, error_size, false);
}

/* A core file would hold the key, and so would another process of the user that may look into this one. */
static bool core_dumps_stop(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return false;
    limit.rlim_cur = 0;
    return setrlimit(RLIMIT_CORE, &limit) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* What has to be right before a secret is touched. */
static bool prepare(const char *id, char *error, size_t error_size)
{
    const char *fault = kalshi_key_id_fault(id);
    if (fault) refuse("the key's id", fault, error, error_size);
    if (fault) return false;
    if (core_dumps_stop()) return true;
    refuse("the key", "core dumps cannot be switched off, so it is not loaded", error, error_size);
    return false;
}

struct kalshi_key_names kalshi_key_names(const struct options *options, const struct config *config)
{
    struct kalshi_key_names names = {.id = options->kalshi_key_id, .file = options->kalshi_key};
    names.by_option = names.id || names.file;
    if (options->exchange) return names;
    names.id = config_choose(names.id, "KALSHI_KEY_ID", config->kalshi_key_id);
    names.file = config_choose(names.file, "KALSHI_KEY_FILE", config->kalshi_key_file);
    return names;
}

struct kalshi_key *kalshi_key_load(const struct kalshi_key_names *names, char *error, size_t error_size)
{
    struct key_file file;
    const char *path = names->file, *why;
    char reason[REASON_SIZE];
    if (!names->id || !path) {
        (void)snprintf(error, error_size,
                       "a Kalshi key needs both its id and its file (--kalshi-key-id, --kalshi-key): the %s is missing",
                       path ? "id" : "file");
        return NULL;
    }
    if (!prepare(names->id, error, error_size)) return NULL;
    if (!key_file_read(&file, path, &why)) {
        refuse(*path ? path : "the key file", why, error, error_size);
        return NULL;
    }
    struct kalshi_key *key = kalshi_key_read(names->id, file.bytes, file.length, reason, sizeof reason);
    if (!key) refuse(path, reason, error, error_size);
    key_file_free(&file);
    return key;
}
