#include "act/heal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/execute.h"
#include "act/heal_parts.h"
#include "act/journal_check.h"
#include "decide/sentinel.h"
#include "io/bytes/input.h"
#include "io/bytes/output.h"

enum { RUN_ID = 80 };

/* --- files, log, output --- */

char *dw_healing_path(const dw_healing *h, const char *name)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s/%s", h->options->settings.events, name);
  char *out = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

char *dw_healing_work(const dw_healing *h, const char *step, const char *suffix)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s/%s.%s", h->work, step, suffix);
  char *out = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return out;
}

dw_status dw_healing_folder(dw_healing *h, const char *path)
{
  char *part = dw_strdup(path);
  dw_status status = DW_OK;
  for (char *p = part + 1;; p++) {
    if (*p && *p != '/') continue;
    char c = *p;
    *p = '\0';
    if (mkdir(part, 0777) < 0 && errno != EEXIST) status = dw_err_system(h->err, errno, "%s", part);
    *p = c;
    if (!c || status != DW_OK) break;
  }
  dw_free(part);
  return status;
}

dw_status dw_healing_file(dw_healing *h, const char *name, const char *text, size_t length)
{
  char *path = dw_healing_path(h, name);
  dw_status status = dw_output_file(path, text, length, h->err);
  dw_free(path);
  return status;
}

dw_status dw_healing_emit(dw_healing *h, const char *text, size_t length)
{
  return h->options->emit(h->options->context, text, length, h->err);
}

/* A document that rests on what others wrote (evidence, metrics) is read back before it goes into the log: what the next run would refuse
 * must not stand there. */
static dw_status readable(dw_healing *h, const char *event, const char *run, const char *step, const dw_buf *document)
{
  dw_value *line;
  dw_json json;
  dw_buf text = {0};
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "event", event);
  dw_json_text(&json, "run", run);
  dw_json_text(&json, "step", step);
  dw_json_raw(&json, "document", document->data, document->length);
  dw_json_close(&json, '}');
  dw_status status = dw_value_parse(&line, text.data, text.length, event, 1, h->err);
  if (status == DW_OK) status = dw_journal_check_event(dw_journal_find(&h->journal, run), line, event, 0, h->err);
  dw_value_free(line);
  dw_buf_free(&text);
  return status;
}

dw_status dw_healing_log(dw_healing *h, const char *event, const char *run, const char *step, const dw_buf *document)
{
  bool rests = strcmp(event, "incident") == 0 || strcmp(event, "release") == 0 || strcmp(event, "finished") == 0;
  dw_status status = rests ? readable(h, event, run, step, document) : DW_OK;
  if (status != DW_OK) return status;
  return dw_audit_append(h->audit,
                         &(dw_audit_entry){.event = event,
                                           .run = run,
                                           .step = step,
                                           .document = document ? document->data : NULL,
                                           .length = document ? document->length : 0},
                         h->err);
}

static dw_status file_and_emit(dw_healing *h, const char *name, const dw_value *document)
{
  dw_buf text = {0};
  dw_value_print(document, &text);
  dw_status status = dw_healing_emit(h, text.data, text.length);
  dw_buf_char(&text, '\n');
  if (status == DW_OK) status = dw_healing_file(h, name, text.data, text.length);
  dw_buf_free(&text);
  return status;
}

/* The log as it is now, in memory. */
static dw_status journal_load(dw_healing *h)
{
  dw_buf text = {0};
  dw_journal_free(&h->journal);
  for (size_t i = 0; i < dw_audit_count(h->audit); i++) {
    size_t length;
    const char *line = dw_audit_line(h->audit, i, &length);
    dw_buf_add(&text, line, length + 1);
  }
  char *path = dw_healing_path(h, "audit.ndjson");
  dw_status status = dw_journal_read(&h->journal, text.data, text.length, path, h->err);
  dw_free(path);
  dw_buf_free(&text);
  return status;
}

/* --- the end of a run --- */

typedef struct judgements {
  dw_value **item; /* of the steps that decided, in order; owned */
  size_t count, capacity;
} judgements;

static void judgement_add(judgements *list, dw_value *value)
{
  list->item = dw_grow(list->item, &list->capacity, list->count + 1, sizeof *list->item);
  list->item[list->count++] = value;
}

