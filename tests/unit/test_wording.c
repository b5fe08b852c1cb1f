#include "report_case.h"

#include "detect/method/method.h"
#include "detect/check/methods.h"
#include "report/words/wording.h"

static dw_buf buf;

static const char *shown(void)
{
  const char *text = dw_buf_cstr(&buf);
  buf.length = 0;
  return text;
}

static const char *change(const dw_report_finding *finding)
{
  dw_wording_change(&buf, finding);
  return shown();
}

static const char *decision(const dw_report_finding *finding)
{
  dw_wording_decision(&buf, finding);
  return shown();
}

static dw_report_side side(void)
{
  return (dw_report_side){.given = true,
                          .count = NAN,
                          .missing = NAN,
                          .infinite = NAN,
                          .share = NAN,
                          .distinct = NAN,
                          .mean = NAN,
                          .std = NAN,
                          .min = NAN,
                          .max = NAN,
                          .value = NAN,
                          .low = NAN,
                          .high = NAN,
                          .other = NAN};
}

static dw_report_finding finding(const char *check)
{
  dw_report_finding out = {.check = check,
                           .column = "a",
                           .type = "numeric",
                           .method = "wasserstein",
                           .rule = ">=",
                           .statistic = NAN,
                           .p_value = NAN,
                           .p_adjusted = NAN,
                           .score = NAN,
                           .threshold = NAN,
                           .effect_size = NAN,
                           .reference = side(),
                           .current = side()};
  dw_shift_init(&out.shift);
  return out;
}

static dw_report_finding numeric(const dw_report_quantile *reference, const dw_report_quantile *current, double std_before, double std_now)
{
  dw_report_finding f = finding("column_drift");
  f.reference.quantiles = reference;
  f.current.quantiles = current;
  f.reference.quantile_count = f.current.quantile_count = 1;
  f.reference.std = std_before;
  f.current.std = std_now;
  return f;
}

TEST(numeric_changes)
{
  dw_report_quantile a = {0.5, 33.2}, b = {0.5, 48.1}, zero = {0.5, 0.01}, less = {0.5, -0.79};
  dw_report_finding f = numeric(&a, &b, 70, 71);
  CHECK_TEXT(change(&f), "median 33.2 → 48.1 (+45 %)");
  f = numeric(&a, &a, 10, 20);
  CHECK_TEXT(change(&f), "median 33.2 as before, std 10 → 20 (+100 %)");
  f = numeric(&zero, &less, 1, 1); /* "-8000 %" would be true and useless */
  CHECK_TEXT(change(&f), "median 0.01 → -0.79 (-0.8 std)");
  f = finding("column_drift");
  CHECK_TEXT(change(&f), "");
  f.reference.mean = 5;
  f.current.mean = 6;
  CHECK_TEXT(change(&f), "mean 5 → 6 (+20 %)");
}

TEST(category_changes)
{
  dw_report_category before[] = {{"web", 41}, {"store", 20}, {"app", 39}}, now[] = {{"web", 28}, {"store", 31}, {"app", 41}};
  dw_report_finding f = finding("column_drift");
  f.reference.categories = before;
  f.current.categories = now;
  f.reference.category_count = f.current.category_count = 3;
  CHECK_TEXT(change(&f), "web: 41 % → 28 %, store: 20 % → 31 %, app: 39 % → 41 %");
  before[0].value = now[0].value = "العمود";
  CHECK_TEXT(change(&f), "\u2068العمود\u2069: 41 % → 28 %, store: 20 % → 31 %, app: 39 % → 41 %");
  before[0].value = now[0].value = "ü\u2069x"; /* cannot end our isolate */
  CHECK_TEXT(change(&f), "\u2068ü\ufffdx\u2069: 41 % → 28 %, store: 20 % → 31 %, app: 39 % → 41 %");
}

