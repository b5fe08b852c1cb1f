#include "model/language/language_file.h"

#include "io/text/base64.h"
#include "language_case.h"
#include "model/language/language_parts.h"

static dw_language *tiny(void)
{
  dw_corpus corpus = {0};
  dw_corpus_add(&corpus, "abcab", 5);
  dw_corpus_add(&corpus, "cab", 3);
  dw_language *model = language_trained(&corpus, 3, NULL, 0);
  dw_corpus_free(&corpus);
  return model;
}

static dw_buf written(dw_language_document *document)
{
  dw_buf out = {0};
  dw_err err = {0};
  CHECK(dw_language_write(document, &out, &err) == DW_OK);
  return out;
}

TEST(written_and_read)
{
  dw_language_document document = {.language = language_of_english(6)}, again = {0};
  dw_err err = {0};
  dw_buf_text(&document.training, "{\"bytes\":7}");
  dw_buf_text(&document.made_by, "{\"command\":\"a\"},{\"command\":\"b\"}");
  dw_buf text = written(&document);
  CHECK(strncmp(dw_buf_cstr(&text), "{\"kind\":\"model\",\"format\":1,\"type\":\"lm\",\"task\":\"language\",\"order\":6,", 67) == 0);
  CHECK_MSG(dw_language_parse(&again, text.data, text.length, "m", &err) == DW_OK, "%s", err.message);
  CHECK(language_same(document.language, again.language));
  CHECK_TEXT(dw_buf_cstr(&again.training), "{\"bytes\":7}");
  CHECK(again.metrics.length == 0);
  dw_buf twice = written(&again);
  CHECK(twice.length == text.length && memcmp(twice.data, text.data, text.length) == 0);
  language_normal_along(again.language, "A password", 10);
  dw_buf_free(&text);
  dw_buf_free(&twice);
  dw_language_document_free(&document);
  dw_language_document_free(&again);
}

static void refuses(const char *text, size_t length, const char *says)
{
  dw_language_document document = {0};
  dw_err err = {0};
  dw_status status = dw_language_parse(&document, text, length, "m", &err);
  CHECK_MSG(status == DW_EDATA && strstr(err.message, says) && strncmp(err.message, "m", 1) == 0, "%.60s: %d, \"%s\", want \"%s\"", text,
            (int)status, err.message, says);
  dw_language_document_free(&document);
}

