#include "model/encode/encode.h"

#include "model_case.h"
#include "take_all.h"

static const char training[] =
    "{\"n\":1.5,\"f\":true,\"c\":\"b\",\"m\":\"7\",\"y\":1}\n{\"n\":2,\"f\":false,\"c\":\"a\",\"m\":7,\"y\":0}\n"
    "{\"n\":null,\"f\":true,\"c\":\"b\",\"m\":8,\"y\":1}\n{\"c\":null,\"m\":true,\"y\":0,\"t\":\"2026-01-01\"}\n";

static void learn(dw_encoding *encoding, const char *text, size_t limit, dw_matrix *matrix, dw_buf *left_out)
{
  dw_err err;
  CHECK(case_matrix(matrix, text, 0, 0, &err) == DW_OK);
  dw_encoding_init(encoding);
  CHECK_MSG(dw_encoding_learn(encoding, matrix, "y", limit, left_out, &err) == DW_OK, "%s", err.message);
}

static void name_of(void *context, const char *name) { dw_buf_format(context, "%s ", name); }

TEST(what_becomes_of_columns)
{
  dw_encoding e;
  dw_matrix m;
  dw_buf left_out = {0}, names = {0};
  learn(&e, training, 0, &m, &left_out);
  dw_encoding_names(&e, name_of, &names);
  CHECK_TEXT(dw_buf_cstr(&names), "n f c=a c=b m=7 m=8 m=true ");
  CHECK_TEXT(dw_buf_cstr(&left_out), "t (datetime)");
  CHECK(e.width == 7 && e.count == 4 && e.feature[1].kind == DW_ENCODE_BOOLEAN);
  CHECK(dw_encoding_uses(&e, "c") && !dw_encoding_uses(&e, "y") && !dw_encoding_uses(&e, "t"));
  const dw_matrix_column **columns = dw_encoding_columns(&e, &m);
  float want[4][7] = {{1.5f, 1, 0, 1, 1, 0, 0}, {2, 0, 1, 0, 1, 0, 0}, {NAN, 1, 0, 1, 0, 1, 0}, {NAN, NAN, NAN, NAN, 0, 0, 1}};
  for (size_t row = 0; row < 4; row++) {
    float out[7];
    dw_encoding_row(&e, &m, columns, row, out);
    for (int i = 0; i < 7; i++)
      CHECK_MSG(out[i] == want[row][i] || (isnan(out[i]) && isnan(want[row][i])), "row %zu, %d: %g, want %g", row, i, (double)out[i],
                (double)want[row][i]);
  }
  dw_free(columns);
  dw_encoding_free(&e);
  dw_matrix_free(&m);
  dw_buf_free(&left_out);
  dw_buf_free(&names);
}

/* Beyond the limit: the rank by frequency, ties by their bytes. */
TEST(many_categories)
{
  dw_encoding e;
  dw_matrix m;
  dw_buf left_out = {0}, text = {0};
  for (int i = 0; i < 60; i++)
    dw_buf_format(&text, "{\"c\":\"%s\",\"y\":%d}\n", i % 6 == 0 ? "d" : i % 6 < 3 ? "b" : i % 6 < 5 ? "a" : "c", i % 2);
  learn(&e, dw_buf_cstr(&text), 3, &m, &left_out);
  CHECK(e.width == 1 && e.feature[0].kind == DW_ENCODE_ORDINAL);
  CHECK_TEXT(e.feature[0].categories.keys[0].text, "a");
  CHECK_TEXT(e.feature[0].categories.keys[1].text, "b");
  CHECK_TEXT(e.feature[0].categories.keys[2].text, "c");
  CHECK_TEXT(e.feature[0].categories.keys[3].text, "d");
  dw_encoding_free(&e);
  dw_matrix_free(&m);
  learn(&e, dw_buf_cstr(&text), 4, &m, &left_out);
  CHECK(e.width == 4 && e.feature[0].kind == DW_ENCODE_ONE_HOT);
  dw_encoding_free(&e);
  dw_matrix_free(&m);
  dw_buf_free(&text);
  dw_buf_free(&left_out);
}

