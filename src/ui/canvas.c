#include "booktop/ui/canvas.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *utf8, *ascii;
} glyphs[GLYPH_COUNT] = {
    [GLYPH_RULE] = {"─", "-"},    [GLYPH_DIVIDER] = {"│", "|"},  [GLYPH_TEE_DOWN] = {"┬", "+"},
    [GLYPH_TEE_UP] = {"┴", "+"},  [GLYPH_TEE_LEFT] = {"┤", "+"}, [GLYPH_ELLIPSIS] = {"…", "~"},
    [GLYPH_DOT] = {"·", "."},     [GLYPH_CENT] = {"¢", "c"},     [GLYPH_TIMES] = {"×", "x"},
    [GLYPH_UP] = {"▲", "+"},      [GLYPH_DOWN] = {"▼", "-"},     [GLYPH_DONE] = {"✓", "+"},
    [GLYPH_FAILED] = {"✗", "x"},  [GLYPH_LIVE] = {"●", "*"},     [GLYPH_WAITING] = {"○", "o"},
    [GLYPH_PARTLY] = {"◐", "%"},  [GLYPH_DOUBT] = {"!", "!"},    [GLYPH_UNKNOWN] = {"?", "?"},
    [GLYPH_POINTER] = {"▸", ">"}, [GLYPH_PLAY] = {"▶", ">"},     [GLYPH_PAUSE] = {"‖", "|"},
    [GLYPH_PLAYED] = {"━", "="},  [GLYPH_PLACE] = {"●", "@"},    [GLYPH_MARK] = {"◆", "m"},
    [GLYPH_GAP] = {"✗", "x"},     [GLYPH_STOP] = {"■", "#"},     [GLYPH_TEE_RIGHT] = {"├", "+"},
    [GLYPH_CROSS] = {"┼", "+"},   [GLYPH_BOUGHT] = {"▲", "B"},   [GLYPH_SOLD] = {"▼", "S"},
};

/* Bars grow to the right by eighths of a column. */
static const wchar_t eighth_blocks[] = {L' ',      L'\u258F', L'\u258E', L'\u258D', L'\u258C',
                                        L'\u258B', L'\u258A', L'\u2589', L'\u2588'};

static const struct cell blank = {.text = {L' '}, .role = ROLE_TEXT, .ground = ROLE_TEXT, .width = 1};

bool canvas_resize(struct canvas *canvas, int height, int width)
{
    struct cell *cells = calloc((size_t)height * (size_t)width + 1, sizeof *cells);
    if (cells == NULL) return false;
    free(canvas->cells);
    canvas->cells = cells;
    canvas->height = height;
    canvas->width = width;
    canvas_clear(canvas);
    return true;
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){0};
}

void canvas_clear(struct canvas *canvas)
{
    size_t count = (size_t)canvas->height * (size_t)canvas->width;
    for (size_t i = 0; i < count; i++) canvas->cells[i] = blank;
    canvas->area = (struct area){0, 0, canvas->height, canvas->width};
    canvas->cursor_row = -1;
    canvas->cursor_column = -1;
    canvas->cursor_visible = false;
    canvas->zone_count = 0;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

void canvas_enter(struct canvas *canvas, struct area area)
{
    if (area.row < 0 || area.column < 0 || area.row >= canvas->height || area.column >= canvas->width) {
        canvas->area = (struct area){0, 0, 0, 0};
        return;
    }
    area.height = smaller(area.height, canvas->height - area.row);
    area.width = smaller(area.width, canvas->width - area.column);
    canvas->area = area;
}

/* The cell at a place of the area, or NULL outside of it. */
static struct cell *cell_at(const struct canvas *canvas, int row, int column)
{
    const struct area *area = &canvas->area;
    if (row < 0 || column < 0 || row >= area->height || column >= area->width) return NULL;
    return &canvas->cells[(size_t)(area->row + row) * (size_t)canvas->width + (size_t)(area->column + column)];
}

/* A wide character that loses one of its cells leaves a blank in the other. */
static void release_halves(struct canvas *canvas, struct cell *cell)
{
    size_t column = (size_t)(cell - canvas->cells) % (size_t)canvas->width;
    if (cell->width == 0 && column > 0) cell[-1] = blank;
    if (cell->width == 2 && column + 1 < (size_t)canvas->width) cell[1] = blank;
}

static void put(struct canvas *canvas, int row, int column, wchar_t character, int width, enum role role)
{
    struct cell *cell = cell_at(canvas, row, column);
    if (cell == NULL || (width == 2 && cell_at(canvas, row, column + 1) == NULL)) return;
    if (cell->width != 1) release_halves(canvas, cell);
    *cell = (struct cell){.text = {character}, .role = (uint8_t)role, .width = (uint8_t)width};
    if (width != 2) return;
    if (cell[1].width != 1) release_halves(canvas, &cell[1]);
    cell[1] = (struct cell){.role = (uint8_t)role, .width = 0};
}

static void put_mark(struct canvas *canvas, int row, int column, wchar_t mark)
{
    struct cell *cell = cell_at(canvas, row, column);
    if (cell != NULL && cell->width == 0 && column > 0) cell--;
    if (cell == NULL) return;
    for (int i = 1; i < CELL_CHARACTERS; i++) {
        if (cell->text[i] != 0) continue;
        cell->text[i] = mark;
        return;
    }
}

/* One character of well-formed UTF-8: our own literals, or what text_sanitize wrote. */
static size_t decode(const char *at, wchar_t *character)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t length = byte[0] < 0x80 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
    static const unsigned char first_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    int32_t code = byte[0] & first_mask[length];
    for (size_t i = 1; i < length; i++) code = code << 6 | (byte[i] & 0x3F);
    *character = (wchar_t)code;
    return length;
}

