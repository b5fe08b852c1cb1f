#include "detect/compare/stage.h"

#include <stdatomic.h>

#include "base/parallel.h"
#include "io/reader/notices.h"

typedef struct stage {
  const dw_notices *notices;
  void (*work)(void *context, size_t item, unsigned thread);
  void *context;
  size_t count;
  atomic_size_t done;
} stage;

static void work_on(void *context, size_t item, unsigned thread)
{
  stage *s = context;
  s->work(s->context, item, thread);
  size_t done = atomic_fetch_add(&s->done, 1) + 1;
  if (thread == 0) dw_notices_progress(s->notices, &(dw_progress){.what = "statistics", .items = done, .of_items = s->count, .share = -1});
}

void dw_stage_columns(const dw_compare_options *options, size_t count, void (*work)(void *context, size_t item, unsigned thread),
                      void *context)
{
  stage s = {.notices = options->notices, .work = work, .context = context, .count = count};
  dw_parallel(options->threads, count, work_on, &s);
  dw_notices_progress(s.notices, NULL);
}
