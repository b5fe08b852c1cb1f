/* turns: a thread of its own that does a piece of work in turns: at once, and again after the pause that the turn asks for, or when it is
 * woken, until it is told to end.
 *
 *   static int64_t turn(void *me, dw_turns *turns) { …; return 30 * DW_SECOND; }
 *   dw_turns_start(&turns, "the checks", turn, me, &err);
 *   dw_turns_wake(turns);       there is something to do
 *   dw_turns_stop(turns);       waits for the turn under way, which asks dw_turns_ending in between where it may take long
 */
#ifndef DW_SERVE_TURNS_H
#define DW_SERVE_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef struct dw_turns dw_turns;

/* One turn, by the thread; microseconds until the next. Below 0: never again. */
typedef int64_t dw_turn(void *context, dw_turns *turns);

/* what: for the message, "no thread for …". context outlives it. */
dw_status dw_turns_start(dw_turns **out, const char *what, dw_turn *turn, void *context, dw_err *err);
void dw_turns_wake(dw_turns *turns); /* from any thread; during a turn: another one follows it at once */
bool dw_turns_ending(void *turns);   /* of a dw_turns, as a callback that asks whether to stop; NULL: it never ends */
void dw_turns_stop(dw_turns *turns); /* NULL is fine */

#endif
