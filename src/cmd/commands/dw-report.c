/* dw-report: findings, metrics and decisions in, a report out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "cmd/options/cmd.h"
#include "model/score/importance.h"
#include "registry/registry.h"
#include "report/model/findings.h"
#include "report/model/run_history.h"
#include "report/model/weights.h"
#include "report/write/report_format.h"

enum { AUTO, ALWAYS, NEVER };
static const char *const color_words[] = {"auto", "always", "never", NULL};

static const char *formats[32];  /* names of dw_report_formats */
static int format, color = AUTO; /* indices into the words */
static bool all, ascii, exit_code;
static const char *title, *model, *registry, *output_path = "-";
static dw_text_list feature_names;
static uint64_t width;

static dw_option options[] = {
    DW_GROUP("Report"),
    {.name = "format",
     .type = DW_OPTION_CHOICE,
     .target = &format,
     .argument = "FORMAT",
     .initial = "text",
     .help = "form of the report:",
     .choices = formats},
    {.name = "title",
     .type = DW_OPTION_TEXT,
     .target = &title,
     .argument = "TEXT",
     .help = "title of the report; prometheus: the model's name"},
    {.name = "model",
     .type = DW_OPTION_TEXT,
     .target = &model,
     .argument = "FILE|VERSION",
     .help = "the model that the columns are features of: they carry, and are ordered by, their importance to it"},
    {.name = "registry",
     .type = DW_OPTION_TEXT,
     .target = &registry,
     .argument = "WHERE",
     .help = "the registry of dw-model that --model is a version in: v3, production, staging or latest",
     .unrecorded = true},
    DW_OPTION_COLUMNS("feature-names", &feature_names, "a model of XGBoost: the columns that its features are, in order"),
    {.name = "all", .type = DW_OPTION_FLAG, .target = &all, .help = "list quiet columns and checks too (text, markdown)"},
    DW_GROUP("On a terminal"),
    {.name = "color",
     .type = DW_OPTION_CHOICE,
     .target = &color,
     .argument = "auto|always|never",
     .initial = "auto",
     .help = "colour in text; auto: on a terminal, unless NO_COLOR is set",
     .choices = color_words,
     .unrecorded = true},
    {.name = "ascii",
     .type = DW_OPTION_FLAG,
     .target = &ascii,
     .help = "text in plain ASCII; the default where the locale is not UTF-8",
     .unrecorded = true},
    {.name = "width",
     .type = DW_OPTION_UNSIGNED,
     .target = &width,
     .argument = "N",
     .initial = "the terminal's, or 80",
     .help = "cells a line of text",
     .low = 40,
     .high = 400,
     .unrecorded = true},
    DW_GROUP("General"),
    {.name = "exit-code",
     .type = DW_OPTION_FLAG,
     .target = &exit_code,
     .help = "exit status 1 on drift, an alert, a refused gate, a blocked or failed release",
     .unrecorded = true},
    DW_OPTION_OUTPUT(&output_path),
    {.name = NULL}};

static dw_command command = {.name = "dw-report",
                             .synopsis = "[OPTION]... [FINDINGS]...",
                             .purpose = "Turn findings, metrics and decisions into a report.",
                             .example = "dw-compare --ref reference.ndjson current.ndjson | dw-report",
                             .yes = "with --exit-code: drift, an alert, a refused gate, a blocked or failed release",
                             .options = options};

static bool locale_is_utf8(void)
{
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
  }
  return false;
}

static size_t line_width(bool terminal)
{
  enum { LEAST = 40, MOST = 400, USUAL = 80 };
  if (width) return (size_t)width;
  uint64_t cells = 0;
  const char *columns = getenv("COLUMNS");
  struct winsize size;
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) cells = size.ws_col;
  if (cells == 0 && columns && !dw_num_parse_unsigned(columns, strlen(columns), &cells)) cells = 0;
  if (cells == 0) cells = USUAL;
  return cells < LEAST ? LEAST : cells > MOST ? MOST : (size_t)cells;
}

static bool wants_color(bool terminal)
{
  const char *no_color = getenv("NO_COLOR"), *kind = getenv("TERM");
  if (color != AUTO) return color == ALWAYS;
  return terminal && !(no_color && *no_color) && !(kind && !strcmp(kind, "dumb"));
}

/* --format takes what the table of formats has. */
static void offer_formats(void)
{
  for (size_t i = 0; dw_report_formats[i].name; i++) formats[i] = dw_report_formats[i].name;
}

/* A version of the registry, or a file: the registry of the environment is there whether it is meant or not. */
static dw_status read_importance(dw_importance *out, dw_err *err)
{
  const char *const *names = feature_names.count ? feature_names.text : NULL;
  dw_buf line = {0}, bytes = {0};
  dw_registry *opened;
  if (!registry || !dw_registry_is_version(model)) return dw_importance_read(out, model, names, feature_names.count, err);
  dw_cmd_check(dw_registry_open(&opened, registry, false, err), err);
  dw_status status = dw_registry_show(opened, model, &line, &bytes, err);
  dw_registry_close(opened);
  if (status == DW_OK) status = dw_importance_parse(out, bytes.data, bytes.length, model, names, feature_names.count, err);
  dw_buf_free(&line);
  dw_buf_free(&bytes);
  return status;
}

