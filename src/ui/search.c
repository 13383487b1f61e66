#include "booktop/ui/search.h"

#include <string.h>

#include "same_market.h"

void search_begin(struct search *search, struct market_list *list)
{
    search_over(search);
    search_relist(search, list);
}

void search_over(struct search *search)
{
    catalogue_free(&search->opened);
    search_words_free(&search->opened_words);
    search_words_free(&search->found_words);
    *search = (struct search){.ask_at = TIME_NEVER, .empty = true, .offer_first = true};
}

bool search_know(struct search *search, const struct catalogue_entry *entry, bool watched)
{
    for (size_t i = 0; i < search->opened.count; i++)
        if (same_market(&search->opened.entries[i].instrument, &entry->instrument)) return true;
    if (!search_words_add(&search->opened_words, &entry->instrument)) return false;
    struct catalogue_entry *known = catalogue_append(&search->opened);
    if (known == NULL) {
        search->opened_words.count--; /* its words are left over, which harms nobody */
        return false;
    }
    *known = *entry;
    if (watched) search->watched = search->opened.count;
    search->pools[SEARCH_OPENED] = (struct search_pool){&search->opened, &search->opened_words};
    return true;
}

/* === What is typed === */

bool search_is_address(struct text words)
{
    static const char *const marks[] = {"://", "polymarket.com/", "kalshi.com/"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (text_contains_folded(words, text_from(marks[i]))) return true;
    return false;
}

static bool is_ticker(struct text words)
{
    bool capitals = words.length > 2 && text_starts_with(words, TEXT("KX"));
    for (size_t i = 0; i < words.length; i++) capitals &= words.at[i] < 'a' || words.at[i] > 'z';
    return capitals;
}

bool search_is_name(struct text words)
{
    if (words.length == 0 || memchr(words.at, ' ', words.length) != NULL) return false;
    for (size_t i = 0; i < words.length; i++)
        if (strchr(":/-_", words.at[i]) != NULL) return true;
    return text_starts_with(words, TEXT("0x")) || is_ticker(words);
}

bool search_join_words(const char *const *words, size_t count, char *out, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        struct text word = text_from(words[i]);
        if (search_is_name(word) || word.length == 0 || length + word.length + 2 > size) return false;
        if (i > 0) out[length++] = ' ';
        length += text_copy(word, out + length, size - length);
    }
    return count > 1;
}

/* === Ranking === */

static bool comes_before(const struct search_result *a, const struct search_result *b)
{
    if (a->score != b->score) return a->score > b->score;
    if (a->entry->volume_24h != b->entry->volume_24h) return a->entry->volume_24h > b->entry->volume_24h;
    return a->source < b->source;
}

/* Puts a result in its place among the best. */
static void place(struct search *search, struct search_result result)
{
    size_t at = search->count;
    if (at == SEARCH_RESULTS && !comes_before(&result, &search->results[at - 1])) return;
    if (at == SEARCH_RESULTS)
        at--;
    else
        search->count++;
    for (; at > 0 && comes_before(&result, &search->results[at - 1]); at--)
        search->results[at] = search->results[at - 1];
    search->results[at] = result;
}

static bool has_symbol(const struct catalogue_entry *a, const struct catalogue_entry *b)
{
    return a->instrument.venue == b->instrument.venue && strcmp(a->instrument.symbol, b->instrument.symbol) == 0;
}

/* The same market may be in several pools: the first one's stays. */
static bool is_known(struct search *search, const struct catalogue_entry *entry, enum search_source source,
                     bool watched)
{
    if (source == SEARCH_LISTED) return false;
    for (size_t i = 0; i < search->count; i++) {
        struct search_result *result = &search->results[i];
        if (result->source >= source || !has_symbol(result->entry, entry)) continue;
        result->watched |= watched;
        result->opened |= source == SEARCH_OPENED && !watched;
        return true;
    }
    return false;
}

static bool would_be_kept(const struct search *search, const struct search_result *result)
{
    return search->count < SEARCH_RESULTS || comes_before(result, &search->results[SEARCH_RESULTS - 1]);
}

/* What a venue found for these very words may mean them in a way that we do not see: it comes last. */
static void rank_pool(struct search *search, enum search_source source, bool all)
{
    const struct search_pool *pool = &search->pools[source];
    size_t count = pool->words != NULL ? pool->words->count : 0;
    for (size_t i = 0; i < count; i++) {
        int score = search_score(pool->words, i, &search->query);
        if (score == 0 && !all) continue;
        bool watched = source == SEARCH_OPENED && i < search->watched;
        struct search_result result = {&pool->catalogue->entries[i], score, source, watched,
                                       source == SEARCH_OPENED && !watched};
        if (would_be_kept(search, &result)) {
            if (is_known(search, result.entry, source, watched)) continue;
            place(search, result);
        }
        search->matches++;
    }
}