TEST(checks)
{
  dw_report_finding f = finding("missing_values");
  f.reference.share = 0;
  f.current.share = 0.12;
  CHECK_TEXT(change(&f), "missing 0 % → 12 %");
  f.reference.missing = 0;
  f.current.missing = 600;
  CHECK_TEXT(change(&f), "missing 0 % → 12 % (0 → 600 rows)");

  dw_report_category fresh[] = {{"crypto", 1200}, {"vape", 3}}, gone[] = {{"cheque", NAN}};
  f = finding("new_categories");
  f.appeared = fresh;
  f.appeared_listed = 2;
  f.appeared_count = 9;
  f.vanished = gone;
  f.vanished_listed = 1;
  f.vanished_count = 1;
  CHECK_TEXT(change(&f), "9 new: crypto (1,200), vape (3), …; 1 vanished: cheque");

  f = finding("value_range");
  f.below = 12;
  f.above = 3;
  f.low = 0.5;
  f.high = 1702.1;
  CHECK_TEXT(change(&f), "12 below 0.5, 3 above 1,702.1");
  f.below = f.above = 0;
  CHECK_TEXT(change(&f), "all within the range of the reference");

  f = finding("schema");
  f.change = "type_changed";
  f.type_before = "numeric";
  f.type_now = "text";
  CHECK_TEXT(change(&f), "type numeric → text");
  f.change = "components_changed";
  f.components_before = 1536;
  f.components_now = 768;
  CHECK_TEXT(change(&f), "1,536 components → 768");
  f.components_now = 1536;
  CHECK_TEXT(change(&f), "their components are of other columns");

  f = finding("performance");
  f.method = "auc";
  f.reference.value = 0.91;
  f.reference.low = 0.9;
  f.reference.high = 0.92;
  f.current.value = 0.84;
  CHECK_TEXT(change(&f), "auc 0.91 [0.9, 0.92] → 0.84");
}

TEST(decisions)
{
  dw_report_finding f = finding("column_drift");
  CHECK_TEXT(decision(&f), "");
  f.score = 0.31;
  CHECK_TEXT(decision(&f), "0.31");
  f.threshold = 0.1;
  f.drift = true;
  CHECK_TEXT(decision(&f), "0.31 ≥ 0.1");
  f.score = 0.04;
  f.drift = false;
  CHECK_TEXT(decision(&f), "0.04 < 0.1");
  f.rule = "<";
  f.p_value = f.score = 1.23e-17;
  f.drift = true;
  CHECK_TEXT(decision(&f), "p 1e-17 < 0.1");
  f.error = "no rows";
  CHECK_TEXT(decision(&f), "no rows");
  dw_wording_limit(&buf, &f);
  CHECK_TEXT(shown(), "< 0.1");
}

static dw_report_finding shifted(dw_shift_place place, double reference, double current)
{
  dw_report_finding f = finding("column_drift");
  f.method = "share_shift";
  f.rule = "<";
  f.score = f.p_value = 1e-9;
  f.threshold = 0.05;
  f.statistic = f.shift.h = 0.16;
  f.shift.min_effect = 0.1;
  f.shift.place = place;
  f.shift.reference = reference;
  f.shift.current = current;
  f.drift = true;
  return f;
}

static const char *shift(const dw_report_finding *f)
{
  dw_wording_shift(&buf, f);
  return shown();
}

TEST(the_share_that_changed_most)
{
  dw_report_finding f = shifted(DW_PLACE_BELOW, 0.5, 0.42);
  f.shift.value = 35.9;
  f.shift.quantile = 0.5;
  CHECK_TEXT(shift(&f), "42 % of the values lie below 35.9, the reference's median, instead of 50 %");
  CHECK_TEXT(decision(&f), "p 1e-09 < 0.05, h 0.16 ≥ 0.1");
  f.shift.place = DW_PLACE_UP_TO;
  f.shift.quantile = 0.975;
  CHECK_TEXT(shift(&f), "42 % of the values lie at or below 35.9, the reference's 97.5 % quantile, instead of 50 %");
  f.shift.quantile = 1;
  CHECK_TEXT(shift(&f), "42 % of the values lie at or below 35.9, the reference's greatest value, instead of 50 %");
  f = shifted(DW_PLACE_CATEGORY, 0.01, 0.001);
  f.shift.category = "gold";
  CHECK_TEXT(shift(&f), "0.1 % of the values are gold instead of 1 %");
  f = shifted(DW_PLACE_MISSING, 0.01, 0.02);
  CHECK_TEXT(shift(&f), "");
  f = shifted(DW_PLACE_BELOW, 0.5, 0.5);
  CHECK_TEXT(shift(&f), "");
  f.shift.h = 0.03;
  f.drift = false;
  CHECK_TEXT(decision(&f), "p 1e-09 < 0.05, but h 0.03 < 0.1");
  f.score = 0.2;
  CHECK_TEXT(decision(&f), "p 0.2 ≥ 0.05");
}

