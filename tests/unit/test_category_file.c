#include "model/score/category_file.h"

#include "test.h"

static dw_status parse(dw_category_file *file, const char *text, dw_err *err)
{
  return dw_category_file_parse(file, text, strlen(text), "c.json", err);
}

TEST(categories_by_their_codes)
{
  dw_category_file file;
  dw_err err = {0};
  dw_map map;
  CHECK_MSG(parse(&file, "{\"city\":[\"Z\xc3\xbcrich\",\"\",7,-16777216,true,false,\"8\"],\"day\":\"codes\"}", &err) == DW_OK, "%s",
            err.message);
  dw_map_init(&map);
  CHECK(dw_category_file_find(&file, "city", &map) && map.count == 7);
  static const char *const want[] = {"Z\xc3\xbcrich", "", "7", "-16777216", "true", "false", "8"};
  for (size_t i = 0; i < 7; i++) CHECK_TEXT(map.keys[i].text, want[i]);
  dw_map_free(&map);
  dw_map_init(&map);
  CHECK(dw_category_file_find(&file, "day", &map) && map.count == 0);
  CHECK(!dw_category_file_find(&file, "City", &map) && map.count == 0);
  dw_map_free(&map);
  dw_category_file_free(&file);
  dw_category_file_free(&file);
}

TEST(files_that_are_none)
{
  static const struct {
    const char *text, *says;
  } cases[] = {{"", "c.json"},
               {"{\"a\":[\"x\"]", "c.json:1"},
               {"[\"x\"]", "expected a JSON object"},
               {"\"codes\"", "expected a JSON object"},
               {"{\"a\":[]}", "column \"a\": expected the list"},
               {"{\"a\":\"x\"}", "column \"a\": expected the list"},
               {"{\"a\":null}", "column \"a\": expected the list"},
               {"{\"b\":[\"x\"],\"a\":{\"x\":0}}", "column \"a\": expected the list"},
               {"{\"a\":[\"x\",\"y\",\"x\"]}", "column \"a\": a category stands twice"},
               {"{\"a\":[1,\"1\"]}", "column \"a\": a category stands twice"},
               {"{\"a\":[true,\"true\"]}", "column \"a\": a category stands twice"},
               {"{\"a\":[0.5]}", "column \"a\": a category is neither"},
               {"{\"a\":[16777217]}", "column \"a\": a category is neither"},
               {"{\"a\":[null]}", "column \"a\": a category is neither"},
               {"{\"a\":[[\"x\"]]}", "column \"a\": a category is neither"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_category_file file;
    dw_err err = {0};
    CHECK_MSG(parse(&file, cases[i].text, &err) == DW_EDATA && !file.document && strstr(err.message, cases[i].says), "%s: \"%s\"",
              cases[i].text, err.message);
  }
  dw_category_file file;
  dw_err err;
  CHECK(dw_category_file_read(&file, "no/such/file.json", &err) == DW_ESYSTEM);
}
