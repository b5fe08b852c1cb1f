/* parallel: the same work on each of many items, by several threads. */
#ifndef DW_BASE_PARALLEL_H
#define DW_BASE_PARALLEL_H

#include <stddef.h>

unsigned dw_cores(void); /* processors this process may use, at least 1 */

/* Calls work(context, item, thread) once for each item in [0, count), on up to `threads` threads (0: dw_cores()); thread in
 * [0, threads) tells which one, so that scratch memory can be kept for each. Items are handed out in order, one at a time. Returns when all
 * are done. With one thread, or when no thread can be started, the caller does the work. */
void dw_parallel(unsigned threads, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context);

/* The same for work that comes in many small portions: the threads stay. dw_parallel_team_run is called by one thread at a time. */
typedef struct dw_parallel_team dw_parallel_team;
dw_parallel_team *dw_parallel_team_new(unsigned threads); /* 0: the cores */
void dw_parallel_team_run(dw_parallel_team *team, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context);
unsigned dw_parallel_team_size(const dw_parallel_team *team); /* threads, the caller's among them */
void dw_parallel_team_free(dw_parallel_team *team);           /* NULL is fine */

#endif
