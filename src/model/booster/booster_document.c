#include "model/booster/booster_document.h"

#include <math.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/text/json.h"

enum { MOST_FEATURES = 1 << 20, MOST_GROUPS = 1 << 12, EXACT_CODE = 1 << 24 };

static dw_status astray(const char *name, dw_err *err, const char *what)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model does not hold together: %s", what);
}

/* --- parts --- */

static dw_text_slice learner_of(dw_text_slice text) { return dw_slice_member(text, "learner"); }
static dw_text_slice booster_of(dw_text_slice text) { return dw_slice_member(learner_of(text), "gradient_booster"); }
static dw_text_slice parameters_of(dw_text_slice text) { return dw_slice_member(learner_of(text), "learner_model_param"); }

static dw_text_slice model_of(dw_text_slice text)
{
  dw_text_slice booster = booster_of(text), model = dw_slice_member(booster, "model");
  return model.text ? model : dw_slice_member(dw_slice_member(booster, "gbtree"), "model");
}

/* What stands between quotes; the whole where there are none. */
static dw_text_slice unquoted(dw_text_slice text)
{
  return text.length >= 2 && text.text[0] == '"' ? (dw_text_slice){text.text + 1, text.length - 2} : text;
}

/* --- base scores --- */

/* "5E-1", or since 3.1 "[5E-1]": a list in a text, with one value for all or one a group. The values one after the other: *at starts at 0;
 * false at the end, and where something else stands (*at is not the end then). */
static bool next_base(dw_text_slice list, size_t *at, double *value)
{
  bool brackets = list.length && list.text[0] == '[';
  size_t from = *at + (brackets && *at == 0), end, next;
  if (from >= list.length || (brackets && list.text[list.length - 1] != ']')) return false;
  while (from < list.length && list.text[from] == ' ') from++;
  for (end = from; end < list.length && !strchr(",] ", list.text[end]);) end++;
  for (next = end; next < list.length && list.text[next] == ' ';) next++;
  if (brackets && list.text[next] != ',' && next + 1 != list.length) return false;
  if (!dw_num_parse(list.text + from, end - from, value, NULL)) return false;
  *at = next + brackets; /* behind a comma, or behind the bracket */
  return true;
}

static dw_text_slice base_of(dw_text_slice text) { return unquoted(dw_slice_member(parameters_of(text), "base_score")); }

static bool is_list(dw_text_slice base) { return base.length && base.text[0] == '['; }

static dw_status more_or_fewer(const dw_booster_document *document, size_t count, const char *name, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model has %zu base scores (base_score) for %zu sums", count, document->groups);
}

/* By which objective's rule a base score becomes a margin. Before 1.3.1 that of binary:logitraw was a probability (XGBoost's pull request
 * 6517); since then it is a margin already, for libraries that read older documents too. */
static const dw_objective *base_rule(const dw_booster_document *document, dw_text_slice text)
{
  static const double changed[] = {1, 3, 1};
  dw_text_slice version = dw_slice_member(text, "version");
  size_t at = 0, i = 0;
  double part = 0;
  if (strcmp(dw_objective_name(document->objective), "binary:logitraw") != 0 || !version.text) return document->objective;
  while (i < 3 && next_base(version, &at, &part) && part == changed[i]) i++;
  return i < 3 && part < changed[i] ? dw_objective_find("binary:logistic", strlen("binary:logistic")) : document->objective;
}

/* Base scores checked, and turned into margins. A linear model starts all its sums from the first one, however many there are: so does
 * XGBoost 3.3, when it trains as when it predicts. */
static dw_status read_base(dw_booster_document *document, dw_text_slice text, const char *name, dw_err *err)
{
  dw_text_slice base = base_of(text);
  size_t count = 0, at = 0;
  bool differ = false, possible = true;
  const dw_objective *rule = base_rule(document, text);
  double value;
  document->base = dw_alloc_array(document->groups, sizeof *document->base);
  for (; possible && next_base(base, &at, &value); count++) {
    if (count == document->groups) return more_or_fewer(document, count + 1, name, err);
    if (is_list(base)) value = dw_objective_base(document->objective, value);
    possible = dw_objective_margin(rule, value, &document->base[count]);
    differ |= count && document->base[count] != document->base[0];
  }
  if (!possible || count == 0 || at < base.length)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model starts from a base_score of %.*s, which cannot be one of %s",
                     (int)(base.length < 60 ? base.length : 60), base.length ? base.text : "", dw_objective_name(document->objective));
  if (count != 1 && count != document->groups) return more_or_fewer(document, count, name, err);
  if (dw_walk_linear(document->walk)) {
    count = 1;
    differ = false;
  }
  for (; count < document->groups; count++) document->base[count] = document->base[0];
  dw_objective_steps(document->objective, document->base, document->groups);
  document->own = differ || dw_walk_dart(document->walk) || !dw_objective_stable(document->objective);
  return DW_OK;
}