TEST(what_is_no_language_model)
{
  static const struct {
    const char *text, *says;
  } cases[] = {{"", "m"},
               {"[]", "not a language model"},
               {"{\"kind\":\"model\",\"format\":1,\"task\":\"binary\"}", "not a language model"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":2}", "format 2"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":1,\"digest\":\"\"}", "no data"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":1,\"data\":\"\"}", "no digest"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":1,\"data\":\"!\",\"digest\":\"\"}", "base64"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":1,\"data\":\"\",\"digest\":\"\"}", "digest is another"},
               {"{\"kind\":\"model\",\"type\":\"lm\",\"format\":1,\"data\":\"KLUv/SQ=\",\"digest\":\"\"}", "cut short"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refuses(cases[i].text, strlen(cases[i].text), cases[i].says);
  dw_language_document document = {.language = tiny()};
  dw_buf text = written(&document);
  char *order = strstr(dw_buf_cstr(&text), "\"order\":3");
  order[8] = '4';
  refuses(text.data, text.length, "order");
  order[8] = '3';
  for (size_t cut = 0; cut + 2 < text.length; cut++) refuses(text.data, cut, "m");
  dw_err err = {0};
  CHECK(dw_language_open(&document, "no/such/model.json", &err) == DW_ESYSTEM);
  dw_buf_free(&text);
  dw_language_document_free(&document);
}

/* Every bit of the document: it is refused, or the same model (a name that nobody reads, white space). */
TEST(every_bit_of_the_document)
{
  dw_language_document document = {.language = tiny()};
  dw_buf text = written(&document);
  size_t read = 0;
  for (size_t bit = 0; bit < text.length * 8; bit++) {
    dw_language_document other = {0};
    text.data[bit / 8] ^= (char)(1 << bit % 8);
    if (dw_language_parse(&other, text.data, text.length, "m", NULL) == DW_OK) {
      CHECK_MSG(language_same(document.language, other.language), "bit %zu", bit);
      read++;
    }
    text.data[bit / 8] ^= (char)(1 << bit % 8);
    dw_language_document_free(&other);
  }
  CHECK_MSG(read < text.length * 8 / 2, "%zu", read);
  dw_buf_free(&text);
  dw_language_document_free(&document);
}

/* What unpacks is a model, wherever it comes from. */
static bool unpacks(const dw_buf *bytes)
{
  const char *why = NULL;
  char *copy = malloc(bytes->length + 1); /* as long as it is, so that a sanitizer sees what reads beyond */
  memcpy(copy, bytes->data, bytes->length);
  copy = realloc(copy, bytes->length ? bytes->length : 1);
  dw_language *model = dw_language_unpack(copy, bytes->length, &why);
  free(copy);
  CHECK((model != NULL) == (why == NULL));
  if (!model) return false;
  language_normal_along(model, "abcab", 5);
  language_normal_along(model, "\xff\0zz", 4);
  dw_language_free(model);
  return true;
}

TEST(every_cut_and_every_bit_of_the_bytes)
{
  dw_language *model = tiny();
  dw_buf bytes = {0};
  size_t unpacked = 0;
  dw_language_pack(model, &bytes);
  CHECK(unpacks(&bytes));
  for (size_t bit = 0; bit < bytes.length * 8; bit++) {
    bytes.data[bit / 8] ^= (char)(1 << bit % 8);
    unpacked += unpacks(&bytes);
    bytes.data[bit / 8] ^= (char)(1 << bit % 8);
  }
  CHECK_MSG(unpacked > bytes.length && unpacked < bytes.length * 7, "%zu of %zu", unpacked, bytes.length * 8); /* weights may be any */
  for (size_t whole = bytes.length; bytes.length-- > 0;) {
    CHECK_MSG(!unpacks(&bytes), "cut to %zu of %zu", bytes.length, whole);
    if (!bytes.length) break;
  }
  dw_buf_free(&bytes);
  dw_language_free(model);
}

/* A few bytes set to anything: columns that promise cycles, more than there is, or nothing. */
TEST(random_damage)
{
  dw_language *model = tiny();
  dw_buf bytes = {0};
  size_t unpacked = 0;
  dw_language_pack(model, &bytes);
  for (uint64_t round = 0; round < 20000; round++) {
    dw_buf damaged = {0};
    dw_buf_add(&damaged, bytes.data, bytes.length);
    for (uint64_t i = 0; i <= golden_bits(3, round) % 4; i++)
      damaged.data[golden_bits(4, round * 8 + i) % bytes.length] = (char)(golden_bits(5, round * 8 + i) % 7);
    unpacked += unpacks(&damaged);
    dw_buf_free(&damaged);
  }
  CHECK_MSG(unpacked > 0 && unpacked < 18000, "%zu", unpacked);
  dw_buf_free(&bytes);
  dw_language_free(model);
}

static void refuses_bytes(const dw_language *model, const char *says)
{
  const char *why;
  dw_buf bytes = {0};
  dw_language_pack(model, &bytes);
  dw_language *got = dw_language_unpack(bytes.data, bytes.length, &why);
  CHECK_MSG(!got && strstr(why, says), "\"%s\", want \"%s\"", why ? why : "", says);
  dw_language_free(got);
  dw_buf_free(&bytes);
}

TEST(promises)
{
  dw_language *m = tiny();
  uint32_t last = m->contexts - 1;
  CHECK(m->child[1] > 3);
  m->oldest[2] = m->oldest[1];
  refuses_bytes(m, "contexts are not in order");
  dw_language_free(m);
  m = tiny();
  m->symbol[1] = m->symbol[0];
  refuses_bytes(m, "grams are not in order");
  dw_language_free(m);
  m = tiny();
  m->symbol[m->grams - 1] = 257;
  refuses_bytes(m, "grams are not in order");
  dw_language_free(m);
  m = tiny();
  m->order = 2;
  refuses_bytes(m, "too far back");
  m->order = 13;
  refuses_bytes(m, "order");
  m->order = 0;
  refuses_bytes(m, "order");
  dw_language_free(m);
  m = tiny();
  for (uint32_t c = 1; c <= m->contexts; c++) m->child[c] = c == m->contexts ? m->contexts : 1; /* all are children of the last one */
  refuses_bytes(m, "no tree");
  dw_language_free(m);
  m = tiny();
  m->first[last] = m->first[last - 1];
  refuses_bytes(m, "no grams");
  dw_language_free(m);
  static const float wrong[] = {0, -1, NAN, INFINITY, 1e31F};
  for (size_t i = 0; i < 5; i++) {
    m = tiny();
    m->backoff[last] = wrong[i];
    refuses_bytes(m, "backoff");
    dw_language_free(m);
    m = tiny();
    m->weight[3] = wrong[i];
    if (i) refuses_bytes(m, "weight");
    dw_language_free(m);
  }
}
