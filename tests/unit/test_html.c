#include "blocks_case.h"

static dw_buf buf;

static const char *html(dw_report *report, const char *title)
{
  buf.length = 0;
  case_write(&buf, "html", report, &(dw_render){.title = title});
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

TEST(well_nested)
{
  static const char *const names[] = {"feature", "quiet", "methods", "hostile", "incomplete"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *problem = case_nesting(html(case_file(names[i]), NULL), true);
    CHECK_MSG(problem == NULL, "%s: %s", names[i], problem ? problem : "");
  }
  CHECK(case_nesting(html(case_files((const char *const[]){"quiet", "hostile", "incomplete", NULL}), "<a>"), true) == NULL);
  CHECK(case_nesting(html(case_text(""), NULL), true) == NULL);
  CHECK(case_nesting(html(case_text("{\"kind\":\"summary\",\"drift\":false}\n"), NULL), true) == NULL);
}

/* Every block and every cell is there, well nested. */
TEST(every_block)
{
  buf.length = 0;
  case_draw(&buf, "html", (dw_render){0});
  const char *text = dw_buf_cstr(&buf), *problem = case_nesting(text, true);
  static const char *const parts[] = {"<h1>Title&lt;</h1>",
                                      "<nav aria-label=\"Comparisons\"><ol><li><a href=\"#run1\">link&lt;</a> contents&lt;</li></ol></nav>",
                                      "<section id=\"run0\">",
                                      "<p class=\"answer\">answer&lt; <span>aside&lt;</span></p>",
                                      "<p class=\"lead\">lead&lt;</p>",
                                      "aria-label=\"label&lt;\"",
                                      "<dt>figure</dt><dd>1,000&lt;</dd>",
                                      "<p class=\"why\">reason&lt;</p>",
                                      "<p class=\"tell\"><b>SENTENCE&lt;</b></p>",
                                      "<p class=\"note\">text&lt;</p>",
                                      "<p class=\"warn\">text&lt;</p>",
                                      "<details><summary>fold</summary><p>folded&lt;</p></details>",
                                      "<li><code><bdi>item&lt;</bdi></code><ul><li>under&lt;</li></ul></li>",
                                      "<h3 class=\"n\">card&lt;</h3>",
                                      "<p class=\"kind\">kind&lt;</p>",
                                      "aria-label=\"histogram&lt;\"",
                                      "<span class=\"chip s3\">refused</span>",
                                      "<span class=\"chip s4\">error</span>",
                                      "<span class=\"chip s2\">word&lt;</span>",
                                      "<b><bdi>inside2</bdi></b> &lt;i&gt;",
                                      "<th scope=\"col\">figure a|b</th>",
                                      "<i>12&lt;</i>",
                                      "<svg class=\"shift two\"",
                                      "<svg class=\"pair\"",
                                      "<svg class=\"line\"",
                                      "<svg class=\"spark\"",
                                      "<svg class=\"shift\"",
                                      "<svg class=\"hist\""};
  CHECK_MSG(problem == NULL, "%s", problem ? problem : "");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) CHECK_MSG(strstr(text, parts[i]) != NULL, "no %s", parts[i]);
  for (int kind = 0; kind < DW_TABLE_KINDS; kind++) {
    char sentence[64];
    snprintf(sentence, sizeof sentence, "sentence%d.2&lt;", kind);
    CHECK_MSG(strstr(text, sentence) != NULL, "no %s", sentence);
  }
  CHECK(strstr(text, " other checks are quiet</summary>") == NULL || strstr(text, "checks are quiet") > strstr(text, "sentence17.2&lt;"));
}

/* One script, ours; nothing from the input becomes an element or an attribute, and nothing points out of the file. */
TEST(hostile_input_is_inert)
{
  const char *text = html(case_file("hostile"), "</title><script>alert(1)</script>");
  CHECK(case_count(text, "<script") == 1 && case_count(text, "</script") == 1);
  CHECK(strstr(text, "<img") == NULL && strstr(text, "<b>drift</b>") != NULL && strstr(text, "<i>no") == NULL);
  CHECK(strstr(text, "&lt;img src=x onerror=alert(1)&gt;") != NULL);
  CHECK(case_count(text, "</title>") == 1);
  CHECK(strstr(text, "\033") == NULL && strstr(text, "\x07") == NULL && strstr(text, "\u202e") == NULL);
  CHECK(strstr(text, "<bdi>العمود</bdi>") != NULL);
}

TEST(self_contained)
{
  const char *text = html(case_file("feature"), NULL);
  CHECK(strstr(text, "http://") == NULL && strstr(text, "https://") == NULL && strstr(text, "url(") == NULL &&
        strstr(text, "@import") == NULL);
  CHECK(strstr(text, "src=") == NULL && strstr(text, "<link") == NULL);
  CHECK(strstr(text, "default-src 'none'") != NULL);
  CHECK(strstr(text, "prefers-color-scheme:dark") != NULL && strstr(text, "@media print") != NULL);
}

