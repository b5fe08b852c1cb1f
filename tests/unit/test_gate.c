#include "decide/gate.h"

#include "test.h"

static dw_err err;

TEST(a_text_becomes_gates)
{
  dw_gates gates = {0};
  CHECK(dw_gates_parse(&gates, "auc>=0.82, log_loss <= 3e-1 ,r2>-0.5,p.x<1", &err) == DW_OK);
  CHECK(gates.count == 4);
  CHECK_TEXT(gates.gate[1].metric, "log_loss");
  CHECK(gates.gate[0].rule == DW_RULE_AT_LEAST && gates.gate[1].rule == DW_RULE_AT_MOST);
  CHECK(gates.gate[2].rule == DW_RULE_ABOVE && gates.gate[3].rule == DW_RULE_BELOW);
  CHECK(gates.gate[1].threshold == 0.3 && gates.gate[2].threshold == -0.5);
  dw_gates_free(&gates);
}

static void check_value(double value, double threshold, const char *want)
{
  dw_buf out = {0};
  dw_gate_value_print(value, threshold, &out);
  CHECK_TEXT(dw_buf_cstr(&out), want);
  dw_buf_free(&out);
}

TEST(a_value_has_the_digits_that_it_deserves)
{
  check_value(0.9031249876543212, 0.82, "0.9031");
  check_value(0.8199999, 0.82, "0.8199999"); /* on its side of the threshold */
  check_value(0.82, 0.82, "0.82");
  check_value(0.00012345678, NAN, "0.0001235");
  check_value(-1.23456, NAN, "-1.235");
  check_value(0, 0.5, "0");
  check_value(123456.75, 1, "123456.75");
}

TEST(mistakes_say_what_was_expected)
{
  static const char *const wrong[][2] = {
      {"", "gate \"\": expected METRIC>=NUMBER, such as auc>=0.82"},
      {"auc>=0.8,", "gate \"\": expected METRIC>=NUMBER, such as auc>=0.82"},
      {"AUC>=0.8", "gate \"AUC>=0.8\": expected METRIC>=NUMBER, such as auc>=0.82"},
      {">=0.8", "gate \">=0.8\": expected METRIC>=NUMBER, such as auc>=0.82"},
      {"auc", "gate \"auc\": expected >=, >, <= or < behind \"auc\""},
      {"auc=0.8", "gate \"auc=0.8\": expected >=, >, <= or < behind \"auc\""},
      {"auc==0.8", "gate \"auc==0.8\": expected >=, >, <= or < behind \"auc\""},
      {"auc 0.8", "gate \"auc 0.8\": expected >=, >, <= or < behind \"auc\""},
      {"auc>=", "gate \"auc>=\": \"\" is not a number"},
      {"auc>=high", "gate \"auc>=high\": \"high\" is not a number"},
      {"auc>=0.8 0.9", "gate \"auc>=0.8 0.9\": \"0.8 0.9\" is not a number"},
      {"auc>=1e999", "gate \"auc>=1e999\": \"1e999\" is not a number"},
      {"auc>=nan", "gate \"auc>=nan\": \"nan\" is not a number"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_gates gates = {0};
    CHECK(dw_gates_parse(&gates, wrong[i][0], &err) == DW_EUSAGE);
    CHECK_TEXT(err.message, wrong[i][1]);
    dw_gates_free(&gates);
  }
}

TEST(parts_make_a_gate)
{
  dw_gates gates = {0};
  CHECK(dw_gates_add(&gates, "auc", DW_RULE_AT_LEAST, 0.5, &err) == DW_OK);
  CHECK(dw_gates_add(&gates, "a uc", DW_RULE_AT_LEAST, 0.5, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "gate: \"a uc\" is not the name of a metric");
  CHECK(dw_gates_add(&gates, "auc", DW_RULE_AT_LEAST, NAN, &err) == DW_EUSAGE);
  CHECK(gates.count == 1);
  dw_gates_free(&gates);
}

static bool passes(const char *text, double value)
{
  dw_gates gates = {0};
  CHECK(dw_gates_parse(&gates, text, &err) == DW_OK);
  dw_gate_value figure = {"auc", value};
  CHECK(dw_gates_judge(&gates, &figure, 1, &err) == DW_OK);
  bool passed = gates.passed;
  dw_gates_free(&gates);
  return passed;
}

TEST(rules_hold_at_their_bounds)
{
  CHECK(passes("auc>=0.5", 0.5));
  CHECK(!passes("auc>=0.5", nextafter(0.5, 0)));
  CHECK(!passes("auc>0.5", 0.5));
  CHECK(passes("auc>0.5", nextafter(0.5, 1)));
  CHECK(passes("auc<=0.5", 0.5));
  CHECK(!passes("auc<=0.5", nextafter(0.5, 1)));
  CHECK(!passes("auc<0.5", 0.5));
  CHECK(passes("auc<0.5", nextafter(0.5, 0)));
}

TEST(what_was_not_computed_never_passes)
{
  dw_gates gates = {0};
  dw_gate_value figures[] = {{"auc", 0.9}, {"f1", NAN}};
  CHECK(dw_gates_parse(&gates, "auc>=0.5,recall>=0", &err) == DW_OK);
  CHECK(dw_gates_judge(&gates, figures, 2, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "gate recall>=0: the metric \"recall\" was not computed; there are auc, f1");
  CHECK(!gates.passed && !gates.gate[0].passed && !gates.gate[1].passed);
  dw_gates_free(&gates);
  CHECK(dw_gates_parse(&gates, "f1<=1", &err) == DW_OK);
  CHECK(dw_gates_judge(&gates, figures, 2, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "gate f1<=1: the metric has no value");
  CHECK(!gates.passed);
  CHECK(dw_gates_judge(&gates, NULL, 0, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "gate f1<=1: the metric \"f1\" was not computed; there are none");
  dw_gates_free(&gates);
}

TEST(the_verdict_as_a_document)
{
  dw_gates gates = {0};
  dw_gate_value figures[] = {{"auc", 0.9}, {"log_loss", 0.4}};
  CHECK(dw_gates_parse(&gates, "auc>=0.82,log_loss<=0.30", &err) == DW_OK);
  CHECK(dw_gates_judge(&gates, figures, 2, &err) == DW_OK);
  CHECK(!gates.passed);
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  dw_gates_write(&gates, &json, NULL);
  CHECK_TEXT(dw_buf_cstr(&out),
             "{\"passed\":false,\"gates\":[{\"gate\":\"auc>=0.82\",\"metric\":\"auc\",\"value\":0.9,\"threshold\":0.82,\"passed\":true},"
             "{\"gate\":\"log_loss<=0.3\",\"metric\":\"log_loss\",\"value\":0.4,\"threshold\":0.3,\"passed\":false}]}");
  dw_buf_free(&out);
  dw_gates_free(&gates);
}
