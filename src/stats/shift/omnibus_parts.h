/* omnibus_parts: what the omnibus statistic is made of: shares with exact tails, and three forms that are larger the further the sides are
 * apart. Used by omnibus.c alone; apart from it so that each part can be held to its own law.
 */
#ifndef DW_STATS_OMNIBUS_PARTS_H
#define DW_STATS_OMNIBUS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A share of the rows that is watched: of the cells up to and with `first` (BELOW), of these and of the cells after `second` (OUTSIDE), or
 * of cell `first` alone (VALUE). */
typedef enum dw_part_kind { DW_PART_BELOW, DW_PART_OUTSIDE, DW_PART_VALUE } dw_part_kind;

typedef struct dw_part_share {
  dw_part_kind kind;
  uint32_t first, second;
  uint64_t rows;      /* pooled */
  double weight;      /* of its p-value among the others */
  uint64_t low, high; /* a count below low, or from high on, is as extreme as what was seen (dw_parts_limits) */
} dw_part_share;

typedef struct dw_part_form {
  bool used;
  double mean, sd, df; /* a form's law is seen as mean + sd (X - df) / sqrt(2 df), X chi-square with df degrees of freedom */
  double weight;
  double seen, limit;
} dw_part_form;

enum { DW_FORM_GAPS, DW_FORM_BESIDE, DW_FORM_SPREAD, DW_FORM_CHISQUARE, DW_FORMS };

typedef struct dw_parts {
  size_t cells;
  uint64_t rows, drawn; /* pooled, and of the side that is dealt */
  const uint64_t *size; /* [cells] pooled */
  dw_part_share *share;
  size_t shares;
  double *gap_weight;    /* [cells - 1] of the squared gap at the cut after each cell */
  double *expected;      /* [cells - 1] count up to the cut */
  size_t lump;           /* the cell of the lump, */
  uint64_t beside;       /* the pooled rows beside it, */
  double *beside_share;  /* [cells - 2] and their shares up to each cut, */
  double *beside_weight; /* [cells - 2] and its weight */
  double *rank, *score;  /* [cells] midrank as a share, and Mood's score, about their means */
  double *square_weight; /* [cells] of the squared gap in a cell */
  dw_part_form form[DW_FORMS];
  uint64_t *sum; /* [cells] room: counts up to each cell */
} dw_parts;

/* cells: at least 3. size[] must outlive it. ordered: cells in the order of their values; single[] (may be NULL) says which hold one value.
 */
void dw_parts_make(dw_parts *parts, const uint64_t *size, size_t cells, uint64_t drawn, bool ordered, const bool *single);
void dw_parts_free(dw_parts *parts);

/* The sum over the shares of 1 / weight: P(some weighted p-value of a share <= t) is at most t times that. */
double dw_parts_bound(const dw_parts *parts);
/* P(one of the two linear forms, midranks and Mood's scores, is as far from its mean on either side), at most (linear_bound.h); 1 where
 * cells have no order. */
double dw_parts_linear_bound(const dw_parts *parts, const uint64_t *count, double rank_error);

typedef struct dw_parts_seen {
  double least, least_share; /* the least weighted p-value, and the least of a share */
  size_t part;               /* which attained it: a share, or shares + form */
} dw_parts_seen;

/* Of the counts of the dealt side; rank_error: rows by which a count up to a cut may be off. */
dw_parts_seen dw_parts_look(dw_parts *parts, const uint64_t *count, double rank_error);
/* Sets the limits from which on a part is as extreme as weighted p-values of `shares` and `forms`. The part that attained what was seen
 * keeps the value that was seen. */
void dw_parts_limits(dw_parts *parts, double shares, double forms);
/* Any part of these counts at or beyond its limit. */
bool dw_parts_extreme(const dw_parts *parts, const uint64_t *count);

#endif
