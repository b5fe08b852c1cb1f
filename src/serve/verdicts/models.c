#include "serve/verdicts/models.h"

#include <stdlib.h>

static dw_checked_model *model_of(dw_checked_models *models, const char *name)
{
  for (size_t i = 0; i < models->count; i++)
    if (strcmp(models->model[i].name, name) == 0) return &models->model[i];
  models->model = dw_grow(models->model, &models->capacity, models->count + 1, sizeof *models->model);
  dw_checked_model *model = &models->model[models->count++];
  *model = (dw_checked_model){.name = dw_arena_strndup(&models->arena, name, strlen(name)), .last = INT64_MIN};
  return model;
}

static dw_status add_count(void *context, const dw_records_count *count, dw_err *err)
{
  dw_checked_models *models = context;
  if (count->kind != DW_RECORD_RUN || !count->records) return DW_OK;
  if (models->only && strcmp(models->only, count->model) != 0) return DW_OK;
  if (!dw_exchange_may(models->exchange, count->model)) return DW_OK;
  dw_checked_model *model = model_of(models, count->model);
  if (count->first <= count->last && count->last > model->last) model->last = count->last;
  return DW_OK;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(((const dw_checked_model *)a)->name, ((const dw_checked_model *)b)->name);
}

dw_status dw_checked_models_find(dw_checked_models *models, const dw_exchange *exchange, dw_records *records, const char *only, dw_err *err)
{
  *models = (dw_checked_models){.exchange = exchange, .only = only};
  dw_arena_init(&models->arena);
  dw_status status = dw_records_stats(records, add_count, models, err);
  if (models->count) qsort(models->model, models->count, sizeof *models->model, by_name);
  return status;
}

void dw_checked_models_free(dw_checked_models *models)
{
  dw_free(models->model);
  dw_arena_free(&models->arena);
}

static dw_status keep_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_newest_run *run = context;
  run->content.length = run->id.length = 0;
  dw_buf_add(&run->content, row->content, row->length);
  dw_buf_text(&run->id, row->id);
  run->time = row->time;
  return DW_OK;
}

dw_status dw_newest_run_find(dw_newest_run *run, dw_records *records, const dw_checked_model *model, dw_err *err)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_RUN;
  query.model = model->name;
  query.from = model->last;
  *run = (dw_newest_run){.time = INT64_MIN};
  return dw_records_get(records, &query, keep_row, run, NULL, err);
}

dw_status dw_newest_run_find_id(dw_newest_run *run, dw_records *records, const dw_checked_model *model, const char *id, dw_err *err)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_RUN;
  query.model = model->name;
  query.id = id;
  *run = (dw_newest_run){.time = INT64_MIN};
  return dw_records_get(records, &query, keep_row, run, NULL, err);
}

void dw_newest_run_free(dw_newest_run *run)
{
  dw_buf_free(&run->content);
  dw_buf_free(&run->id);
}
