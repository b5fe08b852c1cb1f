/* shift: how large a change is, as findings say it: the share that changed most, on both sides, and how far apart the two are on Cohen's
 * scale (stats/shift/share_shift.h). In documents the member "share_shift":
 *
 *   {"h":0.16,"low":0.1,"high":0.22,"least":0.14,"where":{"share":"below","value":35.9,"quantile":0.5},"reference":0.5,"current":0.42,"min_effect":0.1,
 *    "detectable":0.13}
 */
#ifndef DW_KINDS_SHIFT_H
#define DW_KINDS_SHIFT_H

#include "kinds/fields.h"
#include "kinds/severity.h"
#include "stats/shift/share_shift.h"

#define DW_SHIFT_MIN_EFFECT 0.1        /* about an eighth of a standard deviation, 1 to 2.3 %, 50 to 55 % */
#define DW_SHIFT_MIN_EFFECT_LABEL 0.05 /* of the label and the score */
#define DW_SHIFT_ALPHA 0.05
#define DW_SHIFT_NONE 3.1415 /* from none to all is pi: as `detectable` it says that nothing would have been found */

/* Which share it is. */
/* clang-format off */
#define DW_SHIFT_PLACE_ROWS(ROW) \
  /*  DW_PLACE_…  in documents */ \
  ROW(BELOW,      "below")          /* values below `value` */ \
  ROW(UP_TO,      "up_to")          /* values up to it, itself with them */ \
  ROW(CATEGORY,   "category")       /* one category: `category` */ \
  ROW(MISSING,    "missing")        /* cells without a usable value */ \
  ROW(NEW,        "new")            /* categories that the reference never held */ \
  ROW(VANISHED,   "vanished")       /* categories that the current data does not hold */ \
  ROW(LESS,       "below_range")    /* values below the reference's least, */ \
  ROW(MORE,       "above_range")    /* and above its greatest one */ \
  ROW(STRAYS,     "stray_values")   /* cells of a column of numbers that are none, */ \
  ROW(VARIANTS,   "new_variants")   /* categories written as the reference never wrote them, */ \
  ROW(DUPLICATES, "duplicate_rows") /* records that repeat another one of their side */ \
  ROW(SCORED,     "scored")         /* texts or vectors that a learner gave at most `value`: how much they look like current ones */ \
  ROW(IN_ORDER,   "pairs_in_order") /* pairs of a positive and a negative whose scores stand in the right order: the AUC */
/* clang-format on */

#define DW_SHIFT_PLACE_ENTRY(place, name) DW_PLACE_##place,
typedef enum dw_shift_place {
  DW_SHIFT_PLACE_ROWS(DW_SHIFT_PLACE_ENTRY) DW_PLACES,
  DW_PLACE_UNKNOWN = DW_PLACES /* in documents of later versions */
} dw_shift_place;
#undef DW_SHIFT_PLACE_ENTRY

typedef struct dw_shift {
  double h, low, high; /* with its 95 % interval; h NaN: not known */
  dw_shift_place place;
  double value;         /* BELOW, UP_TO, SCORED, LESS, MORE: the value at the cut; else NaN */
  double quantile;      /* of the reference, that the cut is; NaN: none */
  const char *category; /* CATEGORY; else NULL. Whose it is, whoever fills it in says */
  size_t category_length;
  double reference, current; /* the shares */
  double min_effect;         /* the least h that is drift; NaN: h decides nothing */
  double error;              /* standard error of h; NaN: not known. Not in documents */
  uint64_t rows[2];          /* of both sides, where error is that of so many independent ones; 0: it is not. Not in documents */
  bool clumped;              /* and those are fewer than there are values, as these come in clumps. Not in documents */
  double unsure;             /* how much of h the error of sketches may have made: h - unsure decides; 0: none */
  double detectable;         /* about the least h that would have been found with a chance of 0.8; NaN: not known */
} dw_shift;

void dw_shift_init(dw_shift *shift); /* not known */
/* As a statistic found it in numbers; of categories, and of plain shares, the place is the caller's to say. */
void dw_shift_take(dw_shift *shift, const dw_share_shift *found);
void dw_shift_write(const dw_shift *shift, dw_json *json, const char *key); /* nothing when it is not known */
/* object NULL: not known. */
void dw_shift_read(dw_shift *shift, dw_fields *at, const dw_value *object);
double dw_shift_least(const dw_shift *shift); /* what of h is there whatever the error of sketches */
/* How bad a drift of this size is, by h: low below 0.2, medium below 0.5, high from 0.5. */
dw_grading dw_shift_grading(const dw_shift *shift);

#endif
