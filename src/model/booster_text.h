/* booster_text: XGBoost's JSON as text: its parts, its numbers, and whether its trees hold together. */
#ifndef DW_MODEL_BOOSTER_TEXT_H
#define DW_MODEL_BOOSTER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_text_slice {
  const char *text; /* NULL: not there */
  size_t length;
} dw_text_slice;

/* The value of a member of a JSON object, as it stands; none when the key stands twice, or keys are spelled with escapes: others (XGBoost)
 * might read such an object in another way. The text is valid JSON (dw_slice_check). */
dw_text_slice dw_slice_member(dw_text_slice object, const char *key);
/* The elements of a JSON array one after the other: *at starts at 0; false at the end. */
bool dw_slice_next(dw_text_slice array, size_t *at, dw_text_slice *element);
/* Valid JSON, by the grammar. XGBoost's own documents are large: no tree of values is built. */
dw_status dw_slice_check(dw_text_slice text, const char *name, dw_err *err);

typedef struct dw_booster_facts {
  size_t features, classes; /* classes: 0 for one output */
  bool linear;
  char objective[64];
} dw_booster_facts;

/* What a booster document says about itself, after checking that every tree's links and feature numbers are inside the tree and the row.
 * DW_EDATA: not XGBoost's JSON, or one that would lead XGBoost astray. */
dw_status dw_booster_inspect(dw_text_slice document, const char *name, dw_booster_facts *facts, dw_err *err);

/* The document with every number that XGBoost reads as a real one written as one (0 becomes 0E0). */
void dw_booster_reals(dw_text_slice document, dw_buf *out);

#endif
