#include "detect/compare/unjudged.h"

#include "detect/check/calibrated.h"
#include "detect/joint/joint.h"
#include "detect/compare/reading.h"
#include "detect/compare/timing.h"

typedef struct search {
  dw_comparison *out;
  const dw_dataset *side[2]; /* reference, current */
  const dw_compare_options *options;
} search;

/* What stands beside the answer: the schema, and data quality. */
static bool is_beside(dw_check check)
{
  dw_judgement judges = dw_check_of(check)->judges;
  return judges == DW_JUDGES_SCHEMA || judges == DW_JUDGES_QUALITY;
}

/* --checks may ask for these alone: then they are the answer. */
static bool only_beside(const dw_limits *limits)
{
  for (dw_check i = 0; i < DW_CHECKS; i++)
    if (limits->check[i] && !is_beside(i)) return false;
  return true;
}

bool dw_unjudged_answers(const dw_finding *finding, const dw_limits *limits)
{
  if (finding->drift) return true;
  return !finding->error[0] && !finding->idle && (!is_beside(finding->check) || only_beside(limits));
}

/* These speak only when there is something to say: the schema and the names of all columns, missing cells of those that both sides have. */
static bool looked(const dw_comparison *comparison, const dw_limits *limits)
{
  for (size_t i = 0; i < comparison->portrait_count; i++)
    if (limits->check[DW_CHECK_SCHEMA] || limits->check[DW_CHECK_DATA_QUALITY] ||
        (limits->check[DW_CHECK_MISSING] && comparison->portrait[i].reference.length && comparison->portrait[i].current.length))
      return true;
  return false;
}

bool dw_unjudged_any_answer(const dw_comparison *comparison, const dw_limits *limits)
{
  for (size_t i = 0; i < comparison->finding_count; i++)
    if (dw_unjudged_answers(&comparison->finding[i], limits)) return true;
  return only_beside(limits) && (comparison->without_finding || looked(comparison, limits));
}

/* --- the list --- */

static bool same(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static dw_left_out *listed(const search *s, const char *column)
{
  for (size_t i = 0; i < s->out->left_out_count; i++)
    if (same(s->out->left_out[i].column, column)) return &s->out->left_out[i];
  return NULL;
}

static void add(search *s, dw_left_out left)
{
  dw_comparison *out = s->out;
  left.unjudged = true;
  out->left_out = dw_grow(out->left_out, &out->left_out_capacity, out->left_out_count + 1, sizeof *out->left_out);
  out->left_out[out->left_out_count++] = left;
}

static const char *words(search *s, const char *before, const char *name, const char *behind)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%s%s%s", before, name, behind);
  const char *kept = dw_arena_strndup(&s->out->words, text.data, text.length);
  dw_buf_free(&text);
  return kept;
}

/* --- findings without an answer --- */

static bool labels_come_later(const search *s)
{
  const char *label = s->options->label;
  return label && dw_compare_labels_later(s->options, label, dw_dataset_find(s->side[0], label), dw_dataset_find(s->side[1], label));
}

/* Chunk by chunk the findings of one measure stand together. */
static bool same_measure(const dw_finding *a, const dw_finding *b)
{
  return a->chunk.length && b->chunk.length && a->check == b->check && a->column == b->column && a->method == b->method;
}

/* Findings of a column stand together: whether another method has an answer to the same question. A column that is lost has its answer,
 * whatever was named. */
static bool answered_beside(const dw_comparison *out, size_t at, bool named)
{
  const dw_finding *it = &out->finding[at];
  size_t first = at;
  while (first > 0 && out->finding[first - 1].column == it->column) first--;
  for (size_t i = first; i < out->finding_count && out->finding[i].column == it->column; i++)
    if (out->finding[i].lost || (!named && out->finding[i].check == it->check && !out->finding[i].error[0])) return true;
  return false;
}

static bool method_named(const search *s, const dw_finding *finding)
{
  const dw_limits *limits = s->options->limits;
  for (size_t i = 0; i < limits->method_count; i++) {
    const dw_method_choice *choice = &limits->method[i];
    if (same(choice->method->name, finding->method) && (!choice->column || same(choice->column, finding->column))) return true;
  }
  return false;
}

