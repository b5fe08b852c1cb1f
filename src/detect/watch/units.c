#include "detect/watch/units.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"

static const double least_share = 0.5; /* of the usual rows */

/* Lengths of the periods in days; those of months and more in the mean, which is near enough to number them. */
static double period_length(const dw_chunk_options *how)
{
  static const double days[] = {[DW_CALENDAR_DAY] = 1,
                                [DW_CALENDAR_WEEK] = 7,
                                [DW_CALENDAR_MONTH] = 30.436875,
                                [DW_CALENDAR_QUARTER] = 91.310625,
                                [DW_CALENDAR_YEAR] = 365.2425};
  return how->calendar == DW_CALENDAR_NONE ? (double)how->window : days[how->calendar] * 86400 * (double)DW_SECOND;
}

static int64_t *local_instants(const dw_frame *frame, const dw_zone *zone)
{
  int64_t *local = dw_alloc_array(frame->rows, sizeof *local);
  for (size_t i = 0; i < frame->rows; i++)
    if (__builtin_add_overflow(frame->instant[i], dw_zone_offset(zone, frame->instant[i]), &local[i])) local[i] = frame->instant[i];
  return local;
}

static double median_rows(const dw_chunks *chunks)
{
  double *rows = dw_alloc_array(chunks->count, sizeof *rows);
  for (size_t i = 0; i < chunks->count; i++) rows[i] = (double)chunks->chunk[i].count;
  dw_sort_doubles(rows, chunks->count, NULL);
  double median = dw_quantile(dw_sorted_make(rows, chunks->count), 0.5);
  dw_free(rows);
  return median;
}

static dw_status number_units(dw_units *out, const dw_chunks *chunks, const dw_unit_rule *rule, dw_err *err)
{
  double length = period_length(&rule->period);
  out->unit = dw_alloc_array(chunks->count, sizeof *out->unit);
  for (size_t i = 0; i < chunks->count; i++) {
    const dw_chunk *chunk = &chunks->chunk[i];
    unsigned cell = dw_match_cell_local(rule->match, chunk->start);
    if (cell != dw_match_cell_local(rule->match, chunk->end - 1))
      return dw_err_usage(err, "--unit %s holds more than one %s of --match: give shorter units, or leave --match out", rule->text,
                          dw_match_words[rule->match - DW_MATCH_HOUR]);
    if ((double)chunk->count < least_share * out->usual) {
      out->small++;
      continue;
    }
    out->unit[out->count++] = (dw_unit){.number = (int64_t)floor((double)chunk->start / length + 0.5),
                                        .start = chunk->start,
                                        .end = chunk->end,
                                        .cell = cell,
                                        .first = chunk->first,
                                        .count = chunk->count};
  }
  return DW_OK;
}

dw_status dw_units_cut(dw_units *out, const dw_frame *frame, const dw_unit_rule *rule, double usual, dw_err *err)
{
  dw_chunks chunks;
  *out = (dw_units){.frame = frame};
  dw_status status = dw_frame_ready(frame, err);
  if (status != DW_OK) return status;
  int64_t *local = local_instants(frame, rule->zone);
  status = dw_chunks_make(&chunks, &rule->period, local, frame->rows, err);
  dw_free(local);
  if (status != DW_OK) return status;
  out->usual = usual > 0 ? usual : median_rows(&chunks);
  status = number_units(out, &chunks, rule, err);
  out->row = chunks.order;
  chunks.order = NULL;
  dw_chunks_free(&chunks);
  if (status != DW_OK) dw_units_free(out);
  return status;
}

void dw_units_free(dw_units *units)
{
  dw_free(units->row);
  dw_free(units->unit);
  *units = (dw_units){0};
}