TEST(says_what_happened)
{
  const char *text = html(case_file("feature"), "Fraud & co");
  CHECK(strstr(text, "<title>Fraud &amp; co</title>") != NULL);
  CHECK(strstr(text, "<p class=\"answer\">Drift <span>severity medium</span></p>") != NULL);
  CHECK(strstr(text, "median 23.5 → 36.6 (+55 %)") != NULL);
  CHECK(strstr(text, "0.689 ≥ 0.1") != NULL);
  CHECK(case_count(text, "<tbody class=\"item on\">") == 4 && case_count(text, "<tbody class=\"item\">") == 4);
  CHECK(case_count(text, "<div class=\"card\">") == 8); /* quiet columns have theirs, too */
  const char *geo = strstr(text, "class=\"n\"><bdi>geo_distance_km"), *category = strstr(text, "class=\"n\"><bdi>merchant_category");
  CHECK(geo && category && geo < category);
  CHECK(case_count(text, "role=\"img\" aria-label=\"Histograms of reference and current: median") == case_count(text, "class=\"hist\""));
  CHECK(strstr(text, "<i class=\"hi\">≥ ") != NULL && strstr(text, " data-hi=\"1\"") != NULL);
  text = html(case_file("incomplete"), NULL);
  CHECK(strstr(text, "Incomplete") != NULL && strstr(text, "No drift") == NULL);
}

TEST(where_the_difference_is)
{
  static const char finding[] =
      "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"%s\",\"type\":\"numeric\",\"method\":\"psi\",\"statistic\":0.31,"
      "\"score\":0.31,\"threshold\":0.1,\"rule\":\">=\",\"drift\":%s,\"severity\":\"high\",\"effect_size\":0.29,\"effect_low\":0.21,"
      "\"effect_high\":0.37,\"detail\":{\"contributions\":[{\"bin\":[10,25.5],\"reference\":0.1,\"current\":0.35,\"share\":0.62},"
      "{\"bin\":[7,7],\"reference\":0.1,\"current\":0.35,\"share\":0.3},{\"category\":\"<b>\",\"reference\":0.5,\"current\":0,\"share\":0."
      "08}]}}\n";
  dw_buf input = {0};
  dw_buf_format(&input, finding, "drifted", "true");
  dw_buf_format(&input, finding, "quiet", "false");
  dw_buf_text(&input, "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"columns\":2,\"drifted\":1,\"drift_share\":0.5}\n");
  const char *text = html(case_text(dw_buf_cstr(&input)), NULL);
  CHECK(case_count(text, "Where the difference is") == 1);
  CHECK(strstr(text, "10 to 25.5") && strstr(text, ">7<") && strstr(text, "&lt;b&gt;") && strstr(text, "62 %") &&
        strstr(text, "95 % interval 0.21 to 0.37"));
  CHECK(case_nesting(text, true) == NULL);
  dw_buf_free(&input);
  dw_buf_free(&buf);
}

/* 1,000 drifted columns with two findings each stay below 2 MB, and all of them are there; the table of
 * missing values and types has the first 100 besides. */
TEST(a_thousand_columns)
{
  dw_buf input = {0};
  for (int i = 0; i < 1000; i++) {
    for (int check = 0; check < 2; check++) {
      dw_buf_format(&input,
                    "{\"kind\":\"finding\",\"check\":\"%s\",\"column\":\"column_with_a_long_name_%04d\",\"type\":\"numeric\",\"method\":"
                    "\"wasserstein\",",
                    check ? "missing_values" : "column_drift", i);
      dw_buf_text(&input, "\"statistic\":0.31,\"score\":0.31,\"threshold\":0.1,\"rule\":\">=\",\"drift\":true,\"severity\":\"high\","
                          "\"direction\":\"up\",\"effect_size\":0.29");
      for (int side = 0; side < 2; side++) {
        dw_buf_format(&input,
                      ",\"%s\":{\"count\":5000,\"missing\":%d,\"share\":0.0%d,\"mean\":54.123,\"std\":70.2,\"min\":0.5,\"max\":1702.1,",
                      side ? "current" : "reference", side * 61, side * 12);
        dw_buf_text(&input,
                    "\"quantiles\":{\"0.05\":6.1,\"0.25\":17.0,\"0.5\":33.2,\"0.75\":64.0,\"0.95\":171.3},\"histogram\":{\"edges\":[0");
        for (int bin = 1; bin <= 40; bin++) dw_buf_format(&input, ",%d", bin * 10);
        dw_buf_text(&input, "],\"counts\":[1");
        for (int bin = 1; bin < 40; bin++) dw_buf_format(&input, ",%d", (bin * 7919 + i * 31 + side * 17) % 400);
        dw_buf_text(&input, "]}}");
      }
      dw_buf_text(&input, "}\n");
    }
  }
  dw_buf_text(&input, "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"columns\":1000,\"drifted\":1000,\"drift_share\":1}\n");
  const char *text = html(case_text(dw_buf_cstr(&input)), NULL);
  CHECK_MSG(strlen(text) < 2000000, "%zu bytes", strlen(text));
  CHECK(case_count(text, "<th scope=\"row\">median</th>") == DW_HTML_CARDS && case_count(text, "<div class=\"card\">") == 1000);
  CHECK(case_count(text, "column_with_a_long_name_") == 2100);
  CHECK(case_nesting(text, true) == NULL);
  dw_buf_free(&input);
  dw_buf_free(&buf);
}
