/* fault: the process killed at a chosen point, so that tests can prove what a kill -9 or a power cut leaves behind.
 *
 * Code that changes lasting state calls dw_fault_point() before each step that the outside sees (fsync, rename, unlink, commit) and writes
 * through dw_fault_write(). Nothing happens unless the environment variable DW_FAULT_WRITE is a number N: the process is then killed
 * (SIGKILL) at its Nth point, counted from 1. A test runs a command with N = 1, 2, … until it is not killed any more, and looks at what
 * is there each time. Threads may call these.
 *
 * DW_FAULT_MISSING names libraries, with blanks between, that are then taken not to be installed (io/library/library.h).
 */
#ifndef DW_BASE_FAULT_H
#define DW_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

void dw_fault_point(void);
bool dw_fault_armed(void); /* DW_FAULT_WRITE is set: for hooks that would cost something */

bool dw_fault_missing(const char *library); /* it is among those of DW_FAULT_MISSING */

/* write(2) with two points: before anything is written, and (from two bytes on) when half of the bytes are: a torn write. */
ssize_t dw_fault_write(int fd, const void *bytes, size_t length);

#endif
