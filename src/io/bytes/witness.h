/* witness: what a file looks like from outside, to tell later that nobody wrote to it since, without reading it (as git's index does).
 *
 *   int64_t at = dw_witness_now();              before
 *   dw_witness_take(&seen, path);               … and whatever is to be remembered of the content, read behind it
 *   …
 *   dw_witness_take(&now, path);                another time
 *   unchanged = dw_witness_same(&seen, &now) && dw_witness_settled(&seen, at);
 *
 * A file system has a clock of steps, and two writes within a step leave the same times behind them. So a file that was written to just
 * before it was looked at may have been written to once more just behind, and look the same: it is not settled ("racily clean", in git).
 */
#ifndef DW_IO_WITNESS_H
#define DW_IO_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct dw_witness {
  uint64_t device, inode, size;
  int64_t modified, changed; /* nanoseconds since 1970: the content; the content, the name, the rights */
} dw_witness;

int64_t dw_witness_now(void); /* nanoseconds since 1970, whatever DW_NOW says: files have the machine's clock */

/* Links are followed. false: there is no regular file of this name that may be read; *witness is like that of no file. */
bool dw_witness_take(dw_witness *witness, const char *path);
bool dw_witness_take_open(dw_witness *witness, int fd);

bool dw_witness_same(const dw_witness *a, const dw_witness *b); /* false for those of no file */
/* Whatever is written to the file from `at` on will show in its witness. */
bool dw_witness_settled(const dw_witness *witness, int64_t at);

#endif
