#include "stats/tests/kernel.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "stats/samples/sort.h"
#include "stats/tests/permutation.h"

enum {
  LANES = 8,   /* rows whose distances to one other row are computed side by side */
  CHUNK = 256, /* components of them in the cache at a time: 16 KiB */
  BATCH = 64   /* permutations whose sums are gathered while a row of the kernel is in the cache */
};

/* Two doubles in one register, as every processor here has them: gcc and clang make SSE2, NEON or plain arithmetic of it, with equal
 * results. */
typedef double vec2 __attribute__((vector_size(16)));

/* Differences are squared as they are: the shorter |x|^2 + |y|^2 - 2xy loses all digits far from the origin. `lane` holds LANES rows,
 * component by component, so that the sums run side by side, each in the order of the components. Two rows at a time share what is loaded.
 */
static void add_distances(const vec2 *restrict lane, const double *restrict row_a, const double *restrict row_b, size_t width,
                          vec2 *restrict out)
{
  vec2 a0 = out[0], a1 = out[1], a2 = out[2], a3 = out[3], b0 = out[4], b1 = out[5], b2 = out[6], b3 = out[7];
  for (size_t d = 0; d < width; d++, lane += LANES / 2) {
    vec2 x = {row_a[d], row_a[d]}, y = {row_b[d], row_b[d]}, t;
    t = lane[0] - x, a0 += t * t;
    t = lane[1] - x, a1 += t * t;
    t = lane[2] - x, a2 += t * t;
    t = lane[3] - x, a3 += t * t;
    t = lane[0] - y, b0 += t * t;
    t = lane[1] - y, b1 += t * t;
    t = lane[2] - y, b2 += t * t;
    t = lane[3] - y, b3 += t * t;
  }
  out[0] = a0, out[1] = a1, out[2] = a2, out[3] = a3, out[4] = b0, out[5] = b1, out[6] = b2, out[7] = b3;
}

typedef struct distance_job {
  const double *rows;
  size_t count, width;
  vec2 *lane; /* [CHUNK][LANES / 2] */
  vec2 *sum;  /* [count + 1][LANES / 2]: of the lanes to each row */
} distance_job;

/* From the rows [first, first + LANES) to all rows from `first` on. The components come in chunks that stay in the first cache. */
static void distances_from(distance_job *job, size_t first, size_t lanes)
{
  const double *from = job->rows + first * job->width;
  memset(job->sum, 0, (job->count + 1 - first) * LANES * sizeof(double));
  for (size_t start = 0; start < job->width; start += CHUNK) {
    size_t width = job->width - start < CHUNK ? job->width - start : CHUNK;
    double *lane = (double *)job->lane;
    for (size_t k = 0; k < lanes; k++)
      for (size_t d = 0; d < width; d++) lane[d * LANES + k] = from[k * job->width + start + d];
    for (size_t j = first; j < job->count; j += 2) {
      const double *a = job->rows + j * job->width + start;
      add_distances(job->lane, a, j + 1 < job->count ? a + job->width : a, width, job->sum + (j - first) * (LANES / 2));
    }
  }
}

void dw_squared_distances(const double *rows, size_t count, size_t width, double *out)
{
  distance_job job = {rows, count, width, dw_alloc_zero(CHUNK * LANES, sizeof(double)),
                      dw_alloc_array((count + 1) * LANES, sizeof(double))};
  for (size_t first = 0; first < count; first += LANES) {
    size_t lanes = count - first < LANES ? count - first : LANES;
    distances_from(&job, first, lanes);
    const double *sum = (const double *)job.sum;
    for (size_t j = first; j < count; j++)
      for (size_t k = 0; k < lanes; k++) out[(first + k) * count + j] = out[j * count + first + k] = sum[(j - first) * LANES + k];
  }
  dw_free(job.lane);
  dw_free(job.sum);
}

/* --- the bandwidth --- */

/* The pairs that the choice looks at: each once, except that WITHIN takes all n^2. */
static size_t collect_pairs(const double *distance, size_t n, size_t m, dw_bandwidth bandwidth, double *out)
{
  size_t count = 0, all = n + m;
  for (size_t i = 0; i < (bandwidth == DW_BANDWIDTH_POOLED ? all : n); i++) {
    size_t from = bandwidth == DW_BANDWIDTH_POOLED ? i + 1 : bandwidth == DW_BANDWIDTH_BETWEEN ? n : 0;
    size_t to = bandwidth == DW_BANDWIDTH_WITHIN ? n : all;
    if (from >= to) continue;
    memcpy(out + count, distance + i * all + from, (to - from) * sizeof *out);
    count += to - from;
  }
  return count;
}

