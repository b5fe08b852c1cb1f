#include "detect/job/comparison_settings.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "detect/job/comparison_parts.h"
#include "detect/joint/joint.h"

static dw_status set_multivariate(const dw_text_list *words, unsigned *methods, dw_err *err)
{
  dw_status status = DW_OK;
  *methods = 0;
  for (size_t i = 0; i < words->count && status == DW_OK; i++)
    if (words->count > 1 || strcmp(words->text[i], "none") != 0) status = dw_joint_add(methods, words->text[i], err);
  return status;
}

/* --- what does not go together --- */

typedef struct asked {
  const char *option;
  bool given;
} asked;

static const char *first_given(const asked *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (list[i].given) return list[i].option;
  return NULL;
}

static dw_status check_sequential(const dw_comparison_settings *set, dw_err *err)
{
  if (set->sequential_reset && !set->sequential) return dw_err_usage(err, "--sequential-reset goes with --sequential STATE");
  if (!set->sequential) return DW_OK;
  if (!set->sequential[0] || strcmp(set->sequential, "-") == 0)
    return dw_err_usage(err, "--sequential needs the name of a file that stays from one look to the next");
  if (set->window || set->split)
    return dw_err_usage(err, "--sequential looks at one reference again and again: --ref, neither --window nor --split");
  if (set->preset == DW_PRESET_NANNYML)
    return dw_err_usage(err, "--sequential does not go with --preset nannyml: its chunks are judged by limits of their own");
  if (set->preset == DW_PRESET_EVIDENTLY)
    return dw_err_usage(err, "--sequential does not go with --preset evidently, whose verdict is of one look");
  if (strcmp(set->sequential, set->output) == 0)
    return dw_err_usage(err, "--output would overwrite the state of --sequential: name another file");
  if (set->by || set->multivariate.count || set->thresholds)
    return dw_err_usage(err, "--sequential goes with none of --by, --multivariate and --thresholds: these judge one look");
  return DW_OK;
}

/* Periods to watch: --match says there which of them are alike. */
static dw_status check_unit(const dw_comparison_settings *set, dw_err *err)
{
  if (set->detrend && !set->unit) return dw_err_usage(err, "--detrend goes with --unit PERIOD");
  if (!set->unit) return DW_OK;
  if (!set->sequential) return dw_err_usage(err, "--unit goes with --sequential STATE");
  if (!set->time) return dw_err_usage(err, "--unit needs --time COLUMN");
  if (set->detrend && set->match != DW_UNSAID) return dw_err_usage(err, "--detrend does not go with --match");
  return DW_OK;
}

static dw_status check_ref_cache(const dw_comparison_settings *set, dw_err *err)
{
  if (!set->ref_cache) return DW_OK;
  if (!set->ref_cache[0]) return dw_err_usage(err, "--ref-cache needs the name of a folder");
  if (set->window || set->split) return dw_err_usage(err, "--ref-cache keeps a reference that stays: --ref, neither --window nor --split");
  if (set->preset == DW_PRESET_NANNYML)
    return dw_err_usage(err, "--ref-cache does not go with --preset nannyml, which cuts all rows of the reference anew");
  return DW_OK;
}

static dw_status check_rule(const dw_comparison_settings *set, dw_err *err)
{
  if (set->preset == DW_PRESET_DRIFTWATCH || (isnan(set->alpha) && !set->min_effect.count)) return DW_OK;
  return dw_err_usage(err, "--%s is of the default rule; a preset has that of its tool (--threshold changes it)",
                      isnan(set->alpha) ? "min-effect" : "alpha");
}

static dw_status check_evidently(const dw_comparison_settings *set, dw_err *err)
{
  unsigned methods = 0;
  if (set->bins && set->preset == DW_PRESET_EVIDENTLY)
    return dw_err_usage(err, "--bins does not go with --preset evidently, which has its own");
  dw_status status = set->preset == DW_PRESET_EVIDENTLY ? set_multivariate(&set->multivariate, &methods, err) : DW_OK;
  if (!methods || status != DW_OK) return status;
  return dw_err_usage(err, "--multivariate does not go with --preset evidently, which looks at one column at a time");
}

bool dw_comparison_by_timing(const dw_comparison_settings *set)
{
  return set->preset == DW_PRESET_DRIFTWATCH && !set->alone && set->match == DW_UNSAID && !set->sequential;
}

