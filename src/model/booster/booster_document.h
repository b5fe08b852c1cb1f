/* booster_document: what a document of XGBoost says, and what the library in use is told of it.
 *
 * Documents come from any version, and libraries read those of later ones wrongly without a word: base_score is a list since 3.1, of which
 * 1.7 and 3.0 make 0.5; the weights of dart stand beside a gbtree, where they are overlooked; parameters of objectives have other names.
 * So a document is read here first, whole, and the library gets it in words that every version knows:
 *
 *   - base_score as one number, dart in its old form (a gbtree inside of it), no names of categories;
 *   - where the words differ between versions (base scores that differ between classes or targets, dart, objectives besides the common
 *     ones) it gets the trees alone, under an objective and a base_score that change nothing: `own` is set, its answers are bare sums, and
 *     base (the margins that they start from) and the objective's link are put to them by the caller.
 *
 *   - of trees whose leaves are vectors (multi_strategy multi_output_tree, XGBoost 2.0 and later) it gets nothing: libraries before do not
 *     know them, and those after write them in other ways. They are summed by our own engine (forest.h).
 *
 * What cannot be read right is refused by name. Which codes stand for which categories, documents before 3.1 do not say: `coded` tells of
 * which features the caller has to know it.
 */
#ifndef DW_MODEL_BOOSTER_DOCUMENT_H
#define DW_MODEL_BOOSTER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "model/booster/booster_text.h"
#include "model/booster/objective.h"
#include "model/booster/walk.h"

typedef struct dw_booster_document {
  size_t features, groups; /* groups: sums a record, one a class or a target */
  const dw_objective *objective;
  bool linear, dart, own;
  float *base; /* [groups] margins before any tree; added to the library's answers when own */
  dw_walk *walk;
  size_t rounds;    /* of boosting; 0 for a linear model */
  size_t best;      /* rounds up to best_iteration, which early stopping wrote; 0: it says none */
  bool best_lacks;  /* it says one, and the model does not have it */
  dw_map *category; /* [features] the categories of each in the order of their codes, none for a number; NULL: all numbers */
  bool *coded;      /* [features] takes codes of categories whose names the document does not say; NULL: none does */
  char **name;      /* [names] of the features */
  size_t names;     /* 0: the document says none */
} dw_booster_document;

/* text: valid JSON. name is for messages. DW_EDATA: not XGBoost's JSON, one that would lead XGBoost astray (walk.h), or one that cannot be
 * read right. *out is the caller's to free, after a failure too. */
dw_status dw_booster_document_read(dw_booster_document *out, dw_text_slice text, const char *name, dw_err *err);
void dw_booster_document_free(dw_booster_document *document);

/* The text as the library is told it. */
void dw_booster_document_tell(const dw_booster_document *document, dw_text_slice text, dw_buf *out);

#endif
