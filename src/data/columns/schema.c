#include "data/columns/schema.h"

#include <stdio.h>
#include <string.h>

static const char *const type_names[DW_TYPES] = {"empty", "numeric", "categorical", "text", "datetime", "identifier", "vector", "other"};

enum {
  FEW_INTEGERS = 10, /* integers with no more distinct values than this are codes, not quantities (Evidently's rule) */
  LEAST_REPEATS = 5, /* expected counts below it say little in a chi-square test (Cochran 1954) */
  FEW_TEXTS = 20     /* so few distinct strings are categories however short the sample (ours, not Evidently's) */
};

const char *dw_type_name(dw_type type) { return type_names[type]; }

bool dw_type_from_name(const char *name, dw_type *type)
{
  for (int i = DW_TYPE_NUMERIC; i <= DW_TYPE_VECTOR; i++) {
    if (strcmp(name, type_names[i]) == 0) {
      *type = (dw_type)i;
      return true;
    }
  }
  return false;
}

const char *dw_kinds_name(unsigned kinds, char out[64])
{
  static const char *const words[] = {"number", "boolean", "string", "vector", "other"};
  size_t used = 0;
  for (int i = 0; i < 5; i++) {
    if (!(kinds & 1u << i)) continue;
    used += (size_t)snprintf(out + used, 64 - used, "%s%s", used ? " and " : "", words[i]);
  }
  if (!used) snprintf(out, 64, "nothing");
  return out;
}

static dw_type infer_numbers(const dw_type_facts *facts, dw_typing typing)
{
  bool whole = typing == DW_TYPING_EVIDENTLY ? facts->whole && !facts->missing : facts->integral;
  if (!whole || facts->distinct_numbers > FEW_INTEGERS) return DW_TYPE_NUMERIC;
  return facts->beyond && typing == DW_TYPING_DRIFTWATCH ? DW_TYPE_IDENTIFIER : DW_TYPE_CATEGORICAL;
}

bool dw_strays_few(uint64_t strays, uint64_t numbers) { return strays * 20 <= strays + numbers || strays == 1; }

static bool nearly_numbers(const dw_type_facts *facts)
{
  bool quantity = facts->kinds & DW_KIND_NUMBER && facts->distinct_numbers > FEW_INTEGERS;
  return quantity && dw_strays_few(facts->strays, facts->values - facts->strays);
}

static bool unread_numbers(const dw_type_facts *facts, uint64_t distinct)
{
  bool seldom = facts->endless || (distinct > FEW_TEXTS && distinct * LEAST_REPEATS > facts->values);
  return seldom && (facts->numerals || facts->kinds & DW_KIND_NUMBER);
}

static dw_type infer_strings(const dw_type_facts *facts, dw_typing typing)
{
  uint64_t distinct = facts->distinct_texts + facts->distinct_numbers;
  bool many = facts->endless || distinct * 2 > facts->values;
  if (typing == DW_TYPING_EVIDENTLY) return many ? DW_TYPE_TEXT : DW_TYPE_CATEGORICAL;
  if (facts->prose) return many ? DW_TYPE_TEXT : DW_TYPE_CATEGORICAL;
  if (facts->instants && facts->kinds == DW_KIND_STRING) return DW_TYPE_DATETIME;
  if (unread_numbers(facts, distinct)) return DW_TYPE_IDENTIFIER;
  if (!many || (distinct <= FEW_TEXTS && !facts->endless)) return DW_TYPE_CATEGORICAL;
  return facts->spaces ? DW_TYPE_TEXT : DW_TYPE_IDENTIFIER;
}

dw_type dw_type_infer(const dw_type_facts *facts, dw_typing typing)
{
  if (facts->values == 0) return DW_TYPE_EMPTY;
  if (facts->kinds == DW_KIND_VECTOR) return DW_TYPE_VECTOR;
  if (facts->kinds & (DW_KIND_VECTOR | DW_KIND_OTHER)) return DW_TYPE_OTHER;
  if (facts->kinds == DW_KIND_NUMBER && facts->epochs && typing == DW_TYPING_DRIFTWATCH) return DW_TYPE_DATETIME;
  if (facts->kinds == DW_KIND_NUMBER) return infer_numbers(facts, typing);
  if (typing == DW_TYPING_DRIFTWATCH && nearly_numbers(facts)) return DW_TYPE_NUMERIC;
  if (!(facts->kinds & DW_KIND_STRING)) return DW_TYPE_CATEGORICAL;
  return infer_strings(facts, typing);
}

bool dw_type_unread(const dw_type_facts *facts)
{
  if (dw_type_infer(facts, DW_TYPING_DRIFTWATCH) != DW_TYPE_IDENTIFIER) return false;
  return facts->kinds == DW_KIND_NUMBER || unread_numbers(facts, facts->distinct_texts + facts->distinct_numbers);
}
