/* fuzz_findings: documents of comparisons, evaluations, runs and networks: read in pieces of any size as at once, taken as evidence, and
 * drawn in every form. */
#include "decide/evidence.h"
#include "report/model/findings.h"
#include "report/write/report_format.h"
#include "target.h"

static dw_report *findings_of(const char *text, size_t length, size_t piece, dw_status *status, dw_err *err)
{
  dw_report *report = dw_findings_new();
  *status = DW_OK;
  dw_findings_begin(report, "f");
  for (size_t i = 0; i < length && *status == DW_OK; i += piece)
    *status = dw_findings_add(report, text + i, length - i < piece ? length - i : piece, err);
  if (*status == DW_OK) *status = dw_findings_end(report, err);
  dw_findings_finish(report);
  return report;
}

static void draw(const dw_report *report, size_t how)
{
  dw_buf out = {0};
  dw_render render = {.all = how & 1, .color = how & 2, .ascii = how & 4, .width = how & 8 ? 40 : 120};
  size_t forms = 0;
  while (dw_report_formats[forms].name) forms++;
  dw_report_write(&out, &dw_report_formats[how % forms], report, &render);
  dw_buf_free(&out);
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err whole = {0}, pieces = {0}, err = {0};
  dw_status status, again = DW_OK;
  const char *problem = NULL;
  dw_report *report = findings_of(bytes, length, length + 1, &status, &whole);
  if (length % 4 == 0) {
    dw_report *other = findings_of(bytes, length, 1 + length % 13, &again, &pieces);
    if (again != status || report->count != other->count || strcmp(whole.message, pieces.message) != 0)
      problem = "it matters in which pieces it comes";
    dw_findings_free(other);
  }
  if (status == DW_OK) draw(report, length);
  else if (status != DW_EDATA) problem = "an error of no kind";
  dw_findings_free(report);
  dw_evidence *evidence = NULL;
  status = dw_evidence_parse(&evidence, bytes, length, "f", &err);
  if (status == DW_OK) {
    dw_evidence_not_judged(evidence);
    dw_evidence_free(evidence);
  } else if (status != DW_EDATA && status != DW_ENODATA) {
    problem = "an error of no kind";
  }
  return problem;
}

FUZZ_TARGET("findings", fuzz_one, fuzz_values);
