#include "fixture.h"

static const char mixed[] = "{\"a\":1,\"b\":\"x\",\"c\":true}\n"
                            "{\"a\":2.5,\"b\":null}\n"
                            "{\"b\":\"y\",\"a\":-3,\"d\":[1,2]}\n"
                            "{\"a\":null,\"b\":\"x\",\"c\":false}\n";

TEST(columns_and_counts)
{
  dw_dataset set;
  fixture_dataset(&set, mixed, NULL);
  CHECK(set.rows == 4 && set.column_count == 4);
  const dw_column *a = dw_dataset_find(&set, "a"), *b = dw_dataset_find(&set, "b"), *c = dw_dataset_find(&set, "c"),
                  *d = dw_dataset_find(&set, "d");
  CHECK(a && b && c && d && !dw_dataset_find(&set, "e"));
  CHECK(a->sorted.count == 3 && a->sorted.value[0] == -3 && a->sorted.value[2] == 2.5);
  CHECK(dw_column_missing(a) == 1 && dw_column_missing(b) == 1 && dw_column_missing(c) == 2 && dw_column_missing(d) == 3);
  CHECK(dw_column_kinds(a) == DW_KIND_NUMBER && dw_column_kinds(c) == DW_KIND_BOOLEAN && dw_column_kinds(d) == DW_KIND_VECTOR);
  CHECK(b->texts.count == 2 && b->text_count[dw_map_find(&b->texts, "x", 1)] == 2);
  CHECK_CLOSE(a->moments.mean, 0.5 / 3, 1e-15);
  CHECK(!dw_column_facts(a).whole);
  dw_dataset_free(&set);
}

/* A finished column by itself. */
static dw_column *appended(dw_dataset *set, const char *name, uint64_t rows)
{
  dw_column *column = dw_alloc(sizeof *column);
  dw_column_init(column, name, false);
  column->rows = rows;
  dw_dataset_append(set, column);
  return column;
}

TEST(columns_are_found_by_their_names_whatever_comes_and_goes)
{
  dw_dataset set;
  fixture_dataset(&set, mixed, NULL);
  dw_column *e = appended(&set, "e", 4), *empty = appended(&set, "f", 0);
  CHECK(dw_dataset_find(&set, "e") == e && empty && !dw_dataset_find(&set, "f") && !dw_dataset_find(&set, ""));
  dw_dataset_drop(&set, "b");
  CHECK(!dw_dataset_find(&set, "b") && dw_dataset_find(&set, "e") == e);
  for (size_t i = 0; i < set.column_count; i++)
    CHECK(dw_dataset_find(&set, set.column[i]->name) == (set.column[i]->rows ? set.column[i] : NULL));
  dw_column *again = appended(&set, "f", 4); /* two of one name: the one that has rows */
  CHECK(dw_dataset_find(&set, "f") == again && dw_dataset_find(&set, "e") == e && !dw_dataset_find(&set, "b"));
  dw_dataset_drop(&set, "f");
  CHECK(!dw_dataset_find(&set, "f") && dw_dataset_find(&set, "e") == e && dw_dataset_find(&set, "a") == set.column[0]);
  dw_dataset_free(&set);
}

TEST(infinite_numbers_are_missing)
{
  dw_dataset set;
  fixture_dataset(&set, "x,y\n1,2\ninf,3\n-inf,\n4,5\n", NULL);
  const dw_column *x = dw_dataset_find(&set, "x");
  CHECK(x->infinite == 2 && dw_column_numbers(x) == 2 && dw_column_missing(x) == 2 && x->sorted.count == 2);
  CHECK(dw_column_missing(dw_dataset_find(&set, "y")) == 1);
  dw_dataset_free(&set);
}

/* rows records: n in order, id all different, few of ten words. */
static char *numbered(size_t rows)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) dw_buf_format(&text, "{\"n\":%zu,\"id\":\"k%zu\",\"few\":\"w%zu\"}\n", i * 7919 % rows, i, i % 10);
  dw_buf_char(&text, '\0');
  return text.data;
}

TEST(past_the_bound_numbers_are_sketched)
{
  enum { ROWS = 50000 };
  char *text = numbered(ROWS);
  dw_dataset set;
  fixture_dataset(&set, text, &(dw_dataset_options){.memory = 200000});
  const dw_column *n = dw_dataset_find(&set, "n");
  CHECK(set.approximate && n->sketch && dw_column_numbers(n) == ROWS && n->sorted.total == ROWS);
  CHECK(dw_column_bytes(n) < 200000);
  double error = dw_column_rank_error(n);
  CHECK(error > 0 && error < 0.02);
  CHECK(n->moments.min == 0 && n->moments.max == ROWS - 1);
  CHECK_CLOSE(n->moments.mean, (ROWS - 1) / 2.0, 1e-12);
  uint64_t below = 0;
  double worst = 0;
  for (size_t i = 0; i < n->sorted.count; i++) { /* the exact rank of value v is v + 1 */
    below += n->sorted.weight[i];
    if (i + 1 < n->sorted.count && n->sorted.value[i + 1] == n->sorted.value[i]) continue;
    worst = fmax(worst, fabs((double)below - (n->sorted.value[i] + 1)) / ROWS);
  }
  CHECK_MSG(worst <= error, "rank off by %g, bound %g", worst, error);
  dw_dataset_free(&set);
  free(text);
}

