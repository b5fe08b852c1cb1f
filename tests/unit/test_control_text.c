/* What was decided and measured, as every format shows it. */
#include "report_case.h"

static dw_buf buf;

static const char *shown(const char *format, const char *const *paths, size_t width)
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
  case_write(&buf, format, report, &(dw_render){.width = width});
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

#define SHOWN(format, ...) shown(format, (const char *const[]){__VA_ARGS__, NULL}, 100)
#define HAS(text, part) CHECK_MSG(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text)

TEST(text)
{
  const char *text = SHOWN("text", "data/control-promoted.ndjson");
  CHECK_MSG(strstr(text, "PROMOTED: version 4 to Production\n  auc is 0.913, which passes auc>=0.82\n") == text, "%s", text);
  HAS(text, "\n  passed   auc: current 0.791, new 0.913, difference 0.122 (0.081 to 0.163), p 4.1e-09, delong\n");
  HAS(text, "\n  high     Column drift of transaction_amount: wasserstein 0.712 ≥ 0.1, up\n");
  HAS(text, "\n  gate     auc 0.791 does not pass auc>=0.82\n");
  HAS(text, "\n  4. promote (command): done\n");
  text = SHOWN("text", "data/control-blocked.ndjson");
  HAS(text, "BLOCKED: what is in production stays\n");
  HAS(text, "Quality gates at 25 % of the traffic: blocked\n  REFUSED  auc>=0.82: 0.79\n");
  HAS(text, "  2. train (command): failed, exit status 3: dw-train");
  HAS(text, "  5. promote (command): skipped\n");
  CHECK(strchr(text, '\033') == NULL);
  text = SHOWN("text", "data/control-held.ndjson");
  HAS(text, "HELD BACK: what is in production stays\n  retrain_and_evaluate is held back: the cool-down of 24h");
  text = SHOWN("text", "data/control-metrics.ndjson");
  HAS(text, "QUALITY GATES REFUSED: 1 of 2\n  passed   auc>=0.82: 0.913\n  REFUSED  log_loss<=0.2: 0.21\n");
  HAS(text, "\n  auc               0.913     0.902 to 0.924        delong\n");
  HAS(text, "estimated, cbpe\n");
  HAS(text, "  auc: only one class\n");
}

TEST(text_verdict_then_decision_then_findings)
{
  const char *text = SHOWN("text", "data/findings-feature.ndjson", "data/control-promoted.ndjson");
  const char *verdict = strstr(text, "DRIFT, severity"), *decision = strstr(text, "PROMOTED"), *findings = strstr(text, "reference");
  CHECK(verdict == text && decision && findings && decision > verdict);
  HAS(decision, "Other checks");
  CHECK(strstr(decision, "DRIFT, severity") == NULL);
}

TEST(text_fits)
{
  for (size_t width = 40; width <= 100; width += 20) {
    const char *text =
        shown("text",
              (const char *const[]){"data/control-promoted.ndjson", "data/control-blocked.ndjson", "data/control-metrics.ndjson", NULL},
              width);
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
      size_t cells = 0;
      for (const char *p = line; p < end; p++) cells += ((unsigned char)*p & 0xc0) != 0x80;
      CHECK_MSG(cells <= width, "%zu cells: %.*s", cells, (int)(end - line), line);
    }
  }
}

TEST(json)
{
  const char *text = SHOWN("json", "data/control-promoted.ndjson");
  HAS(text, "\"complete\": true");
  HAS(text, "\"decision\": \"promoted\"");
  HAS(text, "\"new\": 0.913");
  HAS(text, "\"outcome\": \"promote\"");
  CHECK(case_count(text, "\"kind\": \"monitoring_summary\"") == 1);
  text = SHOWN("json", "data/findings-feature.ndjson", "data/control-promoted.ndjson", "data/control-metrics.ndjson");
  CHECK(case_count(text, "\"kind\": \"monitoring_summary\"") == 1);
  HAS(text, "\"drift_ratio\"");
  HAS(text, "\"runs\": [");
  HAS(text, "\"evaluations\": [");
  text = SHOWN("json", "data/findings-feature.ndjson", "data/findings-quiet.ndjson", "data/control-promoted.ndjson");
  CHECK(case_count(text, "\n") == 3 && case_count(text, "\"runs\":") == 1);
}

TEST(markdown)
{
  const char *text = SHOWN("markdown", "data/control-blocked.ndjson", "data/control-metrics.ndjson");
  HAS(text, "**BLOCKED: what is in production stays**\n");
  HAS(text, "no such metric &lt;b&gt;\"x\"&lt;/b&gt; &#124; \\`y\\`\n");
  HAS(text, "| auc&gt;=0.82 | 0.79 | **refused** | auc is 0.79, which does not pass auc&gt;=0.82 |\n");
  HAS(text, "| country &lt;b&gt; = FR&#124;x | auc | only one class |  | 40 |  |  |\n");
  HAS(text, "| 0 | 4,800 | 50 |\n");
  text = SHOWN("markdown", "data/findings-feature.ndjson", "data/control-promoted.ndjson");
  const char *verdict = strstr(text, "DRIFT, severity"), *decided = strstr(text, "PROMOTED: version 4 to Production");
  CHECK(verdict && decided && verdict < decided && decided < strstr(text, "what changed"));
}

