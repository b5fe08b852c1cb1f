/* curves: what many runs found, as curves with a bounded number of points, for whoever draws them.
 *
 *   dw_curves *curves = dw_curves_new(&(dw_curves_range){.from = first, .to = last, .runs = count, .points = 400, .cells = 60}, column);
 *   for each run, in the order of time: status = dw_curves_add(curves, id, time, content, length, err);
 *   dw_curves_write(curves, &json);
 *   dw_curves_free(curves);
 *
 * One pass, in memory that does not grow with the runs: a point stands for the runs of an even part of the time, and knows their lowest,
 * highest and last value, so that no peak is lost, however many they are. While there are no more runs than points, each has its own.
 * The same, more coarsely, of each column: a table of cells, a row a column, for a map of where and when something drifted.
 *
 * Written (times in milliseconds since 1970, numbers to 6 digits):
 *
 *   {"runs":5,"points":{"from":[…],"to":[…],"runs":[…],"drift":[…],"not_judged":[…],"severity":["none",…],"run":["ID",…]},
 *    "curves":[{"name":"drift_share","low":[…],"high":[…],"last":[…],"limit":[…],"rows":[…],"known":[…]},…],
 *    "map":{"from":[…],"to":[…],"runs":[…],"run":[…],
 *           "columns":[{"column":"age","method":"share_shift","drift":3,"h":[…],"severity":[…],"drifts":[…]},…],
 *           "left_out":0}}
 *
 * Of a column: in how many runs it drifted, in all and in each cell; its largest h in each cell and its worst severity, null: not compared.
 *
 * run: the worst of the point's, of equally bad ones the last. A curve that no run has a value of is left out; rows and known: how many
 * records the last value rests on, and the same with an answer, where that is said. Of a column's score there is a curve for each "method"
 * that judged it, the first four. Of the metric "metric" says which it is, as its run does. low and high are left out where each run has a
 * point.
 */
#ifndef DW_SERVE_CURVES_H
#define DW_SERVE_CURVES_H

#include "io/text/json.h"

typedef struct dw_curves_range {
  int64_t from, to; /* times of the first and the last run, both inclusive */
  uint64_t runs;    /* how many there are; or more */
  size_t points, cells;
} dw_curves_range;

typedef struct dw_curves dw_curves;

/* column: curves of how this one was judged, too; NULL: of none. It is copied. */
dw_curves *dw_curves_new(const dw_curves_range *range, const char *column);
/* DW_EDATA: the content is no document. Runs of versions that said less have fewer curves. */
dw_status dw_curves_add(dw_curves *curves, const char *id, int64_t time, const char *content, size_t length, dw_err *err);
void dw_curves_write(const dw_curves *curves, dw_json *json, const char *key); /* an object */
void dw_curves_free(dw_curves *curves);

#endif
