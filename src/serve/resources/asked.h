/* asked: the parameters of a request's query, read strictly: the first mistake is kept, in words. */
#ifndef DW_SERVE_ASKED_H
#define DW_SERVE_ASKED_H

#include "serve/http/exchange.h"
#include "store/records/records.h"

typedef struct dw_asked {
  const dw_head *head;
  int64_t now;
  dw_arena arena;  /* of texts */
  char wrong[200]; /* "": nothing is */
} dw_asked;

void dw_asked_begin(dw_asked *asked, const dw_exchange *exchange);
void dw_asked_end(dw_asked *asked);

const char *dw_asked_text(dw_asked *asked, const char *name);                                /* NULL: it is not there */
bool dw_asked_flag(dw_asked *asked, const char *name);                                       /* 1 or true, 0 or false; not there: false */
uint64_t dw_asked_count(dw_asked *asked, const char *name, uint64_t initial, uint64_t most); /* from 1 */
double dw_asked_share(dw_asked *asked, const char *name, double initial);                    /* 0 to 1 */
int64_t dw_asked_time(dw_asked *asked, const char *name, int64_t initial);
dw_record_kind dw_asked_kind(dw_asked *asked, const char *name, dw_record_kind initial);
bool dw_asked_mark(dw_asked *asked, const char *name, dw_records_mark *mark); /* false: not there */
void dw_asked_mark_text(const dw_records_mark *mark, dw_buf *out);            /* what dw_asked_mark reads */

#endif
