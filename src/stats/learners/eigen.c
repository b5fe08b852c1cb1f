#include "stats/learners/eigen.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/samples/sum.h"

enum { STRIPE = 64, ROWS = 8, ROTATIONS = 1 << 16, SWEEPS = 60 };

/* Below this an off-diagonal element is nothing beside the matrix, whose largest is about 1; its square still is a normal number. */
#define NOTHING 0x1p-500

typedef struct rotation {
  double c, s;
  size_t row; /* turns this row and the next */
} rotation;

typedef struct work {
  double *a; /* [p][p] the vectors, as rows */
  size_t p;
  double *v;      /* [p][p] row i: the i first components of the Householder vector that cleared row i */
  double *factor; /* [p] 2 / v'v; 0: no reflection */
  double *d, *e;  /* diagonal, and what is right of it */
  rotation *turn;
  size_t turns;
  unsigned threads;
} work;

/* to = S v for the symmetric matrix whose lower triangle is the first n rows of a. */
static void symmetric_times(const double *a, size_t p, size_t n, const double *v, double *to)
{
  for (size_t i = 0; i < n; i++) {
    const double *row = a + i * p;
    double x = v[i];
    to[i] = dw_inner_product(row, v, i) + row[i] * x;
    for (size_t j = 0; j < i; j++) to[j] += row[j] * x;
  }
}

/* From the last row up: a reflection of the coordinates before i leaves of row i one element beside the diagonal. */
static void tridiagonalise(work *w)
{
  size_t p = w->p;
  double *u = dw_alloc_array(p, sizeof *u);
  for (size_t i = p; i-- > 1;) {
    double *row = w->a + i * p, *v = w->v + i * p, largest = 0;
    w->d[i] = row[i];
    w->e[i - 1] = row[i - 1];
    w->factor[i] = 0;
    for (size_t j = 0; j + 1 < i; j++) largest = fmax(largest, fabs(row[j]));
    if (largest < NOTHING) continue;
    largest = fmax(largest, fabs(row[i - 1]));
    for (size_t j = 0; j < i; j++) v[j] = row[j] / largest;
    double length = sqrt(dw_inner_product(v, v, i)), sign = v[i - 1] < 0 ? -1 : 1;
    w->e[i - 1] = -sign * length * largest;
    v[i - 1] += sign * length;
    w->factor[i] = 1 / (length * fabs(v[i - 1])); /* v'v / 2 = length * |v_{i-1}| */
    symmetric_times(w->a, p, i, v, u);
    for (size_t j = 0; j < i; j++) u[j] *= w->factor[i];
    double half = dw_inner_product(u, v, i) * w->factor[i] / 2;
    for (size_t j = 0; j < i; j++) u[j] -= half * v[j];
    for (size_t j = 0; j < i; j++) {
      double *to = w->a + j * p, vj = v[j], uj = u[j];
      for (size_t k = 0; k <= j; k++) to[k] -= vj * u[k] + uj * v[k];
    }
  }
  w->d[0] = w->a[0];
  w->e[p - 1] = 0;
  dw_free(u);
}

/* Rows of H_1 H_2 … H_{p-1}: row r is unit vector r until H_{r+1} turns it. */
static void accumulate(void *context, size_t band, unsigned thread)
{
  work *w = context;
  size_t p = w->p, last = (band + 1) * ROWS < p ? (band + 1) * ROWS : p, first = band * ROWS;
  memset(w->a + first * p, 0, (last - first) * p * sizeof *w->a);
  for (size_t r = first; r < last; r++) w->a[r * p + r] = 1;
  for (size_t i = first + 1; i < p; i++) {
    if (w->factor[i] == 0) continue;
    const double *v = w->v + i * p;
    for (size_t r = first; r < last && r < i; r++) {
      double *row = w->a + r * p, by = dw_inner_product(row, v, i) * w->factor[i];
      for (size_t j = 0; j < i; j++) row[j] -= by * v[j];
    }
  }
}

