#include "serve/http/crew.h"

#include <pthread.h>
#include <signal.h>

#include "base/mem.h"
#include "serve/http/exchange_inside.h"

struct dw_crew {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  dw_exchange *first, *last; /* waiting */
  unsigned waiting, idle, started, limit;
  pthread_t *thread;
  void *context;
  bool ending;
};

dw_crew *dw_crew_new(unsigned limit, void *context)
{
  dw_crew *crew = dw_alloc_zero(1, sizeof *crew);
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->changed, NULL);
  crew->limit = limit ? limit : 1;
  crew->thread = dw_alloc_array(crew->limit, sizeof *crew->thread);
  crew->context = context;
  return crew;
}

/* With the lock held. */
static dw_exchange *take(dw_crew *crew)
{
  dw_exchange *exchange = crew->first;
  crew->first = exchange->next_job;
  if (!crew->first) crew->last = NULL;
  crew->waiting--;
  return exchange;
}

static void *work(void *argument)
{
  dw_crew *crew = argument;
  pthread_mutex_lock(&crew->lock);
  for (;;) {
    crew->idle++;
    while (!crew->first && !crew->ending) pthread_cond_wait(&crew->changed, &crew->lock);
    crew->idle--;
    if (!crew->first) break;
    dw_exchange *exchange = take(crew);
    pthread_mutex_unlock(&crew->lock);
    exchange->route->handle(exchange, crew->context);
    pthread_mutex_lock(&crew->lock);
  }
  pthread_mutex_unlock(&crew->lock);
  return NULL;
}

/* Signals are for the thread that waits for them. With the lock held. */
static void start_thread(dw_crew *crew)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&crew->thread[crew->started], NULL, work, crew) == 0) crew->started++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool dw_crew_give(dw_crew *crew, dw_exchange *exchange)
{
  pthread_mutex_lock(&crew->lock);
  if (crew->waiting >= crew->idle && crew->started < crew->limit) start_thread(crew);
  bool can = crew->started > 0;
  if (can) {
    exchange->next_job = NULL;
    if (crew->last) crew->last->next_job = exchange;
    else crew->first = exchange;
    crew->last = exchange;
    crew->waiting++;
    pthread_cond_signal(&crew->changed);
  }
  pthread_mutex_unlock(&crew->lock);
  return can;
}

void dw_crew_free(dw_crew *crew)
{
  if (!crew) return;
  pthread_mutex_lock(&crew->lock);
  crew->ending = true;
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
  for (unsigned i = 0; i < crew->started; i++) pthread_join(crew->thread[i], NULL);
  pthread_mutex_destroy(&crew->lock);
  pthread_cond_destroy(&crew->changed);
  dw_free(crew->thread);
  dw_free(crew);
}
