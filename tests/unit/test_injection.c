#include "synth/inject/injection.h"

#include "base/str.h"
#include "test.h"

/* Options as on a command line: name, value, … ended by NULL. The message of the first mistake, or "" . */
static const char *take(dw_injections *plan, const char *const *words)
{
  static dw_err err;
  err = (dw_err){0};
  dw_injections_init(plan);
  for (size_t i = 0; words[i]; i += 2) {
    if (strcmp(words[i], "time") == 0) {
      plan->time = words[i + 1];
      continue;
    }
    if (dw_injections_option(plan, words[i], words[i + 1], &err) != DW_OK) return err.status == DW_EUSAGE ? err.message : "another status";
  }
  if (dw_injections_check(plan, &err) != DW_OK) return err.status == DW_EUSAGE ? err.message : "another status";
  return "";
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void refused(const char *const *words, const char *want)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, words), want);
  dw_injections_free(&plan);
}

static void taken(const char *const *words)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, words), "");
  dw_injections_free(&plan);
}

TEST(every_operation_with_what_it_needs)
{
  taken(WORDS("column", "a", "op", "shift", "by", "2", "sd", "3", "integers", "keep"));
  taken(WORDS("column", "a", "op", "scale", "factor", "-1.5"));
  taken(WORDS("column", "a", "op", "noise", "sd", "0.1"));
  taken(WORDS("column", "a", "op", "clip", "min", "0"));
  taken(WORDS("column", "a", "op", "clip", "min", "0", "max", "0"));
  taken(WORDS("column", "a", "op", "round", "decimals", "-2"));
  taken(WORDS("column", "a", "op", "missing"));
  taken(WORDS("column", "a", "op", "outliers", "value", "9e9"));
  taken(WORDS("column", "a", "op", "outliers", "factor", "10"));
  taken(WORDS("column", "a", "op", "outliers", "mean", "5", "sd", "2", "by", "6"));
  taken(WORDS("column", "a", "op", "swap-categories", "value", "x", "with", "y"));
  taken(WORDS("column", "a", "op", "new-category", "value", "x"));
  taken(WORDS("op", "reweight", "where", "a > 1", "factor", "3"));
  taken(WORDS("column", "a", "op", "permute", "buffer", "50"));
  taken(WORDS("column", "a", "op", "drop-column"));
  taken(WORDS("column", "a", "op", "rename-column", "as", "b"));
  taken(WORDS("column", "a", "op", "change-type", "as", "boolean"));
  taken(WORDS("op", "duplicate"));
  taken(WORDS("column", "a", "op", "duplicate", "copies", "2.5"));
  taken(WORDS("column", "a", "op", "label-flip"));
  taken(WORDS("column", "a", "op", "label-flip", "value", "no", "with", "yes"));
  taken(WORDS("column", "a", "op", "swap-label-rule", "where", "b < 6", "value", "1", "else", "0"));
}

TEST(options_group_by_column_and_op)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, WORDS("column", "a", "op", "shift", "by", "1", "fraction", "0.5", "op", "round", "decimals", "0", "column", "b",
                               "factor", "2", "op", "scale", "op", "duplicate")),
             "");
  CHECK(plan.count == 4);
  CHECK(plan.list[0].op == DW_OP_SHIFT && plan.list[0].by == 1 && plan.list[0].fraction == 0.5);
  CHECK_TEXT(plan.list[0].column, "a");
  CHECK(plan.list[1].op == DW_OP_ROUND && plan.list[1].decimals == 0 && plan.list[1].fraction == 1);
  CHECK_TEXT(plan.list[1].column, "a");
  CHECK(plan.list[2].op == DW_OP_SCALE && plan.list[2].factor == 2);
  CHECK_TEXT(plan.list[2].column, "b");
  CHECK(plan.list[3].op == DW_OP_DUPLICATE && !plan.list[3].column && plan.list[3].copies == 1);
  dw_injections_free(&plan);
}

