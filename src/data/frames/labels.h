/* labels: what the cells of a label say, whatever they are written as: one reading for a whole column, and for two that are to meet.
 *
 * While all are texts, each text is a class of its own, byte for byte, and its value is its place in `classes`. A number or a boolean among
 * them, or in the column that they are to meet, makes all of them numbers: the text "1" is 1, "true" and true are 1. A text that says no
 * number then clashes: nothing tells which of the others it is the same as.
 *
 *   bool texts = labels.named;
 *   double value = dw_labels_read(&labels, batch, tag, cell, &scratch);          // NaN: missing, or no label
 *   if (texts && !labels.named) dw_labels_renumber(&labels, kept, kept_count);   // values kept so far were places of texts
 */
#ifndef DW_DATA_LABELS_H
#define DW_DATA_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "io/record/record.h"

typedef struct dw_labels {
  bool named;                                      /* values are places in classes; else they are numbers, or there were none yet */
  dw_map classes;                                  /* the distinct texts */
  double *number;                                  /* [classes.count] what the texts say, once they had to be numbers; NULL: they had not */
  char *first_number, *first_boolean, *first_text; /* as JSON, for messages: an example of each kind that there was; NULL: there was none */
  char *clash;                                     /* NULL, or the first text that says no number where numbers or booleans are, as JSON */
} dw_labels;

void dw_labels_init(dw_labels *labels);
void dw_labels_free(dw_labels *labels);

/* Missing cells, infinite numbers, arrays and objects are NaN, and so is whatever comes after a clash. */
double dw_labels_read(dw_labels *labels, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch);
double dw_labels_number(dw_labels *labels, double number); /* the same of what is no cell */
double dw_labels_boolean(dw_labels *labels, bool value);
double dw_labels_text(dw_labels *labels, const char *text, size_t length);
bool dw_labels_to_numbers(dw_labels *labels); /* because another column has numbers; false: a text says none */
void dw_labels_forgive(dw_labels *labels);    /* after a clash: the cell that clashed was never there; the kind that came first holds */
void dw_labels_renumber(const dw_labels *labels, double *value, size_t count); /* places of texts to what they say; NaN stays */

/* "numbers (such as 0) and text (such as "yes")" */
void dw_labels_describe(const dw_labels *labels, dw_buf *out);

#endif
