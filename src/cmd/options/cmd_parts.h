/* cmd_parts: what cmd.c and cmd_progress.c share. */
#ifndef DW_CMD_CMD_PARTS_H
#define DW_CMD_CMD_PARTS_H

#include "cmd/options/cmd.h"

const dw_command *dw_cmd_running(void); /* NULL before dw_cmd_start */

void dw_cmd_show_notice(void *context, const dw_progress *progress); /* for dw_notices.progress */

#endif
