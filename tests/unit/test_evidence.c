#include "decide/evidence.h"
#include "test.h"

#define FINDING "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"a\",\"drift\":true,\"severity\":\"high\"}\n"
#define SUMMARY "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"drift_share\":1}\n"

static dw_evidence *evidence;
static dw_err err;

static dw_status parse(const char *text)
{
  dw_evidence_free(evidence);
  return dw_evidence_parse(&evidence, text, strlen(text), "in", &err);
}

TEST(kept_and_passed_over)
{
  CHECK(parse(FINDING "\n{\"kind\":\"injection\"}\n{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.5}\n" SUMMARY) == DW_OK);
  CHECK(evidence && evidence->count == 3 && evidence->item[1].kind == DW_EVIDENCE_METRIC && evidence->item[1].line == 4);
  CHECK(parse("{\"kind\":\"consensus\",\"drift\":true}") == DW_OK);
  dw_evidence_free(evidence);
  evidence = NULL;
}

TEST(fingerprint)
{
  char one[33], two[33];
  CHECK(parse(FINDING SUMMARY) == DW_OK);
  dw_digest_text(&evidence->digest, one);
  CHECK(parse(FINDING "{\"kind\":\"other\"}\n" SUMMARY) == DW_OK);
  dw_digest_text(&evidence->digest, two);
  CHECK_TEXT(two, one);
  CHECK(parse(FINDING FINDING SUMMARY) == DW_OK);
  dw_digest_text(&evidence->digest, two);
  CHECK(strcmp(one, two) != 0);
  dw_evidence_free(evidence);
  evidence = NULL;
}

static void wrong(const char *text, dw_status status, const char *message)
{
  CHECK_MSG(parse(text) == status && !evidence, "taken: %s", text);
  CHECK_TEXT(err.message, message);
}

