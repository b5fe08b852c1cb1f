/* body_form: how the records of a request stand in its body, by its head. */
#ifndef DW_SERVE_BODY_FORM_H
#define DW_SERVE_BODY_FORM_H

#include "base/str.h"
#include "io/bytes/input.h"
#include "serve/request/head.h"

typedef enum dw_body_form {
  DW_FORM_RECORD,     /* application/json: one record, on however many lines */
  DW_FORM_LINES,      /* application/x-ndjson, application/jsonl, application/ndjson: one a line */
  DW_FORM_EVENT_DATA, /* a CloudEvent in binary mode: the record is the body, the rest stands in the head */
  DW_FORM_EVENT,      /* application/cloudevents+json: a CloudEvent in structured mode */
  DW_FORM_EVENTS,     /* application/cloudevents-batch+json: an array of them */
  DW_FORM_UNKNOWN     /* none of these: 415 */
} dw_body_form;

#define DW_BODY_PLAIN (UINT64_C(32) << 30) /* bytes of a body once it is uncompressed (dw_input_limit) */

dw_body_form dw_body_form_of(const dw_head *head);
/* identity, gzip, zstd, or nothing: what the reader undoes by itself. */
bool dw_body_coding_known(const dw_head *head);

/* All of a body that is taken as a whole, and a NUL. *fits false: it is longer than the longest line. */
dw_status dw_body_whole(dw_input *input, dw_buf *text, bool *fits, dw_err *err);

/* Makes one line of JSON on several. false: a line ends inside of a string, and it is no JSON. */
bool dw_body_one_line(char *text, size_t length);

#endif
