#include "serve/tally/run_board.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "kinds/checked_run.h"
#include "report/metrics/model_metrics.h"
#include "report/metrics/prometheus.h"

typedef struct board_entry {
  char *model;
  int64_t time; /* of its newest run */
  dw_model_metrics metrics;
} board_entry;

struct dw_run_board {
  pthread_mutex_t lock; /* of entries */
  board_entry entry[DW_RUN_BOARD_MODELS];
  size_t count;
  dw_map others;           /* models that found no place */
  pthread_mutex_t looking; /* of what follows */
  bool loaded, marked;
  dw_records_mark mark; /* of the newest run that was seen */
  size_t turn;          /* the entry whose run is looked for next */
};

dw_run_board *dw_run_board_new(void)
{
  dw_run_board *board = dw_alloc_zero(1, sizeof *board);
  pthread_mutex_init(&board->lock, NULL);
  pthread_mutex_init(&board->looking, NULL);
  dw_map_init(&board->others);
  return board;
}

static void clear(board_entry *entry)
{
  dw_free(entry->model);
  dw_model_metrics_free(&entry->metrics);
}

void dw_run_board_free(dw_run_board *board)
{
  if (!board) return;
  for (size_t i = 0; i < board->count; i++) clear(&board->entry[i]);
  dw_map_free(&board->others);
  pthread_mutex_destroy(&board->lock);
  pthread_mutex_destroy(&board->looking);
  dw_free(board);
}

/* --- entries --- */

/* The samples of a run; false: it cannot be read. */
static bool measure(const dw_records_row *row, dw_model_metrics *metrics)
{
  dw_value *document;
  dw_checked_run run;
  dw_arena arena;
  if (dw_value_parse_shown(&document, row->content, row->length, "run", 0, NULL) != DW_OK) return false;
  dw_arena_init(&arena);
  dw_fields at = {.arena = &arena, .name = "run"};
  bool readable = dw_checked_run_read(&run, &at, document) == DW_OK;
  run.model = row->model;
  if (run.time == INT64_MIN) run.time = row->time;
  if (readable) dw_model_metrics_add(metrics, &run);
  dw_arena_free(&arena);
  dw_value_free(document);
  return readable;
}

/* Entries are in the order of names. false: there is none of this name. */
static bool place_of(const dw_run_board *board, const char *model, size_t *at)
{
  for (*at = 0; *at < board->count; ++*at) {
    int order = strcmp(board->entry[*at].model, model);
    if (order >= 0) return order == 0;
  }
  return false;
}

static void enter(dw_run_board *board, const dw_records_row *row)
{
  size_t at;
  dw_model_metrics metrics = {0};
  bool known = place_of(board, row->model, &at);
  if (known && row->time < board->entry[at].time) return; /* a check of the past, done again */
  if (!known && board->count == DW_RUN_BOARD_MODELS) {
    pthread_mutex_lock(&board->lock);
    dw_map_intern(&board->others, row->model, strlen(row->model));
    pthread_mutex_unlock(&board->lock);
    return;
  }
  if (!measure(row, &metrics)) return;
  pthread_mutex_lock(&board->lock);
  board_entry *entry = &board->entry[at];
  if (known) {
    dw_model_metrics_free(&entry->metrics);
  } else {
    memmove(entry + 1, entry, (board->count - at) * sizeof *entry);
    *entry = (board_entry){.model = dw_strdup(row->model)};
    board->count++;
  }
  entry->time = row->time;
  entry->metrics = metrics;
  pthread_mutex_unlock(&board->lock);
}

static void leave(dw_run_board *board, size_t at)
{
  pthread_mutex_lock(&board->lock);
  clear(&board->entry[at]);
  board->count--;
  memmove(&board->entry[at], &board->entry[at + 1], (board->count - at) * sizeof board->entry[at]);
  if (board->others.count) { /* there is a place now: all of them are looked for again */
    dw_map_free(&board->others);
    dw_map_init(&board->others);
    board->loaded = false;
  }
  pthread_mutex_unlock(&board->lock);
}

/* --- looking --- */

