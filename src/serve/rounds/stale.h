/* stale: windows that were judged before all of their records had come. The verdict stays as it was; that it is of fewer records than there
 * are now is written down, an event "stale" for each such run.
 */
#ifndef DW_SERVE_STALE_H
#define DW_SERVE_STALE_H

#include "serve/watch/baseline_rule.h"
#include "store/records/records.h"

/* Records of the model that came after `since` (the check before) and up to now, and are of the window of a run that was made before they
 * came: each such run is marked. Strays move no window, and mark none. *marked: how many runs. The same again is the same events. */
dw_status dw_stale_mark(dw_records *records, const char *model, int64_t since, int64_t now, uint64_t *marked, dw_err *err);

#endif
