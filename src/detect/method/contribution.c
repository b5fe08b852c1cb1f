#include "detect/method/contribution.h"

#include <math.h>

#include "base/mem.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sum.h"

enum { SHOWN_MOST = 5, TENTHS = 10 };

/* The largest terms, largest first. */
static size_t largest(const double *term, size_t count, size_t shown[SHOWN_MOST])
{
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(term[i] > 0)) continue;
    size_t at = found;
    while (at > 0 && term[shown[at - 1]] < term[i]) at--;
    if (at == SHOWN_MOST) continue;
    if (found < SHOWN_MOST) found++;
    for (size_t k = found - 1; k > at; k--) shown[k] = shown[k - 1];
    shown[at] = i;
  }
  return found;
}

typedef struct source {
  const dw_binned *bins; /* or categories */
  const dw_categories *categories;
} source;

static void write_one(dw_json *json, source from, size_t i, double share)
{
  dw_json_open(json, NULL, '{');
  if (from.bins) {
    dw_json_open(json, "bin", '[');
    dw_json_number(json, NULL, from.bins->low[i]);
    dw_json_number(json, NULL, from.bins->high[i]);
    dw_json_close(json, ']');
    dw_json_number(json, "reference", from.bins->p[i]);
    dw_json_number(json, "current", from.bins->q[i]);
  } else {
    const dw_categories *all = from.categories;
    dw_json_bytes(json, "category", all->item[i].text, all->item[i].length);
    dw_json_number(json, "reference", (double)all->reference[i] / (double)all->reference_total);
    dw_json_number(json, "current", (double)all->current[i] / (double)all->current_total);
  }
  dw_json_number(json, "share", share);
  dw_json_close(json, '}');
}

static void write_all(dw_json *json, source from, const double *term, size_t count)
{
  size_t shown[SHOWN_MOST], found = largest(term, count, shown);
  double whole = dw_sum_array(term, count);
  if (found == 0 || !isfinite(whole)) return;
  dw_json_open(json, "contributions", '[');
  for (size_t i = 0; i < found; i++) write_one(json, from, shown[i], fmin(1, term[shown[i]] / whole));
  dw_json_close(json, ']');
}

void dw_contribution_bins(dw_json *json, const dw_binned *bins, const double *term)
{
  write_all(json, (source){.bins = bins}, term, bins->count);
}

void dw_contribution_categories(dw_json *json, const dw_categories *categories, const double *term)
{
  write_all(json, (source){.categories = categories}, term, categories->count);
}

/* The tenths of the reference as bins (fewer where it has ties), the outer ones reaching to the least and largest value of both. */
typedef struct tenths {
  dw_binned bins; /* its arrays are the ones below */
  double edges[TENTHS + 1], p[TENTHS], q[TENTHS];
} tenths;

static void tenths_make(tenths *t, dw_sorted reference, dw_sorted current)
{
  static const double at[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  double tenth[TENTHS - 1], last = fmax(reference.value[reference.count - 1], current.value[current.count - 1]);
  dw_quantiles(reference, at, TENTHS - 1, tenth);
  t->bins = (dw_binned){.p = t->p, .q = t->q, .edges = t->edges, .low = t->edges, .high = t->edges + 1};
  t->edges[0] = fmin(reference.value[0], current.value[0]);
  for (int i = 0; i < TENTHS; i++) {
    double edge = i < TENTHS - 1 ? tenth[i] : last;
    if (edge > t->edges[t->bins.count]) t->edges[++t->bins.count] = edge;
  }
  uint64_t before_p = 0, before_q = 0;
  for (size_t i = 0; i < t->bins.count; i++) {
    uint64_t p_here = dw_sorted_up_to(reference, t->edges[i + 1]), q_here = dw_sorted_up_to(current, t->edges[i + 1]);
    t->p[i] = (double)(p_here - before_p) / (double)reference.total;
    t->q[i] = (double)(q_here - before_q) / (double)current.total;
    before_p = p_here;
    before_q = q_here;
  }
}

void dw_contribution_areas(dw_json *json, dw_sorted reference, dw_sorted current, int power)
{
  tenths t;
  double area[TENTHS];
  tenths_make(&t, reference, current);
  dw_gap_areas(reference, current, power, t.edges, t.bins.count, area);
  write_all(json, (source){.bins = &t.bins}, area, t.bins.count);
}

void dw_contribution_tenths(dw_json *json, dw_sorted reference, dw_sorted current)
{
  tenths t;
  double term[TENTHS];
  tenths_make(&t, reference, current);
  for (size_t i = 0; i < t.bins.count; i++) {
    double expected = fmax(t.p[i], 1 / (double)reference.total); /* an edge that only the current side reaches */
    term[i] = (t.p[i] - t.q[i]) * (t.p[i] - t.q[i]) / expected;
  }
  write_all(json, (source){.bins = &t.bins}, term, t.bins.count);
}