static void note(dw_run_board *board, const dw_records_mark *mark)
{
  const dw_records_mark *seen = &board->mark;
  if (board->marked && (mark->time < seen->time || (mark->time == seen->time && mark->number <= seen->number))) return;
  board->mark = *mark;
  board->marked = true;
}

static dw_status take_run(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  note(context, &row->mark);
  enter(context, row);
  return DW_OK;
}

/* Models that were checked, and when at the earliest the newest run of each was. */
typedef struct checked {
  dw_map models;
  int64_t *from;
  size_t capacity;
} checked;

static dw_status take_count(void *context, const dw_records_count *count, dw_err *err)
{
  checked *c = context;
  if (count->kind != DW_RECORD_RUN || !count->records) return DW_OK;
  size_t before = c->models.count;
  uint32_t at = dw_map_intern(&c->models, count->model, strlen(count->model));
  c->from = dw_grow(c->from, &c->capacity, c->models.count, sizeof *c->from);
  if (at == before) c->from[at] = INT64_MIN;
  if (count->first <= count->last && count->last > c->from[at]) c->from[at] = count->last;
  return DW_OK;
}

static dw_status load(dw_run_board *board, dw_records *records, dw_err *err)
{
  checked c = {.from = NULL};
  dw_map_init(&c.models);
  dw_status status = dw_records_stats(records, take_count, &c, err);
  for (size_t i = 0; i < c.models.count && status == DW_OK; i++) {
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_RUN;
    query.model = c.models.keys[i].text;
    query.from = c.from[i];
    status = dw_records_get(records, &query, take_run, board, NULL, err);
  }
  board->loaded = status == DW_OK;
  dw_map_free(&c.models);
  dw_free(c.from);
  return status;
}

static dw_status look_for_new(dw_run_board *board, dw_records *records, dw_err *err)
{
  dw_records_query query = DW_RECORDS_ALL;
  dw_records_mark behind = board->mark;
  query.kind = DW_RECORD_RUN;
  if (board->marked) query.after = &behind;
  return dw_records_get(records, &query, take_run, board, NULL, err);
}

static dw_status see(void *seen, const dw_records_row *row, bool *stop, dw_err *err)
{
  *(bool *)seen = *stop = true;
  return DW_OK;
}

/* Whether the run of one entry is still there, and recent: another one with each look. */
static dw_status look_for_old(dw_run_board *board, dw_records *records, int64_t now, dw_err *err)
{
  bool there = false;
  if (!board->count) return DW_OK;
  size_t at = board->turn++ % board->count;
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_RUN;
  query.model = board->entry[at].model;
  query.from = board->entry[at].time;
  query.to = query.from + 1;
  query.limit = 1;
  dw_status status = dw_records_get(records, &query, see, &there, NULL, err);
  if (status == DW_OK && (!there || now - query.from > DW_RUN_BOARD_KEEPS)) leave(board, at);
  return status;
}

dw_status dw_run_board_look(dw_run_board *board, dw_records *records, int64_t now, dw_err *err)
{
  if (pthread_mutex_trylock(&board->looking) != 0) return DW_OK;
  dw_status status = board->loaded ? look_for_new(board, records, err) : load(board, records, err);
  if (status == DW_OK) status = look_for_old(board, records, now, err);
  pthread_mutex_unlock(&board->looking);
  return status;
}

/* --- as text --- */

void dw_run_board_print(dw_run_board *board, dw_run_board_may *may, const void *context, dw_buf *out)
{
  const dw_model_metrics *shown[DW_RUN_BOARD_MODELS];
  size_t count = 0;
  pthread_mutex_lock(&board->lock);
  for (size_t i = 0; i < board->count; i++)
    if (!may || may(context, board->entry[i].model)) shown[count++] = &board->entry[i].metrics;
  dw_model_metrics_print(out, shown, count);
  dw_prometheus_head(out, "driftwatch_models_dropped", "gauge", "Models that were checked and have no samples here: there are too many.");
  dw_prometheus_count(out, "driftwatch_models_dropped", NULL, board->others.count);
  pthread_mutex_unlock(&board->lock);
}
