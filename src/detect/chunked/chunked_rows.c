/* All columns together: how well the reference's principal components rebuild the rows of each chunk. */
#include <math.h>

#include "base/parallel.h"
#include "detect/chunked/chunked_parts.h"
#include "stats/learners/pca.h"
#include "stats/samples/sum.h"

enum { BLOCK = 1024 };
#define ROUNDING 1e-12                 /* errors below it, in standard deviations, are none */
static const double share_kept = 0.65; /* of the variance: NannyML's choice */

/* How a column's cells become numbers: missing ones are the mean or the most frequent category; a category is its share of the reference.
 */
typedef struct encoding {
  const chunk_column *column;
  double mean;
  double *share; /* [1 + codes]; the first is for missing cells */
} encoding;

typedef struct encoder {
  const chunked_run *run;
  encoding *item;
  size_t count;
} encoder;

/* Of categories equally frequent the one that the reference has first. */
static double *category_shares(const chunked_run *run, const chunk_column *column)
{
  size_t rows = run->frame[SIDE_REFERENCE]->rows, most = 1;
  double *share = dw_alloc_zero(column->names.count + 1, sizeof *share);
  for (size_t i = 0; i < rows; i++) share[column->code[SIDE_REFERENCE][i]]++;
  for (size_t k = 2; k <= column->names.count; k++)
    if (share[k] > share[most]) most = k;
  share[most] += share[0];
  share[0] = share[most];
  for (size_t k = 0; k <= column->names.count; k++) share[k] /= (double)rows;
  return share;
}

/* Columns whose reference has no value, labels and scores stay out. */
static void make_encoder(encoder *out, const chunked_run *run)
{
  *out = (encoder){.run = run, .item = dw_alloc_array(run->count, sizeof *out->item)};
  for (size_t i = 0; i < run->count; i++) {
    const chunk_column *column = &run->column[i];
    if (column->left_out || column->check != DW_CHECK_COLUMN || column->whole.count == 0) continue;
    encoding *it = &out->item[out->count++];
    *it = (encoding){.column = column, .mean = column->whole.moments.mean};
    if (column->type == DW_TYPE_CATEGORICAL) it->share = category_shares(run, column);
  }
}

static void free_encoder(encoder *e)
{
  for (size_t i = 0; i < e->count; i++) dw_free(e->item[i].share);
  dw_free(e->item);
}

static void encode(const encoder *e, int side, size_t first, size_t count, double *out)
{
  for (size_t j = 0; j < e->count; j++) {
    const encoding *it = &e->item[j];
    const double *number = it->column->number[side];
    const uint32_t *code = it->column->code[side], *row = e->run->chunks[side].order + first;
    for (size_t i = 0; i < count && it->share; i++) out[i * e->count + j] = it->share[code ? code[row[i]] : 0];
    for (size_t i = 0; i < count && !it->share; i++) {
      double x = number ? number[row[i]] : it->mean;
      out[i * e->count + j] = isnan(x) ? it->mean : x;
    }
  }
}

static void encode_reference(void *context, size_t first, size_t n, double *rows) { encode(context, SIDE_REFERENCE, first, n, rows); }

static dw_status fit(dw_pca *pca, encoder *e, unsigned threads, dw_err *err)
{
  dw_covariance covariance;
  dw_covariance_init(&covariance, e->count);
  dw_covariance_fill(&covariance, e->run->frame[SIDE_REFERENCE]->rows, encode_reference, e, threads);
  dw_status status = dw_pca_fit(pca, &covariance, true, share_kept, threads, err);
  dw_covariance_free(&covariance);
  return status;
}

typedef struct judging {
  const chunked_run *run;
  const dw_pca *pca;
  const encoder *encoder;
  chunk_series *series;
} judging;

/* A chunk's mean error and its standard error. */
static void judge(void *context, size_t point, unsigned thread)
{
  const judging *j = context;
  int side;
  const dw_chunk *chunk = chunked_chunk(j->run, point, &side);
  double error[BLOCK], *block = dw_alloc_array(j->encoder->count, BLOCK * sizeof *block);
  dw_moments moments;
  dw_moments_init(&moments);
  for (size_t at = 0; at < chunk->count; at += BLOCK) {
    size_t n = chunk->count - at < BLOCK ? chunk->count - at : BLOCK;
    encode(j->encoder, side, chunk->first + at, n, block);
    dw_pca_errors(j->pca, block, n, 1, error);
    for (size_t i = 0; i < n; i++)
      if (error[i] < ROUNDING) error[i] = 0;
    dw_moments_add_array(&moments, error, n);
  }
  double se = dw_moments_std(&moments, 1) / sqrt((double)chunk->count);
  j->series->point[point] = (chunk_point){moments.mean, NAN, se, isnan(se) ? NAN : fmax(0, moments.mean - 3 * se), moments.mean + 3 * se};
  dw_free(block);
}

void dw_chunked_rows_measure(chunked_run *run)
{
  chunk_series *series = &run->rows;
  unsigned threads = run->options->compare->threads;
  encoder e;
  dw_pca pca;
  if (!run->limits->check[DW_CHECK_MULTIVARIATE]) return;
  make_encoder(&e, run);
  if (e.count >= 2) {
    dw_chunked_series_start(run, series, DW_CHECK_MULTIVARIATE, "pca_reconstruction");
    if (fit(&pca, &e, threads, NULL) == DW_OK) {
      dw_parallel(threads, chunked_points(run), judge, &(judging){run, &pca, &e, series});
      dw_pca_free(&pca);
    } else {
      series->error = "the columns do not vary, or their values are too wide: there are no principal components";
    }
    series->upper = dw_limits_threshold(run->limits, DW_CHECK_MULTIVARIATE, NULL, series->method, NAN);
    if (isnan(series->upper)) dw_chunked_series_bound(run, series, true, 0, INFINITY, true);
    series->closed = series->lower != series->upper; /* where every chunk has the same error, only another one tells */
  }
  free_encoder(&e);
}
