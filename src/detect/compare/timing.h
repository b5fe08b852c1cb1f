/* timing: columns of instants, compared by what is told of them, a column each.
 *
 *   NAME.value    seconds since 1970, where both sides cover the same span: no more of either side than chance would have it, or than one
 *                 row in 400, lies beyond the other's first and last instant. That time goes on is no drift.
 *   NAME.hour     hour of the day, 0 to 23       \  where the sides do not cover the same span: of the latest whole weeks of each, so
 *   NAME.weekday  Monday to Sunday               > that each hour of the week is there equally often. A gap only where one side follows
 *   NAME.gap      seconds since the one before  /  the other, and all instants were kept.
 *   NAME.lag      seconds behind the time of the record (--time)
 *
 * Hours and weekdays are those on the clock of a zone; dates without a time of day have their own. Times without a year are put in order
 * (data/columns/yearless.h): hours are as they are written, values count from the first of January of the first year, and there are
 * neither weekdays nor lags.
 *
 * Instants come in bursts, and hours and gaps after those before them, so that rows are worth less than independent ones
 * (dw_column.clumps). How much less, the reference says: by how far its days (or weeks, or stretches as long as the current side) lie
 * apart, taken at the upper end of what so few of them allow. What cannot be compared by any of these is said in dw_column.timing.
 */
#ifndef DW_DETECT_TIMING_H
#define DW_DETECT_TIMING_H

#include "detect/compare/compare.h"
#include "io/record/zone.h"

typedef struct dw_timing_options {
  dw_patterns leave_out; /* names of such columns that are not wanted (--exclude) */
  const char *letters;   /* the form of --time-format, which says whether day or month comes first where the strings do not; NULL: none */
  const dw_zone *zone;   /* NULL: UTC */
  const char *zone_name; /* of it */
} dw_timing_options;

/* Both finished and read. */
void dw_timing_add(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options, const dw_timing_options *how);
/* A name that dw_timing_add may give, such as "created_at.gap": how long what stands before the dot is; 0: it is none. */
size_t dw_timing_name(const char *name);

#endif
