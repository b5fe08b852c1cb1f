#include "serve/alerts/turns.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

struct dw_turns {
  dw_turn *turn;
  void *context;
  pthread_t thread;
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t wake;
  bool stop, woken;
};

bool dw_turns_ending(void *context)
{
  dw_turns *t = context;
  if (!t) return false;
  pthread_mutex_lock(&t->lock);
  bool stop = t->stop;
  pthread_mutex_unlock(&t->lock);
  return stop;
}

/* Until it is to stop or is woken, or so long. */
static bool wait_for(dw_turns *t, int64_t microseconds)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += microseconds / DW_SECOND;
  until.tv_nsec += (long)(microseconds % DW_SECOND * 1000);
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&t->lock);
  while (!t->stop && !t->woken && pthread_cond_timedwait(&t->wake, &t->lock, &until) == 0) continue;
  bool stop = t->stop;
  t->woken = false;
  pthread_mutex_unlock(&t->lock);
  return !stop;
}

static void *run(void *context)
{
  dw_turns *t = context;
  int64_t pause;
  do pause = t->turn(t->context, t);
  while (pause >= 0 && wait_for(t, pause));
  return NULL;
}

static void free_turns(dw_turns *t)
{
  pthread_cond_destroy(&t->wake);
  pthread_mutex_destroy(&t->lock);
  dw_free(t);
}

dw_status dw_turns_start(dw_turns **out, const char *what, dw_turn *turn, void *context, dw_err *err)
{
  pthread_condattr_t monotonic;
  dw_turns *t = dw_alloc_zero(1, sizeof *t);
  t->turn = turn;
  t->context = context;
  pthread_mutex_init(&t->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&t->wake, &monotonic);
  pthread_condattr_destroy(&monotonic);
  *out = t;
  if (pthread_create(&t->thread, NULL, run, t) == 0) return DW_OK;
  free_turns(t);
  *out = NULL;
  return dw_err_set(err, DW_ESYSTEM, "no thread for %s", what);
}

void dw_turns_wake(dw_turns *t)
{
  pthread_mutex_lock(&t->lock);
  t->woken = true;
  pthread_cond_signal(&t->wake);
  pthread_mutex_unlock(&t->lock);
}

void dw_turns_stop(dw_turns *t)
{
  if (!t) return;
  pthread_mutex_lock(&t->lock);
  t->stop = true;
  pthread_cond_signal(&t->wake);
  pthread_mutex_unlock(&t->lock);
  pthread_join(t->thread, NULL);
  free_turns(t);
}
