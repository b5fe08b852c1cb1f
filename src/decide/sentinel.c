#include "decide/sentinel.h"

#include <math.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/num.h"
#include "kinds/check.h"

enum { EVIDENCE_LISTED = 100 };

/* What an item of evidence points to; the order is that of dw_incident_types. */
typedef enum sign {
  NONE,
  FEATURES,
  CONCEPT,
  LABEL,
  PREDICTION,
  QUALITY,
  SCHEMA,
  BEHAVIOUR,
  EMBEDDINGS,
  REFUSALS,
  TOXICITY,
  ACCURACY,
  SILENCE,
  SIGNS
} sign;

typedef struct sight {
  const dw_policy *policy;
  size_t seen[SIGNS]; /* items of evidence for each */
  size_t lost;        /* columns that the current data lost */
  dw_severity severity;
  bool dataset_drift;
  double share; /* of drifted columns, the largest of all summaries; NaN: no summary says */
  double columns, drifted;
  dw_json *json; /* the list of evidence */
  size_t listed;
  const dw_finding *last; /* the drifted finding before */
  dw_map canaries;        /* that departed, by consensus documents and findings */
} sight;

static void worse(sight *s, dw_severity severity)
{
  if (severity > s->severity) s->severity = severity;
}

static sign sign_of_check(dw_check check)
{
  if (check == DW_CHECK_EMBEDDING) return EMBEDDINGS;
  switch (dw_check_of(check)->judges) {
  case DW_JUDGES_SCHEMA: return SCHEMA;
  case DW_JUDGES_QUALITY: return QUALITY;
  case DW_JUDGES_TARGET: return LABEL;
  case DW_JUDGES_PREDICTION: return PREDICTION;
  case DW_JUDGES_MODEL: return CONCEPT;
  case DW_JUDGES_BEHAVIOR: return BEHAVIOUR;
  case DW_JUDGES_FEATURE:
  case DW_JUDGES_JOINT:
  case DW_JUDGES_UNKNOWN: break;
  }
  return FEATURES;
}

/* A member of value, as it stands, into the list of evidence. */
static void copy_member(dw_json *json, const dw_value *value, const char *key)
{
  const dw_value *member = dw_value_get(value, key);
  dw_buf text = {0};
  dw_value_print(member, &text);
  dw_json_raw(json, key, text.data, text.length);
  dw_buf_free(&text);
}

static bool same(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }

/* Chunk after chunk of one measure is one sign. */
static bool further_chunk(const dw_finding *last, const dw_finding *finding)
{
  return last && finding->read.chunk && same(dw_finding_check(last), dw_finding_check(finding)) && same(last->column, finding->column) &&
         same(last->method, finding->method);
}

static void depart(sight *s, const char *canary) { dw_map_intern(&s->canaries, canary, strlen(canary)); }

static void look_at_finding(sight *s, const dw_finding *finding)
{
  if (!finding->drift) return;
  sign what = sign_of_check(finding->check);
  if (finding->check == DW_CHECK_CANARY && finding->column && *finding->column) depart(s, finding->column);
  if (what == CONCEPT || what == LABEL || what == PREDICTION || what == BEHAVIOUR) worse(s, finding->severity);
  /* a model that reads it works with nothing: no share makes that small */
  if (finding->lost) {
    s->lost++;
    worse(s, finding->severity);
  }
  bool further = further_chunk(s->last, finding);
  s->last = finding;
  if (further) return;
  s->seen[what]++;
  if (s->listed++ < EVIDENCE_LISTED) dw_finding_cite(finding, s->json);
}

static void refuse(sight *s, const char *metric, double value, const char *gate, double threshold)
{
  s->seen[CONCEPT]++;
  worse(s, s->policy->gate_refused);
  if (s->listed++ >= EVIDENCE_LISTED) return;
  dw_json_open(s->json, NULL, '{');
  dw_json_text(s->json, "kind", "metric");
  dw_json_text(s->json, "metric", metric);
  dw_json_number(s->json, "value", value);
  dw_json_text(s->json, "gate", gate);
  dw_json_number(s->json, "threshold", threshold);
  dw_json_close(s->json, '}');
}

