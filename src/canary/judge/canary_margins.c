#include "canary/judge/canary_margins.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "canary/judge/consensus_judge.h"
#include "io/text/json.h"
#include "io/text/lines.h"
#include "kinds/fields.h"
#include "stats/samples/sort.h"

const dw_canary_margin *dw_canary_margins_find(const dw_canary_margins *margins, const char *canary, const char *method)
{
  for (size_t i = 0; i < margins->count; i++)
    if (strcmp(margins->margin[i].canary, canary) == 0 && strcmp(margins->margin[i].method, method) == 0) return &margins->margin[i];
  return NULL;
}

void dw_canary_margins_free(dw_canary_margins *margins)
{
  dw_free(margins->margin);
  dw_arena_free(&margins->names);
  *margins = (dw_canary_margins){0};
}

static void add_margin(dw_canary_margins *margins, dw_canary_margin margin)
{
  margin.canary = dw_arena_strndup(&margins->names, margin.canary, strlen(margin.canary));
  margin.method = dw_arena_strndup(&margins->names, margin.method, strlen(margin.method));
  margins->margin = dw_grow(margins->margin, &margins->capacity, margins->count + 1, sizeof *margins->margin);
  margins->margin[margins->count++] = margin;
}

/* --- made --- */

/* Every round of a canary against its others. */
typedef struct trying {
  const dw_answer_book *book;
  const dw_canary_calibration *calibration;
  uint32_t canary;
  dw_canary_how how;
  double *effect; /* [rounds] */
  size_t effects;
  uint64_t alarms, answers; /* as of dw_canary_margin */
  char why[DW_CANARY_WHY];  /* the last round that was not judged */
} trying;

static dw_pairing pair_round(const trying *t, uint32_t round)
{
  dw_pairing pairing;
  dw_pairing_choice choice = {.canary = t->canary,
                              .reference = {DW_BOOK_REFERENCE, round, true},
                              .current = {DW_BOOK_REFERENCE, round, false},
                              .block = t->calibration->block};
  dw_pairing_make(&pairing, t->book, &choice);
  return pairing;
}

static void try_rounds(trying *t, dw_canary_method method)
{
  size_t rounds = dw_answer_book_rounds(t->book, DW_BOOK_REFERENCE)->count;
  t->effects = 0;
  t->alarms = t->answers = 0;
  for (uint32_t r = 0; r < rounds; r++) {
    dw_canary_found found;
    dw_pairing pairing = pair_round(t, r);
    size_t answers = pairing.answers[0];
    dw_canary_judge(method, &pairing, &t->how, &found);
    dw_pairing_free(&pairing);
    if (found.judged) {
      if (!t->effects || answers < t->answers) t->answers = answers;
      t->effect[t->effects++] = found.effect;
      t->alarms += found.p_value <= t->calibration->alpha;
    } else {
      memcpy(t->why, found.why, sizeof t->why);
    }
  }
}

static void calibrate_method(dw_canary_margins *out, trying *t, dw_canary_method method)
{
  try_rounds(t, method);
  if (t->effects < DW_CANARY_MARGIN_ROUNDS) return;
  double *scratch = dw_alloc_array(t->effects, sizeof *scratch);
  dw_sort_doubles(t->effect, t->effects, scratch);
  dw_free(scratch);
  size_t n = t->effects;
  add_margin(out, (dw_canary_margin){.canary = dw_answer_book_canaries(t->book)->keys[t->canary].text,
                                     .method = dw_canary_method_name(method),
                                     .margin = fmax(0, t->effect[n - 1]),
                                     .median = (t->effect[n / 2] + t->effect[(n - 1) / 2]) / 2,
                                     .rounds = n,
                                     .alarms = t->alarms,
                                     .answers = t->answers,
                                     .alpha = t->calibration->alpha});
}

static void calibrate_canary(dw_canary_margins *out, trying *t)
{
  bool any = false;
  for (int m = 0; m < DW_CANARY_METHODS; m++) {
    if (!t->calibration->ask[m]) continue;
    any = true;
    calibrate_method(out, t, (dw_canary_method)m);
  }
  if (any) return;
  const char *why;
  dw_pairing pairing = pair_round(t, 0);
  dw_canary_method method = dw_canary_method_for(&pairing, &why);
  dw_pairing_free(&pairing);
  calibrate_method(out, t, method);
}

