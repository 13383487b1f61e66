#include "booktop/ui/search_words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Room for the folded words of the longest market there can be. */
#define TEXT_MOST  1024
#define WORDS_MOST (TEXT_MOST / 2)

/* === Folding === */

/* U+00C0 to U+017F without their accents; blank: no letter. */
static const char unaccented[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts"
                                 "aaaaaaaceeeeiiiidnooooo ouuuuyty"
                                 "aaaaaaccccccccddddeeeeeeeeeegggg"
                                 "gggghhhhiiiiiiiiiiiijjkkklllllll"
                                 "lllnnnnnnnnnoooooooorrrrrrssssss"
                                 "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* What a character of one byte stands for in words: itself, 0 if it does not count, a blank if it parts words. */
static char fold_ascii(char c)
{
    if (c >= 'A' && c <= 'Z') return (char)(c + 'a' - 'A');
    bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return kept ? c : c == '\'' ? '\0' : ' ';
}

/* The same of one that begins here with a byte above 127, and the bytes it takes. An accent by itself does not count,
 * nor do the apostrophe of typesetters and the hyphen that is not seen; other signs, of U+0080 to U+00BF and of U+2000
 * to U+2BFF, part words. Bytes of other scripts stand for themselves, one by one. */
static char fold_beyond(const unsigned char *at, size_t left, size_t *taken)
{
    unsigned char first = at[0], second = left > 1 ? at[1] : 0;
    bool pair = (second & 0xC0) == 0x80;
    *taken = 2;
    if (pair && first == 0xC2) return second == 0xAD ? '\0' : ' ';
    if (pair && first >= 0xC3 && first <= 0xC5) return unaccented[(first - 0xC3) * 64 + (second & 0x3F)];
    if (pair && (first == 0xCC || (first == 0xCD && second < 0xB0))) return '\0';
    *taken = 3;
    bool punctuation = first == 0xE2 && pair && second < 0xB0 && left > 2 && (at[2] & 0xC0) == 0x80;
    if (punctuation) return second == 0x80 && at[2] == 0x99 ? '\0' : ' ';
    *taken = 1;
    return (char)first;
}

static char take_folded(struct text *rest)
{
    size_t taken = 1;
    bool ascii = (unsigned char)rest->at[0] < 0x80;
    char folded = ascii ? fold_ascii(rest->at[0]) : fold_beyond((const unsigned char *)rest->at, rest->length, &taken);
    *rest = (struct text){rest->at + taken, rest->length - taken};
    return folded;
}

/* FNV-1a. Of what is compared without case and accents, and without a sign that parts words. */
static uint32_t hash_name(struct text name)
{
    uint32_t hash = 2166136261U;
    bool any = false;
    while (name.length > 0) {
        char folded = take_folded(&name);
        if (folded == '\0' || folded == ' ') continue;
        hash = (hash ^ (unsigned char)folded) * 16777619U;
        any = true;
    }
    return any && hash != 0 ? hash : any;
}

/* Words while they are put together: " will it open ". */
struct folding {
    char text[TEXT_MOST];
    uint16_t starts[WORDS_MOST];
    size_t length, words;
};

static bool has_word(const struct folding *folding, const char *word, size_t length)
{
    for (size_t i = 0; i < folding->words; i++) {
        const char *known = folding->text + folding->starts[i];
        if (memcmp(known, word, length) == 0) return true;
    }
    return false;
}

/* The word that begins at `start` is ended by a blank, and kept if it is new. */
static void end_word(struct folding *folding, size_t start)
{
    if (folding->length == start) return;
    folding->text[folding->length++] = ' ';
    if (has_word(folding, folding->text + start, folding->length - start))
        folding->length = start;
    else
        folding->starts[folding->words++] = (uint16_t)start;
}

/* A word that does not fit any more is left out, and so is what follows. */
static void fold(struct folding *folding, struct text text)
{
    size_t start = folding->length;
    while (text.length > 0) {
        char folded = take_folded(&text);
        if (folded == '\0') continue;
        if (folded == ' ') {
            end_word(folding, start);
            start = folding->length;
        } else if (folding->length + 2 > TEXT_MOST || folding->words == WORDS_MOST) {
            folding->length = start;
            return;
        } else {
            folding->text[folding->length++] = folded;
        }
    }
    end_word(folding, start);
}

static void begin(struct folding *folding)
{
    folding->text[0] = ' ';
    folding->length = 1;
    folding->words = 0;
}

/* === The words of markets === */

void search_words_free(struct search_words *words)
{
    free(words->entries);
    free(words->text);
    free(words->starts);
    *words = (struct search_words){0};
}

void search_words_clear(struct search_words *words)
{
    words->count = words->length = words->start_count = 0;
}

/* Room for `needed` things of `size` bytes at *array. */
static bool reserve(void **array, size_t size, size_t needed, size_t *capacity)
{
    if (needed <= *capacity) return true;
    size_t room = needed * 2;
    void *grown = realloc(*array, room * size);
    if (grown == NULL) return false;
    *array = grown;
    *capacity = room;
    return true;
}

static bool reserve_all(struct search_words *words, const struct folding *folding)
{
    void *entries = words->entries, *text = words->text, *starts = words->starts;
    bool room = reserve(&entries, sizeof *words->entries, words->count + 1, &words->capacity);
    words->entries = entries;
    room = room && reserve(&text, 1, words->length + folding->length, &words->text_capacity);
    words->text = text;
    room = room && reserve(&starts, sizeof *words->starts, words->start_count + folding->words, &words->start_capacity);
    words->starts = starts;
    return room && words->length + folding->length < UINT32_MAX && words->start_count < UINT32_MAX - WORDS_MOST;
}

/* The most telling first: where a word stands decides between equals. A condition id has no words. */
static void fold_names(struct folding *folding, const struct instrument *instrument)
{
    begin(folding);
    fold(folding, text_from(instrument->group_title));
    fold(folding, text_from(instrument->title));
    fold(folding, text_from(instrument->event_title));
    if (!text_starts_with(text_from(instrument->symbol), TEXT("0x"))) fold(folding, text_from(instrument->symbol));
    fold(folding, text_from(instrument->slug));
    fold(folding, text_from(instrument->event_slug));
}

bool search_words_add(struct search_words *words, const struct instrument *instrument)
{
    struct folding folding;
    fold_names(&folding, instrument);
    if (!reserve_all(words, &folding)) return false;
    words->entries[words->count++] = (struct search_entry){
        .text = (uint32_t)words->length,
        .starts = (uint32_t)words->start_count,
        .length = (uint16_t)folding.length,
        .words = (uint16_t)folding.words,
        .names = {hash_name(text_from(instrument->symbol)), hash_name(text_from(instrument->slug)),
                  hash_name(text_from(instrument->event_slug))},
    };
    memcpy(words->text + words->length, folding.text, folding.length);
    for (size_t i = 0; i < folding.words; i++) words->starts[words->start_count + i] = folding.starts[i];
    words->length += folding.length;
    words->start_count += folding.words;
    return true;
}

/* === Looking for them === */

void search_query_set(struct search_query *query, struct text typed)
{
    struct folding folding;
    begin(&folding);
    fold(&folding, typed);
    *query = (struct search_query){.name = hash_name(typed)};
    size_t length = folding.length < sizeof query->text ? folding.length : sizeof query->text;
    memcpy(query->text, folding.text, length);
    for (size_t i = 0; i < folding.words && query->count < SEARCH_QUERY_WORDS; i++) {
        size_t end = i + 1 < folding.words ? folding.starts[i + 1] : folding.length;
        if (end > length) return;
        query->words[query->count++] = (struct text){query->text + folding.starts[i], end - 1 - folding.starts[i]};
    }
}

/* What a word is worth by how it is found; what follows takes a little off and never reaches the next. */
enum { WORTH_WORD = 100, WORTH_PREFIX = 80, WORTH_STARTS = 50, WORTH_LETTERS = 30, WORTH_INSIDE = 10 };
#define WORTH_LESS 9
/* Of a word, with its place. */
#define WORTH_MOST (10 * WORTH_WORD + WORTH_LESS)

static_assert(1 + SEARCH_QUERY_WORDS * WORTH_MOST < SEARCH_EXACT, "words are no exact name, however many");

static int worth(int kind, size_t less)
{
    return kind - (int)(less < WORTH_LESS ? less : WORTH_LESS);
}

/* An entry's words while one is looked for. */
struct entry_text {
    const char *text;
    const uint16_t *starts;
    size_t length, words;
};

static size_t word_length(const struct entry_text *entry, size_t word)
{
    size_t end = word + 1 < entry->words ? entry->starts[word + 1] : entry->length;
    return end - 1 - entry->starts[word];
}

/* "feddec": each part of the word starts a word, in their order. How many parts; 0: it cannot be cut so. */
static size_t count_starts(const struct entry_text *entry, size_t first, struct text word)
{
    size_t taken = 0, parts = 0;
    for (size_t i = first; i < entry->words && taken < word.length; i++) {
        const char *at = entry->text + entry->starts[i];
        size_t length = 0;
        while (taken + length < word.length && at[length] == word.at[taken + length]) length++;
        taken += length;
        parts += length > 0;
    }
    return taken == word.length ? parts : 0;
}

/* "hrbr": the letters stand in one word in their order. True with the letters between them in *gaps. */
static bool has_letters(const struct entry_text *entry, size_t place, struct text word, size_t *gaps)
{
    const char *at = entry->text + entry->starts[place];
    size_t length = word_length(entry, place), taken = 0, i = 0;
    for (; i < length && taken < word.length; i++) taken += at[i] == word.at[taken];
    *gaps = i - taken;
    return taken == word.length;
}

/* A word that is longer than one letter, by its parts or its letters. */
static int score_loosely(const struct entry_text *entry, struct text word)
{
    int best = 0;
    for (size_t i = 0; i < entry->words; i++) {
        if (entry->text[entry->starts[i]] != word.at[0]) continue;
        size_t parts = count_starts(entry, i, word), gaps;
        int score = parts > 0                            ? worth(WORTH_STARTS, parts)
                    : has_letters(entry, i, word, &gaps) ? worth(WORTH_LETTERS, gaps)
                                                         : 0;
        if (score > best) best = score;
    }
    return best;
}

static int score_word(const struct entry_text *entry, struct text word)
{
    const char *at = entry->text, *end = entry->text + entry->length;
    int best = 0;
    while (best < WORTH_WORD && (at = memmem(at, (size_t)(end - at), word.at, word.length)) != NULL) {
        /* There is a blank before the first word and behind the last. */
        bool starts = at[-1] == ' ', ends = at[word.length] == ' ';
        int score = starts && ends ? WORTH_WORD : starts ? WORTH_PREFIX : WORTH_INSIDE;
        if (score > best) best = score;
        at++;
    }
    if (best >= WORTH_PREFIX || word.length < 2) return best >= WORTH_PREFIX ? best : 0;
    int loosely = score_loosely(entry, word);
    return loosely > best ? loosely : best;
}

/* What stands earlier in the market's names is a little more. */
static int score_place(const struct entry_text *entry, struct text word)
{
    size_t i = 0;
    while (i < entry->words && i < WORTH_LESS && entry->text[entry->starts[i]] != word.at[0]) i++;
    return WORTH_LESS - (int)i;
}

static bool names(const struct search_entry *entry, uint32_t name)
{
    for (size_t i = 0; i < SEARCH_NAMES; i++)
        if (name != 0 && entry->names[i] == name) return true;
    return false;
}

/* The market's own name before its event's. */
static int score_name(const struct search_entry *entry, uint32_t name)
{
    if (!names(entry, name)) return 0;
    return entry->names[SEARCH_NAMES - 1] == name ? SEARCH_EXACT : 2 * SEARCH_EXACT;
}

int search_score(const struct search_words *words, size_t entry, const struct search_query *query)
{
    const struct search_entry *found = &words->entries[entry];
    struct entry_text text = {words->text + found->text, words->starts + found->starts, found->length, found->words};
    int score = 1 + score_name(found, query->name);
    if (score > SEARCH_EXACT) return score;
    for (size_t i = 0; i < query->count; i++) {
        int of_word = score_word(&text, query->words[i]);
        if (of_word == 0) return 0;
        score += of_word * 10 + score_place(&text, query->words[i]);
    }
    return score;
}
