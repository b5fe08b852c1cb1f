#include "detect/check/data_quality.h"

#include <math.h>

#include "base/letters.h"
#include "base/mem.h"
#include "detect/method/method_reach.h"
#include "stats/tests/contingency.h"

enum { VARIANTS_LISTED = 20 };

/* The text as it is compared: letters by dw_letters_fold, no blanks at either end, and one where there are several. */
static void fold(dw_buf *out, const char *text, size_t length)
{
  bool blank = false;
  out->length = 0;
  for (size_t at = 0; at < length;) {
    char bytes[4];
    uint32_t c = dw_letters_next(text, length, &at);
    if (dw_letters_is_space(c)) {
      blank = out->length > 0;
      continue;
    }
    if (blank) dw_buf_char(out, ' ');
    blank = false;
    c = dw_letters_fold(c);
    dw_buf_add(out, bytes, dw_utf8_encode(bytes, c));
  }
}

static void open_detail(dw_json *json, dw_finding *finding, const char *kind)
{
  dw_json_start(json, &finding->detail, 0);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", kind);
}

/* --- strays --- */

static void write_strays(dw_json *json, const char *key, const dw_column *column)
{
  dw_json_open(json, key, '{');
  dw_json_integer(json, "count", (int64_t)column->strays);
  dw_json_open(json, "first", '[');
  for (size_t i = 0; i < column->first_count && column->strays; i++) {
    const dw_stray *stray = &column->first[i];
    dw_json_open(json, NULL, '{');
    dw_json_bytes(json, "value", stray->text, stray->length);
    dw_json_text(json, "file", stray->file);
    if (stray->line) dw_json_integer(json, "line", (int64_t)stray->line);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

/* One share of all rows on either side. More is asked for, and less is no answer to it: the two-sided p-value where there is more, else 1,
 * is at most alpha no more often than alpha. */
static void judge_more(dw_finding *finding, const dw_limits *limits, const uint64_t count[2], const uint64_t rows[2],
                       dw_effective effective, dw_shift_place place)
{
  dw_share_shift found;
  double p_value;
  dw_err err;
  dw_status status = dw_share_shift_plain(count[0], rows[0], count[1], rows[1], effective, &found, &err);
  if (status == DW_OK) status = dw_share_shift_p(count[0], rows[0], count[1], rows[1], effective, &p_value, &err);
  if (status != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_check_take_share(finding, &found, place);
  finding->statistic = finding->effect_size = found.current - found.reference;
  finding->direction = finding->effect_size > 0 ? "up" : finding->effect_size < 0 ? "down" : NULL;
  dw_check_judge_share(finding, limits, "fisher_exact", finding->effect_size > 0 ? p_value : 1);
}

void dw_check_strays(dw_finding_list *findings, const dw_limits *limits, const char *name, dw_type type, const dw_column *reference,
                     const dw_column *current, dw_effective effective, const char *untold)
{
  if (reference->strays + current->strays == 0) return;
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_DATA_QUALITY, name, type);
  dw_json json;
  open_detail(&json, finding, "stray_values");
  dw_json_open(&json, "strays", '{');
  write_strays(&json, "reference", reference);
  write_strays(&json, "current", current);
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  finding->warning = untold;
  uint64_t count[2] = {reference->strays, current->strays}, rows[2] = {reference->rows, current->rows};
  if (!untold) judge_more(finding, limits, count, rows, effective, DW_PLACE_STRAYS);
}

/* --- categories written in several ways --- */

typedef struct alike_group {
  size_t first, leader, count; /* categories: the first of them, the one that the others are taken for, and how many */
} alike_group;

typedef struct variants {
  const dw_categories *all;
  alike_group *group;
  uint32_t *of;        /* [all->count] its group */
  size_t alike, fresh; /* categories in groups of several; those of them that the reference never wrote so */
  uint64_t most, rows; /* current rows of the most frequent fresh one, and of all */
} variants;

static bool leads(const dw_category *a, const dw_category *b)
{
  return a->reference != b->reference ? a->reference > b->reference : a->current > b->current;
}

static bool is_fresh(const variants *v, size_t i)
{
  const alike_group *group = &v->group[v->of[i]];
  return group->count > 1 && group->leader != i && v->all->item[i].reference == 0 && v->all->item[i].current > 0;
}

static void find_variants(variants *v, const dw_categories *all)
{
  dw_map keys;
  dw_buf key = {0};
  dw_map_init(&keys);
  *v = (variants){.all = all, .group = dw_alloc_array(all->count, sizeof *v->group), .of = dw_alloc_array(all->count, sizeof *v->of)};
  for (size_t i = 0; i < all->count; i++) {
    const dw_category *item = &all->item[i];
    fold(&key, item->text, item->length);
    size_t known = keys.count;
    uint32_t group = v->of[i] = dw_map_intern(&keys, dw_buf_cstr(&key), key.length);
    if (group == known) v->group[group] = (alike_group){i, i, 0};
    if (leads(item, &all->item[v->group[group].leader])) v->group[group].leader = i;
    v->group[group].count++;
  }
  for (size_t i = 0; i < all->count; i++) {
    v->alike += v->group[v->of[i]].count > 1;
    if (!is_fresh(v, i)) continue;
    v->fresh++;
    v->rows += all->item[i].current;
    if (all->item[i].current > v->most) v->most = all->item[i].current;
  }
  dw_map_free(&keys);
  dw_buf_free(&key);
}

static void write_variants(dw_finding *finding, const variants *v)
{
  size_t listed = 0, count = 0;
  dw_json json;
  open_detail(&json, finding, "category_variants");
  dw_json_open(&json, "variants", '[');
  for (int fresh = 1; fresh >= 0; fresh--)
    for (size_t i = 0; i < v->all->count; i++) {
      const dw_category *item = &v->all->item[i];
      const alike_group *group = &v->group[v->of[i]];
      if (group->count < 2 || group->leader == i || is_fresh(v, i) != fresh) continue;
      count++;
      if (listed == VARIANTS_LISTED) continue;
      listed++;
      const dw_category *leader = &v->all->item[group->leader];
      dw_json_open(&json, NULL, '{');
      dw_json_bytes(&json, "value", item->text, item->length);
      dw_json_bytes(&json, "like", leader->text, leader->length);
      dw_json_integer(&json, "reference", (int64_t)item->reference);
      dw_json_integer(&json, "current", (int64_t)item->current);
      dw_json_close(&json, '}');
    }
  dw_json_close(&json, ']');
  dw_json_integer(&json, "variant_count", (int64_t)count);
  dw_json_integer(&json, "new_count", (int64_t)v->fresh);
  dw_json_integer(&json, "new_rows", (int64_t)v->rows);
  dw_json_close(&json, '}');
}

/* As new categories are, which these are too: what is asked is whether they are only another way of writing. */
static void judge_variants(dw_finding *finding, const dw_limits *limits, const dw_pair *pair, const variants *v)
{
  const dw_categories *all = v->all;
  uint64_t n = dw_effective_count(all->reference_total, pair->effective.reference),
           m = dw_effective_count(all->current_total, pair->effective.current), most[2] = {v->most, all->current_total - v->most};
  dw_effective_counts(most, 2, all->current_total, m, most);
  dw_share_shift found;
  dw_err err;
  if (dw_share_shift_plain(0, all->reference_total, v->rows, all->current_total, pair->effective, &found, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_check_take_share(finding, &found, DW_PLACE_VARIANTS);
  finding->statistic = finding->effect_size = found.current;
  finding->direction = v->rows ? "up" : NULL;
  dw_check_judge_share(finding, limits, "exceedance", most[0] ? fmin(1, dw_exceedance_p(n, m, most[0]) * (double)v->alike) : 1);
}

void dw_check_variants(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair)
{
  static const char matched[] =
      "of all rows: --match does not tell by cells of the calendar how categories are written; new_categories does";
  static const char unknown[] = "not all values of the reference are known, of a profile or a sketch: told, not judged";
  const dw_categories *all = &pair->categories;
  if (all->reference_total == 0 || all->current_total == 0) return;
  variants v;
  find_variants(&v, all);
  if (v.alike > 0) {
    dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_DATA_QUALITY, pair->name, pair->type);
    write_variants(finding, &v);
    if (pair->cells) finding->warning = matched;
    else if (!dw_reach_names_all(pair->reference)) finding->warning = unknown;
    else judge_variants(finding, limits, pair, &v);
  }
  dw_free(v.group);
  dw_free(v.of);
}

size_t dw_check_spellings(const dw_categories *all)
{
  variants v;
  find_variants(&v, all);
  dw_free(v.group);
  dw_free(v.of);
  return v.alike;
}

/* --- records that repeat others --- */

const char dw_check_repeats_matched[] = "of all rows: --match does not tell by cells of the calendar how many there are: told, not judged";
const char dw_check_repeats_uneven[] =
    "one side has columns that the other has not, which make its records different ones: told, not judged";

/* One side, on one level: all of it, and what is compared. */
typedef struct repeated {
  double rows, all; /* records, and those of them that repeat another one */
  double compared_rows, compared;
} repeated;

static void write_repeated(dw_json *json, const char *key, const repeated *side, double scale)
{
  dw_json_open(json, key, '{');
  dw_json_integer(json, "rows", (int64_t)(scale * side->rows));
  dw_json_integer(json, "duplicates", (int64_t)(scale * side->all));
  dw_json_number(json, "share", side->rows > 0 ? side->all / side->rows : NAN);
  dw_json_number(json, "comparable_share", side->compared_rows > 0 ? side->compared / side->compared_rows : NAN);
  dw_json_close(json, '}');
}

/* time: rows that one independent row is worth. */
static void judge_repeats(dw_finding *finding, const dw_limits *limits, const repeated side[2], double time)
{
  uint64_t count[2], rows[2];
  for (int i = 0; i < 2; i++) {
    rows[i] = (uint64_t)floor(side[i].compared_rows + 0.5);
    count[i] = (uint64_t)floor(side[i].compared + 0.5);
    if (count[i] > rows[i]) count[i] = rows[i];
  }
  dw_effective effective = {0};
  if (time > 1) effective = (dw_effective){(uint64_t)fmax(1, (double)rows[0] / time), (uint64_t)fmax(1, (double)rows[1] / time)};
  judge_more(finding, limits, count, rows, effective, DW_PLACE_DUPLICATES);
}

void dw_check_repeats(dw_finding_list *findings, const dw_limits *limits, const dw_repeats *reference, const dw_repeats *current,
                      double time, const char *untold)
{
  static const char uneven[] = "one side has so many more records that samples of both have none in common: told, not judged";
  const dw_repeats *of[2] = {reference, current};
  unsigned level = reference->level > current->level ? reference->level : current->level;
  unsigned least = reference->level < current->level ? reference->level : current->level;
  if (level - least >= DW_REPEATS_DEEPER) untold = uneven;
  repeated side[2];
  for (int i = 0; i < 2; i++) dw_repeats_expect(of[i], untold == uneven ? of[i]->level : level, 1, &side[i].rows, &side[i].all);
  if (side[0].all + side[1].all <= 0) return;
  for (int i = 0; i < 2; i++) {
    double kept = side[i].rows > side[1 - i].rows ? side[1 - i].rows / side[i].rows : 1;
    dw_repeats_expect(of[i], level, kept, &side[i].compared_rows, &side[i].compared);
  }
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_DATA_QUALITY, NULL, DW_TYPE_OTHER);
  dw_json json;
  open_detail(&json, finding, "duplicate_rows");
  for (int i = 0; i < 2; i++)
    write_repeated(&json, i ? "current" : "reference", &side[i], ldexp(1, (int)(untold == uneven ? of[i]->level : level)));
  if (level) dw_json_number(&json, "sampled", ldexp(1, -(int)level));
  dw_json_close(&json, '}');
  finding->approximate = level > 0;
  finding->warning = untold;
  if (!untold) judge_repeats(finding, limits, side, time);
}

/* --- names --- */

static void write_names(dw_finding *finding, const dw_named_column *column, const uint32_t *of, uint32_t group, size_t count)
{
  dw_json json;
  open_detail(&json, finding, "names_alike");
  dw_json_open(&json, "names", '[');
  for (size_t i = 0; i < count; i++) {
    if (of[i] != group) continue;
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "name", column[i].name);
    dw_json_bool(&json, "reference", column[i].reference);
    dw_json_bool(&json, "current", column[i].current);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
}

/* "customer id", "customer_id" and "customerId" are one name to people. Of columns that both sides have, x1 and x_1 are two. */
static void fold_name(dw_buf *key, const dw_named_column *column)
{
  fold(key, column->name, strlen(column->name));
  if (column->reference && column->current) return;
  size_t kept = 0;
  for (size_t i = 0; i < key->length; i++) {
    bool mark = dw_utf8_mark(key->data + i, key->length - i) > 0; /* of a file that was read past its first line */
    if (mark) i += 2;
    else if (!strchr(" _-", key->data[i])) key->data[kept++] = key->data[i];
  }
  if (kept) key->length = kept;
}

void dw_check_names(dw_finding_list *findings, const dw_named_column *column, size_t count)
{
  static const char told[] =
      "names that differ in case, blanks or underscores alone are different columns here: whoever writes the records settles "
      "which one it is, --rename OLD=NEW makes them one, or --exclude leaves one out";
  uint32_t *of = dw_alloc_array(count, sizeof *of), *members = dw_alloc_zero(count + 1, sizeof *members);
  dw_map keys;
  dw_buf key = {0};
  dw_map_init(&keys);
  for (size_t i = 0; i < count; i++) {
    fold_name(&key, &column[i]);
    members[of[i] = dw_map_intern(&keys, dw_buf_cstr(&key), key.length)]++;
  }
  for (size_t i = 0; i < count; i++) {
    if (members[of[i]] < 2) continue;
    dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_DATA_QUALITY, column[i].name, column[i].type);
    finding->warning = told;
    write_names(finding, column, of, of[i], count);
    members[of[i]] = 0; /* told */
  }
  dw_map_free(&keys);
  dw_buf_free(&key);
  dw_free(of);
  dw_free(members);
}
