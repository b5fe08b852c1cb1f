/* hosts: whether a request was meant for this server, and came from where it says. A page of another site can have its name point to
 * 127.0.0.1 (DNS rebinding): its requests carry that name in Host. It can also send a form here: a browser then tells the page's origin. */
#ifndef DW_SERVE_HOSTS_H
#define DW_SERVE_HOSTS_H

#include <stdbool.h>

#include "base/text_list.h"
#include "serve/request/head.h"

/* localhost and names below it, an address in digits (which no name can be made to point with), or one of names: "dw.example.org",
 * ".example.org" (it and all below), "*". The port does not matter: a tunnel or a container changes it. "" (HTTP/1.0 without one): true. */
bool dw_hosts_allow(const dw_text_list *names, const char *host);

/* A request that changes something and that a browser sent for a page of another site: Sec-Fetch-Site, or where there is none an Origin
 * whose host is neither the request's own nor one of names. */
bool dw_hosts_foreign(const dw_text_list *names, const dw_head *head);

#endif
