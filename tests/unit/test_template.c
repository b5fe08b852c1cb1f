/* Parsing; what texts come out is tested with the generator. */
#include "synth/scenario/template.h"

#include "test.h"

static dw_status find(void *context, const char *name, size_t length, uint32_t *index, dw_err *err)
{
  (void)context;
  if (length == 1 && name[0] >= 'a' && name[0] <= 'c') {
    *index = (uint32_t)(name[0] - 'a');
    return DW_OK;
  }
  return dw_err_set(err, DW_EUSAGE, "no column \"%.*s\"", (int)length, name);
}

static dw_template template;
static dw_arena arena;

static const char *parse(const char *text)
{
  static dw_err err;
  err.message[0] = '\0';
  dw_arena_free(&arena);
  dw_arena_init(&arena);
  dw_status status = dw_template_parse(&template, text, strlen(text), NULL, 0, find, NULL, &arena, &err);
  CHECK((status == DW_OK) == (err.message[0] == '\0'));
  return err.message;
}

TEST(parts)
{
  CHECK_TEXT(parse("tx_{row:08}/{b}{words:3-12}{digits:4}{choice:x||yy}."), "");
  CHECK(template.count == 8);
  const dw_template_part *p = template.parts;
  CHECK(p[0].type == DW_TEMPLATE_LITERAL && p[0].literal.length == 3 && memcmp(p[0].literal.text, "tx_", 3) == 0);
  CHECK(p[1].type == DW_TEMPLATE_ROW && p[1].low == 8);
  CHECK(p[3].type == DW_TEMPLATE_COLUMN && p[3].column == 1);
  CHECK(p[4].type == DW_TEMPLATE_WORDS && p[4].low == 3 && p[4].high == 12 && p[4].choice_count == 64);
  CHECK(p[5].type == DW_TEMPLATE_DIGITS && p[5].low == 4);
  CHECK(p[6].type == DW_TEMPLATE_CHOICE && p[6].choice_count == 3 && p[6].choices[1].length == 0 && p[6].choices[2].length == 2);
  /* tx_ + row + / + words with spaces + digits + yy + . ; the longest built-in word has nine letters ("different") */
  CHECK(template.longest == 3 + 20 + 1 + 12 * 10 + 4 + 2 + 1);
}

TEST(nothing_and_braces)
{
  CHECK_TEXT(parse(""), "");
  CHECK(template.count == 0 && template.longest == 0);
  CHECK_TEXT(parse("{{x}}"), "");
  CHECK(template.longest == 3);
  CHECK_TEXT(parse("{{{a}}}"), "");
  CHECK(template.count == 3 && template.parts[1].type == DW_TEMPLATE_COLUMN);
}

TEST(errors)
{
  CHECK_TEXT(parse("ab{row"), "at byte 3 of the template: { without }");
  CHECK_TEXT(parse("ab}"), "at byte 3 of the template: } without { (write }} for the brace itself)");
  CHECK_TEXT(parse("{row:21}"), "at byte 1 of the template: \"21\" is not a count from 1 to 20");
  CHECK_TEXT(parse("{row:}"), "at byte 1 of the template: \"\" is not a count from 1 to 20");
  CHECK_TEXT(parse("{words:1001}"), "at byte 1 of the template: \"1001\" is not a count from 1 to 1000 or a range such as 3-12");
  CHECK_TEXT(parse("{hex:-1}"), "at byte 1 of the template: \"-1\" is not a count from 1 to 1000");
  CHECK_TEXT(parse("{z}"), "no column \"z\"");
  char many[257 * 3 + 1] = "";
  for (size_t i = 0; i < 257; i++) memcpy(many + 3 * i, "{a}", 4);
  CHECK_TEXT(parse(many), "at byte 769 of the template: more than 256 parts");
}

TEST(every_prefix)
{
  const char *text = "{{tx}}_{row:08}-{words:3-12}{choice:a|b}{hex:3}{b}";
  size_t refused = 0;
  for (size_t i = 0; i <= strlen(text); i++) {
    char cut[100];
    memcpy(cut, text, i);
    cut[i] = '\0';
    refused += parse(cut)[0] != '\0';
  }
  CHECK(refused > 30);
}
