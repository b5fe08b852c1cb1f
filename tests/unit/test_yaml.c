#include "test.h"

#include "base/str.h"
#include "io/text/yaml.h"

/* The tree as text: lists in [], maps in {}, quoted scalars in quotes; or the message. */
static void show(const dw_node *node, dw_buf *out)
{
  if (node->key) dw_buf_format(out, "%s=", node->key);
  if (node->type == DW_NODE_SCALAR) {
    dw_buf_format(out, node->quoted ? "'%s'" : "%s", node->text);
    return;
  }
  size_t count = 0;
  dw_buf_char(out, node->type == DW_NODE_LIST ? '[' : '{');
  for (const dw_node *child = node->first; child; child = child->next, count++) {
    if (child != node->first) dw_buf_char(out, ',');
    show(child, out);
  }
  CHECK(count == node->count);
  dw_buf_char(out, node->type == DW_NODE_LIST ? ']' : '}');
}

static const char *shown_bytes(const char *text, size_t length)
{
  static dw_buf out;
  dw_yaml *yaml;
  dw_err err;
  out.length = 0;
  char *exact = malloc(length ? length : 1);
  memcpy(exact, text, length);
  if (dw_yaml_parse(&yaml, exact, length, "f.yaml", &err) == DW_OK) {
    if (dw_yaml_root(yaml)) show(dw_yaml_root(yaml), &out);
    else dw_buf_text(&out, "(empty)");
    dw_yaml_free(yaml);
  } else {
    CHECK(err.status == DW_EUSAGE && !yaml);
    dw_buf_text(&out, err.message);
  }
  free(exact);
  return dw_buf_cstr(&out);
}

static const char *shown(const char *text) { return shown_bytes(text, strlen(text)); }

