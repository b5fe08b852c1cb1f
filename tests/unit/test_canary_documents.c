/* What is written can be read back, and says who, when, by what, on which prompts. */
#include "canary/judge/canary_documents.h"

#include "answers_case.h"
#include "kinds/finding.h"

static dw_finding read_finding(dw_value **value, const char *line, size_t length)
{
  dw_err err;
  dw_finding finding;
  dw_fields at = {.name = "documents", .err = &err};
  CHECK(dw_value_parse_shown(value, line, length, "documents", 1, &err) == DW_OK);
  CHECK_MSG(dw_finding_read(&finding, &at, *value) == DW_OK, "%s", err.message);
  return finding;
}

TEST(findings_and_summary)
{
  dw_answer_book *book = dw_answer_book_new();
  char long_text[800];
  memset(long_text, 'x', sizeof long_text);
  memcpy(long_text + 498, "é€", 5);
  long_text[799] = '\0';
  for (int i = 0; i < 12; i++) {
    add_answer(book, DW_BOOK_REFERENCE, "p", i % 2 ? "yes" : "no");
    add_answer(book, DW_BOOK_CURRENT, "p", long_text);
  }
  dw_response other = answer_of("p", "r1", "x");
  other.canary = "unknown";
  CHECK(dw_answer_book_add(book, DW_BOOK_CURRENT, &other, NULL) == DW_OK);
  dw_answer_book_close(book);
  dw_canary_settings settings = {.alpha = 0.05, .length = 20, .seed = 1, .threads = 1};
  settings.ask[DW_CANARY_BORDER] = true;
  dw_canary_comparison got;
  dw_canary_compare(&got, book, &settings);
  dw_buf out = {0}, stages = {0};
  dw_canary_write_findings(&got, book, &settings, &out);
  char *end = strchr(dw_buf_cstr(&out), '\n');
  dw_value *first, *second, *summary;
  dw_finding finding = read_finding(&first, out.data, (size_t)(end - out.data)), none = read_finding(&second, end + 1, strlen(end + 1) - 1);
  CHECK(finding.check == DW_CHECK_CANARY && finding.drift && strcmp(finding.column, "a") == 0 && strcmp(finding.method, "border") == 0);
  CHECK(finding.severity == DW_SEVERITY_HIGH && finding.score == finding.p_adjusted && finding.threshold == 0.05);
  CHECK(dw_value_get(first, "warning") != NULL);
  const dw_value *detail = finding.read.detail, *shown = dw_value_first(dw_value_get(detail, "shown"));
  CHECK(strcmp(dw_value_text_of(detail, "round", ""), "r1") == 0 && dw_value_number(dw_value_get(detail, "margin"), 0) == 0.2);
  CHECK(dw_value_number(dw_value_get(detail, "current_answers"), 0) == 12);
  CHECK(strcmp(dw_value_text_of(shown, "prompt", ""), "p") == 0 && strcmp(dw_value_text_of(shown, "reference", ""), "no") == 0);
  CHECK(strlen(dw_value_text_of(shown, "current", "")) == 500); /* cut in front of the character that would be parted */
  CHECK(!none.drift && dw_finding_error(&none) && strstr(dw_finding_error(&none), "reference") && isnan(none.p_value));

  out.length = 0;
  dw_canary_write_summary(&got, book, &stages, &out);
  dw_err err;
  dw_arena arena;
  dw_summary sum;
  dw_arena_init(&arena);
  CHECK(dw_value_parse_shown(&summary, out.data, out.length - 1, "documents", 1, &err) == DW_OK);
  dw_fields at = {.name = "documents", .err = &err, .arena = &arena};
  CHECK_MSG(dw_summary_read(&sum, &at, summary) == DW_OK, "%s", err.message);
  CHECK(sum.answer == DW_ANSWER_DRIFT && sum.columns == 2 && sum.drifted_column_count == 1 && strcmp(sum.drifted_columns[0], "a") == 0);
  CHECK(sum.reference_rows == 12 && sum.current_rows == 13 && sum.not_judged_count == 1);
  dw_arena_free(&arena);
  dw_value_free(first);
  dw_value_free(second);
  dw_value_free(summary);
  dw_buf_free(&out);
  dw_canary_comparison_free(&got);
  dw_answer_book_free(book);
}
