#include "synth/inject/operate.h"

#include "test.h"

/* One value of a small batch through one injection, as words of a command line. What it prints, and the effect. */
typedef struct trial {
  dw_operation_effect effect;
  char text[64];
  uint8_t tag;
} trial;

static const char *const source = "12.50 \"7\" \"a\\nb\" true null 3 \"TRUE\" [1]";

static dw_field field_of(const char *value, uint8_t tag, double number)
{
  const char *at = strstr(source, value);
  uint32_t offset = (uint32_t)(at - source), length = (uint32_t)strlen(value);
  dw_field field = {.span = {offset, offset, length}, .tag = tag, .number = number};
  if (tag == DW_INTEGER || tag == DW_REAL) field.cell.number = number;
  else field.cell.text.offset = offset + 1, field.cell.text.length = length - 2;
  return field;
}

static trial apply(dw_field field, double strength, bool holds, const char *const *words)
{
  dw_injections plan;
  dw_err err;
  dw_injections_init(&plan);
  dw_injections_option(&plan, "column", "a", &err);
  for (size_t i = 0; words[i]; i += 2)
    if (dw_injections_option(&plan, words[i], words[i + 1], &err) != DW_OK) abort();
  if (dw_injections_check(&plan, &err) != DW_OK) abort();
  dw_batch batch = {.text = source, .text_length = strlen(source), .rows = 1};
  dw_arena arena;
  dw_arena_init(&arena);
  dw_buf scratch = {0}, out = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "test"), 0, 0);
  dw_operate with = {&batch, &arena, &scratch};
  trial t = {.effect = dw_operate_apply(&with, &plan.list[0], &field, strength, &rng, holds)};
  t.tag = field.tag;
  if (field.changed) dw_operate_print(&field, 0, &out);
  snprintf(t.text, sizeof t.text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  dw_buf_free(&scratch);
  dw_arena_free(&arena);
  dw_injections_free(&plan);
  return t;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define REAL field_of("12.50", DW_REAL, 12.5)
#define INTEGER field_of("3", DW_INTEGER, 3)
#define SEVEN field_of("\"7\"", DW_STRING, 0)
#define ESCAPED field_of("\"a\\nb\"", DW_STRING_ESCAPED, 0)
#define YES field_of("true", DW_TRUE, 0)
#define NOTHING field_of("null", DW_NULL, 0)
#define VECTOR field_of("[1]", DW_VECTOR, 0)

static void changes(dw_field field, double strength, const char *const *words, const char *want)
{
  trial t = apply(field, strength, true, words);
  CHECK(t.effect == DW_EFFECT_CHANGED);
  CHECK_TEXT(t.text, want);
}

static void stays(dw_field field, const char *const *words, dw_operation_effect effect)
{
  trial t = apply(field, 1, true, words);
  CHECK_MSG(t.effect == effect, "effect %d, wanted %d: %s", (int)t.effect, (int)effect, t.text);
  CHECK(t.text[0] == '\0');
}

TEST(strength_scales_the_size)
{
  changes(REAL, 1, WORDS("op", "shift", "by", "2"), "14.5");
  changes(REAL, 0.25, WORDS("op", "shift", "by", "2"), "13");
  changes(REAL, 0.5, WORDS("op", "shift", "by", "2", "sd", "3"), "15.5");
  changes(REAL, 0.5, WORDS("op", "scale", "factor", "3"), "25");
  changes(REAL, 0.5, WORDS("op", "outliers", "factor", "9"), "62.5");
  trial t = apply(REAL, 0.5, true, WORDS("op", "outliers", "mean", "10", "sd", "4", "by", "6"));
  CHECK(strcmp(t.text, "22") == 0 || strcmp(t.text, "-2") == 0);
  stays(REAL, WORDS("op", "shift", "by", "0"), DW_EFFECT_NONE);
}

TEST(integers_are_kept_when_asked)
{
  changes(INTEGER, 1, WORDS("op", "scale", "factor", "1.5"), "4.5");
  changes(INTEGER, 1, WORDS("op", "scale", "factor", "1.5", "integers", "keep"), "4"); /* ties to even */
  changes(REAL, 1, WORDS("op", "scale", "factor", "1.5", "integers", "keep"), "18.75");
  stays(INTEGER, WORDS("op", "shift", "by", "0.4", "integers", "keep"), DW_EFFECT_NONE);
}

TEST(what_is_no_number_is_left)
{
  stays(SEVEN, WORDS("op", "shift", "by", "1"), DW_EFFECT_LEFT);
  stays(NOTHING, WORDS("op", "noise", "sd", "1"), DW_EFFECT_LEFT);
  stays(YES, WORDS("op", "clip", "min", "5"), DW_EFFECT_LEFT);
  stays(VECTOR, WORDS("op", "round", "decimals", "0"), DW_EFFECT_LEFT);
  stays((dw_field){.tag = DW_ABSENT}, WORDS("op", "missing"), DW_EFFECT_LEFT);
  stays(NOTHING, WORDS("op", "missing"), DW_EFFECT_LEFT);
  stays(NOTHING, WORDS("op", "new-category", "value", "x"), DW_EFFECT_LEFT);
  stays(field_of("12.50", DW_REAL, 1e300), WORDS("op", "scale", "factor", "1e300"), DW_EFFECT_LEFT);
}

TEST(rounding)
{
  static const struct {
    double x;
    const char *decimals, *want;
  } cases[] = {{2.675, "2", "2.67"}, /* the double is below the tie */
               {0.125, "2", "0.12"}, {0.375, "2", "0.38"}, {1234.5, "-2", "1200"},          {1250, "-2", "1200"},
               {1350, "-2", "1400"}, {-0.4, "0", "-0"},    {123456789.123456789, "15", ""}, {9007199254740993.0, "3", ""},
               {1e22, "-3", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    trial t = apply(field_of("12.50", DW_REAL, cases[i].x), 1, true, WORDS("op", "round", "decimals", cases[i].decimals));
    CHECK_TEXT(t.text, cases[i].want);
  }
}

TEST(categories)
{
  changes(ESCAPED, 1, WORDS("op", "swap-categories", "value", "a\nb", "with", "7"), "7");
  changes(SEVEN, 1, WORDS("op", "swap-categories", "value", "x", "with", "'7'"), "\"x\"");
  changes(INTEGER, 1, WORDS("op", "swap-categories", "value", "true", "with", "3.0"), "true");
  stays(SEVEN, WORDS("op", "swap-categories", "value", "x", "with", "7"), DW_EFFECT_NONE); /* a text is no number */
  stays(SEVEN, WORDS("op", "new-category", "value", "'7'"), DW_EFFECT_NONE);
  changes(SEVEN, 1, WORDS("op", "new-category", "value", "7"), "7");
  changes(VECTOR, 1, WORDS("op", "new-category", "value", "a\"b"), "\"a\\\"b\"");
}

TEST(types)
{
  changes(REAL, 1, WORDS("op", "change-type", "as", "string"), "\"12.50\""); /* as it was spelled */
  changes(YES, 1, WORDS("op", "change-type", "as", "string"), "\"true\"");
  stays(ESCAPED, WORDS("op", "change-type", "as", "string"), DW_EFFECT_NONE);
  stays(VECTOR, WORDS("op", "change-type", "as", "string"), DW_EFFECT_LEFT);
  changes(SEVEN, 1, WORDS("op", "change-type", "as", "number"), "7");
  changes(YES, 1, WORDS("op", "change-type", "as", "number"), "1");
  stays(ESCAPED, WORDS("op", "change-type", "as", "number"), DW_EFFECT_LEFT);
  changes(INTEGER, 1, WORDS("op", "change-type", "as", "boolean"), "true");
  changes(field_of("\"TRUE\"", DW_STRING, 0), 1, WORDS("op", "change-type", "as", "boolean"), "true");
  stays(SEVEN, WORDS("op", "change-type", "as", "boolean"), DW_EFFECT_LEFT);
  stays(NOTHING, WORDS("op", "change-type", "as", "boolean"), DW_EFFECT_LEFT);
}

TEST(labels)
{
  changes(YES, 1, WORDS("op", "label-flip"), "false");
  changes(field_of("3", DW_INTEGER, 1), 1, WORDS("op", "label-flip"), "0");
  changes(field_of("\"TRUE\"", DW_STRING, 0), 1, WORDS("op", "label-flip"), "\"FALSE\"");
  stays(INTEGER, WORDS("op", "label-flip"), DW_EFFECT_LEFT);
  changes(INTEGER, 1, WORDS("op", "label-flip", "value", "3", "with", "4"), "4");
  trial t = apply(INTEGER, 1, false, WORDS("op", "swap-label-rule", "where", "b = 1", "value", "8", "else", "9"));
  CHECK_TEXT(t.text, "9");
  t = apply(INTEGER, 1, false, WORDS("op", "swap-label-rule", "where", "b = 1", "value", "8"));
  CHECK(t.effect == DW_EFFECT_NONE);
  changes(NOTHING, 1, WORDS("op", "swap-label-rule", "where", "b = 1", "value", "8"), "8");
}
