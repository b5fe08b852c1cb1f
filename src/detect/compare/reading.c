#include "detect/compare/reading.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "data/frames/column_read.h"
#include "data/datasets/segments.h"
#include "detect/compare/running.h"
#include "io/formats/csv.h"
#include "io/record/dialect.h"
#include "io/record/marks.h"

enum { LITTLE = 40 }; /* values: with so many, more than half of them different, no column is one of categories (data/columns/schema.h) */

static bool is_text(dw_type type) { return type == DW_TYPE_CATEGORICAL || type == DW_TYPE_IDENTIFIER || type == DW_TYPE_TEXT; }

/* --- what it is taken for --- */

const dw_type_choice *dw_compare_type_choice(const dw_compare_options *options, const char *name)
{
  for (size_t i = options->type_count; i-- > 0;) {
    const dw_type_choice *choice = &options->type[i];
    if (choice->literal ? strcmp(choice->column, name) == 0 : dw_text_match(choice->column, name)) return choice;
  }
  return NULL;
}

/* So few values, more than half of them different: categories only because there are no more of them. */
static bool says_little(const dw_type_facts *facts)
{
  bool plain = facts->kinds == DW_KIND_NUMBER || facts->kinds == DW_KIND_STRING;
  return plain && dw_type_infer(facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_CATEGORICAL &&
         (facts->distinct_numbers + facts->distinct_texts) * 2 > facts->values;
}

/* The side whose values say what the column is: the reference, unless it has none, or too few to say more than that the current data, of
 * the same kind, are no categories. */
static const dw_column *telling(const dw_column *reference, const dw_column *current)
{
  if (!reference || !current) return reference ? reference : current;
  uint64_t values = reference->rows - dw_column_missing(reference), others = current->rows - dw_column_missing(current);
  if (values == 0) return current;
  if (values >= LITTLE || others <= values) return reference;
  dw_type_facts before = dw_column_facts(reference), now = dw_column_facts(current);
  if (now.kinds != before.kinds || !says_little(&before)) return reference;
  dw_type type = dw_type_infer(&now, DW_TYPING_DRIFTWATCH);
  return type == DW_TYPE_NUMERIC || type == DW_TYPE_TEXT || type == DW_TYPE_IDENTIFIER ? current : reference;
}

dw_type dw_compare_type(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current)
{
  const dw_type_choice *choice = dw_compare_type_choice(options, name);
  bool describes = (reference ? reference : current)->describes != NULL; /* a pattern for texts is not meant for their lengths */
  if (choice && (!describes || strcmp(choice->column, name) == 0)) return choice->type;
  if (options->time && strcmp(options->time, name) == 0) return DW_TYPE_DATETIME;
  if (options->limits->settings.preset == DW_PRESET_EVIDENTLY) {
    dw_type_facts facts = dw_column_facts(current ? current : reference);
    return dw_type_infer(&facts, DW_TYPING_EVIDENTLY);
  }
  dw_type_facts facts = dw_column_facts(telling(reference, current));
  dw_type type = dw_type_infer(&facts, DW_TYPING_DRIFTWATCH);
  return type == DW_TYPE_NUMERIC && (reference ? reference : current)->running ? DW_TYPE_IDENTIFIER : type;
}

/* --- what a reader stores --- */

bool dw_compare_wants(void *columns, const char *name, size_t length)
{
  const dw_compare_columns *all = columns;
  bool want = dw_selection_wants((dw_selection *)&all->selection, name, length);
  return want || (all->see_time && dw_text_equal(name, length, all->options->time));
}

bool dw_compare_as_text(void *columns, const char *name, size_t length)
{
  const dw_compare_options *options = ((dw_compare_columns *)columns)->options;
  if (options->time_text && dw_text_equal(name, length, options->time)) return true;
  char *text = dw_strndup(name, length);
  const dw_type_choice *choice = dw_compare_type_choice(options, text);
  dw_free(text);
  return choice && is_text(choice->type);
}

bool dw_compare_keeps_texts(void *context, const char *name)
{
  const dw_compare_options *options = context;
  const dw_type_choice *choice = dw_compare_type_choice(options, name);
  if (choice) return choice->type == DW_TYPE_CATEGORICAL || choice->type == DW_TYPE_NUMERIC;
  return options->limits->settings.preset == DW_PRESET_EVIDENTLY;
}

/* --- one column of both sides, wherever its cells are kept --- */

typedef struct both_sides {
  dw_dataset *set[2]; /* the second may be NULL */
  const char *name;
  dw_column *column[2]; /* one may be NULL */
} both_sides;

/* How a column is read again. */
typedef struct again {
  enum { AS_NUMBERS, AS_CSV, AS_WORDS, AS_MARKS, AS_SPELLED } how;
  dw_numeral_form form;
  bool declared;
  bool marks[2]; /* AS_WORDS, AS_CSV: strings of the side that CSV takes for missing are */
} again;

static void read_column(dw_column *column, const again *how, int side)
{
  if (how->how == AS_NUMBERS) dw_column_read_numbers(column, how->form, how->declared);
  else if (how->how == AS_CSV) dw_column_read_as_csv(column, how->marks[side]);
  else if (how->how == AS_MARKS) dw_column_read_marks(column);
  else if (how->how == AS_SPELLED) dw_column_read_spelled(column);
  else dw_column_read_words(column, how->marks[side]);
}

static void read_frame(const dw_frame *frame, const char *name, const again *how, int side)
{
  dw_frame_column *column = frame ? (dw_frame_column *)dw_frame_find(frame, name) : NULL;
  if (!column) return;
  if (how->how == AS_NUMBERS) dw_frame_column_read_numbers(column, how->form);
  else if (how->how == AS_CSV) dw_frame_column_read_as_csv(column, how->marks[side]);
  else if (how->how == AS_MARKS) dw_frame_column_read_marks(column);
  else if (how->how == AS_SPELLED) dw_frame_column_read_spelled(column);
  else dw_frame_column_read_words(column, how->marks[side]);
}

static void read_side(dw_dataset *set, const char *name, const again *how, int side)
{
  dw_column *column = (dw_column *)dw_dataset_find(set, name);
  if (column) read_column(column, how, side);
  read_frame(set->frame, name, how, side);
  read_frame(set->succession, name, how, side);
  for (size_t i = 0; set->segments && i <= DW_SEGMENTS_ROOM; i++)
    if (set->segments->set[i]) read_side(set->segments->set[i], name, how, side);
}

static void read_again(const both_sides *both, const again *how)
{
  for (int side = 0; side < 2; side++)
    if (both->set[side] && both->column[side]) read_side(both->set[side], both->name, how, side);
}

/* --- numbers --- */

static dw_status fail_decimals(const both_sides *both, dw_err *err)
{
  return dw_err_set(err, DW_EDATA,
                    "column \"%s\" has decimal commas as well as numbers with a point, which may stand before decimals or "
                    "between thousands: write one of them",
                    both->name);
}

static dw_status fail_doubtful(const both_sides *both, dw_err *err)
{
  return dw_err_set(err, DW_EDATA,
                    "column \"%s\": the comma of numbers such as 1,234 may stand before decimals or between thousands, and no "
                    "other number says which: --decimal says it",
                    both->name);
}

/* Numbers whose file says that their decimals stand behind a comma. */
static uint64_t commas_of(const both_sides *both)
{
  return (both->column[0] ? both->column[0]->commas : 0) + (both->column[1] ? both->column[1]->commas : 0);
}

/* 3,14 beside 1.234, where the files may have meant the same by both. */
static bool two_meanings(const both_sides *both)
{
  bool doubtful = (both->column[0] && both->column[0]->doubtful) || (both->column[1] && both->column[1]->doubtful);
  return doubtful && commas_of(both) > 0;
}

/* --decimal settles what the numbers leave open. */
static dw_numeral_form form_of(const dw_numeral_evidence *evidence, const dw_compare_options *options)
{
  dw_numeral_form form = dw_numeral_settle(evidence);
  if (options->decimal == DW_DECIMAL_TOLD || !(form.doubtful || form.guessed)) return form;
  return (dw_numeral_form){.decimal = options->decimal == DW_DECIMAL_COMMA ? ',' : '.', .sign = form.sign};
}

static void look(const dw_column *column, dw_numeral_evidence *evidence)
{
  dw_numeral_evidence own = {0};
  dw_column_look_numerals(column, &own);
  dw_numeral_join(evidence, &own);
}

/* What a file says of its commas is meant for its own texts, and for those of another CSV that has no numbers with a point. */
static uint64_t told_commas(const both_sides *both, int side)
{
  const dw_column *column = both->column[side], *other = both->column[!side];
  if (!column) return 0;
  bool others = other && both->set[!side]->untyped && other->numerals > 0 && other->tag[DW_REAL] == 0;
  return column->numerals > 0 || others ? column->commas : 0;
}

/* The reference says how numbers are written; where it has no text that does, the current data. */
static dw_status read_declared(const both_sides *both, const dw_compare_options *options, dw_err *err)
{
  again how = {.how = AS_NUMBERS, .declared = true};
  dw_numeral_evidence evidence = {0};
  for (int side = 0; side < 2; side++) evidence.comma += told_commas(both, side);
  for (int side = 0; side < 2 && evidence.point + evidence.comma == 0; side++)
    if (both->column[side]) look(both->column[side], &evidence);
  how.form = form_of(&evidence, options);
  uint64_t clear = evidence.point + evidence.short_whole + evidence.long_whole;
  if (how.form.doubtful && !dw_strays_few(evidence.doubtful, clear)) return fail_doubtful(both, err);
  for (int side = 0; side < 2 && evidence.comma > 0 && how.form.decimal == ','; side++)
    if (both->column[side] && both->column[side]->tag[DW_REAL] > both->column[side]->commas) return fail_decimals(both, err);
  read_again(both, &how);
  return DW_OK;
}

static bool any_texts(const both_sides *both)
{
  return (both->column[0] && dw_column_texts(both->column[0])) || (both->column[1] && dw_column_texts(both->column[1]));
}

static void read_nearly_numbers(const both_sides *both, const dw_compare_options *options)
{
  if (options->limits->settings.preset == DW_PRESET_EVIDENTLY || !any_texts(both)) return;
  if (dw_compare_type(options, both->name, both->column[0], both->column[1]) != DW_TYPE_NUMERIC) return;
  read_again(both, &(again){.how = AS_NUMBERS, .form = {.decimal = '.'}});
}

/* --- CSV against NDJSON --- */

static const dw_format *untyped(const both_sides *both)
{
  return both->set[0]->untyped || !both->set[1] ? both->set[0]->untyped : both->set[1]->untyped;
}

static const dw_format *typed(const both_sides *both)
{
  return both->set[0]->typed || !both->set[1] ? both->set[0]->typed : both->set[1]->typed;
}

static bool formats_differ(const both_sides *both) { return untyped(both) && typed(both); }

/* "reference (CSV)", for messages. */
static const char *side_name(const both_sides *both, int side, char out[64])
{
  const dw_format *one = both->set[side]->untyped, *other = both->set[side]->typed;
  snprintf(out, 64, "%s (%s%s%s)", side ? "current data" : "reference", one ? one->title : "", one && other ? " and " : "",
           other ? other->title : "");
  return out;
}

/* Strings that are numbers, given up because they hardly repeat, cannot be read as the numbers that the other side has. */
static dw_status check_given_up(const both_sides *both, dw_err *err)
{
  char one[64], other[64];
  for (int side = 0; side < 2; side++) {
    const dw_column *here = both->column[side], *there = both->column[!side];
    if (!here || !there || !here->endless || here->numerals == 0 || dw_column_numbers(there) == 0) continue;
    return dw_err_set(err, DW_EDATA,
                      "column \"%s\" has strings that are numbers in the %s and numbers in the %s: say what it holds, "
                      "--types '%s=numeric' or '%s=categorical'",
                      both->name, side_name(both, side, one), side_name(both, !side, other), both->name, both->name);
  }
  return DW_OK;
}

static dw_status fail_kinds(const both_sides *both, int side, const char *what, const char *other, dw_err *err)
{
  char one[64], two[64];
  return dw_err_set(err, DW_EDATA,
                    "column \"%s\" has %s in the %s and %s in the %s, which cannot be compared: leave it out (--exclude '%s')", both->name,
                    what, side_name(both, side, one), other, side_name(both, !side, two), both->name);
}

/* What no reading of CSV brings together, whatever --types says: arrays, which CSV has as texts. */
static dw_status check_arrays(const both_sides *both, dw_err *err)
{
  for (int side = 0; side < 2; side++) {
    const dw_column *here = both->column[side], *there = both->column[!side];
    if (!here || !there) return DW_OK;
    unsigned others = dw_column_kinds(there);
    if (dw_column_kinds(here) != DW_KIND_STRING || !(others & (DW_KIND_VECTOR | DW_KIND_OTHER))) continue;
    return fail_kinds(both, side, "text", others & DW_KIND_VECTOR ? "arrays" : "arrays or empty objects", err);
  }
  return DW_OK;
}

/* No number is one of a Unix time: the least are seconds, since 1973. */
static bool are_no_instants(const dw_column *column) { return column->sorted.total > 0 && column->moments.min < 1e8; }

/* Nor instants as texts and instants as numbers. *apart: instants, and numbers that are none, which is for the comparison to tell. */
static dw_status check_instants(const both_sides *both, bool *apart, dw_err *err)
{
  *apart = false;
  for (int side = 0; side < 2; side++) {
    const dw_column *here = both->column[side], *there = both->column[!side];
    if (!here || !there) return DW_OK;
    bool instants = here->instants && here->distinct > here->numerals && dw_column_kinds(here) == DW_KIND_STRING &&
                    dw_column_kinds(there) == DW_KIND_NUMBER && !dw_column_holds_instants(there);
    *apart |= instants && are_no_instants(there);
    if (instants && !*apart) return fail_kinds(both, side, "instants as text", "numbers", err);
  }
  return DW_OK;
}

static dw_status read_as_csv(const both_sides *both, const dw_compare_options *options, dw_err *err)
{
  dw_status status = check_given_up(both, err);
  bool apart = false;
  if (status == DW_OK) status = check_instants(both, &apart, err);
  if (apart) return status;
  bool usual = dw_marks_usual(options->marks, both->name, strlen(both->name));
  if (status == DW_OK) read_again(both, &(again){.how = AS_CSV, .marks = {usual, usual}});
  return status;
}

/* Where one side writes a missing value as NA and the other as null, NA is no text. */
static bool marks_are_missing(const dw_column *here, const dw_column *there)
{
  if (!here || !there || dw_column_missing(here) > 0 || dw_column_missing(there) == 0) return false;
  return dw_column_marks(here) > 0 && dw_column_marks(there) == 0;
}

static void read_words(const both_sides *both)
{
  const dw_column *reference = both->column[0], *current = both->column[1];
  bool before = marks_are_missing(reference, current), now = marks_are_missing(current, reference);
  read_again(both, &(again){.how = AS_WORDS, .marks = {before, now}});
}

/* --- missing values in formats that have strings --- */

/* "NA" and "" are missing there as they are in CSV. There they are missing already, but where quotes made a text of them: among numbers,
 * booleans and nothing else it is none. */
static void read_marks(const both_sides *both, const dw_compare_options *options)
{
  if (options->limits->settings.preset == DW_PRESET_EVIDENTLY || !dw_marks_usual(options->marks, both->name, strlen(both->name))) return;
  for (int side = 0; side < 2; side++) {
    dw_column *column = both->column[side];
    uint64_t marks = column && !column->prose ? dw_column_marks(column) : 0;
    if (marks == 0 || (both->set[side]->untyped && marks < column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED])) continue;
    read_side(both->set[side], both->name, &(again){.how = AS_MARKS}, side);
  }
}

