#include <stdlib.h>

#include "base/clock.h"
#include "base/num.h"
#include "data/profiles/profile.h"
#include "data/profiles/profile_parts.h"
#include "io/text/base64.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "stats/samples/sort.h"

static void write_count(dw_json *json, const char *key, uint64_t value)
{
  if (value) dw_json_integer(json, key, (int64_t)value);
}

static void write_flag(dw_json *json, const char *key, bool value)
{
  if (value) dw_json_bool(json, key, true);
}

static void write_registers(dw_json *json, dw_distinct *distinct)
{
  dw_buf bytes = {0}, text = {0};
  dw_distinct_write(distinct, &bytes);
  dw_base64_encode(&text, bytes.data, bytes.length);
  dw_json_bytes(json, "registers", text.data, text.length);
  dw_buf_free(&bytes);
  dw_buf_free(&text);
}

static void write_moments(dw_json *json, const dw_moments *moments)
{
  dw_json_integer(json, "count", (int64_t)moments->count);
  dw_json_number(json, "min", moments->min + 0.0);
  dw_json_number(json, "max", moments->max + 0.0);
  dw_json_number(json, "mean", moments->mean);
  if (moments->mean_low != 0) dw_json_number(json, "mean_low", moments->mean_low);
  dw_json_number(json, "m2", moments->m2);
  dw_json_number(json, "m3", moments->m3);
  dw_json_number(json, "m4", moments->m4);
  dw_json_integer(json, "scale", moments->scale);
}

/* --- samples: [[weight,[value,...]],...] --- */

static void write_values(dw_buf *out, const double *value, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (i) dw_buf_char(out, ',');
    dw_buf_number(out, value[i] + 0.0);
  }
}

static void begin_group(dw_buf *out, uint64_t weight)
{
  if (out->length > 1) dw_buf_char(out, ',');
  dw_buf_char(out, '[');
  dw_buf_unsigned(out, weight);
  dw_buf_text(out, ",[");
}

static void write_levels(dw_buf *out, dw_sketch *sketch)
{
  for (unsigned h = 0; h < sketch->levels; h++) {
    if (!sketch->level[h].count) continue;
    dw_sketch_sort_level(sketch, h);
    begin_group(out, UINT64_C(1) << h);
    write_values(out, sketch->level[h].value, sketch->level[h].count);
    dw_buf_text(out, "]]");
  }
}

typedef struct exact {
  double value;
  uint64_t times;
} exact;

static int by_times(const void *a, const void *b)
{
  const exact *x = a, *y = b;
  if (x->times != y->times) return x->times < y->times ? -1 : 1;
  return (x->value > y->value) - (x->value < y->value);
}

static void write_exact(dw_buf *out, const dw_profile_numbers *numbers)
{
  exact *all = dw_alloc_array(numbers->different, sizeof *all);
  for (size_t i = 0; i < numbers->different; i++) all[i] = (exact){numbers->value[i], numbers->times[i]};
  qsort(all, numbers->different, sizeof *all, by_times);
  for (size_t i = 0; i < numbers->different; i++) {
    bool first = i == 0 || all[i].times != all[i - 1].times;
    if (first) {
      if (i) dw_buf_text(out, "]]");
      begin_group(out, all[i].times);
    } else {
      dw_buf_char(out, ',');
    }
    dw_buf_number(out, all[i].value + 0.0);
  }
  if (numbers->different) dw_buf_text(out, "]]");
  dw_free(all);
}

static void write_spellings(dw_json *json, const dw_spellings *spellings)
{
  if (!spellings) return;
  write_flag(json, "spelled_many", spellings->many);
  if (spellings->texts.count == 0) return;
  dw_json_open(json, "spellings", '[');
  for (size_t i = 0; i < spellings->texts.count; i++) {
    dw_json_open(json, NULL, '[');
    dw_json_bytes(json, NULL, spellings->texts.keys[i].text, spellings->texts.keys[i].length);
    dw_json_integer(json, NULL, (int64_t)spellings->item[i].count);
    dw_json_close(json, ']');
  }
  dw_json_close(json, ']');
}

