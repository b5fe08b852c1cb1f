/* The comparisons of a look: a job of dw-compare for each kind of records. */
#include <math.h>

#include "base/map.h"
#include "base/mem.h"
#include "data/datasets/column_names.h"
#include "detect/job/comparison_job.h"
#include "serve/watch/look_parts.h"

/* Kinds, and the one column that is compared of them; NULL: all. */
static const struct {
  dw_record_kind kind;
  const char *column;
} compared[] = {{DW_RECORD_INFERENCE, NULL}, {DW_RECORD_INTERACTION, "embedding"}, {DW_RECORD_EMBEDDING, "embedding"}};
enum { COMPARED = sizeof compared / sizeof *compared };

/* What names a record, or says when it was: no data. */
static const char *const apart[] = {"id",   "request_id", "model_id",   "model",       "model_name",     "ts",
                                    "time", "timestamp",  "created_at", "received_at", DW_VERSION_MEMBER};

/* One kind of records on both sides. */
typedef struct pairing {
  dw_record_kind kind;
  const char *column;
  dw_window_source source[2]; /* baseline, window */
  dw_census census[2];
  bool wanted;
} pairing;

static dw_status count_rows(dw_looking *look, pairing *pair, dw_err *err)
{
  dw_status status = DW_OK;
  for (int side = 0; side < 2; side++) {
    const dw_periods *periods = side ? &look->current : &look->baseline;
    dw_window_source_init(&pair->source[side], look->records, pair->kind, look->settings->model, periods,
                          pair->kind == DW_RECORD_INFERENCE);
    if (side == 0) pair->source[side].version = look->version;
    pair->source[side].stop = look->settings->stop;
    pair->source[side].stop_context = look->settings->stop_context;
    dw_err *problem = status == DW_OK ? err : NULL;
    dw_status counted = dw_census_read(&pair->census[side], &pair->source[side], problem);
    if (status == DW_OK) status = counted;
  }
  const dw_census *census = pair->census;
  pair->wanted = pair->column ? census[0].embedding || census[1].embedding : census[0].rows || census[1].rows;
  return status;
}

static void forget_pair(pairing *pair)
{
  for (int side = 0; side < 2; side++) {
    dw_census_free(&pair->census[side]);
    dw_window_source_free(&pair->source[side]);
  }
}

/* --- what is asked of the job --- */

typedef struct words {
  dw_text_list exclude, checks, columns, methods;
} words;

static void add_word(dw_text_list *list, const char *word)
{
  list->text = dw_grow(list->text, &list->capacity, list->count + 1, sizeof *list->text);
  list->text[list->count++] = word;
}

static bool has(const pairing *pair, const char *pattern)
{
  return dw_roster_match(&pair->census[0].names, pattern) || dw_roster_match(&pair->census[1].names, pattern);
}

/* The confidence of a prediction is no score of the label: how good the model is, accuracy_drop says. */
static void ask_checks(words *w)
{
  for (int c = 0; c < DW_CHECKS; c++) {
    dw_check check = (dw_check)c;
    if (!dw_check_is_of_columns(check) || check == DW_CHECK_PERFORMANCE || check == DW_CHECK_MULTIVARIATE || check == DW_CHECK_CORRELATION)
      continue;
    add_word(&w->checks, dw_check_of(check)->name);
  }
}

/* Embeddings are judged as a distribution, and by the measures that their thresholds are for. */
static void ask_embedding(const pairing *pair, words *w)
{
  static const char *const methods[] = {"embedding=mmd", "embedding=centroid_cosine", "embedding=variance_change"};
  if (!pair->census[0].embedding || !pair->census[1].embedding) return;
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) add_word(&w->methods, methods[i]);
}