dw_status dw_canary_calibrate(dw_canary_margins *out, const dw_answer_book *book, const dw_canary_calibration *calibration, dw_err *err)
{
  size_t rounds = dw_answer_book_rounds(book, DW_BOOK_REFERENCE)->count;
  *out = (dw_canary_margins){0};
  dw_arena_init(&out->names);
  if (rounds < DW_CANARY_MARGIN_ROUNDS)
    return dw_err_set(err, DW_ENODATA, "%zu healthy round%s: at least %d are needed, more are better", rounds, rounds == 1 ? "" : "s",
                      DW_CANARY_MARGIN_ROUNDS);
  trying t = {.book = book, .calibration = calibration, .how = calibration->how, .effect = dw_alloc_array(rounds, sizeof *t.effect)};
  if (calibration->ask[DW_CANARY_CONSENSUS]) t.how.network = dw_consensus_network_new(book);
  for (t.canary = 0; t.canary < dw_answer_book_canaries(book)->count; t.canary++) calibrate_canary(out, &t);
  dw_consensus_network_free(t.how.network);
  dw_free(t.effect);
  if (out->count) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "no canary could be judged in %d rounds: %.200s", DW_CANARY_MARGIN_ROUNDS, t.why);
}

/* --- written and read --- */

void dw_canary_margins_write(const dw_canary_margins *margins, dw_buf *out)
{
  for (size_t i = 0; i < margins->count; i++) {
    const dw_canary_margin *m = &margins->margin[i];
    dw_json json;
    dw_json_start(&json, out, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "canary_margin");
    dw_json_text(&json, "canary", m->canary);
    dw_json_text(&json, "method", m->method);
    dw_json_number(&json, "margin", m->margin);
    dw_json_number(&json, "median", m->median);
    dw_json_integer(&json, "rounds", (int64_t)m->rounds);
    dw_json_integer(&json, "alarms", (int64_t)m->alarms);
    dw_json_number(&json, "alpha", m->alpha);
    if (m->answers) dw_json_integer(&json, "answers", (int64_t)m->answers);
    dw_json_close(&json, '}');
    dw_buf_char(out, '\n');
  }
}

static dw_status take_margin(dw_canary_margins *out, const dw_value *document, const dw_line *line, const char *name, dw_err *err)
{
  dw_fields at = {.name = name, .line = line->number, .err = err};
  dw_canary_margin m = {.canary = dw_fields_text(&at, document, "canary", NULL),
                        .method = dw_fields_text(&at, document, "method", NULL),
                        .margin = dw_fields_number(&at, document, "margin"),
                        .median = dw_fields_number(&at, document, "median"),
                        .alpha = dw_fields_number(&at, document, "alpha")};
  double rounds = dw_fields_number(&at, document, "rounds"), alarms = dw_fields_number(&at, document, "alarms"),
         answers = dw_fields_number(&at, document, "answers");
  if (!m.canary) dw_fields_refuse(&at, "canary", "a text");
  if (!m.method || dw_canary_method_named(m.method) == DW_CANARY_METHODS) dw_fields_refuse(&at, "method", "a method of canaries");
  if (!(m.margin >= 0)) dw_fields_refuse(&at, "margin", "a number of at least 0");
  if (at.status != DW_OK) return at.status;
  if (dw_canary_margins_find(out, m.canary, m.method))
    return dw_err_at(err, DW_EDATA, name, line->number, 0, "a second margin of canary \"%s\" by %s", m.canary, m.method);
  m.rounds = rounds > 0 && rounds < 1e15 ? (uint64_t)rounds : 0;
  m.alarms = alarms > 0 && alarms < 1e15 ? (uint64_t)alarms : 0;
  m.answers = answers > 0 && answers < 1e15 ? (uint64_t)answers : 0;
  add_margin(out, m);
  return DW_OK;
}

dw_status dw_canary_margins_parse(dw_canary_margins *out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_status status = DW_OK;
  dw_lines lines = dw_lines_of(text, length);
  *out = (dw_canary_margins){0};
  dw_arena_init(&out->names);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) {
    dw_value *document;
    if (dw_line_blank(&line)) continue;
    status = dw_value_parse_shown(&document, line.text, line.length, name, line.number, err);
    if (status != DW_OK) break;
    if (strcmp(dw_value_text_of(document, "kind", ""), "canary_margin") == 0) status = take_margin(out, document, &line, name, err);
    dw_value_free(document);
  }
  if (status == DW_OK && !out->count)
    status = dw_err_set(err, DW_EDATA, "%s: no document \"canary_margin\"; dw-calibrate canaries makes them", name);
  return status;
}
