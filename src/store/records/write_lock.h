/* write_lock: the lock file beside a database of SQLite, which processes that write respect.
 *
 *   write  held from BEGIN to COMMIT, and while the log is copied (checkpoint): nothing commits beside that
 *   use    held together by all who may write, for as long as they have the database open; alone by who changes its tables
 *
 * Who waits for `write` is the next to get it, even if the one who holds it wants it again at once. Locks go away with the process, however
 * it ends. They are open file description locks of fcntl(2): two handles in one process exclude each other like two processes.
 */
#ifndef DW_STORE_WRITE_LOCK_H
#define DW_STORE_WRITE_LOCK_H

#include <stdbool.h>

#include "base/err.h"

typedef struct dw_write_lock dw_write_lock;

/* The file is made where there is none, and stays. */
dw_status dw_write_lock_open(dw_write_lock **out, const char *path, dw_err *err);
void dw_write_lock_close(dw_write_lock *lock); /* NULL is fine */

/* DW_ESYSTEM: another process has held it for `seconds`. */
dw_status dw_write_lock_take(dw_write_lock *lock, int seconds, dw_err *err);
void dw_write_lock_give(dw_write_lock *lock);
dw_status dw_write_lock_use(dw_write_lock *lock, bool alone, int seconds, dw_err *err);

#endif
