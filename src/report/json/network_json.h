/* network_json: a network of canaries as the member "network" of a summary for machines (dw-report(1)). */
#ifndef DW_REPORT_NETWORK_JSON_H
#define DW_REPORT_NETWORK_JSON_H

#include "io/text/json.h"
#include "report/model/network.h"

/* Nothing where no canary was asked or compared. */
void dw_network_json_write(dw_json *json, const dw_network *network);

#endif
