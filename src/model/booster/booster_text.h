/* booster_text: XGBoost's JSON as text: its parts, its numbers, and parts put in place of others. */
#ifndef DW_MODEL_BOOSTER_TEXT_H
#define DW_MODEL_BOOSTER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_text_slice {
  const char *text; /* NULL: not there */
  size_t length;
} dw_text_slice;

/* The value of a member of a JSON object, as it stands; none when the key stands twice, or keys are spelled with escapes: others (XGBoost)
 * might read such an object in another way. The text is valid JSON (dw_slice_check). */
dw_text_slice dw_slice_member(dw_text_slice object, const char *key);
/* The members of a JSON object one after the other, the key without its quotes: *at starts at 0; false at the end. */
bool dw_slice_next_member(dw_text_slice object, size_t *at, dw_text_slice *key, dw_text_slice *value);
/* The first key, at any depth, that stands twice in its object or is spelled with escapes; none where readers cannot differ. Lists that
 * begin with a number or a text are not looked into, nor are attributes, which are the user's. */
dw_text_slice dw_slice_unclear(dw_text_slice value);
/* The elements of a JSON array one after the other: *at starts at 0; false at the end. */
bool dw_slice_next(dw_text_slice array, size_t *at, dw_text_slice *element);
/* Valid JSON, by the grammar. XGBoost's own documents are large: no tree of values is built. */
dw_status dw_slice_check(dw_text_slice text, const char *name, dw_err *err);

size_t dw_slice_count(dw_text_slice array); /* its elements */
/* A whole number between quotes ("12"), as XGBoost writes parameters. */
bool dw_slice_unsigned(dw_text_slice text, uint64_t *value);
/* Those members of the object that every version has as counts (num_feature, num_class, num_target, num_trees, num_parallel_tree,
 * num_nodes, num_deleted, size_leaf_vector) are whole numbers between quotes, at most INT32_MAX, as far as they are there. Readers make
 * something of
 * "-1" or "1.5", and not the same. */
bool dw_slice_counts(dw_text_slice object);

/* A part of a document, and what takes its place. Parts do not overlap; they are put in order. */
typedef struct dw_text_edit {
  dw_text_slice at, put;
} dw_text_edit;
void dw_slice_edit(dw_text_slice document, dw_text_edit *edit, size_t count, dw_buf *out);

/* XGBoost writes NaN, which JSON does not have: the value of a split by categories, which no version reads. False when the text has none;
 * otherwise it is copied with null in its place. The text need not be valid. */
bool dw_booster_nulls(dw_text_slice text, dw_buf *out);
/* The document with every number that XGBoost reads as a real one written as one (0 becomes 0E0, null becomes NaN). */
void dw_booster_reals(dw_text_slice document, dw_buf *out);

#endif