/* --- texts that are what the other values are --- */

static bool all_numerals(const dw_column *column)
{
  return !column || column->distinct == 0 || (!column->endless && column->numerals * 20 >= column->distinct * 19);
}

/* The strings of both sides have True and true, or FALSE and False: to CSV, one boolean. */
static bool spell_booleans(const both_sides *both)
{
  static const char *const words[2][3] = {{"false", "False", "FALSE"}, {"true", "True", "TRUE"}};
  for (int word = 0; word < 2; word++) {
    int seen = 0;
    for (int i = 0; i < 3; i++) {
      const char *text = words[word][i];
      bool there = false;
      for (int side = 0; side < 2; side++)
        there |= both->column[side] && dw_map_find(&both->column[side]->texts, text, strlen(text)) != DW_MAP_NONE;
      seen += there;
    }
    if (seen > 1) return true;
  }
  return false;
}

/* Where a column has numbers, or booleans, strings that are such are no other values. */
static void read_like_others(const both_sides *both)
{
  uint64_t numbers = 0, booleans = 0, strings = 0;
  for (int side = 0; side < 2; side++) {
    const dw_column *column = both->column[side];
    if (!column) continue;
    numbers += dw_column_numbers(column);
    booleans += column->tag[DW_FALSE] + column->tag[DW_TRUE];
    strings += column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED];
  }
  if (strings == 0) return;
  if (numbers > 0 && all_numerals(both->column[0]) && all_numerals(both->column[1]))
    read_again(both, &(again){.how = AS_CSV}); /* marks are read by now */
  else if (booleans > 0 || spell_booleans(both)) read_again(both, &(again){.how = AS_WORDS});
}

