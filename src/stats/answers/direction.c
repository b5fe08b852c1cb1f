#include "stats/answers/direction.h"

#include <math.h>

bool dw_direction(const double *vector, size_t width, double *out)
{
  double largest = 0, squares = 0;
  for (size_t k = 0; k < width; k++) largest = fmax(largest, fabs(vector[k]));
  if (!(largest > 0)) return false;
  for (size_t k = 0; k < width; k++) {
    out[k] = vector[k] / largest;
    squares += out[k] * out[k];
  }
  double length = sqrt(squares);
  for (size_t k = 0; k < width; k++) out[k] /= length;
  return true;
}
