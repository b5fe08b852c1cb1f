#include "serve/http/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/library/library.h"

#define EVENT_CALLS(call)                                                                                                                  \
  call(event_base_new) call(event_base_loop) call(event_base_loopbreak) call(event_base_free) call(event_assign) call(event_add)           \
      call(event_del)
static struct {
  EVENT_CALLS(DW_LIBRARY_CALL)
} lib;
static const char *const event_names[] = {EVENT_CALLS(DW_LIBRARY_NAME)};
static dw_library event_library = DW_LIBRARY(DW_SONAME_event_core, "the server", lib, event_names);

struct dw_loop {
  struct event_base *base;
  int wake[2]; /* a pipe */
  dw_watch *waking;
  void (*woken)(void *context);
  void *context;
  int refused; /* waits, one after the other */
};

enum { REFUSED_MOST = 100, REFUSED_PAUSE = 20000000 }; /* nanoseconds */

struct dw_watch {
  dw_loop *loop;
  struct event io, timer;
  unsigned what; /* that io waits for; 0: it is not added */
  int fd;
  void (*ready)(void *context, unsigned what);
  void *context;
};

static void on_io(evutil_socket_t fd, short what, void *context)
{
  dw_watch *watch = context;
  watch->loop->refused = 0;
  watch->ready(watch->context, (what & EV_READ ? DW_READABLE : 0) | (what & EV_WRITE ? DW_WRITABLE : 0));
}

static void on_time(evutil_socket_t fd, short what, void *context)
{
  dw_watch *watch = context;
  watch->loop->refused = 0;
  watch->ready(watch->context, DW_LATE);
}

dw_watch *dw_watch_new(dw_loop *loop, int fd, void (*ready)(void *context, unsigned what), void *context)
{
  dw_watch *watch = dw_alloc_zero(1, sizeof *watch);
  watch->loop = loop;
  watch->fd = fd;
  watch->ready = ready;
  watch->context = context;
  lib.event_assign(&watch->timer, loop->base, -1, 0, on_time, watch);
  return watch;
}

void dw_watch_free(dw_watch *watch)
{
  if (!watch) return;
  if (watch->what) lib.event_del(&watch->io);
  lib.event_del(&watch->timer);
  dw_free(watch);
}

static void wait_for(dw_watch *watch, unsigned what)
{
  if (what == watch->what) return;
  if (watch->what) lib.event_del(&watch->io);
  watch->what = what;
  if (!what) return;
  short events = (short)(EV_PERSIST | (what & DW_READABLE ? EV_READ : 0) | (what & DW_WRITABLE ? EV_WRITE : 0));
  if (lib.event_assign(&watch->io, watch->loop->base, watch->fd, events, on_io, watch) != 0 || lib.event_add(&watch->io, NULL) != 0)
    dw_mem_out(0);
}

void dw_watch_for(dw_watch *watch, unsigned what, uint64_t nanoseconds)
{
  wait_for(watch, what);
  if (nanoseconds == UINT64_MAX) {
    lib.event_del(&watch->timer);
    return;
  }
  uint64_t microseconds = nanoseconds / 1000 + 1; /* never too early */
  struct timeval after = {(time_t)(microseconds / 1000000), (suseconds_t)(microseconds % 1000000)};
  if (lib.event_add(&watch->timer, &after) != 0) dw_mem_out(0);
}

static void on_wake(void *context, unsigned what)
{
  dw_loop *loop = context;
  char bytes[256];
  while (read(loop->wake[0], bytes, sizeof bytes) > 0) continue;
  loop->woken(loop->context);
}

dw_status dw_loop_new(dw_loop **out, void (*woken)(void *context), void *context, dw_err *err)
{
  *out = NULL;
  dw_status status = dw_library_load(&event_library, err);
  if (status != DW_OK) return status;
  dw_loop *loop = dw_alloc_zero(1, sizeof *loop);
  loop->woken = woken;
  loop->context = context;
  if (pipe2(loop->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
    int problem = errno;
    dw_free(loop);
    return dw_err_system(err, problem, "a pipe");
  }
  loop->base = lib.event_base_new();
  if (!loop->base) {
    close(loop->wake[0]);
    close(loop->wake[1]);
    dw_free(loop);
    return dw_err_set(err, DW_ESYSTEM, "libevent has no way to wait for descriptors here");
  }
  loop->waking = dw_watch_new(loop, loop->wake[0], on_wake, loop);
  dw_watch_for(loop->waking, DW_READABLE, UINT64_MAX);
  *out = loop;
  return DW_OK;
}

void dw_loop_free(dw_loop *loop)
{
  if (!loop) return;
  dw_watch_free(loop->waking);
  lib.event_base_free(loop->base);
  close(loop->wake[0]);
  close(loop->wake[1]);
  dw_free(loop);
}

/* libevent leaves at the first wait that fails: the server was there to connect to, and never answered. */
bool dw_loop_run(dw_loop *loop)
{
  for (loop->refused = 0; lib.event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0;) {
    if (++loop->refused == REFUSED_MOST) return false;
    nanosleep(&(struct timespec){.tv_nsec = REFUSED_PAUSE}, NULL);
  }
  return true;
}

void dw_loop_stop(dw_loop *loop) { lib.event_base_loopbreak(loop->base); }

void dw_loop_wake(dw_loop *loop)
{
  /* A full pipe wakes as well as one byte more. */
  while (write(loop->wake[1], "", 1) < 0 && errno == EINTR) continue;
}
