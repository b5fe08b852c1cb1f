#include "detect/compare/timing.h"

#include <math.h>

#include "base/clock.h"
#include "base/fmath.h"
#include "base/mem.h"
#include "data/columns/yearless.h"
#include "stats/shift/autocorrelation.h"
#include "stats/tests/contingency.h"

enum {
  ONE_IN = 400,    /* rows of a side may lie beyond the other, whatever chance says: shares of 0 and 1 / 400 are no effect (h 0.1) */
  LEAST_PARTS = 4, /* of the reference, so that how far they lie apart says anything */
  LEAST_WEEKS = 8, /* to be looked at beside its days */
  SLACK = 6,       /* hours */
  HOURS = 24,
  WEEKDAYS = 7,
  HARMONICS = 2
};

#define SPAN_LEVEL 0.05
#define SPREAD_LEVEL (-1.2815515655446004) /* the tenth part of the normal distribution lies below */

static const double an_hour = 3600e6, a_day = 86400e6, a_week = 7 * 86400e6;
static const double turn = 6.283185307179586; /* 2 pi */

enum { VALUE, HOUR, WEEKDAY, GAP, LAG, TOLD };
static const char *const suffix[TOLD] = {"value", "hour", "weekday", "gap", "lag"};
static const char *const weekday[WEEKDAYS] = {"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"};

size_t dw_timing_name(const char *name)
{
  const char *dot = strrchr(name, '.');
  for (int i = 0; dot && i < TOLD; i++)
    if (strcmp(dot + 1, suffix[i]) == 0) return (size_t)(dot - name);
  return 0;
}

/* --- one side --- */

typedef struct side {
  dw_dataset *set;
  dw_column *column;
  const dw_instants *times;
  const int64_t *value;
  int64_t *placed;    /* of times without a year: the values, put in order; else NULL */
  double *at;         /* [count] microseconds since 1970 (or since that year began), ascending */
  size_t count, from; /* from: where its latest whole weeks begin in `at` */
  unsigned weeks;
  bool dates;          /* no instant has a time of day */
  const dw_zone *zone; /* whose clock tells hours and weekdays; NULL: as it is written, or UTC */
} side;

static bool are_dates(const side *s, const dw_zone *zone)
{
  for (size_t i = 0; i < s->count; i++) {
    int64_t ahead = zone ? dw_zone_offset(zone, s->value[i]) : 0;
    if ((s->value[i] % (86400 * DW_SECOND) + ahead) % (86400 * DW_SECOND) != 0) return false;
  }
  return true;
}

/* Dates have no clock, unless they are midnights of the zone's. */
static void side_make(side *s, const dw_zone *zone)
{
  s->at = dw_alloc_array(s->count, sizeof *s->at);
  for (size_t i = 0; i < s->count; i++) s->at[i] = (double)s->value[i];
  dw_sort_doubles(s->at, s->count, NULL);
  s->dates = are_dates(s, NULL);
  s->zone = s->dates || s->placed ? NULL : zone;
  s->dates |= s->zone && are_dates(s, s->zone);
}

static double last_of(const side *s) { return s->at[s->count - 1]; }
static double length_of(const side *s) { return last_of(s) - s->at[0]; }

/* A week of events need not have one in its first and in its last hour (SLACK), and what it then lacks of one day in seven moves no share
 * by what would be an effect; a date stands for its day. */
static void find_weeks(side *s)
{
  s->weeks = (unsigned)((length_of(s) + (s->dates ? a_day : SLACK * an_hour)) / a_week);
  double begin = last_of(s) - s->weeks * a_week;
  s->from = dw_sort_below(s->at, s->count, s->dates ? begin + a_day : nextafter(begin, INFINITY));
}

/* --- whether both cover the same span --- */

/* So many rows of a side beyond the last (or first) instant of the other, which has n: more than the end of one span makes. */
static bool beyond(size_t more, const side *of, const side *other)
{
  return more * ONE_IN > of->count && dw_exceedance_p(other->count, of->count, more) < SPAN_LEVEL;
}

