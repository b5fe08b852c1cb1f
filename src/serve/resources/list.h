/* list: a page of records in the order of time, as GET /records answers it, for whatever resource has one. */
#ifndef DW_SERVE_LIST_H
#define DW_SERVE_LIST_H

#include "serve/resources/asked.h"
#include "serve/resources/service.h"

typedef struct dw_list_wish {
  const char *member; /* of the answer: the list of the page's records */
  /* Runs: of one model and time the newest alone is given. The record that another one takes the place of: its id, in scratch. */
  const char *(*supersedes)(const char *content, size_t length, dw_buf *scratch);
  bool contents; /* the records' own text, without envelopes (store/intake/envelope.h) */
  dw_records_query query;
  dw_records_mark after; /* the query's, where there is a cursor: a wish is not copied once it was asked */
} dw_list_wish;

/* What all lists are asked for: model, since, until, limit, cursor. */
void dw_list_ask(dw_list_wish *wish, dw_asked *asked);
/* Answers, also where something asked is wrong. */
void dw_list_answer(dw_exchange *exchange, const dw_service *service, const dw_asked *asked, const dw_list_wish *wish);

#endif