static const char *detectable_of(bool drift, double h, double rows)
{
  dw_report_summary summary = {.given = true, .drift = drift, .detectable = h, .reference_rows = 30, .current_rows = rows};
  dw_wording_detectable(&buf, &summary);
  return shown();
}

static const char *detectable(bool drift, double h) { return detectable_of(drift, h, 30); }

TEST(how_large_a_drift_would_have_been_found)
{
  CHECK_TEXT(detectable(false, 0.213), " A change of h 0.21 or more would have been found in 8 of 10 cases.");
  CHECK_TEXT(detectable(false, 0.72), " Only severe changes, of h 0.72 or more, would have been found in 8 of 10 cases.");
  CHECK_TEXT(detectable(false, 3.141592653589793), " No change of a single column, however large, would have been found in 8 of 10 cases.");
  CHECK_TEXT(detectable(false, 3.2),
             " No change of a single column, however large, would have been found in 8 of 10 cases."); /* --min-effect */
  CHECK_TEXT(detectable(true, 0.213), "");
  CHECK_TEXT(detectable_of(true, 0.84, 29), " Only severe changes, of h 0.84 or more, would have been found in 8 of 10 cases.");
  CHECK_TEXT(detectable(false, NAN), "");
}

TEST(line_adds_what_the_change_leaves_open)
{
  dw_report_finding f = finding("embedding_drift");
  f.method = "mmd";
  f.score = 0.2;
  f.threshold = 0.1;
  f.drift = true;
  dw_wording_line(&buf, &f);
  CHECK_TEXT(shown(), "mmd 0.2 ≥ 0.1");
  f = finding("missing_values");
  f.reference.share = 0;
  f.current.share = 0.5;
  f.score = 0.5;
  f.threshold = 0.1;
  dw_wording_line(&buf, &f);
  CHECK_TEXT(shown(), "missing 0 % → 50 %");
}

TEST(verdicts)
{
  static const char *const any[] = {"any"}, *const several[] = {"share", "severity:medium", "column:amount"};
  dw_report_section section = {.summary = {.given = true,
                                           .drift = true,
                                           .severity = DW_SEVERITY_MEDIUM,
                                           .columns = 9,
                                           .drifted = 4,
                                           .drift_share = 4 / 9.0,
                                           .drift_share_threshold = 0.5,
                                           .fail_on = any,
                                           .fail_on_count = 1}};
  dw_wording_verdict(&buf, &section);
  CHECK_TEXT(shown(), "DRIFT, severity medium: 4 of 9 columns drifted (44 %)");
  dw_wording_share(&buf, &section.summary);
  dw_wording_fail_on(&buf, &section.summary);
  CHECK_TEXT(shown(), "Data set drift: no, 44 % is below the limit of 50 %. What counts as drift: any drifted check.");
  section.summary.fail_on = several;
  section.summary.fail_on_count = 3;
  dw_wording_fail_on(&buf, &section.summary);
  CHECK_TEXT(shown(), "What counts as drift: data set drift, severity medium or higher or drift of amount.");
  section.summary.drift = false;
  section.summary.severity = DW_SEVERITY_NONE;
  section.summary.columns = 1;
  section.summary.drifted = section.summary.drift_share = 0;
  dw_wording_verdict(&buf, &section);
  CHECK_TEXT(shown(), "No drift: none of 1 column drifted");
  section.summary.given = false;
  dw_wording_verdict(&buf, &section);
  CHECK_TEXT(shown(), "INCOMPLETE: the input ended without a summary");
}

TEST(reasons_name_all_that_drifted)
{
  dw_report_finding f[] = {finding("performance"), finding("column_drift"), finding("target_drift"), finding("schema"),
                           finding("value_range")};
  for (size_t i = 0; i < 5; i++) f[i].drift = i != 4;
  dw_report_section section = {
      .findings = f,
      .count = 5,
      .summary = {.given = true, .drift = true, .severity = DW_SEVERITY_HIGH, .columns = 8, .drifted = 0, .drift_share = 0}};
  dw_wording_verdict(&buf, &section);
  CHECK_TEXT(shown(), "DRIFT, severity high: performance, target, none of 8 columns, 1 other check");
  section.count = 0;
  section.summary.columns = NAN;
  dw_wording_verdict(&buf, &section);
  CHECK_TEXT(shown(), "DRIFT, severity high");
}

