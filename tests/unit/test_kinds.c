/* The words of the documents: whatever can be written can be read back, and has words for people. */
#include "detect/check/methods.h"
#include "detect/joint/joint.h"
#include "detect/joint/joint_correlation.h"
#include "kinds/check.h"
#include "kinds/finding.h"
#include "kinds/rule.h"
#include "kinds/severity.h"
#include "kinds/summary.h"
#include "kinds/titles.h"
#include "test.h"

TEST(checks_are_read_back)
{
  for (int i = 0; i < DW_CHECKS; i++) {
    const dw_check_row *row = dw_check_of((dw_check)i);
    CHECK_MSG(*row->name && *row->title && strcmp(row->name, row->title) != 0, "check %d", i);
    CHECK_MSG(dw_check_named(row->name) == (dw_check)i, "%s is read as another check", row->name);
    CHECK(row->judges != DW_JUDGES_UNKNOWN && dw_check_runs((dw_check)i, DW_PRESET_DRIFTWATCH) == dw_check_is_of_columns((dw_check)i));
    CHECK(dw_check_is_of_columns((dw_check)i) == (i != DW_CHECK_CANARY));
    CHECK_MSG((row->family == DW_TESTS_NONE) == (row->judges == DW_JUDGES_SCHEMA), "%s: only the schema is no test", row->name);
    CHECK_MSG((row->family == DW_TESTS_PAIRS) == (i == DW_CHECK_CORRELATION), "%s", row->name);
  }
  CHECK(dw_check_named("drift") == DW_CHECK_UNKNOWN && dw_check_named("") == DW_CHECK_UNKNOWN && dw_check_named(NULL) == DW_CHECK_UNKNOWN);
  CHECK(dw_check_of(DW_CHECK_UNKNOWN)->judges == DW_JUDGES_UNKNOWN && !dw_check_runs(DW_CHECK_UNKNOWN, DW_PRESET_DRIFTWATCH));
}

/* Evidently compares columns and nothing else; a distribution is one column's, whoever's the column is. */
TEST(checks_say_what_they_judge)
{
  static const char *const distributions = "column_drift embedding_drift text_drift target_drift prediction_drift ";
  dw_buf own = {0}, evidently = {0};
  for (int i = 0; i < DW_CHECKS; i++) {
    if (dw_check_is_distribution((dw_check)i)) dw_buf_format(&own, "%s ", dw_check_of((dw_check)i)->name);
    if (dw_check_runs((dw_check)i, DW_PRESET_EVIDENTLY)) dw_buf_format(&evidently, "%s ", dw_check_of((dw_check)i)->name);
    CHECK(dw_check_runs((dw_check)i, DW_PRESET_NANNYML) == dw_check_is_of_columns((dw_check)i));
  }
  CHECK_TEXT(dw_buf_cstr(&own), distributions);
  CHECK_TEXT(dw_buf_cstr(&evidently), "column_drift embedding_drift text_drift ");
  dw_buf_free(&own);
  dw_buf_free(&evidently);
}

TEST(severities_and_rules_are_read_back)
{
  for (int i = DW_SEVERITY_NONE; i <= DW_SEVERITY_HIGH; i++) {
    dw_severity severity = DW_SEVERITY_NONE;
    CHECK(dw_severity_find(dw_severity_word((dw_severity)i), &severity) && severity == (dw_severity)i);
  }
  dw_severity untouched = DW_SEVERITY_LOW;
  CHECK(!dw_severity_find("High", &untouched) && !dw_severity_find("", &untouched) && !dw_severity_find(NULL, &untouched));
  CHECK(untouched == DW_SEVERITY_LOW);
  for (int i = DW_RULE_AT_LEAST; i <= DW_RULE_BELOW; i++) {
    dw_rule rule = DW_RULE_AT_LEAST;
    CHECK(dw_rule_find(dw_rule_text((dw_rule)i), &rule) && rule == (dw_rule)i);
    CHECK(dw_rule_is_upper(rule) == dw_rule_holds(2, rule, 1) && dw_rule_is_upper(rule) == !dw_rule_holds(0, rule, 1));
    CHECK((strlen(dw_rule_text(rule)) == 2) == dw_rule_holds(1, rule, 1));
    CHECK(!dw_rule_holds(NAN, rule, 1));
  }
  dw_rule rule = DW_RULE_BELOW;
  CHECK(!dw_rule_find("=", &rule) && !dw_rule_find("", &rule) && !dw_rule_find(NULL, &rule) && rule == DW_RULE_BELOW);
}

