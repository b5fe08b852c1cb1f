/* receipt: what became of the records of a request, as its answer says it:
 *
 *   {"accepted":2,"duplicates":0,"rejected":1,"errors":[{"line":3,"column":7,"reason":"…"}]}
 */
#ifndef DW_SERVE_RECEIPT_H
#define DW_SERVE_RECEIPT_H

#include "io/text/json.h"

enum { DW_RECEIPT_ERRORS = 100 }; /* more are counted, and not told */

typedef struct dw_rejection {
  uint64_t line, column; /* 0: not known */
  char *reason;
} dw_rejection;

typedef struct dw_receipt {
  uint64_t accepted, duplicates, rejected;
  dw_rejection errors[DW_RECEIPT_ERRORS];
  size_t count;
} dw_receipt;

void dw_receipt_error(dw_receipt *receipt, const dw_err *why, const char *name); /* name: of the input (dw_record_fault_what) */
void dw_receipt_write(dw_receipt *receipt, bool lines, dw_json *json);           /* members of an object; lines: with errors, by line */
void dw_receipt_free(dw_receipt *receipt);

#endif
