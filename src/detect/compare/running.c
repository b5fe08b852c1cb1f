#include "detect/compare/running.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "data/datasets/segments.h"
#include "detect/check/calibrated.h"
#include "detect/check/limits.h"

enum { REPEATS = 100, LITTLE = 100, LEAST_NAMED = 3 };
static const double whole_below = 0x1p53, evidence = 13.815510557964274; /* ln 1e6 */

/* --- running numbers --- */

typedef struct numbered {
  bool distinct; /* whole numbers, hardly one twice */
  double span;   /* from the least to the greatest, */
  double places; /* and how many numbers there are in the steps between them */
  uint64_t values, repeats;
} numbered;

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static numbered look_at(dw_sorted s)
{
  numbered out = {.values = s.total};
  uint64_t step = 0;
  if (s.count == 0 || s.value[0] < -whole_below || s.value[s.count - 1] > whole_below) return out;
  out.repeats = s.total - s.count;
  for (size_t i = 0; i < s.count; i++) {
    if (s.value[i] != floor(s.value[i]) || out.repeats * REPEATS > s.total) return out;
    if (i == 0) continue;
    if (s.value[i] == s.value[i - 1]) out.repeats++;
    else if (step != 1) step = common_divisor((uint64_t)(s.value[i] - s.value[i - 1]), step);
  }
  out.distinct = step > 0;
  out.span = s.value[s.count - 1] - s.value[0];
  out.places = step ? out.span / (double)step + 1 : 1;
  return out;
}

/* So few repeats of n draws from so many places: none by the product of the chances, some by Chernoff's bound on the number that is to be
 * expected, least where all places are alike. */
static bool is_proven(const numbered *of)
{
  double n = (double)of->values, places = of->places, repeats = (double)of->repeats, none = 0;
  if (!of->distinct || places > 1e12) return false;
  if (of->repeats == 0) {
    for (double i = 1; i < n && none > -evidence; i++) none += dw_log1p(-i / places);
    return none <= -evidence;
  }
  double expected = n + places * dw_expm1(n * dw_log1p(-1 / places));
  return expected > repeats && expected - repeats + repeats * dw_log(repeats / expected) >= evidence;
}

/* "id", "ID", "order_id", "order.id", "orderId", "orderID". */
static bool names_id(const char *name)
{
  size_t length = strlen(name);
  if (length < 2 || tolower((unsigned char)name[length - 2]) != 'i' || tolower((unsigned char)name[length - 1]) != 'd') return false;
  if (length == 2) return true;
  unsigned char before = (unsigned char)name[length - 3];
  return !isalpha(before) || (name[length - 2] == 'I' && islower(before));
}

static bool goes_along(const numbered *few, const numbered *proven)
{
  return few->values < LITTLE && few->distinct && few->repeats == 0 && few->span <= proven->span;
}

static bool are_running(const char *name, dw_sorted reference, const dw_sorted *current)
{
  numbered r = look_at(reference);
  if (!r.distinct && r.values > 1) return false;
  if (!current) return is_proven(&r);
  numbered c = look_at(*current);
  if (!c.distinct && c.values > 1) return false;
  if (names_id(name) && r.repeats + c.repeats == 0 && r.values >= LEAST_NAMED) return true;
  bool r_proven = is_proven(&r), c_proven = is_proven(&c);
  return (r_proven && (c_proven || c.values == 1 || goes_along(&c, &r))) || (c_proven && (r.values == 1 || goes_along(&r, &c)));
}

/* Of the numbers in a sketch nobody knows whether they repeat. Whole ones of which those that it kept hardly do, and that have room not to,
 * may be running ones. */
static bool may_run(const dw_column *column)
{
  const dw_sorted s = column->sorted;
  size_t repeats = 0;
  if (dw_column_kinds(column) != DW_KIND_NUMBER || column->describes || column->part || s.count == 0) return false;
  if (column->packed) return false; /* they are not whole */
  if (dw_column_rank_error(column) == 0) return look_at(s).distinct;
  if (s.value[0] < -whole_below || s.value[s.count - 1] > whole_below || s.value[s.count - 1] - s.value[0] + 1 < (double)s.total)
    return false;
  for (size_t i = 0; i < s.count; i++) {
    if (s.value[i] != floor(s.value[i])) return false;
    if (i > 0) repeats += s.value[i] == s.value[i - 1];
  }
  return repeats * REPEATS <= s.count && !dw_column_holds_instants(column);
}

