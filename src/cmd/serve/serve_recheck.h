/* serve_recheck: dw-serve recheck: windows that records came late for, judged again. */
#ifndef DW_CMD_SERVE_RECHECK_H
#define DW_CMD_SERVE_RECHECK_H

#include "cmd/serve/serve_once.h"

/* Ends with the answer: 1: drift in one of them. */
_Noreturn void dw_serve_recheck(const dw_once_settings *set, const char *from, const char *to, bool all);

#endif
