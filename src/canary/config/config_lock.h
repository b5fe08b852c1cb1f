/* config_lock: one process at a time changes canaries' configs: of two that read a config and write it anew, the later one would undo what
 * the earlier one did, and the notes of a backup would know of one alone.
 *
 *   dw_config_lock(paths, count, &err)   before configs that will be changed are read; ends with the process
 *
 * What is locked (flock(2)) are the folders that the configs lie in, behind links: no file is left behind, and the kernel lets go when the
 * process dies. Folders are taken in one order by all, so that two processes never wait for each other.
 */
#ifndef DW_CANARY_CONFIG_LOCK_H
#define DW_CANARY_CONFIG_LOCK_H

#include <stddef.h>

#include "base/err.h"

/* DW_ESYSTEM: another process had one of the folders for a minute. A folder that cannot be read, and one on a file system without such
 * locks, is passed over: a change there is whole, as always, but may undo another's. */
dw_status dw_config_lock(const char *const *paths, size_t count, dw_err *err);

#endif
