#include "report/junit.h"

#include <string.h>

#include "report/escape.h"
#include "report/wording.h"

typedef struct junit {
  dw_buf *out;
  dw_buf words;
} junit;

static void put(junit *j, const char *markup) { dw_buf_text(j->out, markup); }

static void words(junit *j)
{
  dw_escape_markup(j->out, j->words.data, j->words.length);
  j->words.length = 0;
}

/* ATTRIBUTE="words" */
static void attribute(junit *j, const char *name)
{
  dw_buf_format(j->out, " %s=\"", name);
  words(j);
  put(j, "\"");
}

static void test_case(junit *j, const char *check, const char *column, const char *method)
{
  put(j, "  <testcase");
  dw_buf_text(&j->words, check);
  attribute(j, "classname");
  dw_buf_text(&j->words, *column ? column : "data set");
  if (*method) dw_buf_format(&j->words, " (%s)", method);
  attribute(j, "name");
  put(j, " time=\"0\"");
}

static void finding_case(junit *j, const dw_report_finding *finding)
{
  test_case(j, finding->check, finding->column, finding->method);
  if (finding->error) {
    put(j, "><error");
    dw_buf_text(&j->words, finding->error);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  } else if (finding->drift) {
    put(j, "><failure");
    dw_wording_line(&j->words, finding);
    attribute(j, "message");
    dw_buf_text(&j->words, dw_report_severity_word(finding->severity));
    attribute(j, "type");
    put(j, ">");
    dw_buf_format(&j->words, "%s of %s, severity %s: ", dw_wording_check(finding->check),
                  *finding->column ? finding->column : "the data set", dw_report_severity_word(finding->severity));
    dw_wording_line(&j->words, finding);
    words(j);
    put(j, "</failure></testcase>\n");
  } else {
    put(j, "/>\n");
  }
}

static void section_suite(junit *j, const dw_report *report, size_t index, const char *title)
{
  const dw_report_section *section = &report->sections[index];
  const dw_report_summary *summary = &section->summary;
  size_t failures = 0, errors = !summary->given;
  for (size_t i = 0; i < section->count; i++) {
    errors += section->findings[i].error != NULL;
    failures += section->findings[i].drift && !section->findings[i].error;
  }
  put(j, " <testsuite");
  dw_buf_text(&j->words, title);
  if (report->count > 1) dw_buf_format(&j->words, " %zu", index + 1);
  attribute(j, "name");
  dw_buf_format(j->out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\">\n",
                section->count + summary->uncompared_count + !summary->given, failures, errors, summary->uncompared_count);
  for (size_t i = 0; i < section->count; i++) finding_case(j, &section->findings[i]);
  for (size_t i = 0; i < summary->uncompared_count; i++) {
    const dw_report_uncompared *u = &summary->uncompared[i];
    test_case(j, "column_drift", u->column, "");
    put(j, "><skipped");
    dw_buf_text(&j->words, u->reason);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  }
  if (!summary->given) {
    test_case(j, "input", "summary", "");
    put(j, "><error");
    dw_buf_text(&j->words, dw_wording_incomplete);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  }
  put(j, "  <system-out>");
  dw_wording_verdict(&j->words, section);
  words(j);
  put(j, "</system-out>\n </testsuite>\n");
}

void dw_junit_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  junit j = {.out = out};
  put(&j, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
  for (size_t i = 0; i < report->count; i++) section_suite(&j, report, i, render->title ? render->title : "driftwatch");
  put(&j, "</testsuites>\n");
  dw_buf_free(&j.words);
}
