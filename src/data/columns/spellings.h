/* spellings: how the numbers of a column are written, where they are written otherwise than this program writes them: 1.10, 5.0, 1E5,
 * digits beyond 2^53. A quantity does not care; a column of categories may: versions 1.1 and 1.10 are two.
 *
 * Filled from what the scanners note of their cells (io/record/record.h) until there are so many that it is no column of categories.
 */
#ifndef DW_DATA_SPELLINGS_H
#define DW_DATA_SPELLINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "io/bytes/tape.h"
#include "io/record/record.h"
#include "stats/samples/sample.h"

typedef struct dw_spelling {
  double number;
  uint64_t count;
  bool usual; /* as dw_num_print has it: no spelling of its own */
  bool whole; /* the same with ".0" behind it: what programs write whose numbers are all floating point */
} dw_spelling;

typedef struct dw_spellings {
  dw_map texts;
  dw_spelling *item; /* [texts.count] */
  size_t capacity;
  bool many; /* given up */
} dw_spellings;

enum { DW_SPELLINGS_MOST = 64 }; /* different texts */

void dw_spellings_init(dw_spellings *spellings);
void dw_spellings_free(dw_spellings *spellings);
void dw_spellings_tape(dw_spellings *spellings, dw_tape *tape);

/* Those of the cells of a column; take: NULL, or the rows that count. */
void dw_spellings_add(dw_spellings *spellings, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take);
/* One text that is this number. */
void dw_spellings_note(dw_spellings *spellings, const char *text, size_t length, double number, uint64_t times);

/* Whether the spelling tells categories apart, in a column of two sides (each may be NULL) with these numbers: there are few, no side has
 * given up, and one side has a number in two spellings (1.1, 1.10), or zeros at the end of decimals where other numbers have fewer decimals
 * (1.10 beside 1.9), or digits that a double does not hold, or whole numbers below 2^53 some of which are written like 1E5; among_texts: or
 * any number that is not written as usual, since the column has texts as well. 5.0 for 5 alone never is a sign. */
bool dw_spellings_tell(const dw_spellings *const side[2], const dw_sorted number[2], bool among_texts);

#endif
