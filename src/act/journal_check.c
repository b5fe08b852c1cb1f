#include "act/journal_check.h"

#include <math.h>

#include "base/clock.h"
#include "act/execute.h"
#include "decide/gate.h"
#include "decide/policy.h"
#include "decide/release.h"

/* Where in the log, and in the document, we are. */
typedef struct place {
  const char *name;
  uint64_t number;
  const char *document; /* "plan" … */
  const char *part;     /* "steps" …: a list in it; NULL: the document itself */
  size_t item;          /* in the list, from 1 */
  dw_err *err;
} place;

/* Kinds of values, as bits. */
enum {
  NOTHING = 1 << DW_VALUE_NULL,
  BOOL = 1 << DW_VALUE_BOOL,
  NUMBER = 1 << DW_VALUE_NUMBER,
  TEXT = 1 << DW_VALUE_STRING,
  LIST = 1 << DW_VALUE_ARRAY,
  OBJECT = 1 << DW_VALUE_OBJECT
};

enum { JOURNAL_NAME = 200, JOURNAL_STEPS = 4096 }; /* characters; far more than any policy makes */

typedef struct rule {
  const char *key;
  unsigned kinds;
  bool (*holds)(const dw_value *value); /* NULL: any of these kinds; not asked about nothing */
  const char *expected;
} rule;

#define RULES(table) (table), sizeof(table) / sizeof *(table)

static dw_status wrong(const place *p, const char *key, const char *expected)
{
  if (p->part)
    return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s, %s %zu: \"%s\": expected %s", p->document, p->part, p->item, key,
                     expected);
  return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: \"%s\": expected %s", p->document, key, expected);
}

static dw_status check(const place *p, const dw_value *object, const rule *table, size_t count)
{
  if (dw_value_kind(object) != DW_VALUE_OBJECT) {
    if (p->part)
      return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: \"%s\": entry %zu: expected an object", p->document, p->part, p->item);
    return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: expected an object", p->document);
  }
  for (size_t i = 0; i < count; i++) {
    const dw_value *value = dw_value_get(object, table[i].key);
    dw_value_type kind = dw_value_kind(value);
    if (!(table[i].kinds & 1u << kind) || (kind != DW_VALUE_NULL && table[i].holds && !table[i].holds(value)))
      return wrong(p, table[i].key, table[i].expected);
  }
  return DW_OK;
}

static const char *text_of(const dw_value *value, const char *key) { return dw_value_text(dw_value_get(value, key), ""); }

/* --- what values may be --- */

static bool one_of(const char *const *words, const dw_value *value)
{
  for (size_t i = 0; words[i]; i++)
    if (strcmp(words[i], dw_value_text(value, "")) == 0) return true;
  return false;
}

static bool is_severity(const dw_value *value)
{
  dw_severity severity;
  return dw_severity_find(dw_value_text(value, NULL), &severity);
}

static bool is_incident_type(const dw_value *value) { return one_of(dw_incident_types, value); }
static bool is_outcome(const dw_value *value) { return one_of(dw_outcome_names, value); }
static bool is_decision(const dw_value *value) { return one_of(dw_decision_names + 1, value); } /* of a run: not promote */
static bool is_kind_audit(const dw_value *value) { return strcmp(dw_value_text(value, ""), "audit") == 0; }

static bool is_judgement(const dw_value *value)
{
  static const char *const words[] = {"promote", "blocked", NULL};
  return one_of(words, value);
}

static bool is_stage(const dw_value *value)
{
  static const char *const words[] = {"Production", "Staging", NULL};
  return one_of(words, value);
}

static bool is_step_type(const dw_value *value)
{
  static const char *const words[] = {"command", "request", "decide", "approval", NULL};
  return one_of(words, value);
}

static bool is_instant(const dw_value *value)
{
  int64_t instant;
  const char *text = dw_value_text(value, "");
  return dw_time_parse(text, strlen(text), &instant);
}

static bool is_whole(const dw_value *value, double low, double high)
{
  double number = dw_value_number(value, NAN);
  return number >= low && number <= high && rint(number) == number;
}

static bool is_count(const dw_value *value) { return is_whole(value, 0, 9e15); }
static bool is_sequence(const dw_value *value) { return is_whole(value, 1, 9e15); }
static bool is_exit_status(const dw_value *value) { return is_whole(value, 0, 255); }
static bool is_excuse(const dw_value *value) { return is_whole(value, 1, 255); }