static dw_status check_match(const dw_comparison_settings *set, dw_err *err)
{
  unsigned methods = 0;
  if (set->match == DW_UNSAID && set->zone && !set->unit && !dw_comparison_by_timing(set))
    return dw_err_usage(err, set->alone ? "--zone goes with --match" : "--zone goes with --match, --unit and hours of columns of instants");
  if (set->match == DW_UNSAID) return DW_OK;
  dw_status status = set_multivariate(&set->multivariate, &methods, err);
  const asked others[] = {{"preset evidently", set->preset == DW_PRESET_EVIDENTLY},
                          {"preset nannyml", set->preset == DW_PRESET_NANNYML},
                          {"sequential without --unit", set->sequential && !set->unit},
                          {"by", set->by != NULL},
                          {"method", set->method.count != 0},
                          {"multivariate", methods != 0},
                          {"vector", set->vector.count != 0}};
  const char *odd = first_given(others, sizeof others / sizeof *others);
  if (odd) return dw_err_usage(err, "--match does not go with --%s: it compares by the default method, one look at all records", odd);
  return status == DW_OK && !set->time ? dw_err_usage(err, "--match needs --time COLUMN") : status;
}

/* --- limits --- */

static dw_status set_cosine(const dw_comparison_settings *set, double *threshold, dw_err *err)
{
  const char *text = set->cosine_threshold;
  if (!text) return DW_OK;
  if (dw_num_parse(text, strlen(text), threshold, NULL) && *threshold >= 0 && *threshold <= 2) return DW_OK;
  return dw_err_usage(err, "%s: \"%s\" is not a number from 0 to 2", set->cosine_name, text);
}

static dw_status add_words(dw_limits *limits, const dw_text_list *words, dw_status (*add)(dw_limits *limits, const char *word, dw_err *err),
                           dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < words->count && status == DW_OK; i++) status = add(limits, words->text[i], err);
  return status;
}

/* Thresholds of like with like hold for nothing else, and others not for it. */
static dw_status check_made_within(const dw_comparison_settings *set, const dw_calibrated *made, dw_err *err)
{
  const char *match = set->match == DW_UNSAID ? NULL : dw_match_words[set->match], *zone = set->zone ? set->zone : "UTC";
  bool same =
      match && made->match ? strcmp(match, made->match) == 0 && strcmp(zone, made->zone ? made->zone : "UTC") == 0 : !match && !made->match;
  if (same) return DW_OK;
  if (!made->match)
    return dw_err_usage(err, "%s: not made for --match: dw-calibrate thresholds --time COLUMN --match %s makes thresholds that are",
                        set->thresholds, match);
  return dw_err_usage(err, "%s: made for --match %s --zone %s, and holds for nothing else", set->thresholds, made->match,
                      made->zone ? made->zone : "UTC");
}

static dw_status set_thresholds(dw_comparison_job *job, dw_err *err)
{
  if (!job->settings->thresholds) return DW_OK;
  dw_status status = dw_calibrated_read(&job->calibrated, job->settings->thresholds, err);
  if (status == DW_OK) status = check_made_within(job->settings, &job->calibrated, err);
  if (status != DW_OK) return status;
  job->limits.calibrated = &job->calibrated;
  if (!isnan(job->calibrated.share) && isnan(job->settings->drift_share)) job->limits.drift_share = job->calibrated.share;
  return DW_OK;
}

static dw_status set_limits(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  dw_limits *limits = &job->limits;
  if (set->alternative != DW_UNSAID) limits->settings.alternative = (dw_alternative)set->alternative;
  limits->settings.permutations = (unsigned)set->permutations;
  limits->settings.seed = set->seed;
  limits->alpha = set->alpha;
  if (!isnan(set->drift_share)) limits->drift_share = set->drift_share;
  if (set->correction != DW_UNSAID) limits->correction = (dw_correction)set->correction;
  dw_status status = set_cosine(set, &limits->settings.cosine_threshold, err);
  if (status == DW_OK && set->bins) status = dw_bin_rule_parse(set->bins, &limits->words, &limits->settings.bins, err);
  if (status == DW_OK) status = add_words(limits, &set->method, dw_limits_add_method, err);
  if (status == DW_OK) status = add_words(limits, &set->threshold, dw_limits_add_threshold, err);
  if (status == DW_OK) status = add_words(limits, &set->min_effect, dw_limits_add_effect, err);
  if (set->fail_on.count) limits->fail_any = limits->fail_share = false;
  if (status == DW_OK) status = add_words(limits, &set->fail_on, dw_limits_add_fail, err);
  if (status == DW_OK && set->checks.count) status = dw_limits_set_checks(limits, set->checks.text, set->checks.count, err);
  if (status == DW_OK) status = set_thresholds(job, err);
  if (status == DW_OK && set->severity) status = dw_limits_set_severity(limits, set->severity, err);
  return status;
}

