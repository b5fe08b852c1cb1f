#include "model/judge/confusion.h"

#include <math.h>

#include "base/mem.h"

static const char *const names[] = {"none", "all", "true", "pred"};

const char *dw_normalise_name(dw_normalise how) { return names[how]; }

static double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

/* Sums over the labels and over the predictions, both [classes]; returns the sum of all cells. */
static double add_up(const double *cell, size_t classes, double *row, double *column)
{
  double all = 0;
  for (size_t k = 0; k < classes; k++) row[k] = column[k] = 0;
  for (size_t label = 0; label < classes; label++)
    for (size_t told = 0; told < classes; told++) {
      double x = cell[label * classes + told];
      row[label] += x;
      column[told] += x;
      all += x;
    }
  return all;
}

void dw_confusion_normalise(double *cell, size_t classes, dw_normalise how)
{
  if (how == DW_NORMALISE_NONE) return;
  double *row = dw_alloc_array(2 * classes, sizeof *row), *column = row + classes, all = add_up(cell, classes, row, column);
  for (size_t label = 0; label < classes; label++)
    for (size_t told = 0; told < classes; told++) {
      double *x = &cell[label * classes + told];
      *x = share(*x, how == DW_NORMALISE_ALL ? all : how == DW_NORMALISE_TRUE ? row[label] : column[told]);
    }
  dw_free(row);
}

void dw_confusion_sides(const double *cell, size_t classes, dw_confusion_side *out)
{
  double *row = dw_alloc_array(2 * classes, sizeof *row), *column = row + classes, all = add_up(cell, classes, row, column);
  for (size_t k = 0; k < classes; k++) {
    double tp = cell[k * classes + k], fn = fmax(row[k] - tp, 0), fp = fmax(column[k] - tp, 0);
    out[k] = (dw_confusion_side){.tn = fmax(all - tp - fn - fp, 0), .fp = fp, .fn = fn, .tp = tp};
  }
  dw_free(row);
}
