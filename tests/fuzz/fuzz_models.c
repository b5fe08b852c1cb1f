/* fuzz_models: model documents of dw-train, and what stands beside a model: files of categories and calibrations. What is taken scores a
 * record, by our own engine. */
#include "model/score/calibration.h"
#include "model/score/category_file.h"
#include "model/score/importance.h"
#include "model/score/model_json.h"
#include "model/score/scorer.h"
#include "registry/version.h"
#include "target.h"

static const char records[] = "{\"a\":1,\"b\":2.5,\"c\":\"x\",\"d\":true,\"e\":null,\"c.d\":3}\n{\"a\":\"no\",\"b\":-1e300}\n{}\n";

static void score(const dw_model *model)
{
  dw_err err = {0};
  dw_reader *reader;
  dw_scorer scorer;
  const dw_batch *batch = NULL;
  uint8_t take[8];
  dw_buf out = {0};
  if (dw_scorer_init(&scorer, model, true, 1, NULL, "f", &err) == DW_OK) {
    dw_reader_options how = {.threads = 1, .at_once = true, .skip_errors = true};
    dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("r", records, sizeof records - 1), &how, &err);
    while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
      memset(take, 1, sizeof take);
      status = dw_scorer_batch(&scorer, reader, batch, take, &err);
      for (size_t i = 0; status == DW_OK && i < batch->rows; i++)
        if (take[i]) dw_scorer_put(&scorer, i, '\0', &out);
    }
    dw_reader_close(reader);
  }
  dw_scorer_free(&scorer);
  dw_buf_free(&out);
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_model model;
  dw_category_file categories = {0};
  dw_buf text = {0};
  dw_value *value = NULL;
  dw_calibration calibration = {0};
  dw_model_init(&model);
  if (dw_model_parse(&model, bytes, length, "f", NULL, &err) == DW_OK && model.booster &&
      dw_booster_engine(model.booster, DW_ENGINE_OWN, &err) == DW_OK && model.encoding.width < 4096)
    score(&model);
  dw_model_free(&model);
  dw_version_describe(&(dw_version_source){.model = bytes, .model_length = length, .model_name = "f"}, &text, &err);
  dw_buf_free(&text);
  if (dw_category_file_parse(&categories, bytes, length, "f", &err) == DW_OK) {
    dw_map map;
    dw_map_init(&map);
    dw_category_file_find(&categories, "a", &map);
    dw_map_free(&map);
    dw_category_file_free(&categories);
  }
  if (dw_value_parse(&value, bytes, length, "f", 1, &err) == DW_OK) {
    dw_calibration_read(&calibration, value, "f", &err);
    dw_calibration_free(&calibration);
    dw_value_free(value);
  }
  return NULL;
}

FUZZ_TARGET("models", fuzz_one, fuzz_values);
