#include "data/columns/schema.h"
#include "test.h"

static dw_type infer(dw_type_facts facts, dw_typing typing) { return dw_type_infer(&facts, typing); }

TEST(integers_with_few_values_are_codes)
{
  dw_type_facts facts = {.values = 1000, .kinds = DW_KIND_NUMBER, .whole = true, .integral = true, .distinct_numbers = 10};
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
  facts.distinct_numbers = 11;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_NUMERIC);
  facts.distinct_numbers = 2;
  facts.whole = false; /* written 1.0: the same values */
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
  CHECK(infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_NUMERIC);
  facts.integral = false;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_NUMERIC);
}

TEST(pandas_reads_integers_with_a_gap_as_floats)
{
  dw_type_facts facts = {.values = 999, .kinds = DW_KIND_NUMBER, .whole = true, .integral = true, .missing = true, .distinct_numbers = 3};
  CHECK(infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_NUMERIC);
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
}

TEST(strings)
{
  dw_type_facts facts = {.values = 1000, .kinds = DW_KIND_STRING, .distinct_texts = 500};
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
  CHECK(infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_CATEGORICAL);
  facts.distinct_texts = 501;
  CHECK(infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_TEXT);
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_IDENTIFIER);
  facts.spaces = true;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_TEXT);
  facts.instants = true;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_DATETIME);
  CHECK(infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_TEXT);
}

TEST(a_handful_of_strings_are_categories)
{
  dw_type_facts facts = {.values = 4, .kinds = DW_KIND_STRING, .distinct_texts = 4};
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
}

/* What people and models say is text, however few and short the samples, without blanks, and when it looks like dates; but phrases are
 * categories. */
TEST(prose)
{
  dw_type_facts facts = {.values = 4, .kinds = DW_KIND_STRING, .distinct_texts = 4, .prose = true};
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_TEXT);
  facts.instants = true;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_TEXT);
  facts.distinct_texts = 2;
  CHECK(infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL && infer(facts, DW_TYPING_EVIDENTLY) == DW_TYPE_CATEGORICAL);
}

TEST(other_kinds)
{
  CHECK(infer((dw_type_facts){0}, DW_TYPING_DRIFTWATCH) == DW_TYPE_EMPTY);
  CHECK(infer((dw_type_facts){.values = 3, .kinds = DW_KIND_BOOLEAN, .distinct_texts = 2}, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL);
  CHECK(infer((dw_type_facts){.values = 3, .kinds = DW_KIND_VECTOR}, DW_TYPING_DRIFTWATCH) == DW_TYPE_VECTOR);
  CHECK(infer((dw_type_facts){.values = 3, .kinds = DW_KIND_VECTOR | DW_KIND_NUMBER}, DW_TYPING_DRIFTWATCH) == DW_TYPE_OTHER);
}

TEST(names)
{
  dw_type type;
  char text[64];
  CHECK(dw_type_from_name("numeric", &type) && type == DW_TYPE_NUMERIC);
  CHECK(!dw_type_from_name("empty", &type) && !dw_type_from_name("number", &type));
  CHECK_TEXT(dw_type_name(DW_TYPE_IDENTIFIER), "identifier");
  CHECK_TEXT(dw_kinds_name(DW_KIND_NUMBER | DW_KIND_STRING, text), "number and string");
  CHECK_TEXT(dw_kinds_name(0, text), "nothing");
}
