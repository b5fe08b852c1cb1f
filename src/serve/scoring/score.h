/* score: POST /score: records in, the same records out as dw-score writes them, with the score of the model in Production. */
#ifndef DW_SERVE_SCORE_H
#define DW_SERVE_SCORE_H

#include "serve/http/exchange.h"

void dw_handle_score(dw_exchange *exchange, void *service);

#endif
