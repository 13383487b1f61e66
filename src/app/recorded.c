#include "recorded.h"

#include "told.h"

#define FILES_NAMED 4

/* A file may be gone, and that may be why its recording ended; another may have its name. */
static bool is_there(const struct taping_file *file)
{
    return archive_is_at(file->file, file->path);
}

void recorded_tell_gone(FILE *out, const char *path)
{
    fputs("booktop: ", out);
    told_text(out, text_from(path));
    fputs(" was moved or removed meanwhile\n", out);
}

static void tell_file(FILE *out, const char *before, const struct taping_file *file)
{
    if (!is_there(file)) return;
    fputs(before, out);
    told_text(out, text_from(file->path));
}

/* What its name does not tell. */
static void tell_state(FILE *out, const struct taping_file *file)
{
    if (!is_there(file)) {
        recorded_tell_gone(out, file->path);
    } else if (file->failed) {
        tell_file(out, "booktop: ", file);
        fputs(" is not whole: 'booktop verify' says what is in it\n", out);
    }
}

static void name_files(FILE *out, const struct taping_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (count <= FILES_NAMED || i == 0) tell_file(out, " ", &files[i]);
    if (count > FILES_NAMED) tell_file(out, " to ", &files[count - 1]);
}

static void tell_recording(FILE *out, const struct taping_file *files, size_t count)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        tell_state(out, &files[i]);
        there += is_there(&files[i]);
    }
    if (there == 0) return;
    fputs("booktop: recorded", out);
    if (there > 1) fprintf(out, " %zu files:", there);
    name_files(out, files, count);
    fprintf(out, "\nPlay %s with 'booktop replay", there > 1 ? "them" : "it");
    for (size_t i = 0; i < count; i++) tell_file(out, " ", &files[i]);
    fputs("'.\n", out);
}

void recorded_tell(FILE *out, const struct taping_file *files, size_t count)
{
    size_t first = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i < count && files[i].recording == files[first].recording) continue;
        tell_recording(out, &files[first], i - first);
        first = i;
    }
}