TEST(identifiers_are_not_hoarded)
{
  char *text = numbered(20000);
  dw_dataset set;
  fixture_dataset(&set, text, NULL);
  const dw_column *id = dw_dataset_find(&set, "id"), *few = dw_dataset_find(&set, "few");
  CHECK(id->endless && id->texts.count == 0 && dw_column_facts(id).endless);
  dw_type_facts facts = dw_column_facts(id);
  CHECK(dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_IDENTIFIER);
  CHECK(!few->endless && few->texts.count == 10 && few->text_count[3] == 2000);
  dw_dataset_free(&set);
  free(text);
}

static bool keep(void *context, const char *name) { return strcmp(name, "id") == 0; }

TEST(unless_asked_to)
{
  char *text = numbered(20000);
  dw_dataset set;
  fixture_dataset(&set, text, &(dw_dataset_options){.keep_texts = keep});
  CHECK(dw_dataset_find(&set, "id")->texts.count == 20000);
  dw_dataset_free(&set);
  free(text);
}

TEST(labels_and_scores_in_pairs)
{
  dw_dataset set;
  fixture_dataset(&set, "{\"y\":1,\"s\":0.5}\n{\"y\":null,\"s\":0.7}\n{\"s\":0.1,\"y\":false}\n{\"y\":0}\n{\"y\":true,\"s\":0.25}\n",
                  &(dw_dataset_options){.label = "y", .score = "s"});
  CHECK(set.scored.count == 3);
  CHECK(set.scored.label[0] == 1 && set.scored.label[1] == 0 && set.scored.label[2] == 1);
  CHECK(set.scored.score[0] == 0.5 && set.scored.score[1] == 0.1 && set.scored.score[2] == 0.25);
  dw_dataset_free(&set);
}

/* Past the bound the sample of vectors gives way, before numbers turn into sketches; the exact moments stay. */
TEST(vectors_within_memory)
{
  dw_dataset all, bound;
  dw_buf text = {0};
  for (int i = 0; i < 1000; i++)
    dw_buf_format(&text, "{\"v\":[%d,%d,%d,%d,1,2,3,4,5,6,7,8,9,10,11,12],\"n\":%d}\n", i, i * 7 % 13, i * 5 % 11, i % 3, i);
  fixture_dataset(&all, dw_buf_cstr(&text), NULL);
  fixture_dataset(&bound, dw_buf_cstr(&text), &(dw_dataset_options){.memory = 48 << 10});
  const dw_vectors *whole = dw_dataset_find(&all, "v")->vectors, *cut = dw_dataset_find(&bound, "v")->vectors;
  CHECK(whole->kept == 1000 && cut->kept < 400 && cut->kept >= DW_VECTORS_LEAST && !bound.approximate);
  CHECK(dw_vectors_memory(cut) < 48 << 10 && cut->count == 1000 && memcmp(cut->mean, whole->mean, 16 * sizeof(double)) == 0);
  for (size_t i = 0; i < cut->kept; i++) CHECK(cut->place[i].number == whole->place[i].number);
  dw_buf_free(&text);
  dw_dataset_free(&all);
  dw_dataset_free(&bound);
}

TEST(dates_of_other_forms_are_instants_as_long_as_all_are)
{
  static const char text[] =
      "{\"iso\":\"2024-02-29\",\"eu\":\"29.02.2024\",\"mixed\":\"2024-02-29\",\"odd\":\"29.02.2024\",\"version\":\"1.2.24\"}\n"
      "{\"iso\":\"2024-03-01\",\"eu\":\"01.03.2024\",\"mixed\":\"3/1/2024 1:00 PM\",\"odd\":\"30.02.2024\",\"version\":\"1.3.24\"}\n";
  static const struct {
    const char *name;
    bool instants, dates;
  } want[] = {{"iso", true, false}, {"eu", true, true}, {"mixed", true, true}, {"odd", false, true}, {"version", false, true}};
  dw_dataset set;
  fixture_dataset(&set, text, NULL);
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    const dw_column *column = dw_dataset_find(&set, want[i].name);
    dw_type_facts facts = dw_column_facts(column);
    CHECK_MSG(facts.instants == want[i].instants && column->dates == want[i].dates, "%s", want[i].name);
    CHECK((dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_DATETIME) == want[i].instants);
    CHECK(dw_type_infer(&facts, DW_TYPING_EVIDENTLY) != DW_TYPE_DATETIME);
  }
  dw_dataset_free(&set);
}