static void judgements_free(judgements *list)
{
  for (size_t i = 0; i < list->count; i++) dw_value_free(list->item[i]);
  dw_free(list->item);
}

/* The result goes into the log, then into its file. waiting: the step that waits: the run is not finished. */
static dw_status close_run(dw_healing *h, const dw_journal_run *run, const judgements *judged, dw_decision decision, const char *reason,
                           const char *waiting)
{
  dw_buf text = {0};
  int64_t now = h->now;
  char *version;
  dw_status status = dw_healing_given(h, run, "version", &version);
  if (status != DW_OK) return status;
  dw_time_now(&now, NULL);
  dw_release_close(run->plan, (const dw_value *const *)judged->item, judged->count, decision, reason, version, now, &text);
  if (!waiting) status = dw_healing_log(h, "finished", run->id, NULL, &text);
  else if (!run->waiting || strcmp(run->waiting, waiting) != 0) status = dw_healing_log(h, "waiting", run->id, waiting, NULL);
  if (status == DW_OK) status = dw_healing_emit(h, text.data, text.length);
  dw_buf_char(&text, '\n');
  if (status == DW_OK) status = dw_healing_file(h, "release_result.json", text.data, text.length);
  h->result->decision = decision;
  if (status == DW_OK && decision == DW_DECISION_FAILED) h->trouble = dw_err_set(h->err, DW_ESYSTEM, "%s", reason);
  dw_free(version);
  dw_buf_free(&text);
  return status;
}

/* --- a step that decides --- */

/* All documents that the named steps wrote (names by comma), as evidence. */
static dw_status metrics_read(dw_healing *h, const char *names, dw_evidence **metrics)
{
  const char *path[64];
  size_t count = 0;
  for (const char *p = names; *p && count < 64;) {
    size_t length = strcspn(p, ",");
    char *name = dw_strndup(p, length), *file = dw_healing_work(h, name, "out");
    struct stat about;
    if (stat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) path[count++] = file;
    else dw_free(file);
    dw_free(name);
    p += length + (p[length] == ',');
  }
  dw_status status = count ? dw_evidence_read(metrics, path, count, h->err)
                           : dw_err_set(h->err, DW_EDATA, "no metrics to decide on: the steps %s wrote none", names);
  for (size_t i = 0; i < count; i++) dw_free((char *)path[i]);
  return status;
}

static dw_status decide_step(dw_healing *h, const dw_journal_run *run, const dw_value *step, judgements *judged)
{
  const dw_journal_step *before = dw_journal_step_of(run, dw_value_text_of(step, "id", ""));
  dw_evidence *metrics = NULL;
  dw_buf text = {0};
  dw_value *value;
  dw_status trouble = DW_OK, status = DW_OK;
  if (before && before->release) {
    dw_value_print(before->release, &text);
  } else {
    status = metrics_read(h, dw_value_text_of(step, "metrics", ""), &metrics);
    if (status == DW_ESYSTEM) return status;
    if (status != DW_OK) { /* no figures are no pass */
      trouble = status;
      status = dw_evidence_parse(&metrics, "{\"kind\":\"summary\"}", 18, "", h->err);
    }
    dw_err why;
    dw_status gates = DW_OK;
    int64_t now = h->now;
    dw_time_now(&now, NULL);
    dw_release_judge(run->plan, metrics, dw_value_number(dw_value_get(step, "share"), NAN),
                     dw_value_text(dw_value_get(step, "better_by"), NULL), now, &text, &gates, &why);
    if (gates != DW_OK) {
      trouble = gates;
      *h->err = why;
    }
    if (status == DW_OK) status = dw_healing_log(h, "release", run->id, dw_value_text_of(step, "id", ""), &text);
  }
  if (status == DW_OK) status = dw_value_parse(&value, text.data, text.length, "release", 1, h->err);
  if (status == DW_OK) judgement_add(judged, value);
  if (status == DW_OK && trouble != DW_OK) h->trouble = trouble;
  dw_evidence_free(metrics);
  dw_buf_free(&text);
  return status;
}

/* --- the steps of a run --- */

typedef struct done {
  const char **name; /* of the steps that succeeded */
  size_t count, capacity;
} done;

