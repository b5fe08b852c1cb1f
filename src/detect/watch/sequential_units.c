/* A watch by the period: both sides cut into periods, and what each stream is given of them. */
#include <math.h>

#include "base/clock.h"
#include "detect/watch/sequential_state.h"
#include "stats/samples/sort.h"

/* --- the rule, as the state remembers it --- */

static void write_words(const dw_unit_rule *rule, dw_buf *out)
{
  dw_buf_format(out, "%s %s %s %s", rule->text, rule->match == DW_MATCH_NONE ? "-" : dw_match_words[rule->match - DW_MATCH_HOUR],
                rule->zone_name, rule->line ? "line" : "-");
}

bool dw_unit_words_read(const char *words, size_t *cells, bool *line)
{
  const char *match = strchr(words, ' '), *zone = match ? strchr(match + 1, ' ') : NULL, *last = zone ? strchr(zone + 1, ' ') : NULL;
  if (!last) return false;
  size_t length = (size_t)(zone - match - 1);
  *line = strcmp(last, " line") == 0;
  *cells = 0;
  if (length == 1 && match[1] == '-') *cells = dw_match_cells(DW_MATCH_NONE);
  for (int i = 0; dw_match_words[i]; i++)
    if (strlen(dw_match_words[i]) == length && memcmp(match + 1, dw_match_words[i], length) == 0)
      *cells = dw_match_cells((dw_match)(DW_MATCH_HOUR + i));
  return *cells > 0;
}

static dw_status check_rule(dw_sequential *state, const dw_unit_rule *rule, dw_err *err)
{
  dw_buf words = {0};
  dw_status status = DW_OK;
  if (rule) write_words(rule, &words);
  const char *now = rule ? dw_buf_cstr(&words) : NULL, *then = state->unit_words;
  if (!state->begun) state->unit_words = now ? dw_strdup(now) : NULL;
  else if (!now != !then || (now && strcmp(now, then) != 0))
    status = dw_err_at(err, DW_EUSAGE, state->path, 0, 0,
                       "this state was begun %s%s%s: give the same --unit, --match, --zone and --detrend at every look, or begin anew with "
                       "--sequential-reset",
                       then ? "by the period (\"" : "by the row, without --unit", then ? then : "", then ? "\" in short)" : "");
  if (rule) {
    state->unit_cells = dw_match_cells(rule->match);
    state->unit_line = rule->line;
  }
  dw_buf_free(&words);
  return status;
}

/* --- cutting --- */

static void print_local(char out[DW_TIME_TEXT], int64_t local)
{
  size_t length = dw_time_print(out, local);
  if (length && out[length - 1] == 'Z') length--; /* it is on the clock of a zone */
  out[length] = '\0';
}

static dw_status cut_baseline(dw_sequential *state, const dw_frame *frame, dw_err *err)
{
  const dw_unit_rule *rule = state->rule;
  if (state->begun) return DW_OK;
  dw_status status = dw_units_cut(&state->baseline, frame, rule, 0, err);
  if (status != DW_OK) return status;
  size_t least = DW_UNITS_LEAST + (rule->line ? DW_INNOVATIONS_LOST : 0), count = state->baseline.count;
  if (count < least)
    return dw_err_set(err, DW_ENODATA,
                      "--unit %s: the reference has %zu whole period%s of this length, and a watch needs %zu, so that one of them can be "
                      "called rare: give a longer reference, or a shorter --unit",
                      rule->text, count, count == 1 ? "" : "s", least);
  state->usual = state->baseline.usual;
  state->reference_last = state->last_unit = state->baseline.unit[count - 1].number;
  state->notes.baseline_small = state->baseline.small;
  return DW_OK;
}

static dw_status lies_in_reference(const dw_sequential *state, const dw_unit *unit, dw_err *err)
{
  char time[DW_TIME_TEXT];
  print_local(time, unit->start);
  return dw_err_set(err, DW_EDATA,
                    "--unit %s: the current data has rows of the period that begins %s, which the reference has too or which lies before "
                    "it: give what comes behind the reference",
                    state->rule->text, time);
}

static dw_status nothing_new(const dw_sequential *state, dw_err *err)
{
  const dw_unit_notes *notes = &state->notes;
  return dw_err_set(err, DW_ENODATA,
                    "--unit %s: no period of the current data is new and over (%zu watched before, %zu not over yet, %zu with fewer than "
                    "half of the usual %.0f rows): nothing was judged",
                    state->rule->text, notes->old, notes->unfinished, notes->small, state->usual);
}

