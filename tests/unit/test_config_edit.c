#include "test.h"

#include <unistd.h>

#include "canary/config/config_edit.h"

static dw_err err;

static const char *edited(const char *text, const char *key, const char *value, dw_buf *out)
{
  out->length = 0;
  dw_config_change change = {key, value};
  dw_status status = dw_config_edit(text, strlen(text), "c.yaml", &change, 1, out, &err);
  return status == DW_OK ? dw_buf_cstr(out) : err.message;
}

static const struct {
  const char *before, *key, *value, *after;
} cases[] = {
    /* JSON: replaced, added, removed at the begin, in the middle and at the end; the writer's blanks stay */
    {"{\"id\": \"a\", \"seed\": 1}\n", "seed", "22", "{\"id\": \"a\", \"seed\": 22}\n"},
    {"{\"id\": \"a\", \"seed\": 1}\n", "id", "\"b\\n\"", "{\"id\": \"b\\n\", \"seed\": 1}\n"},
    {"{\"id\": \"a\", \"seed\": 1}\n", "top_p", "0.5", "{\"id\": \"a\", \"seed\": 1, \"top_p\": 0.5}\n"},
    {"{\"id\":\"a\",\"seed\":1}", "top_p", "0.5", "{\"id\":\"a\",\"seed\":1,\"top_p\":0.5}"},
    {"{ \"id\": \"a\" }", "texts", "[\"x\",\"y\"]", "{ \"id\": \"a\", \"texts\": [\"x\",\"y\"] }"},
    {"{}", "id", "\"a\"", "{\"id\": \"a\"}"},
    {"{\n  \"id\": \"a\",\n  \"seed\": 1\n}\n", "top_p", "0.5", "{\n  \"id\": \"a\",\n  \"seed\": 1,\n  \"top_p\": 0.5\n}\n"},
    {"{\n  \"id\": \"a\",\n  \"seed\": 1\n}\n", "id", NULL, "{\n  \"seed\": 1\n}\n"},
    {"{\n  \"id\": \"a\",\n  \"seed\": 1\n}\n", "seed", NULL, "{\n  \"id\": \"a\"\n}\n"},
    {"{\n  \"id\": \"a\",\n  \"seed\": 1\n}\n", "model", NULL, "{\n  \"id\": \"a\",\n  \"seed\": 1\n}\n"},
    {"{\"parameters\": {\"a\": [1, {\"b\": 2}]}, \"seed\": 1}", "parameters", "{}", "{\"parameters\": {}, \"seed\": 1}"},
    {"{\"\xc3\xa4\xe2\x82\xac\": \"\xf0\x9f\x98\x80\", \"seed\": 1}", "seed", "2",
     "{\"\xc3\xa4\xe2\x82\xac\": \"\xf0\x9f\x98\x80\", \"seed\": 2}"},
    /* YAML: comments stay, whatever form a value had */
    {"# head\nid: a # of it\nseed: 1 # dice\n\n# end\n", "seed", "2", "# head\nid: a # of it\nseed: 2 # dice\n\n# end\n"},
    {"id: a\nseed: 1 # dice\n# end\n", "top_p", "1", "id: a\nseed: 1 # dice\ntop_p: 1\n# end\n"},
    {"id: a\nseed: 1", "top_p", "1", "id: a\nseed: 1\ntop_p: 1"},
    {"id: a\r\nseed: 1\r\n", "top_p", "1", "id: a\r\nseed: 1\r\ntop_p: 1\r\n"},
    {"\xef\xbb\xbfid: a\nseed: 1\n", "top_p", "1", "\xef\xbb\xbfid: a\nseed: 1\ntop_p: 1\n"},
    {"\xef\xbb\xbfid: a\r\nseed: 1\r\n", "seed", "2", "\xef\xbb\xbfid: a\r\nseed: 2\r\n"},
    {"\xef\xbb\xbf{\"id\": \"a\"}", "id", "\"b\"", "\xef\xbb\xbf{\"id\": \"b\"}"},
    {"  id: a\n  seed: 1\n", "top_p", "1", "  id: a\n  seed: 1\n  top_p: 1\n"},
    {"---\nid: a\nseed: 1\n...\n", "top_p", "1", "---\nid: a\nseed: 1\ntop_p: 1\n...\n"},
    {"system:\nid: a\n", "system", "\"s\"", "system: \"s\"\nid: a\n"},
    {"id: a\nsystem:\n", "system", "\"s\"", "id: a\nsystem: \"s\"\n"},
    {"command:\n- a\n- b # c\nid: x\n", "command", "[\"y\"]", "command: [\"y\"] # c\nid: x\n"},
    {"command:\n- a\n- b\nid: x\n", "command", NULL, "id: x\n"},
    {"parameters:\n  a: 1\n  b:\n    - 2\nid: x\n", "parameters", NULL, "id: x\n"},
    {"system: |\n  one\n  two\n\nid: x\n", "system", "\"s\"", "system: \"s\"\n\nid: x\n"},
    {"id: x\nsystem: |\n  one\n  two\n", "seed", "1", "id: x\nsystem: |\n  one\n  two\nseed: 1\n"},
    {"id: x\nsystem: >-\n  one\n  two", "system", NULL, "id: x"},
    {"template: 'it''s\n  {prompt}'\nid: x\n", "template", "\"{prompt}\"", "template: \"{prompt}\"\nid: x\n"},
    {"{id: a, # of it\n seed: 1}\n", "seed", "3", "{id: a, # of it\n seed: 3}\n"},
    {"id: a\n", "id", "\"b\\u0001\xc2\xa0\"", "id: \"b\\u0001\xc2\xa0\"\n"},
};

