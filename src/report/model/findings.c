#include "report/model/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/text/lines.h"
#include "kinds/check.h"
#include "report/model/run_history.h"

struct dw_findings_input {
  const char *name;
  dw_lines lines;
  uint64_t documents;
  size_t runs, voices;  /* of the report, when it began: runs, and consensus of rounds */
  const char *stranger; /* NULL, or the command that wrote a document which no report shows, and where it stood */
  uint64_t stranger_line;
};

/* Who writes what a report does not show: an input of nothing else is the wrong one, and no comparison that was cut. */
static const char *stranger_of(const dw_value *document)
{
  static const struct {
    const char *kind, *command;
  } table[] = {{"detection", "dw-detect"},
               {"profile", "dw-profile"},
               {"threshold", "dw-calibrate"},
               {"detector_threshold", "dw-calibrate"},
               {"canary_margin", "dw-calibrate"},
               {"thresholds", "dw-calibrate"},
               {"model", "dw-train"}};
  const char *kind = dw_value_text_of(document, "kind", "");
  if (strcmp(dw_value_text_of(document, "command", ""), "dw-detect") == 0) return "dw-detect"; /* its summary */
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (strcmp(kind, table[i].kind) == 0) return table[i].command;
  return NULL;
}

dw_report *dw_findings_new(void)
{
  dw_report *report = dw_alloc_zero(1, sizeof *report);
  dw_arena_init(&report->arena);
  dw_network_init(&report->network);
  report->input = dw_alloc_zero(1, sizeof *report->input);
  return report;
}

void dw_findings_section_free(dw_report_section *section)
{
  dw_free(section->findings);
  dw_free(section->inside);
  dw_series_free(&section->chunks);
  dw_free(section->columns);
}

void dw_findings_free(dw_report *report)
{
  if (!report) return;
  for (size_t i = 0; i < report->count; i++) dw_findings_section_free(&report->sections[i]);
  dw_free(report->sections);
  dw_free(report->runs);
  dw_free(report->watches);
  dw_control_free(&report->control);
  dw_network_free(&report->network);
  dw_arena_free(&report->arena);
  dw_lines_free(&report->input->lines);
  dw_free(report->input);
  dw_free(report);
}

dw_report_section *dw_findings_section_add(dw_report *report, const char *source)
{
  report->sections = dw_grow(report->sections, &report->capacity, report->count + 1, sizeof *report->sections);
  dw_report_section *section = &report->sections[report->count++];
  *section = (dw_report_section){.source = source};
  return section;
}

/* --- lines --- */

static dw_status too_long(const struct dw_findings_input *input, uint64_t line, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, input->name, line, 0, "a document longer than %d MiB", DW_FINDINGS_LINE >> 20);
}

/* Records in the place of what was found in them: the mistake of the first day. */
static dw_status is_data(const struct dw_findings_input *input, dw_err *err)
{
  dw_buf file = {0};
  bool named = strcmp(input->name, "standard input") != 0;
  if (named) dw_buf_shell(&file, input->name);
  dw_err_at(err, DW_EDATA, input->name, 0, 0, "this is data, and a report is made of findings: dw-compare --ref REFERENCE %s | dw-report",
            named ? dw_buf_cstr(&file) : "-");
  dw_buf_free(&file);
  return DW_EDATA;
}

static bool looks_like_json(const dw_line *line)
{
  size_t i = 0;
  while (i < line->length && (line->text[i] == ' ' || line->text[i] == '\t')) i++;
  return i < line->length && (line->text[i] == '{' || line->text[i] == '[');
}

static dw_status take_line(dw_report *report, const dw_line *line, dw_err *err)
{
  struct dw_findings_input *input = report->input;
  if (line->length > DW_FINDINGS_LINE) return too_long(input, line->number, err);
  if (dw_line_blank(line)) return DW_OK;
  dw_value *document = NULL;
  dw_status status = dw_value_parse_shown(&document, line->text, line->length, input->name, line->number, err);
  if (status != DW_OK && !input->documents && !looks_like_json(line)) return is_data(input, err);
  if (status != DW_OK) return status;
  input->documents++;
  if (!input->stranger && (input->stranger = stranger_of(document))) input->stranger_line = line->number;
  if (input->documents == 1 && !dw_value_get(document, "kind") && !dw_value_get(document, "runs")) { /* runs: a service's list of them */
    dw_value_free(document);
    return is_data(input, err);
  }
  status = dw_findings_document(report, document, input->name, line->number, err);
  dw_value_free(document);
  return status;
}

void dw_findings_begin(dw_report *report, const char *name)
{
  struct dw_findings_input *input = report->input;
  input->name = dw_arena_strndup(&report->arena, name, strlen(name));
  dw_lines_free(&input->lines);
  input->documents = 0;
  input->stranger = NULL;
  input->runs = report->run_count;
  input->voices = report->network.consensus_count;
  report->watch_count = 0;
}

