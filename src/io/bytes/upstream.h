/* upstream: a command that fails says why, and those behind it in a pipe would only add that nothing came. So the failing one leaves word
 * with the pipe itself: a time of its last change that no clock shows. Nothing is written: whoever else reads the pipe finds it empty. Only
 * of pipes without a name, which nobody meets again, and where the system lets a pipe be given times (Linux does); elsewhere nothing is
 * known.
 */
#ifndef DW_IO_UPSTREAM_H
#define DW_IO_UPSTREAM_H

#include <stdbool.h>

void dw_upstream_leave_word(int fd); /* what writes to it failed, and has said why */
bool dw_upstream_failed(int fd);     /* somebody who writes to it did. At its end; before it may come yet */

#endif
