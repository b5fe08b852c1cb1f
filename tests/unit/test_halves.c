#include "test.h"

#include <unistd.h>

#include "serve/watch/halves.h"

static dw_err err;

static const char *joined(const char *request, const char *response)
{
  static dw_buf out;
  out.length = 0;
  dw_halves_join(request, request ? strlen(request) : 0, response, response ? strlen(response) : 0, &out);
  return dw_buf_cstr(&out);
}

TEST(a_pair_is_one_record)
{
  CHECK_TEXT(joined("{\"a\":1.10,\"b\":\"x\"}", "{\"prediction\":0.5,\"confidence\":0.9}"),
             "{\"input_data\":{\"a\":1.10,\"b\":\"x\"},\"prediction\":0.5,\"confidence\":0.9}\n");
  CHECK_TEXT(joined(" {\"a\":1} ", " 0.25 "), "{\"input_data\":{\"a\":1},\"prediction\":0.25}\n");
  CHECK_TEXT(joined("{\"a\":1}", "{ }"), "{\"input_data\":{\"a\":1}}\n");
  CHECK_TEXT(joined("{\"a\":1}", NULL), "{\"input_data\":{\"a\":1}}\n");
  CHECK_TEXT(joined(NULL, "{\"prediction\":1}"), "{\"prediction\":1}\n");
  CHECK_TEXT(joined("{\"a\":1}", "{\"input_data\":2,\"prediction\":3}"),
             "{\"input_data\":{\"a\":1},\"output\":{\"input_data\":2,\"prediction\":3}}\n");
}

TEST(many_in_one_request_are_many_records)
{
  CHECK_TEXT(joined("{\"instances\":[{\"a\":1},{\"a\":2}]}", "{\"predictions\":[0,{\"p\":0.5}]}"),
             "{\"input_data\":{\"a\":1},\"prediction\":0}\n{\"input_data\":{\"a\":2},\"p\":0.5}\n");
  CHECK_TEXT(joined("{\"instances\": [[5.1, 3.5],[4.9,3]]}", "{\"predictions\": [\"x\",\"y\"]}"),
             "{\"input_data\":[5.1, 3.5],\"prediction\":\"x\"}\n{\"input_data\":[4.9,3],\"prediction\":\"y\"}\n");
  CHECK_TEXT(joined(NULL, "{\"predictions\":[1,2]}"), "{\"prediction\":1}\n{\"prediction\":2}\n");
  CHECK_TEXT(joined("{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,2]},"
                    "{\"name\":\"e\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[3,4,5,6]}]}",
                    "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"shape\":[2,1],\"datatype\":\"FP32\",\"data\":[0.1,0.2]}]}"),
             "{\"input_data\":{\"a\":1,\"e\":[3,4]},\"prediction\":0.1}\n{\"input_data\":{\"a\":2,\"e\":[5,6]},\"prediction\":0.2}\n");
  CHECK_TEXT(
      joined("{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"data\":[7]}]}",
             "{\"outputs\":[{\"name\":\"prediction\",\"shape\":[1],\"data\":[1]},{\"name\":\"confidence\",\"shape\":[1],\"data\":[0.8]}]}"),
      "{\"input_data\":{\"a\":7},\"prediction\":1,\"confidence\":0.8}\n");
}

TEST(what_does_not_fit_together_is_one_record)
{
  CHECK_TEXT(joined("{\"instances\":[1,2]}", "{\"predictions\":[0]}"), "{\"input_data\":{\"instances\":[1,2]},\"predictions\":[0]}\n");
  CHECK_TEXT(joined("{\"inputs\":[{\"name\":\"a\",\"shape\":[3],\"data\":[1,2]}]}", "{\"outputs\":[]}"),
             "{\"input_data\":{\"inputs\":[{\"name\":\"a\",\"shape\":[3],\"data\":[1,2]}]},\"outputs\":[]}\n");
  CHECK_TEXT(joined("{\"inputs\":\"text\"}", "\"answer\""), "{\"input_data\":{\"inputs\":\"text\"},\"prediction\":\"answer\"}\n");
  CHECK_TEXT(joined("{\"inputs\":[{\"name\":\"a\",\"shape\":[0],\"data\":[]}]}", NULL),
             "{\"input_data\":{\"inputs\":[{\"name\":\"a\",\"shape\":[0],\"data\":[]}]}}\n");
}

/* --- from a database --- */

static dw_buf seen;

static void see(void *context, int64_t time, const char *line, size_t length, const char *label, size_t label_length)
{
  dw_buf_format(&seen, "%lld %.*s %.*s\n", (long long)(time / DW_SECOND), (int)length, line, (int)label_length, label ? label : "");
}

static void put(dw_records *records, dw_record_kind kind, const char *id, int64_t seconds, const char *content)
{
  dw_records_item item = {.kind = kind, .model = "m", .source = kind == DW_RECORD_LABEL ? "" : "s", .id = id, .content = content};
  item.time = item.received = seconds * DW_SECOND;
  item.length = strlen(content);
  CHECK(dw_records_put(records, &(dw_records_batch){.items = &item, .count = 1}, &err) == DW_OK);
}

TEST(halves_of_a_slice_are_found_on_both_sides_of_its_ends)
{
  char folder[] = "dw-test-halves-XXXXXX", address[100], command[100];
  dw_records *records;
  if (!mkdtemp(folder)) abort();
  snprintf(address, sizeof address, "sqlite:%s/r.db", folder);
  CHECK_MSG(dw_records_open(&records, address, &(dw_records_options){.create = true}, &err) == DW_OK, "%s", err.message);
  put(records, DW_RECORD_REQUEST, "early", 990, "{\"a\":0}"); /* of the slice before, though its response is of this one */
  put(records, DW_RECORD_RESPONSE, "early", 1001, "0");
  put(records, DW_RECORD_RESPONSE, "pair", 1003, "1"); /* the order does not matter */
  put(records, DW_RECORD_REQUEST, "pair", 1002, "{\"a\":1}");
  put(records, DW_RECORD_LABEL, "pair", 1500, "{\"label\":1}");
  put(records, DW_RECORD_REQUEST, "alone", 1004, "{\"a\":2}");
  put(records, DW_RECORD_RESPONSE, "answer", 1005, "{\"prediction\":3}");
  put(records, DW_RECORD_REQUEST, "late", 1099, "{\"a\":4}");
  put(records, DW_RECORD_RESPONSE, "late", 1101, "4"); /* behind the end */
  put(records, DW_RECORD_REQUEST, "next", 1100, "{\"a\":5}");
  put(records, DW_RECORD_RESPONSE, "next", 1102, "5");
  dw_halves_slice slice = {"m", 1000 * DW_SECOND, 1100 * DW_SECOND, true};
  uint64_t strays = 7;
  CHECK(dw_halves_get(records, &slice, see, NULL, &strays, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&seen), "1002 {\"input_data\":{\"a\":1},\"prediction\":1} {\"label\":1}\n1004 {\"input_data\":{\"a\":2}} \n"
                                 "1099 {\"input_data\":{\"a\":4},\"prediction\":4} \n1005 {\"prediction\":3} \n");
  CHECK(strays == 0);
  seen.length = 0;
  slice = (dw_halves_slice){"m", 1100 * DW_SECOND, 1200 * DW_SECOND, false};
  CHECK(dw_halves_get(records, &slice, see, NULL, &strays, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&seen), "1100 {\"input_data\":{\"a\":5},\"prediction\":5} \n"); /* each pair is of one slice */
  dw_buf_free(&seen);
  dw_records_close(records);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}