/* Leaves those that are new and over. */
static dw_status choose_arrived(dw_sequential *state, dw_err *err)
{
  dw_units *arrived = &state->arrived;
  int64_t now = state->now + dw_zone_offset(state->rule->zone, state->now);
  size_t kept = 0;
  for (size_t u = 0; u < arrived->count; u++) {
    const dw_unit *unit = &arrived->unit[u];
    if (unit->number <= state->reference_last) return lies_in_reference(state, unit, err);
    if (unit->number <= state->last_unit) state->notes.old++;
    else if (unit->end > now) state->notes.unfinished++;
    else arrived->unit[kept++] = *unit;
  }
  arrived->count = kept;
  state->notes.small = arrived->small;
  if (kept == 0) return state->repeated ? DW_OK : nothing_new(state, err);
  if (state->repeated) state->looks++; /* what was not over then is now */
  state->repeated = false;
  state->last_unit = arrived->unit[kept - 1].number;
  return DW_OK;
}

dw_status dw_sequential_cut(dw_sequential *state, const dw_unit_rule *rule, const dw_frame *reference, const dw_frame *current, dw_err *err)
{
  state->rule = rule;
  dw_status status = check_rule(state, rule, err);
  if (status != DW_OK || !rule) return status;
  if (!state->begun && !reference)
    return dw_err_at(err, DW_ESYSTEM, state->path, 0, 0, "this state was there a moment ago, and is gone: look again");
  status = cut_baseline(state, reference, err);
  if (status != DW_OK) return status;
  status = dw_units_cut(&state->arrived, current, rule, state->usual, err);
  return status == DW_OK ? choose_arrived(state, err) : status;
}

const dw_unit_notes *dw_sequential_units(const dw_sequential *state) { return state->rule ? &state->notes : NULL; }

/* --- what a stream is given --- */

typedef struct stream_side {
  dw_unit_column column;
  dw_unit_side side;
  dw_categories categories;
  uint32_t *place;
  double *number; /* its own; else that of the frame */
} stream_side;

static uint32_t place_of(const dw_categories *all, const dw_category *wanted)
{
  size_t low = 0, high = all->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (dw_category_compare(&all->item[middle], wanted) < 0) low = middle + 1;
    else high = middle;
  }
  bool known = low < all->count && dw_category_compare(&all->item[low], wanted) == 0;
  return known ? (uint32_t)low : (uint32_t)all->count;
}

static void place_rows(stream_side *s, const dw_frame_column *cells, size_t rows)
{
  const dw_categories *all = &s->categories;
  uint32_t *by_code = dw_alloc_array(cells ? cells->texts.count + 1 : 1, sizeof *by_code);
  by_code[0] = DW_UNIT_NONE;
  for (size_t i = 0; cells && i < cells->texts.count; i++) {
    const dw_map_key *key = &cells->texts.keys[i];
    by_code[i + 1] = place_of(all, &(dw_category){.text = key->text, .length = (uint32_t)key->length});
  }
  s->place = dw_alloc_array(rows, sizeof *s->place);
  for (size_t i = 0; i < rows; i++) {
    double number = cells && cells->number ? cells->number[i] : NAN;
    s->place[i] = !isnan(number)         ? place_of(all, &(dw_category){.numeric = true, .number = number})
                  : cells && cells->code ? by_code[cells->code[i]]
                                         : DW_UNIT_NONE;
  }
  dw_free(by_code);
}

static void make_categories(stream_side *s, const dw_column *reference, const dw_frame_column *cells, size_t rows)
{
  dw_categories_make(&s->categories, reference, NULL);
  place_rows(s, cells, rows);
  s->column.count = s->categories.reference;
  s->column.categories = s->categories.count;
  s->column.total = s->categories.reference_total;
  s->side.place = s->place;
}

/* Whether a row has a value, as a number that is there or is not. */
static void make_presence(stream_side *s, const dw_frame_column *cells, size_t rows, bool numbers)
{
  s->number = dw_alloc_array(rows, sizeof *s->number);
  for (size_t i = 0; i < rows; i++) {
    bool here = cells && ((cells->number && !isnan(cells->number[i])) || (!numbers && cells->code && cells->code[i]));
    s->number[i] = here ? 1 : NAN;
  }
  s->side.number = s->number;
}

