/* supervisor: tells whoever started this process how it is, in the protocol of sd_notify(3): systemd's Type=notify. */
#ifndef DW_SERVE_SUPERVISOR_H
#define DW_SERVE_SUPERVISOR_H

#include <stdbool.h>

/* state: "READY=1", or more such lines. To the socket that NOTIFY_SOCKET of the environment names; false: nobody asked, or it could not be
 * told, which keeps no server from its work. */
bool dw_supervisor_tell(const char *state);

#endif
