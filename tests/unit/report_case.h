/* report_case: what the tests of the report's writers share: a report from a file or text, and whether markup is well nested. */
#ifndef DW_TESTS_REPORT_CASE_H
#define DW_TESTS_REPORT_CASE_H

#include "test.h"

#include "base/str.h"
#include "report/model/findings.h"
#include "report/draw/render.h"
#include "report/write/report_format.h"

static inline void case_add(dw_report *report, const char *text, size_t length)
{
  dw_err err = {0};
  dw_findings_begin(report, "input");
  dw_status status = dw_findings_add(report, text, length, &err);
  if (status == DW_OK) status = dw_findings_end(report, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
}

static inline dw_report *case_text(const char *text)
{
  dw_report *report = dw_findings_new();
  case_add(report, text, strlen(text));
  dw_findings_finish(report);
  return report;
}

/* tests/data/findings-NAME.ndjson, for each name up to NULL */
static inline dw_report *case_files(const char *const *names)
{
  dw_report *report = dw_findings_new();
  for (; *names; names++) {
    char path[128];
    snprintf(path, sizeof path, "data/findings-%s.ndjson", *names);
    size_t length = 0;
    char *text = test_read(path, &length);
    CHECK_MSG(text != NULL, "%s is missing", path);
    if (text) case_add(report, text, length);
    free(text);
  }
  dw_findings_finish(report);
  return report;
}

static inline dw_report *case_file(const char *name) { return case_files((const char *const[]){name, NULL}); }

/* The report in the form of that name. */
static inline void case_write(dw_buf *out, const char *name, const dw_report *report, const dw_render *render)
{
  const dw_report_format *format = dw_report_formats;
  while (format->name && strcmp(format->name, name) != 0) format++;
  CHECK_MSG(format->name != NULL, "no format %s", name);
  if (format->name) dw_report_write(out, format, report, render);
}

/* Every opened element is closed in order, attributes are quoted, every & begins a reference. html: void elements, and raw text in
 * style and script. Returns NULL, or what is wrong, with some text from there. */
static inline const char *case_nesting(const char *text, bool html)
{
  static char problem[160];
  static char stack[64][32];
  int depth = 0;
  const char *p = text;
#define PROBLEM(what) return snprintf(problem, sizeof problem, "%s at: %.60s", what, p), problem
  if (!dw_utf8_valid(text, strlen(text))) PROBLEM("not UTF-8");
  while (*p) {
    if (*p == '&') {
      size_t n = strspn(p + 1, "#abcdefghijklmnopqrstuvwxyz0123456789");
      if (n == 0 || p[1 + n] != ';') PROBLEM("bare &");
    }
    if (*p != '<') {
      if (!html && (unsigned char)*p < 0x20 && *p != '\n') PROBLEM("control character");
      p++;
      continue;
    }
    if (p[1] == '?' || p[1] == '!') {
      p = strchr(p, '>');
      if (!p) return "no end of a declaration";
      p++;
      continue;
    }
    bool closing = p[1] == '/';
    const char *name = p + 1 + closing;
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (length == 0 || length > 31) PROBLEM("no element name");
    const char *q = name + length;
    while (*q && *q != '>' && *q != '/') { /* attributes: name="value" */
      if (*q == ' ') {
        q++;
        continue;
      }
      q += strcspn(q, "=> /");
      if (*q == '=') {
        if (q[1] != '"') PROBLEM("attribute without quotes");
        const char *end = strchr(q + 2, '"');
        const char *open = strchr(q + 2, '<');
        if (!end || (open && open < end)) PROBLEM("bad attribute value");
        q = end + 1;
      } else if (!html) {
        PROBLEM("attribute without value");
      }
    }
    bool empty = *q == '/';
    if (empty) q++;
    if (*q != '>') PROBLEM("no end of a tag");
    char tag[32];
    memcpy(tag, name, length);
    tag[length] = '\0';
    static const char *const voids[] = {"meta", "input", "br", "link"};
    for (size_t i = 0; html && i < 4; i++) empty = empty || !strcmp(tag, voids[i]);
    if (closing) {
      if (depth == 0 || strcmp(stack[depth - 1], tag) != 0) PROBLEM("closes what is not open");
      depth--;
    } else if (!empty) {
      if (depth == 64) PROBLEM("too deep");
      memcpy(stack[depth++], tag, length + 1);
    }
    p = q + 1;
    if (html && !closing && (!strcmp(tag, "style") || !strcmp(tag, "script"))) {
      p = strstr(p, "</");
      if (!p) return "no end of style or script";
    }
  }
  if (depth) return snprintf(problem, sizeof problem, "%s is not closed", stack[depth - 1]), problem;
#undef PROBLEM
  return NULL;
}

static inline size_t case_count(const char *text, const char *part)
{
  size_t count = 0;
  for (const char *p = text; (p = strstr(p, part)); p += strlen(part)) count++;
  return count;
}

#endif