TEST(values_are_numbers_booleans_or_texts)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, WORDS("column", "a", "op", "swap-categories", "value", "7", "with", "'7'")), "");
  CHECK(plan.list[0].value.kind == DW_OPERAND_NUMBER && plan.list[0].value.number == 7);
  CHECK(plan.list[0].with.kind == DW_OPERAND_TEXT && plan.list[0].with.length == 1 && plan.list[0].with.text[0] == '7');
  dw_injections_free(&plan);
  CHECK_TEXT(take(&plan, WORDS("column", "a", "op", "swap-categories", "value", "true", "with", "")), "");
  CHECK(plan.list[0].value.kind == DW_OPERAND_BOOL && plan.list[0].value.number == 1);
  CHECK(plan.list[0].with.kind == DW_OPERAND_TEXT && plan.list[0].with.length == 0);
  dw_injections_free(&plan);
}

TEST(courses)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, WORDS("column", "a", "op", "missing", "from", "10", "to", "20")), "");
  CHECK(plan.list[0].course.kind == DW_COURSE_BLIP);
  CHECK(!dw_injections_need_rows(&plan));
  dw_injections_free(&plan);
  CHECK_TEXT(take(&plan, WORDS("column", "a", "op", "missing", "from", "10%")), "");
  CHECK(plan.list[0].course.kind == DW_COURSE_SUDDEN);
  CHECK(dw_injections_need_rows(&plan));
  dw_injections_free(&plan);
  taken(WORDS("column", "a", "op", "missing", "course", "recurring", "period", "1h", "duty", "0.1", "time", "ts"));
  taken(WORDS("column", "a", "op", "outliers", "factor", "3", "course", "incremental", "from", "0", "to", "9"));
  refused(WORDS("column", "a", "op", "missing", "course", "incremental", "to", "9"),
          "injection 1 (missing a): has no size that could grow: incremental is for shift, scale, noise, outliers, reweight and duplicate");
  refused(WORDS("column", "a", "op", "outliers", "value", "3", "course", "incremental", "to", "9"),
          "injection 1 (outliers a): value has no size that could grow: use factor, or mean, sd and by");
  refused(WORDS("column", "a", "op", "missing", "from", "2026-01-01"),
          "injection 1 (missing a): goes by time: say which column holds it (time)");
  refused(WORDS("column", "a", "op", "missing", "course", "gradual"), "injection 1 (missing a): gradual needs --to");
  refused(WORDS("column", "a", "op", "missing", "duty", "0.5"), "injection 1 (missing a): --duty belongs to --course recurring");
  refused(WORDS("column", "a", "op", "missing", "course", "slow"),
          "--course: \"slow\" is no course (sudden, gradual, incremental, recurring, blip)");
  refused(WORDS("column", "a", "op", "missing", "course", "sudde"), "--course: \"sudde\" is no course; did you mean sudden?");
  refused(WORDS("column", "a", "op", "missing", "to", "b"),
          "--to: \"b\" is no row (5000), share of the stream (30%, 0.3) or time (2026-01-31T09:30:00Z)");
  refused(WORDS("column", "a", "op", "missing", "period", "b"),
          "--period: \"b\" is no count of rows (1000), share of the stream (10%) or duration (24h)");
}

