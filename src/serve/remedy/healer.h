/* healer: one call of dw-heal, and what it says. */
#ifndef DW_SERVE_HEALER_H
#define DW_SERVE_HEALER_H

#include "io/text/json.h"
#include "serve/remedy/remedy.h"

typedef struct dw_healer {
  const dw_remedy *remedy;
  const char *model;
  const char *name;     /* of the call: its files in the model's folder */
  const char *evidence; /* documents, a line each; NULL: only finish what a crash cut short */
  size_t length;
  bool (*stop)(void *context); /* NULL: never */
  void *context;
} dw_healer;

typedef struct dw_healing_answer {
  bool left;    /* we were to end, and it is still at work */
  bool decided; /* it came to a decision: plan and release are there */
  bool never;   /* it did not, and will not: the policy or the evidence is wrong */
  dw_value *plan, *release;
  char error[DW_OUTBOX_ERROR]; /* not decided: its last words */
} dw_healing_answer;

/* DW_ESYSTEM: a file cannot be written, or no program started. Free the answer also then. */
dw_status dw_healer_call(const dw_healer *healer, dw_healing_answer *answer, dw_err *err);
/* What a call left in the model's folder, once its decision is kept elsewhere. */
void dw_healer_forget(const dw_healer *healer);
void dw_healing_answer_free(dw_healing_answer *answer);

#endif
