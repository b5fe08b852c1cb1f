/* What was decided and measured, as every format shows it. */
#include "report_case.h"

#include "report/summary_json.h"
#include "report/term.h"

static dw_buf buf;

typedef void writer(dw_buf *out, const dw_report *report, const dw_render *render);

static const char *shown(writer *write, const char *const *paths, size_t width)
{
  dw_report *report = dw_findings_new();
  for (; *paths; paths++) {
    size_t length = 0;
    char *text = test_read(*paths, &length);
    CHECK_MSG(text != NULL, "%s is missing", *paths);
    if (text) case_add(report, text, length);
    free(text);
  }
  dw_findings_finish(report);
  buf.length = 0;
  write(&buf, report, &(dw_render){.width = width});
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

#define SHOWN(write, ...) shown(write, (const char *const[]){__VA_ARGS__, NULL}, 100)
#define HAS(text, part) CHECK_MSG(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text)

TEST(text)
{
  const char *text = SHOWN(dw_term_write, "data/control-promoted.ndjson");
  CHECK_MSG(strstr(text, "PROMOTED: version 4 to Production\n  auc is 0.913, which passes auc>=0.82\n") == text, "%s", text);
  HAS(text, "\n  passed   auc: current 0.791, new 0.913, difference 0.122 (0.081 to 0.163), p 4.1e-09, delong\n");
  HAS(text, "\n  high     Column drift of transaction_amount: wasserstein 0.712 ≥ 0.1, up\n");
  HAS(text, "\n  gate     auc 0.791 does not pass auc>=0.82\n");
  HAS(text, "\n  4. promote (command): done\n");
  text = SHOWN(dw_term_write, "data/control-blocked.ndjson");
  HAS(text, "BLOCKED: what is in production stays\n");
  HAS(text, "Quality gates at 25 % of the traffic: blocked\n  REFUSED  auc>=0.82: 0.79\n");
  HAS(text, "  2. train (command): failed, exit status 3: dw-train");
  HAS(text, "  5. promote (command): not reported\n");
  CHECK(strchr(text, '\033') == NULL);
  text = SHOWN(dw_term_write, "data/control-held.ndjson");
  HAS(text, "HELD BACK: what is in production stays\n  retrain_and_evaluate is held back: the cool-down of 24h");
  text = SHOWN(dw_term_write, "data/control-metrics.ndjson");
  HAS(text, "QUALITY GATES REFUSED: 1 of 2\n  passed   auc>=0.82: 0.913\n  REFUSED  log_loss<=0.2: 0.21\n");
  HAS(text, "\n  auc               0.913     0.902 to 0.924        delong\n");
  HAS(text, "estimated, cbpe\n");
  HAS(text, "  auc: only one class\n");
}

TEST(text_verdict_then_decision_then_findings)
{
  const char *text = SHOWN(dw_term_write, "data/findings-feature.ndjson", "data/control-promoted.ndjson");
  const char *verdict = strstr(text, "DRIFT, severity"), *decision = strstr(text, "PROMOTED"), *findings = strstr(text, "reference");
  CHECK(verdict == text && decision && findings && decision > verdict);
  HAS(decision, "Other checks");
  CHECK(strstr(decision, "DRIFT, severity") == NULL);
}

TEST(text_fits)
{
  for (size_t width = 40; width <= 100; width += 20) {
    const char *text = shown(dw_term_write, (const char *const[]){"data/control-promoted.ndjson", "data/control-blocked.ndjson", "data/control-metrics.ndjson", NULL}, width);
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
      size_t cells = 0;
      for (const char *p = line; p < end; p++) cells += ((unsigned char)*p & 0xc0) != 0x80;
      CHECK_MSG(cells <= width, "%zu cells: %.*s", cells, (int)(end - line), line);
    }
  }
}

TEST(json)
{
  const char *text = SHOWN(dw_summary_json_write, "data/control-promoted.ndjson");
  HAS(text, "\"complete\": true");
  HAS(text, "\"decision\": \"promoted\"");
  HAS(text, "\"new\": 0.913");
  HAS(text, "\"outcome\": \"promote\"");
  CHECK(case_count(text, "\"kind\": \"monitoring_summary\"") == 1);
  text = SHOWN(dw_summary_json_write, "data/findings-feature.ndjson", "data/control-promoted.ndjson", "data/control-metrics.ndjson");
  CHECK(case_count(text, "\"kind\": \"monitoring_summary\"") == 1);
  HAS(text, "\"drift_ratio\"");
  HAS(text, "\"runs\": [");
  HAS(text, "\"evaluations\": [");
  text = SHOWN(dw_summary_json_write, "data/findings-feature.ndjson", "data/findings-quiet.ndjson", "data/control-promoted.ndjson");
  CHECK(case_count(text, "\n") == 3 && case_count(text, "\"runs\":") == 1);
}

TEST(end) { dw_buf_free(&buf); CHECK(buf.data == NULL); }