static double typical_squared_distance(const double *distance, size_t n, size_t m, dw_bandwidth bandwidth)
{
  double *pairs = dw_alloc_array((n + m) * (n + m), sizeof *pairs);
  size_t count = collect_pairs(distance, n, m, bandwidth, pairs);
  dw_sort_doubles(pairs, count, NULL);
  double typical, sum = 0;
  if (bandwidth == DW_BANDWIDTH_WITHIN) {
    typical = pairs[(size_t)rint(0.5 * (double)(count - 1))];
  } else {
    double root = (sqrt(pairs[(count - 1) / 2]) + sqrt(pairs[count / 2])) / 2;
    typical = root * root;
  }
  for (size_t i = 0; i < count && typical == 0; i++) sum += pairs[i];
  dw_free(pairs);
  if (typical == 0 && bandwidth == DW_BANDWIDTH_POOLED) typical = sum / (double)count;
  return typical == 0 ? 1 : typical;
}

static unsigned threads_of(const dw_mmd_options *options) { return options->threads ? options->threads : 1; }

/* --- the statistic --- */

typedef struct kernel_sums {
  double all;  /* over i < j */
  double *row; /* over all j other than i */
  const double *matrix;
  size_t small, large; /* how many points the smaller and the larger side have */
} kernel_sums;

/* From the sum inside the smaller side (i < j) and that of its rows. */
static double mmd_of(const kernel_sums *sums, double inside, double rows)
{
  double a = (double)sums->small, b = (double)sums->large;
  double between = rows - 2 * inside, other = sums->all - inside - between;
  return 2 * inside / (a * (a - 1)) + 2 * other / (b * (b - 1)) - 2 * between / (a * b);
}

/* inside[k] and rows[k] for `sets` sets of sums->small points each, ascending, one after the other in `set`. A row of the matrix serves all
 * sets before the next one is touched. */
static void sum_sets(const kernel_sums *sums, const uint32_t *set, size_t sets, double *inside, double *rows)
{
  size_t points = sums->small + sums->large, at[BATCH] = {0};
  memset(inside, 0, sets * sizeof *inside);
  memset(rows, 0, sets * sizeof *rows);
  for (size_t i = 0; i < points; i++) {
    const double *row = sums->matrix + i * points;
    for (size_t k = 0; k < sets; k++) {
      const uint32_t *member = set + k * sums->small;
      if (at[k] == sums->small || member[at[k]] != i) continue;
      double part[4] = {0};
      size_t j = ++at[k];
      for (; j + 4 <= sums->small; j += 4)
        for (int lane = 0; lane < 4; lane++) part[lane] += row[member[j + (size_t)lane]];
      for (; j < sums->small; j++) part[0] += row[member[j]];
      inside[k] += (part[0] + part[1]) + (part[2] + part[3]);
      rows[k] += sums->row[i];
    }
  }
}

/* `small` of the points at random, ascending: Floyd's method marks them, one walk lists them. */
static void draw_set(dw_rng_key key, unsigned permutation, size_t points, size_t small, unsigned char *marked, uint32_t *set)
{
  dw_rng rng;
  dw_rng_start(&rng, key, permutation, 0);
  memset(marked, 0, points);
  for (size_t i = points - small; i < points; i++) {
    size_t pick = (size_t)dw_rng_below(&rng, i + 1);
    marked[marked[pick] ? i : pick] = 1;
  }
  for (size_t i = 0, count = 0; i < points; i++)
    if (marked[i]) set[count++] = (uint32_t)i;
}

typedef struct permuting {
  const kernel_sums *sums;
  const dw_mmd_options *options;
  double *inside, *rows; /* [permutations] */
} permuting;

/* A batch of permutations. */
static void sum_batch(void *context, size_t batch, unsigned thread)
{
  const permuting *p = context;
  size_t small = p->sums->small, points = small + p->sums->large;
  unsigned first = (unsigned)batch * BATCH, left = p->options->permutations - first, sets = left < BATCH ? left : BATCH;
  uint32_t *set = dw_alloc_array(BATCH * small, sizeof *set);
  unsigned char *marked = dw_alloc(points);
  for (unsigned k = 0; k < sets; k++) draw_set(p->options->key, first + k, points, small, marked, set + k * small);
  sum_sets(p->sums, set, sets, p->inside + first, p->rows + first);
  dw_free(set);
  dw_free(marked);
}