static void collect_errors(search *s)
{
  bool later = labels_come_later(s);
  const dw_comparison *out = s->out;
  for (size_t i = 0, next; i < out->finding_count; i = next) {
    const dw_finding *finding = &out->finding[i];
    bool answered = false;
    for (next = i; next == i || (next < out->finding_count && same_measure(finding, &out->finding[next])); next++)
      answered |= !out->finding[next].error[0];
    if (answered || (later && finding->check == DW_CHECK_PERFORMANCE)) continue;
    /* What profiles do not hold of these: categories that they do not name, records that repeat others. */
    bool unknown = finding->check == DW_CHECK_CATEGORIES || finding->check == DW_CHECK_DATA_QUALITY;
    if (is_beside(finding->check) && !unknown && !only_beside(s->options->limits)) continue;
    /* --method all: not every method is for every column. */
    if (finding->column && answered_beside(out, i, method_named(s, finding))) continue;
    const char *method = finding->method ? finding->method : dw_check_of(finding->check)->name;
    add(s, (dw_left_out){.column = finding->column, .type = finding->type, .method = method, .reason = finding->error});
  }
}

/* --- what was named --- */

static bool known(const search *s, const char *column)
{
  return dw_dataset_find(s->side[0], column) || dw_dataset_find(s->side[1], column);
}

/* Settings often serve several calls: what this one leaves out on purpose is not asked for. */
static bool wanted(const search *s, const char *column)
{
  dw_selection *selection = (dw_selection *)s->options->selection; /* a callback's context, which it only reads */
  return known(s, column) || !selection || dw_selection_wants(selection, column, strlen(column));
}

static dw_type column_type(const search *s, const char *column)
{
  for (size_t i = 0; i < s->out->portrait_count; i++)
    if (same(s->out->portrait[i].name, column)) return s->out->portrait[i].type;
  return DW_TYPE_OTHER;
}

/* Checks of data quality that found nothing to say leave no finding. */
static bool looked_at(const search *s, const char *column)
{
  const bool *check = s->options->limits->check;
  const dw_column *side[] = {dw_dataset_find(s->side[0], column), dw_dataset_find(s->side[1], column)};
  if (check[DW_CHECK_SCHEMA] && (side[0] || side[1])) return true;
  if (!side[0] || !side[1]) return false;
  bool values = dw_column_missing(side[0]) < side[0]->rows && dw_column_missing(side[1]) < side[1]->rows;
  return check[DW_CHECK_MISSING] || check[DW_CHECK_DATA_QUALITY] ||
         (values && dw_check_values_asked(s->options->limits, column_type(s, column)));
}

/* What is told of a column of instants answers for it. */
static bool is_of(const search *s, const dw_finding *finding, const char *column)
{
  if (same(finding->column, column)) return true;
  size_t length = finding->column ? dw_timing_name(finding->column) : 0;
  if (length == 0 || length != strlen(column) || memcmp(finding->column, column, length) != 0) return false;
  const dw_column *told = dw_dataset_find(s->side[0], finding->column);
  return told && told->describes;
}

static bool column_answered(const search *s, const char *column)
{
  for (size_t i = 0; i < s->out->finding_count; i++)
    if (is_of(s, &s->out->finding[i], column) && dw_unjudged_answers(&s->out->finding[i], s->options->limits)) return true;
  return only_beside(s->options->limits) && looked_at(s, column);
}

static const char *column_remedy(search *s, const dw_left_out *left)
{
  bool countable = left->type == DW_TYPE_DATETIME || left->type == DW_TYPE_IDENTIFIER;
  return countable ? dw_compare_types_option(&s->out->words, left->column, DW_TYPE_CATEGORICAL) : left->option;
}

static void need_column(search *s, const char *column)
{
  if (column_answered(s, column) || !wanted(s, column)) return;
  s->out->unanswered = true;
  dw_left_out *left = listed(s, column);
  if (!left) {
    const char *why = known(s, column) ? "none of the checks is about it" : "neither side has it";
    add(s, (dw_left_out){.column = column, .type = DW_TYPE_OTHER, .reason = why});
  } else if (!left->unjudged) {
    left->unjudged = true;
    left->option = column_remedy(s, left);
  }
}

static bool any_match(const search *s, const char *pattern)
{
  bool any = false;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < s->side[side]->column_count && !any; i++) any = dw_text_match(pattern, s->side[side]->column[i]->name);
  return any;
}

/* A word that may match several columns asks for an answer of one of them at least. */
static void need_any(search *s, const char *pattern)
{
  const dw_column *first = NULL;
  if (!known(s, pattern) && !any_match(s, pattern)) { /* the name of a chat stands for all that is made of it */
    const char *parts = words(s, "", pattern, ".*");
    if (any_match(s, parts)) pattern = parts;
  }
  if (!strpbrk(pattern, "*?") || known(s, pattern)) {
    need_column(s, pattern);
    return;
  }
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < s->side[side]->column_count; i++) {
      const dw_column *column = s->side[side]->column[i];
      if (!dw_text_match(pattern, column->name)) continue;
      if (column_answered(s, column->name)) return;
      if (!first) first = column;
    }
  if (first) need_column(s, first->name);
}

