#include "model/score/score_fields.h"

#include "base/mem.h"
#include "io/formats/csv_write.h"
#include "io/text/json.h"
#include "model/judge/class_list.h"

void dw_score_fields_name(dw_score_fields *fields, const char *name)
{
  dw_text_list *names = &fields->names;
  names->text = dw_grow(names->text, &names->capacity, names->count + 1, sizeof *names->text);
  names->text[names->count++] = dw_strdup(name);
}

void dw_score_fields_init(dw_score_fields *fields, const dw_target *target, size_t outputs, const char *score, double cut)
{
  dw_buf classes = {0};
  *fields = (dw_score_fields){.cut = cut};
  dw_score_fields_name(fields, score);
  dw_target_list(target, outputs, &fields->classes);
  dw_buf_format(&classes, "%s" DW_CLASSES_SUFFIX, score);
  if (fields->classes.length) dw_score_fields_name(fields, dw_buf_cstr(&classes));
  if (cut >= 0 || target->task == DW_TASK_MULTICLASS) dw_score_fields_name(fields, "prediction");
  dw_buf_free(&classes);
}

void dw_score_fields_free(dw_score_fields *fields)
{
  for (size_t i = 0; i < fields->names.count; i++) dw_free((char *)fields->names.text[i]);
  dw_free(fields->names.text);
  dw_buf_free(&fields->classes);
}

void dw_score_fields_text(const char *text, size_t length, char delimiter, dw_buf *out)
{
  if (delimiter) dw_csv_field(out, text, length, delimiter);
  else dw_json_quote(out, text, length);
}

/* A class in the words of the label; its place where the model names none. */
static void put_class(const dw_target *target, size_t place, char delimiter, dw_buf *out)
{
  const dw_map_key *key = place < target->classes.count ? &target->classes.keys[place] : NULL;
  if (!key) {
    dw_buf_unsigned(out, place);
  } else if (key->text[0] == '"' && delimiter) {
    dw_buf text = {0};
    dw_target_text(target, place, &text);
    dw_csv_field(out, text.data, text.length, delimiter);
    dw_buf_free(&text);
  } else {
    dw_buf_add(out, key->text, key->length);
  }
}

void dw_score_fields_put(const dw_score_fields *fields, const dw_scorer *scorer, size_t row, size_t field, char delimiter, dw_buf *out)
{
  if (field == 0) dw_scorer_put(scorer, row, delimiter, out);
  else if (fields->classes.length && field == 1) dw_score_fields_text(fields->classes.data, fields->classes.length, delimiter, out);
  else put_class(&scorer->model->target, dw_scorer_class(scorer, row, fields->cut), delimiter, out);
}