static bool is_share(const dw_value *value)
{
  double number = dw_value_number(value, NAN);
  return number >= 0 && number <= 1;
}

static bool is_stage_share(const dw_value *value) { return is_share(value) && dw_value_number(value, 0) > 0; }

static bool is_time_limit(const dw_value *value)
{
  double number = dw_value_number(value, NAN);
  return number > 0 && number <= (double)DW_POLICY_LONGEST / DW_SECOND;
}

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."

/* It becomes a part of a path. */
static bool is_name(const dw_value *value)
{
  const char *text = dw_value_text(value, "");
  size_t length = strlen(text);
  return length && length <= JOURNAL_NAME && *text != '.' && strspn(text, NAME_LETTERS) == length;
}

/* Names by comma. */
static bool is_names(const dw_value *value)
{
  const char *text = dw_value_text(value, "");
  return *text && strspn(text, NAME_LETTERS ",") == strlen(text);
}

static bool is_placeholder(const dw_value *value)
{
  const char *text = dw_value_text(value, "");
  return strspn(text, "abcdefghijklmnopqrstuvwxyz_") == strlen(text);
}

static bool all(const dw_value *list, dw_value_type kind, bool (*holds)(const dw_value *))
{
  for (const dw_value *item = dw_value_first(list); item; item = dw_value_next(item))
    if (dw_value_kind(item) != kind || (holds && !holds(item))) return false;
  return true;
}

static bool is_variable(const dw_value *value)
{
  const char *text = dw_value_text(value, ""), *equal = strchr(text, '=');
  return equal && equal != text;
}

static bool is_gate(const dw_value *value)
{
  dw_gates gates = {0};
  bool ok = dw_gates_parse(&gates, dw_value_text(value, ""), NULL) == DW_OK && gates.count == 1;
  dw_gates_free(&gates);
  return ok;
}

static bool are_texts(const dw_value *list) { return all(list, DW_VALUE_STRING, NULL); }
static bool are_objects(const dw_value *list) { return all(list, DW_VALUE_OBJECT, NULL); }
static bool are_types(const dw_value *list) { return all(list, DW_VALUE_STRING, is_incident_type); }
static bool are_gates(const dw_value *list) { return all(list, DW_VALUE_STRING, is_gate); }
static bool are_variables(const dw_value *list) { return all(list, DW_VALUE_STRING, is_variable); }
static bool are_arguments(const dw_value *list) { return are_texts(list) && *dw_value_text(dw_value_first(list), ""); }
static bool is_optional(const dw_value *value) { return dw_value_kind(value) == DW_VALUE_BOOL || all(value, DW_VALUE_NUMBER, is_excuse); }

#define ANY_TEXT "a text"
#define AN_INSTANT "an instant, such as 2026-01-05T00:00:00Z"
#define A_SEVERITY "none, low, medium or high"
#define A_TYPE "a type of incident, such as feature_drift"
#define A_NAME "a name of letters, digits, _, - and ."
#define TRUTH "true or false"
#define A_FIGURE "a number or null"

/* --- documents --- */

static const rule line_rules[] = {
    {"kind", TEXT, is_kind_audit, "audit"},
    {"sequence", NUMBER, is_sequence, "a number from 1"},
    {"time", TEXT, is_instant, AN_INSTANT},
    {"event", TEXT, NULL, "a text, such as plan"},
    {"run", TEXT | NOTHING, is_name, A_NAME},
    {"step", TEXT | NOTHING, is_name, A_NAME},
    {"document", OBJECT | NOTHING, NULL, "an object or null"},
    {"previous", TEXT, NULL, "the hash of the line before"},
    {"signature", TEXT | NOTHING, NULL, "a signature"},
};

static const rule incident_rules[] = {
    {"id", TEXT, is_name, A_NAME},
    {"time", TEXT, is_instant, AN_INSTANT},
    {"type", TEXT, is_incident_type, A_TYPE},
    {"types", LIST, are_types, "a list of types of incidents"},
    {"severity", TEXT, is_severity, A_SEVERITY},
    {"summary", TEXT, NULL, ANY_TEXT},
    {"drift_share", NUMBER | NOTHING, is_share, "a share, 0 to 1, or null"},
    {"canaries", LIST | NOTHING, are_texts, "a list of texts"},
    {"recommended_action", TEXT, NULL, ANY_TEXT},
    {"evidence", LIST, are_objects, "a list of objects"},
    {"evidence_count", NUMBER, is_count, "a count"},
};

