#include "io/text/roster.h"
#include "test.h"

static void take(dw_roster *names, const char *const *text, size_t count)
{
  dw_roster_init(names);
  for (size_t i = 0; i < count; i++) dw_roster_add(names, text[i], strlen(text[i]));
}

static bool is(const char *got, const char *want) { return want ? got && strcmp(got, want) == 0 : !got; }

TEST(matched_by_name_and_pattern)
{
  static const char *const text[] = {"amount", "in", "in.x", "in.deep", "in.deep.er", "amount"};
  dw_roster names;
  take(&names, text, 6);
  CHECK(names.map.count == 5);
  CHECK(dw_roster_match(&names, "amount") && dw_roster_match(&names, "am*") && dw_roster_match(&names, "in.?"));
  CHECK(!dw_roster_match(&names, "amoun") && !dw_roster_match(&names, "Amount") && !dw_roster_match(&names, ""));
  CHECK(dw_roster_have(&names, "amount") && !dw_roster_have(&names, "am*") && !dw_roster_have(&names, "in") &&
        dw_roster_have(&names, "in.x"));
  CHECK(!dw_roster_match(&names, "in") && !dw_roster_match(&names, "in.deep")); /* objects: their members are the columns */
  CHECK(dw_roster_match(&names, "in.*") && dw_roster_match(&names, "i*"));
  dw_roster_free(&names);
}

TEST(names_are_not_terminated)
{
  dw_roster names;
  dw_roster_init(&names);
  dw_roster_add(&names, "abc", 2);
  CHECK(dw_roster_match(&names, "ab") && !dw_roster_match(&names, "abc"));
  dw_roster_free(&names);
}

TEST(the_nearest_column)
{
  static const char *const text[] = {"Customer-ID", "transaction_amount", "net.amount", "net", "b a l", "ts", "id", "note1", "note2"};
  static const struct {
    const char *name, *nearest;
  } cases[] = {
      {"customer_id", "Customer-ID"},
      {"customerId", "Customer-ID"},
      {"CUSTOMER ID", "Customer-ID"}, /* case and what joins words */
      {"bal", "b a l"},
      {"net_amount", "net.amount"},
      {"TS", "ts"},
      {"custmer_id", "Customer-ID"},
      {"transaction_amuont", "transaction_amount"}, /* letters */
      /* a part of one name alone */
      {"customer", "Customer-ID"},
      {"transaction_amount_eur", "transaction_amount"},
      {"transaction", "transaction_amount"},
      {"net", "net.amount"},
      {"transaction_am*", "transaction_amount"},
      {"*", NULL},
      {"", NULL},
      {"note", "note1"}, /* the first of equals */
      {"sum", NULL},
      {"x", NULL},
      {"i", NULL},
  };
  dw_roster names;
  take(&names, text, 9);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *got = dw_roster_nearest(&names, cases[i].name);
    bool good = is(got, cases[i].nearest);
    if (!good) printf("# nearest to \"%s\": %s\n", cases[i].name, got ? got : "none");
    CHECK(good);
  }
  dw_roster_free(&names);
}

TEST(a_list_of_the_first)
{
  static const char *const text[] = {"in", "in.x", "b", "a"};
  dw_roster names;
  dw_buf out = {0};
  take(&names, text, 4);
  dw_roster_list(&names, 3, &out);
  CHECK(strcmp(dw_buf_cstr(&out), "a, b, in.x") == 0);
  out.length = 0;
  dw_roster_list(&names, 2, &out);
  CHECK(strcmp(dw_buf_cstr(&out), "a, b …") == 0);
  dw_buf_free(&out);
  dw_roster_free(&names);
  dw_roster_init(&names);
  CHECK(!dw_roster_match(&names, "*") && !dw_roster_nearest(&names, "a"));
  dw_roster_free(&names);
}

/* Names that are ever new, and names of very many objects, do not take all memory; then none is said to be missing. */
TEST(ever_new_names)
{
  dw_roster names;
  char name[40], *deep = dw_alloc(1 << 20);
  dw_roster_init(&names);
  for (int i = 0; i < 300000; i++) dw_roster_add(&names, name, (size_t)snprintf(name, sizeof name, "key%d", i));
  CHECK(names.full && names.map.count < 200000);
  CHECK(dw_roster_have(&names, "key5") && dw_roster_have(&names, "key299999") && dw_roster_match(&names, "other*"));
  dw_roster_free(&names);
  dw_roster_init(&names);
  CHECK(!names.full);
  memset(deep, '.', 1 << 20);
  dw_roster_add(&names, deep, 1 << 20);
  CHECK(names.full && dw_map_bytes(&names.objects) < (size_t)80 << 20);
  dw_roster_free(&names);
  dw_free(deep);
}
