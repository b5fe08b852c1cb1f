/* lost: a column that the reference had and the current data lost: gone, empty, of another kind, vectors of other components, or without
 * one usable value. A model that reads it works with nothing, so it counts as drifted whatever its distribution was like, and its finding
 * is of the schema, drift, severity high, `lost`.
 *
 * What may be chance is no loss: where the reference itself had missing cells, and inside a segment, an empty column must be surprising
 * (Fisher's exact test, p < 1e-6: there is one such test for every column and every look, uncorrected). Strays count as missing. A kind
 * that --types settles, and that can be used, is none either.
 */
#ifndef DW_DETECT_LOST_H
#define DW_DETECT_LOST_H

#include "detect/check/checks.h"

typedef enum dw_lost {
  DW_LOST_NONE,
  DW_LOST_GONE,     /* no record has it */
  DW_LOST_EMPTY,    /* every cell is missing */
  DW_LOST_TURNED,   /* no value is of a kind that the reference held: text where numbers were */
  DW_LOST_RESHAPED, /* vectors of another number of components, or put together of other columns: no model reads both */
  DW_LOST_UNUSABLE  /* values, but none that the column's type can be compared by: infinite ones */
} dw_lost;

/* current NULL: gone. rows: of the current data. segment: these are the rows of one. settled: the type is the user's word, or the preset's
 * rule: another kind is none where it is usable. */
dw_lost dw_lost_of(dw_type type, bool settled, const dw_column *reference, const dw_column *current, uint64_t rows, bool segment);
/* The finding. renamed: the name that it may have now; NULL: none is near. */
void dw_lost_report(dw_finding_list *findings, const char *name, dw_type type, dw_lost loss, const dw_column *reference,
                    const dw_column *current, const char *renamed);
/* Of the names that only the current data has, the one that is the same but for case and punctuation, else the nearest (dw_nearest); NULL:
 * none. */
const char *dw_lost_renamed(const char *name, const char *const *fresh, size_t count);

#endif