static bool same_span(const side *a, const side *b)
{
  size_t below = dw_sort_below(a->at, a->count, b->at[0]),
         above = a->count - dw_sort_below(a->at, a->count, nextafter(last_of(b), INFINITY));
  return !beyond(below, a, b) && !beyond(above, a, b);
}

static bool follows(const side *a, const side *b) { return a->at[0] > last_of(b) || b->at[0] > last_of(a); }

/* --- what rows are worth --- */

/* What is told of one column, row by row. */
typedef struct told {
  double *number; /* [count] */
  double *when;   /* [count] microseconds since 1970 of the row that it belongs to */
  size_t count;
} told;

static void told_free(told *t)
{
  dw_free(t->number);
  dw_free(t->when);
}

static told told_make(size_t count)
{
  return (told){.number = dw_alloc_array(count, sizeof(double)), .when = dw_alloc_array(count, sizeof(double))};
}

static void tell(told *t, double number, double when)
{
  t->number[t->count] = number;
  t->when[t->count++] = when;
}

/* By how much the sums of a quantity over parts of time vary more than those of independent rows do: its upper bound, of nine in ten
 * normal sums (chi-square by Wilson and Hilferty 1931). x: of mean 0 and variance 1, like the other way round from `end`. */
static double clumping(const double *x, const told *t, double end, double length, size_t parts)
{
  double *sum = dw_alloc_zero(parts, sizeof *sum), squares = 0, freedom = (double)parts - 1;
  for (size_t i = 0; i < t->count; i++) {
    double part = (end - t->when[i]) / length;
    if (part >= 0 && part < (double)parts) sum[(size_t)part] += x[i];
  }
  for (size_t i = 0; i < parts; i++) squares += sum[i] * sum[i];
  dw_free(sum);
  double share = 2 / (9 * freedom), least = 1 - share + SPREAD_LEVEL * sqrt(share);
  return squares / (double)t->count * (double)parts / freedom / (least * least * least);
}

/* The functions of a column's values whose sums are looked at: of a circle its first waves, of a quantity its ranks and how far from the
 * middle they are. false: there is no such, or it is the same in all rows. */
static bool function_of(int kind, unsigned which, const told *t, double *x, double *scratch)
{
  if (kind == HOUR || kind == WEEKDAY) {
    if (which >= 2 * HARMONICS) return false;
    int places = kind == HOUR ? HOURS : WEEKDAYS;
    double wave = turn * (which / 2 + 1) / places, height[HOURS];
    for (int i = 0; i < places; i++) height[i] = which % 2 ? dw_sin(wave * i) : dw_cos(wave * i);
    for (size_t i = 0; i < t->count; i++) x[i] = height[(int)t->number[i]];
    return dw_series_scale(x, t->count);
  }
  if (which > 1) return false;
  memcpy(x, t->number, t->count * sizeof *x);
  if (!dw_series_rank(x, t->count, scratch)) return false;
  if (which == 0) return true;
  for (size_t i = 0; i < t->count; i++) x[i] *= x[i];
  return dw_series_scale(x, t->count);
}

/* Rows that are worth one, over parts of these lengths. */
static double clumps_of(int kind, const told *t, double end, const double *length, const size_t *parts, int lengths)
{
  double *x = dw_alloc_array(t->count, sizeof *x), *scratch = dw_alloc_array(t->count, sizeof *scratch), most = 1;
  for (unsigned which = 0; which < 2 * HARMONICS; which++) {
    if (!function_of(kind, which, t, x, scratch)) continue;
    for (int i = 0; i < lengths; i++)
      if (parts[i] >= LEAST_PARTS) most = fmax(most, clumping(x, t, end, length[i], parts[i]));
  }
  dw_free(x);
  dw_free(scratch);
  return most;
}

/* --- columns --- */

