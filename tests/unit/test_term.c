#include "blocks_case.h"

#include "report/draw/cells.h"

static dw_buf buf;

static const char *term(dw_report *report, dw_render render)
{
  buf.length = 0;
  if (!render.width) render.width = 80;
  case_write(&buf, "text", report, &render);
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

static bool first_line_is(const char *text, const char *line)
{
  return strncmp(text, line, strlen(line)) == 0 && text[strlen(line)] == '\n';
}

TEST(verdict_first)
{
  CHECK(first_line_is(term(case_file("feature"), (dw_render){0}),
                      "DRIFT, severity medium: performance, 4 of 8 columns (50 %), 4 other checks"));
  CHECK(first_line_is(term(case_file("quiet"), (dw_render){0}), "No drift: none of 8 columns drifted"));
  CHECK(first_line_is(term(case_file("incomplete"), (dw_render){0}), "INCOMPLETE: the input ended without a summary"));
  CHECK(first_line_is(term(case_file("quiet"), (dw_render){.title = "Nightly"}), "Nightly"));
}

TEST(rows)
{
  const char *text = term(case_file("feature"), (dw_render){0});
  CHECK(strstr(text, "high   geo_distance_km     █▅▂▁▁▁▁▁  ▅▅▃▂▁▁▁▁  wasserstein   0.689 ≥ 0.1 ↑ 0.69\n"
                     "       median 23.5 → 36.6 (+55 %), std 24.1 → 37.6 (+56 %)\n") != NULL);
  CHECK(strstr(text, "low    merchant_category   █▆▅▄▃▂▂▁  ▆▅█▃▃▂▁▁▁ jensenshannon 0.119 ≥ 0.1 0.12\n") != NULL);
  CHECK(strstr(text, "\n4 quiet columns: ") != NULL && strstr(text, "no     transaction_hour") == NULL);
  CHECK(strstr(text, "medium New categories of merchant_category: 1 new: crypto_exchange (73)\n") != NULL);
  CHECK(strstr(text, "3 bad records were skipped.\n") != NULL);
  CHECK(strstr(text, "  transaction_id (identifier): every value occurs once\n") != NULL);
  CHECK(strstr(text, "  dw-compare 0.1.0 --ref reference.ndjson current.ndjson\n") != NULL);
  text = term(case_file("feature"), (dw_render){.all = true});
  CHECK(strstr(text, "no     transaction_hour") != NULL && strstr(text, "quiet columns") == NULL);
}

TEST(several_methods)
{
  const char *text = term(case_file("methods"), (dw_render){0});
  CHECK(strstr(text, "2 of 4 methods say drift") != NULL);
  CHECK(strstr(text, "warning: fewer than 1,000 rows: the p-value is rough") != NULL);
  CHECK(strstr(text, "all values are equal") != NULL);
  CHECK(case_count(text, "medium x ") == 1); /* the name is said once */
}

/* No line is wider than asked for, whatever the input and the width. */
TEST(width_holds)
{
  static const char *const names[] = {"feature", "quiet", "methods", "hostile", "incomplete"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    for (size_t width = 40; width <= 200; width += 7)
      for (int mode = 0; mode < 4; mode++) {
        const char *text = term(case_file(names[i]), (dw_render){.width = width, .all = mode & 1, .ascii = mode & 2});
        size_t widest = 0;
        for (const char *line = text; *line;) {
          size_t length = strcspn(line, "\n"), cells = dw_cells_width(line, length);
          if (cells > widest) widest = cells;
          CHECK_MSG(length == 0 || line[length - 1] != ' ', "a line of %s ends in a space", names[i]);
          line += length + (line[length] == '\n');
        }
        CHECK_MSG(widest <= width, "%s at %zu: %zu cells", names[i], width, widest);
      }
}

static bool is_plain(const char *text)
{
  for (; *text; text++)
    if ((unsigned char)*text >= 0x7f || ((unsigned char)*text < 0x20 && *text != '\n')) return false;
  return true;
}

TEST(ascii_is_ascii)
{
  CHECK(is_plain(term(case_file("hostile"), (dw_render){.ascii = true, .all = true})));
  CHECK(is_plain(term(case_file("feature"), (dw_render){.ascii = true, .all = true})));
}

TEST(color_only_when_asked)
{
  CHECK(strchr(term(case_file("hostile"), (dw_render){.all = true}), '\033') == NULL); /* nor from the input */
  const char *text = term(case_file("feature"), (dw_render){.color = true});
  CHECK(strstr(text, "\033[1;31mDRIFT") != NULL);
  CHECK(case_count(text, "\033[") == 2 * case_count(text, "\033[0m")); /* each is undone */
}

/* With the colours taken out, the text is the same. */
TEST(color_changes_nothing_else)
{
  dw_buf plain = {0}, stripped = {0};
  dw_buf_text(&plain, term(case_file("methods"), (dw_render){.all = true}));
  for (const char *p = term(case_file("methods"), (dw_render){.all = true, .color = true}); *p;) {
    if (*p == '\033') p += strcspn(p, "m") + 1;
    else dw_buf_char(&stripped, *p++);
  }
  CHECK_TEXT(dw_buf_cstr(&stripped), dw_buf_cstr(&plain));
  dw_buf_free(&plain);
  dw_buf_free(&stripped);
}

/* Every sentence of every table in every state, and no markup; what is for pages is left out. */
TEST(every_block)
{
  buf.length = 0;
  case_draw(&buf, "text", (dw_render){.width = 200});
  const char *text = dw_buf_cstr(&buf);
  CHECK(first_line_is(text, "Title<"));
  for (int kind = 0; kind < DW_TABLE_KINDS; kind++)
    for (int state = DW_STATE_NONE; state <= DW_STATE_OUTCOME && kind != DW_TABLE_METRICS && kind != DW_TABLE_HEAT; state++) {
      char sentence[64];
      snprintf(sentence, sizeof sentence, "sentence%d.%d<", kind, state);
      CHECK_MSG(strstr(text, sentence) != NULL, "no %s", sentence);
    }
  CHECK(case_count(text, "text<\n") == DW_TEXT_WARNING + 1 && case_count(text, "heading<\n") == DW_GROUP_WORDS + 1);
  CHECK(strstr(text, "\n  fold:\n  folded<\n") && case_count(text, "\n  item<\n    under<\n") == 3);
  CHECK(strstr(text, "SENTENCE<\nincomplete<\nbasis<\n2 bad records were skipped.\n  reason<\n") != NULL);
  CHECK(strstr(text, "\nlow    topic< of subject< (aside<): word<; 12<; sentence1.5< (warning: warning<) (remark<)\n") != NULL);
  CHECK(strstr(text, "\n  REFUSED  topic< of subject< (aside<): word<; 12<; sentence7.8<") != NULL);
  CHECK(strstr(text, "\n           inside1: words1\n           inside2: <i>\n           ▁█\n") != NULL);
  CHECK(strstr(text, "\n  prompt<\n  before ") && strstr(text, " after\n  same< ") && strstr(text, " same< [other<]\n"));
  CHECK(!strstr(text, "card<") && !strstr(text, "histogram<") && !strstr(text, "contents<") && !strstr(text, "lead<"));
}

TEST(several_comparisons)
{
  const char *text = term(case_files((const char *const[]){"quiet", "methods", NULL}), (dw_render){0});
  CHECK(first_line_is(text, "Comparison 1 of 2: reference.ndjson → current.ndjson"));
  CHECK(strstr(text, "\n\nComparison 2 of 2: ") != NULL);
}

TEST(nothing_but_a_summary)
{
  const char *text = term(case_text("{\"kind\":\"summary\",\"drift\":false}\n"), (dw_render){0});
  CHECK(first_line_is(text, "No drift"));
  text = term(case_text(""), (dw_render){0});
  CHECK(first_line_is(text, "INCOMPLETE: the input ended without a summary"));
  dw_buf_free(&buf);
}