static const rule plan_rules[] = {
    {"id", TEXT, is_name, A_NAME},
    {"incident", TEXT, is_name, A_NAME},
    {"time", TEXT, is_instant, AN_INSTANT},
    {"type", TEXT, is_incident_type, A_TYPE},
    {"severity", TEXT, is_severity, A_SEVERITY},
    {"recommended_action", TEXT, NULL, ANY_TEXT},
    {"held", OBJECT | NOTHING, NULL, "an object or null"},
    {"action", TEXT, NULL, ANY_TEXT},
    {"changes", BOOL, NULL, TRUTH},
    {"reason", TEXT, NULL, ANY_TEXT},
    {"policy", OBJECT, NULL, "an object"},
    {"gates", LIST, are_gates, "a list of gates, such as auc>=0.82"},
    {"release", OBJECT, NULL, "an object"},
    {"steps", LIST, NULL, "a list of steps"},
};

static const rule held_rules[] = {{"by", TEXT, NULL, ANY_TEXT}, {"until", TEXT, is_instant, AN_INSTANT}, {"reason", TEXT, NULL, ANY_TEXT}};
static const rule policy_rules[] = {{"name", TEXT, NULL, ANY_TEXT},
                                    {"version", NUMBER, is_count, "a count"},
                                    {"digest", TEXT, NULL, ANY_TEXT}};
static const rule release_rules[] = {{"promote_if_quality_gates_pass", BOOL, NULL, TRUTH},
                                     {"promote_stage", TEXT, is_stage, "Production or Staging"},
                                     {"require_better_than_current", BOOL, NULL, TRUTH}};

static const rule step_rules[] = {
    {"id", TEXT, is_name, A_NAME},
    {"name", TEXT, is_name, A_NAME},
    {"type", TEXT, is_step_type, "command, request, decide or approval"},
    {"when", TEXT | NOTHING, is_names, "the name of a step, or null"},
    {"unless", TEXT | NOTHING, is_names, "the name of a step, or null"},
    {"share", NUMBER | NOTHING, is_stage_share, "a share above 0 and at most 1, or null"},
};

static const rule command_rules[] = {
    {"arguments", LIST, are_arguments, "a list of texts, the first the program"},
    {"environment", LIST, are_variables, "a list of NAME=VALUE"},
    {"pass_environment", LIST, are_texts, "a list of texts"},
    {"time_limit", NUMBER, is_time_limit, "seconds, above 0 and at most 1e9"},
    {"gives", TEXT | NOTHING, is_placeholder, "a name of small letters and _, or null"},
    {"repeat", BOOL, NULL, TRUTH},
    {"optional", BOOL | LIST, is_optional, "true, false or a list of exit statuses"},
};

static const rule decide_rules[] = {{"metrics", TEXT, is_names, "names of steps"}, {"better_by", TEXT | NOTHING, NULL, "a metric or null"}};
static const rule approval_rules[] = {{"of", TEXT, NULL, ANY_TEXT}};

static const rule action_rules[] = {
    {"run", TEXT, is_name, A_NAME},
    {"step", TEXT, is_name, A_NAME},
    {"name", TEXT, is_name, A_NAME},
    {"type", TEXT, is_step_type, "command, request, decide or approval"},
    {"time", TEXT, is_instant, AN_INSTANT},
    {"outcome", TEXT, is_outcome, "done, failed, killed, timed_out, interrupted or not_started"},
    {"exit_status", NUMBER | NOTHING, is_exit_status, "an exit status, 0 to 255, or null"},
    {"reason", TEXT, NULL, ANY_TEXT},
};

/* Of a judgement and of a whole run. */
static const rule outcome_rules[] = {
    {"run", TEXT, is_name, A_NAME},
    {"incident", TEXT, is_name, A_NAME},
    {"time", TEXT, is_instant, AN_INSTANT},
    {"action", TEXT, NULL, ANY_TEXT},
    {"reasons", LIST, are_texts, "a list of texts"},
    {"gates", LIST, NULL, "a list of gates"},
    {"comparison", OBJECT | NOTHING, NULL, "an object or null"},
};
static const rule judged_rules[] = {{"decision", TEXT, is_judgement, "promote or blocked"},
                                    {"share", NUMBER | NOTHING, is_stage_share, "a share above 0 and at most 1, or null"}};
