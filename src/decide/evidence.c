#include "decide/evidence.h"

#include "kinds/finding.h"
#include "io/bytes/input.h"
#include "io/text/lines.h"

enum { EVIDENCE_BYTES = 1 << 30, EVIDENCE_CHUNK = 256 << 10 };

static const char *const evidence_kinds[] = {"finding", "metric", "consensus", "summary"};

/* Members that decisions rest on have the types that driftwatch-records(5) gives them. */
static dw_status member_check(const dw_value *value, const char *key, dw_value_type type, bool needed, const char *name, uint64_t line,
                              dw_err *err)
{
  static const char *const words[] = {"null", "true or false", "a number", "a text", "a list", "an object"};
  const dw_value *member = dw_value_get(value, key);
  if (dw_value_kind(member) == type || (!needed && dw_value_kind(member) == DW_VALUE_NULL)) return DW_OK;
  return dw_err_at(err, DW_EDATA, name, line, 0, "\"%s\": expected %s", key, words[type]);
}

static dw_status item_check(const dw_evidence_item *item, const char *name, dw_err *err)
{
  const dw_value *v = item->value;
  uint64_t line = item->line;
  dw_status status = DW_OK;
  if (item->kind == DW_EVIDENCE_FINDING) {
    status = member_check(v, "check", DW_VALUE_STRING, true, name, line, err);
    if (status == DW_OK) status = member_check(v, "column", DW_VALUE_STRING, false, name, line, err);
    if (status == DW_OK) status = member_check(v, "drift", DW_VALUE_BOOL, true, name, line, err);
    if (status == DW_OK) status = member_check(v, "severity", DW_VALUE_STRING, false, name, line, err);
  }
  if (item->kind == DW_EVIDENCE_METRIC) {
    status = member_check(v, "metric", DW_VALUE_STRING, true, name, line, err);
    if (status == DW_OK) status = member_check(v, "value", DW_VALUE_NUMBER, false, name, line, err);
  }
  if (item->kind == DW_EVIDENCE_SUMMARY) {
    status = member_check(v, "drift", DW_VALUE_BOOL, false, name, line, err);
    if (status == DW_OK) status = member_check(v, "verdict", DW_VALUE_STRING, false, name, line, err);
    if (status == DW_OK) status = member_check(v, "drift_share", DW_VALUE_NUMBER, false, name, line, err);
    if (status == DW_OK) status = member_check(v, "severity", DW_VALUE_STRING, false, name, line, err);
    if (status == DW_OK) status = member_check(v, "gate", DW_VALUE_OBJECT, false, name, line, err);
  }
  return status;
}

/* The other members that somebody looks at: absent, null, or what they should be. */
static dw_status others_check(const dw_value *v, const char *const *texts, const char *const *numbers, const char *name, uint64_t line,
                              dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; texts[i] && status == DW_OK; i++) status = member_check(v, texts[i], DW_VALUE_STRING, false, name, line, err);
  for (size_t i = 0; numbers[i] && status == DW_OK; i++) status = member_check(v, numbers[i], DW_VALUE_NUMBER, false, name, line, err);
  return status;
}

static dw_status severity_check(const dw_value *v, const char *name, uint64_t line, dw_err *err)
{
  const char *word = dw_value_text(dw_value_get(v, "severity"), "none");
  dw_severity severity;
  if (dw_severity_find(word, &severity)) return DW_OK;
  return dw_err_at(err, DW_EDATA, name, line, 0, "\"severity\": \"%.60s\" is not " DW_SEVERITY_WORDS, word);
}

static dw_status gate_check(const dw_value *gate, const char *name, uint64_t line, dw_err *err)
{
  static const char *const texts[] = {"gate", "metric", NULL}, *const numbers[] = {"value", "threshold", NULL};
  if (dw_value_kind(gate) != DW_VALUE_OBJECT) return dw_err_at(err, DW_EDATA, name, line, 0, "\"gates\": expected a list of objects");
  dw_status status = member_check(gate, "gate", DW_VALUE_STRING, true, name, line, err);
  if (status == DW_OK) status = member_check(gate, "passed", DW_VALUE_BOOL, true, name, line, err);
  return status == DW_OK ? others_check(gate, texts, numbers, name, line, err) : status;
}

