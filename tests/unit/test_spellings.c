#include "data/columns/spellings.h"
#include "fixture.h"

/* Whether the spelling of x tells, in the two sides given as CSV or NDJSON. */
static bool tells(const char *reference, const char *current, bool among_texts)
{
  dw_dataset set[2];
  const dw_spellings *side[2];
  dw_sorted number[2];
  for (int k = 0; k < 2; k++) {
    fixture_dataset(&set[k], k ? current : reference, NULL);
    const dw_column *x = dw_dataset_find(&set[k], "x");
    side[k] = x->spellings;
    number[k] = x->sorted;
  }
  bool answer = dw_spellings_tell(side, number, among_texts);
  for (int k = 0; k < 2; k++) dw_dataset_free(&set[k]);
  return answer;
}

TEST(what_tells_names_from_quantities)
{
  CHECK(tells("x\n1.1\n1.10\n2.0\n", "x\n1.1\n", false));             /* one number in two spellings */
  CHECK(tells("x\n1.9\n", "x\n1.10\n1.9\n", false));                  /* zeros where others have fewer decimals */
  CHECK(tells("{\"x\":675127116845989888}\n", "{\"x\":1}\n", false)); /* digits that a double does not hold */
  CHECK(tells("x\n1E5\n200000\n", "x\n1E5\n", false));                /* a code */
  CHECK(tells("x\n1E5\nA7\n", "x\n1E5\n", true) && tells("x\n1.50\n", "x\n2.50\n", true));
  CHECK(!tells("x\n1.50\n2.25\n", "x\n1.10\n", false));     /* prices */
  CHECK(!tells("x\n1.0\n2.0\n0.25\n", "x\n1\n2\n", false)); /* floating point: 5.0 is 5 */
  CHECK(!tells("x\n1.0\n1\n", "x\n1\n2\n", true));
  CHECK(!tells("x\n1e-05\n0.5\n", "x\n0.1\n", false));
  CHECK(!tells("{\"x\":1.5e+300}\n{\"x\":2}\n", "{\"x\":1}\n", false));
}

/* More numbers than a column of categories has: it is given up, and says so. */
TEST(spellings_of_a_quantity_are_given_up)
{
  dw_buf text = {0};
  dw_buf_text(&text, "x,y\n");
  for (int i = 0; i < 400; i++) dw_buf_format(&text, "%d.%d0,%d.50\n", i % 30, i % 7, i % 20);
  dw_dataset set;
  fixture_dataset(&set, dw_buf_cstr(&text), NULL);
  CHECK(dw_dataset_find(&set, "x")->spellings->many && dw_dataset_find(&set, "x")->spellings->texts.count == 0);
  const dw_spellings *y = dw_dataset_find(&set, "y")->spellings;
  uint32_t at = dw_map_find(&y->texts, "3.50", 4);
  CHECK(!y->many && y->texts.count == 20 && at != DW_MAP_NONE && y->item[at].count == 20 && y->item[at].number == 3.5);
  dw_dataset_free(&set);
  dw_buf_free(&text);
}

/* The notes of the scanners do not depend on blocks and threads, nor on records that are left out. */
TEST(spellings_whatever_the_blocks)
{
  dw_buf text = {0};
  for (int i = 0; i < 3000; i++) {
    dw_buf_format(&text, "{\"x\":%d.%d0,\"y\":%d.0}\n", i % 5, i / 1000, i % 24);
    if (i % 100 == 7) dw_buf_format(&text, "{\"x\":%d.990,\"y\":%d.0,\n", i, i); /* bad */
  }
  for (unsigned threads = 1; threads <= 3; threads++)
    for (size_t block = 1000; block <= 100000; block *= 10) {
      dw_err err = {0};
      const dw_batch *batch = NULL;
      dw_dataset set;
      dw_dataset_init(&set, &(dw_dataset_options){0});
      dw_reader *reader = fixture_reader(text.data, &(dw_reader_options){.threads = threads, .block = block, .skip_errors = true});
      while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) dw_dataset_add(&set, reader, batch, NULL);
      CHECK(dw_reader_skipped(reader) == 30);
      dw_reader_close(reader);
      dw_dataset_finish(&set, 1);
      const dw_spellings *x = dw_dataset_find(&set, "x")->spellings, *y = dw_dataset_find(&set, "y")->spellings;
      CHECK(!x->many && x->texts.count == 15 && !y->many && y->texts.count == 24);
      for (size_t i = 0; i < x->texts.count; i++) CHECK(x->item[i].count == 200);
      for (size_t i = 0; i < y->texts.count; i++) CHECK(y->item[i].count == 125 && y->item[i].whole);
      dw_dataset_free(&set);
    }
  dw_buf_free(&text);
}
