#include "decide/planner.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"

/* One plan being written. */
typedef struct draft {
  const dw_value *incident;
  const dw_policy *policy;
  const dw_plan_settings *settings;
  const dw_plan_state *state;
  const dw_policy_action *action;
  dw_json *json;
  size_t count;    /* steps written */
  dw_buf canaries; /* that departed */
  double share;    /* stage of the step being written; NaN: none */
  dw_err *err;
} draft;

static const char *incident_text(const draft *d, const char *key) { return dw_value_text(dw_value_get(d->incident, key), ""); }

/* --- placeholders --- */

static void put_percent(dw_buf *out, double share)
{
  double percent = share * 100;
  dw_buf_number(out, rint(percent) == percent || fabs(rint(percent) - percent) > 1e-9 ? percent : rint(percent));
}

/* The canaries that departed, as a list that an option takes: a comma in one is no comma between two. NULL: none. */
static void put_canaries(const dw_value *incident, dw_buf *out)
{
  const dw_value *canaries = dw_value_get(incident, "canaries");
  for (const dw_value *item = dw_value_first(canaries); item; item = dw_value_next(item)) {
    if (out->length) dw_buf_char(out, ',');
    for (const char *p = dw_value_text(item, ""); *p; p++) {
      if (*p == ',' || *p == '\\') dw_buf_char(out, '\\');
      dw_buf_char(out, *p);
    }
  }
}

static const char *canaries_of(const draft *d) { return d->canaries.length ? d->canaries.data : NULL; }

/* Appends the value of placeholder name[0..length). false: it is filled when the step runs (what an earlier step gives). *option: what is
 * missing on the command line. */