static bool is_done(const done *d, const char *name)
{
  for (size_t i = 0; i < d->count; i++)
    if (strcmp(d->name[i], name) == 0) return true;
  return false;
}

static bool due(const done *d, const dw_value *step)
{
  const char *when = dw_value_text(dw_value_get(step, "when"), NULL), *unless = dw_value_text(dw_value_get(step, "unless"), NULL);
  return (!when || is_done(d, when)) && (!unless || !is_done(d, unless));
}

/* A failure that the policy says is none: optional: true, or one of its exit statuses. */
static bool excused(dw_healing *h, const dw_journal_run *run, const dw_value *step)
{
  const dw_value *optional = dw_value_get(step, "optional");
  dw_execute_result result;
  bool known, found = false;
  if (dw_value_kind(optional) != DW_VALUE_ARRAY) return dw_value_bool(optional, false);
  char *file = dw_healing_work(h, dw_value_text_of(step, "name", ""), "status");
  if (dw_execute_outcome(file, &result, &known, NULL) == DW_OK && known && result.outcome == DW_OUTCOME_FAILED)
    for (const dw_value *item = dw_value_first(optional); item && !found; item = dw_value_next(item))
      found = dw_value_number(item, 0) == result.number;
  dw_free(file);
  return found;
}

static dw_status wait_for_approval(dw_healing *h, const dw_journal_run *run, const dw_value *step, const judgements *judged,
                                   const char *what)
{
  dw_buf reason = {0};
  dw_buf_format(&reason, "%s; --approve %s goes on", what, dw_value_text_of(step, "id", ""));
  dw_status status = close_run(h, run, judged, DW_DECISION_WAITING, dw_buf_cstr(&reason), dw_value_text_of(step, "id", ""));
  dw_buf_free(&reason);
  return status;
}

/* From the first step to the last one that is to be done; what was done before is passed over. */
static dw_status steps_run(dw_healing *h, dw_journal_run *run, done *d, judgements *judged)
{
  dw_buf why = {0};
  dw_status status = DW_OK;
  bool decided = false, closed = false;
  for (const dw_value *step = dw_value_first(dw_value_get(run->plan, "steps")); step && status == DW_OK && !closed;
       step = dw_value_next(step)) {
    const char *type = dw_value_text_of(step, "type", ""), *name = dw_value_text_of(step, "name", "");
    const dw_journal_step *before = dw_journal_step_of(run, dw_value_text_of(step, "id", ""));
    bool ok = true, unknown = false;
    if (!due(d, step)) continue;
    if (strcmp(type, "approval") == 0) {
      if (before && before->approved) continue;
      dw_buf_format(&why, "%s waits for approval", dw_value_text_of(step, "of", ""));
      status = wait_for_approval(h, run, step, judged, dw_buf_cstr(&why));
      closed = true;
    } else if (strcmp(type, "decide") == 0) {
      decided = true;
      status = decide_step(h, run, step, judged);
      if (status == DW_OK && strcmp(dw_value_text_of(judged->item[judged->count - 1], "decision", ""), "promote") != 0) {
        status = close_run(h, run, judged, DW_DECISION_BLOCKED, NULL, NULL);
        closed = true;
      }
    } else {
      status = dw_healing_step(h, run, step, &ok, &unknown, &why);
      if (status == DW_OK && unknown) {
        status = wait_for_approval(h, run, step, judged, dw_buf_cstr(&why));
        closed = true;
      } else if (status == DW_OK && !ok && !excused(h, run, step)) {
        status = close_run(h, run, judged, DW_DECISION_FAILED, dw_buf_cstr(&why), NULL);
        closed = true;
      }
    }
    if (ok) {
      d->name = dw_grow(d->name, &d->capacity, d->count + 1, sizeof *d->name);
      d->name[d->count++] = name;
    }
  }
  dw_buf_free(&why);
  if (status == DW_OK && !closed) status = close_run(h, run, judged, decided ? DW_DECISION_PROMOTED : DW_DECISION_DONE, NULL, NULL);
  return status;
}

