/* heal_parts: what the files of the control plane share. Nobody else includes it. */
#ifndef DW_ACT_HEAL_PARTS_H
#define DW_ACT_HEAL_PARTS_H

#include "act/heal.h"
#include "act/journal.h"

/* One run of dw-heal. */
typedef struct dw_healing {
  const dw_heal_options *options;
  dw_audit *audit;
  dw_journal journal;
  int64_t now;
  char *work; /* EVENTS/runs/RUN of the run at hand */
  dw_heal_result *result;
  dw_status trouble; /* why the answer is no DW_OK although the run came to its end */
  dw_err *err;
} dw_healing;

dw_status dw_healing_emit(dw_healing *h, const char *text, size_t length);
/* An event into the log. document NULL: none. */
dw_status dw_healing_log(dw_healing *h, const char *event, const char *run, const char *step, const dw_buf *document);
/* EVENTS/name, replaced as a whole. */
dw_status dw_healing_file(dw_healing *h, const char *name, const char *text, size_t length);
char *dw_healing_path(const dw_healing *h, const char *name);                     /* EVENTS/name; the caller frees */
char *dw_healing_work(const dw_healing *h, const char *step, const char *suffix); /* WORK/step.suffix; the caller frees */
dw_status dw_healing_folder(dw_healing *h, const char *path);                     /* made, with those above it */

/* heal_step.c: one command or request. *ok: it succeeded (or had before). *unknown: nobody knows, and it must not be repeated. */
dw_status dw_healing_step(dw_healing *h, dw_journal_run *run, const dw_value *step, bool *ok, bool *unknown, dw_buf *why);
/* What a step gives: the member `name` of the first document in its output, or the output itself as one word. *given NULL: nothing; the
 * caller frees. */
dw_status dw_healing_given(dw_healing *h, const dw_journal_run *run, const char *name, char **given);

/* heal_production.c: how long the model in production has been there, by its registry, when a cool-down depends on it: a later change than
 * *changes knows goes into it, with words of what it was. */
dw_status dw_healing_production(dw_healing *h, dw_journal_changes *changes, char *what, size_t size);
/* PATH (with dw-heal's own folder first) and what else every program gets; the texts and the list are the caller's. */
char **dw_healing_environment(const dw_healing *h, size_t *count);

#endif