/* The rotations gathered so far, on a stripe of columns that stays in the cache. */
static void turn_stripe(void *context, size_t stripe, unsigned thread)
{
  const work *w = context;
  size_t p = w->p, first = stripe * STRIPE, n = p - first < STRIPE ? p - first : STRIPE;
  for (size_t k = 0; k < w->turns; k++) {
    double *x = w->a + w->turn[k].row * p + first, *y = x + p, c = w->turn[k].c, s = w->turn[k].s;
    for (size_t j = 0; j < n; j++) {
      double upper = x[j], lower = y[j];
      y[j] = s * upper + c * lower;
      x[j] = c * upper - s * lower;
    }
  }
}

static void turn_all(work *w)
{
  dw_parallel(w->p < 128 ? 1 : w->threads, (w->p + STRIPE - 1) / STRIPE, turn_stripe, w);
  w->turns = 0;
}

/* One QL step with implicit shift on rows l … m. */
static void ql_step(work *w, size_t l, size_t m)
{
  double *d = w->d, *e = w->e, g = (d[l + 1] - d[l]) / (2 * e[l]), r = sqrt(g * g + 1), s = 1, c = 1, p = 0;
  g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r));
  for (size_t i = m; i-- > l;) {
    double f = s * e[i], b = c * e[i];
    e[i + 1] = r = sqrt(f * f + g * g);
    if (r == 0) { /* f and g underflowed: the matrix falls apart here */
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    if (w->turns == ROTATIONS) turn_all(w);
    w->turn[w->turns++] = (rotation){c, s, i};
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

static bool diagonalise(work *w)
{
  for (size_t l = 0; l < w->p; l++) {
    for (int sweep = 0;; sweep++) {
      size_t m = l;
      while (m + 1 < w->p && fabs(w->e[m]) > NOTHING && fabs(w->e[m]) > 0x1p-53 * (fabs(w->d[m]) + fabs(w->d[m + 1]))) m++;
      if (m == l) break;
      if (sweep == SWEEPS) return false;
      ql_step(w, l, m);
    }
  }
  turn_all(w);
  return true;
}

/* Rows into the order of descending values, signs set. */
static void arrange(work *w, double scale, double *value)
{
  size_t p = w->p;
  for (size_t k = 0; k < p; k++) {
    size_t best = k;
    for (size_t i = k + 1; i < p; i++)
      if (w->d[i] > w->d[best]) best = i;
    double *to = w->a + k * p, *from = w->a + best * p, largest = 0, sign = 1;
    for (size_t j = 0; j < p; j++)
      if (fabs(from[j]) > largest) {
        largest = fabs(from[j]);
        sign = from[j] < 0 ? -1 : 1;
      }
    for (size_t j = 0; j < p; j++) {
      double x = from[j] * sign;
      from[j] = to[j];
      to[j] = x;
    }
    double d = w->d[best];
    w->d[best] = w->d[k];
    w->d[k] = d;
    value[k] = d * scale;
  }
}

static dw_status decompose(work *w, double scale, double *value, dw_err *err)
{
  size_t p = w->p;
  for (size_t i = 0; i < p * p; i++) w->a[i] /= scale;
  tridiagonalise(w);
  dw_parallel(p < 128 ? 1 : w->threads, (p + ROWS - 1) / ROWS, accumulate, w);
  if (!diagonalise(w)) return dw_err_set(err, DW_ENODATA, "the eigenvalues of the %zu x %zu matrix did not converge", p, p);
  arrange(w, scale, value);
  return DW_OK;
}

dw_status dw_eigen_symmetric(double *a, size_t p, double *value, unsigned threads, dw_err *err)
{
  double largest = 0;
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j <= i; j++) {
      if (!isfinite(a[i * p + j])) return dw_err_set(err, DW_ENODATA, "the matrix has a value that is not finite");
      largest = fmax(largest, fabs(a[i * p + j]));
      a[j * p + i] = a[i * p + j];
    }
  int exponent = 0;
  frexp(largest, &exponent);
  double *room = dw_alloc_array(p, (p + 3) * sizeof *room);
  work w = {.a = a, .p = p, .v = room, .factor = room + p * p, .d = room + p * p + p, .e = room + p * p + 2 * p, .threads = threads};
  w.turn = dw_alloc_array(ROTATIONS, sizeof *w.turn);
  dw_status status = p ? decompose(&w, largest > 0 ? ldexp(1, exponent - 1) : 1, value, err) : DW_OK;
  dw_free(w.turn);
  dw_free(room);
  return status;
}