static dw_column *column_of(const side *s, int kind, const told *t)
{
  dw_buf name = {0};
  dw_column *column = dw_alloc(sizeof *column);
  dw_buf_format(&name, "%s.%s", s->column->name, suffix[kind]);
  dw_column_init(column, dw_buf_cstr(&name), false);
  column->describes = s->column;
  dw_buf_free(&name);
  dw_buf words = {0};
  uint32_t place[WEEKDAYS];
  for (int i = 0; i < WEEKDAYS; i++) {
    place[i] = (uint32_t)words.length;
    dw_buf_text(&words, weekday[i]);
  }
  dw_cell *cell = dw_alloc_array(t->count, sizeof *cell);
  uint8_t *tag = dw_alloc_array(t->count, 1);
  for (size_t i = 0; i < t->count; i++) {
    int day = kind == WEEKDAY ? (int)t->number[i] : 0;
    if (kind == WEEKDAY) cell[i].text.offset = place[day], cell[i].text.length = (uint32_t)strlen(weekday[day]);
    else cell[i].number = t->number[i];
    tag[i] = kind == WEEKDAY ? DW_STRING : DW_REAL; /* quantities, however few values they take */
  }
  dw_batch batch = {.text = dw_buf_cstr(&words), .text_length = words.length, .rows = t->count};
  dw_column_add(column, &batch, &(dw_batch_column){.tags = tag, .cells = cell}, NULL);
  dw_column_finish(column, t->count, cell ? (double *)cell : NULL);
  dw_free(cell);
  dw_free(tag);
  dw_buf_free(&words);
  return column;
}

typedef struct pair {
  side side[2];
  const dw_timing_options *how;
  dw_buf names;          /* of the columns added */
  const char *undone;    /* why some were not */
  bool yearless, clocks; /* no time says its year; hours or weekdays were told */
} pair;

static bool wanted(const pair *p, int kind)
{
  dw_buf name = {0};
  dw_buf_format(&name, "%s.%s", p->side[0].column->name, suffix[kind]);
  bool out = dw_patterns_match(p->how->leave_out, dw_buf_cstr(&name));
  dw_buf_free(&name);
  return !out;
}

static void add_columns(pair *p, int kind, const told t[2], const double clumps[2])
{
  dw_buf_format(&p->names, "%s%s.%s", p->names.length ? ", " : "", p->side[0].column->name, suffix[kind]);
  for (int i = 0; i < 2; i++) {
    dw_column *column = column_of(&p->side[i], kind, &t[i]);
    column->clumps = clumps[i];
    dw_dataset_append(p->side[i].set, column);
  }
}

/* The current side's rows, if there are more of them to a day, are so much more alike. */
static void spread_to(double clumps[2], double rate, double other) { clumps[1] = 1 + (clumps[0] - 1) * other / rate; }

static double modulo(double a, double b) { return a - floor(a / b) * b; }

static told tell_of(const side *s, int kind)
{
  told t = told_make(s->count - s->from);
  for (size_t i = s->from; i < s->count; i++) {
    double at = s->at[i], local = s->zone && kind != GAP ? at + (double)dw_zone_offset(s->zone, (int64_t)at) : at;
    if (kind == HOUR) tell(&t, floor(modulo(local, a_day) / an_hour), at);
    else if (kind == WEEKDAY) tell(&t, modulo(floor(local / a_day), WEEKDAYS), at);
    else if (i > s->from) tell(&t, (at - s->at[i - 1]) / 1e6, at);
  }
  return t;
}

/* Of the latest whole weeks. */
static void add_of_weeks(pair *p, int kind)
{
  const side *r = &p->side[0], *c = &p->side[1];
  if (!wanted(p, kind)) return;
  told t[2] = {tell_of(r, kind), tell_of(c, kind)};
  bool weeks_alone = kind == WEEKDAY; /* a day has one weekday */
  const double length[] = {a_week, a_day};
  const size_t parts[] = {weeks_alone || r->weeks >= LEAST_WEEKS ? r->weeks : 0, r->weeks * 7ul};
  if (t[0].count && t[1].count) {
    double clumps[2] = {clumps_of(kind, &t[0], last_of(r), length, parts, weeks_alone ? 1 : 2), 1};
    spread_to(clumps, (double)t[0].count / r->weeks, (double)t[1].count / c->weeks);
    add_columns(p, kind, t, clumps);
    p->clocks |= kind != GAP && r->zone;
  }
  told_free(&t[0]);
  told_free(&t[1]);
}

