#include "told.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <string.h>

#include "booktop/app/options.h"

#include "local_time.h"

#define TEXT_MOST 1024

int64_t told_base(const struct record_header *header)
{
    return header ? header->stamp.wall : 0;
}

const char *told_time(int64_t base, int64_t m, char out[TOLD_TIME_SIZE])
{
    char text[LOCAL_TIME_SIZE];
    int64_t wall;
    if (base > 0 && !__builtin_add_overflow(base, m, &wall))
        snprintf(out, TOLD_TIME_SIZE, "%s", local_time_text(wall, text));
    else
        snprintf(out, TOLD_TIME_SIZE, "begin + %s", local_time_length(m, text));
    return out;
}

void told_lacking(FILE *out, unsigned lacking)
{
    fprintf(out, "part %u of its recording: ", lacking + 1);
    if (lacking == 1)
        fputs("part 1 is not given", out);
    else
        fprintf(out, "parts 1 to %u are not given", lacking);
}

void told_text(FILE *out, struct text text)
{
    char clean[TEXT_MOST];
    text_sanitize(text, clean, sizeof clean, false);
    fputs(clean, out);
}

const char *told_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

int told_error(const char *error)
{
    fputs("booktop: ", stderr);
    told_text(stderr, text_from(error));
    fputc('\n', stderr);
    return EXIT_FAILED;
}

int told_refusal(const char *error, int code)
{
    told_error(error);
    return code;
}

bool told_out(void)
{
    errno = 0;
    bool failed = ferror(stdout);
    if (fflush(stdout) == 0 && !failed) return true;
    if (errno == EPIPE) return false;
    char words[TEXT_MOST];
    snprintf(words, sizeof words, "cannot write: %s", errno ? strerror(errno) : "not all of it was taken");
    told_error(words);
    return false;
}

bool told_speaks_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void tell_range(FILE *out, const struct recording_fault *fault, int64_t base)
{
    char from[TOLD_TIME_SIZE], to[TOLD_TIME_SIZE];
    if (fault->from >= 0 && fault->to >= 0)
        fprintf(out, ", from %s to %s", told_time(base, fault->from, from), told_time(base, fault->to, to));
    else if (fault->from >= 0)
        fprintf(out, ", after %s", told_time(base, fault->from, from));
    else if (fault->to >= 0)
        fprintf(out, ", before %s", told_time(base, fault->to, to));
}

void told_fault(FILE *out, const char *const *paths, const struct recording_fault *fault, int64_t base)
{
    char time[TOLD_TIME_SIZE];
    told_text(out, text_from(paths[fault->file]));
    if (fault->damage == DAMAGE_OPEN) {
        fprintf(out, ": it is still being recorded: this is what there is up to %s\n",
                told_time(base, fault->from >= 0 ? fault->from : 0, time));
        return;
    }
    fprintf(out, ": block %" PRIu64 " at byte %" PRIu64, fault->block, fault->offset);
    tell_range(out, fault, base);
    fprintf(out, ": %s: ", recording_damage_text(fault->damage));
    told_text(out, text_from(fault->words));
    fputc('\n', out);
}