/* --- amounts --- */

/* Strings such as $5, 5 % and 1,234 are numbers where nearly all values of both sides are. What a comma means is told by both together. */
static void read_amounts(const both_sides *both, const dw_compare_options *options)
{
  dw_numeral_evidence evidence = {0};
  uint64_t texts = 0, numbers = 0, read = 0;
  for (int side = 0; side < 2; side++) {
    const dw_column *column = both->column[side];
    if (!column) continue;
    if (dw_column_texts(column) && (column->endless || column->prose)) return;
    look(column, &evidence);
    evidence.comma += told_commas(both, side);
  }
  again how = {.how = AS_NUMBERS, .declared = true, .form = form_of(&evidence, options)};
  if (evidence.amounts == 0) return;
  for (int side = 0; side < 2; side++) {
    const dw_column *column = both->column[side];
    if (!column) continue;
    numbers += dw_column_numbers(column);
    texts += dw_column_texts(column);
    read += dw_column_readable(column, how.form);
  }
  if (evidence.amounts * 2 > read && dw_strays_few(texts - read, numbers + read)) read_again(both, &how);
}

/* --- numbers that are names --- */

static bool has_texts(const dw_column *column) { return column && dw_column_texts(column) > column->strays && !column->few_strays; }

/* Versions, codes with an exponent, digits beyond a double: categories by their text, on both sides. */
static void read_spelled(const both_sides *both, const dw_compare_options *options)
{
  if (options->limits->settings.preset == DW_PRESET_EVIDENTLY) return;
  const dw_spellings *side[2];
  dw_sorted number[2];
  for (int k = 0; k < 2; k++) {
    if (both->column[k] && both->column[k]->packed) return; /* no categories: more than half of many numbers are different */
    side[k] = both->column[k] ? both->column[k]->spellings : NULL;
    number[k] = both->column[k] ? both->column[k]->sorted : (dw_sorted){0};
  }
  bool among_texts = has_texts(both->column[0]) || has_texts(both->column[1]);
  if (dw_spellings_tell(side, number, among_texts)) read_again(both, &(again){.how = AS_SPELLED});
}

