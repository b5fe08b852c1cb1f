#include "data/profiles/sagemaker.h"

#include <math.h>

#include "base/fmath.h"
#include "io/bytes/input.h"
#include "io/text/json.h"

enum { LARGEST = 1 << 30, KLL_LEVELS = 50 };

typedef struct feature {
  const char *file, *name; /* of the column */
  const dw_value *value;
  dw_err *err;
  uint64_t present, missing;
} feature;

static dw_status wrong(const feature *f, const char *what)
{
  return dw_err_set(f->err, DW_EDATA, "%s: feature \"%s\": %s (statistics.json of SageMaker Model Monitor)", f->file, f->name, what);
}

/* A whole number from 0 on; SageMaker writes it as 10 or 10.0. */
static bool count_of(const dw_value *object, const char *key, uint64_t *count)
{
  double number = dw_value_number(dw_value_get(object, key), NAN);
  if (!(number >= 0 && number <= 0x1p53) || number != floor(number)) return false;
  *count = (uint64_t)number;
  return true;
}

static bool number_of(const dw_value *object, const char *key, double *number)
{
  *number = dw_value_number(dw_value_get(object, key), NAN);
  return isfinite(*number);
}

/* --- numbers --- */

static dw_status take_level(const feature *f, dw_sketch *sketch, const dw_value *values, unsigned level)
{
  for (const dw_value *v = dw_value_first(values); v; v = dw_value_next(v)) {
    double x = dw_value_number(v, NAN);
    if (!isfinite(x)) return wrong(f, "\"sketch\": \"data\" holds something that is no number");
    dw_sketch_add_weighted(sketch, x, UINT64_C(1) << level);
  }
  return DW_OK;
}

/* Levels in Amazon's order: the first of weight 1. Where their weights are not num_present, as compactions of odd lengths leave it, they
 * are short of it or beyond by what the error has to hold. */
static dw_status take_kll(const feature *f, dw_profile_numbers *numbers, const dw_value *kll)
{
  const dw_value *data = dw_value_get(kll, "data");
  double k;
  if (dw_value_kind(data) != DW_VALUE_ARRAY || !number_of(dw_value_get(kll, "parameters"), "k", &k) || k < 8 || k > 1e6)
    return wrong(f, "\"sketch\" has no \"data\", or no \"parameters\" with a \"k\" from 8 to 1000000");
  unsigned level = 0;
  dw_status status = DW_OK;
  for (const dw_value *v = dw_value_first(data); v && status == DW_OK; v = dw_value_next(v), level++) {
    if (level == KLL_LEVELS || dw_value_kind(v) != DW_VALUE_ARRAY)
      return wrong(f, "\"sketch\": \"data\" is not a list of at most 50 levels");
    status = take_level(f, numbers->sketch, v, level);
  }
  if (status != DW_OK) return status;
  uint64_t held = numbers->sketch->count, off = held > f->present ? held - f->present : f->present - held;
  if ((double)off > 0.01 * (double)f->present + 1) return wrong(f, "the weights of \"sketch\" are not those of \"num_present\" values");
  double rank = 2.296 * dw_exp(-0.9021 * dw_log(k)) * (double)f->present;
  numbers->sketch->raised += (uint64_t)ceil(rank) + off;
  numbers->sketch->lowered += (uint64_t)ceil(rank) + off;
  numbers->probable = true;
  return DW_OK;
}

static dw_status take_buckets(const feature *f, dw_profile_numbers *numbers, const dw_value *buckets)
{
  uint64_t most = 0, count;
  double upper;
  for (const dw_value *v = dw_value_first(buckets); v; v = dw_value_next(v)) {
    if (!number_of(v, "upper_bound", &upper) || !count_of(v, "count", &count))
      return wrong(f, "a bucket without \"upper_bound\" and \"count\"");
    if (count) dw_sketch_add_weighted(numbers->sketch, upper, count);
    if (count > most) most = count;
  }
  if (numbers->sketch->count != f->present) return wrong(f, "neither a \"sketch\" nor \"buckets\" with \"num_present\" values");
  numbers->sketch->lowered += most;
  return DW_OK;
}

