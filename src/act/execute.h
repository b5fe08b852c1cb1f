/* execute: runs an argument vector: no shell, an environment that is given whole, a time limit, output into files.
 *
 * dw_execute waits for the end. At the time limit the process group gets SIGTERM and two seconds later SIGKILL; on SIGINT, SIGTERM and
 * SIGHUP too (they are blocked meanwhile, and must not be waited for elsewhere).
 *
 * dw_execute_supervised does it through another process (program SELF, called with `supervise` and what dw_execute_supervise takes apart),
 * which writes the outcome to a file before it ends. So the outcome is known to the next run even when this one is killed with SIGKILL in
 * the middle.
 */
#ifndef DW_ACT_EXECUTE_H
#define DW_ACT_EXECUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum dw_outcome {
  DW_OUTCOME_DONE,   /* exit status 0 */
  DW_OUTCOME_FAILED, /* another exit status */
  DW_OUTCOME_KILLED, /* by a signal */
  DW_OUTCOME_TIMED_OUT,
  DW_OUTCOME_INTERRUPTED, /* we were told to stop */
  DW_OUTCOME_NOT_STARTED, /* no such program, say */
  DW_OUTCOME_UNKNOWN,     /* it was started, and nobody knows how it ended */
  DW_OUTCOMES
} dw_outcome;
extern const char *const dw_outcome_names[DW_OUTCOMES + 1]; /* "done" …, NULL */

typedef struct dw_execute_request {
  const char *const *argument; /* [argument_count]; the first is looked up in the PATH of environment */
  size_t argument_count;
  const char *const *environment; /* "NAME=VALUE"; nothing else is in it */
  size_t environment_count;
  int64_t time_limit;         /* microseconds; 0: none */
  int output_fd;              /* in the place of output; 0: none. It stays open (not for dw_execute_supervised) */
  const char *output, *error; /* files for standard output and standard error; standard input is /dev/null */
} dw_execute_request;

typedef struct dw_execute_result {
  dw_outcome outcome;
  int number; /* exit status, signal, or errno of what could not be started */
} dw_execute_result;

/* DW_ESYSTEM only when nothing can be run at all (an output file cannot be made, say); a program that fails is DW_OK with its outcome. */
dw_status dw_execute(const dw_execute_request *request, dw_execute_result *result, dw_err *err);

/* "exit status 3", "killed by signal 9", "took longer than its time limit" …: for people. */
void dw_execute_words(const dw_execute_result *result, char *out, size_t size);

/* The same in a process of its own. status_file: where it puts the outcome; status_file with ".started" behind it is made right before the
 * program starts. lock: a descriptor that the supervisor holds open until it ends, and the program does not get; -1: none. */
dw_status dw_execute_supervised(const dw_execute_request *request, const char *self, const char *status_file, int lock,
                                dw_execute_result *result, dw_err *err);
/* What the supervisor does: arguments TIME_LIMIT STATUS_FILE OUTPUT ERROR PROGRAM ARGUMENT... */
dw_status dw_execute_supervise(size_t count, const char *const *arguments, dw_err *err);
/* What a status file says. *result UNKNOWN: started, no outcome. *known false: never started. */
dw_status dw_execute_outcome(const char *status_file, dw_execute_result *result, bool *known, dw_err *err);

#endif