TEST(written_and_read)
{
  dw_encoding e, back;
  dw_matrix m;
  dw_buf left_out = {0}, text = {0}, again = {0};
  dw_json json;
  dw_value *value;
  dw_err err = {0};
  learn(&e, training, 0, &m, &left_out);
  dw_json_start(&json, &text, 0);
  dw_encoding_write(&e, &json, NULL);
  CHECK(dw_value_parse(&value, text.data, text.length, "m", 1, &err) == DW_OK);
  dw_encoding_init(&back);
  CHECK_MSG(dw_encoding_read(&back, value, "m", &err) == DW_OK, "%s", err.message);
  dw_json_start(&json, &again, 0);
  dw_encoding_write(&back, &json, NULL);
  CHECK_TEXT(dw_buf_cstr(&again), dw_buf_cstr(&text));
  CHECK(back.width == e.width);
  dw_value_free(value);
  dw_encoding_free(&e);
  dw_encoding_free(&back);
  dw_matrix_free(&m);
  dw_buf_free(&left_out);
  dw_buf_free(&text);
  dw_buf_free(&again);
}

TEST(lists_that_are_none)
{
  /* clang-format off */
  static const char *const bad[] = {"{}", "[]", "[1]", "[{\"column\":\"a\"}]", "[{\"column\":\"a\",\"encoding\":{\"kind\":\"spline\"}}]",
                                    "[{\"column\":\"a\",\"encoding\":{\"kind\":\"one_hot\"}}]", "[{\"column\":\"a\",\"encoding\":{\"kind\":\"one_hot\",\"categories\":[1]}}]",
                                    "[{\"column\":\"a\",\"encoding\":{\"kind\":\"number\"}},{\"column\":\"a\",\"encoding\":{\"kind\":\"number\"}}]",
                                    "[{\"column\":\"a\",\"type\":\"shape\",\"encoding\":{\"kind\":\"number\"}}]"};
  /* clang-format on */
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    dw_encoding e;
    dw_value *value;
    dw_err err = {0};
    dw_encoding_init(&e);
    CHECK(dw_value_parse(&value, bad[i], strlen(bad[i]), "m", 1, &err) == DW_OK);
    CHECK_MSG(dw_encoding_read(&e, value, "m", &err) == DW_EDATA && strncmp(err.message, "m:", 2) == 0, "%s", bad[i]);
    dw_value_free(value);
    dw_encoding_free(&e);
  }
}

/* Batches give what the matrix gives; what cannot be scored is named. */
TEST(batches)
{
  dw_encoding e;
  dw_matrix m;
  dw_buf left_out = {0};
  learn(&e, training, 0, &m, &left_out);
  for (size_t block = 1; block < 400; block += 57) {
    dw_reader *reader = fixture_reader(training, &(dw_reader_options){.threads = 1, .block = block, .spans = true});
    const dw_matrix_column **columns = dw_encoding_columns(&e, &m);
    const dw_batch *batch;
    dw_encoder encoder;
    dw_err err = {0};
    dw_encoder_init(&encoder, &e, true);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
      float out[4 * 7], want[7];
      CHECK_MSG(dw_encoder_batch(&encoder, reader, batch, out, take_all(batch->rows), &err) == DW_OK, "%s", err.message);
      for (size_t row = 0; row < batch->rows; row++) {
        dw_encoding_row(&e, &m, columns, batch->first_row + row, want);
        for (int i = 0; i < 7; i++) CHECK(out[row * 7 + i] == want[i] || (isnan(out[row * 7 + i]) && isnan(want[i])));
      }
    }
    CHECK(encoder.absent == 2);
    dw_encoder_free(&encoder);
    dw_free(columns);
    dw_reader_close(reader);
  }
  dw_encoding_free(&e);
  dw_matrix_free(&m);
  dw_buf_free(&left_out);
}

static dw_status encode(const dw_encoding *e, const char *text, bool missing_ok, float *out, uint64_t *unseen, dw_err *err)
{
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .spans = true});
  const dw_batch *batch;
  dw_encoder encoder;
  dw_encoder_init(&encoder, e, missing_ok);
  CHECK(dw_reader_next(reader, &batch, err) == DW_OK && batch);
  dw_status status = dw_encoder_batch(&encoder, reader, batch, out, take_all(batch->rows), err);
  *unseen = encoder.unseen[2] + encoder.unseen[3];
  dw_encoder_free(&encoder);
  dw_reader_close(reader);
  return status;
}

