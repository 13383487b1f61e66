/* The words of HTTP's status codes. Pure. */
#ifndef NET_HTTP_STATUS_H
#define NET_HTTP_STATUS_H

/* What a status code means, "" if that is not known. Static. */
const char *http_status_words(int status);

#endif
