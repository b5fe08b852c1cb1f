#include "detect/online/detector_state.h"

#include "base/rng.h"
#include "test.h"

static double value_at(dw_rng *rng, const dw_detector_method *method, size_t i)
{
  double u = dw_rng_uniform(rng);
  return method->input == DW_DETECTOR_NUMBERS ? u / 3 - (i > 500 ? 1e-3 : 0) : u < (i > 500 ? 0.3 : 0.1);
}

static dw_value *written(dw_detector *detector)
{
  dw_buf text = {0};
  dw_json json;
  dw_value *value = NULL;
  dw_err err = {0};
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_detector_state_write(&json, detector);
  dw_json_close(&json, '}');
  CHECK_MSG(dw_value_parse(&value, text.data, text.length, "state", 1, &err) == DW_OK, "%s", err.message);
  dw_buf_free(&text);
  return value;
}

/* Through the text and back, every number of every method is what it was. */
TEST(what_is_read_goes_on_exactly)
{
  for (size_t m = 0; dw_detector_methods[m]; m++) {
    const dw_detector_method *method = dw_detector_methods[m];
    static const size_t cuts[] = {0, 1, 17, 300, 900};
    for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
      dw_detector first, second;
      dw_rng rng;
      dw_err err = {0};
      dw_detector_init(&first, method);
      dw_detector_init(&second, method);
      CHECK(dw_detector_start(&first, &err) == DW_OK && dw_detector_start(&second, &err) == DW_OK);
      dw_rng_start(&rng, dw_rng_derive(31, "detector state"), m, (uint32_t)c);
      for (size_t i = 0; i < cuts[c]; i++) dw_detector_add(&first, value_at(&rng, method, i));
      dw_value *state = written(&first);
      CHECK_MSG(dw_detector_state_read(dw_value_get(state, "state"), &second, &err) == DW_OK, "%s: %s", method->name, err.message);
      for (size_t i = cuts[c]; i < 1200; i++) {
        double x = value_at(&rng, method, i);
        dw_detector_event a = dw_detector_add(&first, x), b = dw_detector_add(&second, x);
        CHECK_MSG(a == b && (a == DW_DETECTOR_NONE || memcmp(&first.told, &second.told, sizeof first.told) == 0), "%s, value %zu",
                  method->name, i);
      }
      dw_value_free(state);
      dw_detector_free(&first);
      dw_detector_free(&second);
    }
  }
}

static void check_refused(const char *method, const char *text)
{
  dw_detector detector;
  dw_value *state;
  dw_err err = {0};
  dw_detector_init(&detector, dw_detector_find(method));
  CHECK(dw_detector_start(&detector, &err) == DW_OK);
  CHECK_MSG(dw_value_parse(&state, text, strlen(text), "state", 1, &err) == DW_OK, "%s", err.message);
  CHECK_MSG(dw_detector_state_read(state, &detector, &err) == DW_EDATA, "%s: %s", method, text);
  dw_value_free(state);
  dw_detector_free(&detector);
}

TEST(what_is_no_state_is_refused)
{
  static const char *const texts[] = {
      "null",
      "{}",
      "[]",
      "[[\"count\",1]]",
      "[[\"count\",1],[\"drifted\",2],[\"count\",1],[\"mean\",0],[\"squares\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",-1],[\"mean\",0],[\"squares\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",31],[\"mean\",0],[\"squares\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",1],[\"mean\",\"NaN\"],[\"squares\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",1],[\"mean\",0,1],[\"squares\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",1],[\"squares\",0],[\"mean\",0]]",
      "[[\"count\",1],[\"drifted\",0],[\"count\",1],[\"mean\",0],[\"squares\",0],[\"more\",0]]",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_refused("shewhart", texts[i]);
  check_refused("adwin", "[[\"count\",1],[\"drifted\",0],[\"tick\",1],[\"width\",1],[\"total\",1],[\"squares\",0],[\"rows\",57]]");
  check_refused("adwin",
                "[[\"count\",1],[\"drifted\",0],[\"tick\",1],[\"width\",1],[\"total\",1],[\"squares\",0],[\"rows\",1],[\"buckets\",6]]");
}

TEST(parameters_are_numbers_and_words)
{
  dw_detector detector;
  dw_buf text = {0};
  dw_json json;
  dw_err err;
  dw_detector_init(&detector, dw_detector_find("cusum"));
  CHECK(dw_detector_set(&detector, "mode", "down", &err) == DW_OK && dw_detector_set(&detector, "slack", "0.25", &err) == DW_OK);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_detector_parameters_write(&json, &detector);
  dw_json_close(&json, '}');
  CHECK_TEXT(dw_buf_cstr(&text), "{\"parameters\":{\"min_instances\":30,\"slack\":0.25,\"threshold\":5,\"mode\":\"down\"}}");
  dw_buf_free(&text);
}
