/* The README's table of keys is the binding table's: GENERATE=1 in the environment writes it anew, between its marks.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/command.h"
#include "booktop/ui/keymap.h"
#include "file_text.h"

#define README "README.md"

static const char begin_mark[] =
    "<!-- keys: made of the table of keys by GENERATE=1 tests/unit/ui/test_readme_keys -->\n";
static const char end_mark[] = "<!-- end of keys -->\n";

/* "`j` `Down`". */
static void write_keys(FILE *out, const char *keys)
{
    char copy[KEYS_SIZE];
    snprintf(copy, sizeof copy, "%s", keys);
    for (char *rest = copy, *key; (key = strsep(&rest, " ")) != NULL;)
        fprintf(out, "`%s%s`%s", key, key[0] == '|' ? "\\" : "", rest != NULL ? " " : "");
}

static void write_context(FILE *out, enum context context, bool *done)
{
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    const char *before = "";
    for (size_t i = 0; i < count; i++) {
        char keys[KEYS_SIZE];
        if (table[i].context != context || done[table[i].action]) continue;
        done[table[i].action] = true;
        keymap_keys(context, table[i].action, false, keys);
        fputs(before, out);
        write_keys(out, keys);
        fprintf(out, " %s", action_help(table[i].action));
        before = " · ";
    }
}

static char *make_table(void)
{
    char *text;
    size_t size, count;
    const struct binding *table = keymap_defaults(&count);
    bool contexts[CONTEXT_COUNT] = {false};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fputs("| where | keys |\n|---|---|\n", out);
    for (size_t i = 0; i < count; i++) {
        enum context context = table[i].context;
        bool actions[ACTION_COUNT] = {false};
        if (contexts[context]) continue;
        contexts[context] = true;
        fprintf(out, "| %s (`%s`) | ", context_name(context), context_id(context));
        write_context(out, context, actions);
        fputs(" |\n", out);
    }
    fputs("\n| command | |\n|---|---|\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "| `:%s%s%s` | %s |\n", commands[i].name, commands[i].argument[0] != '\0' ? " " : "",
                commands[i].argument, commands[i].help);
    }
    fclose(out);
    return text;
}

static void write_anew(const char *readme, const char *from, const char *to, const char *table)
{
    FILE *file = fopen(README, "w");
    assert_non_null(file);
    fprintf(file, "%.*s%s%s", (int)(from - readme), readme, table, to);
    assert_int_equal(fclose(file), 0);
}

static void the_readme_has_the_keys_there_are(void **state)
{
    (void)state;
    char *readme = file_text(README), *table = make_table();
    if (readme == NULL) fail_msg("there is no " README " to read: the test runs at the top of the checkout");
    char *from = strstr(readme, begin_mark), *to = strstr(readme, end_mark);
    assert_true(from != NULL && to != NULL && from < to);
    from += sizeof begin_mark - 1;
    bool same = strlen(table) == (size_t)(to - from) && memcmp(from, table, strlen(table)) == 0;
    if (!same && getenv("GENERATE") != NULL)
        write_anew(readme, from, to, table);
    else if (!same)
        fail_msg("the keys of the README are not those of the table: GENERATE=1 %s writes them anew", "this test");
    free(readme);
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_readme_has_the_keys_there_are)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
