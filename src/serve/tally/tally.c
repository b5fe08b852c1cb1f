#include "serve/tally/tally.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "report/metrics/prometheus.h"

#define OTHERS "(others)"

enum { ACCEPTED, DUPLICATE, REJECTED, EARLY, LATE, COUNTS };

static const struct {
  const char *name, *help;
} families[COUNTS] = {
    [ACCEPTED] = {"dw_records_accepted_total", "Records that were stored."},
    [DUPLICATE] = {"dw_records_duplicate_total", "Records that were stored already, with the same bytes."},
    [REJECTED] = {"dw_records_rejected_total",
                  "Records that were not stored: malformed, not permitted, or other content under an identity."},
    [EARLY] = {"dw_records_early_total", "Records that were stored and came more than 5 minutes before their time."},
    [LATE] = {"dw_records_late_total", "Records that were stored and came more than 24 hours after their time."},
};

typedef struct tally_row {
  uint64_t count[COUNTS];
  int64_t last; /* coming of the last one that was stored */
  bool any;
} tally_row;

typedef struct usage_row {
  double tokens, cost;
} usage_row;

typedef struct action_row {
  char *action, *reason;
  uint64_t count;
} action_row;

struct dw_tally {
  pthread_mutex_t lock;
  dw_map models; /* 0: "" */
  tally_row rows[DW_TALLY_MODELS + 1][DW_RECORD_KINDS];
  usage_row usage[DW_TALLY_MODELS + 1];
  action_row actions[DW_TALLY_ACTIONS + 1];
  size_t action_count;
  dw_tally_checks checks;
  uint64_t waiting, dropped; /* letters */
};

dw_tally *dw_tally_new(void)
{
  dw_tally *tally = dw_alloc_zero(1, sizeof *tally);
  pthread_mutex_init(&tally->lock, NULL);
  dw_map_init(&tally->models);
  dw_map_intern(&tally->models, "", 0);
  return tally;
}

void dw_tally_free(dw_tally *tally)
{
  if (!tally) return;
  pthread_mutex_destroy(&tally->lock);
  dw_map_free(&tally->models);
  for (size_t i = 0; i < tally->action_count; i++) {
    dw_free(tally->actions[i].action);
    dw_free(tally->actions[i].reason);
  }
  dw_free(tally);
}

/* With the lock held. */
static size_t place_of(dw_tally *tally, const char *model)
{
  size_t length = strlen(model);
  if (tally->models.count < DW_TALLY_MODELS) return dw_map_intern(&tally->models, model, length);
  uint32_t place = dw_map_find(&tally->models, model, length);
  return place == DW_MAP_NONE ? DW_TALLY_MODELS : place;
}

static void add(tally_row *row, const dw_records_item *item)
{
  row->any = true;
  if (item->outcome != DW_RECORDS_STORED) {
    row->count[item->outcome == DW_RECORDS_DUPLICATE ? DUPLICATE : REJECTED]++;
    return;
  }
  dw_records_timing timing = dw_records_timing_of(item->time, item->received);
  row->count[ACCEPTED]++;
  row->count[EARLY] += timing == DW_RECORDS_EARLY;
  row->count[LATE] += timing == DW_RECORDS_LATE;
  if (item->received > row->last) row->last = item->received;
}

void dw_tally_add(dw_tally *tally, const dw_records_item *items, size_t count)
{
  const char *model = NULL;
  size_t place = 0;
  pthread_mutex_lock(&tally->lock);
  for (size_t i = 0; i < count; i++) {
    if (items[i].model != model) place = place_of(tally, items[i].model);
    model = items[i].model;
    add(&tally->rows[place][items[i].kind], &items[i]);
  }
  pthread_mutex_unlock(&tally->lock);
}

void dw_tally_reject(dw_tally *tally, dw_record_kind kind, uint64_t count)
{
  if (!count) return;
  pthread_mutex_lock(&tally->lock);
  tally->rows[0][kind].any = true;
  tally->rows[0][kind].count[REJECTED] += count;
  pthread_mutex_unlock(&tally->lock);
}