static void add_value(pair *p)
{
  if (!wanted(p, VALUE)) return;
  told t[2];
  for (int i = 0; i < 2; i++) {
    const side *s = &p->side[i];
    t[i] = told_make(s->count);
    for (size_t k = 0; k < s->count; k++) tell(&t[i], s->at[k] / 1e6, s->at[k]);
  }
  add_columns(p, VALUE, t, (double[]){0, 0});
  told_free(&t[0]);
  told_free(&t[1]);
}

/* --- behind the time of the record --- */

typedef struct lags {
  told told;
  side span; /* of the records' times */
} lags;

static lags lags_of(const side *s)
{
  lags l = {.told = told_make(s->count), .span = {.at = dw_alloc_array(s->count, sizeof(double))}};
  for (size_t i = 0; i < s->count; i++) {
    int64_t time = s->times->time[i];
    if (time == DW_INSTANTS_NONE) continue;
    l.span.at[l.told.count] = (double)time;
    tell(&l.told, ((double)s->value[i] - (double)time) / 1e6, (double)time);
  }
  l.span.count = l.told.count;
  dw_sort_doubles(l.span.at, l.span.count, NULL);
  return l;
}

/* Which parts of the reference's time say what rows are worth; how many. 0: it is too short for any. */
static int parts_of_lags(const side *r, const side *c, double length[2], size_t parts[2])
{
  bool whole = r->weeks && c->weeks;
  length[0] = whole ? a_day : length_of(c);
  length[1] = a_week;
  for (int i = 0; i < 2; i++) parts[i] = length[i] > 0 ? (size_t)((length_of(r) + (whole ? SLACK * an_hour : 0)) / length[i]) : 0;
  if (parts[1] < LEAST_WEEKS) parts[1] = 0;
  return parts[0] < LEAST_PARTS || length[0] <= 0 ? 0 : whole ? 2 : 1;
}

static void add_lag(pair *p)
{
  if (!p->side[0].times->time || !p->side[1].times->time || !wanted(p, LAG)) return;
  lags l[2] = {lags_of(&p->side[0]), lags_of(&p->side[1])};
  side *r = &l[0].span, *c = &l[1].span;
  if (r->count && c->count) {
    double clumps[2] = {0, 0}, length[2];
    size_t parts[2];
    for (int i = 0; i < 2; i++) find_weeks(&l[i].span);
    bool together = same_span(r, c);
    int lengths = together ? 0 : parts_of_lags(r, c, length, parts);
    if (lengths) {
      clumps[0] = clumps_of(LAG, &l[0].told, last_of(r), length, parts, lengths);
      spread_to(clumps, (double)r->count / length_of(r), (double)c->count / fmax(length_of(c), 1));
    }
    told t[2] = {l[0].told, l[1].told};
    if (together || lengths) add_columns(p, LAG, t, clumps);
    else p->undone = "lags behind --time are compared where the reference is four times as long as the current data, or both cover a week";
  }
  for (int i = 0; i < 2; i++) {
    told_free(&l[i].told);
    dw_free(l[i].span.at);
  }
}

/* --- all of it --- */

static void add_cycles(pair *p)
{
  side *r = &p->side[0], *c = &p->side[1];
  find_weeks(r);
  find_weeks(c);
  if (r->weeks == 0 || c->weeks == 0) {
    p->undone = "its sides do not cover the same span, and hours, weekdays and gaps are compared where each side covers a whole week";
    return;
  }
  if (!(r->dates && c->dates)) add_of_weeks(p, HOUR);
  if (p->yearless) p->undone = "weekdays need a year";
  else if (r->weeks >= LEAST_PARTS) add_of_weeks(p, WEEKDAY);
  else p->undone = "weekdays are compared where the reference covers four whole weeks";
  if (!r->dates && !c->dates && follows(r, c) && !r->times->thinned && !c->times->thinned) add_of_weeks(p, GAP);
}

