/* score_log: scored records become inferences of the database, as POST /inference would store them. */
#ifndef DW_SERVE_SCORE_LOG_H
#define DW_SERVE_SCORE_LOG_H

#include "serve/http/exchange.h"
#include "serve/resources/service.h"
#include "serve/scoring/scored_lines.h"

typedef struct dw_score_log {
  dw_service *service;
  const dw_exchange *exchange; /* whose token must be for each record's model */
  dw_scored_lines *lines;
  bool forbidden, conflict; /* what some were rejected for */
  bool full;                /* of an error: there is no room */
} dw_score_log;

/* Stores the records of the batch at hand, and rejects those that cannot be stored. DW_OK: the others are on disk. Else the database takes
 * none now. */
dw_status dw_score_log_put(dw_score_log *log, dw_err *err);

#endif