static void check_title(const char *name) { CHECK_MSG(dw_title_of_method(name) && *dw_title_of_method(name), "%s has no title", name); }

TEST(every_method_that_can_be_written_has_a_title)
{
  const dw_method *method;
  size_t count = 0;
  for (; (method = dw_method_at(count)); count++) check_title(method->name);
  for (size_t i = 0; i < DW_JOINT_METHODS; i++) check_title(dw_joint_methods[i].name);
  for (size_t i = 0; i < 3; i++) check_title(dw_association_names[i]);
  static const char *const others[] = {DW_SEQUENTIAL_METHOD, "exceedance",     "auc",           "mae",
                                       "pca_reconstruction", "missing_values", "unseen_values", "numerical_range"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) check_title(others[i]);
  const dw_title *title;
  for (size_t i = 0; (title = dw_title_at(i)); i++) {
    CHECK_MSG(dw_title_of_method(title->name) == title->title, "%s stands in two rows", title->name);
    CHECK((dw_method_find(title->name) != NULL) == (i < count));
  }
  CHECK(!dw_title_of_method("none"));
}

/* --- findings and summaries: written, read, written again --- */

static dw_value *parsed(const dw_buf *text)
{
  dw_value *value = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_value_parse(&value, text->data, text->length, "t", 1, &err) == DW_OK, "%s", err.message);
  return value;
}

static void check_finding_again(const dw_finding *finding)
{
  dw_buf first = {0}, second = {0};
  dw_finding again;
  dw_err err = {0};
  dw_finding_write(finding, &first);
  dw_value *document = parsed(&first);
  dw_fields at = {.name = "t", .line = 1, .err = &err};
  CHECK_MSG(dw_finding_read(&again, &at, document) == DW_OK, "%s", err.message);
  CHECK(again.check == finding->check && again.type == finding->type && again.severity == finding->severity);
  CHECK(again.drift == finding->drift && again.calibrated == finding->calibrated && again.approximate == finding->approximate);
  CHECK(isnan(finding->threshold) || again.rule == finding->rule);
  dw_finding_write(&again, &second);
  CHECK_TEXT(dw_buf_cstr(&second), dw_buf_cstr(&first));
  dw_value_free(document);
  dw_buf_free(&first);
  dw_buf_free(&second);
}

static void fill_finding(dw_finding *f, dw_buf *reference, dw_buf *current)
{
  dw_finding_init(f, DW_CHECK_PERFORMANCE, "am\"ount\n€", DW_TYPE_NUMERIC);
  f->by = "country";
  f->segment = "d\\e";
  f->segment_length = 3;
  dw_buf_text(&f->chunk, "{\"index\":3,\"first_row\":600,\"last_row\":799,\"start\":null,\"end\":\"2026-01-02T00:00:00Z\"}");
  f->period = "analysis";
  f->method = "auc";
  double *const numbers[] = {&f->statistic,         &f->p_value,         &f->p_adjusted,       &f->score,
                             &f->threshold,         &f->effect_size,     &f->effect_low,       &f->effect_high,
                             &f->superiority.value, &f->superiority.low, &f->superiority.high, &f->rank_error};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) *numbers[i] = (1 + (double)i) / 30000;
  f->rule = DW_RULE_AT_MOST;
  f->calibrated = f->drift = f->approximate = true;
  f->severity = DW_SEVERITY_MEDIUM;
  f->direction = "down";
  dw_buf_text(reference,
              "{\"count\":1e300,\"mean\":0.1,\"quantiles\":{\"0.5\":-0.25},\"categories\":[{\"value\":\"a\\u0007\",\"count\":3}]}");
  dw_buf_text(current, "{\"count\":0,\"mean\":null}");
  f->reference = reference;
  f->current = current;
  dw_buf_text(&f->detail, "{\"permutations\":999,\"names\":[\"x\",null,true,1.5]}");
  f->warning = "few rows";
}

