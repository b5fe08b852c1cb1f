/* answerer: a program that is asked by lines on its standard input and answers by lines on its standard output, one at a time. It is
 * started when it is first asked, without a shell, in our environment and in a process group of its own; its standard error is ours.
 It may
 * end after each answer, and is started again then. SIGPIPE is to be ignored.
 *
 *   dw_answerer *program = dw_answerer_new(argument);
 *   status = dw_answerer_ask(program, line, length, err);
 *   for each turn of a loop with poll: dw_answerer_polls, poll, dw_answerer_advance;
 *   switch (dw_answerer_look(program, &line, &length)) …
 *   dw_answerer_free(program);
 */
#ifndef DW_CANARY_ANSWERER_H
#define DW_CANARY_ANSWERER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { DW_ANSWERER_POLLS = 2, DW_ANSWERER_LINE = 16 << 20 /* bytes of an answer, at most */ };

typedef struct dw_answerer dw_answerer;
typedef enum dw_answerer_state {
  DW_ANSWERER_WAIT, /* no answer yet */
  DW_ANSWERER_LINE_READY,
  DW_ANSWERER_ENDED, /* the program ended, or closed its output; it is started again by the next question */
  DW_ANSWERER_LONG   /* the answer is too long; the program was ended */
} dw_answerer_state;

dw_answerer *dw_answerer_new(const char *const *argument); /* NULL behind the last; they outlive it */
/* Its input ends, it has two seconds, then it is killed, with all that it started. NULL is fine. */
void dw_answerer_free(dw_answerer *program);

/* line[0..length), with a newline. What it said before without being asked is forgotten. DW_ESYSTEM: it cannot be started. */
dw_status dw_answerer_ask(dw_answerer *program, const char *line, size_t length, dw_err *err);
size_t dw_answerer_polls(const dw_answerer *program, struct pollfd *out); /* how many of DW_ANSWERER_POLLS it needs */
void dw_answerer_advance(dw_answerer *program);                           /* writes and reads what can be, without waiting */
/* *line: without the newline, until the next call of the others; ENDED: how it ended, as words for people. */
dw_answerer_state dw_answerer_look(dw_answerer *program, const char **line, size_t *length);
void dw_answerer_kill(dw_answerer *program); /* it took too long */
/* It said what was no answer: from here on each question is put to a process of its own, as nobody knows what it will say next. */
void dw_answerer_distrust(dw_answerer *program);

#endif
