/* leftover: half-written files of processes that were killed (kill -9, a power cut), removed by the next one that writes in their folder.
 *
 * Who writes under a temporary name (output.h) holds a lock (flock) on the file until it has its last name; the system lets go of it when
 * the process ends, in whatever way. What has a name of exactly that kind, belongs to us, is locked by nobody and is of no living process
 * is nobody's any more. Where a lock or a process number of one system says nothing to another (NFS and other shared file systems), files
 * stay: only on file systems that are known to be of one system is anything removed.
 */
#ifndef DW_IO_LEFTOVER_H
#define DW_IO_LEFTOVER_H

#include <stdbool.h>

#include "base/str.h"

/* The temporary name beside a file: ".BASE.dw-PID-N", with at most 200 bytes of base. */
void dw_leftover_name(dw_buf *out, const char *base, unsigned n);
bool dw_leftover_is(const char *entry, long *pid); /* a name of that kind, and of which process */

/* Of the file that was just made under such a name. False: another process took it for left over, and it is gone: make another one. */
bool dw_leftover_hold(int fd);

/* What is left over in the folder of path is removed; once for a folder, when many are written into it. What cannot be removed, stays. */
void dw_leftover_sweep(const char *path);

#endif
