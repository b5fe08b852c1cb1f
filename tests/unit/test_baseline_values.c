#include "detect/calibrate/baseline_values.h"

#include "base/rng.h"
#include "test.h"

static dw_status read_text(dw_baseline_values *values, const dw_baseline_columns *asked, const char *text, dw_err *err)
{
  dw_reader *reader;
  const dw_batch *batch;
  dw_baseline_values_init(values, asked);
  dw_input *input = dw_input_of_memory("t", text, strlen(text));
  dw_status status =
      dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 1, .block = 64, .want = dw_baseline_wants, .context = values},
                           err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch)
    status = dw_baseline_batch(values, reader, batch, err);
  dw_reader_close(reader);
  return status == DW_OK ? dw_baseline_check(values, err) : status;
}

TEST(columns_without_what_is_missing)
{
  static const char *const names[] = {"x", "y"};
  dw_baseline_values values;
  dw_err err = {0};
  dw_baseline_columns asked = {.column = names, .count = 2};
  CHECK_MSG(read_text(&values, &asked, "{\"x\":1.5,\"y\":true}\n{\"x\":null,\"y\":false}\n{\"y\":3}\n{\"x\":-2,\"z\":\"t\"}\n", &err) ==
                DW_OK,
            "%s", err.message);
  CHECK(values.item[0].count == 2 && values.item[0].value[0] == 1.5 && values.item[0].value[1] == -2 && values.item[0].missing == 2);
  CHECK(values.item[1].count == 3 && values.item[1].value[0] == 1 && values.item[1].value[1] == 0 && values.item[1].value[2] == 3);
  dw_baseline_values_free(&values);
}

static void check_refused(const dw_baseline_columns *asked, const char *text, dw_status want, const char *message)
{
  dw_baseline_values values;
  dw_err err = {0};
  CHECK(read_text(&values, asked, text, &err) == want);
  CHECK_MSG(strstr(err.message, message), "%s", err.message);
  dw_baseline_values_free(&values);
}

TEST(what_is_no_number_is_refused)
{
  static const char *const names[] = {"x"};
  dw_baseline_columns asked = {.column = names, .count = 1}, shares = {.column = names, .count = 1, .shares = true};
  check_refused(&asked, "{\"x\":1}\n{\"x\":\"n/a\"}\n", DW_EDATA, "field \"x\": expected a number");
  check_refused(&asked, "{\"xx\":1}\n{\"xx\":2}\n", DW_EDATA, "\"x\"");
  check_refused(&asked, "{\"x\":1}\n{\"x\":null}\n", DW_ENODATA, "x: 1 values are too few");
  check_refused(&shares, "{\"x\":1}\n{\"x\":2}\n", DW_EDATA, "field \"x\": expected a mistake");
}

TEST(memory_is_a_bound)
{
  static const char *const names[] = {"x"};
  dw_baseline_columns asked = {.column = names, .count = 1, .memory = 100};
  char text[2000] = "";
  for (int i = 0; i < 100; i++) strcat(text, "{\"x\":1.25}\n");
  check_refused(&asked, text, DW_ENODATA, "take more than --memory allows (100 bytes)");
}

TEST(mistakes_of_a_model)
{
  dw_baseline_values values;
  dw_err err = {0};
  dw_baseline_columns asked = {.label = "l", .score = "s", .cut = 0.5};
  const char *text = "{\"l\":1,\"s\":0.9}\n{\"l\":1,\"s\":0.1}\n{\"l\":0,\"s\":0.2}\n{\"l\":0,\"s\":null}\n";
  CHECK_MSG(read_text(&values, &asked, text, &err) == DW_OK, "%s", err.message);
  CHECK_TEXT(values.item[0].name, "error");
  CHECK(values.item[0].count == 3 && values.item[0].value[0] == 0 && values.item[0].value[1] == 1 && values.item[0].value[2] == 0);
  dw_baseline_values_free(&values);
  asked.hits = true;
  CHECK(read_text(&values, &asked, text, &err) == DW_OK && values.item[0].value[0] == 1 && values.item[0].value[1] == 0);
  dw_baseline_values_free(&values);
}

TEST(blocks_where_values_depend_on_each_other)
{
  enum { COUNT = 3000 };
  static double value[COUNT];
  dw_baseline_item item = {.name = "x", .value = value, .count = COUNT};
  static const char *const laws[] = {"normal", "ar:0.9"};
  for (int k = 0; k < 2; k++) {
    dw_run_source law;
    dw_run_stream stream;
    dw_err err;
    CHECK(dw_run_source_parse(&law, laws[k], &err) == DW_OK);
    dw_run_stream_start(&stream, &law, dw_rng_derive(1, "test"), 1);
    for (int i = 0; i < COUNT; i++) value[i] = dw_run_stream_next(&stream);
    dw_run_source source = dw_baseline_source(&item, DW_BASELINE_AUTO, 0);
    if (k == 0) CHECK(source.block == 1);
    else CHECK_MSG(source.block > 200 && source.block <= 1000, "%zu", source.block); /* the time of 0.9 is 1.9 / 0.1 = 19 */
  }
  CHECK(dw_baseline_source(&item, DW_BASELINE_AUTO, 7).block == 7 && dw_baseline_source(&item, DW_BASELINE_ROWS, 0).block == 1);
  CHECK(dw_baseline_source(&item, DW_BASELINE_ORDER, 0).block == 0 && dw_baseline_source(&item, DW_BASELINE_ORDER, 0).count == COUNT);
}
