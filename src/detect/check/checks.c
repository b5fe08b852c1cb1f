#include "detect/check/checks.h"

#include <math.h>

#include "base/mem.h"
#include "detect/check/data_quality.h"
#include "detect/method/method_matched.h"
#include "detect/method/method_permutation.h"
#include "detect/method/method_reach.h"
#include "stats/tests/contingency.h"

enum { NAMES_LISTED = 20 };

#define PRESET_THRESHOLD 0.01

/* What a count of the reference's or the current side's values is as a part of what all are worth. */
static uint64_t worth(uint64_t part, uint64_t total, uint64_t effective)
{
  uint64_t count[2] = {part, total - part};
  dw_effective_counts(count, 2, total, effective, count);
  return count[0];
}

void dw_check_take_share(dw_finding *finding, const dw_share_shift *found, dw_shift_place place)
{
  dw_shift_take(&finding->shift, found);
  finding->shift.place = place;
}

void dw_check_judge_share(dw_finding *finding, const dw_limits *limits, const char *method, double p_value)
{
  if (limits->settings.preset != DW_PRESET_DRIFTWATCH) {
    dw_finding_judge_p(finding, method, p_value, dw_limits_threshold(limits, finding->check, finding->column, NULL, PRESET_THRESHOLD));
    dw_shift_init(&finding->shift);
    finding->graded_by_p = true;
    return;
  }
  dw_finding_judge_p(finding, method, p_value, dw_limits_level(limits, finding->check, finding->column, NULL, DW_SHIFT_ALPHA));
  finding->shift.min_effect = dw_limits_effect(limits, finding->check, finding->column);
}

dw_finding *dw_finding_list_add(dw_finding_list *findings, dw_check check, const char *column, dw_type type)
{
  findings->item = dw_grow(findings->item, &findings->capacity, findings->count + 1, sizeof *findings->item);
  dw_finding *finding = &findings->item[findings->count++];
  dw_finding_init(finding, check, column, type);
  return finding;
}

/* --- schema --- */

static void schema_finding(dw_finding_list *findings, const char *name, dw_type type, const char *change, const char *was, const char *is,
                           dw_severity severity)
{
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_SCHEMA, name, type);
  finding->drift = true;
  finding->severity = severity;
  dw_json json;
  dw_json_start(&json, &finding->detail, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "change", change);
  dw_json_text(&json, "reference", was);
  dw_json_text(&json, "current", is);
  dw_json_close(&json, '}');
}

void dw_check_schema(dw_finding_list *findings, const char *name, dw_type type, const dw_column *reference, const dw_column *current)
{
  char was[64], is[64];
  if (!current) {
    schema_finding(findings, name, type, "missing_column", dw_kinds_name(dw_column_kinds(reference), was), NULL, DW_SEVERITY_HIGH);
  } else if (!reference) {
    schema_finding(findings, name, type, "new_column", NULL, dw_kinds_name(dw_column_kinds(current), is), DW_SEVERITY_LOW);
  } else {
    unsigned before = dw_column_kinds(reference), after = dw_column_kinds(current);
    if (before == 0 || (after & ~before) == 0) return;
    if (dw_column_holds_instants(reference) && dw_column_holds_instants(current)) return; /* as texts here, as numbers there */
    schema_finding(findings, name, type, "type_changed", dw_kinds_name(before, was), dw_kinds_name(after, is),
                   after & before ? DW_SEVERITY_MEDIUM : DW_SEVERITY_HIGH);
  }
}

/* --- missing values --- */

static void write_share(dw_buf *out, const dw_column *column)
{
  uint64_t missing = dw_column_missing(column);
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "count", (int64_t)(column->rows - missing));
  dw_json_integer(&json, "missing", (int64_t)missing);
  dw_json_integer(&json, "infinite", (int64_t)column->infinite);
  dw_json_number(&json, "share", column->rows ? (double)missing / (double)column->rows : NAN);
  dw_json_close(&json, '}');
}