/* As the list describes it, where it does. */
static void list_known(struct search *search, size_t known)
{
    const struct catalogue *list = search->pools[SEARCH_LISTED].catalogue;
    bool watched = known < search->watched;
    struct search_result result = {&search->opened.entries[known], 1, SEARCH_OPENED, watched, !watched};
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (!has_symbol(&list->entries[i], result.entry)) continue;
        result.entry = &list->entries[i];
        result.source = SEARCH_LISTED;
    }
    if (search->count < SEARCH_RESULTS) search->results[search->count++] = result;
}

/* What was opened before, the newest first, then the watch list in its order. */
static void list_all_known(struct search *search)
{
    for (size_t i = search->opened.count; i-- > search->watched;) list_known(search, i);
    for (size_t i = 0; i < search->watched; i++) list_known(search, i);
    search->matches = search->count;
}

bool search_is_answered(const struct search *search)
{
    return strcmp(search->typed, search->found_for) == 0;
}

static void rank(struct search *search)
{
    bool same_words = search_is_answered(search);
    search->count = search->matches = search->known = 0;
    if (search->empty) {
        list_all_known(search);
        return;
    }
    /* Without a word, as an address is for this, everything would be found. */
    for (int source = 0; source < SEARCH_FOUND && search->query.count > 0; source++) {
        rank_pool(search, (enum search_source)source, false);
        if (search->pools[source].words != NULL) search->known += search->pools[source].words->count;
    }
    if (search->query.count > 0 || same_words) rank_pool(search, SEARCH_FOUND, same_words);
}

void search_rank(struct search *search, struct text typed)
{
    bool address = search_is_address(typed), name = address || search_is_name(typed);
    text_copy(typed, search->typed, sizeof search->typed);
    search_query_set(&search->query, address ? TEXT("") : typed);
    search->empty = typed.length == 0;
    search->offer = name ? SEARCH_OFFERS_NAME : SEARCH_OFFERS_LIST;
    search->moved = search->accepted = false;
    search->selected = search->top = 0;
    rank(search);
    /* A name is looked up, unless what it names is known. */
    bool exact = search->count > 0 && search->results[0].score > SEARCH_EXACT;
    search->offer_first = search->empty || (name && !exact);
}

/* Results move when others join them: the selection goes with its market. */
static void rank_again(struct search *search)
{
    const struct search_result *selected = search_row(search, search->selected);
    bool moved = search->moved;
    struct instrument kept = {0};
    if (selected != NULL) kept = selected->entry->instrument;
    size_t row = search->selected;
    rank(search);
    if (row >= search_rows(search)) row = 0;
    if (selected == NULL && !search->offer_first) row = moved ? search->count : 0;
    for (size_t i = 0; selected != NULL && i < search_rows(search); i++) {
        const struct search_result *result = search_row(search, i);
        if (result != NULL && same_market(&result->entry->instrument, &kept)) row = i;
    }
    search->selected = row;
}

void search_join(struct search *search, const struct catalogue *found)
{
    search_words_clear(&search->found_words);
    search->pools[SEARCH_FOUND] = (struct search_pool){found, NULL};
    text_copy(text_from(search->asked), search->found_for, sizeof search->found_for);
    for (size_t i = 0; found != NULL && i < found->count; i++)
        if (!search_words_add(&search->found_words, &found->entries[i].instrument)) break;
    if (found != NULL) search->pools[SEARCH_FOUND].words = &search->found_words;
    rank_again(search);
}

void search_relist(struct search *search, struct market_list *list)
{
    search->pools[SEARCH_LISTED] = (struct search_pool){list->catalogue, market_list_words(list)};
    search->selected = search->top = 0;
    rank(search);
}

/* === Rows === */

size_t search_rows(const struct search *search)
{
    return search->count + 1;
}

const struct search_result *search_row(const struct search *search, size_t row)
{
    size_t first = search->offer_first ? 1 : 0;
    return row >= first && row - first < search->count ? &search->results[row - first] : NULL;
}

static void move(struct search *search, int step)
{
    size_t last = search_rows(search) - 1, left = step > 0 ? last - search->selected : search->selected;
    size_t most = (size_t)(step > 0 ? step : -step);
    if (most > left) most = left;
    search->selected = step > 0 ? search->selected + most : search->selected - most;
    search->moved = true;
    search->accepted = false;
}

bool search_act(struct search *search, enum action action)
{
    int page = search->page > 1 ? search->page - 1 : 1;
    if (action == ACTION_DOWN)
        move(search, 1);
    else if (action == ACTION_UP)
        move(search, -1);
    else if (action == ACTION_PAGE_DOWN)
        move(search, page);
    else if (action == ACTION_PAGE_UP)
        move(search, -page);
    else
        return false;
    return true;
}
