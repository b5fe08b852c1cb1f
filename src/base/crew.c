#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/parallel.h"

typedef struct crew_member {
  struct dw_crew *crew;
  unsigned number;
  pthread_t thread;
} crew_member;

struct dw_crew {
  unsigned size; /* the caller's thread is number 0 */
  crew_member *member;
  pthread_mutex_t lock;
  pthread_cond_t begin, end;
  uint64_t portion; /* number of the one at hand */
  unsigned busy;    /* members that have not finished it */
  bool over;
  atomic_size_t next;
  size_t count;
  void (*work)(void *context, size_t item, unsigned thread);
  void *context;
};

static void take_items(dw_crew *crew, unsigned number)
{
  for (size_t item; (item = atomic_fetch_add(&crew->next, 1)) < crew->count;) crew->work(crew->context, item, number);
}

static void *member_run(void *argument)
{
  crew_member *member = argument;
  dw_crew *crew = member->crew;
  pthread_mutex_lock(&crew->lock);
  for (uint64_t seen = 0;;) {
    while (crew->portion == seen && !crew->over) pthread_cond_wait(&crew->begin, &crew->lock);
    if (crew->over) break;
    seen = crew->portion;
    pthread_mutex_unlock(&crew->lock);
    take_items(crew, member->number);
    pthread_mutex_lock(&crew->lock);
    if (--crew->busy == 0) pthread_cond_signal(&crew->end);
  }
  pthread_mutex_unlock(&crew->lock);
  return NULL;
}

dw_crew *dw_crew_new(unsigned threads)
{
  if (threads == 0) threads = dw_cores();
  dw_crew *crew = dw_alloc_zero(1, sizeof *crew);
  crew->size = 1;
  crew->member = dw_alloc_zero(threads, sizeof *crew->member);
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->begin, NULL);
  pthread_cond_init(&crew->end, NULL);
  for (unsigned i = 1; i < threads; i++) {
    crew->member[i] = (crew_member){.crew = crew, .number = i};
    if (pthread_create(&crew->member[i].thread, NULL, member_run, &crew->member[i]) != 0) break;
    crew->size = i + 1;
  }
  return crew;
}

unsigned dw_crew_size(const dw_crew *crew) { return crew->size; }

void dw_crew_run(dw_crew *crew, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context)
{
  pthread_mutex_lock(&crew->lock);
  crew->work = work;
  crew->context = context;
  crew->count = count;
  atomic_store(&crew->next, 0);
  crew->busy = crew->size - 1;
  crew->portion++;
  pthread_cond_broadcast(&crew->begin);
  pthread_mutex_unlock(&crew->lock);
  take_items(crew, 0);
  pthread_mutex_lock(&crew->lock);
  while (crew->busy > 0) pthread_cond_wait(&crew->end, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
}

void dw_crew_free(dw_crew *crew)
{
  if (!crew) return;
  pthread_mutex_lock(&crew->lock);
  crew->over = true;
  pthread_cond_broadcast(&crew->begin);
  pthread_mutex_unlock(&crew->lock);
  for (unsigned i = 1; i < crew->size; i++) pthread_join(crew->member[i].thread, NULL);
  pthread_cond_destroy(&crew->begin);
  pthread_cond_destroy(&crew->end);
  pthread_mutex_destroy(&crew->lock);
  dw_free(crew->member);
  dw_free(crew);
}
