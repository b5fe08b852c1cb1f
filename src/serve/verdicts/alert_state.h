/* alert_state: how an alert stands, as answers say it:
 *
 *   {"model":"fraud","check":"data_drift","silenced":false,"alert":{"state":"open","severity":"high",…}}
 *
 * alert: as in the documents "run" and "alert_change" (driftwatch-records(5)).
 */
#ifndef DW_SERVE_ALERT_STATE_H
#define DW_SERVE_ALERT_STATE_H

#include "serve/alerts/alert_book.h"

void dw_alert_state_write(dw_json *json, const dw_alert_book *book, dw_look_part part);

#endif