/* From wherever the run stands to its end, or to a step that waits. */
static dw_status run_on(dw_healing *h, dw_journal_run *run)
{
  judgements judged = {0};
  done d = {0};
  dw_buf name = {0};
  dw_buf_format(&name, "runs/%s", run->id);
  h->work = dw_healing_path(h, dw_buf_cstr(&name));
  dw_status status = file_and_emit(h, "sentinel_report.json", run->incident);
  if (status == DW_OK) status = file_and_emit(h, "execution_plan.json", run->plan);
  if (status == DW_OK && dw_value_kind(dw_value_get(run->plan, "held")) == DW_VALUE_OBJECT) {
    status = close_run(h, run, &judged, DW_DECISION_HELD, NULL, NULL);
  } else if (status == DW_OK && dw_value_count(dw_value_get(run->plan, "steps")) == 0) {
    status = close_run(h, run, &judged, DW_DECISION_NONE, NULL, NULL);
  } else if (status == DW_OK) {
    status = dw_healing_folder(h, h->work);
    if (status == DW_OK) status = steps_run(h, run, &d, &judged);
  }
  judgements_free(&judged);
  dw_free(d.name);
  dw_buf_free(&name);
  dw_free(h->work);
  h->work = NULL;
  return status;
}

/* --- new evidence --- */

/* What makes a run the same one: evidence, policy, and what fills its arguments. */
static void run_base(const dw_heal_options *o, char out[RUN_ID])
{
  dw_digest digest = o->evidence->digest;
  char text[33];
  const char *const parts[] = {o->policy->digest,   o->settings.registry, o->settings.data,
                               o->settings.holdout, o->settings.label,    o->settings.id};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    dw_digest_add(&digest, parts[i] ? parts[i] : "", parts[i] ? strlen(parts[i]) + 1 : 1);
  if (o->settings.model) dw_digest_add(&digest, o->settings.model, strlen(o->settings.model) + 1);
  if (o->settings.configs) { /* marked: it is no model of that name */
    dw_digest_add(&digest, "configs", sizeof "configs");
    dw_digest_add(&digest, o->settings.configs, strlen(o->settings.configs) + 1);
  }
  dw_digest_text(&digest, text);
  dw_buf id = {0};
  dw_buf_format(&id, "r-%.16s", text);
  memcpy(out, dw_buf_cstr(&id), id.length + 1);
  dw_buf_free(&id);
}

/* A summary that says drift, and nothing that says what drifted: that is no "nothing to act on". */
static dw_status lone_check(const dw_evidence *evidence, const dw_value *incident, dw_err *err)
{
  if (strcmp(dw_value_text_of(incident, "type", ""), "none") != 0) return DW_OK;
  for (size_t i = 0; i < evidence->count; i++)
    if (evidence->item[i].summary && evidence->item[i].summary->answer == DW_ANSWER_DRIFT)
      return dw_err_set(err, DW_ENODATA,
                        "a summary says drift, and nothing says what drifted: give the findings before it too (all that dw-compare wrote), "
                        "or a summary with "
                        "\"severity\" and \"drifted_columns\"");
  return DW_OK;
}

static bool has_consensus(const dw_evidence *evidence)
{
  for (size_t i = 0; i < evidence->count; i++)
    if (evidence->item[i].kind == DW_EVIDENCE_CONSENSUS) return true;
  return false;
}

/* EVENTS/runs/RUN/consensus.ndjson, for steps that read it; NULL: the evidence has no such documents. The caller frees. */
static char *consensus_path(const dw_healing *h, const char *run)
{
  if (!h->options->settings.events || !has_consensus(h->options->evidence)) return NULL;
  dw_buf name = {0};
  dw_buf_format(&name, "runs/%s/consensus.ndjson", run);
  char *path = dw_healing_path(h, dw_buf_cstr(&name));
  dw_buf_free(&name);
  return path;
}

/* Before the plan is in the log, so that whoever goes on with it finds the file. */
static dw_status consensus_write(dw_healing *h, const char *run)
{
  char *path = consensus_path(h, run);
  if (!path) return DW_OK;
  dw_buf text = {0};
  for (size_t i = 0; i < h->options->evidence->count; i++) {
    if (h->options->evidence->item[i].kind != DW_EVIDENCE_CONSENSUS) continue;
    dw_value_print(h->options->evidence->item[i].value, &text);
    dw_buf_char(&text, '\n');
  }
  char *slash = strrchr(path, '/');
  *slash = '\0';
  dw_status status = dw_healing_folder(h, path);
  *slash = '/';
  if (status == DW_OK) status = dw_output_file(path, text.data, text.length, h->err);
  dw_buf_free(&text);
  dw_free(path);
  return status;
}