dw_status dw_findings_add(dw_report *report, const char *bytes, size_t length, dw_err *err)
{
  struct dw_findings_input *input = report->input;
  dw_lines_add(&input->lines, bytes, length);
  for (dw_line line; dw_lines_next(&input->lines, &line);) {
    dw_status status = take_line(report, &line, err);
    if (status != DW_OK) return status;
  }
  return dw_lines_waiting(&input->lines) > DW_FINDINGS_LINE ? too_long(input, input->lines.number + 1, err) : DW_OK;
}

static dw_report_section *add_section(dw_report *report) { return dw_findings_section_add(report, report->input->name); }

dw_report_section *dw_findings_section(dw_report *report)
{
  dw_report_section *last = report->count ? &report->sections[report->count - 1] : NULL;
  return last && last->source == report->input->name && !last->summary.given ? last : add_section(report);
}

dw_status dw_findings_end(dw_report *report, dw_err *err)
{
  struct dw_findings_input *input = report->input;
  dw_lines_end(&input->lines);
  for (dw_line line; dw_lines_next(&input->lines, &line);) {
    dw_status status = take_line(report, &line, err);
    if (status != DW_OK) return status;
  }
  /* an input that holds no section of its own is an incomplete one: an empty file must not pass for "no drift" */
  bool own = report->count && report->sections[report->count - 1].source == input->name;
  bool cut = !own && report->network.consensus_count > input->voices; /* of a comparison, which did not get to its summary */
  own = own || report->control.latest == input->name || report->run_count > input->runs || report->network.latest == input->name;
  if (!own && !cut && !report->watch_count && input->stranger)
    return dw_err_at(err, DW_EDATA, input->name, input->stranger_line, 0,
                     "this is what %s writes, and no report shows it: expected what dw-compare, dw-eval, dw-heal or dw-serve writes",
                     input->stranger);
  bool open = own && report->count && !report->sections[report->count - 1].summary.given; /* it says so already */
  if (!own || cut || (report->watch_count && !open)) add_section(report); /* checks that no run follows: the look did not finish */
  report->watch_count = 0;
  return DW_OK;
}

dw_status dw_findings_read(dw_report *report, const char *path, dw_err *err)
{
  dw_input *source;
  dw_status status = dw_input_open(&source, path, err);
  if (status != DW_OK) return status;
  dw_findings_begin(report, dw_input_name(source));
  enum { PIECE = 1 << 16 };
  char *piece = dw_alloc(PIECE);
  for (;;) {
    size_t count = 0;
    status = dw_input_read(source, piece, PIECE, &count, err);
    if (status != DW_OK || count == 0) break;
    status = dw_findings_add(report, piece, count, err);
    if (status != DW_OK) break;
  }
  if (status == DW_OK) status = dw_findings_end(report, err);
  dw_free(piece);
  dw_input_close(source);
  return status;
}

/* --- order --- */

double dw_report_quantile_of(const dw_report_side *side, double at)
{
  for (size_t i = 0; i < side->quantile_count; i++)
    if (side->quantiles[i].at == at) return side->quantiles[i].value;
  return NAN;
}

static dw_judgement judges(const dw_report_finding *finding) { return dw_check_of(dw_check_named(finding->check))->judges; }

bool dw_report_is_shape(const dw_report_finding *finding) { return dw_check_is_distribution(dw_check_named(finding->check)); }

bool dw_report_of_segment(const dw_report_finding *finding, const dw_report_segment *segment)
{
  return finding->segment && segment->value ? !strcmp(finding->segment, segment->value) : finding->segment == segment->value;
}

bool dw_report_is_performance(const dw_report_finding *finding) { return judges(finding) == DW_JUDGES_MODEL; }

/* That cells were taken for missing is no drift, and yet what an answer rests on; that a category is written in a new way is seldom meant.
 */
bool dw_report_is_told(const dw_report_finding *finding)
{
  bool strays = finding->change && !strcmp(finding->change, "stray_values");
  return finding->drift || finding->error || finding->warning || strays || finding->variants_new > 0;
}

bool dw_report_is_other(const dw_report_finding *finding)
{
  bool canary = dw_check_named(finding->check) == DW_CHECK_CANARY;
  return !dw_report_is_shape(finding) && !dw_report_is_performance(finding) && !finding->lost && !canary;
}

bool dw_report_of_canaries(const dw_report_section *section)
{
  for (size_t i = 0; i < section->count; i++)
    if (dw_check_named(section->findings[i].check) != DW_CHECK_CANARY) return false;
  return section->count > 0;
}

