#include "decide/release.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "decide/gate.h"

const char *const dw_decision_names[] = {"promote", "blocked", "promoted", "done", "none", "held", "waiting", "failed", NULL};

static bool no_value(const dw_value *value) { return dw_value_kind(value) == DW_VALUE_NULL; }

static bool of_challenger(const dw_value *metric)
{
  const dw_value *segment = dw_value_get(metric, "segment");
  return strcmp(dw_value_text(dw_value_get(segment, "column"), ""), "scored_by") == 0 &&
         strcmp(dw_value_text(dw_value_get(segment, "value"), ""), "challenger") == 0;
}

static void copy(dw_json *json, const char *key, const dw_value *value)
{
  dw_buf text = {0};
  dw_value_print(value, &text);
  dw_json_raw(json, key, text.data, text.length);
  dw_buf_free(&text);
}

/* One judgement being made. */
typedef struct judgement {
  const dw_value *plan;
  const dw_evidence *metrics;
  const char *score; /* of the new model: the first one that a metric names; NULL: none does */
  const char *better_by;
  bool stage;     /* a share of the traffic below 1 */
  bool served;    /* there are metrics of the rows that the challenger served */
  dw_buf reasons; /* JSON list without brackets */
  bool blocked;
  dw_status trouble;
  dw_err *err;
} judgement;

/* A figure that counts: of all rows, or of those that the challenger served; no window. */
static bool counts(const judgement *j, const dw_value *metric)
{
  return no_value(dw_value_get(metric, "window")) &&
         (j->stage && j->served ? of_challenger(metric) : no_value(dw_value_get(metric, "segment")));
}

static void reason_add(judgement *j, const char *text, size_t length)
{
  if (j->reasons.length) dw_buf_char(&j->reasons, ',');
  dw_json_quote(&j->reasons, text, length);
}

static void block(judgement *j, const dw_buf *why)
{
  j->blocked = true;
  reason_add(j, why->data, why->length);
}

/* The new model's metrics as the gates want them. The caller frees. */
static dw_gate_value *figures(const judgement *j, size_t *count)
{
  dw_gate_value *list = dw_alloc_array(j->metrics->count + 1, sizeof *list);
  *count = 0;
  for (size_t i = 0; i < j->metrics->count; i++) {
    const dw_value *metric = j->metrics->item[i].value;
    if (j->metrics->item[i].kind != DW_EVIDENCE_METRIC || !counts(j, metric)) continue;
    const char *score = dw_value_text(dw_value_get(metric, "score"), NULL);
    if (j->score && score && strcmp(score, j->score) != 0) continue;
    const dw_value *challenger = dw_value_get(metric, "comparison"); /* the new model, when there is a current one beside it */
    const dw_value *value = dw_value_get(no_value(challenger) ? metric : challenger, "value");
    list[(*count)++] = (dw_gate_value){dw_value_text(dw_value_get(metric, "metric"), ""), dw_value_number(value, NAN)};
  }
  return list;
}

static void gate_write(judgement *j, dw_json *json, const char *text, const dw_gate_value *list, size_t count)
{
  dw_gates one = {0};
  dw_err why;
  dw_buf reason = {0};
  dw_status status = dw_gates_parse(&one, text, &why);
  if (status == DW_OK) status = dw_gates_judge(&one, list, count, &why);
  bool passed = status == DW_OK && one.passed;
  double value = status == DW_OK ? one.gate[0].value : NAN;
  if (status != DW_OK) {
    dw_buf_format(&reason, "%s could not be judged: %s", text, why.message);
    if (j->trouble == DW_OK)
      j->trouble = dw_err_set(j->err, status == DW_ENODATA ? DW_ENODATA : DW_EDATA, "quality gate %s", dw_buf_cstr(&reason));
  } else {
    dw_buf_format(&reason, "%s is ", one.gate[0].metric);
    dw_gate_value_print(value, one.gate[0].threshold, &reason);
    dw_buf_format(&reason, passed ? ", which passes %s" : ", which does not pass %s", text);
  }
  if (!passed) block(j, &reason);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "gate", text);
  dw_json_text(json, "metric", one.count ? one.gate[0].metric : NULL);
  dw_json_number(json, "value", value);
  dw_json_number(json, "threshold", one.count ? one.gate[0].threshold : NAN);
  dw_json_bool(json, "passed", passed);
  dw_json_bytes(json, "reason", reason.data, reason.length);
  dw_json_close(json, '}');
  dw_gates_free(&one);
  dw_buf_free(&reason);
}

static void gates_write(judgement *j, dw_json *json)
{
  size_t count;
  dw_gate_value *list = figures(j, &count);
  dw_json_open(json, "gates", '[');
  for (const dw_value *gate = j->stage ? NULL : dw_value_first(dw_value_get(j->plan, "gates")); gate; gate = dw_value_next(gate))
    gate_write(j, json, dw_value_text(gate, ""), list, count);
  dw_json_close(json, ']');
  dw_free(list);
}

