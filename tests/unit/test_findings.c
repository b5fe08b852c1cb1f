#include "test.h"

#include "base/str.h"
#include "report/model/findings.h"

static dw_report *read_pieces(const char *text, size_t length, size_t piece, dw_status *status, dw_err *err)
{
  dw_report *report = dw_findings_new();
  dw_findings_begin(report, "input");
  *status = DW_OK;
  for (size_t i = 0; i < length && *status == DW_OK; i += piece) {
    size_t count = length - i < piece ? length - i : piece;
    char *exact = malloc(count); /* its end is the end of memory: ASan sees one byte too far */
    memcpy(exact, text + i, count);
    *status = dw_findings_add(report, exact, count, err);
    free(exact);
  }
  if (*status == DW_OK) *status = dw_findings_end(report, err);
  dw_findings_finish(report);
  return report;
}

static dw_report *read_text(const char *text)
{
  dw_status status;
  dw_err err = {0};
  dw_report *report = read_pieces(text, strlen(text), strlen(text) + 1, &status, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return report;
}

static const char *error_of(const char *text)
{
  static dw_err err;
  dw_status status;
  err.message[0] = '\0';
  dw_findings_free(read_pieces(text, strlen(text), 7, &status, &err));
  CHECK(status == DW_EDATA);
  return err.message;
}

#define FINDING(more) "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"a\",\"drift\":true" more "}\n"
#define SUMMARY "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"low\",\"columns\":1}\n"

TEST(fields)
{
  size_t length;
  char *text = test_read("data/findings-feature.ndjson", &length);
  CHECK(text != NULL);
  if (!text) return;
  dw_status status;
  dw_err err;
  dw_report *report = read_pieces(text, length, length, &status, &err);
  CHECK(status == DW_OK && report->count == 1 && report->complete);
  const dw_report_section *section = &report->sections[0];
  const dw_report_summary *summary = &section->summary;
  CHECK(summary->drift && summary->dataset_drift && summary->severity == DW_SEVERITY_MEDIUM);
  CHECK(summary->columns == 8 && summary->drifted == 4 && summary->drift_share == 0.5 && summary->skipped_records == 3);
  CHECK(summary->drifted_column_count == 4 && summary->uncompared_count == 2 && summary->stage_count == 2);
  CHECK_TEXT(summary->stages[1].command, "dw-compare");
  CHECK_TEXT(summary->stages[1].inputs[0].name, "reference.ndjson");
  CHECK(summary->stages[0].seed == 7 && isnan(summary->stages[1].seed));
  const dw_report_finding *first = &section->findings[0];
  CHECK_TEXT(first->column, "transaction_amount");
  CHECK_TEXT(first->rule, ">=");
  CHECK_TEXT(first->direction, "up");
  CHECK(first->drift && first->threshold == 0.1 && isnan(first->p_value) && !first->error);
  CHECK(first->reference.bins == 30 && first->reference.quantile_count == 5 && first->reference.count == 5000);
  CHECK(dw_report_quantile_of(&first->reference, 0.5) > 30 && isnan(dw_report_quantile_of(&first->reference, 0.6)));
  CHECK_TEXT(section->columns[0].name, "geo_distance_km"); /* high before medium before low before quiet */
  CHECK(section->columns[0].shape_severity == DW_SEVERITY_HIGH && section->columns[0].count == 2);
  CHECK_TEXT(section->columns[3].name, "merchant_category");
  CHECK(section->columns[3].shape_severity == DW_SEVERITY_LOW && section->columns[3].severity == DW_SEVERITY_MEDIUM);
  dw_findings_free(report);
  free(text);
}

static bool same_side(const dw_report_side *a, const dw_report_side *b)
{
  return a->given == b->given && a->bins == b->bins && a->quantile_count == b->quantile_count && a->category_count == b->category_count &&
         memcmp(&a->mean, &b->mean, sizeof a->mean) == 0;
}

TEST(every_chunk_size)
{
  size_t length;
  char *text = test_read("data/findings-hostile.ndjson", &length);
  CHECK(text != NULL);
  if (!text) return;
  dw_status status;
  dw_err err;
  dw_report *whole = read_pieces(text, length, length, &status, &err);
  CHECK(status == DW_OK && whole->sections[0].count == 4 && whole->ignored == 1);
  for (size_t piece = 1; piece < 300; piece++) {
    dw_report *report = read_pieces(text, length, piece, &status, &err);
    CHECK(status == DW_OK && report->count == 1 && report->complete && report->ignored == 1);
    bool same = report->sections[0].count == 4;
    for (size_t i = 0; same && i < 4; i++) {
      const dw_report_finding *a = &whole->sections[0].findings[i], *b = &report->sections[0].findings[i];
      same = !strcmp(a->column, b->column) && same_side(&a->reference, &b->reference) && same_side(&a->current, &b->current);
    }
    CHECK_MSG(same, "pieces of %zu bytes", piece);
    dw_findings_free(report);
  }
  dw_findings_free(whole);
  free(text);
}

/* Cut anywhere, the input is bad or incomplete, never a verdict. */
TEST(every_cut)
{
  size_t length;
  char *text = test_read("data/findings-methods.ndjson", &length);
  CHECK(text != NULL);
  if (!text) return;
  size_t verdicts = 0;
  for (size_t cut = 0; cut + 2 < length; cut++) { /* the last two bytes are "}\n": without the line end it is whole */
    dw_status status;
    dw_err err;
    dw_report *report = read_pieces(text, cut, 4096, &status, &err);
    if (status == DW_OK && report->complete) verdicts++;
    dw_findings_free(report);
  }
  CHECK_MSG(verdicts == 0, "%zu cuts passed for a whole input", verdicts);
  free(text);
}

TEST(sections)
{
  dw_report *report = read_text(FINDING("") SUMMARY FINDING("") FINDING("") SUMMARY);
  CHECK(report->count == 2 && report->complete && report->sections[0].count == 1 && report->sections[1].count == 2);
  dw_findings_free(report);

  report = read_text(FINDING("") SUMMARY FINDING(""));
  CHECK(report->count == 2 && !report->complete && report->sections[0].summary.given && !report->sections[1].summary.given);
  dw_findings_free(report);

  report = read_text("");
  CHECK(report->count == 1 && !report->complete);
  dw_findings_free(report);

  report = read_text("\n \t\r\n" SUMMARY "\n");
  CHECK(report->count == 1 && report->complete);
  dw_findings_free(report);

  report = dw_findings_new(); /* not one input */
  dw_findings_finish(report);
  CHECK(report->count == 1 && !report->complete);
  dw_findings_free(report);
  dw_findings_free(NULL);
}

/* The findings of one input do not become those of the next one's summary. */
TEST(inputs_do_not_run_together)
{
  dw_err err;
  dw_report *report = dw_findings_new();
  static const char *const texts[] = {FINDING(""), FINDING("") SUMMARY, "", "{\"kind\":\"event\"}\n"};
  for (size_t i = 0; i < 4; i++) {
    dw_findings_begin(report, "same name");
    CHECK(dw_findings_add(report, texts[i], strlen(texts[i]), &err) == DW_OK && dw_findings_end(report, &err) == DW_OK);
  }
  dw_findings_finish(report);
  CHECK(report->count == 4 && !report->complete && report->ignored == 1);
  CHECK(report->sections[0].count == 1 && !report->sections[0].summary.given);
  CHECK(report->sections[1].count == 1 && report->sections[1].summary.given);
  CHECK(!report->sections[2].summary.given && !report->sections[3].summary.given);
  dw_findings_free(report);
}

TEST(bad_documents)
{
  CHECK_TEXT(error_of("{\"x\":1}\n"),
             "input: this is data, and a report is made of findings: dw-compare --ref REFERENCE input | dw-report");
  CHECK_TEXT(error_of(SUMMARY "[]\n"), "input:2: expected a document with \"kind\" (a finding or a summary, as dw-compare writes them)");
  CHECK_TEXT(error_of(FINDING(",\"score\":\"0.3\"")), "input:1: \"score\": expected a number or null");
  CHECK_TEXT(error_of(FINDING(",\"severity\":\"awful\"")), "input:1: \"severity\": \"awful\" is not none, low, medium or high");
  CHECK_TEXT(error_of(FINDING(",\"rule\":\"=>\"")), "input:1: \"rule\": expected >=, >, <= or <");
  CHECK_TEXT(error_of(FINDING(",\"reference\":[]")), "input:1: \"reference\": expected an object");
  CHECK_TEXT(error_of("{\"kind\":\"finding\",\"check\":\"x\"}\n"), "input:1: \"drift\": expected true or false");
  CHECK_TEXT(error_of("{\"kind\":\"finding\",\"drift\":true}\n"), "input:1: \"check\": expected the name of a check");
  CHECK_TEXT(error_of("{\"kind\":\"summary\"}\n"), "input:1: \"drift\": expected true or false");
  CHECK_TEXT(error_of(FINDING(",\"reference\":{\"categories\":[1]}")),
             "input:1: \"categories\": expected objects with \"value\" and \"count\"");
  CHECK_TEXT(error_of(FINDING(",\"reference\":{\"quantiles\":{\"1.5\":1}}")),
             "input:1: \"quantiles\": expected probabilities from 0 to 1 as keys");
  CHECK(strstr(error_of(SUMMARY "{\"kind\":"), "input:2:") != NULL);
}

#define HISTOGRAM(edges, counts) FINDING(",\"reference\":{\"histogram\":{\"edges\":[" edges "],\"counts\":[" counts "]}}")

TEST(histograms)
{
  static const char *const bad[] = {HISTOGRAM("0,1", "1,2"),          HISTOGRAM("0,1,1", "1,2"), HISTOGRAM("0,2,1", "1,2"),
                                    HISTOGRAM("0,null,2,3", "1,2,3"), HISTOGRAM("0,1", "-1"),    HISTOGRAM("0,1", "null")};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(strstr(error_of(bad[i]), "\"histogram\": expected") != NULL);
  static const char *const good[] = {HISTOGRAM("null,1,2,null", "1,2,3"), HISTOGRAM("5,5", "9"), HISTOGRAM("", "")};
  static const size_t bins[] = {3, 1, 0};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    dw_report *report = read_text(good[i]);
    CHECK(report->sections[0].findings[0].reference.bins == bins[i]);
    dw_findings_free(report);
  }
}

