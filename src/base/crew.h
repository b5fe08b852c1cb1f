/* crew: what parallel.h does, for work that comes in many small portions: the threads stay.
 *
 *   dw_crew *crew = dw_crew_new(threads);
 *   dw_crew_run(crew, count, work, context);  as dw_parallel, again and again, by one thread at a time
 *   dw_crew_free(crew);
 */
#ifndef DW_BASE_CREW_H
#define DW_BASE_CREW_H

#include <stddef.h>

typedef struct dw_crew dw_crew;

dw_crew *dw_crew_new(unsigned threads); /* 0: the cores */
void dw_crew_run(dw_crew *crew, size_t count, void (*work)(void *context, size_t item, unsigned thread), void *context);
unsigned dw_crew_size(const dw_crew *crew); /* threads, the caller's among them */
void dw_crew_free(dw_crew *crew);           /* NULL is fine */

#endif
