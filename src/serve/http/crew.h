/* crew: threads that call handlers. They are started as they are needed, up to a limit; what comes beyond waits its turn. */
#ifndef DW_SERVE_CREW_H
#define DW_SERVE_CREW_H

#include <stdbool.h>

#include "serve/request/routes.h"

typedef struct dw_crew dw_crew;

dw_crew *dw_crew_new(unsigned limit, void *context); /* context: of the handlers; the limit is at least 1 */
/* The exchange's handler is called by one of the threads. false: not one thread can be started. */
bool dw_crew_give(dw_crew *crew, dw_exchange *exchange);
/* Does what was given, then ends; returns when all threads have. NULL is fine. */
void dw_crew_free(dw_crew *crew);

#endif