/* An estimate outside of what the reference's chunks do. */
static void look_at_alert(sight *s, const dw_value *metric)
{
  if (!dw_value_bool(dw_value_get(metric, "alert"), false)) return;
  s->seen[CONCEPT]++;
  worse(s, DW_SEVERITY_LOW);
  if (s->listed++ >= EVIDENCE_LISTED) return;
  dw_json_open(s->json, NULL, '{');
  dw_json_text(s->json, "kind", "metric");
  copy_member(s->json, metric, "metric");
  copy_member(s->json, metric, "value");
  dw_json_text(s->json, "gate", "estimate within the thresholds of the reference");
  dw_json_null(s->json, "threshold");
  dw_json_close(s->json, '}');
}

static bool of_all_rows(const dw_value *metric)
{
  return dw_value_kind(dw_value_get(metric, "window")) == DW_VALUE_NULL && dw_value_kind(dw_value_get(metric, "segment")) == DW_VALUE_NULL;
}

/* A metric of the whole data (no window, no segment) is held to the policy's gates. */
static void look_at_metric(sight *s, const dw_value *metric)
{
  const char *name = dw_value_text(dw_value_get(metric, "metric"), "");
  look_at_alert(s, metric);
  const dw_value *value = dw_value_get(metric, "value");
  if (!of_all_rows(metric)) return;
  if (dw_value_kind(value) != DW_VALUE_NUMBER) return;
  dw_gates one = {0};
  for (size_t i = 0; i < s->policy->gates.count; i++) {
    const dw_gate *gate = &s->policy->gates.gate[i];
    if (strcmp(gate->metric, name) != 0) continue;
    dw_gate_value figure = {name, dw_value_number(value, NAN)};
    dw_buf text = {0};
    if (dw_gates_add(&one, gate->metric, gate->rule, gate->threshold, NULL) == DW_OK && dw_gates_judge(&one, &figure, 1, NULL) == DW_OK &&
        !one.passed) {
      dw_gate_print(gate, &text);
      refuse(s, name, figure.value, dw_buf_cstr(&text), gate->threshold);
    }
    dw_buf_free(&text);
    dw_gates_free(&one);
    one = (dw_gates){0};
  }
}

/* Gates that dw-eval itself was given. Those that the policy has too were counted with their metric. */
static void look_at_gates(sight *s, const dw_summary *summary)
{
  for (size_t k = 0; k < summary->gate_count; k++) {
    const dw_summary_gate *gate = &summary->gates[k];
    bool ours = false;
    for (size_t i = 0; i < s->policy->gates.count && !ours; i++) {
      dw_buf own = {0};
      dw_gate_print(&s->policy->gates.gate[i], &own);
      ours = strcmp(dw_buf_cstr(&own), gate->gate) == 0;
      dw_buf_free(&own);
    }
    if (!ours && !gate->passed) refuse(s, gate->metric ? gate->metric : "", gate->value, gate->gate, gate->threshold);
  }
}

static void look_at_summary(sight *s, const dw_summary *summary)
{
  double share = summary->drift_share;
  if (!(share <= s->share)) {
    s->share = share;
    s->columns = summary->columns;
    s->drifted = summary->drifted;
  }
  if (summary->dataset_drift) s->dataset_drift = true;
  if (s->policy->medium == s->policy->medium && share == share)
    worse(s, share >= s->policy->high     ? DW_SEVERITY_HIGH
             : share >= s->policy->medium ? DW_SEVERITY_MEDIUM
             : share > 0                  ? DW_SEVERITY_LOW
                                          : DW_SEVERITY_NONE);
  else worse(s, summary->severity);
  if (summary->answer == DW_ANSWER_DRIFT) worse(s, DW_SEVERITY_LOW);
  look_at_gates(s, summary);
}

static bool anomalous(const dw_value *canary) { return dw_value_bool(dw_value_get(canary, "anomalous"), false); }