void dw_tally_usage(dw_tally *tally, const char *model, double tokens, double cost)
{
  pthread_mutex_lock(&tally->lock);
  usage_row *row = &tally->usage[place_of(tally, model)];
  row->tokens += tokens;
  row->cost += cost;
  pthread_mutex_unlock(&tally->lock);
}

/* With the lock held. */
static action_row *action_of(dw_tally *tally, const char *action, const char *reason)
{
  for (size_t i = 0; i < tally->action_count; i++) {
    action_row *row = &tally->actions[i];
    if (strcmp(row->action, action) == 0 && strcmp(row->reason, reason) == 0) return row;
  }
  if (tally->action_count > DW_TALLY_ACTIONS) return &tally->actions[DW_TALLY_ACTIONS];
  bool other = tally->action_count == DW_TALLY_ACTIONS;
  action_row *row = &tally->actions[tally->action_count++];
  *row = (action_row){.action = dw_strdup(other ? OTHERS : action), .reason = dw_strdup(other ? OTHERS : reason)};
  return row;
}

void dw_tally_action(dw_tally *tally, const char *action, const char *reason)
{
  pthread_mutex_lock(&tally->lock);
  action_of(tally, action, reason)->count++;
  pthread_mutex_unlock(&tally->lock);
}

void dw_tally_set_checks(dw_tally *tally, const dw_tally_checks *checks)
{
  pthread_mutex_lock(&tally->lock);
  tally->checks = *checks;
  pthread_mutex_unlock(&tally->lock);
}

void dw_tally_set_letters(dw_tally *tally, uint64_t waiting, uint64_t dropped)
{
  pthread_mutex_lock(&tally->lock);
  tally->waiting = waiting;
  tally->dropped = dropped;
  pthread_mutex_unlock(&tally->lock);
}

/* --- as text --- */

static const char *model_name(const dw_tally *tally, size_t place)
{
  return place == DW_TALLY_MODELS ? OTHERS : tally->models.keys[place].text;
}

/* Who is told of what. */
typedef struct listener {
  dw_tally_may *may;
  const void *context;
} listener;

/* The next place behind this one that is told of, or one more than there are. */
static size_t next_place(const dw_tally *tally, const listener *to, size_t place)
{
  for (; place <= DW_TALLY_MODELS; place++) {
    if (place >= tally->models.count && place != DW_TALLY_MODELS) continue;
    if (!to->may || to->may(to->context, model_name(tally, place))) break;
  }
  return place;
}

/* family COUNTS: the time of the last record. */
static void print_family(const dw_tally *tally, const listener *to, int family, dw_buf *out)
{
  for (size_t place = next_place(tally, to, 0); place <= DW_TALLY_MODELS; place = next_place(tally, to, place + 1)) {
    for (dw_record_kind kind = 0; kind < DW_RECORD_KINDS; kind++) {
      const tally_row *row = &tally->rows[place][kind];
      const char *const labels[] = {"kind", dw_record_kind_word(kind), "model", model_name(tally, place), NULL};
      if (!row->any) continue;
      if (family < COUNTS) dw_prometheus_count(out, families[family].name, labels, row->count[family]);
      else if (row->last) dw_prometheus_number(out, "dw_last_record_timestamp_seconds", labels, (double)row->last / DW_SECOND);
    }
  }
}

static void print_usage(const dw_tally *tally, const listener *to, dw_buf *out)
{
  static const char *const names[] = {"api_tokens_total", "api_cost_total"};
  static const char *const helps[] = {"Tokens, as the stored records say.",
                                      "What calls of models cost, as the stored records say, in their unit."};
  for (int family = 0; family < 2; family++) {
    dw_prometheus_head(out, names[family], "counter", helps[family]);
    for (size_t place = next_place(tally, to, 0); place <= DW_TALLY_MODELS; place = next_place(tally, to, place + 1)) {
      const usage_row *row = &tally->usage[place];
      const char *const labels[] = {"model", model_name(tally, place), NULL};
      double value = family ? row->cost : row->tokens;
      if (value > 0) dw_prometheus_number(out, names[family], labels, value);
    }
  }
}

