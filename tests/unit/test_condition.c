#include "synth/scenario/condition.h"

#include "base/mem.h"
#include "test.h"

/* A record of four columns: age = 41, city = "Rome", paid = true, note is missing; "zip" is the text "5". */
static dw_operand lookup(void *context, size_t index)
{
  const char *name = dw_condition_column(context, index);
  if (strcmp(name, "age") == 0) return (dw_operand){.kind = DW_OPERAND_NUMBER, .number = 41};
  if (strcmp(name, "city") == 0) return (dw_operand){.kind = DW_OPERAND_TEXT, .text = "Rome", .length = 4};
  if (strcmp(name, "paid") == 0) return (dw_operand){.kind = DW_OPERAND_BOOL, .number = 1};
  if (strcmp(name, "zip") == 0) return (dw_operand){.kind = DW_OPERAND_TEXT, .text = "5", .length = 1};
  if (strcmp(name, "in a.b") == 0) return (dw_operand){.kind = DW_OPERAND_NUMBER, .number = -2.5};
  return (dw_operand){.kind = DW_OPERAND_MISSING};
}

static int holds(const char *text)
{
  dw_condition *condition;
  dw_err err;
  if (dw_condition_parse(&condition, text, &err) != DW_OK) {
    printf("# %s\n", err.message);
    return -1;
  }
  int yes = dw_condition_holds(condition, lookup, condition);
  dw_condition_free(condition);
  return yes;
}

static void expect(const char *text, int want)
{
  int got = holds(text);
  CHECK_MSG(got == want, "%s: got %d, want %d", text, got, want);
}

TEST(relations_of_numbers)
{
  expect("age < 41", 0);
  expect("age<=41", 1);
  expect("age > 40.5", 1);
  expect("age >= 41.0000001", 0);
  expect("age = 41", 1);
  expect("age == 4.1e1", 1);
  expect("age != 41", 0);
  expect("age!=-41", 1);
  expect("`in a.b` < -2", 1);
}

TEST(relations_of_texts_and_booleans)
{
  expect("city = Rome", 1);
  expect("city = 'Rome'", 1);
  expect("city = \"rome\"", 0);
  expect("city > 'Rom'", 1);
  expect("city < S", 1);
  expect("city != 'it''s'", 1);
  expect("paid = true", 1);
  expect("paid = TRUE", 1);
  expect("paid = 1", 1);
  expect("paid != false", 1);
  expect("paid = 'true'", 0);
}

TEST(a_number_and_a_text_differ)
{
  expect("zip = 5", 0);
  expect("zip != 5", 1);
  expect("zip < 6", 0);
  expect("zip > 4", 0);
  expect("zip = '5'", 1);
  expect("age = '41'", 0);
}

TEST(missing_values_hold_only_is_missing)
{
  expect("note = 1", 0);
  expect("note != 1", 0);
  expect("note < 1", 0);
  expect("note in (1, 2)", 0);
  expect("note not in (1, 2)", 0);
  expect("note is missing", 1);
  expect("note is not missing", 0);
  expect("age is missing", 0);
  expect("age IS NOT MISSING", 1);
  expect("not note = 1", 1);
}

TEST(lists)
{
  expect("city in (Paris, Rome)", 1);
  expect("city in ('Paris')", 0);
  expect("city not in (Paris, London)", 1);
  expect("age in (1,41)", 1);
  expect("zip in (5)", 0);
}

TEST(and_binds_tighter_than_or)
{
  expect("age = 41 or city = X and paid = false", 1);
  expect("(age = 41 or city = X) and paid = false", 0);
  expect("age = 0 || city = Rome && paid = true", 1);
  expect("not age = 41 or paid = true", 1);
  expect("not (age = 41 or paid = true)", 0);
  expect("not not age = 41", 1);
}

TEST(columns_are_listed_once)
{
  dw_condition *condition;
  dw_err err;
  CHECK(dw_condition_parse(&condition, "b = 1 and a < 2 or b > 3 and `x y` = 1", &err) == DW_OK);
  CHECK(dw_condition_columns(condition) == 3);
  CHECK_TEXT(dw_condition_column(condition, 0), "b");
  CHECK_TEXT(dw_condition_column(condition, 1), "a");
  CHECK_TEXT(dw_condition_column(condition, 2), "x y");
  dw_condition_free(condition);
}

static void refused(const char *text, const char *message)
{
  dw_condition *condition = NULL;
  dw_err err = {0};
  CHECK_MSG(dw_condition_parse(&condition, text, &err) == DW_EUSAGE, "%s was taken", text);
  CHECK_TEXT(err.message, message);
}

TEST(mistakes_are_told_with_their_place)
{
  refused("", "condition \"\", byte 1: expected a column, got the end");
  refused("age", "condition \"age\", byte 4: expected a relation (<, <=, >, >=, =, !=, in, is), got the end");
  refused("age <", "condition \"age <\", byte 6: expected a value, got the end");
  refused("age ! 3", "condition \"age ! 3\", byte 5: expected a relation (<, <=, >, >=, =, !=, in, is), got \"!\"");
  refused("age < 3 paid = 1", "condition \"age < 3 paid = 1\", byte 9: expected and, or, or the end, got \"paid\"");
  refused("age < 3 and", "condition \"age < 3 and\", byte 12: expected a column, got the end");
  refused("(age < 3", "condition \"(age < 3\", byte 9: expected and, or, ), got the end");
  refused("city = 'Rome", "condition \"city = 'Rome\", byte 8: the quote ' is not closed");
  refused("city in Rome", "condition \"city in Rome\", byte 9: expected ( behind in, got \"Rome\"");
  refused("city in (Rome", "condition \"city in (Rome\", byte 14: expected a comma or ), got the end");
  refused("city in ()", "condition \"city in ()\", byte 10: expected a value, got \")\"");
  refused("note = null", "condition \"note = null\", byte 8: expected a value (for absent ones: is missing), got \"null\"");
  refused("and = 1", "condition \"and = 1\", byte 1: expected a column, got \"and\"");
  refused("'age' = 1", "condition \"'age' = 1\", byte 1: expected a column, got \"age\"");
}

TEST(depth_and_length_are_limited)
{
  char text[400] = "";
  memset(text, '(', 80);
  CHECK(holds(text) == -1);
  char *chain = calloc(1, 70000);
  size_t n = 0;
  while (n < 65500) n += (size_t)sprintf(chain + n, "%sage=1", n ? " or " : "");
  CHECK(holds(chain) == 0);
  memset(chain + n, ' ', 100);
  CHECK(holds(chain) == -1);
  free(chain);
}