static bool method_answered(const search *s, const char *column, const char *method)
{
  for (size_t i = 0; i < s->out->finding_count; i++) {
    const dw_finding *finding = &s->out->finding[i];
    if (same(finding->method, method) && (!column || same(finding->column, column)) && !finding->error[0]) return true;
  }
  return false;
}

/* Of a column that is gone there is more to say than what a method could. */
static bool column_drifted(const search *s, const char *column)
{
  for (size_t i = 0; column && i < s->out->finding_count; i++)
    if (same(s->out->finding[i].column, column) && s->out->finding[i].drift) return true;
  return false;
}

static void need_method(search *s, const char *column, const char *method)
{
  if (method_answered(s, column, method) || column_drifted(s, column) || (column && !wanted(s, column))) return;
  s->out->unanswered = true;
  for (size_t i = 0; i < s->out->left_out_count; i++) {
    const dw_left_out *left = &s->out->left_out[i];
    if (same(left->method, method) && (!column || same(left->column, column))) return; /* its error says why */
  }
  const char *why = column ? "neither side has the column" : "it fits no column that is compared";
  if (column && known(s, column)) why = words(s, "it does not fit the column, whose type is ", dw_type_name(column_type(s, column)), "");
  add(s, (dw_left_out){.column = column, .type = DW_TYPE_OTHER, .method = method, .reason = why});
}

static void need_joint(search *s)
{
  for (size_t i = 0; i < DW_JOINT_METHODS; i++)
    if (s->options->multivariate & dw_joint_methods[i].bit) need_method(s, NULL, dw_joint_methods[i].name);
}

static void need_thresholds(search *s, const dw_calibrated *calibrated)
{
  for (size_t i = 0; calibrated && i < calibrated->count; i++)
    if (calibrated->item[i].column && calibrated->item[i].check == DW_CHECK_COLUMN) need_column(s, calibrated->item[i].column);
}

/* --by: inside at least one value something is to be judged. Those without are named together. */
static void need_segments(search *s)
{
  const dw_comparison *out = s->out;
  dw_buf without = {0};
  size_t count = 0;
  for (size_t i = 0; i < out->segment_count; i++) {
    const dw_segment *segment = &out->segment[i];
    if (dw_unjudged_any_answer(&segment->comparison, s->options->limits)) continue;
    dw_buf_format(&without, "%s%s", count++ ? ", " : "", segment->value ? segment->value : "(no value)");
  }
  if (out->by && out->segment_count == count) s->out->unanswered = true;
  if (out->by && out->segment_count == 0)
    add(s,
        (dw_left_out){.column = out->by, .type = DW_TYPE_OTHER, .method = "--by", .reason = "the sides have none of its values in common"});
  else if (count)
    add(s, (dw_left_out){.column = out->by,
                         .type = DW_TYPE_OTHER,
                         .method = "--by",
                         .reason = words(s, "nothing could be judged inside: ", dw_buf_cstr(&without), "")});
  dw_buf_free(&without);
}

static void need_named(search *s)
{
  const dw_compare_options *o = s->options;
  const dw_limits *limits = o->limits;
  for (size_t i = 0; i < limits->fail_column_count; i++) need_column(s, limits->fail_column[i]);
  for (size_t i = 0; o->selection && i < o->selection->only.count; i++) need_any(s, o->selection->only.text[i]);
  for (size_t i = 0; i < o->type_count; i++) {
    dw_type type = o->type[i].type;
    /* Those are named in order not to be compared. */
    if (type != DW_TYPE_DATETIME && type != DW_TYPE_IDENTIFIER && !o->type[i].told) need_any(s, o->type[i].column);
  }
  if (o->label && limits->check[DW_CHECK_TARGET] && !labels_come_later(s)) need_column(s, o->label);
  if (o->score && (limits->check[DW_CHECK_PREDICTION] || limits->check[DW_CHECK_PERFORMANCE])) need_column(s, o->score);
  for (size_t i = 0; i < limits->method_count; i++) need_method(s, limits->method[i].column, limits->method[i].method->name);
  need_joint(s);
  need_thresholds(s, limits->calibrated);
}

/* --- what has to be judged --- */

static bool column_judged(const search *s, const char *column)
{
  for (size_t i = 0; i < s->out->finding_count; i++) {
    const dw_finding *finding = &s->out->finding[i];
    if (is_of(s, finding, column) && dw_check_is_distribution(finding->check) && !finding->error[0] && !finding->idle) return true;
  }
  return only_beside(s->options->limits) && looked_at(s, column);
}