TEST(details)
{
  dw_report *report = read_text("{\"kind\":\"finding\",\"check\":\"schema\",\"column\":\"a\",\"drift\":true,\"detail\":{\"change\":\"type_"
                                "changed\",\"reference\":\"numeric\","
                                "\"current\":\"text\"}}\n"
                                "{\"kind\":\"finding\",\"check\":\"new_categories\",\"column\":\"b\",\"drift\":true,\"detail\":{\"new\":[{"
                                "\"value\":3,\"count\":2},{\"value\":true,"
                                "\"count\":1}],\"vanished\":[],\"new_count\":7,\"vanished_count\":0}}\n"
                                "{\"kind\":\"finding\",\"check\":\"value_range\",\"column\":null,\"drift\":false,\"detail\":{\"below\":1,"
                                "\"above\":2,\"low\":0.5,\"high\":9}}\n" SUMMARY);
  const dw_report_finding *f = report->sections[0].findings;
  CHECK_TEXT(f[0].change, "type_changed");
  CHECK_TEXT(f[0].type_now, "text");
  CHECK(f[1].appeared_count == 7 && f[1].appeared_listed == 2 && f[1].vanished_listed == 0);
  CHECK_TEXT(f[1].appeared[0].value, "3");
  CHECK_TEXT(f[1].appeared[1].value, "true");
  CHECK(f[2].below == 1 && f[2].high == 9);
  CHECK_TEXT(f[2].column, "");
  dw_findings_free(report);
}

TEST(excess_orders_both_ways)
{
  dw_report_finding distance = {.rule = ">=", .score = 0.3, .threshold = 0.1}, p = {.rule = "<", .score = 0.01, .threshold = 0.05};
  CHECK_CLOSE(dw_report_excess(&distance), 3, 1e-12);
  CHECK_CLOSE(dw_report_excess(&p), 5, 1e-12);
  p.score = 0;
  CHECK(isinf(dw_report_excess(&p)));
  p.score = NAN;
  CHECK(dw_report_excess(&p) == 0);
}
