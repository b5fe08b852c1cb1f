/* online_state: the detectors of a stream from one process to the next: a document "detector_state" in a file that one process at a time
 * has. It is replaced whole, or stays.
 *
 *   dw_online_state state;
 *   dw_online_state_open(&state, path, &online, err);      locked; online is as it was, when there is a file
 *   … dw_online_batch …; dw_online_state_save(&state, &online, err);   as often as wanted
 *   dw_online_state_close(&state);                         also after a failure
 */
#ifndef DW_DETECT_ONLINE_STATE_H
#define DW_DETECT_ONLINE_STATE_H

#include "detect/online/online.h"
#include "detect/watch/watch_file.h"

typedef struct dw_online_state {
  dw_watch_file file;
  uint64_t saved_ns; /* dw_monotonic_ns of the last save */
} dw_online_state;

/* DW_EDATA: what is there is no state, was changed, or is of another method or other parameters. */
dw_status dw_online_state_open(dw_online_state *state, const char *path, dw_online *online, dw_err *err);
dw_status dw_online_state_save(dw_online_state *state, dw_online *online, dw_err *err);
bool dw_online_state_due(const dw_online_state *state); /* the last save was ten seconds ago */
void dw_online_state_close(dw_online_state *state);

/* The document itself. */
void dw_online_state_write(dw_online *online, dw_buf *out);
dw_status dw_online_state_read(dw_online *online, const char *name, const char *text, size_t length, dw_err *err);

#endif