TEST(mistakes)
{
  wrong("", DW_ENODATA, "nothing to decide on: no finding, metric, consensus, summary or watch in the input");
  wrong("{\"kind\":\"injection\"}\n", DW_ENODATA, "nothing to decide on: no finding, metric, consensus, summary or watch in the input");
  wrong(FINDING, DW_EDATA, "in: no summary at the end: this result is incomplete, and nothing is decided on it");
  wrong("[1]\n", DW_EDATA, "in:1: not a document: expected an object with \"kind\" (finding, metric, consensus, summary, watch)");
  wrong("\n{\"a\":1}\n", DW_EDATA, "in:2: not a document: expected an object with \"kind\" (finding, metric, consensus, summary, watch)");
  wrong("{\"kind\":\"finding\",\"check\":7,\"drift\":true}\n", DW_EDATA, "in:1: \"check\": expected a text");
  wrong("{\"kind\":\"finding\",\"check\":\"schema\",\"drift\":\"perhaps\"}\n", DW_EDATA, "in:1: \"drift\": expected true or false");
  wrong("{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":\"1\"}\n", DW_EDATA, "in:1: \"value\": expected a number or null");
  wrong("{\"kind\":\"summary\",\"drift_share\":[]}\n", DW_EDATA, "in:1: \"drift_share\": expected a number or null");
#define DRIFT "{\"kind\":\"finding\",\"check\":\"schema\",\"drift\":true,"
#define FIGURE "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":0.5,"
  wrong(DRIFT "\"severity\":\"HIGH\"}\n", DW_EDATA, "in:1: \"severity\": \"HIGH\" is not none, low, medium or high");
  wrong(DRIFT "\"severity\":\"\"}\n", DW_EDATA, "in:1: \"severity\": \"\" is not none, low, medium or high");
  wrong(DRIFT "\"severity\":3}\n", DW_EDATA, "in:1: \"severity\": expected a text");
  wrong("{\"kind\":\"summary\",\"drift\":true,\"severity\":\"critical\"}\n", DW_EDATA,
        "in:1: \"severity\": \"critical\" is not none, low, medium or high");
  wrong("{\"kind\":\"consensus\",\"drift\":true,\"severity\":\"severe\"}\n", DW_EDATA,
        "in:1: \"severity\": \"severe\" is not none, low, medium or high");
  wrong("{\"kind\":\"consensus\",\"severity\":\"high\"}\n", DW_EDATA, "in:1: \"drift\": expected true or false");
  wrong("{\"kind\":\"consensus\",\"drift\":true,\"severity\":2}\n", DW_EDATA, "in:1: \"severity\": expected a text");
  wrong(DRIFT "\"method\":7}\n", DW_EDATA, "in:1: \"method\": expected a text");
  wrong(DRIFT "\"score\":\"7\"}\n", DW_EDATA, "in:1: \"score\": expected a number or null");
  wrong("{\"kind\":\"summary\",\"drift_share\":1.5}\n", DW_EDATA, "in:1: \"drift_share\": expected a share, 0 to 1");
  wrong("{\"kind\":\"summary\",\"columns\":[]}\n", DW_EDATA, "in:1: \"columns\": expected a number or null");
  wrong("{\"kind\":\"summary\",\"dataset_drift\":1}\n", DW_EDATA, "in:1: \"dataset_drift\": expected true or false");
  wrong("{\"kind\":\"summary\",\"drifted_columns\":\"a\"}\n", DW_EDATA, "in:1: \"drifted_columns\": expected a list");
  wrong("{\"kind\":\"summary\",\"drifted_columns\":[null]}\n", DW_EDATA, "in:1: \"drifted_columns\": expected a list of texts");
#define SAYS(drift, verdict)                                                                                                               \
  "{\"kind\":\"summary\",\"drift\":" drift ",\"severity\":\"high\",\"verdict\":\"" verdict "\",\"drifted_columns\":[\"a\"]}\n"
  wrong(SAYS("false", "drift"), DW_EDATA, "in:1: \"drift\": expected true, as \"verdict\" says \"drift\"");
  wrong(SAYS("null", "drift"), DW_EDATA, "in:1: \"drift\": expected true, as \"verdict\" says \"drift\"");
  wrong(SAYS("true", "no drift"), DW_EDATA, "in:1: \"drift\": expected false, as \"verdict\" says \"no drift\"");
  wrong(SAYS("null", "no drift"), DW_EDATA, "in:1: \"drift\": expected false, as \"verdict\" says \"no drift\"");
  wrong(SAYS("false", "not judged"), DW_EDATA, "in:1: \"drift\": expected null, as \"verdict\" says \"not judged\"");
  wrong(SAYS("true", "not judged"), DW_EDATA, "in:1: \"drift\": expected null, as \"verdict\" says \"not judged\"");
  wrong(SAYS("false", "No drift"), DW_EDATA, "in:1: \"verdict\": \"No drift\" is not drift, no drift or not judged");
  wrong("{\"kind\":\"summary\",\"verdict\":\"drift\"}\n", DW_EDATA, "in:1: \"drift\": expected true, as \"verdict\" says \"drift\"");
  static const char *const right[] = {SAYS("true", "drift"), SAYS("false", "no drift"), SAYS("null", "not judged"),
                                      "{\"kind\":\"summary\",\"drift\":true}\n"};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    CHECK_MSG(parse(right[i]) == DW_OK, "%s: %s", right[i], err.message);
    dw_evidence_free(evidence);
    evidence = NULL;
  }
  wrong("{\"kind\":\"summary\",\"gate\":{}}\n", DW_EDATA, "in:1: \"passed\": expected true or false");
  wrong("{\"kind\":\"summary\",\"gate\":{\"passed\":false,\"gates\":[null]}}\n", DW_EDATA, "in:1: \"gates\": expected a list of objects");
  wrong("{\"kind\":\"summary\",\"gate\":{\"passed\":false,\"gates\":[{\"gate\":\"auc>=1\"}]}}\n", DW_EDATA,
        "in:1: \"passed\": expected true or false");
  wrong(FIGURE "\"alert\":\"true\"}\n", DW_EDATA, "in:1: \"alert\": expected true or false");
  wrong(FIGURE "\"window\":7}\n", DW_EDATA, "in:1: \"window\": expected an object");
  wrong(FIGURE "\"comparison\":{\"low\":\"-1\"}}\n", DW_EDATA, "in:1: \"low\": expected a number or null");
  CHECK(parse("{\"kind\":\"finding\"") == DW_EDATA && strncmp(err.message, "in:1:", 5) == 0);
}
