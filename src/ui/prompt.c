#include "booktop/ui/prompt.h"

#include <string.h>

void prompt_clear(struct prompt *prompt)
{
    *prompt = (struct prompt){0};
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

static size_t before(const struct prompt *prompt, size_t at)
{
    while (at > 0) {
        at--;
        if (starts_character(prompt->text[at])) break;
    }
    return at;
}

static size_t after(const struct prompt *prompt, size_t at)
{
    if (at < prompt->length) at++;
    while (at < prompt->length && !starts_character(prompt->text[at])) at++;
    return at;
}

/* Takes the bytes from `start` to `end` out; the cursor goes to where they were. */
static void take_out(struct prompt *prompt, size_t start, size_t end)
{
    memmove(prompt->text + start, prompt->text + end, prompt->length - end + 1);
    prompt->length -= end - start;
    prompt->cursor = start;
}

static size_t word_start(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at > 0 && prompt->text[at - 1] == ' ') at--;
    while (at > 0 && prompt->text[at - 1] != ' ') at--;
    return at;
}

/* UTF-8 of a character; 0 for what is none: controls, surrogates, numbers beyond the last. */
static size_t encode(int character, char out[4])
{
    bool control = character < ' ' || (character >= 0x7F && character < 0xA0);
    if (control || (character >= 0xD800 && character <= 0xDFFF) || character > 0x10FFFF) return 0;
    unsigned code = (unsigned)character;
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(first[length] | code);
    return length;
}

bool prompt_insert(struct prompt *prompt, int character)
{
    char bytes[4];
    size_t length = encode(character, bytes);
    if (length == 0 || prompt->length + length >= PROMPT_SIZE) return false;
    char *at = prompt->text + prompt->cursor;
    memmove(at + length, at, prompt->length - prompt->cursor + 1);
    memcpy(at, bytes, length);
    prompt->length += length;
    prompt->cursor += length;
    return true;
}

/* One character from `at` on; 0 where that is no UTF-8. */
static size_t decode(struct text text, size_t at, int *character)
{
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    unsigned char first = (unsigned char)text.at[at];
    size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (at + length > text.length || !text_is_utf8((struct text){text.at + at, length})) return 0;
    *character = first & mask[length];
    for (size_t i = 1; i < length; i++) *character = *character << 6 | ((unsigned char)text.at[at + i] & 0x3F);
    return length;
}

void prompt_insert_text(struct prompt *prompt, struct text text)
{
    for (size_t at = 0; at < text.length;) {
        int character;
        size_t length = decode(text, at, &character);
        at += length > 0 ? length : 1;
        if (length == 0) continue;
        prompt_insert(prompt, character == '\n' || character == '\r' || character == '\t' ? ' ' : character);
    }
}

bool prompt_act(struct prompt *prompt, enum action action)
{
    size_t cursor = prompt->cursor;
    switch (action) {
    case ACTION_ERASE:
        take_out(prompt, before(prompt, cursor), cursor);
        return true;
    case ACTION_ERASE_NEXT:
        take_out(prompt, cursor, after(prompt, cursor));
        return true;
    case ACTION_ERASE_WORD:
        take_out(prompt, word_start(prompt), cursor);
        return true;
    case ACTION_ERASE_LINE:
        take_out(prompt, 0, cursor);
        return true;
    case ACTION_CURSOR_LEFT:
        prompt->cursor = before(prompt, cursor);
        return true;
    case ACTION_CURSOR_RIGHT:
        prompt->cursor = after(prompt, cursor);
        return true;
    case ACTION_LINE_START:
        prompt->cursor = 0;
        return true;
    case ACTION_LINE_END:
        prompt->cursor = prompt->length;
        return true;
    default:
        return false;
    }
}

static struct text part(const struct prompt *prompt, size_t start, size_t end)
{
    return (struct text){prompt->text + start, end - start};
}

/* U+200D */
static bool starts_with_joiner(struct text text)
{
    return text_starts_with(text, TEXT("\xe2\x80\x8d"));
}

void prompt_draw(const struct prompt *prompt, struct canvas *canvas, int row, int column, int width)
{
    /* The start is left out until what stands before the cursor fits, with one column for the cursor itself. */
    size_t start = 0;
    while (start < prompt->cursor && canvas_foreign_width(canvas, part(prompt, start, prompt->cursor)) > width - 1) {
        start = after(prompt, start);
    }
    /* What it would be joined to is left out. */
    while (start > 0 && start < prompt->cursor && starts_with_joiner(part(prompt, start, prompt->length)))
        start = after(prompt, start);
    int used = canvas_foreign_width(canvas, part(prompt, start, prompt->cursor));
    canvas_foreign(canvas, row, column, width, ROLE_TEXT, part(prompt, start, prompt->length));
    canvas_cursor(canvas, row, column + used, true);
}
