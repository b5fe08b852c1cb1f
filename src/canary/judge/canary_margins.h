/* canary_margins: how far healthy rounds of each canary lie from each other, so that an alarm takes more than that. Made of rounds that are
 * known to be healthy, at the load that is usual (dw-calibrate canaries); kept as documents "canary_margin" (driftwatch-records(5)), one a
 * canary and method.
 *
 * Each healthy round is held against all others; the margin is the largest effect. One more healthy round exceeds it with probability at
 * most 1 / (rounds + 1), where rounds are exchangeable: that is the margin alone, whatever the p-value says besides. That takes a reference
 * of about the size that the others had: effects at one of fewer answers are larger by chance alone.
 */
#ifndef DW_CANARY_CANARY_MARGINS_H
#define DW_CANARY_CANARY_MARGINS_H

#include "canary/judge/canary_methods.h"

enum { DW_CANARY_MARGIN_ROUNDS = 3 }; /* the fewest that are judged */

typedef struct dw_canary_margin {
  const char *canary, *method;
  double margin, median; /* of the effects of healthy rounds */
  uint64_t rounds;       /* that were judged */
  uint64_t alarms;       /* of them, those whose p-value alone is at most alpha: answers that are not independent show here */
  uint64_t answers;      /* that they were held against, of the round with the fewest; 0: not known */
  double alpha;
} dw_canary_margin;

/* {0} holds none. */
typedef struct dw_canary_margins {
  dw_canary_margin *margin;
  size_t count, capacity;
  dw_arena names;
} dw_canary_margins;

typedef struct dw_canary_calibration {
  bool ask[DW_CANARY_METHODS]; /* none: the one that dw_canary_method_for names, of each canary */
  dw_canary_how how;
  double alpha;
  size_t block;
} dw_canary_calibration;

/* Free the margins, also after a failure. Of the rounds on the book's reference side. A canary and method that cannot be judged in
 * DW_CANARY_MARGIN_ROUNDS rounds at least has none; DW_ENODATA: nobody has one, and why the last one has not. */
dw_status dw_canary_calibrate(dw_canary_margins *out, const dw_answer_book *book, const dw_canary_calibration *calibration, dw_err *err);
void dw_canary_margins_write(const dw_canary_margins *margins, dw_buf *out); /* a line each */
/* Free the margins, also after a failure. name: of the input, for messages. Other documents are passed over. DW_EDATA: not what it should
 * be, or twice the same. */
dw_status dw_canary_margins_parse(dw_canary_margins *out, const char *text, size_t length, const char *name, dw_err *err);
const dw_canary_margin *dw_canary_margins_find(const dw_canary_margins *margins, const char *canary, const char *method); /* NULL: none */
void dw_canary_margins_free(dw_canary_margins *margins);

#endif
