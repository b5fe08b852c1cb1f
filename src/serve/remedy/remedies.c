#include "serve/remedy/remedies.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

/* How often the outbox is looked at. */
#define LOOK (5 * DW_SECOND)

struct dw_remedies {
  const dw_remedy *remedy;
  dw_records *records;
  const dw_notices *notices;
  pthread_t thread;
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t wake;
  bool stop;
};

static bool is_stopped(void *context)
{
  dw_remedies *r = context;
  pthread_mutex_lock(&r->lock);
  bool stop = r->stop;
  pthread_mutex_unlock(&r->lock);
  return stop;
}

/* Until it is to stop, or so long. */
static bool wait_for(dw_remedies *r, int64_t microseconds)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += microseconds / DW_SECOND;
  pthread_mutex_lock(&r->lock);
  while (!r->stop && pthread_cond_timedwait(&r->wake, &r->lock, &until) == 0) continue;
  bool stop = r->stop;
  pthread_mutex_unlock(&r->lock);
  return !stop;
}

static void *run(void *context)
{
  dw_remedies *r = context;
  bool failed = false;
  do {
    dw_err err;
    int64_t now;
    dw_outbox_counts counts;
    dw_status status = dw_time_now(&now, &err);
    if (status == DW_OK) status = dw_remedy_act(r->remedy, r->records, now, is_stopped, r, &counts, &err);
    if (status != DW_OK && !failed) dw_notices_warn(r->notices, "actions: %s", err.message); /* a database that is away: once */
    failed = status != DW_OK;
  } while (wait_for(r, LOOK));
  return NULL;
}

dw_status dw_remedies_start(dw_remedies **out, const dw_remedy *remedy, dw_records *records, const dw_notices *notices, dw_err *err)
{
  pthread_condattr_t monotonic;
  dw_remedies *r = dw_alloc_zero(1, sizeof *r);
  r->remedy = remedy;
  r->records = records;
  r->notices = notices;
  pthread_mutex_init(&r->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&r->wake, &monotonic);
  pthread_condattr_destroy(&monotonic);
  *out = r;
  if (pthread_create(&r->thread, NULL, run, r) == 0) return DW_OK;
  pthread_cond_destroy(&r->wake);
  pthread_mutex_destroy(&r->lock);
  dw_free(r);
  *out = NULL;
  return dw_err_set(err, DW_ESYSTEM, "no thread for the actions");
}

void dw_remedies_stop(dw_remedies *r)
{
  if (!r) return;
  pthread_mutex_lock(&r->lock);
  r->stop = true;
  pthread_cond_signal(&r->wake);
  pthread_mutex_unlock(&r->lock);
  pthread_join(r->thread, NULL);
  pthread_cond_destroy(&r->wake);
  pthread_mutex_destroy(&r->lock);
  dw_free(r);
}
