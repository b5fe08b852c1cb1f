#include "data/profiles/profile.h"

#include "base/num.h"
#include "golden.h"
#include "suite_case.h"
#include "profile_case.h"
#include "stats/samples/sort.h"

/* Records of every kind of column: n whole and few, x real and many, c a category, id all different, s a text, b booleans, v vectors, m a
 * mixture, sometimes missing or null, at a time in milliseconds. */
static char *records(size_t from, size_t to)
{
  dw_buf text = {0};
  char x[DW_NUM_TEXT];
  for (size_t i = from; i < to; i++) {
    double u = golden_uniform(3, i);
    x[dw_num_print(x, floor(1e6 * u * u) / 1000)] = '\0';
    dw_buf_format(&text, "{\"n\":%zu,\"x\":%s,\"id\":\"k%zu\"", i * 31 % 40, x, i);
    if (i % 7) dw_buf_format(&text, ",\"c\":\"w%zu\"", i * i % 11);
    dw_buf_format(&text, ",\"s\":\"a text of its own, number %zu\",\"b\":%s,\"v\":[%zu,1.5,-%zu]", i, i % 3 ? "true" : "false", i % 13,
                  i % 5);
    if (i % 5 == 0) dw_buf_text(&text, ",\"m\":null");
    else dw_buf_format(&text, i % 50 == 1 ? ",\"m\":\"n/a\"" : ",\"m\":%zu.5", i % 997);
    dw_buf_format(&text, ",\"created_at\":%llu,\"ver\":%s}\n", 1700000000000 + 1000ULL * i, i % 4 ? "1.10" : "1.1");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static dw_profile *profile_from(size_t from, size_t to)
{
  char *text = records(from, to);
  dw_profile *profile = profile_of(text, DW_PROFILE_ERROR);
  dw_free(text);
  return profile;
}

TEST(a_profile_says_what_the_columns_hold)
{
  enum { N = 3000 };
  dw_profile *profile = profile_from(0, N);
  CHECK(profile->rows == N && profile->count == 10 && profile->typed && !profile->untyped);
  static const struct {
    const char *name;
    dw_type type;
    uint64_t missing;
    double distinct;
    bool exact;
  } want[] = {{"n", DW_TYPE_NUMERIC, 0, 40, true},       {"c", DW_TYPE_CATEGORICAL, 429, 6, true},
              {"id", DW_TYPE_IDENTIFIER, 0, N, true},    {"s", DW_TYPE_TEXT, 0, N, true},
              {"b", DW_TYPE_CATEGORICAL, 0, 2, true},    {"v", DW_TYPE_VECTOR, 0, 0, true},
              {"m", DW_TYPE_NUMERIC, 600 + 60, 0, true}, {"created_at", DW_TYPE_DATETIME, 0, 0, false},
              {"ver", DW_TYPE_NUMERIC, 0, 1, true}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    const dw_profile_column *column = dw_profile_find(profile, want[i].name);
    CHECK(column != NULL);
    if (!column) continue;
    dw_profile_facts facts = dw_profile_column_facts(profile, column);
    CHECK_MSG(facts.type == want[i].type, "%s: %s", want[i].name, dw_type_name(facts.type));
    CHECK_MSG(facts.missing == want[i].missing && facts.values == N - want[i].missing, "%s: %llu missing", want[i].name,
              (unsigned long long)facts.missing);
    if (want[i].distinct > 0) CHECK_MSG(facts.distinct == want[i].distinct, "%s: %g different", want[i].name, facts.distinct);
    CHECK_MSG(facts.distinct_exact == want[i].exact, "%s", want[i].name);
  }
  const dw_profile_column *v = dw_profile_find(profile, "v");
  CHECK(v->vectors.width == 3 && v->vectors.count == N);
  CHECK_CLOSE(v->vectors.mean[1], 1.5, 1e-15);
  CHECK(v->vectors.m2[1] == 0 && v->vectors.m2[0] > 0);
  CHECK(dw_profile_find(profile, "x")->numbers.fraction && !dw_profile_find(profile, "n")->numbers.fraction);
  CHECK(!dw_profile_find(profile, "nothing"));
  dw_profile_free(profile);
}

TEST(writing_and_reading_is_exact)
{
  static const size_t counts[] = {1, 50, 3000, 30000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    dw_profile *profile = profile_from(0, counts[i]);
    char *once = profile_text(profile);
    dw_profile *read = profile_again(profile), *twice = profile_again(read);
    char *again = profile_text(read), *third = profile_text(twice);
    CHECK_TEXT(again, once);
    CHECK_TEXT(third, once);
    CHECK_TEXT(read->digest, profile->digest);
    dw_free(once);
    dw_free(again);
    dw_free(third);
    dw_profile_free(profile);
    dw_profile_free(read);
    dw_profile_free(twice);
  }
}

/* --- merging --- */

static void check_same_counts(const dw_profile *a, const dw_profile *b, const char *what)
{
  CHECK_MSG(a->rows == b->rows && a->count == b->count && a->merged >= 1, "%s: rows or columns", what);
  for (size_t i = 0; i < a->count; i++) {
    const dw_profile_column *one = a->column[i], *two = dw_profile_find(b, one->name);
    CHECK_MSG(two != NULL, "%s: %s", what, one->name);
    if (!two) continue;
    uint64_t strings[2] = {one->tag[DW_STRING] + one->tag[DW_STRING_ESCAPED], two->tag[DW_STRING] + two->tag[DW_STRING_ESCAPED]};
    CHECK_MSG(one->tag[DW_INTEGER] == two->tag[DW_INTEGER] && one->tag[DW_REAL] == two->tag[DW_REAL] && strings[0] == strings[1], "%s: %s",
              what, one->name);
    const dw_moments *m = &one->numbers.moments, *w = &two->numbers.moments;
    CHECK_MSG(m->count == w->count && (m->count == 0 || (m->min == w->min && m->max == w->max)), "%s: %s", what, one->name);
    if (m->count < 2 || w->min == w->max) continue;
    /* a merge rounds each moment a few times: 1e-12 of the spread is thousands of roundings, and less than any statistic shows */
    double std = dw_moments_std(w, 0), n = (double)m->count;
    CHECK_MSG(fabs(m->mean - w->mean) <= 1e-12 * std + 4e-16 * fabs(w->mean), "%s: mean of %s", what, one->name);
    CHECK_CLOSE(dw_moments_std(m, 0), std, 1e-12);
    CHECK_MSG(fabs(dw_moments_skewness(m) - dw_moments_skewness(w)) < 1e-9, "%s: skewness of %s, n %g", what, one->name, n);
    CHECK_MSG(fabs(dw_moments_kurtosis(m) - dw_moments_kurtosis(w)) < 1e-9, "%s: kurtosis of %s", what, one->name);
  }
  const dw_profile_column *c = dw_profile_find(a, "c"), *d = dw_profile_find(b, "c");
  CHECK(c->texts.frequent.lost == 0 && d->texts.frequent.lost == 0 && c->texts.frequent.count == d->texts.frequent.count);
  CHECK(dw_profile_column_facts(a, c).type == dw_profile_column_facts(b, d).type);
}

/* The x of all records, ascending, and how far any rank in the profile is off. */
static void check_ranks(const dw_profile *profile, size_t n, const char *what)
{
  double *x = malloc(n * sizeof *x), worst = 0;
  for (size_t i = 0; i < n; i++) {
    double u = golden_uniform(3, i);
    x[i] = floor(1e6 * u * u) / 1000;
  }
  dw_sort_doubles(x, n, NULL);
  dw_column *column = dw_profile_column_restore(profile, dw_profile_find(profile, "x"));
  uint64_t below = 0;
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (i + 1 < n && x[i + 1] == x[i]) continue;
    while (at < column->sorted.count && column->sorted.value[at] <= x[i]) below += dw_sorted_weight(column->sorted, at++);
    worst = fmax(worst, fabs((double)below - (double)(i + 1)) / (double)n);
  }
  double bound = dw_column_rank_error(column);
  CHECK_MSG(column->sorted.total == n && worst <= bound && bound <= DW_PROFILE_ERROR, "%s: off by %g, bound %g", what, worst, bound);
  dw_column_free(column);
  dw_free(column);
  free(x);
}

static dw_profile *merged(const dw_profile *a, const dw_profile *b)
{
  dw_profile *into = dw_profile_new(DW_PROFILE_ERROR);
  const dw_profile *both[] = {a, b};
  dw_profile_merge(into, both, 2, NULL);
  return into;
}

/* Parts [from, to) of 16, merged as a tree, or as a chain from the left or the right; each through its document, so that every level
 * reduces what it holds. */
static dw_profile *nested(size_t n, size_t from, size_t to, int how)
{
  if (to - from == 1) return profile_from(n * from / 16, n * to / 16);
  size_t middle = how == 0 ? (from + to) / 2 : how == 1 ? to - 1 : from + 1;
  dw_profile *left = nested(n, from, middle, how), *right = nested(n, middle, to, how);
  dw_profile *first = profile_again(left), *second = profile_again(right);
  dw_profile *all = how == 2 ? merged(second, first) : merged(first, second);
  dw_profile_free(left);
  dw_profile_free(right);
  dw_profile_free(first);
  dw_profile_free(second);
  return all;
}

TEST(any_split_order_and_nesting_says_the_same)
{
  enum { N = 20000 };
  dw_profile *whole = profile_from(0, N);
  check_ranks(whole, N, "whole");
  for (int how = 0; how < 3; how++) {
    char what[32];
    snprintf(what, sizeof what, "nesting %d", how);
    dw_profile *all = nested(N, 0, 16, how);
    CHECK(all->merged == 16);
    check_same_counts(all, whole, what);
    check_ranks(all, N, what);
    dw_profile *again = profile_again(all);
    check_ranks(again, N, "read again");
    dw_profile_free(again);
    dw_profile_free(all);
  }
  dw_profile_free(whole);
}

TEST(threads_make_no_difference)
{
  dw_profile *part[4];
  for (size_t i = 0; i < 4; i++) part[i] = profile_from(5000 * i, 5000 * (i + 1));
  dw_parallel_team *team = dw_parallel_team_new(3);
  dw_profile *one = dw_profile_new(DW_PROFILE_ERROR), *many = dw_profile_new(DW_PROFILE_ERROR);
  dw_profile_merge(one, (const dw_profile *const *)part, 4, NULL);
  dw_profile_merge(many, (const dw_profile *const *)part, 4, team);
  char *a = profile_text(one), *b = profile_text(many);
  CHECK_TEXT(b, a);
  dw_free(a);
  dw_free(b);
  dw_profile_free(one);
  dw_profile_free(many);
  dw_parallel_team_free(team);
  for (size_t i = 0; i < 4; i++) dw_profile_free(part[i]);
}

TEST(columns_that_a_part_lacks_are_absent_there)
{
  dw_profile *a = profile_of("{\"p\":1}\n{\"p\":2,\"q\":\"x\"}\n", 0.001), *b = profile_of("{\"r\":true,\"p\":\"7\"}\n", 0.001);
  dw_profile *all = merged(a, b), *again = profile_again(all);
  dw_profile_facts q = dw_profile_column_facts(again, dw_profile_find(again, "q")),
                   r = dw_profile_column_facts(again, dw_profile_find(again, "r"));
  CHECK(q.missing == 2 && q.values == 1 && r.missing == 2 && r.values == 1);
  CHECK(dw_profile_find(again, "p")->tag[DW_INTEGER] == 2 && dw_profile_find(again, "p")->tag[DW_STRING] == 1);
  dw_profile_free(a);
  dw_profile_free(b);
  dw_profile_free(all);
  dw_profile_free(again);
}

/* --- back into a dataset --- */

TEST(the_dataset_is_that_of_the_records)
{
  char *text = records(0, 1000);
  dw_dataset direct, back;
  fixture_dataset(&direct, text, &(dw_dataset_options){.instants = true});
  dw_profile *profile = profile_of(text, 0.001), *read = profile_again(profile);
  dw_dataset_init(&back, &(dw_dataset_options){0});
  dw_profile_dataset(read, &back);
  CHECK(back.rows == direct.rows && back.column_count == direct.column_count);
  for (size_t i = 0; i < direct.column_count; i++) {
    const dw_column *want = direct.column[i], *got = dw_dataset_find(&back, want->name);
    CHECK(got != NULL);
    if (!got) continue;
    CHECK_MSG(dw_column_missing(got) == dw_column_missing(want) && dw_column_kinds(got) == dw_column_kinds(want), "%s", want->name);
    CHECK_MSG(got->sorted.count == want->sorted.count && got->sorted.total == want->sorted.total, "%s", want->name);
    if (got->sorted.count == want->sorted.count && want->sorted.count)
      CHECK(memcmp(got->sorted.value, want->sorted.value, want->sorted.count * sizeof(double)) == 0);
    dw_type_facts a = dw_column_facts(got), b = dw_column_facts(want);
    CHECK_MSG(dw_type_infer(&a, DW_TYPING_DRIFTWATCH) == dw_type_infer(&b, DW_TYPING_DRIFTWATCH), "%s", want->name);
    CHECK_MSG(got->texts.count == want->texts.count, "%s", want->name);
    for (size_t k = 0; k < want->texts.count; k++) {
      uint32_t at = dw_map_find(&got->texts, want->texts.keys[k].text, want->texts.keys[k].length);
      CHECK_MSG(at != DW_MAP_NONE && got->text_count[at] == want->text_count[k], "%s", want->name);
    }
  }
  dw_dataset_free(&back);
  dw_dataset_free(&direct);
  dw_profile_free(profile);
  dw_profile_free(read);
  dw_free(text);
}

/* --- damage --- */

static void refused(const char *text, size_t length, const char *what)
{
  dw_profile *profile = NULL;
  dw_err err = {0};
  CHECK_MSG(profile_parse(&profile, text, length, &err) == DW_EDATA && !profile, "%s was read", what);
  CHECK_MSG(strncmp(err.message, "p.ndjson:7:", 11) == 0, "%s: %s", what, err.message);
}

TEST(cut_profiles_are_refused)
{
  dw_profile *profile = profile_from(0, 60);
  char *text = profile_text(profile);
  for (size_t length = 0; length < strlen(text); length++) refused(text, length, "a cut profile");
  dw_free(text);
  dw_profile_free(profile);
}

/* Each byte in front of the digest, and the digest itself, changed. */
TEST(damaged_profiles_are_refused)
{
  dw_profile *profile = profile_from(0, 40);
  char *text = profile_text(profile);
  size_t end = (size_t)(strstr(text, ",\"made_by\"") - text);
  for (size_t i = 0; i < end; i++) {
    char was = text[i];
    text[i] = (char)(was ^ 1);
    refused(text, strlen(text), "a damaged profile");
    text[i] = was;
  }
  dw_free(text);
  dw_profile_free(profile);
}

/* What a hostile writer says, with a digest that fits. */
TEST(impossible_profiles_are_refused)
{
  static const char *const wrong[] = {
      "\"rows\":2,\"skipped\":0,\"merged\":1,\"rank_error\":0.001,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":2,\"missing\":0,"
      "\"cells\":{\"integer\":2}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0,\"formats\":[],\"columns\":[]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[\"csv\"],\"columns\":[]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":0,\"missing\":1,"
      "\"cells\":{\"null\":1}},{\"name\":\"a\",\"count\":0,\"missing\":1,\"cells\":{\"null\":1}}]",
      "\"rows\":2,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":0,\"missing\":1,"
      "\"cells\":{\"null\":1}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":1,\"missing\":0,"
      "\"cells\":{\"integer\":1},\"numbers\":{\"count\":1,\"min\":2,\"max\":1,\"mean\":1,\"m2\":0,\"m3\":0,\"m4\":0,\"scale\":0,\"sample\":"
      "[[1,[1]]]}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":1,\"missing\":0,"
      "\"cells\":{\"integer\":1},\"numbers\":{\"count\":1,\"min\":1,\"max\":1,\"mean\":1,\"m2\":0,\"m3\":0,\"m4\":0,\"scale\":0,\"sample\":"
      "[[2,[1]]]}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":1,\"missing\":0,"
      "\"cells\":{\"integer\":1},\"numbers\":{\"count\":1,\"min\":1,\"max\":1,\"mean\":1,\"m2\":0,\"m3\":0,\"m4\":0,"
      "\"scale\":-1e300,\"sample\":[[1,[1]]]}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":1,\"missing\":0,"
      "\"cells\":{\"string\":1},\"texts\":{\"count\":1,\"values\":[]}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":1,\"missing\":0,"
      "\"cells\":{\"vector\":1},\"vectors\":{\"width\":2,\"count\":1,\"mean\":[1],\"m2\":[0,0]}}]",
      "\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[{\"name\":\"a\",\"count\":0,\"missing\":1,"
      "\"cells\":{\"null\":18446744073709551615,\"absent\":2}}]",
      "\"rows\":-1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[]",
      "\"rows\":1,\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,\"formats\":[],\"columns\":[]"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_buf text = {0};
    char digest[DW_SHA256 + 1];
    dw_buf_format(&text, "{\"kind\":\"profile\",\"version\":1,%s", wrong[i]);
    dw_sha256(text.data, text.length, digest);
    dw_buf_format(&text, ",\"digest\":\"%s\",\"made_by\":[]}", digest);
    refused(text.data, text.length, wrong[i]);
    dw_buf_free(&text);
  }
}

TEST(members_that_are_not_known_are_passed_over)
{
  dw_buf text = {0};
  dw_profile *profile = NULL;
  dw_err err = {0};
  char digest[DW_SHA256 + 1];
  dw_buf_text(&text,
              " { \"kind\" : \"profile\",\"version\":1,\"new\":{\"a\":[1,{}]},\"rows\":1,\"skipped\":0,\"merged\":1,\"rank_error\":0.1,"
              "\"formats\":[\"typed\"],\"columns\":[{\"name\":\"a\\u00e9\",\"count\":1,\"missing\":0,\"cells\":{\"integer\":1},"
              "\"numbers\":{\"count\":1,\"min\":5,\"max\":5,\"mean\":5,\"m2\":0,\"m3\":0,\"m4\":0,\"scale\":0,\"sample\":[[1,[5]]]}}]");
  dw_sha256(text.data, text.length, digest);
  dw_buf_format(&text, ", \"digest\":\"%s\",\"made_by\":[{\"command\":\"x\"}]} ", digest);
  dw_status status = profile_parse(&profile, text.data, text.length, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  if (status == DW_OK) CHECK(profile->rows == 1 && dw_profile_find(profile, "a\xc3\xa9") && profile->stages.length == 15);
  dw_profile_free(profile);
  dw_buf_free(&text);
}

/* Bytes changed at random, under a digest that fits: whatever is read all the same can be used. */
TEST(what_is_read_of_a_hostile_writer_can_be_used)
{
  dw_profile *small = profile_from(0, 30), *large = profile_from(0, 4000);
  size_t taken = 0;
  for (uint64_t round = 0, rounds = full() ? 4000 : 1000; round < rounds; round++) {
    char *text = profile_text(round % 10 ? small : large), digest[DW_SHA256 + 1];
    size_t end = (size_t)(strstr(text, ",\"digest\"") - text);
    for (uint64_t k = 0; k <= round % 3; k++) {
      size_t at = (size_t)(golden_uniform(round, 2 * k) * (double)end);
      static const char to[] = "0123456789-.eE[]{},:\"nulltrue";
      bool digit = text[at] >= '0' && text[at] <= '9';
      text[at] = to[(size_t)(golden_uniform(round, 2 * k + 1) * (digit ? 10 : (double)sizeof to - 1))];
    }
    dw_sha256(text, end, digest);
    memcpy(text + end + 11, digest, DW_SHA256);
    dw_profile *read = NULL;
    dw_err err = {0};
    if (profile_parse(&read, text, strlen(text), &err) == DW_OK) {
      taken++;
      dw_profile *all = merged(read, small);
      dw_free(profile_text(all));
      dw_free(profile_text(read));
      dw_profile_free(all);
      dw_profile_free(read);
    }
    dw_free(text);
  }
  CHECK_MSG(taken > 100, "%zu were read", taken);
  dw_profile_free(small);
  dw_profile_free(large);
}