static dw_status plan_make(dw_healing *h, const char *run, dw_buf *incident, dw_buf *plan)
{
  dw_value *value;
  dw_journal_changes changes;
  char what[100] = "";
  dw_journal_changes_of(&h->journal, h->now, &changes);
  dw_status current = dw_healing_production(h, &changes, what, sizeof what);
  if (current != DW_OK) return current;
  dw_sentinel(h->options->evidence, h->options->policy, h->now, incident);
  dw_status status = dw_value_parse(&value, incident->data, incident->length, "incident", 1, h->err);
  if (status == DW_OK) status = lone_check(h->options->evidence, value, h->err);
  char *consensus = consensus_path(h, run);
  dw_plan_state state = {.run = run,
                         .now = h->now,
                         .changed = changes.any,
                         .last_change = changes.last,
                         .last_what = changes.what,
                         .consensus = consensus,
                         .changes_today = changes.today};
  if (status == DW_OK) status = dw_sentinel_check(h->options->evidence, h->options->policy, value, h->err);
  if (status == DW_OK) status = dw_planner(value, h->options->policy, &h->options->settings, &state, plan, h->err);
  dw_free(consensus);
  dw_value_free(value);
  return status;
}

static dw_status run_begin(dw_healing *h, const char *id)
{
  dw_buf incident = {0}, plan = {0};
  dw_value *value = NULL;
  dw_status status = plan_make(h, id, &incident, &plan);
  if (status == DW_OK) status = dw_value_parse(&value, plan.data, plan.length, "plan", 1, h->err);
  if (status == DW_OK) status = dw_journal_check_plan(value, id, "plan", 0, h->err);
  if (status == DW_OK && dw_value_count(dw_value_get(value, "steps"))) status = consensus_write(h, id);
  dw_value_free(value);
  if (status == DW_OK) status = dw_healing_log(h, "incident", id, NULL, &incident);
  if (status == DW_OK) status = dw_healing_log(h, "plan", id, NULL, &plan);
  dw_buf_free(&incident);
  dw_buf_free(&plan);
  if (status == DW_OK) status = journal_load(h);
  return status == DW_OK ? run_on(h, dw_journal_find(&h->journal, id)) : status;
}

/* A run with its result is shown again, and nothing is done. */
static dw_status run_show(dw_healing *h, const dw_journal_run *run)
{
  dw_status status = file_and_emit(h, "sentinel_report.json", run->incident);
  if (status == DW_OK) status = file_and_emit(h, "execution_plan.json", run->plan);
  if (status == DW_OK) status = file_and_emit(h, "release_result.json", run->result);
  for (int i = 0; i < DW_DECISIONS; i++)
    if (strcmp(dw_journal_decision(run), dw_decision_names[i]) == 0) h->result->decision = (dw_decision)i;
  h->result->repeated = true;
  return status;
}

static dw_status evidence_handle(dw_healing *h)
{
  char base[RUN_ID], id[RUN_ID + 32];
  size_t number;
  run_base(h->options, base);
  dw_journal_run *run = dw_journal_newest(&h->journal, base, &number);
  if (run && !run->plan) { /* killed between incident and plan */
    run = NULL;
    number--;
  }
  if (run && !run->result) return run_on(h, run); /* it waits */
  const char *decision = run ? dw_journal_decision(run) : "";
  bool open = strcmp(decision, "held") == 0 || strcmp(decision, "failed") == 0;
  if (run && !open && !h->options->again) return run_show(h, run);
  dw_buf text = {0};
  dw_buf_text(&text, base);
  if (number) dw_buf_format(&text, "-%zu", number + 1);
  memcpy(id, dw_buf_cstr(&text), text.length + 1);
  dw_buf_free(&text);
  return run_begin(h, id);
}