TEST(stages_paste_into_a_shell)
{
  const char *arguments[] = {"--ref", "a b.csv", "it's", "", "--types=x:numeric", "$(rm)"};
  dw_report_stage stage = {.command = "dw-compare", .version = "0.1.0", .arguments = arguments, .argument_count = 6};
  dw_wording_stage(&buf, &stage);
  CHECK_TEXT(shown(), "dw-compare 0.1.0 --ref 'a b.csv' 'it'\\''s' '' --types=x:numeric '$(rm)'");
  dw_report_source source = {"a.csv", "0123456789abcdef", 1, 1260000};
  dw_wording_source(&buf, &source);
  CHECK_TEXT(shown(), "a.csv: 1 row, 1.26 MB, digest 0123456789ab");
  dw_buf_free(&buf);
}

TEST(vectors)
{
  dw_report *report = case_text(
      "{\"kind\":\"finding\",\"check\":\"embedding_drift\",\"column\":\"v\",\"type\":\"vector\",\"method\":\"domain_classifier\","
      "\"statistic\":0.81,\"p_value\":1e-9,"
      "\"p_adjusted\":1e-9,\"score\":0.81,\"threshold\":0.55,\"rule\":\">\",\"drift\":true,\"severity\":\"high\",\"approximate\":true,"
      "\"reference\":{\"count\":9,\"dimension\":3,\"norm\":{\"mean\":2,\"std\":0.5},\"mean\":0,\"histogram\":{\"edges\":[0,1],\"counts\":["
      "9]}},"
      "\"current\":{\"count\":9,\"dimension\":3,\"norm\":{\"mean\":3,\"std\":0.5},\"mean\":1,\"histogram\":{\"edges\":[0,1],\"counts\":[9]}"
      "},"
      "\"detail\":{\"centroid_cosine\":0.1234,\"centroid_shift\":0.25,\"variance_ratio\":1.5}}\n"
      "{\"kind\":\"finding\",\"check\":\"embedding_drift\",\"column\":\"w\",\"type\":\"vector\",\"method\":\"mmd\",\"statistic\":0.1,\"p_"
      "value\":0.002,"
      "\"p_adjusted\":0.004,\"score\":0.004,\"threshold\":0.05,\"rule\":\"<\",\"drift\":true,\"severity\":\"low\",\"reference\":{},"
      "\"current\":{}}\n");
  const dw_report_finding *v = &report->sections[0].findings[0], *w = &report->sections[0].findings[1];
  CHECK(dw_report_is_shape(v) && v->reference.dimension == 3 && v->current.norm_mean == 3);
  CHECK_TEXT(change(v), "centroids 0.25 spreads apart (cosine distance 0.123), variance +50 %");
  dw_wording_decision(&buf, v);
  CHECK_TEXT(shown(), "0.81 > 0.55");
  CHECK_TEXT(change(w), "");
  dw_wording_decision(&buf, w);
  CHECK_TEXT(shown(), "p 0.004 < 0.05");
  dw_findings_free(report);
}