/* Who departed, and how far: what an action is about. */
static void cite_canaries(sight *s, const dw_value *canaries)
{
  dw_json_open(s->json, "canaries", '[');
  for (const dw_value *item = dw_value_first(canaries); item; item = dw_value_next(item)) {
    if (!anomalous(item)) continue;
    dw_json_open(s->json, NULL, '{');
    copy_member(s->json, item, "canary");
    copy_member(s->json, item, "similarity");
    copy_member(s->json, item, "reference");
    dw_json_close(s->json, '}');
  }
  dw_json_close(s->json, ']');
}

static void look_at_consensus(sight *s, const dw_value *consensus)
{
  if (!dw_value_bool(dw_value_get(consensus, "drift"), false)) return;
  s->seen[BEHAVIOUR]++;
  dw_severity severity = DW_SEVERITY_NONE;
  dw_severity_find(dw_value_text(dw_value_get(consensus, "severity"), NULL), &severity);
  worse(s, severity > DW_SEVERITY_LOW ? severity : DW_SEVERITY_LOW);
  const dw_value *canaries = dw_value_get(consensus, "canaries");
  for (const dw_value *item = dw_value_first(canaries); item; item = dw_value_next(item))
    if (anomalous(item)) depart(s, dw_value_text_of(item, "canary", ""));
  if (s->listed++ >= EVIDENCE_LISTED) return;
  dw_json_open(s->json, NULL, '{');
  dw_json_text(s->json, "kind", "consensus");
  copy_member(s->json, consensus, "severity");
  copy_member(s->json, consensus, "score");
  if (dw_value_get(consensus, "round")) copy_member(s->json, consensus, "round");
  if (canaries) cite_canaries(s, canaries);
  dw_json_close(s->json, '}');
}

/* Limits on rates and the fall of a metric, whose checks have the words of their incidents; of the data, that is the seeds' rule on the
 * confidence. */
static void look_at_watch(sight *s, const dw_value *watch)
{
  const char *check = dw_value_text_of(watch, "check", "");
  dw_severity severity = DW_SEVERITY_LOW;
  sign what = strcmp(check, "data_drift") == 0 ? PREDICTION : NONE;
  for (sign i = REFUSALS; i < SIGNS; i++)
    if (strcmp(check, dw_incident_types[i]) == 0) what = i;
  if (what == NONE || !dw_value_bool(dw_value_get(watch, "drift"), false)) return;
  s->seen[what]++;
  dw_severity_find(dw_value_text_of(watch, "severity", NULL), &severity);
  worse(s, severity > DW_SEVERITY_LOW ? severity : DW_SEVERITY_LOW);
  if (s->listed++ >= EVIDENCE_LISTED) return;
  dw_json_open(s->json, NULL, '{');
  dw_json_text(s->json, "kind", "watch");
  static const char *const members[] = {"check", "model", "severity", "value", "limit"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++)
    if (dw_value_get(watch, members[i])) copy_member(s->json, watch, members[i]);
  dw_json_close(s->json, '}');
}

/* Nothing else was given: of a summary that names what drifted, and how badly, that is enough to act on. */
static void look_at_lone_summary(sight *s, const dw_summary *summary)
{
  if (summary->answer != DW_ANSWER_DRIFT || !summary->graded || summary->drifted_column_count == 0) return;
  s->seen[FEATURES] += summary->drifted_column_count;
  if (s->listed++ < EVIDENCE_LISTED) dw_summary_cite(summary, s->json);
}

static sign leading(const sight *s)
{
  bool features = s->seen[FEATURES] || s->seen[EMBEDDINGS];
  if (s->seen[CONCEPT] && (!features || !s->dataset_drift)) return CONCEPT;
  static const sign order[] = {FEATURES, EMBEDDINGS, SCHEMA, PREDICTION, LABEL, QUALITY, ACCURACY, BEHAVIOUR, REFUSALS, TOXICITY, SILENCE};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (s->seen[order[i]]) return order[i];
  return NONE;
}

static void put_count(dw_buf *out, size_t count, const char *one, const char *many)
{
  dw_buf_format(out, "%s%zu %s", out->length ? ", " : "", count, count == 1 ? one : many);
}

/* Columns of a comparison of canaries are canaries. */
static bool canaries_alone(const sight *s)
{
  for (sign i = FEATURES; i < SIGNS; i++)
    if (i != BEHAVIOUR && s->seen[i]) return false;
  return s->canaries.count > 0;
}