void dw_check_missing_shares(dw_finding *finding, const dw_column *reference, const dw_column *current, dw_effective effective)
{
  dw_share_shift found;
  write_share(&finding->own_reference, reference);
  if (!current) return;
  write_share(&finding->own_current, current);
  finding->effect_size =
      (double)dw_column_missing(current) / (double)current->rows - (double)dw_column_missing(reference) / (double)reference->rows;
  finding->direction = finding->effect_size > 0 ? "up" : finding->effect_size < 0 ? "down" : NULL;
  if (dw_share_shift_plain(dw_column_missing(reference), reference->rows, dw_column_missing(current), current->rows, effective, &found,
                           NULL) != DW_OK)
    return;
  dw_check_take_share(finding, &found, DW_PLACE_MISSING);
}

void dw_check_missing(dw_finding_list *findings, const dw_limits *limits, const char *name, dw_type type, const dw_column *reference,
                      const dw_column *current, dw_effective effective)
{
  uint64_t before = dw_column_missing(reference), after = dw_column_missing(current);
  if (before + after == 0) return; /* however the rows are dealt, p is 1: no test that a correction would have to know of */
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_MISSING, name, type);
  double p_value;
  dw_err err;
  if (dw_share_shift_p(before, reference->rows, after, current->rows, effective, &p_value, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_check_missing_shares(finding, reference, current, effective);
  dw_check_judge_share(finding, limits, "fisher_exact", p_value);
  finding->statistic = finding->effect_size;
}

void dw_check_missing_matched(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair, const dw_method_settings *settings)
{
  const dw_column *r = pair->reference, *c = pair->current;
  if (dw_column_missing(r) + dw_column_missing(c) == 0) return;
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_MISSING, pair->name, pair->type);
  double p_value;
  dw_share_shift found;
  dw_err err;
  dw_check_missing_shares(finding, r, c, pair->effective);
  dw_stratified_settings how = {.deals = settings->deals, .hits = settings->hits, .key = dw_method_key(pair, settings, "missing")};
  if (dw_matched_missing(pair->cells, &how, &p_value, &found, &err) != DW_OK) {
    dw_shift_init(&finding->shift);
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_check_judge_share(finding, limits, "mantel_haenszel", p_value);
  dw_check_take_share(finding, &found, DW_PLACE_MISSING);
  finding->effect_size = found.current - found.reference;
  finding->direction = finding->effect_size > 0 ? "up" : finding->effect_size < 0 ? "down" : NULL;
  finding->statistic = finding->effect_size;
}

/* --- categories --- */

typedef struct one_sided {
  uint64_t categories, rows;
  double least_p;
} one_sided;

static uint64_t usable(const dw_column *column)
{
  uint64_t rows = column ? column->sorted.total : 0;
  for (size_t i = 0; column && i < column->texts.count; i++) rows += column->text_count[i];
  return rows;
}

static uint64_t rows_with(const dw_column *column, const dw_category *category)
{
  if (!column) return 0;
  if (category->numeric) return dw_sorted_up_to(column->sorted, category->number) - dw_sorted_below(column->sorted, category->number);
  uint32_t index = dw_map_find(&column->texts, category->text, category->length);
  return index == DW_MAP_NONE ? 0 : column->text_count[index];
}

/* Within cells: of each category that only one side has the chance that its rows of every cell fall to that side; the least. */
static double least_within(const dw_pair *pair, bool current)
{
  const dw_categories *all = &pair->categories;
  const dw_pair_cells *cells = pair->cells;
  const dw_column **here = current ? cells->current : cells->reference, **there = current ? cells->reference : cells->current;
  uint64_t *mine = dw_alloc_array(cells->count, sizeof *mine), *theirs = dw_alloc_array(cells->count, sizeof *theirs),
           *rows = dw_alloc_array(cells->count, sizeof *rows);
  double least = 1;
  for (size_t i = 0; i < cells->count; i++) {
    mine[i] = usable(here[i]);
    theirs[i] = usable(there[i]);
  }
  for (size_t k = 0; k < all->count; k++) {
    if ((current ? all->reference[k] : all->current[k]) > 0) continue;
    for (size_t i = 0; i < cells->count; i++) rows[i] = mine[i] && theirs[i] ? rows_with(here[i], &all->item[k]) : 0;
    least = fmin(least, dw_matched_exceedance(theirs, mine, rows, cells->count));
  }
  dw_free(mine);
  dw_free(theirs);
  dw_free(rows);
  return fmin(1, least * (double)all->count);
}

/* The categories that only one side has: how many, and how surprising the most frequent one is. */
static one_sided count_one_sided(const uint64_t *here, uint64_t here_total, uint64_t here_worth, const uint64_t *there,
                                 uint64_t there_worth, size_t count)
{
  one_sided found = {.least_p = 1};
  uint64_t most = 0;
  for (size_t i = 0; i < count; i++) {
    if (here[i] == 0 || there[i] > 0) continue;
    found.categories++;
    found.rows += here[i];
    if (here[i] > most) most = here[i];
  }
  most = worth(most, here_total, here_worth);
  if (most) found.least_p = fmin(1, dw_exceedance_p(there_worth, here_worth, most) * (double)count);
  return found;
}

static void list_one_sided(dw_json *json, const char *key, const dw_categories *all, bool current, int most)
{
  int listed = 0;
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < all->count && listed < most; i++) {
    uint64_t here = current ? all->current[i] : all->reference[i], there = current ? all->reference[i] : all->current[i];
    if (here == 0 || there > 0) continue;
    dw_json_open(json, NULL, '{');
    dw_json_bytes(json, "value", all->item[i].text, all->item[i].length);
    dw_json_integer(json, "count", (int64_t)here);
    dw_json_close(json, '}');
    listed++;
  }
  dw_json_close(json, ']');
}