size_t dw_report_lost(const dw_report_section *section)
{
  size_t lost = 0;
  for (size_t i = 0; i < section->count; i++) lost += section->findings[i].lost;
  return lost;
}

bool dw_report_is_joint(const dw_report_finding *finding) { return judges(finding) == DW_JUDGES_JOINT; }

double dw_report_excess(const dw_report_finding *finding)
{
  double score = finding->score, threshold = finding->threshold;
  if (!isfinite(score) || !isfinite(threshold)) return 0;
  bool small_is_drift = finding->rule[0] == '<';
  double above = small_is_drift ? threshold : score, below = small_is_drift ? score : threshold;
  if (above <= 0) return 0;
  return below <= 0 ? HUGE_VAL : above / below;
}

static bool pictured(const dw_report_finding *finding)
{
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  return (r->bins && c->bins) || (r->category_count && c->category_count);
}

/* Whether a stands for its column rather than b: a shape check, then drift, then severity, then excess. */
static bool leads(const dw_report_finding *a, const dw_report_finding *b)
{
  bool shape_a = dw_report_is_shape(a), shape_b = dw_report_is_shape(b);
  if (shape_a != shape_b) return shape_a;
  if (a->drift != b->drift) return a->drift;
  if (a->severity != b->severity) return a->severity > b->severity;
  return dw_report_excess(a) > dw_report_excess(b);
}

static void column_add(dw_report_section *section, dw_report_column *column, size_t index, size_t *last)
{
  dw_report_finding *finding = &section->findings[index];
  finding->next = SIZE_MAX;
  if (column->count == 0) {
    *column = (dw_report_column){.name = finding->column, .first = index, .lead = index, .picture = SIZE_MAX, .importance = NAN};
  } else {
    section->findings[*last].next = index;
    if (leads(finding, &section->findings[column->lead])) column->lead = index;
  }
  *last = index;
  column->count++;
  if (column->picture == SIZE_MAX && pictured(finding)) column->picture = index;
  if (!finding->drift) return;
  column->drift = true;
  if (finding->severity > column->severity) column->severity = finding->severity;
  if (!dw_report_is_shape(finding)) return;
  column->shape_drift = true;
  if (finding->severity > column->shape_severity) column->shape_severity = finding->severity;
}

static bool column_lost(const dw_report_section *section, const dw_report_column *column)
{
  for (size_t k = column->first; k != SIZE_MAX; k = section->findings[k].next)
    if (section->findings[k].lost) return true;
  return false;
}

typedef struct ranked {
  dw_report_column column;
  bool lost;
  double excess;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  const dw_report_column *c = &x->column, *d = &y->column;
  if (x->lost != y->lost) return x->lost ? -1 : 1;
  if (c->shape_drift != d->shape_drift) return c->shape_drift ? -1 : 1;
  if (c->shape_severity != d->shape_severity) return c->shape_severity > d->shape_severity ? -1 : 1;
  if (c->drift != d->drift) return c->drift ? -1 : 1;
  if (c->severity != d->severity) return c->severity > d->severity ? -1 : 1;
  if (x->excess != y->excess) return x->excess > y->excess ? -1 : 1;
  return c->first < d->first ? -1 : 1;
}

static void order_columns(dw_report_section *section)
{
  ranked *order = dw_alloc_array(section->column_count, sizeof *order);
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    order[i] = (ranked){*column, column_lost(section, column), dw_report_excess(&section->findings[column->lead])};
  }
  qsort(order, section->column_count, sizeof *order, compare_ranked);
  for (size_t i = 0; i < section->column_count; i++) section->columns[i] = order[i].column;
  dw_free(order);
}

static void finish_section(dw_report_section *section)
{
  dw_series_finish(&section->chunks);
  dw_map names;
  dw_map_init(&names);
  section->columns = dw_alloc_zero(section->count ? section->count : 1, sizeof *section->columns);
  size_t *last = dw_alloc_array(section->count ? section->count : 1, sizeof *last);
  for (size_t i = 0; i < section->count; i++) {
    const char *name = section->findings[i].column;
    uint32_t id = dw_map_intern(&names, name, strlen(name));
    column_add(section, &section->columns[id], i, &last[id]);
  }
  section->column_count = names.count;
  dw_free(last);
  dw_map_free(&names);
  order_columns(section);
}

void dw_findings_finish(dw_report *report)
{
  dw_control_finish(&report->control);
  dw_run_histories_finish(report);
  if (report->count == 0 && report->run_count == 0 && !dw_control_any(&report->control)) add_section(report); /* not one document */
  report->complete = dw_control_incomplete(&report->control) == NULL;
  for (size_t i = 0; i < report->count; i++) {
    finish_section(&report->sections[i]);
    if (!report->sections[i].summary.given) report->complete = false;
  }
  dw_network_finish(&report->network, report);
}