static bool placeholder_put(const draft *d, const char *name, size_t length, dw_buf *out, const char **option)
{
  const dw_plan_settings *set = d->settings;
  const struct {
    const char *name, *value, *option;
  } table[] = {{"registry", set->registry, "--registry WHERE"},
               {"data", set->data, "--data FILE"},
               {"holdout", set->holdout, "--holdout FILE"},
               {"label", set->label, "--label COLUMN"},
               {"id", set->id, "--id COLUMN"},
               {"events", set->events, "--events DIR"},
               {"model", set->model, "--model NAME"},
               {"configs", set->configs, "--configs FILES"},
               {"canaries", canaries_of(d), "canaries that departed, and the evidence names none"},
               {"consensus", d->state->consensus, "consensus documents, and the evidence has none"},
               {"run", d->state->run, NULL},
               {"incident", incident_text(d, "id"), NULL},
               {"type", incident_text(d, "type"), NULL},
               {"severity", incident_text(d, "severity"), NULL},
               {"promote_stage", strcmp(d->policy->release.stage, "Staging") == 0 ? "staging" : "production", NULL}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (dw_text_equal(name, length, table[i].name)) {
      if (table[i].value) dw_buf_text(out, table[i].value);
      else *option = table[i].option;
      return true;
    }
  if (dw_text_equal(name, length, "work")) {
    if (!set->events) *option = "--events DIR";
    else dw_buf_format(out, "%s/runs/%s", set->events, d->state->run);
    return true;
  }
  double share = d->share == d->share ? d->share : 1;
  if (dw_text_equal(name, length, "share")) return dw_buf_number(out, share), true;
  if (dw_text_equal(name, length, "stage")) return put_percent(out, share), true;
  return false;
}

/* text with every placeholder that is known now filled. */
static dw_status fill(const draft *d, const dw_policy_step *step, const char *text, dw_buf *out)
{
  out->length = 0;
  for (const char *p = text; *p;) {
    const char *end = *p == '{' ? strchr(p, '}') : NULL, *option = NULL;
    if (end && placeholder_put(d, p + 1, (size_t)(end - p) - 1, out, &option)) {
      if (option) return dw_err_set(d->err, DW_EUSAGE, "%s: the step \"%s\" needs %s", d->action->name, step->name, option);
      p = end + 1;
    } else {
      dw_buf_char(out, *p++);
    }
  }
  return DW_OK;
}

/* --- steps --- */

/* A step's name in the plan: of a canary stage, with its share. */
static void put_name(const draft *d, const dw_policy_step *step, double share, dw_buf *out)
{
  dw_buf_text(out, step->name);
  if (!step->staged || d->policy->release.share_count == 0) return;
  dw_buf_char(out, '-');
  put_percent(out, share == share ? share : 1); /* from behind the stages: the last one */
}

/* Names of earlier steps, by comma, as they are called in the plan. */
static void put_references(const draft *d, const char *names, dw_buf *out)
{
  for (const char *p = names; p && *p;) {
    p += strspn(p, ", ");
    size_t length = strcspn(p, ", ");
    for (size_t i = 0; i < d->action->count; i++)
      if (length && dw_text_equal(p, length, d->action->step[i].name)) {
        if (out->length) dw_buf_char(out, ',');
        put_name(d, &d->action->step[i], d->share, out);
      }
    p += length;
  }
}

static void reference_write(draft *d, const char *key, const char *name)
{
  dw_buf text = {0};
  put_references(d, name, &text);
  if (text.length) dw_json_bytes(d->json, key, text.data, text.length);
  else dw_json_null(d->json, key);
  dw_buf_free(&text);
}

static void step_open(draft *d, const char *name, size_t name_length, const char *type)
{
  dw_buf id = {0};
  dw_buf_format(&id, "%s.%zu", d->state->run, ++d->count);
  dw_json_open(d->json, NULL, '{');
  dw_json_bytes(d->json, "id", id.data, id.length);
  dw_json_bytes(d->json, "name", name, name_length);
  dw_json_text(d->json, "type", type);
  dw_buf_free(&id);
}

static void approval_write(draft *d, const char *what)
{
  dw_buf name = {0};
  dw_buf_format(&name, "approve-%s", what);
  step_open(d, name.data, name.length, "approval");
  dw_json_text(d->json, "of", what);
  dw_json_close(d->json, '}');
  dw_buf_free(&name);
}

/* A command that nobody can fill, and that may be a request then. */
static bool asked_for_instead(const draft *d, const dw_policy_step *step)
{
  dw_err why;
  dw_buf filled = {0};
  draft quiet = *d;
  quiet.err = &why;
  bool whole = true;
  if (step->type != DW_STEP_COMMAND || !step->or_request) return false;
  for (size_t i = 0; i < step->argument_count && whole; i++) whole = fill(&quiet, step, step->argument[i], &filled) == DW_OK;
  for (size_t i = 0; i < step->environment_count && whole; i++) whole = fill(&quiet, step, step->environment[i], &filled) == DW_OK;
  dw_buf_free(&filled);
  return !whole;
}

static dw_status texts_write(draft *d, const dw_policy_step *step, const char *key, const char *const *text, size_t count)
{
  dw_buf filled = {0};
  dw_status status = DW_OK;
  dw_json_open(d->json, key, '[');
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    status = fill(d, step, text[i], &filled);
    dw_json_bytes(d->json, NULL, filled.data, filled.length);
  }
  dw_json_close(d->json, ']');
  dw_buf_free(&filled);
  return status;
}