/* --- categories --- */

static dw_status unreadable(const char *name, size_t feature, dw_err *err, const char *what)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the categories of feature %zu of the XGBoost model (cats.enc) cannot be read: %s",
                   feature + 1, what);
}

/* Texts one behind the other, as signed or unsigned bytes, and where each begins and the last ends. */
static const char *read_texts(const dw_value *offsets, const dw_value *values, dw_map *out)
{
  dw_buf bytes = {0};
  const char *wrong = NULL;
  size_t from = 0, count = 0;
  for (const dw_value *v = dw_value_first(values); v && !wrong; v = dw_value_next(v)) {
    double byte = dw_value_number(v, -1000);
    if (!(byte >= -128 && byte <= 255 && byte == floor(byte))) wrong = "they are not made of bytes";
    else dw_buf_char(&bytes, (char)(unsigned char)(int)byte);
  }
  const char *text = dw_buf_cstr(&bytes);
  for (const dw_value *v = dw_value_first(offsets); v && !wrong; v = dw_value_next(v), count++) {
    double offset = dw_value_number(v, -1);
    if (!(offset >= (double)from && offset <= (double)bytes.length && offset == floor(offset)) || (count == 0 && offset != 0))
      wrong = "they begin where there are no bytes";
    else if (count && (!dw_utf8_valid(text + from, (size_t)offset - from) || memchr(text + from, 0, (size_t)offset - from)))
      wrong =
          "one of them is not UTF-8 (XGBoost 3.3 cuts names beyond ASCII in the wrong place when it trains on pandas: give it ASCII names)";
    else if (count && dw_map_intern(out, text + from, (size_t)offset - from) != count - 1) wrong = "two are the same";
    else from = (size_t)offset;
  }
  if (!wrong && from != bytes.length) wrong = "their bytes go on behind the last one";
  dw_buf_free(&bytes);
  return wrong;
}

/* Whole numbers, kept as their texts. */
static const char *read_numbers(const dw_value *values, dw_map *out)
{
  size_t count = 0;
  for (const dw_value *v = dw_value_first(values); v; v = dw_value_next(v), count++) {
    char text[DW_NUM_TEXT];
    double number = dw_value_number(v, NAN);
    if (!(fabs(number) <= EXACT_CODE && number == floor(number))) return "they are neither texts nor whole numbers up to 2^24";
    if (dw_map_intern(out, text, dw_num_print(text, number)) != count) return "two are the same";
  }
  return NULL;
}

static dw_status read_category(dw_booster_document *document, size_t feature, dw_text_slice text, const char *name, dw_err *err)
{
  dw_value *value;
  dw_status status = dw_value_parse(&value, text.text, text.length, name, 0, err);
  if (status != DW_OK) return status;
  const dw_value *offsets = dw_value_get(value, "offsets"), *values = dw_value_get(value, "values");
  dw_map *map = &document->category[feature];
  const char *wrong = offsets ? read_texts(offsets, values, map) : read_numbers(values, map);
  dw_value_free(value);
  return wrong ? unreadable(name, feature, err, wrong) : DW_OK;
}

/* The features that take codes of which nothing is said: all of type "c" without names, and all that a split asks for a category. */
static void find_coded(dw_booster_document *document, dw_text_slice types)
{
  dw_text_slice element;
  size_t at = 0, found = 0;
  document->coded = dw_alloc_zero(document->features, sizeof *document->coded);
  dw_walk_coded(document->walk, document->coded);
  for (size_t i = 0; i < document->features && dw_slice_next(types, &at, &element); i++)
    document->coded[i] |= dw_text_equal(element.text, element.length, "\"c\"");
  for (size_t i = 0; i < document->features; i++) {
    if (document->category && document->category[i].count) document->coded[i] = false;
    found += document->coded[i];
  }
  if (found) return;
  dw_free(document->coded);
  document->coded = NULL;
}

/* Since 3.1 a model that was trained on a data frame names its categories; one trained on plain codes has none, and takes codes. Before, it
 * has none either way. */