static int character_width(wchar_t character)
{
    if (character >= L' ' && character <= L'~') return 1;
    int width = wcwidth(character);
    return width < 0 ? 1 : width;
}

static int put_text(struct canvas *canvas, int row, int column, int width, enum role role, struct text text)
{
    int used = 0;
    for (size_t i = 0; i < text.length;) {
        wchar_t character;
        i += decode(text.at + i, &character);
        int taken = character_width(character);
        if (taken == 0) {
            if (used > 0) put_mark(canvas, row, column + used - 1, character);
            continue;
        }
        if (used + taken > width) break;
        put(canvas, row, column + used, character, taken, role);
        used += taken;
    }
    return used;
}

int canvas_text(struct canvas *canvas, int row, int column, int width, enum role role, const char *text)
{
    return put_text(canvas, row, column, width, role, text_from(text));
}

int canvas_right(struct canvas *canvas, int row, int column, int width, enum role role, const char *text)
{
    int wanted = (int)text_width(text_from(text));
    int blanks = wanted < width ? width - wanted : 0;
    return put_text(canvas, row, column + blanks, width - blanks, role, text_from(text));
}

/* A copy that may be drawn, in `out`. */
static struct text sanitize(const struct canvas *canvas, struct text text, char out[FOREIGN_SIZE])
{
    size_t length = text_sanitize(text, out, FOREIGN_SIZE, canvas->ascii);
    return (struct text){out, length};
}

int canvas_foreign(struct canvas *canvas, int row, int column, int width, enum role role, struct text text)
{
    if (width <= 0) return 0;
    char buffer[FOREIGN_SIZE];
    struct text clean = sanitize(canvas, text, buffer);
    if (text_width(clean) <= (unsigned)width) return put_text(canvas, row, column, width, role, clean);
    int used = put_text(canvas, row, column, width - 1, role, text_clip(clean, (unsigned)width - 1, NULL));
    return used + canvas_text(canvas, row, column + used, 1, role, canvas_glyph(canvas, GLYPH_ELLIPSIS));
}

int canvas_foreign_width(const struct canvas *canvas, struct text text)
{
    char buffer[FOREIGN_SIZE];
    return (int)text_width(sanitize(canvas, text, buffer));
}

const char *canvas_glyph(const struct canvas *canvas, enum glyph glyph)
{
    return canvas->ascii ? glyphs[glyph].ascii : glyphs[glyph].utf8;
}

void canvas_rule(struct canvas *canvas, int row, int column, int width, enum role role)
{
    wchar_t character;
    decode(canvas_glyph(canvas, GLYPH_RULE), &character);
    for (int i = 0; i < width; i++) put(canvas, row, column + i, character, 1, role);
}

/* True for a cell of a rule of this role: the same character may stand in a text. */
static bool is_rule(const struct canvas *canvas, int row, int column, enum role role)
{
    wchar_t character;
    const struct cell *cell = cell_at(canvas, row, column);
    decode(canvas_glyph(canvas, GLYPH_RULE), &character);
    return cell != NULL && cell->role == role && cell->text[0] == character && cell->text[1] == 0;
}

