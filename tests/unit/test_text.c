/* The text methods: what they find, how often they alarm when there is nothing to find, and texts that are no texts. */
#include "detect/check/methods.h"

#include "fixture.h"
#include "text_case.h"

static dw_column *column_of_cases(uint64_t seed, size_t n, uint64_t rarity, const char *phrase)
{
  static char text[1 << 22];
  dw_cell *cells = calloc(n + 1, sizeof *cells);
  uint8_t *tags = malloc(n + 1);
  size_t used = 0;
  for (size_t i = 0; i < n; i++) {
    cells[i].text.offset = (uint32_t)used;
    cells[i].text.length = (uint32_t)text_case(text + used, seed, i, rarity, phrase);
    used += cells[i].text.length;
    tags[i] = DW_STRING;
  }
  dw_column *column = malloc(sizeof *column);
  dw_column_init(column, "t", false);
  dw_column_add(column, &(dw_batch){.text = text, .text_length = used, .rows = n}, &(dw_batch_column){.tags = tags, .cells = cells}, NULL);
  dw_column_finish(column, n, NULL);
  free(cells);
  free(tags);
  return column;
}

static dw_column *column_of(const char *const *texts, size_t n)
{
  dw_buf bytes = {0};
  dw_cell *cells = calloc(n + 1, sizeof *cells);
  uint8_t *tags = malloc(n + 1);
  for (size_t i = 0; i < n; i++) {
    cells[i].text.offset = (uint32_t)bytes.length;
    cells[i].text.length = (uint32_t)strlen(texts[i]);
    dw_buf_text(&bytes, texts[i]);
    tags[i] = DW_STRING;
  }
  dw_column *column = malloc(sizeof *column);
  dw_column_init(column, "t", false);
  dw_column_add(column, &(dw_batch){.text = dw_buf_cstr(&bytes), .text_length = bytes.length, .rows = n},
                &(dw_batch_column){.tags = tags, .cells = cells}, NULL);
  dw_column_finish(column, n, NULL);
  dw_buf_free(&bytes);
  free(cells);
  free(tags);
  return column;
}

static void free_column(dw_column *column)
{
  dw_column_free(column);
  free(column);
}

static dw_status run(const char *method, dw_column *reference, dw_column *current, dw_method_result *result, dw_err *err)
{
  dw_pair pair;
  dw_method_settings settings = {.preset = DW_PRESET_DRIFTWATCH};
  dw_pair_make(&pair, "t", DW_TYPE_TEXT, reference, current);
  *result = (dw_method_result){.statistic = NAN, .p_value = NAN};
  dw_status status = dw_method_find(method)->run(&pair, &settings, result, err);
  dw_pair_free(&pair);
  return status;
}

/* p-value of two samples of one language, or of one with a phrase. */
static double p_of(uint64_t seed, size_t n, size_t m, uint64_t rarity, const char *phrase, double *auc)
{
  dw_column *a = column_of_cases(2 * seed + 1000, n, 0, NULL), *b = column_of_cases(2 * seed + 1001, m, rarity, phrase);
  dw_method_result result;
  CHECK(run("perc_text_content_drift", a, b, &result, NULL) == DW_OK);
  if (auc) *auc = result.statistic;
  dw_buf_free(&result.detail);
  free_column(a);
  free_column(b);
  return result.p_value;
}

/* 5 % of null pairs alarm. Of 200 at 40 texts a side 3 to 20 do in all but 1 of 1000 such experiments; of 60 at 200 and 300, 0 to 10 (1 in
 * 5000). */
TEST(false_alarms)
{
  int alarms = 0;
  for (uint64_t seed = 0; seed < 200; seed++) alarms += p_of(seed, 40, 40, 0, NULL, NULL) < 0.05;
  CHECK_MSG(alarms >= 3 && alarms <= 20, "%d of 200 alarm", alarms);
  alarms = 0;
  for (uint64_t seed = 300; seed < 360; seed++) alarms += p_of(seed, 200, 300, 0, NULL, NULL) < 0.05;
  CHECK_MSG(alarms <= 10, "%d of 60 alarm", alarms);
}

TEST(drift_is_found)
{
  double auc;
  CHECK(p_of(1, 300, 300, 1, "please refund my order", &auc) < 1e-20 && auc > 0.95);
  double p = p_of(2, 1000, 500, 5, "your parcel is late", &auc); /* a fifth of them: AUC 0.6 at best */
  CHECK_MSG(p < 0.01 && auc > 0.55 && auc < 0.65, "p %g, AUC %g", p, auc);
  CHECK(p_of(3, 40, 40, 2, "where is my money", &auc) < 0.05);
}

TEST(detail_names_words_and_texts)
{
  dw_column *a = column_of_cases(5, 400, 0, NULL), *b = column_of_cases(6, 400, 2, "refund \"now\"\t!");
  dw_method_result result, again;
  CHECK(run("abs_text_content_drift", a, b, &result, NULL) == DW_OK && result.statistic > 0.7);
  CHECK(result.warning != NULL); /* 400 texts are few for a limit of 0.55 */
  const char *detail = dw_buf_cstr(&result.detail);
  CHECK(strstr(detail, "\"texts\":{\"reference\":{\"all\":400,\"read\":400,\"judged\":200},") != NULL);
  CHECK(strstr(detail, "\"current\":[{\"word\":\"refund\",\"reference\":0,") != NULL ||
        strstr(detail, "\"current\":[{\"word\":\"now\",\"reference\":0,") != NULL);
  CHECK(strstr(detail, "refund \\\"now\\\"\\t!\"") != NULL && dw_utf8_valid(detail, strlen(detail)));
  CHECK(run("abs_text_content_drift", a, b, &again, NULL) == DW_OK);
  CHECK(again.detail.length == result.detail.length && memcmp(again.detail.data, result.detail.data, result.detail.length) == 0);
  dw_buf_free(&result.detail);
  dw_buf_free(&again.detail);
  free_column(a);
  free_column(b);
}

/* No answer is an error, not a crash and not drift; texts that all agree are no drift. */
TEST(edges)
{
  static const char *const one[] = {"only text"}, *const same[] = {"all the same", "all the same", "all the same", "all the same"},
                           *const empty[] = {"", "", "", ""},
                           *const faces[] = {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
                                             "\xf0\x9f\x98\x82"},
                           *const broken[] = {"\xff\xfe broken", "\xc3", "bytes \xf0\x9f", "\xed\xa0\x80"};
  static const char *const *const table[] = {same, empty, faces, broken};
  dw_method_result result;
  dw_err err = {0};
  dw_column *single = column_of(one, 1);
  CHECK(run("perc_text_content_drift", single, single, &result, &err) == DW_ENODATA && strstr(err.message, "at least 2") != NULL);
  for (int i = 0; i < 4; i++) {
    dw_column *a = column_of(table[i], 4);
    CHECK(run("perc_text_content_drift", a, single, &result, &err) == DW_ENODATA);
    for (int k = 0; k < 4; k++) {
      dw_column *b = column_of(table[k], 4);
      CHECK(run("perc_text_content_drift", a, b, &result, &err) == DW_OK && result.p_value >= 0 && result.p_value <= 1);
      if (i == k) CHECK_MSG(result.statistic == 0.5 && result.p_value > 0.05, "%d: AUC %g, p %g", i, result.statistic, result.p_value);
      CHECK(dw_utf8_valid(result.detail.data, result.detail.length));
      dw_buf_free(&result.detail);
      free_column(b);
    }
    free_column(a);
  }
  free_column(single);
}