static void put_canaries(const sight *s, dw_buf *out)
{
  enum { NAMED = 10 };
  size_t count = s->canaries.count;
  if (out->length) dw_buf_text(out, ", ");
  if (canaries_alone(s) && s->columns >= (double)count && s->columns > 1)
    dw_buf_format(out, "%zu of %.0f canaries departed (", count, s->columns);
  else dw_buf_format(out, "%zu %s departed (", count, count == 1 ? "canary" : "canaries");
  for (size_t i = 0; i < count && i < NAMED; i++) dw_buf_format(out, "%s%s", i ? ", " : "", s->canaries.keys[i].text);
  dw_buf_text(out, count > NAMED ? " ...)" : ")");
}

/* "2 of 9 columns drifted; the model got worse (1 sign)": for people and for the audit log. */
static void put_words(const sight *s, dw_buf *out)
{
  if (s->drifted > 0 && s->columns > 0 && !canaries_alone(s)) {
    dw_buf_number(out, s->drifted);
    dw_buf_text(out, " of ");
    dw_buf_number(out, s->columns);
    dw_buf_text(out, " columns drifted");
  } else if (s->seen[EMBEDDINGS] && !s->seen[FEATURES]) {
    dw_buf_text(out, "the embeddings drifted");
  } else if (s->seen[FEATURES]) {
    put_count(out, s->seen[FEATURES], "sign that features drifted", "signs that features drifted");
  }
  if (s->lost) put_count(out, s->lost, "column lost", "columns lost");
  if (s->seen[CONCEPT]) put_count(out, s->seen[CONCEPT], "sign that the model got worse", "signs that the model got worse");
  if (s->seen[SCHEMA]) put_count(out, s->seen[SCHEMA], "schema change", "schema changes");
  if (s->seen[PREDICTION]) dw_buf_format(out, "%sthe predictions drifted", out->length ? ", " : "");
  if (s->seen[LABEL]) dw_buf_format(out, "%sthe labels drifted", out->length ? ", " : "");
  if (s->seen[QUALITY]) put_count(out, s->seen[QUALITY], "sign of bad data", "signs of bad data");
  if (s->seen[BEHAVIOUR] && s->canaries.count) put_canaries(s, out);
  else if (s->seen[BEHAVIOUR]) dw_buf_format(out, "%sthe canaries agree that behaviour changed", out->length ? ", " : "");
  if (s->seen[ACCURACY]) dw_buf_format(out, "%sthe metric fell", out->length ? ", " : "");
  if (s->seen[REFUSALS]) dw_buf_format(out, "%stoo many refusals", out->length ? ", " : "");
  if (s->seen[TOXICITY]) dw_buf_format(out, "%stoo many toxic responses", out->length ? ", " : "");
  if (s->seen[SILENCE]) dw_buf_format(out, "%sno records come", out->length ? ", " : "");
  if (!out->length) dw_buf_text(out, "nothing to act on");
}

static void incident_id(const dw_evidence *evidence, char out[19])
{
  char text[33];
  dw_digest_text(&evidence->digest, text);
  memcpy(out, "i-", 2);
  memcpy(out + 2, text, 16);
  out[18] = '\0';
}

