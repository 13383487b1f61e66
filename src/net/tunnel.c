#include "tunnel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "url.h"

#define HEAD_MOST 16384

/* Base64 of the login, and its terminator. */
#define TOKEN_SIZE (4 * ((PROXY_LOGIN_SIZE + 2) / 3) + 1)

struct request {
    char bytes[3 * URL_HOST_SIZE + TOKEN_SIZE + 128];
    size_t length;
};

static void request_write(struct request *request, const struct proxy *proxy, const char *host, unsigned port)
{
    unsigned char token[TOKEN_SIZE] = "";
    int login = (int)strlen(proxy->login);
    if (login) (void)EVP_EncodeBlock(token, (const unsigned char *)proxy->login, login);
    int length = snprintf(request->bytes, sizeof request->bytes,
                          "CONNECT %s:%u HTTP/1.1\r\nHost: %s:%u\r\nUser-Agent: booktop\r\n%s%s%s\r\n", host, port,
                          host, port, login ? "Proxy-Authorization: Basic " : "", (char *)token, login ? "\r\n" : "");
    request->length = (size_t)length;
    OPENSSL_cleanse(token, sizeof token);
}

bool tunnel_ask(struct tunnel *tunnel, int descriptor, const struct proxy *proxy, const char *host, unsigned port)
{
    struct request request = {0};
    *tunnel = (struct tunnel){0};
    request_write(&request, proxy, host, port);
    /* The connection is new: its buffer takes it whole. */
    bool sent = send(descriptor, request.bytes, request.length, MSG_NOSIGNAL) == (ssize_t)request.length;
    OPENSSL_cleanse(&request, sizeof request);
    return sent;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200", then a blank or the end of the line. 0: it is no such line. */
static int status_parse(const char *line)
{
    if (strncmp(line, "HTTP/1.", 7) != 0 || !is_digit(line[7]) || line[8] != ' ') return 0;
    if (!is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11])) return 0;
    if (line[12] && !strchr(" \r\n", line[12])) return 0;
    return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

/* Takes one more byte of the head in. */
static enum tunnel_state byte_take(struct tunnel *tunnel, char byte)
{
    static const char start[] = "HTTP/1.";
    if (tunnel->length < sizeof start - 1 && byte != start[tunnel->length]) return TUNNEL_ILLEGAL;
    if (tunnel->length < TUNNEL_LINE_SIZE - 1 && !tunnel->status) tunnel->line[tunnel->length] = byte;
    tunnel->length++;
    if (byte == '\n')
        tunnel->newlines++;
    else if (byte != '\r')
        tunnel->newlines = 0;
    if (!tunnel->newlines) return tunnel->length < HEAD_MOST ? TUNNEL_WAITING : TUNNEL_ILLEGAL;
    if (!tunnel->status) tunnel->status = status_parse(tunnel->line);
    if (tunnel->status < 100) return TUNNEL_ILLEGAL;
    if (tunnel->status >= 300) return TUNNEL_REFUSED; /* the rest of it is of no interest */
    if (tunnel->newlines < 2) return TUNNEL_WAITING;
    if (tunnel->status >= 200) return TUNNEL_OPEN;
    *tunnel = (struct tunnel){0}; /* "100 Continue": the answer is still to come */
    return TUNNEL_WAITING;
}

enum tunnel_state tunnel_read(struct tunnel *tunnel, int descriptor)
{
    char bytes[1024];
    enum tunnel_state state = TUNNEL_WAITING;
    ssize_t got = recv(descriptor, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return TUNNEL_WAITING;
    if (got <= 0) return TUNNEL_CUT;
    size_t taken = 0;
    while (taken < (size_t)got && state == TUNNEL_WAITING) state = byte_take(tunnel, bytes[taken++]);
    return recv(descriptor, bytes, taken, MSG_DONTWAIT) == (ssize_t)taken ? state : TUNNEL_CUT;
}
