/* tape: plain values in a file, written and taken back by one and the same function, so that neither way can forget what the other does.
 *
 *   static void point_tape(point *p, dw_tape *tape) { dw_tape_value(tape, &p->x, sizeof p->x); … }
 *
 *   dw_tape_record(&tape, path, "points 1", err);      status = dw_tape_play(&tape, path, "points 1", err);
 *   point_tape(&p, &tape);                             point_tape(&p, &tape);
 *   dw_tape_commit(&tape, err);                        whole = dw_tape_played(&tape);  …  dw_tape_close(&tape);
 *
 * The file is for this program on this machine: values stand as they do in memory, each at a multiple of 8 bytes. It is written beside its
 * name, synced and renamed (io/bytes/output.h), and ends with its length and two digests: of all bytes, and of those that are copied when
 * it is played (all but the arrays that are lent). The second is always held to; the first, which takes a look at every page, when
 * dw_tape_sound is asked. What is played is mapped: a lent array costs nothing until it is read.
 */
#ifndef DW_IO_TAPE_H
#define DW_IO_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "io/bytes/output.h"
#include "io/bytes/witness.h"

typedef struct dw_tape {
  dw_output *output;  /* recording; NULL: playing */
  dw_status status;   /* recording: of the first write that failed, whose message is in */
  dw_err err;         /* this */
  unsigned char *map; /* playing: the file, of */
  size_t size, at;    /* bytes; where the next value stands */
  size_t from;        /* playing: copied, and not yet in the digest, from here on */
  dw_witness witness; /* playing: of the file */
  bool broken;        /* playing: it does not hold what was asked of it; from then on everything is 0, NULL or empty */
  dw_digest whole, copied;
} dw_tape;

/* title: what the file holds, in which version; another title is another file. At most 31 bytes. */
dw_status dw_tape_record(dw_tape *tape, const char *path, const char *title, dw_err *err);
dw_status dw_tape_commit(dw_tape *tape, dw_err *err); /* the file is there, or the first failure; the tape is closed */

/* DW_ENODATA: there is no such file. DW_EDATA: it is cut short, or not of this title. DW_ESYSTEM: it cannot be read. */
dw_status dw_tape_play(dw_tape *tape, const char *path, const char *title, dw_err *err);
bool dw_tape_sound(const dw_tape *tape);  /* playing: every byte is what was written */
bool dw_tape_played(const dw_tape *tape); /* playing, at the end: nothing is left over, and what was copied is what was written */
void dw_tape_close(dw_tape *tape);        /* at any time, {0} too; what was recorded and not committed is dropped, arrays lent are gone */

static inline bool dw_tape_plays(const dw_tape *tape) { return !tape->output; }

void dw_tape_value(dw_tape *tape, void *value, size_t size);
#define DW_TAPE(tape, value) dw_tape_value((tape), &(value), sizeof(value)) /* of a variable that is a plain value */

/* [*count] elements of size bytes. Returns what is given; playing: a new array, for dw_free, NULL for an empty one. */
void *dw_tape_array(dw_tape *tape, void *array, size_t *count, size_t size);
/* The same, but playing returns a place in the file, for as long as the tape is open. It may be written to: nobody else sees it. */
void *dw_tape_lent(dw_tape *tape, void *array, size_t *count, size_t size);
char *dw_tape_text(dw_tape *tape, const char *text); /* NULL is fine; playing: a new text, for dw_free */
void dw_tape_buf(dw_tape *tape, dw_buf *buf);        /* playing: into an empty one */
void dw_tape_map(dw_tape *tape, dw_map *map);        /* the keys in their order; playing: into an empty one */
void dw_tape_flag(dw_tape *tape, bool *flag);        /* a bool of either value, whatever the file holds */

#endif