static void write_numbers(dw_json *json, dw_profile_column *column, double error)
{
  dw_profile_numbers *numbers = &column->numbers;
  if (!numbers->moments.count) return;
  dw_buf sample = {0};
  dw_json_open(json, "numbers", '{');
  write_moments(json, &numbers->moments);
  write_flag(json, "fraction", numbers->fraction);
  dw_buf_char(&sample, '[');
  if (numbers->sketch) {
    dw_sketch_reduce(numbers->sketch, error);
    dw_json_integer(json, "size", (int64_t)numbers->sketch->k);
    write_count(json, "raised", numbers->sketch->raised);
    write_count(json, "lowered", numbers->sketch->lowered);
    dw_json_number(json, "rank_error", dw_sketch_rank_error(numbers->sketch));
    write_flag(json, "probable", numbers->probable);
    write_registers(json, numbers->distinct);
    write_levels(&sample, numbers->sketch);
  } else {
    write_exact(&sample, numbers);
  }
  dw_buf_char(&sample, ']');
  dw_json_raw(json, "sample", sample.data, sample.length);
  write_spellings(json, column->spellings);
  dw_json_close(json, '}');
  dw_buf_free(&sample);
}

static void write_texts(dw_json *json, dw_profile_texts *texts)
{
  if (!texts->frequent.total) return;
  dw_profile_texts_settle(texts);
  const dw_frequent *frequent = &texts->frequent;
  dw_json_open(json, "texts", '{');
  dw_json_integer(json, "count", (int64_t)frequent->total);
  write_count(json, "lost", frequent->lost);
  write_flag(json, "cut", frequent->cut);
  write_flag(json, "endless", texts->endless);
  write_count(json, "looked", texts->looked);
  write_count(json, "numerals", texts->numerals);
  write_count(json, "amounts", texts->amounts);
  write_flag(json, "instants", texts->instants && texts->looked);
  write_flag(json, "dates", texts->dates && texts->instants);
  write_flag(json, "spaces", texts->spaces);
  write_count(json, "marks", texts->marks);
  if (texts->distinct) write_registers(json, texts->distinct);
  dw_json_open(json, "values", '[');
  for (size_t i = 0; i < frequent->count; i++) {
    dw_json_open(json, NULL, '[');
    dw_json_bytes(json, NULL, dw_frequent_text(frequent, &frequent->item[i]), frequent->item[i].length);
    dw_json_integer(json, NULL, (int64_t)frequent->item[i].times);
    dw_json_close(json, ']');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_components(dw_json *json, const char *key, const double *value, size_t count)
{
  dw_buf list = {0};
  dw_buf_char(&list, '[');
  write_values(&list, value, count);
  dw_buf_char(&list, ']');
  dw_json_raw(json, key, list.data, list.length);
  dw_buf_free(&list);
}

static void write_vectors(dw_json *json, const dw_profile_vectors *vectors)
{
  if (!vectors->count && !vectors->other_length && !vectors->infinite) return;
  dw_json_open(json, "vectors", '{');
  dw_json_integer(json, "width", (int64_t)vectors->width);
  dw_json_integer(json, "count", (int64_t)vectors->count);
  write_count(json, "other_length", vectors->other_length);
  write_count(json, "infinite", vectors->infinite);
  if (vectors->count) {
    write_components(json, "mean", vectors->mean, vectors->width);
    write_components(json, "m2", vectors->m2, vectors->width);
    dw_json_open(json, "norm", '{');
    write_moments(json, &vectors->norm);
    dw_json_close(json, '}');
  }
  dw_json_close(json, '}');
}

/* --- columns --- */

static const char *const cell_words[] = {"absent", "null", "integer", "real", "false", "true", "string", NULL, "vector", "other"};

static void write_cells(dw_json *json, const dw_profile *profile, const dw_profile_column *column)
{
  dw_json_open(json, "cells", '{');
  for (int tag = 0; tag <= DW_OTHER; tag++) {
    if (!cell_words[tag]) continue;
    uint64_t count = tag == DW_ABSENT ? dw_profile_column_absent(profile, column) : column->tag[tag];
    if (tag == DW_STRING) count += column->tag[DW_STRING_ESCAPED]; /* how a string was written in JSON says nothing */
    write_count(json, cell_words[tag], count);
  }
  write_count(json, "infinite", column->infinite);
  write_count(json, "comma", column->commas);
  write_count(json, "doubtful", column->doubtful);
  write_count(json, "null_code", column->null_codes);
  dw_json_close(json, '}');
}

static void write_column(dw_json *json, const dw_profile *profile, dw_profile_column *column)
{
  dw_profile_column_look(column);
  dw_profile_facts facts = dw_profile_column_facts(profile, column);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "name", column->name);
  dw_json_text(json, "type", dw_type_name(facts.type));
  dw_json_integer(json, "count", (int64_t)facts.values);
  dw_json_integer(json, "missing", (int64_t)facts.missing);
  dw_json_number(json, "distinct", facts.distinct);
  dw_json_bool(json, "distinct_exact", facts.distinct_exact);
  if (column->declared != DW_TYPES) dw_json_text(json, "declared", dw_type_name(column->declared));
  if (column->describes) dw_json_text(json, "describes", column->describes);
  write_flag(json, "by_pattern", column->by_pattern);
  write_cells(json, profile, column);
  write_numbers(json, column, profile->error);
  write_texts(json, &column->texts);
  write_vectors(json, &column->vectors);
  dw_json_close(json, '}');
}

static void write_keys(dw_json *json, const dw_profile *profile)
{
  char start[DW_TIME_TEXT], end[DW_TIME_TEXT];
  if (profile->by) {
    dw_json_open(json, "segment", '{');
    dw_json_text(json, "column", profile->by);
    dw_json_text(json, "value", profile->value);
    dw_json_close(json, '}');
  }
  if (!profile->time) return;
  bool known = profile->start < profile->end;
  dw_json_open(json, "window", '{');
  dw_json_text(json, "column", profile->time);
  if (known) dw_json_bytes(json, "start", start, dw_time_print(start, profile->start));
  else dw_json_null(json, "start");
  if (known) dw_json_bytes(json, "end", end, dw_time_print(end, profile->end));
  else dw_json_null(json, "end");
  dw_json_close(json, '}');
}

/* What has been written goes into the digest, and out. */
static dw_status pass_on(dw_sha256_parts *digest, dw_buf *part, const dw_profile_sink *sink, dw_err *err)
{
  dw_sha256_add(digest, part->data, part->length);
  dw_status status = sink->write(sink->context, part->data, part->length, err);
  part->length = 0;
  return status;
}

dw_status dw_profile_write_to(dw_profile *profile, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err)
{
  enum { PART = 256 << 10 };
  dw_sha256_parts *digest = dw_sha256_begin();
  dw_buf part = {0}, *out = &part;
  dw_status status = DW_OK;
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "profile");
  dw_json_integer(&json, "version", DW_PROFILE_VERSION);
  dw_json_integer(&json, "rows", (int64_t)profile->rows);
  dw_json_integer(&json, "skipped", (int64_t)profile->skipped);
  dw_json_integer(&json, "merged", (int64_t)profile->merged);
  dw_json_number(&json, "rank_error", profile->error);
  dw_json_open(&json, "formats", '[');
  if (profile->untyped) dw_json_text(&json, NULL, "untyped");
  if (profile->typed) dw_json_text(&json, NULL, "typed");
  dw_json_close(&json, ']');
  write_keys(&json, profile);
  dw_json_open(&json, "columns", '[');
  for (size_t i = 0; i < profile->count && status == DW_OK; i++) {
    write_column(&json, profile, profile->column[i]);
    if (part.length > PART) status = pass_on(digest, &part, sink, err);
  }
  dw_json_close(&json, ']');
  if (status == DW_OK) status = pass_on(digest, &part, sink, err);
  dw_sha256_end(digest, profile->digest);
  dw_json_text(&json, "digest", profile->digest);
  dw_made_by_write(&json, stages ? stages->data : "", stages ? stages->length : 0);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
  if (status == DW_OK) status = sink->write(sink->context, part.data, part.length, err);
  dw_buf_free(&part);
  return status;
}

static dw_status into_buffer(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

void dw_profile_write(dw_profile *profile, const dw_buf *stages, dw_buf *out)
{
  dw_profile_write_to(profile, stages, &(dw_profile_sink){into_buffer, out}, NULL);
}
