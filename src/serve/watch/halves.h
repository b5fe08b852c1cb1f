/* halves: the two halves of an inference that came one by one, the request and the response, as the one record that they are:
 *
 *   {"input_data":REQUEST, …members of RESPONSE…}        or, where the response is no object, "prediction":RESPONSE
 *
 * Many inferences in one request are as many records. Of KServe's first protocol, {"instances":[…]} and {"predictions":[…]}, each instance
 * with its prediction; of the second, {"inputs":[{"name","shape","data"}…]} and "outputs", the i-th of each tensor: inputs by their names,
 * one output as the prediction, several by their names. What has neither form is one record.
 *
 * A request without a response is a record without a prediction, and a response without a request one without input_data: a sender may log
 * one of them alone.
 */
#ifndef DW_SERVE_HALVES_H
#define DW_SERVE_HALVES_H

#include "store/records/records.h"

#define DW_HALVES_APART (5 * 60 * DW_SECOND) /* a response that comes later is not joined */

typedef struct dw_halves_slice {
  const char *model;
  int64_t from, to;
  bool labels;
} dw_halves_slice;

/* Takes a record as a line without its end, and what its label is (NULL: none). */
typedef void dw_halves_sink(void *context, int64_t time, const char *line, size_t length, const char *label, size_t label_length);

/* Records whose request, or whose response where there is no request, is of this time. *strays (not NULL): as dw_records_get. */
dw_status dw_halves_get(dw_records *records, const dw_halves_slice *slice, dw_halves_sink *sink, void *context, uint64_t *strays,
                        dw_err *err);

/* The records of one pair, a line each, behind out; either of the two may be NULL. How many there are. */
size_t dw_halves_join(const char *request, size_t request_length, const char *response, size_t response_length, dw_buf *out);

#endif