static dw_status read_categories(dw_booster_document *document, dw_text_slice text, const char *name, dw_err *err)
{
  dw_text_slice cats = dw_slice_member(model_of(text), "cats"), list = dw_slice_member(cats, "enc"), element;
  size_t count = dw_slice_count(list), at = 0;
  dw_status status = DW_OK;
  bool silent = !cats.text && dw_walk_categories(document->walk);
  if (!count && !silent) return DW_OK;
  if (count && count != document->features) return astray(name, err, "it names the categories of more or fewer features than it has");
  document->category = dw_alloc_zero(document->features, sizeof *document->category);
  for (size_t i = 0; i < document->features; i++) dw_map_init(&document->category[i]);
  for (size_t i = 0; status == DW_OK && dw_slice_next(list, &at, &element); i++) status = read_category(document, i, element, name, err);
  if (status == DW_OK) find_coded(document, dw_slice_member(learner_of(text), "feature_types"));
  return status;
}

/* --- names --- */

static dw_status read_names(dw_booster_document *document, dw_text_slice text, const char *name, dw_err *err)
{
  dw_text_slice list = dw_slice_member(learner_of(text), "feature_names");
  dw_value *value;
  if (!list.text) return DW_OK;
  dw_status status = dw_value_parse(&value, list.text, list.length, name, 0, err);
  if (status != DW_OK) return status;
  document->name = dw_alloc_array(dw_value_count(value), sizeof *document->name);
  for (const dw_value *item = dw_value_first(value); item && status == DW_OK; item = dw_value_next(item)) {
    const char *text_of = dw_value_text(item, NULL);
    if (text_of) document->name[document->names++] = dw_strdup(text_of);
    else status = astray(name, err, "the name of a feature is not a text");
  }
  dw_value_free(value);
  return status;
}

/* --- all of it --- */

static dw_status read_objective(dw_booster_document *document, dw_text_slice text, const char *name, dw_err *err)
{
  dw_text_slice objective = unquoted(dw_slice_member(dw_slice_member(learner_of(text), "objective"), "name"));
  if (!booster_of(text).text || !dw_slice_member(booster_of(text), "name").text || objective.length < 1)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "not an XGBoost model in JSON (no learner with a gradient_booster and an objective)");
  document->objective = dw_objective_find(objective.text, objective.length);
  if (document->objective) return DW_OK;
  dw_buf known = {0};
  dw_objective_list(&known);
  dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model has the objective %.*s, which is not known; there are %s",
            (int)(objective.length < 60 ? objective.length : 60), objective.text, dw_buf_cstr(&known));
  dw_buf_free(&known);
  return DW_EDATA;
}

static dw_status read_sizes(dw_booster_document *document, dw_text_slice text, const char *name, dw_err *err)
{
  dw_text_slice parameter = parameters_of(text);
  uint64_t features, classes, targets = 1;
  if (!dw_slice_unsigned(dw_slice_member(parameter, "num_feature"), &features) || features == 0 || features > MOST_FEATURES ||
      !dw_slice_unsigned(dw_slice_member(parameter, "num_class"), &classes) || classes > MOST_GROUPS)
    return astray(name, err, "its number of features or classes is missing or beyond all measure");
  if (!dw_slice_counts(parameter)) return astray(name, err, "one of its numbers of features, classes and targets is none");
  dw_slice_unsigned(dw_slice_member(parameter, "num_target"), &targets); /* since 1.6 */
  if (targets == 0 || targets > MOST_GROUPS) return astray(name, err, "its number of targets is beyond all measure");
  if (classes > 1 && targets > 1) return astray(name, err, "it has several classes and several targets");
  if ((classes > 1) != dw_objective_classes(document->objective))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model has %zu classes, and %s is not an objective for that%s", (size_t)classes,
                     dw_objective_name(document->objective), classes > 1 ? " (an objective of one's own is not in the document)" : "");
  document->features = (size_t)features;
  document->groups = (size_t)(classes > 1 ? classes : targets);
  return DW_OK;
}

/* How many parallel trees a forest has is not said before 1.4, but early stopping left the number of trees up to the best round. */
static size_t parallel_trees(dw_text_slice text)
{
  dw_text_slice attributes = dw_slice_member(learner_of(text), "attributes");
  uint64_t best, trees;
  bool both = dw_slice_unsigned(dw_slice_member(attributes, "best_iteration"), &best) &&
              dw_slice_unsigned(dw_slice_member(attributes, "best_ntree_limit"), &trees);
  return both && best < UINT32_MAX && trees > best && trees % (best + 1) == 0 ? (size_t)(trees / (best + 1)) : 1;
}

/* Early stopping leaves the rounds behind the best one in the document. */
static void read_best(dw_booster_document *document, dw_text_slice text)
{
  dw_text_slice best = dw_slice_member(dw_slice_member(learner_of(text), "attributes"), "best_iteration");
  uint64_t round;
  document->rounds = dw_walk_rounds(document->walk);
  if (!best.text || document->linear) return;
  if (dw_slice_unsigned(best, &round) && round < document->rounds) document->best = (size_t)round + 1;
  else document->best_lacks = true;
}

