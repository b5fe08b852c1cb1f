#include "detect/check/lost.h"

#include <string.h>

#include "base/letters.h"
#include "io/text/yaml.h"
#include "stats/tests/contingency.h"

#define CHANCE 1e-6

static uint64_t without_cell(const dw_column *column) { return column->tag[DW_ABSENT] + column->tag[DW_NULL]; }

/* Strays count as missing. */
static uint64_t without_value(const dw_column *column) { return without_cell(column) + column->strays; }

static bool is_usable(const dw_column *column, dw_type type)
{
  switch (type) {
  case DW_TYPE_NUMERIC: return column->sorted.total > 0;
  case DW_TYPE_TEXT: return column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED] > 0;
  case DW_TYPE_VECTOR: return column->vectors && column->vectors->count > 0;
  default: return dw_column_missing(column) < column->rows;
  }
}

/* None of the rows has a value: of a column that was seldom filled that may be chance, and of a few rows that were picked out. */
static bool surprising(const dw_column *reference, uint64_t rows, bool segment)
{
  dw_test test;
  uint64_t missing = without_value(reference);
  if (missing == 0 && !segment) return true;
  return dw_fisher_exact(rows, 0, missing, reference->rows - missing, &test, NULL) == DW_OK && test.p_value < CHANCE;
}

/* Vectors are as long as the first one of their side: a first one that is like few others says nothing of the rest. */
static bool speaks_for_its_side(const dw_vectors *vectors) { return vectors->count >= vectors->other_length; }

static bool reshaped(const dw_vectors *was, const dw_vectors *is)
{
  if (!speaks_for_its_side(was) || !speaks_for_its_side(is)) return false;
  return was->width != is->width || was->parts.length != is->parts.length ||
         (was->parts.length && memcmp(was->parts.data, is->parts.data, was->parts.length) != 0);
}

dw_lost dw_lost_of(dw_type type, bool settled, const dw_column *reference, const dw_column *current, uint64_t rows, bool segment)
{
  if (without_value(reference) == reference->rows) return DW_LOST_NONE;
  /* Too many to be strays are texts, another kind; inside a segment the whole column has told which. */
  if (!current || (current->few_strays || segment ? without_value(current) : without_cell(current)) == current->rows)
    return !surprising(reference, rows, segment) ? DW_LOST_NONE : current ? DW_LOST_EMPTY : DW_LOST_GONE;
  bool kept = (dw_column_kinds(reference) & dw_column_kinds(current)) != 0 ||
              (dw_column_holds_instants(reference) && dw_column_holds_instants(current));
  bool was_usable = is_usable(reference, type), usable = is_usable(current, type);
  if (!kept && !(settled && was_usable && usable)) return DW_LOST_TURNED;
  if (was_usable && !usable) return DW_LOST_UNUSABLE;
  return type == DW_TYPE_VECTOR && was_usable && reshaped(reference->vectors, current->vectors) ? DW_LOST_RESHAPED : DW_LOST_NONE;
}

void dw_lost_report(dw_finding_list *findings, const char *name, dw_type type, dw_lost loss, const dw_column *reference,
                    const dw_column *current, const char *renamed)
{
  static const char *const change[] = {NULL, "missing_column", "emptied", "type_changed", "components_changed", "unusable"};
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_SCHEMA, name, type);
  char kinds[64];
  dw_json json;
  finding->drift = finding->lost = true;
  finding->severity = DW_SEVERITY_HIGH;
  dw_json_start(&json, &finding->detail, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "change", change[loss]);
  dw_json_text(&json, "reference", dw_kinds_name(dw_column_kinds(reference), kinds));
  dw_json_text(&json, "current", current ? dw_kinds_name(dw_column_kinds(current), kinds) : NULL);
  dw_json_bool(&json, "lost", true);
  if (renamed) dw_json_text(&json, "renamed", renamed);
  if (loss == DW_LOST_RESHAPED) {
    dw_json_integer(&json, "reference_components", (int64_t)reference->vectors->width);
    dw_json_integer(&json, "current_components", (int64_t)current->vectors->width);
  }
  dw_json_close(&json, '}');
}

/* --- another name --- */

/* Letters in lower case and digits alone. */
static void plain(dw_buf *out, const char *name)
{
  size_t length = strlen(name);
  out->length = 0;
  for (size_t at = 0; at < length;) {
    char bytes[4];
    uint32_t c = dw_letters_lower(dw_letters_next(name, length, &at));
    if (dw_letters_is_letter(c) || dw_letters_is_digit(c)) dw_buf_add(out, bytes, dw_utf8_encode(bytes, c));
  }
}

const char *dw_lost_renamed(const char *name, const char *const *fresh, size_t count)
{
  dw_buf own = {0}, other = {0};
  const char *found = NULL;
  plain(&own, name);
  for (size_t i = 0; i < count && own.length && !found; i++) {
    plain(&other, fresh[i]);
    if (own.length == other.length && memcmp(own.data, other.data, own.length) == 0) found = fresh[i];
  }
  dw_buf_free(&own);
  dw_buf_free(&other);
  return found ? found : dw_nearest(name, fresh, count);
}
