/* upstream: a command that fails says why, and those behind it in a pipe would only add that nothing came, or would take what came for all
 * there is. So the failing one leaves word with the pipe itself: a time of its last change that no clock shows, and in it how many bytes it
 * had written, as somebody else may have written there, too, to whom it does not speak ({ a || b; } | c). Nothing is written: whoever else
 * reads the pipe finds it empty. Only of pipes without a name, which nobody meets again, and where the system lets a pipe be given times
 * (Linux does); elsewhere nothing is known.
 */
#ifndef DW_IO_UPSTREAM_H
#define DW_IO_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void dw_upstream_wrote(int fd, size_t count); /* for the word: of standard output, which is the one that is counted */
void dw_upstream_leave_word(int fd);          /* what writes to it failed, and has said why */
bool dw_upstream_failed(int fd);              /* somebody who writes to it did. At its end; before it may come yet */
bool dw_upstream_cut(int fd, uint64_t read);  /* and nobody else wrote to it: all that came, `read` bytes, is of who failed. At its end */

#endif