static dw_status set_types(dw_comparison_job *job, dw_err *err)
{
  const dw_text_list *types = &job->settings->types;
  job->type = dw_alloc_zero(types->count, sizeof *job->type);
  for (size_t i = 0; i < types->count; i++) {
    const char *word = types->text[i], *equals = strrchr(word, '=');
    if (!equals || !dw_type_from_name(equals + 1, &job->type[i].type))
      return dw_err_usage(err, "--types: \"%s\" is not COLUMN=TYPE with numeric, categorical, text, datetime, identifier or vector", word);
    job->type[i].column = dw_arena_strndup(&job->limits.words, word, (size_t)(equals - word));
  }
  return DW_OK;
}

static dw_status set_time(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  if (!set->time_format) return DW_OK;
  bool alone = set->alone || set->preset != DW_PRESET_DRIFTWATCH; /* whose columns of instants are not read */
  if (!set->time && alone) return dw_err_usage(err, "--time-format goes with --time COLUMN");
  job->time_format = &job->format;
  return dw_time_format_parse(&job->format, set->time_format, err);
}

static dw_status set_unit(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  job->unit = (dw_unit_rule){.text = set->unit,
                             .zone = job->zone,
                             .zone_name = set->zone ? set->zone : "UTC",
                             .match = set->match == DW_UNSAID ? DW_MATCH_NONE : (dw_match)(set->match + DW_MATCH_HOUR),
                             .time_format = job->time_format,
                             .line = set->detrend,
                             .label = set->label,
                             .score = set->score};
  if (dw_chunk_period(set->unit, &job->unit.period)) return DW_OK;
  return dw_err_usage(err, "--unit: \"%s\" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y", set->unit);
}

static dw_status set_match(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  if (set->match == DW_UNSAID && !set->unit && !set->zone) return DW_OK;
  dw_status status = dw_zone_open(&job->zone, set->zone ? set->zone : "UTC", err);
  if (status == DW_OK && set->unit) status = set_unit(job, err);
  if (set->match == DW_UNSAID || set->unit) return status;
  job->matching =
      (dw_matching){.by = (dw_match)(set->match + DW_MATCH_HOUR), .zone = job->zone, .time = set->time, .format = job->time_format};
  job->compare.matched = true;
  return status;
}

/* --- chunks --- */

static dw_status check_chunks(const dw_comparison_settings *set, dw_err *err)
{
  const asked of_chunks[] = {{"chunk-size", set->chunk_size != 0},
                             {"chunk-count", set->chunk_count != 0},
                             {"chunk-period", set->chunk_period != NULL},
                             {"chunk-rest", set->chunk_rest != DW_UNSAID},
                             {"reference-chunks", set->reference_chunks}};
  const asked of_others[] = {{"by", set->by != NULL},
                             {"correction", set->correction != DW_UNSAID},
                             {"thresholds", set->thresholds != NULL},
                             {"alternative", set->alternative != DW_UNSAID},
                             {"bins", set->bins != NULL},
                             {"multivariate", set->multivariate.count != 0},
                             {"vector", set->vector.count != 0},
                             {"describe", set->describe.count != 0}};
  bool by_chunks = set->preset == DW_PRESET_NANNYML;
  const char *odd = by_chunks ? first_given(of_others, sizeof of_others / sizeof *of_others)
                              : first_given(of_chunks, sizeof of_chunks / sizeof *of_chunks);
  if (odd) return dw_err_usage(err, "--%s %s with --preset nannyml", odd, by_chunks ? "does not go" : "goes");
  if (!by_chunks) return DW_OK;
  if ((set->chunk_size != 0) + (set->chunk_count != 0) + (set->chunk_period != NULL) > 1)
    return dw_err_usage(err, "--chunk-size, --chunk-count and --chunk-period exclude each other");
  if (set->chunk_period && !set->time) return dw_err_usage(err, "--chunk-period needs --time COLUMN");
  return DW_OK;
}

static dw_status set_chunks(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  dw_status status = check_chunks(set, err);
  job->by_chunks = set->preset == DW_PRESET_NANNYML;
  if (status != DW_OK || !job->by_chunks) return status;
  job->chunks = (dw_chunked_options){.compare = &job->compare,
                                     .timed = set->time != NULL,
                                     .reference_chunks = set->reference_chunks,
                                     .memory = dw_size(set->memory / 8)};
  job->chunks.cut = (dw_chunk_options){.size = set->chunk_size,
                                       .number = set->chunk_count,
                                       .rest = set->chunk_rest == DW_UNSAID ? DW_REST_KEEP : (dw_chunk_rest)set->chunk_rest};
  if (set->chunk_period && !dw_chunk_period(set->chunk_period, &job->chunks.cut))
    return dw_err_usage(err, "--chunk-period: \"%s\" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y", set->chunk_period);
  return DW_OK;
}

