/* library: a shared library that is loaded when it is first called, and not when a command starts.
 *
 * For all libraries but those of C: no run of a command needs all of them, and most runs need one or none. libpq and libcurl bring thirty
 * others along, and whoever is linked with them waits for all of those to be loaded before main(): 5 to 8 ms in each run, where a command
 * without them starts in one; the seven that compress and parse take 0.2 ms of it. A run that calls none of their functions does not need
 * them to be installed either.
 *
 *   #define PQ_CALLS(call) call(PQexec) call(PQclear)                    the functions, named once
 *   static struct {PQ_CALLS(DW_LIBRARY_CALL)} pq;                        pointers to them, with the types of the library's header
 *   static const char *const pq_names[] = {PQ_CALLS(DW_LIBRARY_NAME)};
 *   static dw_library pq_library = DW_LIBRARY(DW_SONAME_pq, "postgresql: addresses", pq, pq_names);
 *
 *   dw_status status = dw_library_load(&pq_library, err);                before the first call, on any thread
 *   if (status == DW_OK) pq.PQclear(pq.PQexec(…));
 *
 * The name is the one that a program linked with the library would ask for (the Makefile finds it out: DW_SONAME_pq), so that header and
 * library belong together. A build without the library (make WITHOUT=pq) has "WITHOUT=pq" in the name's place, and its header from
 * without/; loading it fails with a message that says so. A library stays loaded to the end of the process. One that could not be loaded is
 * tried again at the next call: file descriptors or memory may have been short.
 */
#ifndef DW_IO_LIBRARY_H
#define DW_IO_LIBRARY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct dw_library {
  const char *name; /* "libpq.so.5" */
  const char *use;  /* what it is needed for, for the message: "postgresql: addresses" */
  void *calls;      /* count pointers to functions */
  const char *const *names;
  size_t count;
  pthread_mutex_t lock;
  atomic_bool loaded;
} dw_library;

#define DW_LIBRARY_CALL(function) __typeof__(function) *function;
#define DW_LIBRARY_NAME(function) #function,
#define DW_LIBRARY(name, use, table, names)                                                                                                \
  {                                                                                                                                        \
    name, use, &(table), names, sizeof(table) / sizeof(void *), PTHREAD_MUTEX_INITIALIZER, false                                           \
  }

/* DW_ESYSTEM: it cannot be loaded, lacks one of the functions (another release than that of the headers), or this build is without it. */
dw_status dw_library_load(dw_library *library, dw_err *err);
bool dw_library_left_out(const dw_library *library);

#endif
