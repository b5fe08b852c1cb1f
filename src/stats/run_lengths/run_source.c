#include "stats/run_lengths/run_source.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/num.h"
#include "stats/distributions/special.h"

static const struct law {
  const char *name;
  double low, high; /* of the parameter, ends not included; equal: it has none */
} laws[] = {
    [DW_RUN_NORMAL] = {"normal", 0, 0},        [DW_RUN_UNIFORM] = {"uniform", 0, 0}, [DW_RUN_EXPONENTIAL] = {"exponential", 0, 0},
    [DW_RUN_LOGNORMAL] = {"lognormal", 0, 20}, [DW_RUN_AR] = {"ar", -1, 1},          [DW_RUN_BERNOULLI] = {"bernoulli", 0, 1},
};

static dw_status unknown(const char *text, dw_err *err)
{
  return dw_err_set(err, DW_EUSAGE,
                    "\"%.60s\" is none of normal, uniform, exponential, lognormal:SD, ar:COEFFICIENT (-1 to 1), bernoulli:P (0 to 1)",
                    text);
}

dw_status dw_run_source_parse(dw_run_source *source, const char *text, dw_err *err)
{
  size_t length = strcspn(text, ":");
  *source = (dw_run_source){0};
  for (int i = 0; i < DW_RUN_SAMPLE; i++) {
    if (strlen(laws[i].name) != length || memcmp(laws[i].name, text, length) != 0) continue;
    source->law = (dw_run_law)i;
    bool whole, has = laws[i].low < laws[i].high;
    if (!has) return text[length] ? unknown(text, err) : DW_OK;
    if (text[length] && dw_num_parse(text + length + 1, strlen(text + length + 1), &source->parameter, &whole) &&
        source->parameter > laws[i].low && source->parameter < laws[i].high)
      return DW_OK;
  }
  return unknown(text, err);
}

void dw_run_stream_start(dw_run_stream *stream, const dw_run_source *source, dw_rng_key key, uint64_t number)
{
  *stream = (dw_run_stream){.source = source};
  dw_rng_start(&stream->rng, key, number, 0);
  if (source->law == DW_RUN_AR) stream->last = dw_normal_quantile(dw_rng_uniform(&stream->rng));
}

static double sample_next(dw_run_stream *stream)
{
  const dw_run_source *s = stream->source;
  if (s->block && !stream->left) {
    stream->at = (size_t)dw_rng_below(&stream->rng, s->count);
    stream->left = s->block;
  }
  double x = s->value[stream->at];
  stream->at = stream->at + 1 < s->count ? stream->at + 1 : 0;
  if (s->block) stream->left--;
  return x;
}

double dw_run_stream_next(dw_run_stream *stream)
{
  const dw_run_source *s = stream->source;
  if (s->law == DW_RUN_SAMPLE) return sample_next(stream);
  double u = dw_rng_uniform(&stream->rng);
  switch (s->law) {
  case DW_RUN_NORMAL: return dw_normal_quantile(u);
  case DW_RUN_UNIFORM: return u;
  case DW_RUN_EXPONENTIAL: return -dw_log(u);
  case DW_RUN_LOGNORMAL: return dw_exp(s->parameter * dw_normal_quantile(u));
  case DW_RUN_BERNOULLI: return u < s->parameter;
  case DW_RUN_AR:
    stream->last = s->parameter * stream->last + sqrt(1 - s->parameter * s->parameter) * dw_normal_quantile(u);
    return stream->last;
  case DW_RUN_SAMPLE: break;
  }
  return 0;
}
