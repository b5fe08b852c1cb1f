#include "detect/online/online_error.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

static bool is_missing(dw_online_cell c)
{
  return c.tag == DW_ABSENT || c.tag == DW_NULL || ((c.tag == DW_INTEGER || c.tag == DW_REAL) && !isfinite(c.cell.number));
}

static bool is_text(dw_online_cell c) { return c.tag == DW_STRING || c.tag == DW_STRING_ESCAPED; }

static bool number_of(dw_online_cell c, double *number)
{
  if (c.tag == DW_TRUE || c.tag == DW_FALSE) *number = c.tag == DW_TRUE;
  else if (c.tag == DW_INTEGER || c.tag == DW_REAL) *number = c.cell.number;
  else return false;
  return true;
}

/* Whether the label is the positive one: 1, 0, or -1: it cannot be told. */
static int truth_of(const dw_online_outcome *how, const dw_batch *batch, dw_online_cell label, dw_buf *scratch)
{
  double number, positive;
  if (is_text(label)) {
    size_t length;
    const char *text = dw_cell_text(batch, label.tag, label.cell, scratch, &length);
    return how->positive ? strlen(how->positive) == length && memcmp(how->positive, text, length) == 0 : -1;
  }
  if (!number_of(label, &number)) return -1;
  if (!how->positive) return number == 1 ? 1 : number == 0 ? 0 : -1;
  if (strcmp(how->positive, "true") == 0 || strcmp(how->positive, "false") == 0) return number == (*how->positive == 't');
  return dw_num_parse(how->positive, strlen(how->positive), &positive, NULL) ? number == positive : -1;
}

static bool same_text(const dw_batch *batch, dw_online_cell a, dw_online_cell b, dw_buf scratch[2])
{
  size_t first, second;
  const char *x = dw_cell_text(batch, a.tag, a.cell, &scratch[0], &first), *y = dw_cell_text(batch, b.tag, b.cell, &scratch[1], &second);
  return first == second && memcmp(x, y, first) == 0;
}

double dw_online_error(const dw_online_outcome *how, const dw_batch *batch, dw_online_cell label, dw_online_cell score, const char **wrong)
{
  dw_buf scratch[2] = {{0}, {0}};
  double answer = NAN, predicted;
  *wrong = NULL;
  if (is_missing(label) || is_missing(score)) return NAN;
  if (is_text(label) && is_text(score)) answer = !same_text(batch, label, score, scratch);
  else if (number_of(score, &predicted)) {
    int truth = truth_of(how, batch, label, &scratch[0]);
    if (truth < 0) *wrong = "the label is neither 0 nor 1, true nor false: --positive VALUE says which one is 1";
    else answer = (predicted >= how->cut) != (truth == 1);
  } else {
    *wrong = "the score is no number, and not a prediction as the label is";
  }
  dw_buf_free(&scratch[0]);
  dw_buf_free(&scratch[1]);
  return answer;
}