static dw_status approve(dw_healing *h)
{
  dw_journal_run *run = dw_journal_waiting(&h->journal, h->options->approve);
  if (!run) return dw_err_set(h->err, DW_EUSAGE, "--approve %s: nothing waits under this id", h->options->approve);
  char *id = dw_strdup(run->id);
  dw_status status = dw_healing_log(h, "approved", run->id, run->waiting, NULL);
  if (status == DW_OK) status = journal_load(h);
  if (status == DW_OK) status = run_on(h, dw_journal_find(&h->journal, id));
  dw_free(id);
  return status;
}

/* What a crash cut short comes first. */
static dw_status everything(dw_healing *h)
{
  dw_journal_run *run;
  dw_status status = DW_OK;
  char base[RUN_ID] = "";
  size_t length = 0;
  if (h->options->evidence && !h->options->approve) {
    run_base(h->options, base);
    length = strlen(base);
  }
  while (status == DW_OK && (run = dw_journal_unfinished(&h->journal))) {
    bool same = length && strncmp(run->id, base, length) == 0;
    status = run_on(h, run);
    if (status == DW_OK && same) return DW_OK; /* it was this evidence's run: that is the answer */
    if (status == DW_OK) status = journal_load(h);
  }
  if (status != DW_OK) return status;
  if (h->options->approve) return approve(h);
  return h->options->evidence ? evidence_handle(h) : DW_OK;
}

/* --- without doing anything --- */

static dw_status dry_journal(dw_healing *h)
{
  if (!h->options->settings.events) return DW_OK;
  char *path = dw_healing_path(h, "audit.ndjson"), *head = dw_healing_path(h, "audit.ndjson.head");
  dw_audit_report report = {0};
  dw_buf text = {0};
  bool log = false, end = false;
  dw_status status = dw_input_there(path, &log, h->err);
  if (status == DW_OK) status = dw_input_there(head, &end, h->err);
  if (log || end) status = dw_audit_read(path, h->options->seal, &text, &report, h->err);
  if (status == DW_OK && text.length) status = dw_journal_read(&h->journal, text.data, text.length, path, h->err);
  if (!h->options->seal) h->result->unlooked = report.signed_lines;
  h->result->lines = report.lines;
  dw_buf_free(&text);
  dw_free(path);
  dw_free(head);
  return status;
}

static dw_status dry_run(dw_healing *h)
{
  char base[RUN_ID];
  dw_buf incident = {0}, plan = {0};
  dw_value *value = NULL;
  dw_status status = dry_journal(h);
  run_base(h->options, base);
  if (status == DW_OK) status = plan_make(h, base, &incident, &plan);
  if (status == DW_OK) status = dw_healing_emit(h, incident.data, incident.length);
  if (status == DW_OK) status = dw_healing_emit(h, plan.data, plan.length);
  if (status == DW_OK) status = dw_value_parse(&value, plan.data, plan.length, "plan", 1, h->err);
  if (status == DW_OK) {
    const dw_value *first = dw_value_first(dw_value_get(value, "steps"));
    bool held = dw_value_kind(dw_value_get(value, "held")) == DW_VALUE_OBJECT;
    h->result->decision = held                                                           ? DW_DECISION_HELD
                          : !first                                                       ? DW_DECISION_NONE
                          : strcmp(dw_value_text_of(first, "type", ""), "approval") == 0 ? DW_DECISION_WAITING
                                                                                         : DW_DECISION_DONE;
  }
  dw_value_free(value);
  dw_buf_free(&incident);
  dw_buf_free(&plan);
  return status;
}

dw_status dw_heal(const dw_heal_options *options, dw_heal_result *result, dw_err *err)
{
  dw_healing h = {.options = options, .result = result, .err = err};
  *result = (dw_heal_result){.decision = DW_DECISION_NONE};
  dw_status status = dw_time_now(&h.now, err);
  if (status == DW_OK && options->dry_run) {
    status = dry_run(&h);
  } else if (status == DW_OK) {
    status = dw_healing_folder(&h, options->settings.events);
    char *path = dw_healing_path(&h, "audit.ndjson");
    if (status == DW_OK) status = dw_audit_open(&h.audit, path, &(dw_audit_options){.seal = options->seal, .wait = options->wait}, err);
    dw_free(path);
    if (status == DW_OK) status = journal_load(&h);
    if (status == DW_OK) status = everything(&h);
    if (status == DW_OK) status = h.trouble;
  }
  dw_journal_free(&h.journal);
  dw_audit_close(h.audit);
  return status;
}
