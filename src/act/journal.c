#include "act/journal.h"

#include "base/clock.h"
#include "act/journal_check.h"
#include "io/text/lines.h"

static dw_journal_run *run_for(dw_journal *journal, const char *id)
{
  dw_journal_run *run = dw_journal_find(journal, id);
  if (run) return run;
  journal->run = dw_grow(journal->run, &journal->capacity, journal->count + 1, sizeof *journal->run);
  journal->run[journal->count] = (dw_journal_run){.id = id};
  return &journal->run[journal->count++];
}

static dw_journal_step *step_for(dw_journal_run *run, const char *id)
{
  for (size_t i = 0; i < run->step_count; i++)
    if (strcmp(run->step[i].id, id) == 0) return &run->step[i];
  run->step = dw_grow(run->step, &run->step_capacity, run->step_count + 1, sizeof *run->step);
  run->step[run->step_count] = (dw_journal_step){.id = id};
  return &run->step[run->step_count++];
}

static void act(dw_journal_run *run, int64_t time)
{
  if (!run->acted) run->first_act = time;
  run->acted = true;
  run->last_act = time;
}

/* What one line says. Events of a later version are passed over. */
static void event_add(dw_journal_run *run, const char *event, const char *step_id, int64_t time, const dw_value *document)
{
  dw_journal_step *step = step_id ? step_for(run, step_id) : NULL;
  if (strcmp(event, "incident") == 0) {
    run->incident = document;
    run->time = time;
  } else if (strcmp(event, "plan") == 0) {
    run->plan = document;
  } else if (strcmp(event, "finished") == 0) {
    run->result = document;
    run->waiting = NULL;
  } else if (!step) {
    return;
  } else if (strcmp(event, "started") == 0) {
    step->started = true;
    step->ended = step->approved = false; /* what was approved was to do it once */
    act(run, time);
  } else if (strcmp(event, "ended") == 0) {
    step->ended = true;
    step->action = document;
    act(run, time);
  } else if (strcmp(event, "approved") == 0) {
    step->approved = true;
    run->waiting = NULL;
  } else if (strcmp(event, "waiting") == 0) {
    step->approved = false;
    run->waiting = step_id;
  } else if (strcmp(event, "release") == 0) {
    step->release = document;
  }
}

static dw_status line_add(dw_journal *journal, const dw_line *at, const char *name, dw_err *err)
{
  uint64_t number = at->number;
  dw_value *line;
  int64_t time = 0;
  dw_status status = dw_value_parse(&line, at->text, at->length, name, number, err);
  if (status != DW_OK) return status;
  journal->line = dw_grow(journal->line, &journal->line_capacity, journal->line_count + 1, sizeof *journal->line);
  journal->line[journal->line_count++] = line;
  status = dw_journal_check_line(line, name, number, err);
  const char *run = dw_value_text(dw_value_get(line, "run"), NULL), *when = dw_value_text(dw_value_get(line, "time"), "");
  if (status == DW_OK) status = dw_journal_check_event(run ? dw_journal_find(journal, run) : NULL, line, name, number, err);
  if (status != DW_OK || !run) return status;
  dw_time_parse(when, strlen(when), &time);
  event_add(run_for(journal, run), dw_value_text(dw_value_get(line, "event"), ""), dw_value_text(dw_value_get(line, "step"), NULL), time,
            dw_value_get(line, "document"));
  return DW_OK;
}

dw_status dw_journal_read(dw_journal *journal, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_status status = DW_OK;
  *journal = (dw_journal){0};
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line) && line.ended;) status = line_add(journal, &line, name, err);
  if (status != DW_OK) dw_journal_free(journal);
  return status;
}

void dw_journal_free(dw_journal *journal)
{
  for (size_t i = 0; i < journal->count; i++) dw_free(journal->run[i].step);
  for (size_t i = 0; i < journal->line_count; i++) dw_value_free(journal->line[i]);
  dw_free(journal->run);
  dw_free(journal->line);
  *journal = (dw_journal){0};
}

dw_journal_run *dw_journal_find(const dw_journal *journal, const char *id)
{
  for (size_t i = 0; i < journal->count; i++)
    if (strcmp(journal->run[i].id, id) == 0) return &journal->run[i];
  return NULL;
}

dw_journal_run *dw_journal_newest(const dw_journal *journal, const char *base, size_t *number)
{
  dw_journal_run *newest = NULL;
  size_t length = strlen(base);
  *number = 0;
  for (size_t i = 0; i < journal->count; i++) {
    const char *id = journal->run[i].id;
    if (strncmp(id, base, length) != 0 || (id[length] && id[length] != '-')) continue;
    newest = &journal->run[i];
    ++*number;
  }
  return newest;
}

dw_journal_run *dw_journal_unfinished(const dw_journal *journal)
{
  for (size_t i = 0; i < journal->count; i++)
    if (!journal->run[i].result && !journal->run[i].waiting && journal->run[i].plan) return &journal->run[i];
  return NULL;
}

dw_journal_run *dw_journal_waiting(const dw_journal *journal, const char *id)
{
  for (size_t i = 0; i < journal->count; i++) {
    dw_journal_run *run = &journal->run[i];
    if (!run->result && run->waiting && (strcmp(run->id, id) == 0 || strcmp(run->waiting, id) == 0)) return run;
  }
  return NULL;
}

const dw_journal_step *dw_journal_step_of(const dw_journal_run *run, const char *step)
{
  for (size_t i = 0; i < run->step_count; i++)
    if (strcmp(run->step[i].id, step) == 0) return &run->step[i];
  return NULL;
}

const char *dw_journal_decision(const dw_journal_run *run) { return dw_value_text(dw_value_get(run->result, "decision"), ""); }

void dw_journal_changes_of(const dw_journal *journal, int64_t now, dw_journal_changes *out)
{
  const int64_t day = 86400 * DW_SECOND;
  int64_t midnight = now - ((now % day) + day) % day;
  *out = (dw_journal_changes){0};
  for (size_t i = 0; i < journal->count; i++) {
    const dw_journal_run *run = &journal->run[i];
    if (!run->acted || !dw_value_bool(dw_value_get(run->plan, "changes"), false)) continue;
    if (run->first_act >= midnight && run->first_act < midnight + day) out->today++;
    if (out->any && run->last_act < out->last) continue;
    out->any = true;
    out->last = run->last_act;
    out->what = dw_value_text(dw_value_get(run->plan, "action"), "");
  }
}
