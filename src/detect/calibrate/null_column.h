/* null_column: one column of the baseline, made ready to be drawn from again and again (a part of null_runs). */
#ifndef DW_DETECT_NULL_COLUMN_H
#define DW_DETECT_NULL_COLUMN_H

#include "data/frames/frame.h"
#include "detect/calibrate/null_cells.h"
#include "detect/method/method.h"
#include "stats/samples/resample.h"

#define DW_NULL_NOWHERE UINT32_MAX

typedef struct dw_null_column {
  const char *name;
  const dw_column *base;
  dw_type type; /* NUMERIC or CATEGORICAL */
  /* Values that the baseline happens not to hold, as far as those that it holds once tell: of a discrete column with n values, f1 of them
   * single, draws are new ones with probability f1 / n (Good, "The population frequencies of species", Biometrika 40, 1953), one of as many
   * as Chao, "Nonparametric estimation of the number of classes in a population", Scand. J. Stat. 11, 1984, has it (at least one). Without
   * them nothing in the runs would be new, and a method that weighs new values (psi) would be taken by surprise by the first. They are the
   * last places. */
  size_t unseen;
  double unseen_share;
  uint32_t *place;    /* [rows] in the order to be used: where the row's value stands below; NOWHERE: missing */
  size_t places;      /* distinct values, and those unseen */
  dw_support support; /* NUMERIC */
  double *value;
  uint8_t *single;
  dw_categories categories; /* CATEGORICAL: the baseline's */
  const dw_method **method;
  size_t method_count;
  bool can_miss;
  uint8_t *stray;                  /* [rows] in that order, 1: a text among the numbers, which is missing; NULL: there is none */
  size_t spellings;                /* CATEGORICAL: categories that are another one in other letters or blanks */
  size_t first_score, score_count; /* of dw_null_runs.item */
} dw_null_column;

/* order: [rows] the frame's rows in the order to be used. */
void dw_null_column_make(dw_null_column *column, const dw_column *base, dw_type type, const dw_frame *frame, const uint32_t *order);
void dw_null_column_free(dw_null_column *column);

/* Room for one draw; one a thread. */
typedef struct dw_null_room {
  uint32_t *row_r, *row_c;     /* the rows drawn; of as many current sides as there was room made for, one behind the other */
  uint32_t *times_r, *times_c; /* [places] */
  uint64_t *mark;              /* [places] bits, 0 between draws: places that are drawn */
  uint32_t *at;                /* [rows] those, ascending */
  double *r, *c;
  dw_category *item;
  uint64_t *count_r, *count_c;
  dw_column reference, current;
  struct dw_null_side *side_r, *side_c; /* by cell; NULL: there is one cell */
  dw_pair_cells cells;
} dw_null_room;

void dw_null_room_make(dw_null_room *room, size_t reference_rows, size_t rows, size_t looks, size_t places, unsigned cells);
void dw_null_room_free(dw_null_room *room);

/* The reference side of this column for the rows in room->row_r; for any number of current ones. */
void dw_null_draw_reference(const dw_null_column *column, dw_null_room *room, size_t n_r, dw_rng *rng);
/* Both, with a current side for these rows. The pair holds until the next draw; free it with dw_null_release. */
void dw_null_draw(const dw_null_column *column, dw_null_room *room, const uint32_t *row_c, size_t n_c, dw_rng *rng, dw_pair *pair);
/* The same within cells, with no values that the baseline does not hold. */
void dw_null_draw_matched(dw_null_column *column, dw_null_room *room, const dw_null_cells *cells, size_t n_r, size_t n_c, dw_pair *pair);
void dw_null_release(dw_null_column *column, dw_pair *pair);

#endif