static const rule finished_rules[] = {
    {"decision", TEXT, is_decision, "blocked, promoted, done, none, held, waiting or failed"},
    {"version", TEXT | NOTHING, NULL, "a text or null"},
    {"stage", TEXT | NOTHING, is_stage, "Production, Staging or null"},
    {"stages", LIST, are_objects, "a list of objects"},
};

static const rule gate_rules[] = {
    {"gate", TEXT, is_gate, "a gate, such as auc>=0.82"},
    {"metric", TEXT, NULL, ANY_TEXT},
    {"value", NUMBER | NOTHING, NULL, A_FIGURE},
    {"threshold", NUMBER, NULL, "a number"},
    {"passed", BOOL, NULL, TRUTH},
    {"reason", TEXT, NULL, ANY_TEXT},
};

static const rule comparison_rules[] = {
    {"metric", TEXT, NULL, ANY_TEXT},
    {"current", NUMBER | NOTHING, NULL, A_FIGURE},
    {"new", NUMBER | NOTHING, NULL, A_FIGURE},
    {"difference", NUMBER | NOTHING, NULL, A_FIGURE},
    {"low", NUMBER | NOTHING, NULL, A_FIGURE},
    {"high", NUMBER | NOTHING, NULL, A_FIGURE},
    {"p_value", NUMBER | NOTHING, is_share, "a number, 0 to 1, or null"},
    {"method", TEXT | NOTHING, NULL, "a text or null"},
    {"passed", BOOL, NULL, TRUTH},
    {"reason", TEXT, NULL, ANY_TEXT},
};

static dw_status kind_check(const place *p, const dw_value *document, const char *kind)
{
  if (dw_value_kind(document) != DW_VALUE_OBJECT)
    return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: expected an object", p->document);
  return strcmp(text_of(document, "kind"), kind) == 0 ? DW_OK : wrong(p, "kind", kind);
}

static dw_status step_check(const place *p, const dw_value *step, const char *run)
{
  dw_buf id = {0};
  dw_status status = check(p, step, RULES(step_rules));
  if (status != DW_OK) return status;
  dw_buf_format(&id, "%s.%zu", run, p->item);
  if (strcmp(text_of(step, "id"), dw_buf_cstr(&id)) != 0) status = wrong(p, "id", "the id of its run, a point, and its number");
  dw_buf_free(&id);
  const char *type = text_of(step, "type");
  if (status == DW_OK && strcmp(type, "command") == 0) status = check(p, step, RULES(command_rules));
  if (status == DW_OK && strcmp(type, "decide") == 0) status = check(p, step, RULES(decide_rules));
  if (status == DW_OK && strcmp(type, "approval") == 0) status = check(p, step, RULES(approval_rules));
  return status;
}

/* Two steps that do something never share a name: their outputs would be one file. */
static dw_status names_check(const place *p, const dw_value *steps)
{
  for (const dw_value *step = dw_value_first(steps); step; step = dw_value_next(step))
    for (const dw_value *other = dw_value_first(steps); other != step; other = dw_value_next(other))
      if (strcmp(text_of(step, "name"), text_of(other, "name")) == 0 && strcmp(text_of(step, "type"), "command") == 0 &&
          strcmp(text_of(other, "type"), "command") == 0)
        return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: two steps are called \"%s\"", p->document, text_of(step, "name"));
  return DW_OK;
}

dw_status dw_journal_check_plan(const dw_value *plan, const char *run, const char *name, uint64_t number, dw_err *err)
{
  place p = {.name = name, .number = number, .document = "plan", .err = err};
  dw_status status = kind_check(&p, plan, "plan");
  if (status == DW_OK) status = check(&p, plan, RULES(plan_rules));
  if (status == DW_OK && strcmp(text_of(plan, "id"), run) != 0) status = wrong(&p, "id", "the run of its line");
  const struct {
    const char *key;
    const rule *rules;
    size_t count;
  } parts[] = {{"held", RULES(held_rules)}, {"policy", RULES(policy_rules)}, {"release", RULES(release_rules)}};
  for (size_t i = 0; i < 3 && status == DW_OK; i++) {
    const dw_value *part = dw_value_get(plan, parts[i].key);
    p.document = parts[i].key;
    if (dw_value_kind(part) == DW_VALUE_OBJECT) status = check(&p, part, parts[i].rules, parts[i].count);
  }
  p.document = "plan";
  if (status == DW_OK && dw_value_count(dw_value_get(plan, "steps")) > JOURNAL_STEPS) status = wrong(&p, "steps", "at most 4096 steps");
  p.part = "step";
  for (const dw_value *step = dw_value_first(dw_value_get(plan, "steps")); step && status == DW_OK; step = dw_value_next(step)) {
    p.item++;
    status = step_check(&p, step, run);
  }
  return status == DW_OK ? names_check(&p, dw_value_get(plan, "steps")) : status;
}