TEST(a_finding_with_every_field_survives)
{
  dw_buf reference = {0}, current = {0};
  dw_finding f;
  fill_finding(&f, &reference, &current);
  check_finding_again(&f);
  f.segment = NULL;
  dw_finding_fail(&f, "no \"usable\" value");
  check_finding_again(&f);
  dw_finding_free(&f);
  for (int check = 0; check < DW_CHECKS; check++)
    for (int type = 0; type < DW_TYPES; type++) {
      dw_finding_init(&f, (dw_check)check, NULL, (dw_type)type);
      check_finding_again(&f);
    }
  dw_buf_free(&reference);
  dw_buf_free(&current);
}

/* What is no word of ours is kept as it came, but for rules and severities, which mean nothing then. */
TEST(findings_of_strangers)
{
  static const struct {
    const char *members, *error; /* NULL: taken */
  } table[] = {
      {"\"check\":\"canary\",\"drift\":true,\"type\":\"picture\",\"method\":\"magic\",\"direction\":\"sideways\"", NULL},
      {"\"check\":\"schema\",\"drift\":false,\"rule\":\"\",\"severity\":null,\"score\":null,\"other\":[]", NULL},
      {"\"check\":\"schema\"", "t:4: \"drift\": expected true or false"},
      {"\"drift\":true", "t:4: \"check\": expected the name of a check"},
      {"\"check\":1,\"drift\":true", "t:4: \"check\": expected a text"},
      {"\"check\":\"schema\",\"drift\":true,\"rule\":\"=>\"", "t:4: \"rule\": expected >=, >, <= or <"},
      {"\"check\":\"schema\",\"drift\":true,\"severity\":\"bad\"", "t:4: \"severity\": \"bad\" is not none, low, medium or high"},
      {"\"check\":\"schema\",\"drift\":true,\"p_value\":\"0.1\"", "t:4: \"p_value\": expected a number or null"},
      {"\"check\":\"schema\",\"drift\":true,\"segment\":\"a\"", "t:4: \"segment\": expected an object"},
      {"\"check\":\"schema\",\"drift\":true,\"detail\":{\"lost\":1}", "t:4: \"lost\": expected true or false"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_buf text = {0};
    dw_err err = {0};
    dw_finding finding;
    dw_buf_format(&text, "{\"kind\":\"finding\",%s}", table[i].members);
    dw_value *document = parsed(&text);
    dw_fields at = {.name = "t", .line = 4, .err = &err};
    CHECK_MSG((dw_finding_read(&finding, &at, document) == DW_OK) == !table[i].error, "%s", table[i].members);
    if (table[i].error) CHECK_TEXT(err.message, table[i].error);
    if (i == 0) {
      CHECK(finding.check == DW_CHECK_UNKNOWN && finding.type == DW_TYPE_OTHER && isnan(finding.score) && !dw_finding_error(&finding));
      text.length = 0;
      dw_finding_write(&finding, &text);
      CHECK(strstr(dw_buf_cstr(&text), "\"check\":\"canary\",\"column\":null,\"type\":\"picture\",\"method\":\"magic\""));
      CHECK(strstr(dw_buf_cstr(&text), "\"rule\":null,\"drift\":true,\"severity\":null,\"direction\":\"sideways\""));
    }
    dw_value_free(document);
    dw_buf_free(&text);
  }
}

static void check_summary_again(const dw_summary *summary)
{
  dw_buf first = {0}, second = {0};
  dw_summary again;
  dw_err err = {0};
  dw_arena arena;
  dw_arena_init(&arena);
  dw_summary_write(summary, &first);
  dw_value *document = parsed(&first);
  dw_fields at = {.arena = &arena, .name = "t", .line = 1, .err = &err};
  CHECK_MSG(dw_summary_read(&again, &at, document) == DW_OK, "%s", err.message);
  CHECK(again.answer == summary->answer && again.in_words == (summary->answer != DW_ANSWER_UNSAID) && again.graded);
  CHECK(again.segment_count == summary->segment_count && again.alert_count == summary->alert_count);
  dw_summary_write(&again, &second);
  CHECK_TEXT(dw_buf_cstr(&second), dw_buf_cstr(&first));
  dw_value_free(document);
  dw_arena_free(&arena);
  dw_buf_free(&first);
  dw_buf_free(&second);
}

static void check_grade(dw_grading grading, dw_severity want)
{
  CHECK_MSG(dw_grading_severity(&grading) == want, "%s %g", dw_scale_word(grading.scale), grading.value);
  CHECK(dw_scale_named(dw_scale_word(grading.scale)) == grading.scale);
}

TEST(severities_go_by_scales)
{
  check_grade(dw_grading_of(DW_SCALE_H, 0.1999), DW_SEVERITY_LOW);
  check_grade(dw_grading_of(DW_SCALE_H, 0.2), DW_SEVERITY_MEDIUM);
  check_grade(dw_grading_of(DW_SCALE_H, 0.5), DW_SEVERITY_HIGH);
  check_grade(dw_grading_of(DW_SCALE_BELOW, -1.5), DW_SEVERITY_LOW); /* the bound itself is not below it */
  check_grade(dw_grading_of(DW_SCALE_BELOW, -2), DW_SEVERITY_MEDIUM);
  check_grade(dw_grading_of(DW_SCALE_BELOW, -2.1), DW_SEVERITY_HIGH);
  check_grade(dw_grading_of(DW_SCALE_KIND, NAN), DW_SEVERITY_LOW);
  check_grade((dw_grading){DW_SCALE_CHANCE, 1e9, 5, NAN}, DW_SEVERITY_MEDIUM); /* never high */
  CHECK(dw_scale_named("of a later version") == DW_SCALE_UNKNOWN);
}

TEST(a_summary_with_every_field_survives)
{
  static const char *const words[] = {"any", "column:a b", "severity:high"};
  const dw_summary_segment segments[] = {{"d\"e", 3, 5e6, 1e7, 0.75, 3, 1, DW_ANSWER_DRIFT, DW_SEVERITY_LOW, words, 2},
                                         {NULL, 0, 1, 2, 0, 3, 0, DW_ANSWER_NOT_JUDGED, DW_SEVERITY_NONE, NULL, 0}};
  const dw_summary_alerts alerts[] = {{"x", 12}, {"y", 0}};
  const dw_summary_left_out compared[] = {{.column = "id", .type = "identifier", .reason = "it names rows"}};
  const dw_summary_left_out judged[] = {{.column = NULL, .method = "pca", .reason = "too few rows", .option = "--joint-rows"},
                                        {.column = "p", .method = NULL, .reason = "empty", .option = NULL}};
  const dw_grading share = {DW_SCALE_COLUMNS, 0.22, 0.2, 0.5};
  const dw_summary_severity by[] = {{.rule = DW_SEVERITY_BY_NOTHING},
                                    {DW_SEVERITY_BY_WORST, dw_grading_of(DW_SCALE_H, 0.57), share, "column_drift", "x", "ks", "g", NULL},
                                    {.rule = DW_SEVERITY_BY_SHARE, .grading = share},
                                    {DW_SEVERITY_BY_SHARE, dw_grading_of(DW_SCALE_KIND, NAN), share, "schema", "x", NULL, NULL, NULL}};
  dw_buf made_by = {0};
  dw_buf_text(&made_by, "{\"command\":\"dw-gen\",\"seed\":20260102},{\"command\":\"dw-compare\",\"arguments\":[\"a\\tb\"]}");
  dw_summary s;
  dw_summary_init(&s);
  check_summary_again(&s);
  for (int answer = DW_ANSWER_UNSAID; answer <= DW_ANSWER_NOT_JUDGED; answer++) {
    s = (dw_summary){.answer = (dw_answer)answer,
                     .severity = DW_SEVERITY_HIGH,
                     .severity_by = by[answer],
                     .columns = 9007199254740992,
                     .drifted = 2000000,
                     .drift_share = 0.1,
                     .drift_share_threshold = 0.5,
                     .dataset_drift = answer == DW_ANSWER_DRIFT,
                     .fail_on = words,
                     .fail_on_count = 3,
                     .drifted_columns = words,
                     .drifted_column_count = 2,
                     .by = "country",
                     .segments = segments,
                     .segment_count = 2,
                     .match = "hour-of-week",
                     .zone = "Europe/Berlin",
                     .match_cells = 168,
                     .match_reference_rows = 1e8,
                     .match_current_rows = 12,
                     .chunked = true,
                     .reference_chunks = 10,
                     .current_chunks = 12,
                     .alerts = alerts,
                     .alert_count = 2,
                     .warnings = words,
                     .warning_count = 1,
                     .not_compared = compared,
                     .not_compared_count = 1,
                     .not_judged = judged,
                     .not_judged_count = 2,
                     .reference_rows = 1e9,
                     .current_rows = 0,
                     .skipped_records = 7,
                     .reference_period = {"2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"},
                     .current_period = {"2026-01-03T00:00:00Z", "2026-01-03T00:00:00Z"},
                     .made_by = &made_by};
    check_summary_again(&s);
  }
  dw_buf_free(&made_by);
}

TEST(summaries_of_strangers)
{
  static const struct {
    const char *members, *error; /* NULL: taken */
    dw_answer answer;
  } table[] = {
      {"", NULL, DW_ANSWER_UNSAID},
      {",\"drift\":true", NULL, DW_ANSWER_DRIFT},
      {",\"drift\":false,\"not_judged\":null", NULL, DW_ANSWER_NO_DRIFT},
      {",\"verdict\":\"not judged\"", NULL, DW_ANSWER_NOT_JUDGED},
      {",\"command\":\"dw-eval\",\"drift\":null,\"gate\":{\"passed\":true,\"gates\":[]}", NULL, DW_ANSWER_UNSAID},
      {",\"verdict\":\"perhaps\"", "t:2: \"verdict\": \"perhaps\" is not drift, no drift or not judged", 0},
      {",\"verdict\":\"no drift\",\"drift\":true", "t:2: \"drift\": expected false, as \"verdict\" says \"no drift\"", 0},
      {",\"segments\":[1]", "t:2: \"segments\": expected a list of objects", 0},
      {",\"segments\":[{\"severity\":\"bad\"}]", "t:2: \"severity\": \"bad\" is not none, low, medium or high", 0},
      {",\"chunks\":{\"alerts\":{}}", "t:2: \"alerts\": expected a list", 0},
      {",\"not_judged\":[{\"reason\":7}]", "t:2: \"reason\": expected a text", 0},
      {",\"fail_on\":[7]", "t:2: \"fail_on\": expected a list of texts", 0},
      {",\"reference_rows\":\"7\"", "t:2: \"reference_rows\": expected a number or null", 0},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    dw_buf text = {0};
    dw_err err = {0};
    dw_summary summary;
    dw_arena arena;
    dw_arena_init(&arena);
    dw_buf_format(&text, "{\"kind\":\"summary\"%s}", table[i].members);
    dw_value *document = parsed(&text);
    dw_fields at = {.arena = &arena, .name = "t", .line = 2, .err = &err};
    CHECK_MSG((dw_summary_read(&summary, &at, document) == DW_OK) == !table[i].error, "%s: %s", table[i].members, err.message);
    if (table[i].error) CHECK_TEXT(err.message, table[i].error);
    else CHECK(summary.answer == table[i].answer && isnan(summary.columns) && !summary.graded);
    dw_value_free(document);
    dw_arena_free(&arena);
    dw_buf_free(&text);
  }
}
