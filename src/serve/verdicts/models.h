/* models: those that were checked, and a token may see. */
#ifndef DW_SERVE_MODELS_H
#define DW_SERVE_MODELS_H

#include "serve/http/exchange.h"
#include "store/records/records.h"

typedef struct dw_checked_model {
  const char *name;
  int64_t last; /* no later than the time of its newest run */
} dw_checked_model;

typedef struct dw_checked_models {
  dw_checked_model *model;
  size_t count, capacity;
  dw_arena arena;
  const dw_exchange *exchange;
  const char *only;
} dw_checked_models;

/* only: this one, if it was checked; NULL: all, in the order of their names. Free them, also after a failure. */
dw_status dw_checked_models_find(dw_checked_models *models, const dw_exchange *exchange, dw_records *records, const char *only,
                                 dw_err *err);
void dw_checked_models_free(dw_checked_models *models);

typedef struct dw_newest_run {
  dw_buf content, id;
  int64_t time;
} dw_newest_run;

/* Free the run, also after a failure. The second: the run of that id; time INT64_MIN: there is none. */
dw_status dw_newest_run_find(dw_newest_run *run, dw_records *records, const dw_checked_model *model, dw_err *err);
dw_status dw_newest_run_find_id(dw_newest_run *run, dw_records *records, const dw_checked_model *model, const char *id, dw_err *err);
void dw_newest_run_free(dw_newest_run *run);

#endif
