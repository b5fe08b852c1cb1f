/* train_records: the records of dw-train, read to their end into a matrix: categories and classes to the last digit. Exits on a failure. */
#ifndef DW_CMD_TRAIN_RECORDS_H
#define DW_CMD_TRAIN_RECORDS_H

#include "cmd/options/cmd.h"
#include "data/datasets/selection.h"
#include "model/encode/encode.h"

typedef struct dw_train_reading {
  dw_selection selection;   /* its names are kept by dw_train_records */
  dw_reader_options reader; /* without its callbacks */
  bool exact_label;         /* the label may be one of classes */
  bool number_label;        /* the label has to be a number */
  dw_matrix_types types;
  const dw_encoding *start; /* the features of the model that is trained on, or of an empty one */
} dw_train_reading;

/* What --types says, COLUMN=categorical and COLUMN=numeric. *out is kept as long as the process. */
void dw_train_types(const dw_text_list *types, const char *label, dw_matrix_types *out);
/* matrix: initialised; finished then. No record is an error (status 5), as are names of columns that are not there (3). */
void dw_train_records(dw_matrix *matrix, dw_train_reading *how, const dw_text_list *paths);

#endif
