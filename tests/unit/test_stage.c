#include "detect/compare/stage.h"

#include <pthread.h>
#include <stdatomic.h>

#include "io/reader/notices.h"
#include "test.h"

typedef struct heard {
  pthread_t by;
  uint64_t last, of;
  size_t times, ends;
  bool in_order, elsewhere;
} heard;

static void hear(void *context, const dw_progress *progress)
{
  heard *h = context;
  h->elsewhere |= !pthread_equal(h->by, pthread_self());
  if (!progress) {
    h->ends++;
    return;
  }
  h->times++;
  h->in_order &= progress->items > h->last;
  h->last = progress->items;
  h->of = progress->of_items;
  CHECK_TEXT(progress->what, "statistics");
}

static void work(void *context, size_t item, unsigned thread) { atomic_fetch_add((atomic_size_t *)context, item + 1); }

TEST(each_item_once_and_the_caller_hears)
{
  for (unsigned threads = 1; threads <= 3; threads += 2) {
    heard h = {.by = pthread_self(), .in_order = true};
    dw_notices notices = {.progress = hear, .context = &h};
    atomic_size_t sum = 0;
    dw_stage_columns(&(dw_compare_options){.threads = threads, .notices = &notices}, 1000, work, &sum);
    CHECK(sum == 500500 && h.in_order && !h.elsewhere && h.ends == 1);
    if (threads == 1) CHECK(h.times == 1000 && h.last == 1000 && h.of == 1000);
  }
  atomic_size_t sum = 0;
  dw_stage_columns(&(dw_compare_options){.threads = 1}, 3, work, &sum); /* nobody listens */
  CHECK(sum == 6);
}
