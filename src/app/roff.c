#include "roff.h"

#include <stdbool.h>
#include <string.h>

/* A backslash and a dash mean something to roff; so does what begins a line. */
static void write_escaped(FILE *out, const char *text, size_t length)
{
    if (length > 0 && (text[0] == '.' || text[0] == '\'')) fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\')
            fputs("\\e", out);
        else if (text[i] == '-')
            fputs("\\-", out);
        else if (text[i] == '`')
            fputs("\\(dq", out); /* both quotation marks of our texts */
        else if (text[i] == '\'')
            fputs("\\(cq", out);
        else
            fputc(text[i], out);
    }
}

void roff_section(FILE *out, const char *title)
{
    fprintf(out, ".SH %s\n", title);
}

void roff_subsection(FILE *out, const char *title)
{
    fputs(".SS \"", out);
    write_escaped(out, title, strlen(title));
    fputs("\"\n", out);
}

void roff_text(FILE *out, const char *text)
{
    fputs(".PP\n", out);
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        bool as_it_is = line[0] == ' ';
        const char *from = line + strspn(line, " ");
        if (as_it_is) fputs(".br\n\\ \\ ", out);
        write_escaped(out, from, length - (size_t)(from - line));
        fputs(as_it_is ? "\n.br\n" : "\n", out);
        line += length + (line[length] == '\n');
    }
}

void roff_term(FILE *out, const char *term, const char *text)
{
    fputs(".TP\n.B \"", out);
    /* A quotation mark would end the argument. */
    for (const char *at = term; *at; at++) {
        if (*at == '"')
            fputs("\\(dq", out);
        else
            write_escaped(out, at, 1);
    }
    fputs("\"\n", out);
    write_escaped(out, text, strlen(text));
    fputc('\n', out);
}
