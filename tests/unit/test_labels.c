#include "data/frames/labels.h"

#include <math.h>

#include "test.h"

/* Cells as they come: n 1, t true, f false, "text", - null, v an array; the values as read once all have been. */
static size_t read_all(dw_labels *labels, const char *const *cell, double *value)
{
  dw_buf text = {0}, scratch = {0};
  size_t count = 0;
  dw_labels_init(labels);
  for (; cell[count]; count++) {
    const char *c = cell[count];
    dw_cell it = {0};
    dw_tag tag = c[0] == 'n'   ? DW_REAL
                 : c[0] == 't' ? DW_TRUE
                 : c[0] == 'f' ? DW_FALSE
                 : c[0] == '"' ? DW_STRING
                 : c[0] == 'v' ? DW_VECTOR
                               : DW_NULL;
    text.length = 0;
    dw_buf_text(&text, c + 1);
    if (tag == DW_REAL) it.number = strtod(c + 1, NULL);
    if (tag == DW_STRING) it.text.length = (uint32_t)strlen(c + 1);
    bool named = labels->named;
    value[count] = dw_labels_read(labels, &(dw_batch){.text = dw_buf_cstr(&text)}, tag, it, &scratch);
    if (named && !labels->named) dw_labels_renumber(labels, value, count);
  }
  dw_buf_free(&text);
  dw_buf_free(&scratch);
  return count;
}

TEST(one_reading_for_all)
{
  static const struct {
    const char *cell[6];
    bool named, clash;
    double value[5];
    const char *what;
  } row[] = {
      {{"n0", "n1.5", "-", "v"}, false, false, {0, 1.5, NAN, NAN}, "numbers (such as 0)"},
      {{"\"b", "\"a", "\"b", "-"}, true, false, {0, 1, 0, NAN}, "text (such as \"b\")"},
      {{"\"1", "\"1.0", "\"0"}, true, false, {0, 1, 2}, "text (such as \"1\")"}, /* texts alone stay what they are */
      {{"\"1", "\"0", "-", "n1", "\"1.0"}, false, false, {1, 0, NAN, 1, 1}, "numbers (such as 1) and text (such as \"1\")"},
      {{"n0", "\"1"}, false, false, {0, 1}, "numbers (such as 0) and text (such as \"1\")"},
      {{"f", "n1", "t"}, false, false, {0, 1, 1}, "numbers (such as 1) and booleans (such as false)"},
      {{"\"true", "\"False", "t"}, false, false, {1, 0, 1}, "booleans (such as true) and text (such as \"true\")"},
      {{"n0", "\"yes", "n1"}, false, true, {0, NAN, NAN}, "numbers (such as 0) and text (such as \"yes\")"},
      {{"\"1", "\"no", "f"}, true, true, {0, 1, NAN}, "booleans (such as false) and text (such as \"no\")"},
      /* nothing behind it */
      {{"n0", "\"yes", "t", "\"1", "n0"}, false, true, {0, NAN, NAN, NAN, NAN}, "numbers (such as 0) and text (such as \"yes\")"},
      /* the first is the one that is told */
      {{"n0", "\"yes", "\"no"}, false, true, {0, NAN, NAN}, "numbers (such as 0) and text (such as \"yes\")"},
      {{"n0", "\"1e999"}, false, true, {0, NAN}, "numbers (such as 0) and text (such as \"1e999\")"},
      {{"-", "v"}, false, false, {NAN, NAN}, ""},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    dw_labels labels;
    dw_buf what = {0};
    double value[5];
    size_t count = read_all(&labels, row[i].cell, value);
    CHECK_MSG(labels.named == row[i].named && (labels.clash != NULL) == row[i].clash, "row %zu", i);
    for (size_t k = 0; k < count; k++)
      CHECK_MSG(isnan(row[i].value[k]) ? isnan(value[k]) : value[k] == row[i].value[k], "row %zu: value %zu is %g", i, k, value[k]);
    dw_labels_describe(&labels, &what);
    CHECK_TEXT(dw_buf_cstr(&what), row[i].what);
    dw_buf_free(&what);
    dw_labels_free(&labels);
  }
}
