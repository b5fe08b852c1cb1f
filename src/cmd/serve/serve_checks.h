/* serve_checks: what dw-serve does besides answering: checks at their times, those who are told of them, and actions, each on a thread of
 * its own, wired to the service's log and tally.
 *
 *   dw_serve_checks_read(&once);                before there is a service: ends the command where a file has a mistake
 *   dw_serve_checks_start(&service);
 *   dw_serve_checks_reload(&problem);           SIGHUP
 *   dw_serve_checks_stop();
 */
#ifndef DW_CMD_SERVE_CHECKS_H
#define DW_CMD_SERVE_CHECKS_H

#include "cmd/serve/serve_once.h"
#include "serve/resources/service.h"

/* once outlives the checks. */
void dw_serve_checks_read(const dw_once_settings *once);
/* service: whose log, tally and records are used; it outlives the checks. */
void dw_serve_checks_start(dw_service *service);
/* Receivers and policy once more, each file on its own: what cannot be read, or has a mistake, changes nothing and is told by `fault`. What
 * is under way goes on with what it began with. false: something did not change. */
bool dw_serve_checks_reload(void (*fault)(const char *message));
void dw_serve_checks_stop(void);

#endif