/* What the levels lack or have too much of is put right at their last values, so that all weights add up to the count. */
static void settle_count(dw_profile_numbers *numbers, uint64_t present)
{
  dw_sketch *old = numbers->sketch;
  if (old->count == present) return;
  double *value;
  uint64_t *weight, total = 0, held = 0;
  dw_sketch settled;
  dw_sorted all = dw_sketch_to_sorted(old, &value, &weight);
  dw_sketch_init(&settled, old->k);
  for (size_t i = 0; i < all.count; i++) {
    held += weight[i];
    uint64_t upto = (uint64_t)((double)held / (double)all.total * (double)present + 0.5);
    if (i + 1 == all.count) upto = present;
    if (upto > total) dw_sketch_add_weighted(&settled, value[i], upto - total);
    total = upto > total ? upto : total;
  }
  settled.raised += old->raised;
  settled.lowered += old->lowered;
  dw_sketch_free(old);
  dw_free(value);
  dw_free(weight);
  *old = settled;
}

/* Mean and spread as they are given; the rest by the values of the sketch. */
static dw_status take_moments(const feature *f, dw_profile_numbers *numbers, const dw_value *statistics)
{
  double mean, std, min, max;
  if (!number_of(statistics, "mean", &mean) || !number_of(statistics, "std_dev", &std) || !number_of(statistics, "min", &min) ||
      !number_of(statistics, "max", &max) || !(min <= max) || std < 0)
    return wrong(f, "\"mean\", \"std_dev\", \"min\" or \"max\" is no number");
  double *value;
  uint64_t *weight;
  dw_sorted all = dw_sketch_to_sorted(numbers->sketch, &value, &weight);
  if (all.value[0] < min || all.value[all.count - 1] > max) {
    dw_free(value);
    dw_free(weight);
    return wrong(f, "values beyond \"min\" and \"max\"");
  }
  dw_moments moments = dw_moments_of(all);
  for (size_t i = 0; i < all.count; i++) dw_distinct_add_number(numbers->distinct, value[i]);
  dw_free(value);
  dw_free(weight);
  moments.count = f->present;
  moments.mean = mean;
  moments.mean_low = 0;
  moments.m2 = ldexp(std, -moments.scale) * ldexp(std, -moments.scale) * (double)f->present;
  moments.min = numbers->sketch->min = min;
  moments.max = numbers->sketch->max = max;
  numbers->moments = moments;
  return DW_OK;
}

static dw_status take_numbers(feature *f, dw_profile_column *column, const dw_value *statistics)
{
  dw_profile_numbers *numbers = &column->numbers;
  const char *type = dw_value_text_of(f->value, "inferred_type", "");
  const dw_value *kll = dw_value_get(dw_value_get(statistics, "distribution"), "kll");
  bool whole = strcmp(type, "Integral") == 0;
  column->tag[whole ? DW_INTEGER : DW_REAL] = f->present;
  numbers->fraction = !whole;
  if (!f->present) return DW_OK;
  numbers->sketch = dw_alloc(sizeof *numbers->sketch);
  dw_sketch_init(numbers->sketch, dw_sketch_size_for(DW_PROFILE_ERROR));
  numbers->distinct = dw_alloc_zero(1, sizeof *numbers->distinct);
  const dw_value *sketch = dw_value_get(kll, "sketch");
  dw_status status = sketch ? take_kll(f, numbers, sketch) : take_buckets(f, numbers, dw_value_get(kll, "buckets"));
  if (status != DW_OK) return status;
  settle_count(numbers, f->present);
  return take_moments(f, numbers, statistics);
}

/* --- texts --- */