TEST(yaml_trees)
{
  static const char *const cases[][2] = {
      {"", "(empty)"},
      {"\n# a comment\n", "(empty)"},
      {"---\n", "(empty)"},
      {"a: 1\nb: two words\n", "{a=1,b=two words}"},
      {"---\na: 1\n...\n", "{a=1}"},
      {"- 1\n- [2, 3]\n- {x: 4}\n", "[1,[2,3],{x=4}]"},
      {"a:\n  - b: 1\n    c: \"2\"\n  - '3'\n", "{a=[{b=1,c='2'},'3']}"},
      {"a:\nb: ~\n", "{a=,b=~}"},
      {"a: |\n  x\n  y\n", "{a='x\ny\n'}"},
      {"{\"a\":1,\"b\":[true,null,\"x\\u00e9\\/\"]}", "{a=1,b=[true,null,'x\xc3\xa9/']}"},
      {"{\n\t\"a\": 1,\n\t\"b\": 2\n}\n", "{a=1,b=2}"},
      {"\xef\xbb\xbf"
       "a: 1\nb: 2\n",
       "{a=1,b=2}"},
      {"a: 1\r\nb: 2\r\n", "{a=1,b=2}"},
      {"night: transaction_hour < 6\n", "{night=transaction_hour < 6}"},
      {"A: 1\na: 2\n", "{A=1,a=2}"},
      {"caf\xc3\xa9: \xf0\x9f\x98\x80\n", "{caf\xc3\xa9=\xf0\x9f\x98\x80}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK_TEXT(shown(cases[i][0]), cases[i][1]);
}

TEST(yaml_refuses)
{
  static const char *const cases[][2] = {
      {"a: 1\na: 2\n", "f.yaml:2: the key \"a\" stands twice in this map"},
      {"x:\n  b: 1\n  \"b\": 2\n", "f.yaml:3: the key \"b\" stands twice in this map"},
      {"a: &x 1\n", "f.yaml:1: anchors (&name) are not taken: write the value out where it is needed"},
      {"a: *x\n", "f.yaml:1: aliases (*name) are not taken: write the value out"},
      {"\na: !!int 1\n", "f.yaml:2: tags (!name) are not taken: write the bare value"},
      {"a: !custom {b: 1}\n", "f.yaml:1: tags (!name) are not taken: write the bare value"},
      {"&k a: 1\n", "f.yaml:1: tags and anchors are not taken"},
      {"a: 1\n---\nb: 2\n", "f.yaml:2: a second document begins: one file holds one"},
      {"a:\n\tb: 1\n", "f.yaml:2: a tab must not indent: use spaces"},
      {"? [a]\n: 1\n", "f.yaml:1: a key must be a plain text"},
      {"a: 1\nb: \xff\n", "f.yaml:2: invalid UTF-8 (byte 0xff)"},
      {"a: \"\\0\"\n", "f.yaml:1: a NUL character in a text"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK_TEXT(shown(cases[i][0]), cases[i][1]);
  CHECK_TEXT(shown_bytes("a: 1\n\0", 6), "f.yaml:2: a NUL byte: this is no text");
  static const char *const begins[][2] = {{"a: [1, 2\nb: 3\n", "f.yaml:"}, {"a: b: c\n", "f.yaml:1: "},      {"a: \"x\n", "f.yaml:2: "},
                                          {"\x01", "f.yaml:1: "},          {"a: 1\n  b: 2\n", "f.yaml:2: "}, {"a: 1\n]\n", "f.yaml:2: "},
                                          {"a: @x\n", "f.yaml:1: "}};
  for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
    CHECK_MSG(strncmp(shown(begins[i][0]), begins[i][1], strlen(begins[i][1])) == 0, "%s", shown(begins[i][0]));
}

TEST(yaml_depth_and_size)
{
  char text[140];
  for (int n = 63; n <= 66; n++) {
    memset(text, '[', (size_t)n);
    memset(text + n, ']', (size_t)n);
    text[2 * n] = '\0';
    const char *got = shown(text);
    CHECK_MSG((strcmp(got, text) == 0) == (n <= 64), "depth %d: %s", n, got);
  }
  size_t many = (4u << 20) + 1;
  char *large = malloc(many);
  memset(large, ' ', many);
  CHECK_TEXT(shown_bytes(large, many), "f.yaml: larger than 4 MiB");
  memset(large, '[', 100000);
  CHECK(strncmp(shown_bytes(large, 100000), "f.yaml:1: ", 10) == 0);
  free(large);
}

/* No cut of a document crashes; what is accepted shows as a tree. */
TEST(yaml_every_cut)
{
  const char *text = "name: \"caf\xc3\xa9\"\ncolumns:\n  - {name: a, range: [1, 2.5]}\n  - name: 'b c'\n    text: |\n      x\nlast: true\n";
  int refused = 0;
  for (size_t n = 0; n <= strlen(text); n++)
    if (strncmp(shown_bytes(text, n), "f.yaml:", 7) == 0) refused++;
  CHECK(refused > 10);
  CHECK_TEXT(shown(text), "{name='caf\xc3\xa9',columns=[{name=a,range=[1,2.5]},{name='b c',text='x\n'}],last=true}");
}

TEST(yaml_lines)
{
  dw_yaml *yaml;
  dw_err err;
  const char *text = "# one\na: 1\nb:\n  c:\n    - x\n    - y\n";
  CHECK(dw_yaml_parse(&yaml, text, strlen(text), "f.yaml", &err) == DW_OK);
  const dw_node *b = dw_node_get(dw_yaml_root(yaml), "b");
  CHECK(b && b->line == 3);
  const dw_node *c = dw_node_get(b, "c");
  CHECK(c && c->line == 4 && c->count == 2 && c->first->line == 5 && c->first->next->line == 6);
  CHECK(dw_node_get(dw_yaml_root(yaml), "none") == NULL && dw_node_get(c, "x") == NULL && dw_node_get(NULL, "x") == NULL);
  CHECK(dw_node_error(yaml, c, &err, "no %s", "good") == DW_EUSAGE);
  CHECK_TEXT(err.message, "f.yaml:4: c: no good");
  CHECK(dw_node_error(yaml, c->first, &err, "no good") == DW_EUSAGE);
  CHECK_TEXT(err.message, "f.yaml:5: no good");
  dw_yaml_free(yaml);
  dw_yaml_free(NULL);
}

/* The value or the message of one typed view of `v: TEXT`. */
static const char *viewed(char kind, const char *value_text, double low, double high)
{
  static char out[1100];
  char text[256];
  snprintf(text, sizeof text, "v: %s\n", value_text);
  dw_yaml *yaml;
  dw_err err = {0};
  double number = 0;
  int64_t whole = 0;
  bool yes = false;
  const char *word = NULL;
  if (dw_yaml_parse(&yaml, text, strlen(text), "f", &err) != DW_OK) return "unparsed";
  const dw_node *node = dw_yaml_root(yaml)->first;
  dw_status status = kind == 'n'   ? dw_node_number(yaml, node, low, high, &number, &err)
                     : kind == 'i' ? dw_node_integer(yaml, node, (int64_t)low, (int64_t)high, &whole, &err)
                     : kind == 'b' ? dw_node_bool(yaml, node, &yes, &err)
                                   : dw_node_text(yaml, node, &word, &err);
  if (status != DW_OK) {
    CHECK(status == DW_EUSAGE);
    snprintf(out, sizeof out, "%s", err.message);
  } else if (kind == 'n') snprintf(out, sizeof out, "%.17g", number);
  else if (kind == 'i') snprintf(out, sizeof out, "%lld", (long long)whole);
  else if (kind == 'b') snprintf(out, sizeof out, "%s", yes ? "true" : "false");
  else snprintf(out, sizeof out, "%s", word);
  dw_yaml_free(yaml);
  return out;
}

TEST(yaml_views)
{
  CHECK_TEXT(viewed('n', "0.25", 0, 1), "0.25");
  CHECK_TEXT(viewed('n', "1", 0, 1), "1");
  CHECK_TEXT(viewed('n', "1.5", 0, 1), "f:1: v: 1.5 is out of range: from 0 to 1");
  CHECK_TEXT(viewed('n', "-1", 0, INFINITY), "f:1: v: -1 is out of range: at least 0");
  CHECK_TEXT(viewed('n', "1e3", -INFINITY, 10), "f:1: v: 1e3 is out of range: at most 10");
  CHECK_TEXT(viewed('n', "1e999", -INFINITY, INFINITY), "f:1: v: 1e999 is beyond the range of a double");
  CHECK_TEXT(viewed('n', "\"1\"", 0, 1), "f:1: v: the text \"1\" is not a number");
  CHECK_TEXT(viewed('n', "x", 0, 1), "f:1: v: x is not a number");
  CHECK_TEXT(viewed('n', "", 0, 1), "f:1: v: no value here, expected a number");
  CHECK_TEXT(viewed('n', "[1]", 0, 1), "f:1: v: a list is not a number");
  CHECK_TEXT(viewed('n', "{a: 1}", 0, 1), "f:1: v: a map is not a number");
  CHECK_TEXT(viewed('n', ".inf", 0, 1), "f:1: v: .inf is not a number");
  CHECK_TEXT(viewed('i', "1000", 1, 5000), "1000");
  CHECK_TEXT(viewed('i', "1e3", 1, 5000), "1000");
  CHECK_TEXT(viewed('i', "1.5", 1, 5000), "f:1: v: 1.5 is not a whole number");
  CHECK_TEXT(viewed('i', "0", 1, 5000), "f:1: v: 0 is out of range: from 1 to 5000");
  CHECK_TEXT(viewed('i', "1e300", 1, 5000), "f:1: v: 1e300 is not a whole number");
  CHECK_TEXT(viewed('b', "true", 0, 0), "true");
  CHECK_TEXT(viewed('b', "False", 0, 0), "false");
  CHECK_TEXT(viewed('b', "yes", 0, 0), "f:1: v: yes is not true or false");
  CHECK_TEXT(viewed('b', "'true'", 0, 0), "f:1: v: the text \"true\" is not true or false");
  CHECK_TEXT(viewed('t', "hello there", 0, 0), "hello there");
  CHECK_TEXT(viewed('t', "12", 0, 0), "12");
  CHECK_TEXT(viewed('t', "\"\"", 0, 0), "");
  CHECK_TEXT(viewed('t', "", 0, 0), "f:1: v: no value here, expected a text");
  CHECK_TEXT(viewed('t', "[]", 0, 0), "f:1: v: a list is not a text");
}

TEST(yaml_keys)
{
  static const char *const known[] = {"rows", "columns", "seed"};
  dw_yaml *yaml;
  dw_err err;
  const char *text = "rows: 1\nseed: 2\n";
  CHECK(dw_yaml_parse(&yaml, text, strlen(text), "f", &err) == DW_OK);
  CHECK(dw_node_keys(yaml, dw_yaml_root(yaml), known, 3, &err) == DW_OK);
  dw_yaml_free(yaml);
  text = "rows: 1\ncolums: 2\n";
  CHECK(dw_yaml_parse(&yaml, text, strlen(text), "f", &err) == DW_OK);
  CHECK(dw_node_keys(yaml, dw_yaml_root(yaml), known, 3, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "f:2: unknown key \"colums\": did you mean \"columns\"?");
  dw_yaml_free(yaml);
  text = "zebra: 1\nx: 3\n";
  CHECK(dw_yaml_parse(&yaml, text, strlen(text), "f", &err) == DW_OK);
  CHECK(dw_node_keys(yaml, dw_yaml_root(yaml), known, 3, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "f:1: unknown key \"zebra\"; the keys here are rows, columns, seed");
  CHECK(dw_node_keys(yaml, dw_yaml_root(yaml)->first, known, 3, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "f:1: zebra: 1 is not a map (KEY: VALUE lines)");
  dw_yaml_free(yaml);
}

TEST(yaml_nearest)
{
  static const char *const known[] = {"wasserstein", "ks", "psi", "jensenshannon", "rows"};
  CHECK_TEXT(dw_nearest("waserstein", known, 5), "wasserstein");
  CHECK_TEXT(dw_nearest("wassersteni", known, 5), "wasserstein"); /* one swap and … two edits */
  CHECK_TEXT(dw_nearest("Rows", known, 5), "rows");
  CHECK_TEXT(dw_nearest("rosw", known, 5), "rows");
  CHECK_TEXT(dw_nearest("pssi", known, 5), "psi");
  CHECK(dw_nearest("kx", known, 5) == NULL); /* one edit is more than a third of two bytes */
  CHECK(dw_nearest("", known, 5) == NULL);
  CHECK(dw_nearest("something", known, 5) == NULL);
  CHECK(dw_nearest("ks", known, 0) == NULL);
}

TEST(yaml_read)
{
  char path[] = "dw-test-yaml-XXXXXX";
  int fd = mkstemp(path);
  dw_yaml *yaml;
  dw_err err;
  CHECK(fd >= 0 && dprintf(fd, "a: 1\nb: [\n") > 0);
  CHECK(dw_yaml_read(&yaml, path, &err) == DW_EUSAGE);
  CHECK(strncmp(err.message, path, strlen(path)) == 0);
  CHECK(dprintf(fd, "]\n") > 0);
  CHECK(dw_yaml_read(&yaml, path, &err) == DW_OK);
  CHECK_TEXT(dw_yaml_name(yaml), path);
  CHECK(dw_yaml_root(yaml)->count == 2);
  dw_yaml_free(yaml);
  remove(path);
  CHECK(dw_yaml_read(&yaml, path, &err) == DW_ESYSTEM);
}

/* Places are bytes, whatever the characters in front of them are long. */
TEST(yaml_places)
{
  static const char text[] = "# \xe2\x82\xac\n\"\xc3\xa4\": 'x'\nlist:\n- [1, 2] # c\n- |\n  two\n\nnone:\nmap: {a: \xf0\x9f\x98\x80}\n";
  static const struct {
    const char *key, *value;
  } want[] = {{"\"\xc3\xa4\"", "'x'"}, {"list", "- [1, 2] # c\n- |\n  two"}, {"none", ""}, {"map", "{a: \xf0\x9f\x98\x80}"}};
  dw_yaml *yaml = NULL;
  size_t i = 0;
  CHECK(dw_yaml_parse(&yaml, text, sizeof text - 1, "t", NULL) == DW_OK);
  for (const dw_node *node = dw_yaml_root(yaml)->first; node; node = node->next, i++) {
    const dw_node_place *p = &node->place;
    CHECK_MSG(i < 4 && strncmp(text + p->key, want[i].key, p->key_end - p->key) == 0 && strlen(want[i].key) == p->key_end - p->key,
              "key %zu", i);
    CHECK_MSG(i < 4 && strncmp(text + p->begin, want[i].value, p->end - p->begin) == 0 && strlen(want[i].value) == p->end - p->begin, "%zu",
              i);
  }
  CHECK(i == 4 && dw_yaml_root(yaml)->first->next->first->place.flow && dw_yaml_root(yaml)->first->next->first->next->place.literal);
  dw_yaml_free(yaml);
}