/* "verdict" and "drift" are one answer: a summary in which they differ says nothing. */
static dw_status verdict_check(const dw_value *v, const char *name, uint64_t line, dw_err *err)
{
  const char *verdict = dw_value_text(dw_value_get(v, "verdict"), NULL);
  const dw_value *drift = dw_value_get(v, "drift");
  if (!verdict) return DW_OK;
  bool none = strcmp(verdict, "not judged") == 0, yes = strcmp(verdict, "drift") == 0;
  if (!none && !yes && strcmp(verdict, "no drift") != 0)
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"verdict\": \"%.60s\" is not drift, no drift or not judged", verdict);
  if (dw_value_kind(drift) == (none ? DW_VALUE_NULL : DW_VALUE_BOOL) && dw_value_bool(drift, yes) == yes) return DW_OK;
  return dw_err_at(err, DW_EDATA, name, line, 0, "\"drift\": expected %s, as \"verdict\" says \"%s\"",
                   none  ? "null"
                   : yes ? "true"
                         : "false",
                   verdict);
}

static dw_status summary_check(const dw_value *v, const char *name, uint64_t line, dw_err *err)
{
  static const char *const texts[] = {"command", NULL}, *const numbers[] = {"columns", "drifted", NULL};
  const dw_value *gate = dw_value_get(v, "gate"), *columns = dw_value_get(v, "drifted_columns");
  double share = dw_value_number(dw_value_get(v, "drift_share"), 0);
  dw_status status = others_check(v, texts, numbers, name, line, err);
  if (status == DW_OK) status = verdict_check(v, name, line, err);
  if (status == DW_OK) status = member_check(v, "dataset_drift", DW_VALUE_BOOL, false, name, line, err);
  if (status == DW_OK) status = member_check(v, "drifted_columns", DW_VALUE_ARRAY, false, name, line, err);
  if (status == DW_OK && !(share >= 0 && share <= 1))
    status = dw_err_at(err, DW_EDATA, name, line, 0, "\"drift_share\": expected a share, 0 to 1");
  for (const dw_value *item = dw_value_first(columns); item && status == DW_OK; item = dw_value_next(item))
    if (dw_value_kind(item) != DW_VALUE_STRING)
      status = dw_err_at(err, DW_EDATA, name, line, 0, "\"drifted_columns\": expected a list of texts");
  if (status != DW_OK || !gate || dw_value_kind(gate) == DW_VALUE_NULL) return status;
  status = member_check(gate, "passed", DW_VALUE_BOOL, true, name, line, err);
  if (status == DW_OK) status = member_check(gate, "gates", DW_VALUE_ARRAY, true, name, line, err);
  for (const dw_value *item = dw_value_first(dw_value_get(gate, "gates")); item && status == DW_OK; item = dw_value_next(item))
    status = gate_check(item, name, line, err);
  return status;
}

static dw_status metric_check(const dw_value *v, const char *name, uint64_t line, dw_err *err)
{
  static const char *const texts[] = {"score", NULL}, *const none[] = {NULL},
                           *const objects[] = {"window", "segment", "threshold", "comparison"};
  static const char *const figures[] = {"value", "difference", "low", "high", "p_value", NULL}, *const words[] = {"method", "score", NULL};
  dw_status status = others_check(v, texts, none, name, line, err);
  if (status == DW_OK) status = member_check(v, "alert", DW_VALUE_BOOL, false, name, line, err);
  for (size_t i = 0; i < 4 && status == DW_OK; i++) status = member_check(v, objects[i], DW_VALUE_OBJECT, false, name, line, err);
  return status == DW_OK ? others_check(dw_value_get(v, "comparison"), words, figures, name, line, err) : status;
}

/* What a stranger may have written, and a decision would take for something else, or for nothing. */
static dw_status values_check(const dw_evidence_item *item, const char *name, dw_err *err)
{
  static const char *const texts[] = {"method", "rule", "direction", NULL}, *const numbers[] = {"score", "threshold", NULL},
                           *const none[] = {NULL};
  const dw_value *v = item->value;
  dw_status status = DW_OK;
  if (item->kind == DW_EVIDENCE_CONSENSUS) {
    status = member_check(v, "drift", DW_VALUE_BOOL, true, name, item->line, err);
    if (status == DW_OK) status = member_check(v, "severity", DW_VALUE_STRING, false, name, item->line, err);
  }
  if (item->kind == DW_EVIDENCE_METRIC) return metric_check(v, name, item->line, err);
  if (status == DW_OK) status = severity_check(v, name, item->line, err);
  if (status == DW_OK && item->kind == DW_EVIDENCE_SUMMARY) return summary_check(v, name, item->line, err);
  return status == DW_OK ? others_check(v, item->kind == DW_EVIDENCE_FINDING ? texts : none, numbers, name, item->line, err) : status;
}

