/* The connections for those who look at them: the log panel, and the page of measurements. */
#include <stdio.h>
#include <string.h>

#include "inside.h"

static struct metrics_source gather(struct feed *feed, struct metrics_link links[LINKS_MAX])
{
    wires_refresh(feed);
    for (size_t i = 0; i < feed->wire_count; i++) {
        const struct wire *wire = &feed->wires[i];
        links[i] = (struct metrics_link){wire->venue, wire->link, &wire->metrics};
    }
    return (struct metrics_source){
        .metrics = &feed->metrics,
        .journal = &feed->journal,
        .links = links,
        .link_count = feed->wire_count,
        .now = feed_now(feed).mono,
    };
}

/* === The panel === */

static void fill_connection(const struct wire *wire, struct connection *connection)
{
    *connection = (struct connection){.venue = wire->venue, .link = wire->link, .view = wire->view};
    for (size_t i = 0; i < VIEW_STEPS; i++) connection->view.steps[i] = -1; /* they belong to a panel's start */
}

static void publish(struct feed *feed)
{
    struct metrics_link links[LINKS_MAX];
    struct metrics_source source = gather(feed, links);
    struct connections_view *view = triple_buffer_slot(feed->connections);
    view->now = feed_now(feed);
    view->count = (uint32_t)(feed->wire_count < CONNECTIONS_MAX ? feed->wire_count : CONNECTIONS_MAX);
    view->left_out = (uint32_t)feed->wire_count - view->count;
    for (size_t i = 0; i < view->count; i++) fill_connection(&feed->wires[i], &view->connections[i]);
    view->written = feed->journal.written;
    view->entry_count = (uint32_t)journal_newest(&feed->journal, view->entries, CONNECTIONS_ENTRIES);
    view->line_count = (uint32_t)metrics_lines(&source, view->lines, METRICS_LINES);
    triple_buffer_publish(feed->connections);
    publisher_wake_ui(feed);
}

static void publish_again(void *context)
{
    struct feed *feed = context;
    publish(feed);
    net_timer_set(feed->loop, &feed->connections_timer, CONNECTIONS_INTERVAL);
}

void connections_watch(struct feed *feed, bool open)
{
    if (open == feed->connections_open) return;
    feed->connections_open = open;
    if (open)
        net_timer_set(feed->loop, &feed->connections_timer, 0);
    else
        net_timer_cancel(&feed->connections_timer);
}

/* === The page === */

static void on_request(void *context, struct server_request *request, struct text path, struct text query)
{
    (void)query;
    struct feed *feed = context;
    if (!text_is(path, "/metrics")) {
        server_reply(request, 404, "text/plain; charset=utf-8", TEXT("There is nothing here but /metrics.\n"));
        return;
    }
    struct metrics_link links[LINKS_MAX];
    struct metrics_source source = gather(feed, links);
    json_writer_reset(&feed->page);
    metrics_write_page(&source, &feed->page);
    if (feed->page.failed)
        server_reply(request, 503, "text/plain; charset=utf-8", TEXT("Out of memory.\n"));
    else
        server_reply(request, 200, "text/plain; version=0.0.4; charset=utf-8", json_writer_text(&feed->page));
}

static bool serve(struct feed *feed, char *error, size_t error_size)
{
    char why[VIEW_REASON_SIZE];
    struct server_options options = {
        .address = feed->options.metrics_address,
        .port = feed->options.metrics_port,
        .handlers = {.request = on_request},
        .context = feed,
    };
    feed->page_server = server_start(feed->loop, &options, why, sizeof why);
    if (!feed->page_server)
        snprintf(error, error_size, "the page of measurements cannot be served on %s port %u: %s", options.address,
                 options.port, why);
    return feed->page_server != NULL;
}

bool connections_open(struct feed *feed, char *error, size_t error_size)
{
    feed->connections_timer = (struct net_timer){.expired = publish_again, .context = feed};
    feed->connections = triple_buffer_create(sizeof(struct connections_view));
    if (!feed->connections) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    return !feed->options.metrics_address || serve(feed, error, error_size);
}

void connections_close(struct feed *feed)
{
    net_timer_cancel(&feed->connections_timer);
    triple_buffer_destroy(feed->connections);
    json_writer_free(&feed->page);
}