static void print_one(dw_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
  dw_prometheus_head(out, name, type, help);
  dw_prometheus_count(out, name, NULL, value);
}

static void print_checks(const dw_tally *tally, dw_buf *out)
{
  const dw_tally_checks *checks = &tally->checks;
  print_one(out, "drift_detection_runs_total", "counter", "Checks of a model, whatever they came to.", checks->runs);
  print_one(out, "drift_detection_errors_total", "counter", "Checks that the database or a record stopped.", checks->errors);
  print_one(out, "driftwatch_runs_drift_total", "counter", "Checks that found drift.", checks->drift);
  print_one(out, "driftwatch_runs_not_judged_total", "counter", "Checks that had too little to judge.", checks->not_judged);
  print_one(out, "driftwatch_slots_missed_total", "counter", "Times at which a check was due and that nobody made up for.", checks->missed);
  dw_prometheus_head(out, "driftwatch_check_interval_seconds", "gauge", "From one check of a model to the next.");
  if (checks->every > 0) dw_prometheus_number(out, "driftwatch_check_interval_seconds", NULL, checks->every);
  print_one(out, "driftwatch_notifications_waiting", "gauge", "Notifications that are still to be delivered.", tally->waiting);
  print_one(out, "driftwatch_notifications_failed", "gauge", "Notifications that were given up, and can be replayed.", tally->dropped);
}

/* Retraining by its reason. Those that checks give stand there from the start: a counter that appears with 1 has no increase. */
static void print_retrained(const dw_tally *tally, dw_buf *out)
{
  static const char *const known[] = {"data_drift", "refusal_rate", "toxicity_rate", "accuracy_drop"};
  enum { KNOWN = sizeof known / sizeof *known };
  uint64_t count[KNOWN] = {0};
  dw_prometheus_head(out, "retrain_events_total", "counter", "Retraining that was started, by the check that asked for it.");
  for (size_t i = 0; i < tally->action_count; i++) {
    const action_row *row = &tally->actions[i];
    const char *const labels[] = {"reason", row->reason, NULL};
    size_t k = 0;
    if (strcmp(row->action, "retrain") != 0) continue;
    while (k < KNOWN && strcmp(row->reason, known[k]) != 0) k++;
    if (k < KNOWN) count[k] = row->count;
    else dw_prometheus_count(out, "retrain_events_total", labels, row->count);
  }
  for (size_t k = 0; k < KNOWN; k++)
    dw_prometheus_count(out, "retrain_events_total", (const char *const[]){"reason", known[k], NULL}, count[k]);
}

static void print_actions(const dw_tally *tally, dw_buf *out)
{
  uint64_t reindexed = 0;
  for (size_t i = 0; i < tally->action_count; i++)
    if (strcmp(tally->actions[i].action, "reindex") == 0) reindexed += tally->actions[i].count;
  print_retrained(tally, out);
  print_one(out, "reindex_events_total", "counter", "Reindexing of a store of vectors that was started.", reindexed);
  dw_prometheus_head(out, "driftwatch_actions_total", "counter",
                     "Actions of the policy that were started, by the check that asked for them.");
  for (size_t i = 0; i < tally->action_count; i++) {
    const action_row *row = &tally->actions[i];
    dw_prometheus_count(out, "driftwatch_actions_total", (const char *const[]){"action", row->action, "reason", row->reason, NULL},
                        row->count);
  }
}

void dw_tally_print(dw_tally *tally, dw_tally_may *may, const void *context, dw_buf *out)
{
  const listener to = {may, context};
  pthread_mutex_lock(&tally->lock);
  for (int family = 0; family < COUNTS; family++) {
    dw_prometheus_head(out, families[family].name, "counter", families[family].help);
    print_family(tally, &to, family, out);
  }
  dw_prometheus_head(out, "dw_last_record_timestamp_seconds", "gauge", "When the last record that was stored came.");
  print_family(tally, &to, COUNTS, out);
  print_usage(tally, &to, out);
  print_checks(tally, out);
  print_actions(tally, out);
  pthread_mutex_unlock(&tally->lock);
}