static dw_status line_add(dw_evidence *evidence, const dw_line *at, const char *name, dw_err *err)
{
  uint64_t line = at->number;
  if (dw_line_blank(at)) return DW_OK;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, at->text, at->length, name, line, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text(dw_value_get(value, "kind"), NULL);
  size_t i = 0;
  while (kind && i < 4 && strcmp(kind, evidence_kinds[i]) != 0) i++;
  if (dw_value_kind(value) != DW_VALUE_OBJECT || !kind) {
    dw_value_free(value);
    return dw_err_at(err, DW_EDATA, name, line, 0,
                     "not a document: expected an object with \"kind\" (finding, metric, consensus, summary)");
  }
  if (i == 4) {
    dw_value_free(value);
    return DW_OK;
  }
  evidence->item = dw_grow(evidence->item, &evidence->capacity, evidence->count + 1, sizeof *evidence->item);
  evidence->item[evidence->count++] = (dw_evidence_item){(dw_evidence_kind)i, value, line};
  dw_digest_add(&evidence->digest, at->text, at->length);
  dw_digest_add(&evidence->digest, "\n", 1);
  status = item_check(&evidence->item[evidence->count - 1], name, err);
  return status == DW_OK ? values_check(&evidence->item[evidence->count - 1], name, err) : status;
}

/* All lines of one input. What a command writes ends with its summary. */
static dw_status text_add(dw_evidence *evidence, const char *text, size_t length, const char *name, dw_err *err)
{
  size_t first = evidence->count;
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; dw_lines_next(&lines, &line);) {
    dw_status status = line_add(evidence, &line, name, err);
    if (status != DW_OK) return status;
  }
  if (evidence->count == first) return DW_OK;
  dw_evidence_kind last = evidence->item[evidence->count - 1].kind;
  if (last == DW_EVIDENCE_FINDING || last == DW_EVIDENCE_METRIC)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "no summary at the end: this result is incomplete, and nothing is decided on it");
  return DW_OK;
}

static dw_status input_add(dw_evidence *evidence, const char *path, dw_err *err)
{
  dw_input *input;
  dw_status status = dw_input_open(&input, path, err);
  if (status != DW_OK) return status;
  dw_buf text = {0};
  for (size_t count = 1; status == DW_OK && count;) {
    status = dw_input_read(input, dw_buf_room(&text, EVIDENCE_CHUNK), EVIDENCE_CHUNK, &count, err);
    if (status == DW_OK) text.length += count;
    if (text.length > EVIDENCE_BYTES)
      status = dw_err_at(err, DW_EDATA, dw_input_name(input), 0, 0, "more than %d MiB of documents", EVIDENCE_BYTES >> 20);
  }
  if (status == DW_OK) status = text_add(evidence, text.data, text.length, dw_input_name(input), err);
  dw_buf_free(&text);
  dw_input_close(input);
  return status;
}

static dw_evidence *evidence_new(void)
{
  dw_evidence *evidence = dw_alloc_zero(1, sizeof *evidence);
  dw_digest_init(&evidence->digest);
  return evidence;
}

static dw_status evidence_finish(dw_evidence **out, dw_evidence *evidence, dw_status status, dw_err *err)
{
  if (status == DW_OK && evidence->count == 0)
    status = dw_err_set(err, DW_ENODATA, "nothing to decide on: no finding, metric, consensus or summary in the input");
  if (status != DW_OK) {
    dw_evidence_free(evidence);
    evidence = NULL;
  }
  *out = evidence;
  return status;
}

dw_status dw_evidence_read(dw_evidence **out, const char *const *paths, size_t count, dw_err *err)
{
  static const char *const standard[] = {"-"};
  dw_evidence *evidence = evidence_new();
  dw_status status = DW_OK;
  for (size_t i = 0; i < (count ? count : 1) && status == DW_OK; i++) status = input_add(evidence, count ? paths[i] : standard[0], err);
  return evidence_finish(out, evidence, status, err);
}

dw_status dw_evidence_parse(dw_evidence **out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_evidence *evidence = evidence_new();
  return evidence_finish(out, evidence, text_add(evidence, text, length, name, err), err);
}

const dw_value *dw_evidence_not_judged(const dw_evidence *evidence)
{
  for (size_t i = 0; i < evidence->count; i++) {
    const dw_value *value = evidence->item[i].value;
    if (evidence->item[i].kind == DW_EVIDENCE_SUMMARY && strcmp(dw_value_text(dw_value_get(value, "verdict"), ""), "not judged") == 0)
      return value;
  }
  return NULL;
}

void dw_evidence_free(dw_evidence *evidence)
{
  if (!evidence) return;
  for (size_t i = 0; i < evidence->count; i++) dw_value_free(evidence->item[i].value);
  dw_free(evidence->item);
  dw_free(evidence);
}
