/* rows_in_time: records whose rows depend on each other, on the hour or on the day, and what a reference of them shows. */
#ifndef DW_TESTS_ROWS_IN_TIME_H
#define DW_TESTS_ROWS_IN_TIME_H

#include "base/num.h"
#include "base/rng.h"
#include "detect/compare/dependence.h"
#include "fixture.h"
#include "stats/distributions/special.h"

/* How records stand in the file: as in time; anyhow; the odd ones behind the even ones; anyhow from row 20,000 on. */
typedef enum standing { IN_TIME, ANYHOW, IN_TWO, ANYHOW_LATER } standing;

typedef struct wanted {
  double phi, day, week, rare; /* of x: autoregression, height of a daily wave, what weekends add; share of runs of missing z */
  size_t rows;
  int64_t step; /* seconds */
  bool backwards, one_instant, sorted;
  bool by_day;  /* the wave is twice as fast, and between 08:00 and 20:00 only */
  double shift; /* of x, from row `shifted` on */
  size_t shifted;
  standing standing;
} wanted;

/* The record that stands at place i of n. */
static inline size_t standing_at(standing how, size_t i, size_t n)
{
  enum { STEP = 7919, LATER = 20000 }; /* a prime */
  switch (how) {
  case ANYHOW: return i * STEP % n;
  case IN_TWO: return i < (n + 1) / 2 ? 2 * i : 2 * (i - (n + 1) / 2) + 1;
  case ANYHOW_LATER: return i < LATER ? i : LATER + (i - LATER) * STEP % (n - LATER);
  default: return i;
  }
}

/* ts, x as wanted, y independent, k of x's sign, z missing in runs of 20 rows. */
static inline char *records(const wanted *w, uint64_t seed)
{
  dw_rng rng;
  dw_buf text = {0};
  double x = 0;
  bool gone = false;
  size_t *start = calloc(w->rows + 1, sizeof *start);
  dw_rng_start(&rng, dw_rng_derive(seed, "test_dependence"), 0, 0);
  for (size_t i = 0; i < w->rows; i++) {
    int64_t at = INT64_C(1767571200) + (int64_t)(w->backwards ? w->rows - i : i) * w->step; /* a Monday, 00:00 UTC */
    double noise = dw_normal_quantile(dw_rng_uniform(&rng)), wave = sin(2 * 3.14159265358979324 * (double)(at % 86400) / 86400);
    if (w->by_day)
      wave = at % 86400 < 8 * 3600 || at % 86400 >= 20 * 3600 ? 0 : sin(4 * 3.14159265358979324 * (double)(at % 86400 - 8 * 3600) / 86400);
    x = w->phi * x + sqrt(1 - w->phi * w->phi) * noise;
    double shown = w->sorted
                       ? (double)i
                       : x + w->day * wave + (at / 86400 % 7 == 2 || at / 86400 % 7 == 3 ? w->week : 0) + (i >= w->shifted ? w->shift : 0);
    if (i % 20 == 0) gone = dw_rng_uniform(&rng) < w->rare;
    dw_buf_format(&text, "{\"ts\":%lld,\"x\":", (long long)(w->one_instant ? 1767571200 : at));
    dw_buf_number(&text, shown);
    dw_buf_text(&text, ",\"y\":");
    dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_format(&text, ",\"k\":\"%s\"", shown > 0 ? "up" : "down");
    dw_buf_text(&text, ",\"z\":");
    if (gone) dw_buf_text(&text, "null");
    else dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_text(&text, "}\n");
    start[i + 1] = text.length;
  }
  dw_buf ordered = {0};
  for (size_t i = 0; i < w->rows; i++) {
    size_t at = standing_at(w->standing, i, w->rows);
    dw_buf_add(&ordered, text.data + start[at], start[at + 1] - start[at]);
  }
  dw_buf_char(&ordered, '\0');
  dw_buf_free(&text);
  free(start);
  return ordered.data;
}

static const dw_dataset_options kept = {.succession = {.policy = DW_FRAME_BLOCKS, .rows = DW_DEPENDENCE_ROWS, .time = "ts"}, .pass = "ts"};

typedef struct found {
  dw_dataset reference;
  dw_dependence dependence;
} found;

static inline void look(found *f, const wanted *w, uint64_t seed)
{
  dw_limits limits;
  char *text = records(w, seed);
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  fixture_dataset(&f->reference, text, &kept);
  dw_dependence_find(&f->dependence, &f->reference, &(dw_compare_options){.limits = &limits, .time = "ts", .threads = 1});
  dw_limits_free(&limits);
  free(text);
}

static inline void found_free(found *f)
{
  dw_dependence_free(&f->dependence);
  dw_dataset_free(&f->reference);
}

#endif
