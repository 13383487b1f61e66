#include "booktop/exchange/door.h"

#include "booktop/base/log.h"

#define SHOWN_MOST_NS (3 * NANOSECONDS_PER_SECOND)
/* A connection that asked for nothing for so long has failed: on loopback a handshake takes a few milliseconds. */
#define FAILED_NS (200 * NANOSECONDS_PER_MILLISECOND)
#define LOOK_NS   (20 * NANOSECONDS_PER_MILLISECOND)

static uint64_t more_than(uint64_t whole, uint64_t part)
{
    return whole > part ? whole - part : 0;
}

/* === Who came === */

void door_upgrade(struct door *door, int venue)
{
    if (venue >= 0) atomic_fetch_add(&door->upgrades[venue], 1);
}

void door_turn(struct door *door)
{
    atomic_store(&door->unasked, more_than(server_accepted(door->server), server_asked(door->server)));
}

uint64_t door_attempts(const struct door *door, enum exchange_venue venue)
{
    return atomic_load(&door->upgrades[venue]) + atomic_load(&door->unasked);
}

/* === The certificate === */

static void sound_show(struct door *door)
{
    (void)server_show(door->server, door->authority->certificate_pem, door->authority->key_pem);
}

/* True if somebody who came since the certificate was changed went without a word. */
static bool handshake_failed(struct door *door, int64_t now)
{
    uint64_t came = server_accepted(door->server) - door->accepted;
    if (more_than(came, server_asked(door->server) - door->asked_before) == 0)
        door->failing_since = 0;
    else if (door->failing_since == 0)
        door->failing_since = now;
    return door->failing_since != 0 && now - door->failing_since >= FAILED_NS;
}

static void look(void *context)
{
    struct door *door = context;
    int64_t now = net_loop_now(door->loop).mono;
    if (now >= door->shown_until || handshake_failed(door, now))
        sound_show(door);
    else
        net_timer_set(door->loop, &door->timer, LOOK_NS);
}

void door_disguise(struct door *door, enum tls_flaw flaw)
{
    struct tls_certificate certificate = {0};
    bool shown = tls_certificate_create(&certificate, door->authority, flaw) &&
                 server_show(door->server, certificate.pem, certificate.key_pem);
    tls_certificate_free(&certificate);
    if (!shown) {
        log_write(LOG_LEVEL_ERROR, "exchange", "a wrong certificate could not be made, or not be shown");
        return;
    }
    door->shown_until = net_loop_now(door->loop).mono + SHOWN_MOST_NS;
    door->failing_since = 0;
    door->accepted = server_accepted(door->server);
    door->asked_before = server_asked(door->server);
    net_timer_set(door->loop, &door->timer, LOOK_NS);
}

/* === Life === */

void door_begin(struct door *door, struct net_loop *loop, struct server *server, const struct tls_authority *authority)
{
    door->loop = loop;
    door->server = server;
    door->authority = authority;
    door->timer = (struct net_timer){.expired = look, .context = door};
}

void door_end(struct door *door)
{
    net_timer_cancel(&door->timer);
}
