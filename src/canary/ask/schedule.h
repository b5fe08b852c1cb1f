/* schedule: the order in which a round asks: every canary and every prompt once, then all of it again for the next repeat. So the answers
 * to one prompt lie as far apart as they can: those of a busy endpoint come in runs, and runs look like changes.
 */
#ifndef DW_CANARY_SCHEDULE_H
#define DW_CANARY_SCHEDULE_H

#include <stddef.h>

typedef struct dw_schedule {
  size_t rounds, repeats, prompts, canaries;
} dw_schedule;

typedef struct dw_turn {
  size_t round, repeat, prompt, canary;
} dw_turn;

static inline size_t dw_schedule_count(const dw_schedule *s) { return s->rounds * s->repeats * s->prompts * s->canaries; }

static inline dw_turn dw_schedule_at(const dw_schedule *s, size_t index)
{
  dw_turn turn;
  turn.canary = index % s->canaries, index /= s->canaries;
  turn.prompt = index % s->prompts, index /= s->prompts;
  turn.repeat = index % s->repeats, turn.round = index / s->repeats;
  return turn;
}

#endif