static void make_side(stream_side *s, const dw_sequential *state, const dw_stream *stream, dw_type type, const dw_units *units)
{
  const dw_frame *frame = units->frame;
  const dw_frame_column *cells = dw_frame_find(frame, stream->column);
  *s = (stream_side){.side.units = units, .column.missing = stream->kind == DW_STREAM_MISSING};
  if (stream->kind == DW_STREAM_ERRORS) {
    s->column.sorted = dw_sorted_make(stream->baseline_error, stream->baseline_errors);
    s->side.number = s->number = dw_stream_row_errors(stream->scored, frame, state->rule->label, state->rule->score);
  } else if (stream->kind == DW_STREAM_MISSING) {
    make_presence(s, cells, frame->rows, type == DW_TYPE_NUMERIC);
  } else if (type == DW_TYPE_CATEGORICAL) {
    make_categories(s, stream->reference, cells, frame->rows);
  } else {
    s->column.sorted = stream->reference->sorted;
    s->side.number = cells ? cells->number : NULL;
    if (!s->side.number) make_presence(s, NULL, frame->rows, true);
  }
}

static void free_side(stream_side *s)
{
  if (s->place) dw_categories_free(&s->categories);
  dw_free(s->place);
  dw_free(s->number);
}

/* Cells of strings that hardly repeat, and of vectors, are in no frame. */
static bool is_seen(const dw_stream *stream, const dw_units *units, dw_type type)
{
  const dw_frame_column *cells = dw_frame_find(units->frame, stream->column);
  if (stream->kind == DW_STREAM_ERRORS) return true;
  return (type == DW_TYPE_NUMERIC || type == DW_TYPE_CATEGORICAL) && !(cells && cells->endless && type == DW_TYPE_CATEGORICAL);
}

void dw_stream_begin_units(const dw_sequential *state, dw_stream *stream, const dw_column *reference, dw_type type)
{
  stream_side s;
  stream->reference = reference;
  stream->value_type = type;
  if (!is_seen(stream, &state->baseline, type)) {
    stream->units = dw_alloc_zero(1, sizeof *stream->units);
    return;
  }
  make_side(&s, state, stream, type, &state->baseline);
  stream->units = dw_unit_stream_begin(state->rule, &s.column, &s.side, dw_stream_luck(stream));
  free_side(&s);
}

void dw_stream_take_units(const dw_sequential *state, dw_stream *stream)
{
  stream_side s;
  if (!is_seen(stream, &state->arrived, stream->value_type)) return;
  make_side(&s, state, stream, stream->value_type, &state->arrived);
  dw_unit_stream_take(stream->units, state->rule, &s.column, &s.side, dw_stream_luck(stream));
  free_side(&s);
}

/* --- what the first look shows of the baseline --- */

static void add_columns(dw_buf *out, const char *first, size_t count)
{
  dw_buf_format(out, "\"%s\"", first);
  if (count > 1) dw_buf_format(out, " and %zu more column%s", count - 1, count > 2 ? "s" : "");
}

void dw_sequential_unit_hint(const dw_sequential *state, dw_buf *out)
{
  const dw_stream *alike = NULL, *cyclic = NULL;
  size_t likes = 0, cycles = 0;
  dw_match match = DW_MATCH_NONE;
  for (size_t i = 0; i < state->count && state->rule && !state->begun; i++) {
    const dw_stream *stream = state->stream[i];
    double phi = dw_unit_stream_phi(stream->units);
    if (phi >= DW_UNIT_ALIKE && (!likes++ || phi > dw_unit_stream_phi(alike->units))) alike = stream;
    if (stream->units->cycle == DW_MATCH_NONE) continue;
    if (!cycles++) cyclic = stream;
    match = match == DW_MATCH_NONE || match == stream->units->cycle ? stream->units->cycle : DW_MATCH_HOUR_OF_WEEK;
  }
  if (cyclic) {
    dw_buf_format(out, "--unit %s: periods go with the %s in ", state->rule->text,
                  match == DW_MATCH_HOUR      ? "hour of the day"
                  : match == DW_MATCH_WEEKDAY ? "day of the week"
                                              : "hour and the day of the week");
    add_columns(out, cyclic->column, cycles);
    dw_buf_format(out, ": --match %s compares each with its like, and finds smaller changes", dw_match_words[match - DW_MATCH_HOUR]);
  }
  if (!alike) return;
  if (cyclic) dw_buf_text(out, "; ");
  else dw_buf_format(out, "--unit %s: ", state->rule->text);
  dw_buf_text(out, "periods resemble those before them in ");
  add_columns(out, alike->column, likes);
  dw_buf_format(out, " (autocorrelation %.2g): longer ones would find smaller changes", dw_unit_stream_phi(alike->units));
}