TEST(one_key_changes_and_the_rest_stays)
{
  dw_buf out = {0}, back = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *got = edited(cases[i].before, cases[i].key, cases[i].value, &out);
    CHECK_MSG(strcmp(got, cases[i].after) == 0, "case %zu: \"%s\", want \"%s\"", i, got, cases[i].after);
    /* what is added goes again without a trace */
    const char *added = edited(cases[i].before, "weight", "0.25", &out);
    CHECK_MSG(strstr(added, "0.25") && strcmp(edited(dw_buf_cstr(&out), "weight", NULL, &back), cases[i].before) == 0,
              "case %zu: added and removed: \"%s\" \"%s\"", i, added, dw_buf_cstr(&back));
  }
  dw_buf_free(&out);
  dw_buf_free(&back);
}

TEST(what_cannot_be_changed_is_refused)
{
  static const struct {
    const char *text, *key, *value, *want;
  } bad[] = {
      {"- a\n", "id", "1", "c.yaml:1: a canary is a map"},
      {"", "id", "1", "c.yaml:1: a canary is a map"},
      {"id: a\n", "id", NULL, "c.yaml:1: id cannot be changed where it stands"}, /* nothing would be left */
      {"id: a\n", "id", "b: c", "id cannot be changed"},                         /* no JSON */
      {"id: [a\n", "id", "1", "c.yaml:"},
      {"? id\n: a\n", "seed", "1", "c.yaml:1: seed cannot be changed"},
      {"system: |+\n  keeps\n\n", "seed", "1", "c.yaml:1: seed cannot be changed"}, /* the empty line is of the text */
  };
  dw_buf out = {0};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *got = edited(bad[i].text, bad[i].key, bad[i].value, &out);
    CHECK_MSG(strstr(got, bad[i].want) && out.length == 0, "case %zu: \"%s\"", i, got);
  }
  dw_buf_free(&out);
}

TEST(several_at_once_and_in_a_file)
{
  char folder[] = "dw-test-edit-XXXXXX", path[64], text[200] = "";
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/c.yaml", folder);
  FILE *file = fopen(path, "w");
  fputs("backend: exec # a program\ncommand: [cat]\nseed: 1\n", file);
  fclose(file);
  dw_config_change change[] = {{"seed", NULL}, {"temperature", "1.5"}, {"system", "\"be brief\""}};
  CHECK(dw_config_edit_file(path, change, 3, &(dw_canary_defaults){0}, &err) == DW_OK);
  dw_config_change wrong[] = {{"seed", "3"}, {"temperature", "-1"}}, unknown[] = {{"temprature", "1"}};
  CHECK(dw_config_edit_file(path, wrong, 2, &(dw_canary_defaults){0}, &err) == DW_EUSAGE && strstr(err.message, "c.yaml:3: temperature: "));
  CHECK(dw_config_edit_file(path, unknown, 1, &(dw_canary_defaults){0}, &err) == DW_EUSAGE && strstr(err.message, "temprature"));
  file = fopen(path, "r");
  CHECK(fread(text, 1, sizeof text - 1, file) > 0);
  fclose(file);
  CHECK(strcmp(text, "backend: exec # a program\ncommand: [cat]\ntemperature: 1.5\nsystem: \"be brief\"\n") == 0);
  fclose(fopen(path, "w")); /* an empty file: nothing to edit, and nothing to compare with (the sanitizers see to that) */
  CHECK(dw_config_edit_file(path, change, 1, &(dw_canary_defaults){0}, &err) != DW_OK);
  CHECK(unlink(path) == 0 && rmdir(folder) == 0);
  CHECK(dw_config_edit_file(path, change, 1, &(dw_canary_defaults){0}, &err) == DW_ESYSTEM);
}

TEST(ids)
{
  dw_buf out = {0};
  CHECK(dw_config_id("id: one\nunknown: 1\n", 19, "a/two.yaml", &out, &err) == DW_OK);
  CHECK(strcmp(dw_buf_cstr(&out), "one") == 0);
  out.length = 0;
  CHECK(dw_config_id("{}", 2, "a.b/two.yaml", &out, &err) == DW_OK && strcmp(dw_buf_cstr(&out), "two") == 0);
  CHECK(dw_config_id("[]", 2, "two.yaml", &out, &err) == DW_EUSAGE && dw_config_id(NULL, 0, "two.yaml", &out, &err) == DW_EUSAGE);
  dw_buf_free(&out);
}
