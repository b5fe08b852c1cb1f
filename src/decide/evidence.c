#include "decide/evidence.h"

#include "io/bytes/input.h"
#include "io/text/lines.h"

enum { EVIDENCE_BYTES = 1 << 30, EVIDENCE_CHUNK = 256 << 10 };

static const char *const evidence_kinds[] = {"finding", "metric", "consensus", "summary", "watch"};
enum { KINDS = sizeof evidence_kinds / sizeof *evidence_kinds };

/* What a stranger may have written, and a decision would take for something else, or for nothing. */
static void metric_check(dw_fields *at, const dw_value *v)
{
  static const char *const objects[] = {"window", "segment", "threshold"};
  static const char *const figures[] = {"value", "difference", "low", "high", "p_value"}, *const words[] = {"method", "score"};
  if (!dw_fields_text(at, v, "metric", NULL)) dw_fields_refuse(at, "metric", "a text");
  dw_fields_number(at, v, "value");
  dw_fields_text(at, v, "score", NULL);
  dw_fields_truth(at, v, "alert");
  for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) dw_fields_object(at, v, objects[i]);
  const dw_value *comparison = dw_fields_object(at, v, "comparison");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) dw_fields_text(at, comparison, words[i], NULL);
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) dw_fields_number(at, comparison, figures[i]);
}

static void consensus_check(dw_fields *at, const dw_value *v)
{
  dw_fields_answer(at, v, "drift");
  dw_fields_severity(at, v);
  dw_fields_number(at, v, "score");
  dw_fields_number(at, v, "threshold");
  dw_fields_text(at, v, "round", NULL);
  const dw_value *canaries = dw_fields_list(at, v, "canaries");
  for (const dw_value *item = dw_value_first(canaries); item; item = dw_value_next(item)) {
    const char *id = dw_value_kind(item) == DW_VALUE_OBJECT ? dw_fields_text(at, item, "canary", NULL) : NULL;
    if (!id || !*id) dw_fields_refuse(at, "canaries", "a list of objects, each with a \"canary\"");
    if (at->status != DW_OK) return;
    dw_fields_truth(at, item, "anomalous");
    dw_fields_number(at, item, "similarity");
    dw_fields_number(at, item, "reference");
  }
}

/* A check that nobody knows may say drift: the words of a later version. */
static void watch_check(dw_fields *at, const dw_value *v)
{
  if (!dw_fields_text(at, v, "check", NULL)) dw_fields_refuse(at, "check", "a text");
  dw_fields_answer(at, v, "drift");
  dw_fields_severity(at, v);
  dw_fields_number(at, v, "value");
  dw_fields_number(at, v, "limit");
}

static dw_status item_read(dw_evidence *evidence, dw_evidence_item *item, const char *name, dw_err *err)
{
  dw_fields at = {.name = name, .line = item->line, .err = err}; /* text stays the document's, which is kept */
  switch (item->kind) {
  case DW_EVIDENCE_FINDING:
    item->finding = dw_arena_alloc(&evidence->arena, sizeof *item->finding);
    return dw_finding_read(item->finding, &at, item->value);
  case DW_EVIDENCE_SUMMARY:
    at.arena = &evidence->arena;
    item->summary = dw_arena_alloc(&evidence->arena, sizeof *item->summary);
    return dw_summary_read(item->summary, &at, item->value);
  case DW_EVIDENCE_METRIC: metric_check(&at, item->value); break;
  case DW_EVIDENCE_CONSENSUS: consensus_check(&at, item->value); break;
  case DW_EVIDENCE_WATCH: watch_check(&at, item->value); break;
  }
  return at.status;
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
  while (kind && i < KINDS && strcmp(kind, evidence_kinds[i]) != 0) i++;
  if (dw_value_kind(value) != DW_VALUE_OBJECT || !kind) {
    dw_value_free(value);
    return dw_err_at(err, DW_EDATA, name, line, 0,
                     "not a document: expected an object with \"kind\" (finding, metric, consensus, summary, watch)");
  }
  if (i == KINDS) {
    dw_value_free(value);
    return DW_OK;
  }
  evidence->item = dw_grow(evidence->item, &evidence->capacity, evidence->count + 1, sizeof *evidence->item);
  evidence->item[evidence->count++] = (dw_evidence_item){.kind = (dw_evidence_kind)i, .value = value, .line = line};
  dw_digest_add(&evidence->digest, at->text, at->length);
  dw_digest_add(&evidence->digest, "\n", 1);
  return item_read(evidence, &evidence->item[evidence->count - 1], name, err);
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
  dw_arena_init(&evidence->arena);
  return evidence;
}

static dw_status evidence_finish(dw_evidence **out, dw_evidence *evidence, dw_status status, dw_err *err)
{
  if (status == DW_OK && evidence->count == 0)
    status = dw_err_set(err, DW_ENODATA, "nothing to decide on: no finding, metric, consensus, summary or watch in the input");
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

const dw_summary *dw_evidence_not_judged(const dw_evidence *evidence)
{
  for (size_t i = 0; i < evidence->count; i++) {
    const dw_summary *summary = evidence->item[i].summary;
    if (summary && summary->answer == DW_ANSWER_NOT_JUDGED) return summary;
  }
  return NULL;
}

void dw_evidence_free(dw_evidence *evidence)
{
  if (!evidence) return;
  for (size_t i = 0; i < evidence->count; i++) dw_value_free(evidence->item[i].value);
  dw_free(evidence->item);
  dw_arena_free(&evidence->arena);
  dw_free(evidence);
}
