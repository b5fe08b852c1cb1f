/* cloud_event: the envelope of CloudEvents 1.0 around a record: its identity, its time and its model, as model servers send them (KServe's
 * logger: a request and a response under one id). The record is the event's data. */
#ifndef DW_SERVE_CLOUD_EVENT_H
#define DW_SERVE_CLOUD_EVENT_H

#include "serve/request/head.h"
#include "store/records/records.h"

typedef struct dw_cloud_event {
  const char *id, *source, *type;
  const char *model; /* of the extension inferenceservicename; NULL: it says none */
  int64_t time;
  bool timed;
  const char *fault; /* NULL, or why it is no event that is taken; then nothing else holds */
} dw_cloud_event;

/* In binary mode: the fields ce-…, their escapes undone. Texts live in arena. */
void dw_cloud_event_of_head(dw_cloud_event *event, const dw_head *head, dw_arena *arena);

/* In structured mode: text[0..length) is JSON of one line. The event's data goes behind the end of lines, with a newline; where there is a
 * fault, an empty object does. */
void dw_cloud_event_of_text(dw_cloud_event *event, const char *text, size_t length, dw_arena *arena, dw_buf *lines);

/* What the item is, by its event. kind: of whoever takes it; an inference's two halves are told by the event's type. */
void dw_cloud_event_name(const dw_cloud_event *event, dw_records_item *item);

#endif
