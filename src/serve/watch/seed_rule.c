#include "serve/watch/seed_rule.h"

#include <math.h>

#include "base/fmath.h"

void dw_seed_add(dw_seed_histogram *histogram, double confidence)
{
  if (!(confidence >= 0 && confidence <= 1)) return;
  int bin = (int)(confidence * DW_SEED_BINS);
  histogram->count[bin < DW_SEED_BINS ? bin : DW_SEED_BINS - 1]++;
  histogram->rows++;
}

dw_seed_answer dw_seed_judge(const dw_seed_histogram *baseline, const dw_seed_histogram *window)
{
  static const double added = 1e-10;
  double divergence = 0, product = 0, squares[2] = {0, 0};
  if (!baseline->rows || !window->rows) return (dw_seed_answer){NAN, NAN, false};
  for (int i = 0; i < DW_SEED_BINS; i++) {
    double q = (double)baseline->count[i] / (double)baseline->rows + added, p = (double)window->count[i] / (double)window->rows + added;
    divergence += p * dw_log(p / q);
    product += p * q;
    squares[0] += p * p;
    squares[1] += q * q;
  }
  dw_seed_answer answer = {divergence, product / sqrt(squares[0] * squares[1]), false};
  answer.alarm = answer.divergence > DW_SEED_DIVERGENCE || answer.cosine < DW_SEED_COSINE;
  return answer;
}
