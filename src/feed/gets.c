/* Requests: what is asked by HTTP, and what becomes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* How long a request takes is the loop's limit. */
#define LIMITED_BY_LOOP 0

static struct complaint *complaint_of(struct feed *feed, const struct command_metrics *metrics)
{
    return &feed->complaints[metrics - feed->metrics.commands];
}

/* A poll that fails the same way again is counted only. */
static void complain(struct feed *feed, const struct get *get, const char *why)
{
    struct complaint *complaint = complaint_of(feed, get->metrics);
    struct stamp now = feed_now(feed);
    get->metrics->failed++;
    if (complaint_is_new(complaint, now.mono, why))
        journal_write(&feed->journal, now, JOURNAL_ERROR, get->venue, JOURNAL_NO_LINK, "%s: %s, GET %s",
                      get->metrics->name, why, get->url);
    else
        journal_count(&feed->journal, JOURNAL_ERROR);
}

/* "Not found" is an answer. */
static bool is_answer(int status)
{
    return status == 200 || status == 404;
}

static void note_reply(struct feed *feed, const struct get *get, const struct http_reply *got)
{
    char status[16];
    snprintf(status, sizeof status, "HTTP %d", got->status);
    if (is_answer(got->status))
        complaint_of(feed, get->metrics)->mended = true;
    else
        complain(feed, get, got->status ? status : got->reason);
}

static void unlink_get(struct feed *feed, const struct get *get)
{
    struct get **place = &feed->gets;
    while (*place != get) place = &(*place)->next;
    *place = get->next;
}

static void on_reply(void *context, struct stamp stamp, const struct http_reply *got)
{
    struct get *get = context;
    struct feed *feed = get->feed;
    struct venue_reply reply = {
        .request = get->request,
        .status = got->status,
        .body = got->body,
        .reason = got->reason,
        .retry_after = got->retry_after,
    };
    unlink_get(feed, get);
    if (got->status) histogram_add(&get->metrics->time, stamp.mono - get->asked);
    note_reply(feed, get, got);
    input_reply(feed, stamp, get->venue, &reply);
    free(get);
}

static void refuse(struct feed *feed, const struct kept_wish *wish, const char *why)
{
    struct venue_reply reply = {.request = wish->request, .reason = why};
    input_reply(feed, feed_now(feed), wish->venue, &reply);
}

void gets_start(struct feed *feed, const struct kept_wish *wish, const char *url)
{
    size_t size = strlen(url) + 1;
    struct get *get = malloc(sizeof *get + size);
    output_request(feed, wish->venue, wish->request, wish->what, url);
    if (!get) {
        refuse(feed, wish, "out of memory");
        return;
    }
    *get = (struct get){.feed = feed, .venue = wish->venue, .request = wish->request};
    memcpy(get->url, url, size);
    get->metrics = metrics_command(&feed->metrics, wish->venue, wish->what);
    get->metrics->count++;
    get->asked = feed_now(feed).mono;
    char error[HTTP_REASON_SIZE];
    get->http = http_get(feed->loop, get->url, LIMITED_BY_LOOP, on_reply, get, error, sizeof error);
    if (!get->http) {
        complain(feed, get, error);
        free(get);
        refuse(feed, wish, error);
        return;
    }
    get->next = feed->gets;
    feed->gets = get;
}

void gets_close(struct feed *feed)
{
    while (feed->gets) {
        struct get *get = feed->gets;
        feed->gets = get->next;
        http_cancel(get->http);
        free(get);
    }
}
