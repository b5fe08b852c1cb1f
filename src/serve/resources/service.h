/* service: what the handlers of the resources share: the context of their site. */
#ifndef DW_SERVE_SERVICE_H
#define DW_SERVE_SERVICE_H

#include <stdatomic.h>

#include "serve/http/server.h"
#include "serve/tally/run_board.h"
#include "serve/tally/tally.h"
#include "store/records/records.h"

typedef struct dw_service {
  dw_records *records; /* NULL: there is no database */
  dw_tally *tally;
  dw_run_board *board; /* NULL: metrics say nothing of checks */
  dw_server *server;   /* NULL: rehearsed */
  dw_log log;
  struct dw_production *production; /* serve/scoring/production.h; NULL: there is no registry */
  const char *model;                /* of records that name none; NULL: "" */
  size_t dimensions;                /* of embeddings; 0: any */
  const char *version;              /* of the program */
  atomic_uint posts;                /* bodies of lines that are read now */
} dw_service;

#endif
