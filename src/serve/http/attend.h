/* attend: a server until a signal ends it. The signals are blocked and waited for, so that they reach process 1 of a container too, and no
 * handler interrupts anything. */
#ifndef DW_SERVE_ATTEND_H
#define DW_SERVE_ATTEND_H

#include "serve/http/server.h"

/* Before the process has a second thread: SIGTERM, SIGINT and SIGHUP wait for dw_attend. */
void dw_attend_begin(void);

/* Until SIGTERM or SIGINT: then stops the server, and says what dw_server_stop says. SIGHUP: calls reload (NULL: nothing), which may take
 * its time; requests go on. */
bool dw_attend(dw_server *server, void (*reload)(dw_server *server, void *context), void *context);

/* The same of two: the other one (NULL: there is none), whose handlers may ask the first, is stopped before it. */
bool dw_attend_both(dw_server *server, dw_server *other, void (*reload)(dw_server *server, void *context), void *context);

#endif