static void permute(const kernel_sums *sums, const dw_mmd_options *options, dw_mmd *out)
{
  unsigned all = options->permutations;
  permuting p = {sums, options, dw_alloc_array(all, sizeof(double)), dw_alloc_array(all, sizeof(double))};
  double slack = 1e-12 * (fabs(out->statistic) + 1); /* sums of the same values in another order are ties */
  bool stopped = false;
  if (!options->enough) dw_parallel(threads_of(options), (all + BATCH - 1) / BATCH, sum_batch, &p);
  while (out->permutations < all && !stopped) {
    unsigned k = out->permutations++;
    if (options->enough && k % BATCH == 0) sum_batch(&p, k / BATCH, 0);
    out->hits += mmd_of(sums, p.inside[k], p.rows[k]) >= out->statistic - slack;
    stopped = options->enough > 0 && out->hits >= options->enough && out->permutations < all;
  }
  out->p_value = dw_permutation_p(out->hits, out->permutations, stopped);
  dw_free(p.inside);
  dw_free(p.rows);
}

typedef struct kernel_making {
  double *matrix;
  size_t points;
  double gamma;
} kernel_making;

/* A row's part behind the diagonal, and its image before it. */
static void kernel_row(void *context, size_t i, unsigned thread)
{
  const kernel_making *k = context;
  double *matrix = k->matrix;
  for (size_t j = i; j < k->points; j++)
    matrix[i * k->points + j] = matrix[j * k->points + i] = i == j ? 0 : dw_exp(-k->gamma * matrix[i * k->points + j]);
}

/* Distances become the kernel in place; the diagonal, which the unbiased statistic leaves out, becomes 0. */
static void kernel_of_distances(double *matrix, size_t points, double gamma, unsigned threads, kernel_sums *sums)
{
  dw_parallel(threads, points, kernel_row, &(kernel_making){matrix, points, gamma});
  for (size_t i = 0; i < points; i++) {
    double sum = 0;
    for (size_t j = 0; j < points; j++) sum += matrix[i * points + j];
    sums->row[i] = sum;
    sums->all += sum / 2;
  }
}

static void tell_witness(const double *matrix, size_t n, size_t m, double *out)
{
  size_t points = n + m;
  for (size_t i = 0; i < points; i++) {
    double r = 0, c = 0;
    for (size_t j = 0; j < n; j += 2) r += matrix[i * points + j];
    for (size_t j = n; j < points; j += 2) c += matrix[i * points + j];
    out[i] = r / (double)((n + 1) / 2) - c / (double)((m + 1) / 2);
  }
}

dw_status dw_mmd_test(const double *reference, size_t n, const double *current, size_t m, size_t width, const dw_mmd_options *options,
                      dw_mmd *out, dw_err *err)
{
  *out = (dw_mmd){.statistic = NAN, .gamma = NAN, .p_value = NAN};
  if (n < 2 || m < 2) return dw_err_set(err, DW_ENODATA, "fewer than two values on a side");
  size_t points = n + m;
  double *rows = dw_alloc_array(points * width, sizeof *rows), *matrix = dw_alloc_array(points * points, sizeof *matrix);
  memcpy(rows, reference, n * width * sizeof *rows);
  memcpy(rows + n * width, current, m * width * sizeof *rows);
  dw_squared_distances(rows, points, width, matrix);
  dw_free(rows);
  double check = 0;
  for (size_t i = 0; i < points * points; i++) check += matrix[i] * 0.0;
  if (check != 0) {
    dw_free(matrix);
    return dw_err_set(err, DW_ENODATA, "distances between the values are too large to be squared");
  }
  out->gamma = 1 / typical_squared_distance(matrix, n, m, options->bandwidth);
  kernel_sums sums = {.matrix = matrix, .small = n < m ? n : m, .large = n < m ? m : n, .row = dw_alloc_array(points, sizeof(double))};
  kernel_of_distances(matrix, points, out->gamma, threads_of(options), &sums);
  uint32_t *own = dw_alloc_array(sums.small, sizeof *own);
  for (size_t i = 0; i < sums.small; i++) own[i] = (uint32_t)(n <= m ? i : n + i);
  double inside, own_rows;
  sum_sets(&sums, own, 1, &inside, &own_rows);
  out->statistic = mmd_of(&sums, inside, own_rows);
  if (options->permutations) permute(&sums, options, out);
  if (options->witness) tell_witness(matrix, n, m, options->witness);
  dw_free(own);
  dw_free(sums.row);
  dw_free(matrix);
  return DW_OK;
}