/* The line of a metric with the paired difference, new minus current. metric NULL: any. */
static const dw_value *compared(const judgement *j, const char *metric)
{
  for (size_t i = 0; i < j->metrics->count; i++) {
    const dw_value *value = j->metrics->item[i].value;
    if (j->metrics->item[i].kind != DW_EVIDENCE_METRIC || !counts(j, value) ||
        no_value(dw_value_get(dw_value_get(value, "comparison"), "difference")))
      continue;
    if (!metric || strcmp(dw_value_text(dw_value_get(value, "metric"), ""), metric) == 0) return value;
  }
  return NULL;
}

/* Which metric says better or worse. */
static const dw_value *comparison_find(const judgement *j)
{
  if (j->better_by) return compared(j, j->better_by);
  const dw_value *found = NULL;
  for (const dw_value *gate = dw_value_first(dw_value_get(j->plan, "gates")); gate && !found; gate = dw_value_next(gate)) {
    dw_gates one = {0};
    if (dw_gates_parse(&one, dw_value_text(gate, ""), NULL) == DW_OK && one.count) found = compared(j, one.gate[0].metric);
    dw_gates_free(&one);
  }
  if (!found) found = compared(j, "auc");
  if (!found) found = compared(j, "rmse");
  return found ? found : compared(j, NULL);
}

static bool less_is_better(const char *metric)
{
  static const char *const less[] = {"log_loss", "brier", "ece", "mae", "rmse", "mape"};
  for (size_t i = 0; i < sizeof less / sizeof *less; i++)
    if (strcmp(metric, less[i]) == 0) return true;
  return false;
}

static void comparison_write(judgement *j, dw_json *json)
{
  const dw_value *found = comparison_find(j), *comparison = dw_value_get(found, "comparison");
  bool better = !j->stage && dw_value_bool(dw_value_get(dw_value_get(j->plan, "release"), "require_better_than_current"), true);
  if (!found) {
    dw_buf why = {0};
    if (j->stage) dw_buf_text(&why, "no comparison with the current model: a canary stage cannot be judged");
    else if (j->better_by)
      dw_buf_format(&why, "%s of the new model and of the current one on the same rows was not computed", j->better_by);
    if (why.length) block(j, &why);
    dw_buf_free(&why);
    dw_json_null(json, "comparison");
    return;
  }
  const char *metric = dw_value_text(dw_value_get(found, "metric"), "");
  double sign = less_is_better(metric) ? -1 : 1, difference = dw_value_number(dw_value_get(comparison, "difference"), NAN);
  /* The end of the interval where the new model looks best; without an interval the difference itself. */
  double best = dw_value_number(dw_value_get(comparison, sign > 0 ? "high" : "low"), difference);
  bool passed = better ? sign * difference > 0 : sign * best >= 0;
  dw_buf reason = {0};
  dw_buf_format(&reason, "on the same rows %s of the new model is ", metric);
  double fresh = dw_value_number(dw_value_get(comparison, "value"), NAN), now = dw_value_number(dw_value_get(found, "value"), NAN);
  dw_gate_value_print(fresh, now, &reason);
  dw_buf_text(&reason, ", of the current one ");
  dw_gate_value_print(now, fresh, &reason);
  dw_buf_text(&reason, sign * difference > 0 ? ": better" : passed ? ": not worse beyond chance" : better ? ": not better" : ": worse");
  if (!passed) block(j, &reason);
  dw_json_open(json, "comparison", '{');
  dw_json_text(json, "metric", metric);
  copy(json, "current", dw_value_get(found, "value"));
  copy(json, "new", dw_value_get(comparison, "value"));
  static const char *const members[] = {"difference", "low", "high", "p_value", "method"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) copy(json, members[i], dw_value_get(comparison, members[i]));
  dw_json_bool(json, "passed", passed);
  dw_json_bytes(json, "reason", reason.data, reason.length);
  dw_json_close(json, '}');
  dw_buf_free(&reason);
}

static void head_write(dw_json *json, const dw_value *plan, const char *decision, int64_t now)
{
  char text[DW_TIME_TEXT];
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "release");
  dw_json_text(json, "run", dw_value_text(dw_value_get(plan, "id"), NULL));
  dw_json_text(json, "incident", dw_value_text(dw_value_get(plan, "incident"), NULL));
  dw_json_bytes(json, "time", text, dw_time_print(text, now));
  dw_json_text(json, "action", dw_value_text(dw_value_get(plan, "action"), NULL));
  dw_json_text(json, "decision", decision);
}