/* --- all columns --- */

static dw_status read_both(const both_sides *both, const dw_compare_options *options, dw_err *err)
{
  const dw_type_choice *choice = dw_compare_type_choice(options, both->name);
  dw_status status = formats_differ(both) ? check_arrays(both, err) : DW_OK;
  if (status == DW_OK && two_meanings(both)) status = fail_decimals(both, err);
  if (status != DW_OK) return status;
  if (!choice || !is_text(choice->type)) read_marks(both, options);
  if (choice && choice->type == DW_TYPE_NUMERIC) return read_declared(both, options, err);
  if (formats_differ(both) && any_texts(both)) {
    if (choice && is_text(choice->type)) read_words(both);
    else status = read_as_csv(both, options, err);
  } else if (!choice && options->limits->settings.preset != DW_PRESET_EVIDENTLY) {
    read_like_others(both);
  }
  if (status == DW_OK && !choice && any_texts(both) && options->limits->settings.preset != DW_PRESET_EVIDENTLY) read_amounts(both, options);
  if (status == DW_OK && !choice) {
    read_nearly_numbers(both, options);
    read_spelled(both, options);
  }
  return status;
}

/* A string that names another segment than the field of CSV with the same text does. usual: the usual marks are missing in CSV. */
static bool another_segment(const char *text, size_t length, bool declared, bool usual)
{
  double number;
  char printed[DW_NUM_TEXT];
  dw_tag tag = dw_csv_cell(text, length, &number);
  if (tag == DW_TRUE || tag == DW_FALSE) return !dw_text_equal(text, length, tag == DW_TRUE ? "true" : "false");
  if (declared || tag == DW_STRING) return false;
  if (tag == DW_NULL) return usual || length == 0;
  return dw_num_print(printed, number) != length || memcmp(printed, text, length) != 0;
}

