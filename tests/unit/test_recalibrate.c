#include "model/score/recalibrate.h"
#include "test.h"

static dw_err err;

static char *with_map(const char *model, const char *map, const char *stage)
{
  dw_buf out = {0}, calibration = {0}, made_by = {0};
  dw_buf_text(&calibration, map);
  dw_buf_text(&made_by, stage);
  dw_status status = dw_model_recalibrate(model, strlen(model), "m.json", &calibration, &made_by, &out, &err);
  char *text = status == DW_OK ? strdup(dw_buf_cstr(&out)) : NULL;
  dw_buf_free(&out);
  dw_buf_free(&calibration);
  dw_buf_free(&made_by);
  return text;
}

static void becomes(const char *model, const char *expected)
{
  char *text = with_map(model, "{\"kind\":\"calibration\"}", "{\"command\":\"c\"}");
  CHECK_MSG(text != NULL, "%s", err.message);
  if (text) CHECK_TEXT(text, expected);
  free(text);
}

TEST(the_rest_stays_byte_for_byte)
{
  becomes("{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":null,\"booster\":{ \"x\" : [1.0E-7]},\"made_by\":[]}\n",
          "{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":{\"kind\":\"calibration\"},\"booster\":{ \"x\" : "
          "[1.0E-7]},\"made_by\":[{\"command\":\"c\"}]}\n");
  becomes("{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":{\"old\":[1]},\"booster\":1,\"made_by\":[{\"a\":1}]}",
          "{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":{\"kind\":\"calibration\"},\"booster\":1,\"made_by\":[{\"a\":1},{"
          "\"command\":\"c\"}]}");
}

TEST(what_is_no_model_of_two_classes_is_refused)
{
  static const char *const wrong[] = {"{}",
                                      "[]",
                                      "{\"kind\":\"model\",\"task\":\"binary\"}",
                                      "{\"kind\":\"plan\",\"task\":\"binary\",\"calibration\":null,\"made_by\":[]}",
                                      "{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":null,\"made_by\":{}}",
                                      "{\"kind\":\"model\",\"task\":\"binary\",\"calibration\":null,\"made_by\":["};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK_MSG(!with_map(wrong[i], "{}", "{}"), "taken: %s", wrong[i]);
  CHECK(!with_map("{\"kind\":\"model\",\"task\":\"multiclass\",\"calibration\":null,\"made_by\":[]}", "{}", "{}"));
  CHECK_TEXT(err.message, "m.json: a calibration goes with a model of two classes");
}