TEST(junit)
{
  const char *text = SHOWN("junit", "data/control-blocked.ndjson", "data/control-metrics.ndjson");
  const char *problem = case_nesting(text, false);
  CHECK_MSG(problem == NULL, "%s", problem ? problem : "");
  HAS(text, "<testsuite name=\"driftwatch decision r-77\" tests=\"4\" failures=\"4\" errors=\"0\"");
  HAS(text, "<testsuite name=\"driftwatch metrics\" tests=\"6\" failures=\"1\" errors=\"0\"");
  CHECK(case_count(text, "<testcase") == 10 && case_count(text, "<failure") == 5 && case_count(text, "<error") == 0 &&
        case_count(text, "<skipped") == 1);
  text = SHOWN("junit", "data/control-promoted.ndjson");
  HAS(text, " tests=\"4\" failures=\"0\" errors=\"0\"");
  CHECK(case_count(text, "<testcase") == 4 && case_count(text, "<failure") == 0);
}

TEST(html)
{
  static const char *const names[] = {"promoted", "blocked", "held", "metrics"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[64];
    snprintf(path, sizeof path, "data/control-%s.ndjson", names[i]);
    const char *problem = case_nesting(SHOWN("html", path), true);
    CHECK_MSG(problem == NULL, "%s: %s", names[i], problem ? problem : "");
  }
  const char *text = SHOWN("html", "data/control-blocked.ndjson");
  CHECK(strstr(text, "<b>\"x\"") == NULL && case_count(text, "<script") == 1);
  HAS(text, "<div class=\"verdict s3\"><p class=\"answer cap\">blocked <span>version 5</span></p>");
  HAS(text, "Quality gates at 25 % of the traffic: blocked");
  text = SHOWN("html", "data/findings-feature.ndjson", "data/control-promoted.ndjson", "data/control-metrics.ndjson");
  const char *verdict = strstr(text, "class=\"lead\""), *decided = strstr(text, "<h2>Decision</h2>"),
             *metrics = strstr(text, "<h2>Metrics</h2>");
  CHECK(verdict && decided && metrics && verdict < decided && decided < metrics && metrics < strstr(text, "<h2>All columns</h2>"));
}

TEST(evidence_by_a_p_value_says_so_and_a_step_is_done_once)
{
  static const char document[] = "{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"concept_drift\",\"evidence\":["
                                 "{\"kind\":\"finding\",\"check\":\"performance\",\"column\":\"score\",\"method\":\"auc\",\"score\":2.66e-"
                                 "19,\"threshold\":0.05,\"rule\":\"<\",\"severity\":\"high\",\"direction\":\"down\"},"
                                 "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"city\",\"method\":\"cosine\",\"score\":0."
                                 "42,\"threshold\":0.9,\"rule\":\"<\",\"severity\":\"high\",\"direction\":null}"
                                 "],\"evidence_count\":2}\n"
                                 "{\"kind\":\"plan\",\"id\":\"p\",\"incident\":\"i\",\"action\":\"retrain\",\"steps\":[{\"id\":\"p.1\","
                                 "\"name\":\"train\",\"type\":\"command\"}]}\n"
                                 "{\"kind\":\"action\",\"run\":\"p\",\"step\":\"p.1\",\"name\":\"train\",\"outcome\":\"done\",\"reason\":"
                                 "\"done\",\"exit_status\":0}\n";
  dw_report *report = case_text(document);
  buf.length = 0;
  case_write(&buf, "text", report, &(dw_render){.width = 100});
  HAS(dw_buf_cstr(&buf), "Performance of score: auc p 2.7e-19 < 0.05, down\n");
  HAS(dw_buf_cstr(&buf), "Column drift of city: cosine 0.42 < 0.9\n");
  HAS(dw_buf_cstr(&buf), "train (command): done\n");
  dw_findings_free(report);
}

TEST(an_incident_alone_is_no_decision)
{
  static const char *const forms[] = {"text", "markdown", "html", "junit"};
  static const char *const words[] = {"INCOMPLETE", "INCOMPLETE", "incomplete", "errors=\"1\""};
  for (size_t i = 0; i < 4; i++) {
    dw_report *report = case_text(
        "{\"kind\":\"incident\",\"id\":\"i\",\"type\":\"feature_drift\"}\n{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.9}\n");
    buf.length = 0;
    case_write(&buf, forms[i], report, &(dw_render){.width = 80});
    CHECK(case_count(dw_buf_cstr(&buf), words[i]) >= (i == 2 ? 1 : 2));
    dw_findings_free(report);
  }
}

TEST(end)
{
  dw_buf_free(&buf);
  CHECK(buf.data == NULL);
}