dw_status dw_comparison_settle(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  dw_status status = check_evidently(set, err);
  if (status == DW_OK) status = check_rule(set, err);
  if (status == DW_OK) status = check_sequential(set, err);
  if (status == DW_OK) status = check_unit(set, err);
  if (status == DW_OK) status = check_ref_cache(set, err);
  if (status == DW_OK) status = check_match(set, err);
  if (status == DW_OK) status = set_limits(job, err);
  if (status == DW_OK) status = set_types(job, err);
  if (status == DW_OK) status = dw_marks_make(&job->marks, &set->dialect.missing, err);
  if (status == DW_OK) status = dw_renames_make(&job->renames, &set->dialect.rename, err);
  if (status == DW_OK) status = set_time(job, err);
  if (status == DW_OK) status = set_multivariate(&set->multivariate, &job->compare.multivariate, err);
  if (status == DW_OK) status = set_match(job, err);
  if (status == DW_OK) status = set_chunks(job, err);
  return status;
}

/* --- where the records come from --- */

static size_t standard_input(const dw_comparison_source *source)
{
  size_t times = 0;
  if (source->open) return 0;
  for (size_t i = 0; i < source->paths.count; i++) times += strcmp(source->paths.text[i], "-") == 0;
  return source->paths.count ? times : 1;
}

/* A day: more than any time zone is ahead of another. */
static dw_status set_last(const dw_comparison_settings *set, dw_partition_options *parts, dw_err *err)
{
  int64_t now;
  dw_status status = dw_time_now(&now, err);
  if (status != DW_OK) return status;
  if (__builtin_add_overflow(now, set->max_ahead ? set->max_ahead : 86400 * DW_SECOND, &parts->last)) parts->last = INT64_MAX;
  return DW_OK;
}

static dw_status settle_parts(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  dw_partition_options *parts = &job->parts;
  *parts = (dw_partition_options){
      .time = set->time, .time_format = job->time_format, .window = set->window, .baseline = set->baseline, .memory = dw_size(set->memory)};
  if (set->reference.paths.count || set->reference.open || (set->window && set->split))
    return dw_err_usage(err, "--ref, --window and --split exclude each other");
  if (set->window && !set->baseline) return dw_err_usage(err, "--window goes with --baseline DURATION");
  if (set->split && !dw_partition_parse_split(set->split, parts))
    return dw_err_usage(
        err, "--split: \"%s\" is not a row number, a fraction between 0 and 1 (or percent), or a time such as 2026-01-31T09:30:00Z",
        set->split);
  if (set->max_ahead && !set->window) return dw_err_usage(err, "--max-ahead goes with --window");
  if (set->window) parts->kind = DW_PARTITION_WINDOW;
  job->by_instant = parts->kind == DW_PARTITION_WINDOW || parts->kind == DW_PARTITION_TIME || job->compare.matched;
  if (job->by_instant && !set->time) return dw_err_usage(err, "%s needs --time COLUMN", set->window ? "--window" : "--split at a time");
  return set->window ? set_last(set, parts, err) : DW_OK;
}

/* Of two files the first is most probably the reference. */
static dw_status without_reference(const dw_text_list *paths, dw_err *err)
{
  dw_buf call = {0};
  if (paths->count == 2) {
    dw_buf_text(&call, "dw-compare --ref ");
    dw_buf_shell(&call, paths->text[0]);
    dw_buf_char(&call, ' ');
    dw_buf_shell(&call, paths->text[1]);
    dw_err_usage(err, "what to compare with? %s holds the second file against the first; or give --window and --baseline, or --split",
                 dw_buf_cstr(&call));
  } else {
    dw_err_usage(err, "what to compare with? give --ref FILE, or --window and --baseline, or --split");
  }
  dw_buf_free(&call);
  return DW_EUSAGE;
}

dw_status dw_comparison_settle_sources(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  job->by_instant = (set->time && (set->alone || job->by_chunks)) || job->compare.matched || job->unit.text;
  if (set->alone) return DW_OK;
  job->parted = set->window || set->split;
  if (job->parted) return settle_parts(job, err);
  if (!set->reference.paths.count && !set->reference.open) return without_reference(&set->current.paths, err);
  if (set->baseline) return dw_err_usage(err, "--baseline goes with --window");
  if (set->max_ahead) return dw_err_usage(err, "--max-ahead goes with --window");
  if (standard_input(&set->reference) + standard_input(&set->current) > 1)
    return dw_err_usage(err, "standard input cannot be both: name a file for the reference or for the current data");
  return DW_OK;
}