dw_decision dw_release_judge(const dw_value *plan, const dw_evidence *metrics, double share, const char *better_by, int64_t now,
                             dw_buf *out, dw_status *trouble, dw_err *err)
{
  dw_json json, inner;
  dw_buf body = {0};
  judgement j = {.plan = plan, .metrics = metrics, .better_by = better_by, .stage = share < 1, .trouble = DW_OK, .err = err};
  for (size_t i = 0; i < metrics->count; i++) j.served |= of_challenger(metrics->item[i].value);
  for (size_t i = 0; i < metrics->count && !j.score; i++)
    if (metrics->item[i].kind == DW_EVIDENCE_METRIC) j.score = dw_value_text(dw_value_get(metrics->item[i].value, "score"), NULL);
  /* The decision stands before the gates in the document, and is known behind them. */
  dw_json_start(&inner, &body, 0);
  dw_json_open(&inner, NULL, '{');
  gates_write(&j, &inner);
  comparison_write(&j, &inner);
  dw_json_close(&inner, '}');
  if (!dw_value_bool(dw_value_get(dw_value_get(plan, "release"), "promote_if_quality_gates_pass"), true)) {
    static const char no[] = "the policy does not promote by itself (promote_if_quality_gates_pass: false)";
    j.blocked = true;
    reason_add(&j, no, sizeof no - 1);
  }
  dw_decision decision = j.blocked ? DW_DECISION_BLOCKED : DW_DECISION_PROMOTE;
  dw_json_start(&json, out, 0);
  head_write(&json, plan, dw_decision_names[decision], now);
  dw_json_number(&json, "share", share);
  dw_buf_text(out, ",\"reasons\":[");
  dw_buf_add(out, j.reasons.data, j.reasons.length);
  dw_buf_text(out, "],");
  dw_buf_add(out, body.data + 1, body.length - 1); /* "gates":…,"comparison":…} */
  dw_buf_free(&body);
  dw_buf_free(&j.reasons);
  *trouble = j.trouble;
  return decision;
}

static void reasons_write(dw_json *json, const dw_value *plan, const dw_value *last, dw_decision decision, const char *reason)
{
  dw_json_open(json, "reasons", '[');
  if (reason) dw_json_text(json, NULL, reason);
  else if (decision == DW_DECISION_BLOCKED)
    for (const dw_value *why = dw_value_first(dw_value_get(last, "reasons")); why; why = dw_value_next(why))
      dw_json_text(json, NULL, dw_value_text(why, ""));
  else if (decision == DW_DECISION_PROMOTED)
    for (const dw_value *gate = dw_value_first(dw_value_get(last, "gates")); gate; gate = dw_value_next(gate))
      dw_json_text(json, NULL, dw_value_text(dw_value_get(gate, "reason"), ""));
  if (!reason && decision == DW_DECISION_PROMOTED && !no_value(dw_value_get(last, "comparison")))
    dw_json_text(json, NULL, dw_value_text(dw_value_get(dw_value_get(last, "comparison"), "reason"), ""));
  if (!reason && decision != DW_DECISION_BLOCKED && decision != DW_DECISION_PROMOTED)
    dw_json_text(json, NULL, dw_value_text(dw_value_get(plan, "reason"), ""));
  dw_json_close(json, ']');
}

void dw_release_close(const dw_value *plan, const dw_value *const *judged, size_t count, dw_decision decision, const char *reason,
                      const char *version, int64_t now, dw_buf *out)
{
  dw_json json;
  const dw_value *last = count ? judged[count - 1] : NULL;
  for (size_t i = count; decision != DW_DECISION_BLOCKED && i-- > 0;) /* the judgement on all rows, not that of a stage */
    if (no_value(dw_value_get(judged[i], "share"))) last = judged[i];
  dw_json_start(&json, out, 0);
  head_write(&json, plan, dw_decision_names[decision], now);
  dw_json_text(&json, "version", version);
  dw_json_text(&json, "stage",
               decision == DW_DECISION_PROMOTED ? dw_value_text(dw_value_get(dw_value_get(plan, "release"), "promote_stage"), NULL) : NULL);
  reasons_write(&json, plan, last, decision, reason);
  if (last) copy(&json, "gates", dw_value_get(last, "gates"));
  else dw_json_raw(&json, "gates", "[]", 2);
  copy(&json, "comparison", dw_value_get(last, "comparison"));
  dw_json_open(&json, "stages", '[');
  for (size_t i = 0; i < count; i++) {
    if (no_value(dw_value_get(judged[i], "share"))) continue;
    dw_json_open(&json, NULL, '{');
    copy(&json, "share", dw_value_get(judged[i], "share"));
    copy(&json, "decision", dw_value_get(judged[i], "decision"));
    copy(&json, "reasons", dw_value_get(judged[i], "reasons"));
    copy(&json, "gates", dw_value_get(judged[i], "gates"));
    copy(&json, "comparison", dw_value_get(judged[i], "comparison"));
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
}