TEST(texts)
{
  dw_report *report =
      case_text("{\"kind\":\"finding\",\"check\":\"text_drift\",\"column\":\"t\",\"type\":\"text\",\"method\":\"perc_text_content_drift\","
                "\"statistic\":0.9,\"p_value\":1e-9,"
                "\"p_adjusted\":1e-9,\"score\":1e-9,\"threshold\":0.05,\"rule\":\"<\",\"drift\":true,\"severity\":\"high\","
                "\"reference\":{\"count\":9,\"sampled\":9,\"longest\":30,\"mean\":12},\"current\":{\"count\":8,\"sampled\":8,\"longest\":"
                "31,\"mean\":13},"
                "\"detail\":{\"words\":{\"reference\":[{\"word\":\"old\",\"reference\":0.5,\"current\":0.125}],\"current\":[{\"word\":\"<b>"
                "\",\"reference\":0,\"current\":0.25},"
                "{\"word\":\"\u0436\",\"reference\":0.1,\"current\":0.3}]},\"examples\":{\"reference\":[\"an old text\"],\"current\":[\"a "
                "<b> text\",\"\"]}}}\n"
                "{\"kind\":\"finding\",\"check\":\"text_drift\",\"column\":\"u\",\"type\":\"text\",\"method\":\"abs_text_content_drift\","
                "\"statistic\":0.51,\"score\":0.51,"
                "\"threshold\":0.55,\"rule\":\">\",\"drift\":false,\"severity\":\"none\",\"reference\":{},\"current\":{}}\n");
  const dw_report_finding *t = &report->sections[0].findings[0], *u = &report->sections[0].findings[1];
  CHECK(dw_report_is_shape(t) && t->reference.sampled == 9 && isnan(u->reference.sampled));
  CHECK(t->of_current.word_count == 2 && t->of_current.example_count == 2 && t->of_reference.example_count == 1 &&
        u->of_current.word_count == 0);
  CHECK_TEXT(change(t), "more often: <b> (0 % → 25 %), \xe2\x81\xa8\xd0\xb6\xe2\x81\xa9 (10 % → 30 %); less often: old (50 % → 13 %)");
  CHECK_TEXT(change(u), "AUC 0.51");
  dw_buf html = {0};
  case_write(&html, "html", report, &(dw_render){0});
  const char *page = dw_buf_cstr(&html);
  CHECK_MSG(case_nesting(page, true) == NULL, "%s", case_nesting(page, true));
  CHECK(strstr(page, "more often now") && strstr(page, "&lt;b&gt;") && strstr(page, "Texts that are typical") && !strstr(page, "<b> text"));
  dw_buf_free(&html);
  dw_findings_free(report);
}

/* What is called a distance grows with drift, a similarity falls. */
TEST(reports_call_a_method_what_it_is)
{
  static const char *const words[] = {"distance", "similarity", "divergence"};
  const dw_method *method;
  int judged_low = 0;
  for (size_t i = 0; (method = dw_method_at(i)); i++) {
    const char *title = dw_wording_method(method->name);
    CHECK_MSG(strcmp(title, method->name) != 0, "%s has no title", method->name);
    bool is[3];
    for (int w = 0; w < 3; w++) is[w] = strcasestr(title, words[w]) != NULL;
    if (method->p_value) continue;
    bool low = method->rule == DW_RULE_BELOW || method->rule == DW_RULE_AT_MOST;
    CHECK_MSG(low ? !is[0] && !is[2] : !is[1], "%s: \"%s\" does not go with its rule", method->name, title);
    judged_low += low;
  }
  CHECK(judged_low == 1); /* cosine */
}

/* An alarm of a watch stays: what it is about may be long gone. */
TEST(alarms_of_a_watch)
{
  dw_report_quantile before = {0.5, 35.9}, now = {0.5, 37};
  dw_report_finding f = numeric(&before, &now, 10, 10);
  dw_buf text = {0};
  f.method = "sequential";
  f.drift = true;
  f.looks = 18;
  f.alarm_look = 13;
  f.alarm_time = "2026-02-14T09:00:00Z";
  f.shift = shifted(DW_PLACE_BELOW, 0.5, 0.42).shift;
  f.shift.min_effect = NAN;
  f.shift.value = 35.9;
  f.shift.quantile = 0.5;
  dw_wording_change(&text, &f);
  CHECK_MSG(
      strstr(
          dw_buf_cstr(&text),
          "; 42 % of the values lie below 35.9, the reference's median, instead of 50 %; alarm since look 13 of 18 (2026-02-14T09:00:00Z)"),
      "%s", dw_buf_cstr(&text));
  f.alarm_look = 18;
  text.length = 0;
  dw_wording_change(&text, &f);
  CHECK_MSG(strstr(dw_buf_cstr(&text), "; the first alarm, at look 18") && !strstr(dw_buf_cstr(&text), " of 18"), "%s", dw_buf_cstr(&text));
  f.drift = false;
  text.length = 0;
  dw_wording_change(&text, &f);
  CHECK(!strstr(dw_buf_cstr(&text), "alarm"));
  dw_buf_free(&text);
}