/* Rows were told apart as they were read: what the other format calls the same value cannot be brought together any more. */
static dw_status check_segments(const both_sides *both, const dw_compare_options *options, dw_err *err)
{
  const dw_type_choice *choice = dw_compare_type_choice(options, both->name);
  bool declared = choice && is_text(choice->type), usual = dw_marks_usual(options->marks, both->name, strlen(both->name));
  for (int side = 0; side < 2; side++) {
    const dw_column *column = both->column[side];
    for (size_t i = 0; column && i < column->texts.count; i++) {
      const dw_map_key *key = &column->texts.keys[i];
      if (!another_segment(key->text, key->length, declared, usual)) continue;
      bool settles = !another_segment(key->text, key->length, true, usual);
      return dw_err_set(err, DW_EDATA,
                        "--by: \"%s\" of the column \"%s\" is a text in %s and not in %s, so that the rows of both sides do not "
                        "come together%s%s%s",
                        key->text, both->name, typed(both)->title, untyped(both)->title, settles ? ": --types '" : "",
                        settles ? both->name : "", settles ? "=categorical' keeps it in both" : "");
    }
  }
  return DW_OK;
}

/* NULL: the side has no such column, or is not there. */
static dw_column *find(const dw_dataset *side, const char *name) { return side ? (dw_column *)dw_dataset_find(side, name) : NULL; }