static dw_comparison_settings ask(const dw_looking *look, pairing *pair, size_t pairs, words *w)
{
  const dw_look_settings *set = look->settings;
  dw_comparison_settings asked = DW_COMPARISON_DEFAULTS;
  *w = (words){0};
  for (int side = 0; side < 2; side++) {
    dw_comparison_source *source = side ? &asked.current : &asked.reference;
    *source = (dw_comparison_source){.open = dw_window_source_open, .context = &pair->source[side]};
  }
  for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
    if (has(pair, apart[i])) add_word(&w->exclude, apart[i]);
  for (size_t i = 0; i < set->exclude.count; i++)
    if (has(pair, set->exclude.text[i])) add_word(&w->exclude, set->exclude.text[i]);
  asked.exclude = w->exclude;
  if (pair->column) {
    add_word(&w->columns, pair->column);
    asked.columns = w->columns;
  } else {
    if (pair->census[0].label) asked.label = "label";
    if (pair->census[0].confidence.rows) asked.score = "confidence";
    if (set->by && has(pair, set->by)) asked.by = set->by;
  }
  if (asked.label && asked.score) {
    ask_checks(w);
    asked.checks = w->checks;
  }
  ask_embedding(pair, w);
  asked.method = w->methods;
  asked.time = DW_WINDOW_TIME;
  asked.alpha = (isnan(set->alpha) ? 0.05 : set->alpha) / (double)pairs;
  asked.cosine_name = set->cosine_name;
  asked.cosine_threshold = set->cosine_threshold;
  if (set->threads) asked.threads = set->threads;
  if (set->memory) asked.memory = set->memory;
  return asked;
}

static void forget_words(words *w)
{
  dw_free(w->exclude.text);
  dw_free(w->checks.text);
  dw_free(w->columns.text);
  dw_free(w->methods.text);
}

/* --- what it found --- */