/* Of a current side that does not name all: rows beyond those that the reference's categories can have at most. */
static uint64_t surely_new(const dw_pair *pair, uint64_t named)
{
  const dw_categories *all = &pair->categories;
  uint64_t known = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->reference[i]) known += dw_reach_most(pair->current, all->item[i].numeric, all->current[i], all->current_total);
  return known < all->current_total && all->current_total - known > named ? all->current_total - known : named;
}

void dw_check_categories(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair)
{
  static const char not_known[] = "not all values are known, of a profile or a sketch: which are new or gone is not known";
  const dw_categories *all = &pair->categories;
  if (all->reference_total == 0 || all->current_total == 0) return;
  uint64_t n = dw_effective_count(all->reference_total, pair->effective.reference),
           m = dw_effective_count(all->current_total, pair->effective.current);
  one_sided fresh = count_one_sided(all->current, all->current_total, m, all->reference, n, all->count);
  one_sided gone = count_one_sided(all->reference, all->reference_total, n, all->current, m, all->count);
  bool known[] = {dw_reach_names_all(pair->reference), dw_reach_names_all(pair->current)};
  bool cut = pair->reference->texts_cut || pair->current->texts_cut; /* what begins alike is not the same */
  if (known[0] && known[1] && fresh.categories + gone.categories == 0) {
    findings->without_finding++;
    return;
  }
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_CATEGORIES, pair->name, pair->type);
  if (!known[0] || cut) fresh = (one_sided){.least_p = 1};
  if (!known[1] || cut) gone = (one_sided){.least_p = 1};
  if (fresh.categories + gone.categories == 0) {
    dw_finding_fail(finding, not_known);
    return;
  }
  if (!known[1]) fresh.rows = surely_new(pair, fresh.rows);
  if (pair->cells) {
    fresh.least_p = least_within(pair, true);
    gone.least_p = least_within(pair, false);
  }
  double p = fmin(1, 2 * fmin(fresh.least_p, gone.least_p));
  dw_share_shift came, went;
  dw_share_shift_plain(0, all->reference_total, fresh.rows, all->current_total, pair->effective, &came, NULL);
  dw_share_shift_plain(gone.rows, all->reference_total, 0, all->current_total, pair->effective, &went, NULL);
  bool more_came = came.h >= went.h;
  dw_check_take_share(finding, more_came ? &came : &went, more_came ? DW_PLACE_NEW : DW_PLACE_VANISHED);
  dw_check_judge_share(finding, limits, "exceedance", p);
  if (!known[0] || !known[1]) {
    if (!(p < finding->threshold)) { /* those that are not named may be the ones */
      dw_finding_init(finding, DW_CHECK_CATEGORIES, pair->name, pair->type);
      dw_finding_fail(finding, not_known);
      return;
    }
    finding->approximate = true;
    finding->rank_error = fmax(dw_reach_error(pair->reference), dw_reach_error(pair->current));
  }
  finding->statistic = (double)fresh.rows / (double)all->current_total;
  dw_json json;
  dw_json_start(&json, &finding->detail, 0);
  dw_json_open(&json, NULL, '{');
  list_one_sided(&json, "new", all, true, fresh.categories ? NAMES_LISTED : 0);
  list_one_sided(&json, "vanished", all, false, gone.categories ? NAMES_LISTED : 0);
  dw_json_integer(&json, "new_count", (int64_t)fresh.categories);
  dw_json_integer(&json, "vanished_count", (int64_t)gone.categories);
  dw_json_close(&json, '}');
}

