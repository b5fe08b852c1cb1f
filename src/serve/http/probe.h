/* probe: is the server there that listens so? What a container's health check asks where there is no curl beside the server.
 *
 *   dw_probe("0.0.0.0:3001", "/readyz", &err)   asks http://127.0.0.1:3001/readyz, of this machine, past any proxy
 */
#ifndef DW_SERVE_PROBE_H
#define DW_SERVE_PROBE_H

#include "base/err.h"
#include "base/str.h"

/* The URL of path (which begins with a slash) for whoever is on the machine of a server that listens so (as dw_listen reads it): where it
 * listens on all addresses, that of this machine. DW_EUSAGE: no such address, port 0, or no such path. */
dw_status dw_probe_url(dw_buf *out, const char *listen, const char *path, dw_err *err);

/* DW_OK: it answered with 200 within five seconds. DW_ESYSTEM: it did not; the message has what it said instead. */
dw_status dw_probe(const char *listen, const char *path, dw_err *err);

#endif