void canvas_joint(struct canvas *canvas, int row, int column, enum role role, enum glyph glyph)
{
    if (is_rule(canvas, row, column, role)) canvas_text(canvas, row, column, 1, role, canvas_glyph(canvas, glyph));
}

void canvas_divider(struct canvas *canvas, int row, int column, int height, enum role role)
{
    static const enum glyph joints[2][2] = {{GLYPH_DIVIDER, GLYPH_TEE_RIGHT}, {GLYPH_TEE_LEFT, GLYPH_CROSS}};
    for (int end = row + height; row < end; row++) {
        bool left = is_rule(canvas, row, column - 1, role), right = is_rule(canvas, row, column + 1, role);
        canvas_text(canvas, row, column, 1, role, canvas_glyph(canvas, joints[left][right]));
    }
}

void canvas_bar(struct canvas *canvas, int row, int column, int width, enum role role, int eighths)
{
    if (eighths > width * 8) eighths = width * 8;
    for (int i = 0; eighths > 0; i++, eighths -= 8) {
        wchar_t character = canvas->ascii ? L'=' : eighth_blocks[smaller(eighths, 8)];
        put(canvas, row, column + i, character, 1, role);
    }
}

void canvas_ground(struct canvas *canvas, int row, int column, int width, enum role ground)
{
    for (int i = 0; i < width; i++) {
        struct cell *cell = cell_at(canvas, row, column + i);
        if (cell != NULL) cell->ground = (uint8_t)ground;
    }
}

void canvas_cursor(struct canvas *canvas, int row, int column, bool visible)
{
    if (cell_at(canvas, row, column) == NULL) return;
    canvas->cursor_row = canvas->area.row + row;
    canvas->cursor_column = canvas->area.column + column;
    canvas->cursor_visible = visible;
}

/* Zones */

static void add_zone(struct canvas *canvas, struct area area, enum zone_kind kind, int64_t value)
{
    if (canvas->zone_count == ZONES_MOST || area.height <= 0 || area.width <= 0) return;
    canvas->zones[canvas->zone_count++] = (struct zone){area, kind, value};
}

void canvas_zone(struct canvas *canvas, int row, int column, int width, enum zone_kind kind, int64_t value)
{
    const struct area *area = &canvas->area;
    if (row < 0 || column < 0 || row >= area->height || column >= area->width) return;
    struct area zone = {area->row + row, area->column + column, 1, smaller(width, area->width - column)};
    add_zone(canvas, zone, kind, value);
}

void canvas_zone_area(struct canvas *canvas, enum zone_kind kind, int64_t value)
{
    add_zone(canvas, canvas->area, kind, value);
}

static bool holds(const struct area *area, int row, int column)
{
    return row >= area->row && row < area->row + area->height && column >= area->column &&
           column < area->column + area->width;
}

const struct zone *canvas_zone_at(const struct canvas *canvas, int row, int column)
{
    for (int i = canvas->zone_count; i > 0; i--) {
        if (holds(&canvas->zones[i - 1].area, row, column)) return &canvas->zones[i - 1];
    }
    return NULL;
}

const struct zone *canvas_zone_of(const struct canvas *canvas, int row, int column, enum zone_kind kind)
{
    for (int i = canvas->zone_count; i > 0; i--) {
        const struct zone *zone = &canvas->zones[i - 1];
        if (zone->kind == kind && holds(&zone->area, row, column)) return zone;
    }
    return NULL;
}

static size_t encode(wchar_t character, char out[4])
{
    uint32_t code = (uint32_t)character;
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(first[length] | code);
    return length;
}

size_t canvas_row_text(const struct canvas *canvas, int row, char *out, size_t size)
{
    size_t length = 0, end = 0;
    for (int column = 0; column < canvas->width; column++) {
        const struct cell *cell = &canvas->cells[(size_t)row * (size_t)canvas->width + (size_t)column];
        for (int i = 0; i < CELL_CHARACTERS && cell->text[i] != 0; i++) {
            char bytes[4];
            size_t count = encode(cell->text[i], bytes);
            if (length + count >= size) break;
            memcpy(out + length, bytes, count);
            length += count;
        }
        if (cell->text[0] != L' ' && cell->text[0] != 0) end = length;
    }
    out[end] = '\0';
    return end;
}