static void note(pair *p)
{
  dw_buf words = {0};
  if (p->names.length) dw_buf_format(&words, "compared by %s", dw_buf_cstr(&p->names));
  if (p->names.length && p->clocks) dw_buf_format(&words, " (the clock of %s)", p->how->zone_name);
  if (p->names.length && p->yearless) dw_buf_text(&words, " (no time says its year: they are taken to lie within one)");
  if (!p->names.length) dw_buf_text(&words, "instants pass; they are not compared");
  if (p->undone) dw_buf_format(&words, "%s%s", p->names.length ? "; " : ": ", p->undone);
  if (!p->names.length) dw_buf_text(&words, " (--types NAME=categorical compares them)");
  for (int i = 0; i < 2; i++) {
    dw_free((void *)p->side[i].column->timing);
    p->side[i].column->timing = dw_strndup(dw_buf_cstr(&words), words.length);
  }
  dw_buf_free(&words);
}

/* false: nothing tells where in the year they begin. */
static bool place_in_year(pair *p)
{
  side *r = &p->side[0], *c = &p->side[1];
  for (side *s = r; s <= c; s++)
    s->value = s->placed = memcpy(dw_alloc_array(s->count, sizeof *s->placed), s->value, s->count * sizeof *s->placed);
  return dw_yearless_place((int64_t *const[2]){r->placed, c->placed}, (const size_t[2]){r->count, c->count});
}

static void compare_told(pair *p)
{
  for (int i = 0; i < 2; i++) side_make(&p->side[i], p->how->zone);
  if (same_span(&p->side[0], &p->side[1]) && same_span(&p->side[1], &p->side[0])) add_value(p);
  else add_cycles(p);
  if (!p->yearless) add_lag(p);
  for (int i = 0; i < 2; i++) dw_free(p->side[i].at);
}

static void compare_times(pair *p)
{
  const dw_instants *times[2] = {p->side[0].times, p->side[1].times};
  const dw_instants_reading *reading[2];
  dw_instants_told settled = dw_instants_settle(times, p->how->letters, reading);
  if (settled == DW_INSTANTS_EITHER)
    p->undone = "day and month could change places in all of its dates, on both sides, and --time-format says which is first";
  if (settled == DW_INSTANTS_MIXED) p->undone = "they are written in several forms";
  bool known = settled == DW_INSTANTS_TOLD;
  for (int i = 0; i < 2 && known; i++) {
    p->side[i].value = reading[i]->value;
    p->side[i].count = times[i]->count;
  }
  p->yearless = known && times[0]->yearless;
  if (p->yearless && !place_in_year(p)) {
    known = false;
    p->undone = "they have no year, and lie all over it: nobody can tell where they begin";
  }
  for (int i = 0; i < 2; i++) p->side[i].column->undated = !known;
  if (known) compare_told(p);
  for (int i = 0; i < 2; i++) dw_free(p->side[i].placed);
}

static bool is(const char *name, const char *role) { return role && strcmp(name, role) == 0; }

static bool is_asked(const dw_compare_options *options, const dw_column *reference, const dw_column *current)
{
  if (is(reference->name, options->label) || is(reference->name, options->score) || is(reference->name, options->by)) return false;
  if (!current || !reference->times || !current->times || reference->times->count == 0 || current->times->count == 0) return false;
  if (!dw_column_holds_instants(reference) || !dw_column_holds_instants(current)) return false;
  return dw_compare_type(options, reference->name, reference, current) == DW_TYPE_DATETIME;
}

void dw_timing_add(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options, const dw_timing_options *how)
{
  size_t columns = reference->column_count;
  for (size_t i = 0; i < columns; i++) {
    dw_column *column = reference->column[i], *other = (dw_column *)dw_dataset_find(current, column->name);
    if (column->rows == 0 || !is_asked(options, column, other)) continue;
    pair p = {.side = {{.set = reference, .column = column, .times = column->times},
                       {.set = current, .column = other, .times = other->times}},
              .how = how};
    compare_times(&p);
    note(&p);
    dw_buf_free(&p.names);
  }
}