static const char *why_not_judged(const search *s, const char *column)
{
  const dw_column *r = dw_dataset_find(s->side[0], column), *c = dw_dataset_find(s->side[1], column);
  dw_selection *selection = (dw_selection *)s->options->selection;
  if (!r && !c && selection && !dw_selection_wants(selection, column, strlen(column))) return "this call leaves it out";
  if (!r || !c) return r ? "the current data does not have it" : c ? "the reference does not have it" : "neither side has it";
  const dw_left_out *left = listed(s, column);
  if (left) return left->reason;
  if (same(s->options->time, column)) return "it is the instant of --time";
  if (dw_column_missing(r) == r->rows) return "the reference has no value in it";
  if (dw_column_missing(c) == c->rows) return "the current data has no value in it";
  for (size_t i = 0; i < s->out->finding_count; i++)
    if (same(s->out->finding[i].column, column) && s->out->finding[i].lost) return "the current data lost it: its finding says how";
  return "none of the checks is about it";
}

static void require_column(search *s, const char *column, dw_buf *unmet)
{
  const dw_column *r = dw_dataset_find(s->side[0], column), *c = dw_dataset_find(s->side[1], column);
  bool values = r && c && dw_column_missing(r) < r->rows && dw_column_missing(c) < c->rows;
  if (values && column_judged(s, column)) return;
  const char *why = why_not_judged(s, column);
  dw_buf_format(unmet, "%s\"%s\": %s", unmet->length ? "; " : "", column, why);
  dw_left_out *left = listed(s, column);
  if (!left) {
    add(s, (dw_left_out){.column = column, .type = column_type(s, column), .method = "--require", .reason = why});
  } else if (!left->unjudged) {
    left->unjudged = true;
    left->option = column_remedy(s, left);
  }
}

/* Findings of a column stand together. */
static size_t count_judged(const search *s)
{
  size_t count = 0;
  const char *last = NULL;
  if (only_beside(s->options->limits))
    for (size_t i = 0; i < s->side[0]->column_count; i++) count += column_judged(s, s->side[0]->column[i]->name);
  else
    for (size_t i = 0; i < s->out->finding_count; i++) {
      const dw_finding *finding = &s->out->finding[i];
      if (!dw_check_is_distribution(finding->check) || finding->error[0] || finding->idle || same(finding->column, last)) continue;
      count++;
      last = finding->column;
    }
  return count;
}

static void require_all(search *s)
{
  const dw_compare_options *o = s->options;
  dw_buf unmet = {0};
  for (size_t i = 0; i < o->require.count; i++) require_column(s, o->require.text[i], &unmet);
  size_t judged = o->min_columns ? count_judged(s) : 0;
  if (judged < o->min_columns) {
    dw_buf why = {0};
    dw_buf_format(&why, "%zu of at least %zu columns judged", judged, o->min_columns);
    const char *reason = words(s, dw_buf_cstr(&why), "", "");
    dw_buf_format(&unmet, "%s%s", unmet.length ? "; " : "", reason);
    add(s, (dw_left_out){.type = DW_TYPE_OTHER, .method = "--min-columns", .reason = reason});
    dw_buf_free(&why);
  }
  if (unmet.length) s->out->unmet = dw_arena_strndup(&s->out->words, unmet.data, unmet.length);
  dw_buf_free(&unmet);
}

/* What settles it for columns that are left out as a whole; NULL: nothing does. */
static const char *whole_remedy(search *s, const dw_left_out *left)
{
  bool chunked = s->out->chunked != NULL, whole = left->type == DW_TYPE_TEXT || left->type == DW_TYPE_VECTOR;
  if (s->options->matched && whole) return dw_compare_option(&s->out->words, "--exclude", left->column, "");
  switch (left->type) {
  case DW_TYPE_TEXT:
    if (chunked) return dw_compare_types_option(&s->out->words, left->column, DW_TYPE_CATEGORICAL);
    return dw_compare_option(&s->out->words, "--method", left->column, "=perc_text_content_drift");
  case DW_TYPE_VECTOR: return dw_compare_option(&s->out->words, chunked ? "--exclude" : "--method", left->column, chunked ? "" : "=mmd");
  case DW_TYPE_OTHER: return dw_compare_option(&s->out->words, "--exclude", left->column, "");
  default: return NULL;
  }
}

static void give_options(search *s)
{
  for (size_t i = 0; i < s->out->left_out_count; i++) {
    dw_left_out *left = &s->out->left_out[i];
    if (left->unjudged && left->column && !left->method && !left->option) left->option = whole_remedy(s, left);
  }
}

void dw_unjudged_collect(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options)
{
  search s = {out, {reference, current}, options};
  give_options(&s);
  collect_errors(&s);
  need_named(&s);
  if (out->by) need_segments(&s);
  require_all(&s);
}
