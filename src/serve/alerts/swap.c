#include "serve/alerts/swap.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>

#include "base/mem.h"

/* A thing that is used, the newest first: those behind it are held by somebody. */
typedef struct used {
  void *thing;
  size_t held;
  struct used *next;
} used;

struct dw_swap {
  pthread_mutex_t lock; /* of what follows */
  used *first;
  void (*end)(void *thing);
};

static used *new_used(void *thing, used *next)
{
  used *u = dw_alloc_zero(1, sizeof *u);
  u->thing = thing;
  u->next = next;
  return u;
}

dw_swap *dw_swap_new(void *thing, void (*end)(void *thing))
{
  dw_swap *swap = dw_alloc_zero(1, sizeof *swap);
  pthread_mutex_init(&swap->lock, NULL);
  swap->first = new_used(thing, NULL);
  swap->end = end;
  return swap;
}

void *dw_swap_take(dw_swap *swap)
{
  pthread_mutex_lock(&swap->lock);
  swap->first->held++;
  void *thing = swap->first->thing;
  pthread_mutex_unlock(&swap->lock);
  return thing;
}

/* With the lock held: one behind the first that nobody holds any more, taken out; NULL: there is none. */
static used *take_out(dw_swap *swap)
{
  for (used **at = &swap->first->next; *at; at = &(*at)->next) {
    used *u = *at;
    if (u->held) continue;
    *at = u->next;
    return u;
  }
  return NULL;
}

static void end_used(dw_swap *swap, used *u)
{
  if (!u) return;
  swap->end(u->thing);
  dw_free(u);
}

void dw_swap_give(dw_swap *swap, void *thing)
{
  pthread_mutex_lock(&swap->lock);
  used *u = swap->first;
  while (u && u->thing != thing) u = u->next;
  assert(u && u->held);
  u->held--;
  used *over = take_out(swap);
  pthread_mutex_unlock(&swap->lock);
  end_used(swap, over);
}

void dw_swap_set(dw_swap *swap, void *thing)
{
  pthread_mutex_lock(&swap->lock);
  swap->first = new_used(thing, swap->first);
  used *over = take_out(swap);
  pthread_mutex_unlock(&swap->lock);
  end_used(swap, over);
}

void dw_swap_free(dw_swap *swap)
{
  if (!swap) return;
  end_used(swap, swap->first);
  pthread_mutex_destroy(&swap->lock);
  dw_free(swap);
}