static bool readable(const dw_column *column) { return !column->describes && !column->part; }

dw_status dw_compare_read(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options, dw_err *err)
{
  dw_status status = DW_OK;
  if (options->by && current) {
    both_sides both = {{reference, current}, options->by, {find(reference, options->by), find(current, options->by)}};
    if (formats_differ(&both)) status = check_segments(&both, options, err);
  }
  for (size_t i = 0; i < reference->column_count && status == DW_OK; i++) {
    dw_column *column = reference->column[i];
    if (!readable(column) || column->rows == 0) continue;
    both_sides both = {{reference, current}, column->name, {column, find(current, column->name)}};
    status = read_both(&both, options, err);
  }
  for (size_t i = 0; current && i < current->column_count && status == DW_OK; i++) {
    dw_column *column = current->column[i];
    if (!readable(column) || find(reference, column->name)) continue;
    both_sides both = {{reference, current}, column->name, {NULL, column}};
    status = read_both(&both, options, err);
  }
  if (status == DW_OK) dw_running_mark(reference, current, options);
  return status;
}

/* --- what cannot be told --- */

const char *dw_compare_unread(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current,
                              dw_type *type)
{
  const dw_column *column = telling(reference, current);
  if (!column || options->limits->settings.preset == DW_PRESET_EVIDENTLY || dw_compare_type_choice(options, name)) return NULL;
  if (options->time && strcmp(options->time, name) == 0) return NULL;
  if (column->running) return dw_running_why(column->running, type);
  dw_type_facts facts = dw_column_facts(column);
  if (!dw_type_unread(&facts)) return NULL;
  *type = facts.beyond ? DW_TYPE_CATEGORICAL : DW_TYPE_NUMERIC;
  if (facts.beyond) return "its whole numbers are beyond 2^53, where different ones cannot be told apart";
  if (facts.kinds & DW_KIND_NUMBER)
    return "it has too many strings among its numbers to be one of numbers, and too many values to be one of categories";
  return "its strings are numbers that hardly repeat: they may be quantities or codes";
}

const char *dw_compare_option(dw_arena *arena, const char *option, const char *column, const char *value)
{
  dw_buf item = {0}, text = {0};
  dw_buf_item(&item, column);
  dw_buf_text(&item, value);
  dw_buf_format(&text, "%s ", option);
  dw_buf_shell(&text, dw_buf_cstr(&item));
  const char *kept = dw_arena_strndup(arena, text.data, text.length);
  dw_buf_free(&text);
  dw_buf_free(&item);
  return kept;
}

const char *dw_compare_types_option(dw_arena *arena, const char *name, dw_type type)
{
  dw_buf value = {0};
  dw_buf_format(&value, "=%s", dw_type_name(type));
  const char *option = dw_compare_option(arena, "--types", name, dw_buf_cstr(&value));
  dw_buf_free(&value);
  return option;
}