TEST(records_that_lack_something)
{
  dw_encoding e;
  dw_matrix m;
  dw_buf left_out = {0};
  dw_err err = {0};
  float out[14];
  uint64_t unseen;
  learn(&e, training, 0, &m, &left_out);
  CHECK(encode(&e, "{\"n\":1,\"f\":true,\"c\":\"a\",\"m\":7}\n{\"n\":\"one\",\"m\":7}\n", false, out, &unseen, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, ":2: the record lacks what the model needs: f, c; of another kind than in training: n"), "%s", err.message);
  CHECK(encode(&e, "{\"n\":1,\"f\":true,\"c\":\"a\",\"m\":7}\n{\"n\":\"one\",\"m\":7}\n", true, out, &unseen, &err) == DW_OK);
  CHECK(isnan(out[7]) && isnan(out[8]) && isnan(out[9]) && out[11] == 1 && unseen == 0);
  CHECK(encode(&e, "{\"n\":1,\"f\":0,\"c\":\"new\",\"m\":9}\n{\"n\":null,\"f\":null,\"c\":null,\"m\":null}\n", false, out, &unseen, &err) ==
        DW_OK);
  CHECK(out[1] == 0 && isnan(out[2]) && isnan(out[3]) && isnan(out[4]) && unseen == 2);
  for (int i = 7; i < 14; i++) CHECK(isnan(out[i]));
  CHECK(encode(&e, "{\"n\":1,\"f\":[1],\"c\":\"a\",\"m\":7}\n", false, out, &unseen, &err) == DW_EDATA &&
        strstr(err.message, "kind than in training: f"));
  dw_encoding_free(&e);
  dw_matrix_free(&m);
  dw_buf_free(&left_out);
}

/* A list of categories that is all there can be. */
TEST(categories_that_cannot_be)
{
  static const struct {
    const char *text, *says;
  } wrong[] = {{"{\"c\":\"b\"}\n{\"c\":\"new\"}\n", ":2: a category that the model does not know: c (with --incomplete ok"},
               {"{\"c\":8}\n", ":1: a category that the model does not know: c"},
               {"{\"c\":true}\n", ":1: a category that the model does not know: c"},
               {"{\"c\":[1]}\n", ":1: of another kind than in training: c"},
               {"{}\n", ":1: the record lacks what the model needs: c"}};
  static const char taken[] = "{\"c\":\"b\"}\n{\"c\":7}\n{\"c\":null}\n";
  dw_encoding e;
  dw_err err = {0};
  dw_encoding_init(&e);
  dw_feature *feature = dw_encoding_open(&e, "c", DW_TYPE_CATEGORICAL, DW_ENCODE_ORDINAL);
  dw_map_intern(&feature->categories, "7", 1);
  dw_map_intern(&feature->categories, "b", 1);
  dw_encoding_close(&e);
  for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
    float out[3] = {0};
    const dw_batch *batch = NULL;
    dw_encoder encoder;
    bool good = i == sizeof wrong / sizeof *wrong;
    dw_reader *reader = fixture_reader(good ? taken : wrong[i].text, &(dw_reader_options){.threads = 1, .spans = true});
    dw_encoder_init(&encoder, &e, false);
    encoder.closed = true;
    CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch);
    dw_status status = dw_encoder_batch(&encoder, reader, batch, out, take_all(batch->rows), &err);
    if (good) CHECK(status == DW_OK && out[0] == 1 && out[1] == 0 && isnan(out[2]));
    else CHECK_MSG(status == DW_EDATA && strstr(err.message, wrong[i].says), "%d, \"%s\"", (int)status, err.message);
    encoder.missing_ok = true;
    CHECK(dw_encoder_batch(&encoder, reader, batch, out, take_all(batch->rows), &err) == DW_OK);
    dw_encoder_free(&encoder);
    dw_reader_close(reader);
  }
  dw_encoding_free(&e);
}