TEST(mistakes_name_the_injection)
{
  refused((const char *const[]){NULL}, "nothing to inject: give --column and --op, or --scenario FILE");
  refused(WORDS("by", "1"), "--by stands before the first --column or --op");
  refused(WORDS("column", ""), "--column: the name is empty");
  refused(WORDS("column", "a"), "injection 1 (no operation a): --op is missing");
  refused(WORDS("op", "missing"), "injection 1 (missing): --column is missing");
  refused(WORDS("column", "a", "op", "shfit"), "--op: \"shfit\" is no operation; did you mean shift?");
  refused(WORDS("column", "a", "op", "shift"), "injection 1 (shift a): --by is missing");
  refused(WORDS("column", "b", "op", "missing", "column", "a", "op", "swap-categories"),
          "injection 2 (swap-categories a): --value, --with is missing");
  refused(WORDS("column", "a", "op", "shift", "by", "1", "factor", "2"),
          "injection 1 (shift a): --factor does not belong to shift (it takes --by, --sd, --integers)");
  refused(WORDS("column", "a", "op", "missing", "max", "2"),
          "injection 1 (missing a): --max does not belong to missing (it takes no parameters of its own)");
  refused(WORDS("column", "a", "op", "shift", "by", "much"), "--by: \"much\" is no number");
  refused(WORDS("column", "a", "op", "shift", "by", "1", "by", "2"), "--by: \"2\" was given already for this injection");
  refused(WORDS("column", "a", "op", "noise", "sd", "-1"), "--sd: \"-1\" is below 0");
  refused(WORDS("column", "a", "op", "round", "decimals", "1.5"), "--decimals: \"1.5\" is no whole number");
  refused(WORDS("column", "a", "op", "missing", "fraction", "1.5"), "--fraction: \"1.5\" is above 1");
  refused(WORDS("column", "a", "op", "clip"), "injection 1 (clip a): needs min, max or both");
  refused(WORDS("column", "a", "op", "clip", "min", "2", "max", "1"), "injection 1 (clip a): min is above max");
  refused(WORDS("column", "a", "op", "outliers"), "injection 1 (outliers a): needs one of: value; factor; mean, sd and by");
  refused(WORDS("column", "a", "op", "outliers", "value", "1", "factor", "2"),
          "injection 1 (outliers a): needs one of: value; factor; mean, sd and by");
  refused(WORDS("column", "a", "op", "outliers", "mean", "1", "by", "2"), "injection 1 (outliers a): needs mean, sd and by together");
  refused(WORDS("column", "a", "op", "outliers", "value", "x"), "injection 1 (outliers a): value is no number");
  refused(WORDS("column", "a", "op", "label-flip", "value", "x"),
          "injection 1 (label-flip a): needs value and with together, or neither (0 and 1, false and true)");
  refused(WORDS("column", "a", "op", "swap-categories", "value", "x", "with", "x"),
          "injection 1 (swap-categories a): value and with are the same");
  refused(WORDS("op", "reweight", "factor", "2"), "injection 1 (reweight): --where is missing");
  refused(WORDS("op", "reweight", "factor", "-2", "where", "a=1"), "injection 1 (reweight): factor is not from 0 to 1000");
  refused(WORDS("column", "a", "op", "rename-column", "as", "a"), "injection 1 (rename-column a): the new name is the old one");
  refused(WORDS("column", "a", "op", "rename-column", "as", ""), "injection 1 (rename-column a): the new name is empty");
  refused(WORDS("column", "a", "op", "change-type", "as", "float"),
          "injection 1 (change-type a): \"float\" is no type (string, number, boolean)");
  refused(WORDS("column", "a", "op", "shift", "by", "1", "integers", "no"), "--integers: \"no\" is no word for it (real, keep)");
  refused(WORDS("column", "a", "op", "missing", "where", "b <"), "condition \"b <\", byte 4: expected a value, got the end");
}

static const char *yaml_take(dw_injections *plan, const char *text)
{
  static dw_err err;
  err = (dw_err){0};
  dw_injections_init(plan);
  dw_yaml *yaml;
  if (dw_yaml_parse(&yaml, text, strlen(text), "drift.yaml", &err) != DW_OK) return err.message;
  dw_status status = dw_injections_yaml(plan, yaml, &err);
  if (status == DW_OK) status = dw_injections_check(plan, &err);
  dw_yaml_free(yaml);
  return status == DW_OK ? "" : err.message;
}

static void yaml_refused(const char *text, const char *want)
{
  dw_injections plan;
  CHECK_TEXT(yaml_take(&plan, text), want);
  dw_injections_free(&plan);
}

