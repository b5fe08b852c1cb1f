#include "cmd/inputs/train_records.h"

#include "data/datasets/column_names.h"
#include "data/frames/usable.h"

void dw_train_types(const dw_text_list *types, const char *label, dw_matrix_types *out)
{
  const char **columns = dw_alloc_array(types->count, sizeof *columns);
  size_t categories = 0, numbers = types->count; /* from both ends */
  for (size_t i = 0; i < types->count; i++) {
    const char *word = types->text[i], *equals = strrchr(word, '=');
    bool category = equals && strcmp(equals, "=categorical") == 0;
    if (!equals || equals == word || !(category || strcmp(equals, "=numeric") == 0))
      dw_cmd_usage("--types: \"%s\" is neither COLUMN=categorical nor COLUMN=numeric", word);
    if (dw_text_equal(word, (size_t)(equals - word), label)) dw_cmd_usage("--types: \"%s\" is the label; --task says what it is", label);
    columns[category ? categories++ : --numbers] = dw_strndup(word, (size_t)(equals - word));
  }
  *out = (dw_matrix_types){{columns, categories}, {columns + numbers, types->count - numbers}};
}

static bool wants(void *context, const char *name, size_t length)
{
  return dw_selection_wants(&((dw_train_reading *)context)->selection, name, length);
}

static bool reads_text(void *context, const char *name, size_t length)
{
  const dw_train_reading *r = context;
  bool found = (r->exact_label && dw_text_equal(name, length, r->selection.label)) || dw_encoding_reads_text(r->start, name, length);
  for (size_t i = 0; i < r->types.categories.count; i++) found |= dw_text_equal(name, length, r->types.categories.text[i]);
  return found;
}

/* What is done with each batch. */
typedef struct intake {
  dw_matrix *matrix;
  const dw_train_reading *how;
  dw_usable usable;
} intake;

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  intake *in = context;
  dw_status status = dw_usable_labels(&in->usable, reader, &batch, in->how->selection.label, in->how->number_label, err);
  return status == DW_OK ? dw_matrix_add(in->matrix, reader, batch, err) : status;
}

void dw_train_records(dw_matrix *matrix, dw_train_reading *how, const dw_text_list *paths)
{
  dw_reader_options options = how->reader;
  dw_reader *reader;
  dw_err err;
  dw_roster names;
  intake in = {.matrix = matrix, .how = how};
  dw_roster_init(&names);
  how->selection.names = &names;
  options.want = wants;
  options.as_text = reads_text;
  options.context = how;
  options.spans = true;
  if (how->exact_label) dw_matrix_label(matrix, how->selection.label);
  dw_matrix_set_types(matrix, how->types);
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &options, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take_batch, &in}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, NULL);
  dw_reader_close(reader);
  dw_usable_free(&in.usable);
  dw_matrix_finish(matrix);
  if (!matrix->rows) {
    dw_err_set(&err, DW_ENODATA, "there are no records to train on");
    dw_cmd_fail(&err);
  }
  dw_cmd_check(dw_column_names_check_selection(&how->selection, "input", &dw_cmd_notices, &err), &err);
  const dw_patterns named[] = {how->types.categories, how->types.numbers};
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; i < named[k].count; i++)
      dw_cmd_check(dw_column_names_check("--types", named[k].text[i], "input", &names, &err), &err);
  for (size_t i = 0; i < how->types.numbers.count; i++) {
    const char *name = how->types.numbers.text[i];
    const dw_matrix_column *column = dw_matrix_find(matrix, name);
    char kinds[64];
    if (column && column->kinds & ~(unsigned)DW_KIND_NUMBER)
      dw_cmd_check(dw_err_set(&err, DW_EDATA, "--types %s=numeric: the column holds %s", name, dw_kinds_name(column->kinds, kinds)), &err);
  }
  how->selection.names = NULL;
  dw_roster_free(&names);
}
