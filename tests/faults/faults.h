/* What fault_sweep (which starts commands) and the preloaded library (which fails their calls) share: a file of this size that both map. */
#ifndef DW_TESTS_FAULTS_H
#define DW_TESTS_FAULTS_H

#include <stdatomic.h>

/* Kinds of calls that are counted, each by itself. */
#define FAULT_KINDS(kind)                                                                                                                  \
  kind(memory) kind(map) kind(read) kind(write) kind(sync) kind(rename) kind(open) kind(create) kind(close) kind(stat) kind(make)          \
      kind(remove) kind(size) kind(lock) kind(start) kind(socket) kind(wait) kind(random)
#define FAULT_ENUM(name) FAULT_##name,
enum { FAULT_KINDS(FAULT_ENUM) FAULT_KIND_COUNT };

enum {
  FAULT_SHORT = -1,
  FAULT_SIGTERM = -2
}; /* in the place of an errno: half of what was asked for is done; the signal, and the call goes on */

typedef struct fault_plan {
  int kind, error; /* kind -1: only count */
  long at;         /* the call that fails, counted from 1 */
  int lasting;     /* and all after it */
  int explain;     /* its stack goes to standard error */
  atomic_long calls[FAULT_KIND_COUNT];
  atomic_long failed; /* how many calls */
} fault_plan;

#define FAULT_PLAN "DW_FAULT_PLAN" /* environment: the path of that file */

#endif