/* A gate, its figure and what is said of them belong together. */
static dw_status gate_check(const place *p, const dw_value *gate)
{
  dw_gates gates = {0};
  dw_status status = check(p, gate, RULES(gate_rules));
  if (status != DW_OK) return status;
  dw_gate_value figure = {text_of(gate, "metric"), dw_value_number(dw_value_get(gate, "value"), NAN)};
  bool ours = dw_gates_parse(&gates, text_of(gate, "gate"), NULL) == DW_OK && strcmp(gates.gate[0].metric, figure.metric) == 0;
  bool passed = ours && dw_gates_judge(&gates, &figure, 1, NULL) == DW_OK && gates.passed;
  if (!ours) status = wrong(p, "metric", "the metric of the gate");
  else if (dw_value_number(dw_value_get(gate, "threshold"), NAN) != gates.gate[0].threshold)
    status = wrong(p, "threshold", "the number of the gate");
  else if (passed != dw_value_bool(dw_value_get(gate, "passed"), false))
    status = wrong(p, "passed", passed ? "true, as the value says" : "false, as the value says");
  dw_gates_free(&gates);
  return status;
}

static dw_status outcome_check(place *p, const dw_value *document, const dw_journal_run *run)
{
  dw_status status = kind_check(p, document, "release");
  if (status == DW_OK) status = check(p, document, RULES(outcome_rules));
  if (status == DW_OK && strcmp(text_of(document, "run"), run->id) != 0) status = wrong(p, "run", "the run of its line");
  static const char *const same[] = {"incident", "action"};
  for (size_t i = 0; i < 2 && status == DW_OK; i++)
    if (strcmp(text_of(document, same[i]), text_of(run->plan, same[i])) != 0) status = wrong(p, same[i], "what the plan says");
  const dw_value *comparison = dw_value_get(document, "comparison");
  if (status == DW_OK && dw_value_kind(comparison) == DW_VALUE_OBJECT)
    status = check(&(place){p->name, p->number, "comparison", NULL, 0, p->err}, comparison, RULES(comparison_rules));
  place gates = {p->name, p->number, p->document, "gate", 0, p->err};
  for (const dw_value *gate = dw_value_first(dw_value_get(document, "gates")); gate && status == DW_OK; gate = dw_value_next(gate)) {
    gates.item++;
    status = gate_check(&gates, gate);
  }
  return status;
}

/* Whoever says promote has passed all its gates, and those are the plan's. */
static dw_status judged_check(place *p, const dw_value *document, const dw_journal_run *run, const dw_value *step)
{
  dw_status status = outcome_check(p, document, run);
  if (status == DW_OK) status = check(p, document, RULES(judged_rules));
  double share = dw_value_number(dw_value_get(document, "share"), 1), of_step = dw_value_number(dw_value_get(step, "share"), 1);
  if (status == DW_OK && share != of_step) status = wrong(p, "share", "that of its step");
  if (status != DW_OK || strcmp(text_of(document, "decision"), "promote") != 0) return status;
  const dw_value *gate = dw_value_first(dw_value_get(document, "gates")), *planned = dw_value_first(dw_value_get(run->plan, "gates"));
  bool stage = share < 1; /* gates say little about few rows */
  for (; gate && planned && strcmp(text_of(gate, "gate"), dw_value_text(planned, "")) == 0;
       planned = dw_value_next(planned), gate = dw_value_next(gate))
    if (!dw_value_bool(dw_value_get(gate, "passed"), false)) return wrong(p, "decision", "blocked, since a gate did not pass");
  if (gate || (planned && !stage)) return wrong(p, "gates", "the gates of the plan");
  if (!dw_value_bool(dw_value_get(dw_value_get(document, "comparison"), "passed"), true))
    return wrong(p, "decision", "blocked, since the comparison did not pass");
  return DW_OK;
}