TEST(yaml)
{
  dw_injections plan;
  CHECK_TEXT(yaml_take(&plan, "description: two of them\n"
                              "time: ts\n"
                              "injections:\n"
                              "  - {column: amount, op: scale, factor: 1.5, course: gradual, from: 2026-01-01, to: 2026-01-02}\n"
                              "  - column: city\n"
                              "    op: swap-categories\n"
                              "    value: 7\n"
                              "    with: '7'\n"
                              "    where: amount > 100 and city != ''\n"
                              "    fraction: 0.5\n"),
             "");
  CHECK(plan.count == 2);
  CHECK_TEXT(plan.time, "ts");
  CHECK(plan.list[0].op == DW_OP_SCALE && plan.list[0].course.kind == DW_COURSE_GRADUAL && plan.list[0].line == 4);
  CHECK(plan.list[1].value.kind == DW_OPERAND_NUMBER && plan.list[1].with.kind == DW_OPERAND_TEXT && plan.list[1].fraction == 0.5);
  CHECK(dw_condition_columns(plan.list[1].where) == 2);
  dw_injections_free(&plan);
}

TEST(yaml_mistakes_name_file_and_line)
{
  yaml_refused("time: ts\n", "drift.yaml:1: expected the key injections with a list");
  yaml_refused("- 1\n", "drift.yaml:1: expected a map with the key injections");
  yaml_refused("injections:\n  - column: a\n    op: shift\n", "drift.yaml:2: shift a: by is missing");
  yaml_refused("injections:\n  - column: a\n    op: shift\n    by: much\n", "drift.yaml:4: by: \"much\" is no number");
  yaml_refused("injections:\n  - column: a\n    op: shit\n    by: 1\n", "drift.yaml:3: op: \"shit\" is no operation; did you mean shift?");
  yaml_refused("injections:\n  - op: missing\n", "drift.yaml:2: missing: column is missing");
  yaml_refused("injections:\n  - column: a\n    op: missing\n    to: 9\n    from: 9\n",
               "drift.yaml:2: missing a: from does not come before to");
  dw_injections plan;
  CHECK(strstr(yaml_take(&plan, "injections:\n  - column: a\n    opp: shift\n"), "drift.yaml:3: ") != NULL);
  dw_injections_free(&plan);
  CHECK(strstr(yaml_take(&plan, "injections:\n  - a\n"), "drift.yaml:2: ") != NULL);
  dw_injections_free(&plan);
}

static void check_print(const char *const *words, const char *want)
{
  dw_injections plan;
  CHECK_TEXT(take(&plan, words), "");
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  dw_injection_print(&plan.list[0], &json);
  dw_json_close(&json, '}');
  CHECK_TEXT(dw_buf_cstr(&out), want);
  dw_buf_free(&out);
  dw_injections_free(&plan);
}

TEST(print)
{
  check_print(
      WORDS("column", "a", "op", "shift", "by", "2", "sd", "3"),
      "{\"column\":\"a\",\"op\":\"shift\",\"size\":6,\"parameters\":{\"by\":2,\"sd\":3},\"course\":\"sudden\",\"from\":null,\"to\":null,"
      "\"fraction\":1,\"where\":null}");
  check_print(WORDS("op", "duplicate", "where", "b = 'x'", "from", "10%", "course", "recurring", "period", "5%"),
              "{\"column\":null,\"op\":\"duplicate\",\"size\":1,\"parameters\":{\"copies\":1},\"course\":\"recurring\",\"from\":\"10%\","
              "\"to\":null,"
              "\"period\":\"5%\",\"duty\":0.5,\"fraction\":1,\"where\":\"b = 'x'\"}");
  check_print(WORDS("column", "a", "op", "swap-categories", "value", "true", "with", "2", "from", "7", "to", "9"),
              "{\"column\":\"a\",\"op\":\"swap-categories\",\"size\":null,\"parameters\":{\"value\":true,\"with\":2},\"course\":\"blip\","
              "\"from\":7,"
              "\"to\":9,\"fraction\":1,\"where\":null}");
  check_print(WORDS("column", "a", "op", "change-type", "as", "string", "from", "2026-01-01", "time", "t"),
              "{\"column\":\"a\",\"op\":\"change-type\",\"size\":null,\"parameters\":{\"as\":\"string\"},\"course\":\"sudden\","
              "\"from\":\"2026-01-01T00:00:00Z\",\"to\":null,\"fraction\":1,\"where\":null}");
}