static dw_status step_write(draft *d, const dw_policy_step *step)
{
  dw_buf name = {0};
  dw_status status = DW_OK;
  dw_step_type type = asked_for_instead(d, step) ? DW_STEP_REQUEST : step->type;
  put_name(d, step, d->share, &name);
  step_open(d, name.data, name.length, dw_step_type_names[type]);
  if (type == DW_STEP_COMMAND) {
    status = texts_write(d, step, "arguments", step->argument, step->argument_count);
    if (status == DW_OK) status = texts_write(d, step, "environment", step->environment, step->environment_count);
    dw_json_open(d->json, "pass_environment", '[');
    for (size_t i = 0; i < step->pass_count; i++) dw_json_text(d->json, NULL, step->pass[i]);
    dw_json_close(d->json, ']');
    dw_json_number(d->json, "time_limit", (double)step->time_limit / 1e6);
    dw_json_text(d->json, "gives", step->gives);
    dw_json_bool(d->json, "repeat", step->repeat);
    if (step->excused) {
      dw_json_open(d->json, "optional", '[');
      for (size_t i = 0; i < step->excused_count; i++) dw_json_integer(d->json, NULL, step->excused[i]);
      dw_json_close(d->json, ']');
    } else {
      dw_json_bool(d->json, "optional", step->optional);
    }
  }
  if (type == DW_STEP_DECIDE) {
    reference_write(d, "metrics", step->metrics);
    dw_json_text(d->json, "better_by", step->better_by);
  }
  reference_write(d, "when", step->when);
  reference_write(d, "unless", step->unless);
  dw_json_number(d->json, "share", d->share);
  dw_json_close(d->json, '}');
  dw_buf_free(&name);
  return status;
}

/* The steps from first to the end of the run of staged ones, once for each share of the traffic; none without stages. */
static dw_status stages_write(draft *d, size_t *first)
{
  const dw_policy_release *r = &d->policy->release;
  size_t end = *first;
  dw_status status = DW_OK;
  while (end < d->action->count && d->action->step[end].staged) end++;
  for (size_t s = 0; s < r->share_count && status == DW_OK; s++) {
    d->share = r->share[s];
    for (size_t i = *first; i < end && status == DW_OK; i++) status = step_write(d, &d->action->step[i]);
  }
  d->share = NAN;
  *first = end;
  return status;
}

/* Whoever leaves the stages out must not promote without any judgement. */
static dw_status judged_check(const draft *d)
{
  size_t staged = 0, always = 0;
  for (size_t i = 0; i < d->action->count; i++)
    if (d->action->step[i].type == DW_STEP_DECIDE) d->action->step[i].staged ? staged++ : always++;
  if (!staged || always || d->policy->release.share_count) return DW_OK;
  return dw_err_set(d->err, DW_EUSAGE, "%s: only its canary stages decide, and the policy has none (release_policy: stages)",
                    d->action->name);
}

static dw_status steps_write(draft *d)
{
  dw_status status = judged_check(d);
  if (dw_policy_waits(d->policy, d->action->name)) approval_write(d, d->action->name);
  for (size_t i = 0; i < d->action->count && status == DW_OK;) {
    const dw_policy_step *step = &d->action->step[i];
    if (strcmp(step->name, d->action->name) != 0 && dw_policy_waits(d->policy, step->name)) approval_write(d, step->name);
    if (step->staged) {
      status = stages_write(d, &i);
    } else {
      status = step_write(d, step);
      i++;
    }
  }
  return status;
}

/* --- why not now --- */

static bool cooling(const draft *d) { return d->state->changed && d->state->now < d->state->last_change + d->policy->release.cool_down; }
static bool daily_limit(const draft *d)
{
  return d->policy->release.most_a_day >= 0 && d->state->changes_today >= d->policy->release.most_a_day;
}

static void held_write(draft *d, const char *by, int64_t until, const dw_buf *reason)
{
  char text[DW_TIME_TEXT];
  dw_json_open(d->json, "held", '{');
  dw_json_text(d->json, "by", by);
  dw_json_bytes(d->json, "until", text, dw_time_print(text, until));
  dw_json_bytes(d->json, "reason", reason->data, reason->length);
  dw_json_close(d->json, '}');
}