static void incident_write(const sight *s, const char *id, int64_t now, const dw_buf *list, dw_buf *out)
{
  char text[DW_TIME_TEXT];
  dw_json json;
  dw_buf words = {0};
  sign type = leading(s);
  dw_severity severity = type == NONE ? DW_SEVERITY_NONE : s->severity == DW_SEVERITY_NONE ? DW_SEVERITY_LOW : s->severity;
  const dw_policy_action *action = dw_policy_choose(s->policy, dw_incident_types[type], severity);
  put_words(s, &words);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "incident");
  dw_json_text(&json, "id", id);
  dw_json_bytes(&json, "time", text, dw_time_print(text, now));
  dw_json_text(&json, "type", dw_incident_types[type]);
  dw_json_open(&json, "types", '[');
  for (sign i = FEATURES; i < SIGNS; i++)
    if (s->seen[i]) dw_json_text(&json, NULL, dw_incident_types[i]);
  dw_json_close(&json, ']');
  dw_json_text(&json, "severity", dw_severity_word(severity));
  dw_json_bytes(&json, "summary", words.data, words.length);
  dw_json_number(&json, "drift_share", s->share);
  if (s->canaries.count) dw_json_open(&json, "canaries", '[');
  for (size_t i = 0; i < s->canaries.count; i++) dw_json_text(&json, NULL, s->canaries.keys[i].text);
  if (s->canaries.count) dw_json_close(&json, ']');
  dw_json_text(&json, "recommended_action", action->name);
  dw_json_raw(&json, "evidence", list->data, list->length);
  dw_json_integer(&json, "evidence_count", (int64_t)s->listed);
  dw_json_close(&json, '}');
  dw_buf_free(&words);
}

void dw_sentinel(const dw_evidence *evidence, const dw_policy *policy, int64_t now, dw_buf *out)
{
  dw_buf list = {0};
  dw_json json;
  char id[19];
  sight s = {.policy = policy, .share = NAN, .columns = NAN, .drifted = NAN, .json = &json};
  dw_map_init(&s.canaries);
  dw_json_start(&json, &list, 0);
  dw_json_open(&json, NULL, '[');
  for (size_t i = 0; i < evidence->count; i++) {
    const dw_evidence_item *item = &evidence->item[i];
    switch (item->kind) {
    case DW_EVIDENCE_FINDING: look_at_finding(&s, item->finding); break;
    case DW_EVIDENCE_METRIC: look_at_metric(&s, item->value); break;
    case DW_EVIDENCE_CONSENSUS: look_at_consensus(&s, item->value); break;
    case DW_EVIDENCE_WATCH: look_at_watch(&s, item->value); break;
    case DW_EVIDENCE_SUMMARY: look_at_summary(&s, item->summary); break;
    }
  }
  bool lone = leading(&s) == NONE;
  for (size_t i = 0; i < evidence->count && lone; i++)
    if (evidence->item[i].summary) look_at_lone_summary(&s, evidence->item[i].summary);
  dw_json_close(&json, ']');
  incident_id(evidence, id);
  incident_write(&s, id, now, &list, out);
  dw_map_free(&s.canaries);
  dw_buf_free(&list);
}

/* A gate of the policy whose metric was computed and has no value; NULL: none. */
static const char *gate_unanswered(const dw_evidence *evidence, const dw_policy *policy)
{
  for (size_t i = 0; i < evidence->count; i++) {
    const dw_value *metric = evidence->item[i].value;
    if (evidence->item[i].kind != DW_EVIDENCE_METRIC || !of_all_rows(metric) ||
        dw_value_kind(dw_value_get(metric, "value")) == DW_VALUE_NUMBER)
      continue;
    for (size_t k = 0; k < policy->gates.count; k++)
      if (strcmp(policy->gates.gate[k].metric, dw_value_text(dw_value_get(metric, "metric"), "")) == 0) return policy->gates.gate[k].metric;
  }
  return NULL;
}

dw_status dw_sentinel_check(const dw_evidence *evidence, const dw_policy *policy, const dw_value *incident, dw_err *err)
{
  if (strcmp(dw_value_text(dw_value_get(incident, "type"), ""), dw_incident_types[NONE]) != 0) return DW_OK;
  const char *metric = gate_unanswered(evidence, policy);
  if (metric) return dw_err_set(err, DW_ENODATA, "the policy has a gate for %s, which has no value: nothing is decided on that", metric);
  const dw_summary *summary = dw_evidence_not_judged(evidence);
  if (!summary) return DW_OK;
  const dw_summary_left_out *first = summary->not_judged_count ? &summary->not_judged[0] : NULL;
  const char *name = !first ? "" : first->column ? first->column : first->method ? first->method : "";
  return dw_err_set(err, DW_ENODATA, "the comparison was not judged, and nothing is decided on it%s%s%s%s", first ? ": " : "", name,
                    first ? ": " : "", first && first->reason ? first->reason : "");
}
