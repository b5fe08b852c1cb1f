#include "base/parallel.h"
#include "test.h"

/* An item's own place in each: no two threads write to the same. */
typedef struct tally {
  unsigned char done[1000];
  unsigned by[1000];
} tally;

static void mark(void *context, size_t item, unsigned thread)
{
  tally *t = context;
  t->done[item]++;
  t->by[item] = thread;
}

TEST(each_item_once)
{
  for (unsigned threads = 0; threads <= 8; threads++) {
    tally t = {0};
    dw_parallel(threads, 1000, mark, &t);
    size_t once = 0, known = 0;
    for (size_t i = 0; i < 1000; i++) {
      once += t.done[i] == 1;
      known += t.by[i] < (threads ? threads : dw_cores());
    }
    CHECK(once == 1000);
    CHECK(known == 1000);
  }
}

TEST(nothing_to_do)
{
  tally t = {0};
  dw_parallel(4, 0, mark, &t);
  CHECK(t.done[0] == 0);
  CHECK(dw_cores() >= 1);
}

/* Portions of all sizes, by the same threads. */
TEST(a_team_takes_every_item_of_every_portion_once)
{
  for (unsigned threads = 1; threads <= 5; threads++) {
    dw_parallel_team *team = dw_parallel_team_new(threads);
    CHECK(dw_parallel_team_size(team) == threads);
    for (size_t count = 0; count < 200; count++) {
      tally t = {0};
      dw_parallel_team_run(team, count, mark, &t);
      size_t wrong = 0;
      for (size_t i = 0; i < 1000; i++) wrong += t.done[i] != (i < count);
      CHECK(wrong == 0);
    }
    dw_parallel_team_free(team);
  }
  dw_parallel_team_free(NULL);
}