/* --- range --- */

/* A sketch knows how many values lie beyond a point up to its rank error only; the least number possible makes no false alarm. */
static uint64_t surely_beyond(uint64_t counted, const dw_column *column)
{
  uint64_t slack = (uint64_t)ceil(dw_column_rank_error(column) * (double)column->sorted.total);
  if (slack == 0 || counted == 0) return counted;
  return counted > slack + 1 ? counted - slack : 1;
}

static void write_range(dw_finding *finding, double low, double high, uint64_t below, uint64_t above, const dw_column *current)
{
  dw_json json;
  dw_json_start(&json, &finding->detail, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_number(&json, "low", low);
  dw_json_number(&json, "high", high);
  dw_json_integer(&json, "below", (int64_t)below);
  dw_json_integer(&json, "above", (int64_t)above);
  dw_json_number(&json, "current_min", current->moments.min);
  dw_json_number(&json, "current_max", current->moments.max);
  dw_json_close(&json, '}');
}

/* Within cells, by the range that the reference has in those that both sides have. */
static void check_range_matched(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair)
{
  const dw_pair_cells *cells = pair->cells;
  uint64_t *rows[2], *n = dw_alloc_zero(cells->count, sizeof *n), *m = dw_alloc_zero(cells->count, sizeof *m), beyond[2] = {0, 0};
  uint64_t all_n = 0, all_m = 0;
  double low = INFINITY, high = -INFINITY, error = 0;
  for (int end = 0; end < 2; end++) rows[end] = dw_alloc_zero(cells->count, sizeof *rows[end]);
  for (size_t i = 0; i < cells->count; i++) {
    const dw_column *r = cells->reference[i], *c = cells->current[i];
    if (!r || !c || r->sorted.total == 0 || c->sorted.total == 0) continue;
    all_n += n[i] = r->sorted.total;
    all_m += m[i] = c->sorted.total;
    low = fmin(low, r->moments.min);
    high = fmax(high, r->moments.max);
    error = fmax(error, dw_column_rank_error(c));
  }
  for (size_t i = 0; i < cells->count; i++) {
    if (m[i] == 0) continue;
    const dw_column *c = cells->current[i];
    beyond[0] += rows[0][i] = surely_beyond(dw_sorted_below(c->sorted, low), c);
    beyond[1] += rows[1][i] = surely_beyond(c->sorted.total - dw_sorted_up_to(c->sorted, high), c);
  }
  double p = fmin(1, 2 * fmin(dw_matched_exceedance(n, m, rows[0], cells->count), dw_matched_exceedance(n, m, rows[1], cells->count)));
  bool above = beyond[1] >= beyond[0];
  if (beyond[0] + beyond[1] == 0) {
    findings->without_finding++;
  } else {
    dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_RANGE, pair->name, pair->type);
    dw_share_shift found;
    dw_share_shift_plain(0, all_n, beyond[above], all_m, pair->effective, &found, NULL);
    dw_check_take_share(finding, &found, above ? DW_PLACE_MORE : DW_PLACE_LESS);
    dw_check_judge_share(finding, limits, "exceedance", p);
    finding->shift.value = above ? high : low;
    finding->statistic = (double)(beyond[0] + beyond[1]) / (double)all_m;
    finding->direction = beyond[1] > beyond[0] ? "up" : beyond[0] > beyond[1] ? "down" : NULL;
    finding->approximate = error > 0;
    if (error > 0) finding->rank_error = error;
    write_range(finding, low, high, beyond[0], beyond[1], pair->current);
  }
  for (int end = 0; end < 2; end++) dw_free(rows[end]);
  dw_free(n);
  dw_free(m);
}