static dw_status add_line(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

/* The findings that say drift: of all rows first, then of each segment, the largest part of the drift first. */
typedef struct drifts {
  const dw_finding **finding;
  size_t count, capacity;
} drifts;

static void gather(drifts *all, const dw_comparison *comparison)
{
  for (size_t i = 0; i < comparison->finding_count; i++) {
    if (!comparison->finding[i].drift) continue;
    all->finding = dw_grow(all->finding, &all->capacity, all->count + 1, sizeof *all->finding);
    all->finding[all->count++] = &comparison->finding[i];
  }
  for (size_t i = 0; i < comparison->segment_count; i++) gather(all, &comparison->segment[i].comparison);
}

static double size_of(const dw_finding *finding) { return isnan(finding->magnitude) ? -1 : finding->magnitude; }

static void keep_top(dw_look_result *result, const char *column)
{
  size_t length = strlen(column), whole = 0, step;
  while (whole < length && (step = dw_utf8_length(column + whole, length - whole)) && whole + step < DW_LOOK_NAME) whole += step;
  memcpy(result->top[result->top_count], column, whole);
  result->top[result->top_count++][whole] = '\0';
}

/* Columns that drifted, the largest change of a share first; those without one behind them, in the order of the data. */
static void rank_columns(dw_look_result *result, const drifts *all)
{
  const dw_finding *rank[DW_LOOK_TOP];
  size_t count = 0;
  dw_map seen;
  dw_map_init(&seen);
  for (size_t i = 0; i < all->count; i++) {
    const dw_finding *finding = all->finding[i];
    size_t before = seen.count, at = count;
    if (!finding->column) continue;
    dw_map_intern(&seen, finding->column, strlen(finding->column));
    if (seen.count == before) continue; /* by another method, or in another segment */
    result->drifted++;
    for (; at > 0 && size_of(rank[at - 1]) < size_of(finding); at--)
      if (at < DW_LOOK_TOP) rank[at] = rank[at - 1];
    if (at < DW_LOOK_TOP) rank[at] = finding;
    if (count < DW_LOOK_TOP) count++;
  }
  dw_map_free(&seen);
  for (size_t i = 0; i < count && result->top_count < DW_LOOK_TOP; i++) keep_top(result, rank[i]->column);
}

/* A finding, and of which of the run's comparisons it is. What a thousand columns in fifty segments say is not all kept: the summary has
 * their names and figures. */
static void add_events(dw_look_result *result, const pairing *pair, const drifts *all)
{
  dw_json json;
  for (size_t i = 0; i < all->count && i < DW_LOOK_EVENTS; i++) {
    dw_finding_write(all->finding[i], &result->events);
    result->events.length--; /* its newline */
    dw_json_reopen(&json, &result->events);
    dw_json_text(&json, "record", dw_record_kind_word(pair->kind));
    dw_json_close(&json, '}');
    dw_buf_char(&result->events, '\n');
  }
  if (all->count > DW_LOOK_EVENTS) result->events_left_out += all->count - DW_LOOK_EVENTS;
}

/* The centroid that has gone furthest, of all kinds of records. */
static void keep_cosine(dw_look_result *result, const dw_comparison *comparison)
{
  dw_measure *measure = &result->measure[DW_MEASURE_COSINE];
  for (size_t i = 0; i < comparison->finding_count; i++) {
    const dw_finding *f = &comparison->finding[i];
    if (!f->method || strcmp(f->method, "centroid_cosine") != 0 || isnan(f->score) || f->score <= measure->value) continue;
    *measure = (dw_measure){f->score, f->threshold, 0, f->drift};
  }
}

static void tell(dw_looking *look, const pairing *pair, const dw_comparison_job *job)
{
  dw_look_result *result = look->result;
  dw_json json;
  size_t begin = result->lines.length;
  dw_comparison_job_write_findings(job, add_line, &result->lines, NULL);
  size_t from = result->lines.length;
  dw_comparison_job_write_summary(job, look->stages, &result->lines);
  if (look->comparisons.length) dw_buf_char(&look->comparisons, ',');
  dw_json_start(&json, &look->comparisons, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "record", dw_record_kind_word(pair->kind));
  dw_json_raw(&json, "summary", result->lines.data + from, result->lines.length - from - 1);
  dw_look_columns(&job->comparison, &json);
  dw_look_bars(result->lines.data + begin, result->lines.length - begin, &json);
  dw_json_close(&json, '}');
  drifts all = {.finding = NULL};
  gather(&all, &job->comparison);
  rank_columns(result, &all);
  keep_cosine(result, &job->comparison);
  if (job->comparison.drift && !look->settings->seed_rule) add_events(result, pair, &all);
  dw_free(all.finding);
}

/* The first reason is the one that is told. */
static void leave_unjudged(dw_looking *look, const char *reason)
{
  look->result->part[DW_PART_DATA].judged = false;
  if (!look->result->reason[0]) snprintf(look->result->reason, sizeof look->result->reason, "%s", reason);
}

static bool too_few(dw_looking *look, const pairing *pair)
{
  dw_buf why = {0};
  unsigned long long rows[2] = {pair->census[0].rows, pair->census[1].rows}, least = look->settings->limits.min_rows;
  int side = rows[1] < least || rows[1] == 0;
  if (rows[side] >= least && rows[side] > 0) return false;
  dw_buf_format(&why, "the %s has %llu %s records, and %llu are the least that is judged", side ? "window" : "baseline", rows[side],
                dw_record_kind_word(pair->kind), least ? least : 1);
  leave_unjudged(look, dw_buf_cstr(&why));
  dw_buf_free(&why);
  return true;
}

static dw_status compare_pair(dw_looking *look, pairing *pair, size_t pairs, dw_err *err)
{
  words w;
  dw_comparison_job *job;
  if (too_few(look, pair)) return DW_OK;
  dw_comparison_settings asked = ask(look, pair, pairs, &w);
  dw_status status = dw_comparison_job_open(&job, &asked, look->notices, err);
  if (status == DW_OK) status = dw_comparison_job_run(job, err);
  if (status == DW_ENODATA) { /* a side without anything to compare */
    leave_unjudged(look, err->message);
    status = DW_OK;
  } else if (status == DW_OK) {
    dw_look_answer *answer = &look->result->part[DW_PART_DATA];
    dw_err why;
    tell(look, pair, job);
    if (dw_comparison_job_answer(job, &why) != DW_OK) leave_unjudged(look, why.message);
    answer->drift |= job->comparison.drift;
    if (job->comparison.drift && job->comparison.severity > answer->severity) answer->severity = job->comparison.severity;
    if (job->comparison.drift && answer->severity == DW_SEVERITY_NONE) answer->severity = DW_SEVERITY_LOW;
  }
  dw_comparison_job_free(job);
  forget_words(&w);
  return status;
}

static void judge_by_seeds(dw_looking *look)
{
  dw_look_answer *answer = &look->result->part[DW_PART_DATA];
  uint64_t least = look->settings->limits.min_rows;
  look->seed = dw_seed_judge(&look->confidence[0], &look->confidence[1]);
  if (!look->settings->seed_rule) return;
  bool enough =
      look->confidence[0].rows && look->confidence[1].rows && look->confidence[0].rows >= least && look->confidence[1].rows >= least;
  look->result->reason[0] = '\0';
  *answer = (dw_look_answer){.judged = enough, .drift = enough && look->seed.alarm};
  if (answer->drift) answer->severity = DW_SEVERITY_MEDIUM;
  if (!enough) leave_unjudged(look, "too few records with a confidence from 0 to 1 for the seeds' rule");
}

/* What --exclude and --by name and no record has is most likely misspelt. */
static void warn_unknown(const dw_looking *look, const pairing *pair)
{
  dw_roster all;
  const dw_text_list *exclude = &look->settings->exclude;
  const char *by = look->settings->by;
  dw_roster_init(&all);
  for (int i = 0; i < COMPARED && (exclude->count || by); i++)
    for (int side = 0; side < 2; side++) {
      const dw_map *names = &pair[i].census[side].names.map;
      for (size_t n = 0; n < names->count; n++) dw_roster_add(&all, names->keys[n].text, names->keys[n].length);
    }
  dw_column_names_warn_all("--exclude", (dw_patterns){exclude->text, exclude->count}, &all, look->notices);
  dw_column_names_warn("--by", by, &all, look->notices);
  dw_roster_free(&all);
}

dw_status dw_look_compare(dw_looking *look, dw_err *err)
{
  pairing pair[COMPARED];
  size_t pairs = 0;
  dw_status status = DW_OK;
  for (int i = 0; i < COMPARED; i++) {
    pair[i] = (pairing){.kind = compared[i].kind, .column = compared[i].column};
    dw_status counted = count_rows(look, &pair[i], status == DW_OK ? err : NULL);
    if (status == DW_OK) status = counted;
    pairs += pair[i].wanted;
    for (int side = 0; side < 2; side++) {
      for (int b = 0; b < DW_SEED_BINS; b++) look->confidence[side].count[b] += pair[i].census[side].confidence.count[b];
      look->confidence[side].rows += pair[i].census[side].confidence.rows;
    }
    look->result->baseline_rows += pair[i].census[0].rows;
    look->result->rows += pair[i].census[1].rows;
    look->strays += pair[i].census[1].strays;
  }
  if (status == DW_OK) warn_unknown(look, pair);
  look->result->part[DW_PART_DATA].judged = pairs > 0;
  look->result->nothing_to_compare = !pairs;
  if (!pairs)
    leave_unjudged(look, look->result->rows + look->result->baseline_rows
                             ? "there are no inferences, and interactions are compared by their embeddings, which they have none of"
                             : "there are no records, neither in the window nor in the baseline");
  for (int i = 0; i < COMPARED && status == DW_OK; i++)
    if (pair[i].wanted) status = compare_pair(look, &pair[i], pairs, err);
  if (status == DW_OK) judge_by_seeds(look);
  for (int i = 0; i < COMPARED; i++) forget_pair(&pair[i]);
  return status;
}