dw_status dw_booster_document_read(dw_booster_document *out, dw_text_slice text, const char *name, dw_err *err)
{
  *out = (dw_booster_document){0};
  dw_text_slice unclear = dw_slice_unclear(text);
  dw_status status = DW_OK;
  if (unclear.text)
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "the XGBoost model has the key \"%.*s\" twice in one place, or spelled with escapes",
                       (int)(unclear.length < 60 ? unclear.length : 60), unclear.text);
  if (status == DW_OK) status = read_objective(out, text, name, err);
  if (status == DW_OK) status = read_sizes(out, text, name, err);
  if (status == DW_OK) status = dw_walk_read(&out->walk, booster_of(text), out->features, out->groups, parallel_trees(text), name, err);
  if (status == DW_OK) status = read_base(out, text, name, err);
  if (status == DW_OK) status = read_categories(out, text, name, err);
  if (status == DW_OK) status = read_names(out, text, name, err);
  if (status == DW_OK) {
    out->linear = dw_walk_linear(out->walk);
    out->dart = dw_walk_dart(out->walk);
    read_best(out, text);
  }
  return status;
}

void dw_booster_document_free(dw_booster_document *document)
{
  for (size_t i = 0; i < document->features && document->category; i++) dw_map_free(&document->category[i]);
  for (size_t i = 0; i < document->names; i++) dw_free(document->name[i]);
  dw_free(document->name);
  dw_free(document->coded);
  dw_free(document->category);
  dw_free(document->base);
  dw_walk_free(document->walk);
  *document = (dw_booster_document){0};
}

/* --- what the library is told --- */

typedef struct telling {
  dw_text_edit edit[6];
  size_t count;
} telling;

static void replace(telling *t, dw_text_slice at, const char *text, size_t length)
{
  if (at.text) t->edit[t->count++] = (dw_text_edit){at, {text, length}};
}

static dw_text_slice between(const char *from, const char *to) { return (dw_text_slice){from, (size_t)(to - from)}; }

/* The library's own parser reads at most nine digits; a longer number becomes 0.5. */
static bool too_many_digits(const char *number, size_t length)
{
  size_t digits = 0;
  for (size_t i = 0; i < length && number[i] != 'e' && number[i] != 'E'; i++) digits += number[i] >= '0' && number[i] <= '9';
  return digits > 9;
}

/* "[5E-1]" is "5E-1"; scores that are put to the answers by us are 0. */
static void tell_base(telling *t, const dw_booster_document *document, dw_text_slice text, dw_buf *scratch)
{
  size_t at = 0;
  double value = 0;
  char number[DW_NUM_TEXT];
  dw_text_slice base = base_of(text);
  if (!document->own && !is_list(base) && !too_many_digits(base.text, base.length)) return;
  if (!document->own && next_base(base, &at, &value) && is_list(base)) value = dw_objective_base(document->objective, value);
  size_t length = dw_num_print(number, value);
  if (too_many_digits(number, length)) dw_buf_format(scratch, "\"%.8E\"", value); /* nine digits are a float's */
  else dw_buf_format(scratch, "\"%.*s\"", (int)length, number);
  replace(t, dw_slice_member(parameters_of(text), "base_score"), scratch->data, scratch->length);
}

void dw_booster_document_tell(const dw_booster_document *document, dw_text_slice text, dw_buf *out)
{
  static const char squared[] = "{\"name\":\"reg:squarederror\",\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}}";
  static const char none[] = "{\"enc\":[],\"feature_segments\":[],\"sorted_idx\":[]}";
  static const char dart[] = "{\"name\":\"dart\",\"gbtree\":{\"name\":\"gbtree\",\"model\":";
  telling t = {.count = 0};
  dw_buf base = {0}, behind = {0};
  dw_text_slice booster = booster_of(text), model = model_of(text), weights = dw_slice_member(booster, "weight_drop");
  tell_base(&t, document, text, &base);
  if (document->own && !dw_objective_classes(document->objective))
    replace(&t, dw_slice_member(learner_of(text), "objective"), squared, sizeof squared - 1);
  replace(&t, dw_slice_member(model, "cats"), none, sizeof none - 1);
  if (document->dart && dw_slice_member(booster, "model").text) {
    dw_buf_text(&behind, "},\"weight_drop\":");
    dw_buf_add(&behind, weights.text, weights.length);
    dw_buf_char(&behind, '}');
    replace(&t, between(booster.text, model.text), dart, sizeof dart - 1);
    replace(&t, between(model.text + model.length, booster.text + booster.length), behind.data, behind.length);
  }
  dw_slice_edit(text, t.edit, t.count, out);
  dw_buf_free(&base);
  dw_buf_free(&behind);
}
