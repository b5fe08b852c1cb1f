#include "serve/tally/tally.h"

#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "serve/tally/prometheus.h"

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

struct dw_tally {
  pthread_mutex_t lock;
  dw_map models; /* 0: "" */
  tally_row rows[DW_TALLY_MODELS + 1][DW_RECORD_KINDS];
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

/* --- as text --- */

static const char *model_name(const dw_tally *tally, size_t place)
{
  return place == DW_TALLY_MODELS ? "(others)" : tally->models.keys[place].text;
}

/* family COUNTS: the time of the last record. */
static void print_family(const dw_tally *tally, int family, dw_buf *out)
{
  for (size_t place = 0; place <= DW_TALLY_MODELS; place++) {
    if (place >= tally->models.count && place != DW_TALLY_MODELS) continue;
    for (int kind = 0; kind < DW_RECORD_KINDS; kind++) {
      const tally_row *row = &tally->rows[place][kind];
      const char *const labels[] = {"kind", dw_record_kind_word(kind), "model", model_name(tally, place), NULL};
      if (!row->any) continue;
      if (family < COUNTS) dw_prometheus_count(out, families[family].name, labels, row->count[family]);
      else if (row->last) dw_prometheus_number(out, "dw_last_record_timestamp_seconds", labels, (double)row->last / DW_SECOND);
    }
  }
}

void dw_tally_print(dw_tally *tally, dw_buf *out)
{
  pthread_mutex_lock(&tally->lock);
  for (int family = 0; family < COUNTS; family++) {
    dw_prometheus_head(out, families[family].name, "counter", families[family].help);
    print_family(tally, family, out);
  }
  dw_prometheus_head(out, "dw_last_record_timestamp_seconds", "gauge", "When the last record that was stored came.");
  print_family(tally, COUNTS, out);
  pthread_mutex_unlock(&tally->lock);
}