/* Writes the member "held" and tells whether there is a reason to wait. */
static bool hold(draft *d, dw_buf *reason)
{
  char text[DW_TIME_TEXT];
  const int64_t day = 86400 * DW_SECOND;
  if (d->action->changes && cooling(d)) {
    int64_t until = d->state->last_change + d->policy->release.cool_down;
    dw_buf_format(reason, "%s is held back: the cool-down of ", d->action->name);
    dw_buf_add(reason, text, dw_duration_print(text, d->policy->release.cool_down));
    dw_buf_format(reason, " since the last change (%s, ", d->state->last_what ? d->state->last_what : "");
    dw_buf_add(reason, text, dw_time_print(text, d->state->last_change));
    dw_buf_text(reason, ") lasts until ");
    dw_buf_add(reason, text, dw_time_print(text, until));
    dw_buf_text(reason, "; what is in production stays");
    held_write(d, "cool_down", until, reason);
    return true;
  }
  if (d->action->changes && daily_limit(d)) {
    int64_t since = ((d->state->now % day) + day) % day;
    dw_buf_format(reason, "%s is held back: %lld of at most %lld actions were taken today (UTC); what is in production stays",
                  d->action->name, (long long)d->state->changes_today, (long long)d->policy->release.most_a_day);
    held_write(d, "max_actions_per_day", d->state->now - since + day, reason);
    return true;
  }
  dw_json_null(d->json, "held");
  return false;
}

/* --- the plan --- */

static void policy_write(const draft *d)
{
  const dw_policy_release *r = &d->policy->release;
  dw_buf gate = {0};
  dw_json_open(d->json, "policy", '{');
  dw_json_text(d->json, "name", d->policy->name);
  dw_json_integer(d->json, "version", d->policy->version);
  dw_json_text(d->json, "digest", d->policy->digest);
  dw_json_close(d->json, '}');
  dw_json_open(d->json, "gates", '[');
  for (size_t i = 0; i < d->policy->gates.count; i++) {
    gate.length = 0;
    dw_gate_print(&d->policy->gates.gate[i], &gate);
    dw_json_bytes(d->json, NULL, gate.data, gate.length);
  }
  dw_json_close(d->json, ']');
  dw_json_open(d->json, "release", '{');
  dw_json_bool(d->json, "promote_if_quality_gates_pass", r->promote);
  dw_json_text(d->json, "promote_stage", r->stage);
  dw_json_bool(d->json, "require_better_than_current", r->better);
  dw_json_close(d->json, '}');
  dw_buf_free(&gate);
}

static void reason_put(const draft *d, dw_buf *reason)
{
  dw_buf_format(reason, "%s of severity %s (%s): the policy says %s", incident_text(d, "type"), incident_text(d, "severity"),
                incident_text(d, "summary"), d->action->name);
}

dw_status dw_planner(const dw_value *incident, const dw_policy *policy, const dw_plan_settings *settings, const dw_plan_state *state,
                     dw_buf *out, dw_err *err)
{
  dw_json json;
  char text[DW_TIME_TEXT];
  dw_buf reason = {0};
  size_t before = out->length;
  draft d = {.incident = incident, .policy = policy, .settings = settings, .state = state, .json = &json, .share = NAN, .err = err};
  d.action = dw_policy_action_find(policy, incident_text(&d, "recommended_action"));
  if (!d.action)
    return dw_err_set(err, DW_EDATA, "the incident recommends an action that the policy does not know: \"%s\"",
                      incident_text(&d, "recommended_action"));
  put_canaries(incident, &d.canaries);
  dw_buf_cstr(&d.canaries);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "plan");
  dw_json_text(&json, "id", state->run);
  dw_json_text(&json, "incident", incident_text(&d, "id"));
  dw_json_bytes(&json, "time", text, dw_time_print(text, state->now));
  dw_json_text(&json, "type", incident_text(&d, "type"));
  dw_json_text(&json, "severity", incident_text(&d, "severity"));
  dw_json_text(&json, "recommended_action", d.action->name);
  bool held = hold(&d, &reason);
  dw_json_text(&json, "action", held ? "noop" : d.action->name);
  dw_json_bool(&json, "changes", !held && d.action->changes);
  if (!held) reason_put(&d, &reason);
  dw_json_bytes(&json, "reason", reason.data, reason.length);
  policy_write(&d);
  dw_json_open(&json, "steps", '[');
  dw_status status = held ? DW_OK : steps_write(&d);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_free(&reason);
  dw_buf_free(&d.canaries);
  if (status != DW_OK) out->length = before;
  return status;
}
