#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

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
