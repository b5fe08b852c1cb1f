/* stage: the columns of a comparison, each worked on by one thread, while the caller's tells how far it has come. */
#ifndef DW_DETECT_STAGE_H
#define DW_DETECT_STAGE_H

#include "detect/compare/compare.h"

/* work(context, item, thread) for each item below count, as dw_parallel does; options->notices hears of every item that is done, from the
 * calling thread, and of the end. */
void dw_stage_columns(const dw_compare_options *options, size_t count, void (*work)(void *context, size_t item, unsigned thread),
                      void *context);

#endif
