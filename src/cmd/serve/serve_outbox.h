/* serve_outbox: dw-serve outbox: what is still to be delivered, and once more what could not be. */
#ifndef DW_CMD_SERVE_OUTBOX_H
#define DW_CMD_SERVE_OUTBOX_H

#include <stdbool.h>

typedef struct dw_outbox_asked {
  const char *address, *model; /* model NULL: of all */
  const char *replay;          /* the id of a letter, or "failed" for all that have failed; NULL: they are listed */
  bool failed;                 /* list these alone */
} dw_outbox_asked;

_Noreturn void dw_serve_outbox(const dw_outbox_asked *asked);

#endif