static dw_status action_check(place *p, const dw_value *document, const dw_journal_run *run, const dw_value *step)
{
  dw_status status = kind_check(p, document, "action");
  if (status == DW_OK) status = check(p, document, RULES(action_rules));
  static const char *const same[] = {"name", "type"};
  for (size_t i = 0; i < 2 && status == DW_OK; i++)
    if (strcmp(text_of(document, same[i]), text_of(step, same[i])) != 0) status = wrong(p, same[i], "what the plan says");
  if (status == DW_OK && strcmp(text_of(document, "run"), run->id) != 0) status = wrong(p, "run", "the run of its line");
  if (status == DW_OK && strcmp(text_of(document, "step"), text_of(step, "id")) != 0) status = wrong(p, "step", "the step of its line");
  return status;
}

/* --- lines and events --- */

dw_status dw_journal_check_line(const dw_value *line, const char *name, uint64_t number, dw_err *err)
{
  return check(&(place){.name = name, .number = number, .document = "line of the audit log", .err = err}, line, RULES(line_rules));
}

static dw_status misplaced(const place *p, const char *what)
{
  return dw_err_at(p->err, DW_EDATA, p->name, p->number, 0, "%s: %s", p->document, what);
}

static const dw_value *planned(const dw_journal_run *run, const char *id)
{
  for (const dw_value *step = dw_value_first(dw_value_get(run->plan, "steps")); step; step = dw_value_next(step))
    if (strcmp(text_of(step, "id"), id) == 0) return step;
  return NULL;
}

/* Events of a step of the plan. */
static dw_status step_event(place *p, const dw_journal_run *run, const char *event, const dw_value *line)
{
  const char *id = text_of(line, "step");
  const dw_value *step = planned(run, id), *document = dw_value_get(line, "document");
  if (!step) return misplaced(p, "the plan of its run has no such step");
  const dw_journal_step *before = dw_journal_step_of(run, id);
  const char *type = text_of(step, "type");
  bool runs = strcmp(type, "command") == 0 || strcmp(type, "request") == 0;
  if (strcmp(event, "release") == 0)
    return strcmp(type, "decide") == 0 ? judged_check(p, document, run, step) : misplaced(p, "this step of the plan decides nothing");
  if (strcmp(event, "started") == 0) return runs ? DW_OK : misplaced(p, "this step of the plan is nothing to be started");
  if (strcmp(event, "ended") == 0)
    return before && before->started && !before->ended ? action_check(p, document, run, step) : misplaced(p, "this step was not started");
  if (strcmp(event, "approved") == 0)
    return run->waiting && strcmp(run->waiting, id) == 0 ? DW_OK : misplaced(p, "this step does not wait for approval");
  bool waits = strcmp(type, "approval") == 0 || strcmp(type, "command") == 0;
  return waits ? DW_OK : misplaced(p, "this step of the plan needs no approval");
}

dw_status dw_journal_check_event(const dw_journal_run *run, const dw_value *line, const char *name, uint64_t number, dw_err *err)
{
  static const char *const known[] = {"incident", "plan", "finished", "started", "ended", "release", "waiting", "approved"};
  const char *event = text_of(line, "event"), *id = text_of(line, "run");
  const dw_value *document = dw_value_get(line, "document");
  place p = {.name = name, .number = number, .document = event, .err = err};
  size_t i = 0;
  while (i < 8 && strcmp(event, known[i]) != 0) i++;
  if (i == 8) return DW_OK;
  if (!*id) return misplaced(&p, "it belongs to no run");
  if (run && run->result) return misplaced(&p, "its run was finished before");
  if (i == 0) {
    if (run && run->plan) return misplaced(&p, "its run has a plan already");
    dw_status status = kind_check(&p, document, "incident");
    return status == DW_OK ? check(&p, document, RULES(incident_rules)) : status;
  }
  if (!run || !run->incident) return misplaced(&p, "its run has no incident");
  if (i == 1) {
    if (run->plan) return misplaced(&p, "its run has a plan already");
    dw_status status = dw_journal_check_plan(document, id, name, number, err);
    if (status == DW_OK && strcmp(text_of(document, "incident"), text_of(run->incident, "id")) != 0)
      status = wrong(&p, "incident", "the incident of its run");
    return status;
  }
  if (!run->plan) return misplaced(&p, "its run has no plan");
  if (i > 2) return step_event(&p, run, event, line);
  dw_status status = outcome_check(&p, document, run);
  return status == DW_OK ? check(&p, document, RULES(finished_rules)) : status;
}