static dw_status take_texts(feature *f, dw_profile_column *column, const dw_value *statistics)
{
  dw_profile_texts *texts = &column->texts;
  const dw_value *buckets = dw_value_get(dw_value_get(dw_value_get(statistics, "distribution"), "categorical"), "buckets");
  column->tag[DW_STRING] = f->present;
  texts->instants = false;
  texts->distinct = dw_alloc_zero(1, sizeof *texts->distinct);
  for (const dw_value *v = dw_value_first(buckets); v; v = dw_value_next(v)) {
    uint64_t count;
    const char *text = dw_value_text_of(v, "value", NULL);
    if (!text || !count_of(v, "count", &count)) return wrong(f, "a bucket without \"value\" and \"count\"");
    size_t length = strlen(text);
    if (!count) continue;
    dw_frequent_add(&texts->frequent, text, length, dw_distinct_text_hash(text, length), count);
    dw_distinct_add_text(texts->distinct, text, length);
    texts->looked++;
    texts->spaces |= strchr(text, ' ') != NULL;
  }
  if (texts->frequent.total > f->present) return wrong(f, "\"buckets\" count more than \"num_present\" values");
  texts->frequent.lost += f->present - texts->frequent.total; /* no single value can have more */
  texts->frequent.total = f->present;
  return DW_OK;
}

/* --- the whole --- */

static dw_status take_feature(dw_profile *profile, const char *file, const dw_value *value, dw_err *err)
{
  feature f = {.file = file, .name = dw_value_text_of(value, "name", NULL), .value = value, .err = err};
  if (!f.name) return dw_err_set(err, DW_EDATA, "%s: a feature without a \"name\" (statistics.json of SageMaker Model Monitor)", file);
  const dw_value *numbers = dw_value_get(value, "numerical_statistics"), *texts = dw_value_get(value, "string_statistics");
  const dw_value *common = dw_value_get(numbers ? numbers : texts, "common");
  if (!common || !count_of(common, "num_present", &f.present) || !count_of(common, "num_missing", &f.missing))
    return wrong(&f, "no \"numerical_statistics\" or \"string_statistics\" with \"common\": \"num_present\" and \"num_missing\"");
  size_t before = profile->count;
  dw_profile_column *column = dw_profile_column_of(profile, f.name, strlen(f.name));
  if (profile->count == before) return wrong(&f, "it comes twice");
  column->tag[DW_NULL] = f.missing;
  column->rows = f.present + f.missing;
  if (column->rows > profile->rows) return wrong(&f, "more values than \"item_count\"");
  return numbers ? take_numbers(&f, column, numbers) : take_texts(&f, column, texts);
}

dw_status dw_sagemaker_read(dw_profile **out, const char *path, double error, dw_made_input *input, dw_err *err)
{
  char *bytes;
  size_t length;
  dw_value *value = NULL;
  dw_profile *profile = *out = dw_profile_new(error);
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  dw_status status = dw_input_whole(path, LARGEST, &bytes, &length, err);
  if (status == DW_OK) {
    *input = (dw_made_input){.name = path, .bytes = length};
    dw_digest digest;
    dw_digest_init(&digest);
    dw_digest_add(&digest, bytes, length);
    dw_digest_text(&digest, input->digest);
    status = dw_value_parse(&value, bytes, length, name, 1, err);
    dw_free(bytes);
  }
  const dw_value *features = dw_value_get(value, "features");
  if (status == DW_OK &&
      (!count_of(dw_value_get(value, "dataset"), "item_count", &profile->rows) || dw_value_kind(features) != DW_VALUE_ARRAY))
    status = dw_err_set(err, DW_EDATA,
                        "%s: not a statistics.json of SageMaker Model Monitor: \"dataset\" with \"item_count\", and \"features\"", name);
  profile->typed = true;
  input->rows = profile->rows;
  for (const dw_value *v = dw_value_first(features); v && status == DW_OK; v = dw_value_next(v))
    status = take_feature(profile, name, v, err);
  dw_value_free(value);
  if (status == DW_OK) return DW_OK;
  dw_profile_free(profile);
  *out = NULL;
  return status;
}
