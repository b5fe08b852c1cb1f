#include "test.h"

#include <pthread.h>

#include "serve/alerts/swap.h"

static int ended[10], ends;

static void end(void *thing) { ended[ends++] = *(int *)thing; }

TEST(a_thing_that_is_replaced_ends_with_its_last_holder)
{
  int one = 1, two = 2, three = 3;
  ends = 0;
  dw_swap *swap = dw_swap_new(&one, end);
  int *a = dw_swap_take(swap), *b = dw_swap_take(swap);
  CHECK(a == &one && b == &one);
  dw_swap_give(swap, b);
  dw_swap_set(swap, &two);
  int *c = dw_swap_take(swap);
  CHECK(c == &two && ends == 0);
  dw_swap_set(swap, &three);
  dw_swap_give(swap, c); /* before the older one */
  CHECK(ends == 1 && ended[0] == 2);
  dw_swap_give(swap, a);
  CHECK(ends == 2 && ended[1] == 1);
  dw_swap_free(swap);
  CHECK(ends == 3 && ended[2] == 3);
  dw_swap_free(NULL);
}

TEST(what_nobody_holds_ends_at_once)
{
  int one = 1, two = 2;
  ends = 0;
  dw_swap *swap = dw_swap_new(&one, end);
  dw_swap_set(swap, &two);
  CHECK(ends == 1 && ended[0] == 1);
  dw_swap_free(swap);
  CHECK(ends == 2);
}

/* --- from several threads --- */

enum { TIMES = 20000 };
static void set_to_none(void *thing) { *(int *)thing = 0; }

static void *use(void *context)
{
  for (int i = 0; i < TIMES; i++) {
    int *thing = dw_swap_take(context);
    if (*thing != 1) return thing;
    dw_swap_give(context, thing);
  }
  return NULL;
}

TEST(nobody_finds_one_that_has_ended)
{
  static int things[200];
  pthread_t thread[3];
  for (int i = 0; i < 200; i++) things[i] = 1;
  dw_swap *swap = dw_swap_new(&things[0], set_to_none);
  for (int i = 0; i < 3; i++) pthread_create(&thread[i], NULL, use, swap);
  for (int i = 1; i < 200; i++) dw_swap_set(swap, &things[i]);
  for (int i = 0; i < 3; i++) {
    void *wrong;
    pthread_join(thread[i], &wrong);
    CHECK(wrong == NULL);
  }
  for (int i = 0; i < 199; i++) CHECK(things[i] == 0);
  CHECK(things[199] == 1);
  dw_swap_free(swap);
}
