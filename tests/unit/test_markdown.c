#include "blocks_case.h"

static dw_buf buf;

static const char *markdown(dw_report *report, dw_render render)
{
  buf.length = 0;
  case_write(&buf, "markdown", report, &render);
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

TEST(verdict_and_table)
{
  const char *text = markdown(case_file("feature"), (dw_render){0});
  static const char start[] = "## Drift report: reference.ndjson → current.ndjson\n\n🟠 **DRIFT, severity medium: performance, 4 of 8 "
                              "columns (50 %), 4 other checks**\n\n";
  CHECK(strncmp(text, start, strlen(start)) == 0);
  CHECK(strstr(text, "\n| **high** | geo\\_distance\\_km | `█▆▃▂▁▁▁▁▁▁` | `▅▅▄▃▂▁▁▁▁▁` | wasserstein | 0.689 ≥ 0.1 | ↑ 0.69 | median 23.5 "
                     "→ 36.6 (+55 %), std") != NULL);
  CHECK(strstr(text, "<summary>4 quiet columns, 7 other checks quiet</summary>\n\ntransaction\\_hour, ") != NULL);
  CHECK(case_count(text, "<details>") == 2 && case_count(text, "</details>") == 2);
}

/* Every row of a table has as many cells as its head, whatever the columns are called. */
TEST(tables_hold_together)
{
  static const char *const names[] = {"feature", "quiet", "methods", "hostile", "incomplete"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *text = markdown(case_file(names[i]), (dw_render){.all = true, .title = "a|b\n# c"});
    size_t bars = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
      size_t length = strcspn(line, "\n"), count = 0;
      for (size_t k = 0; k < length; k++) count += line[k] == '|';
      if (line[0] == '|' && bars) CHECK_MSG(count == bars, "%.*s", (int)length, line);
      if (line[0] != '|') CHECK_MSG(count == 0, "%.*s", (int)length, line);
      bars = line[0] == '|' ? count : 0;
      if (!line[length]) break;
    }
  }
}

/* Every table is one, whatever its cells hold; what is quiet of columns and checks waits in the fold; what is for pages is left out. */
TEST(every_block)
{
  buf.length = 0;
  case_draw(&buf, "markdown", (dw_render){0});
  const char *text = dw_buf_cstr(&buf);
  CHECK(strncmp(text, "## Title&lt;\n\n", 14) == 0);
  for (int kind = 0; kind < DW_TABLE_KINDS; kind++)
    for (int state = DW_STATE_NONE; state <= DW_STATE_OUTCOME; state++) {
      char sentence[64];
      snprintf(sentence, sizeof sentence, "sentence%d.%d&lt;", kind, state);
      CHECK_MSG(strstr(text, sentence) != NULL, "no %s", sentence);
    }
  CHECK(
      case_count(text, "\n| state | subject | aside | topic | word | figure a&#124;b | sentence | lines | reference | current | curve |") ==
      DW_TABLE_KINDS - 1 + 2); /* evidence is a list, columns and checks are two tables each */
  CHECK(case_count(text, "\n|---|---|---|---|---|---:|---|---|---|---|---|---|---|---|---|\n") == DW_TABLE_KINDS + 1);
  CHECK(strstr(
            text,
            "\n| **refused** | subject&lt; | aside&lt; | topic&lt; | word&lt; | 12&lt; | sentence1.8&lt; (warning: warning&lt;) | inside1: "
            "words1. inside2: &lt;i&gt; | `") != NULL);
  const char *fold = strstr(text, "<summary>1 quiet column, 1 other check quiet</summary>\n\n| state |");
  CHECK(fold && strstr(fold, "sentence3.1&lt;") && strstr(fold, "sentence1.1&lt;") && strstr(fold, "\n\n</details>\n\n"));
  CHECK(strstr(text, "<summary>title&lt;</summary>\n\n- item&lt;\n  - under&lt;\n- item&lt;") != NULL);
  CHECK(strstr(text, "**SENTENCE&lt;**\n\nincomplete&lt;\n\nbasis&lt; Bad records skipped: 2.\n\n- reason&lt;\n") != NULL);
  CHECK(strstr(text, "**text&lt;**\n\n") != NULL && case_count(text, "text&lt;") == DW_TEXT_WARNING + 1);
  CHECK(!strstr(text, "card&lt;") && !strstr(text, "histogram&lt;") && !strstr(text, "contents&lt;") && !strstr(text, "<svg"));
}

TEST(html_in_names_is_text)
{
  const char *text = markdown(case_file("hostile"), (dw_render){.all = true});
  CHECK(strstr(text, "<script") == NULL && strstr(text, "<img") == NULL && strstr(text, "<b>") == NULL);
  CHECK(case_count(text, "<") == case_count(text, "<details>") * 2 + case_count(text, "<summary>") * 2);
}

TEST(all_lists_the_quiet)
{
  const char *text = markdown(case_file("feature"), (dw_render){.all = true});
  CHECK(strstr(text, "| no | transaction\\_hour | `") != NULL);
  CHECK(strstr(text, "| no | Missing values | customer\\_age | ") != NULL);
}

TEST(incomplete_says_so)
{
  const char *text = markdown(case_file("incomplete"), (dw_render){0});
  CHECK(strstr(text, "**INCOMPLETE") != NULL && strstr(text, "not a verdict") != NULL);
  text = markdown(case_files((const char *const[]){"quiet", "methods", NULL}), (dw_render){0});
  CHECK(strstr(text, "### Comparison 2 of 2 ") != NULL);
  dw_buf_free(&buf);
}