void dw_check_range(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair)
{
  if (pair->cells) {
    check_range_matched(findings, limits, pair);
    return;
  }
  const dw_column *r = pair->reference, *c = pair->current;
  if (pair->reference_count == 0 || pair->current_count == 0) return;
  uint64_t below = 0, above = 0;
  for (size_t i = 0; i < c->sorted.count && c->sorted.value[i] < r->moments.min; i++) below += dw_sorted_weight(c->sorted, i);
  for (size_t i = c->sorted.count; i-- > 0 && c->sorted.value[i] > r->moments.max;) above += dw_sorted_weight(c->sorted, i);
  if (below + above == 0) {
    findings->without_finding++;
    return;
  }
  below = surely_beyond(below, c);
  above = surely_beyond(above, c);
  uint64_t more = below > above ? below : above;
  uint64_t n = dw_effective_count(pair->reference_count, pair->effective.reference),
           m = dw_effective_count(pair->current_count, pair->effective.current);
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_RANGE, pair->name, pair->type);
  dw_share_shift found;
  dw_share_shift_plain(0, pair->reference_count, more, pair->current_count, pair->effective, &found, NULL);
  dw_check_take_share(finding, &found, below > above ? DW_PLACE_LESS : DW_PLACE_MORE);
  dw_check_judge_share(finding, limits, "exceedance", fmin(1, 2 * dw_exceedance_p(n, m, worth(more, pair->current_count, m))));
  finding->shift.value = below > above ? r->moments.min : r->moments.max;
  finding->statistic = (double)(below + above) / (double)pair->current_count;
  finding->direction = above > below ? "up" : below > above ? "down" : NULL;
  if (c->sketch) {
    finding->approximate = true;
    finding->rank_error = dw_column_rank_error(c);
  }
  write_range(finding, r->moments.min, r->moments.max, below, above, c);
}

/* --- the checks of values --- */

static const struct {
  dw_check check;
  unsigned types; /* those it fits */
  void (*run)(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair);
} of_values[] = {
    {DW_CHECK_CATEGORIES, DW_FITS(DW_TYPE_CATEGORICAL), dw_check_categories},
    {DW_CHECK_RANGE, DW_FITS(DW_TYPE_NUMERIC), dw_check_range},
    {DW_CHECK_DATA_QUALITY, DW_FITS(DW_TYPE_CATEGORICAL), dw_check_variants},
};
enum { OF_VALUES = sizeof of_values / sizeof *of_values };

static bool asked(const dw_limits *limits, size_t row, dw_type type)
{
  return limits->check[of_values[row].check] && of_values[row].types & DW_FITS(type);
}

void dw_check_values(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair)
{
  for (size_t i = 0; i < OF_VALUES; i++)
    if (asked(limits, i, pair->type)) of_values[i].run(findings, limits, pair);
}

bool dw_check_values_asked(const dw_limits *limits, dw_type type)
{
  for (size_t i = 0; i < OF_VALUES; i++)
    if (asked(limits, i, type)) return true;
  return false;
}
