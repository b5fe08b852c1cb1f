#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

unsigned dw_cores(void)
{
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count < 1 ? 1 : (unsigned)count;
}

typedef struct parallel_job {
  atomic_size_t next;
  size_t count;
  void (*work)(void *context, size_t item, unsigned thread);
  void *context;
} parallel_job;

typedef struct parallel_worker {
  parallel_job *job;
  unsigned number;
  pthread_t thread;
} parallel_worker;

static void *parallel_run(void *argument)
{
  parallel_worker *worker = argument;
  parallel_job *job = worker->job;
  for (;;) {
    size_t item = atomic_fetch_add(&job->next, 1);
    if (item >= job->count) return NULL;
    job->work(job->context, item, worker->number);
  }
}

void dw_parallel(unsigned threads, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context)
{
  if (threads == 0) threads = dw_cores();
  if (threads > count) threads = (unsigned)count;
  if (threads == 0) return;
  parallel_job job = {.count = count, .work = work, .context = context};
  parallel_worker *workers = dw_alloc_zero(threads, sizeof *workers);
  unsigned started = 0;
  for (unsigned i = 1; i < threads; i++) {
    workers[i] = (parallel_worker){.job = &job, .number = i};
    if (pthread_create(&workers[i].thread, NULL, parallel_run, &workers[i]) != 0) break;
    started = i;
  }
  workers[0] = (parallel_worker){.job = &job, .number = 0};
  parallel_run(&workers[0]);
  for (unsigned i = 1; i <= started; i++) pthread_join(workers[i].thread, NULL);
  dw_free(workers);
}

/* --- teams --- */

typedef struct team_member {
  struct dw_parallel_team *team;
  unsigned number;
  pthread_t thread;
} team_member;

struct dw_parallel_team {
  unsigned size; /* the caller's thread is number 0 */
  team_member *member;
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

static void take_items(dw_parallel_team *team, unsigned number)
{
  for (size_t item; (item = atomic_fetch_add(&team->next, 1)) < team->count;) team->work(team->context, item, number);
}

static void *member_run(void *argument)
{
  team_member *member = argument;
  dw_parallel_team *team = member->team;
  pthread_mutex_lock(&team->lock);
  for (uint64_t seen = 0;;) {
    while (team->portion == seen && !team->over) pthread_cond_wait(&team->begin, &team->lock);
    if (team->over) break;
    seen = team->portion;
    pthread_mutex_unlock(&team->lock);
    take_items(team, member->number);
    pthread_mutex_lock(&team->lock);
    if (--team->busy == 0) pthread_cond_signal(&team->end);
  }
  pthread_mutex_unlock(&team->lock);
  return NULL;
}

dw_parallel_team *dw_parallel_team_new(unsigned threads)
{
  if (threads == 0) threads = dw_cores();
  dw_parallel_team *team = dw_alloc_zero(1, sizeof *team);
  team->size = 1;
  team->member = dw_alloc_zero(threads, sizeof *team->member);
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->begin, NULL);
  pthread_cond_init(&team->end, NULL);
  for (unsigned i = 1; i < threads; i++) {
    team->member[i] = (team_member){.team = team, .number = i};
    if (pthread_create(&team->member[i].thread, NULL, member_run, &team->member[i]) != 0) break;
    team->size = i + 1;
  }
  return team;
}

unsigned dw_parallel_team_size(const dw_parallel_team *team) { return team->size; }

void dw_parallel_team_run(dw_parallel_team *team, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context)
{
  pthread_mutex_lock(&team->lock);
  team->work = work;
  team->context = context;
  team->count = count;
  atomic_store(&team->next, 0);
  team->busy = team->size - 1;
  team->portion++;
  pthread_cond_broadcast(&team->begin);
  pthread_mutex_unlock(&team->lock);
  take_items(team, 0);
  pthread_mutex_lock(&team->lock);
  while (team->busy > 0) pthread_cond_wait(&team->end, &team->lock);
  pthread_mutex_unlock(&team->lock);
}

void dw_parallel_team_free(dw_parallel_team *team)
{
  if (!team) return;
  pthread_mutex_lock(&team->lock);
  team->over = true;
  pthread_cond_broadcast(&team->begin);
  pthread_mutex_unlock(&team->lock);
  for (unsigned i = 1; i < team->size; i++) pthread_join(team->member[i].thread, NULL);
  pthread_cond_destroy(&team->begin);
  pthread_cond_destroy(&team->end);
  pthread_mutex_destroy(&team->lock);
  dw_free(team->member);
  dw_free(team);
}
