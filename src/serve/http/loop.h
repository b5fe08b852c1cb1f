/* loop: one thread that waits for many descriptors and times. libevent's core (epoll, kqueue, poll; a heap of timers): the only file that
 * knows it. Of its evhttp nothing is used: 2.1.12 takes two different Content-Lengths, NUL, white space before a colon, folded lines,
 * bare LF, a missing or second Host and "+5" for a length, and it gives a body only whole. Neither does libmicrohttpd serve: that of
 * Debian 12 is before the fixes of request smuggling of 2026.
 *
 * All of it is called by the thread that runs the loop, and before it runs; dw_loop_wake is for the others.
 */
#ifndef DW_SERVE_LOOP_H
#define DW_SERVE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef struct dw_loop dw_loop;
typedef struct dw_watch dw_watch;

enum { DW_READABLE = 1, DW_WRITABLE = 2, DW_LATE = 4 }; /* DW_LATE: the time is over */

dw_status dw_loop_new(dw_loop **out, void (*woken)(void *context), void *context, dw_err *err);
void dw_loop_free(dw_loop *loop); /* NULL is fine; all watches are freed before */
/* Until dw_loop_stop. A wait that the system refuses (no memory) is tried again; false: it has refused for some two seconds. */
bool dw_loop_run(dw_loop *loop);
void dw_loop_stop(dw_loop *loop);
void dw_loop_wake(dw_loop *loop); /* from any thread: woken is called soon, once for any number of calls in between */

/* Calls ready with what happened. It waits for nothing yet. fd -1: for a time only. The descriptor stays the caller's. */
dw_watch *dw_watch_new(dw_loop *loop, int fd, void (*ready)(void *context, unsigned what), void *context);
void dw_watch_free(dw_watch *watch); /* also from within ready; NULL is fine */
/* From here on: DW_READABLE and DW_WRITABLE, as often as they occur, and DW_LATE once, after nanoseconds (UINT64_MAX: never). */
void dw_watch_for(dw_watch *watch, unsigned what, uint64_t nanoseconds);

#endif