/* Columns of the comparisons by what the model owes to them. */
static void weigh(dw_report *report, dw_err *err)
{
  dw_importance importance;
  bool any = false;
  dw_cmd_check(read_importance(&importance, err), err);
  dw_report_weigh(report, &importance.columns, importance.share);
  for (size_t i = 0; i < report->count; i++)
    for (size_t k = 0; k < report->sections[i].column_count; k++) any = any || !isnan(report->sections[i].columns[k].importance);
  if (!any)
    dw_cmd_check(dw_err_at(err, DW_EDATA, model, 0, 0, "none of the model's columns (\"%s\"…) is in the findings",
                           importance.columns.keys[0].text),
                 err);
  dw_importance_free(&importance);
}

static dw_report *read_findings(dw_err *err)
{
  dw_report *report = dw_findings_new();
  for (size_t i = 0; i < command.operands.count; i++) dw_cmd_check(dw_findings_read(report, command.operands.text[i], err), err);
  if (command.operands.count == 0) dw_cmd_check(dw_findings_read(report, "-", err), err);
  dw_findings_finish(report);
  if (model) weigh(report, err);
  return report;
}

/* The newest run of some model came to this: it speaks for its comparisons, and for what there was before it. */
static bool any_run(const dw_report *report, dw_answer answer)
{
  for (size_t i = 0; i < report->history_count; i++)
    if (dw_run_newest(report, &report->histories[i])->run.answer == answer) return true;
  return false;
}

static bool any_not_judged(const dw_report *report)
{
  for (size_t i = 0; i < report->count; i++)
    if (report->sections[i].summary.not_judged && !report->sections[i].of_run) return true;
  return any_run(report, DW_ANSWER_NOT_JUDGED);
}

/* Drift, a model that was blocked, a gate refused. */
static bool any_yes(const dw_report *report)
{
  for (size_t i = 0; i < report->control.run_count; i++)
    if (dw_control_weight(report->control.runs[i].release.given ? report->control.runs[i].release.judgement.decision : "") ==
        DW_SEVERITY_HIGH)
      return true;
  for (size_t i = 0; i < report->control.evaluation_count; i++)
    if (dw_control_refused(&report->control.evaluations[i])) return true;
  for (size_t i = 0; i < report->count; i++)
    if (report->sections[i].summary.drift && !report->sections[i].of_run) return true;
  return any_run(report, DW_ANSWER_DRIFT);
}

static const char *first_incomplete(const dw_report *report)
{
  for (size_t i = 0; i < report->count; i++)
    if (!report->sections[i].summary.given) return report->sections[i].source;
  return dw_control_incomplete(&report->control);
}

static const char *lacking(const dw_report *report)
{
  bool run = false;
  for (size_t i = 0; i < report->control.run_count; i++) run = run || !dw_control_run_complete(&report->control.runs[i]);
  for (size_t i = 0; i < report->count; i++) run = run && report->sections[i].summary.given;
  return run ? "an incident without plan or result" : "no summary at the end";
}

/* A page that goes somewhere says that it is incomplete; a screen has been told by the command that failed. */
static bool told_before(const dw_report *report)
{
  bool empty = report->control.run_count == 0 && report->control.evaluation_count == 0 && report->history_count == 0;
  for (size_t i = 0; i < report->count; i++) empty = empty && !report->sections[i].summary.given && report->sections[i].count == 0;
  return empty && isatty(STDOUT_FILENO) && strcmp(output_path, "-") == 0 && dw_cmd_follows_failure();
}

/* When this is reported: now, to the second. */
static size_t now_text(char out[DW_TIME_TEXT])
{
  dw_err err;
  int64_t now;
  dw_cmd_check(dw_time_now(&now, &err), &err);
  return dw_time_print(out, now - now % DW_SECOND);
}

int main(int argc, char **argv)
{
  dw_err err;
  char reported[DW_TIME_TEXT + 1];
  dw_buf text = {0}, stage = {0};
  offer_formats();
  dw_cmd_start(&command, argc, argv);
  if (registry && !model && !getenv("DW_REGISTRY"))
    dw_cmd_usage("--registry goes with --model VERSION, which it has: v3, production, staging or latest");
  dw_report *report = read_findings(&err);
  if (told_before(report)) dw_cmd_check(dw_err_set(&err, DW_EDATA, "nothing to report"), &err);

  dw_output *output;
  dw_cmd_check(dw_output_open(&output, output_path, &err), &err);
  bool terminal = dw_output_terminal(output);
  dw_cmd_made_by_stage(&stage, NULL);
  reported[now_text(reported)] = '\0';
  dw_render render = {.title = title,
                      .reported = reported,
                      .all = all,
                      .color = wants_color(terminal),
                      .ascii = ascii || !locale_is_utf8(),
                      .width = line_width(terminal),
                      .version = DW_VERSION,
                      .stage = dw_buf_cstr(&stage)};
  dw_output_draws(output); /* all forms have made what they show harmless, and mark its direction */
  dw_report_write(&text, &dw_report_formats[format], report, &render);
  dw_cmd_check(dw_output_write(output, text.data, text.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);

  const char *incomplete = first_incomplete(report);
  if (incomplete) {
    dw_err_at(&err, DW_EDATA, incomplete, 0, 0, "%s: the input is incomplete, and the report says so", lacking(report));
    dw_cmd_fail(&err);
  }
  bool yes = any_yes(report);
  if (exit_code && !yes && any_not_judged(report)) {
    dw_err_set(&err, DW_ENODATA, "a comparison was not judged, and the report says why");
    dw_cmd_fail(&err);
  }
  dw_buf_free(&text);
  dw_buf_free(&stage);
  dw_findings_free(report);
  dw_cmd_end(yes && exit_code ? DW_YES : DW_OK);
}