static bool nobody_knows(const dw_column *reference, const dw_column *current)
{
  bool sketched = dw_column_rank_error(reference) > 0 || (current && dw_column_rank_error(current) > 0);
  return sketched && may_run(reference) && (!current || may_run(current));
}

/* --- clocks --- */

static bool is_narrow(dw_sorted s) { return s.value[s.count - 1] - s.value[0] <= 0.1 * s.value[0]; }

static bool are_clocks(dw_sorted reference, dw_sorted current)
{
  enum { BEYOND = 400 };
  double unit = dw_instants_unit(reference);
  if (unit == 0 || dw_instants_unit(current) != unit || !is_narrow(reference) || !is_narrow(current)) return false;
  double last = reference.value[reference.count - 1], first = current.value[0];
  return dw_sorted_below(current, last) * BEYOND <= current.total &&
         (reference.total - dw_sorted_up_to(reference, first)) * BEYOND <= reference.total;
}

/* --- which columns are asked --- */

static bool same(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

static bool is_named(const dw_compare_options *o, const char *name)
{
  const dw_limits *limits = o->limits;
  if (dw_compare_type_choice(o, name) || same(o->time, name) || same(o->label, name) || same(o->score, name)) return true;
  for (size_t i = 0; o->selection && i < o->selection->only.count; i++)
    if (same(o->selection->only.text[i], name)) return true;
  for (size_t i = 0; i < limits->method_count; i++)
    if (same(limits->method[i].column, name)) return true;
  for (size_t i = 0; limits->calibrated && i < limits->calibrated->count; i++)
    if (same(limits->calibrated->item[i].column, name)) return true;
  return dw_limits_fail_on(limits, name);
}

/* Numbers alone, all of them known. */
static bool is_plain(const dw_column *column)
{
  return dw_column_kinds(column) == DW_KIND_NUMBER && !column->describes && !column->part && dw_column_rank_error(column) == 0 &&
         column->sorted.count > 0;
}

static dw_running told(const char *name, const dw_column *reference, const dw_column *current)
{
  if (!is_plain(reference) || (current && !is_plain(current))) return DW_RUNNING_NONE;
  if (reference->packed || (current && current->packed)) return DW_RUNNING_NONE; /* not whole, and no instants */
  if (dw_column_holds_instants(reference)) return DW_RUNNING_NONE;
  if (are_running(name, reference->sorted, current ? &current->sorted : NULL)) return DW_RUNNING_NUMBER;
  return current && are_clocks(reference->sorted, current->sorted) ? DW_RUNNING_CLOCK : DW_RUNNING_NONE;
}

static void mark(dw_dataset *side, const char *name, dw_running running)
{
  dw_column *column = side ? (dw_column *)dw_dataset_find(side, name) : NULL;
  if (column) column->running = running, column->may_run = running == DW_RUNNING_NONE;
  for (size_t i = 0; side && side->segments && i <= DW_SEGMENTS_ROOM; i++)
    if (side->segments->set[i]) mark(side->segments->set[i], name, running);
}

/* Somebody who gives one column wants that one compared. */
static bool is_alone(const dw_dataset *reference)
{
  size_t own = 0;
  for (size_t i = 0; i < reference->column_count; i++) own += !reference->column[i]->describes;
  return own < 2;
}

void dw_running_mark(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options)
{
  if (options->limits->settings.preset != DW_PRESET_DRIFTWATCH || is_alone(reference)) return; /* other presets have their own rules */
  for (size_t i = 0; i < reference->column_count; i++) {
    const dw_column *column = reference->column[i], *other = current ? dw_dataset_find(current, column->name) : NULL;
    if ((current && !other) || is_named(options, column->name)) continue;
    dw_running running = told(column->name, column, other);
    if (running == DW_RUNNING_NONE && !nobody_knows(column, other)) continue;
    mark(reference, column->name, running);
    mark(current, column->name, running);
  }
}

const char *dw_running_unknown(const dw_column *reference, const dw_column *current)
{
  if (!reference->may_run || !current->may_run) return NULL;
  return "it may be a running number: past --memory and in profiles nobody knows whether its numbers repeat (--exclude leaves it out)";
}

const char *dw_running_why(dw_running running, dw_type *type)
{
  *type = running == DW_RUNNING_CLOCK ? DW_TYPE_DATETIME : DW_TYPE_NUMERIC;
  return running == DW_RUNNING_CLOCK
             ? "its numbers are Unix times, and the current ones come behind the reference's: that time goes on is no drift"
             : "a running number: whole numbers, close together, of which hardly one comes twice, as records are numbered";
}
