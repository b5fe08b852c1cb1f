/* What the loop does when the system refuses to wait; all else of it is in test_server.c. */
#include "serve/http/loop.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>

#include "test.h"

static int refusals; /* calls of epoll_wait that are to fail */
static bool in_time;

/* In the place of the C library's: libevent finds this one. */
int epoll_wait(int fd, struct epoll_event *events, int most, int milliseconds)
{
  if (refusals > 0) return refusals--, errno = ENOMEM, -1;
  return epoll_pwait(fd, events, most, milliseconds, NULL);
}

static void woken(void *context)
{
  in_time = true;
  dw_loop_stop(*(dw_loop **)context);
}

static void too_late(void *context, unsigned what) { dw_loop_stop(*(dw_loop **)context); }

static bool run_with(int refused)
{
  dw_loop *loop;
  dw_err err;
  in_time = false;
  CHECK(dw_loop_new(&loop, woken, &loop, &err) == DW_OK);
  dw_watch *end = dw_watch_new(loop, -1, too_late, &loop);
  dw_watch_for(end, 0, UINT64_C(60000000000));
  dw_loop_wake(loop);
  refusals = refused;
  bool ran = dw_loop_run(loop);
  dw_watch_free(end);
  dw_loop_free(loop);
  return ran;
}

TEST(a_wait_that_is_refused_is_tried_again)
{
  CHECK(run_with(3));
  CHECK(refusals == 0 && in_time);
}

TEST(waits_that_are_always_refused_end)
{
  CHECK(!run_with(INT_MAX));
  CHECK(!in_time);
  refusals = 0;
}
