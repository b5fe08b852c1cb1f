#include "detect/online/online.h"

#include "detect/online/online_state.h"
#include "fixture.h"
#include "io/formats/numbers.h"

/* A detector that is easily read: a value more than 3 standard deviations off the first 4. */
static void shewhart(dw_detector *detector)
{
  dw_err err = {0};
  dw_detector_init(detector, dw_detector_find("shewhart"));
  CHECK(dw_detector_set(detector, "min_instances", "4", &err) == DW_OK);
  CHECK(dw_detector_start(detector, &err) == DW_OK);
}

/* What comes of a text: "COLUMN EVENT INDEX; …", and the documents in lines where it is not NULL. */
static dw_status run(dw_online *online, const char *text, size_t block, bool skip, dw_buf *out, dw_buf *lines, dw_err *err)
{
  const dw_batch *batch = NULL;
  dw_status status = DW_OK;
  bool stop = false;
  dw_buf all = {0};
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1,
                                                                .block = block,
                                                                .skip_errors = skip,
                                                                .formats = dw_formats_with_numbers,
                                                                .live = true,
                                                                .want = dw_online_wants,
                                                                .as_text = dw_online_as_text,
                                                                .context = online});
  while (status == DW_OK && !stop && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch)
    status = dw_online_batch(online, reader, batch, &stop, &all, err);
  if (status == DW_OK) status = dw_online_check(online, err);
  dw_reader_close(reader);
  dw_buf_char(&all, '\0');
  for (char *line = all.data, *end; (end = strchr(line, '\n')); line = end + 1) {
    dw_value *value;
    *end = '\0';
    CHECK(dw_value_parse(&value, line, strlen(line), "line", 1, err) == DW_OK);
    CHECK_TEXT(dw_value_text_of(value, "kind", ""), "detection");
    dw_buf_format(out, "%s%s %s %d", out->length ? "; " : "", dw_value_text_of(value, "column", ""), dw_value_text_of(value, "event", ""),
                  (int)dw_value_number(dw_value_get(value, "index"), -1));
    if (lines) dw_buf_format(lines, "%s\n", line);
    dw_value_free(value);
  }
  dw_buf_free(&all);
  return status;
}

static void check_run(const dw_online_options *options, const char *text, const char *want, const char *message)
{
  for (size_t block = 1; block <= 4096; block *= 64) {
    dw_online online;
    dw_buf got = {0};
    dw_err err = {0};
    dw_online_init(&online, options);
    dw_status status = run(&online, text, block, false, &got, NULL, &err);
    CHECK_TEXT(dw_buf_cstr(&got), want);
    CHECK_MSG(message ? status == DW_EDATA && strstr(err.message, message) != NULL : status == DW_OK, "%s", err.message);
    dw_online_free(&online);
    dw_buf_free(&got);
  }
}

static const char *const value_alone[] = {"value"}, *const all_of_them[] = {"*"};

TEST(events_are_told_in_the_order_of_the_records)
{
  dw_detector detector;
  shewhart(&detector);
  dw_online_options options = {.detector = &detector, .columns = {value_alone, 1}};
  check_run(&options, "1\n2\n1\n2\n1\n9\n1\n2\n1\n2\n9\n", "value drift 5; value drift 10", NULL);
  check_run(&options, "1\nNA\n2\n1\n\n2\n1\n9\n", "value drift 6", NULL); /* missing ones count as records, not as values */
  options.columns = (dw_patterns){all_of_them, 1};
  check_run(&options, "a,b,c\n1,5,x\n2,6,x\n1,5,y\n2,6,y\n1,9,z\n9,9,z\n", "b drift 4; a drift 5", NULL);
  check_run(&options, "{\"a\":1}\n{\"b\":5,\"a\":2}\n{\"a\":1,\"b\":6}\n{\"b\":5}\n{\"b\":6,\"a\":2}\n{\"b\":9,\"a\":9}\n",
            "a drift 5; b drift 5", NULL);
  options.after = DW_AFTER_KEEP;
  check_run(&options, "1\n2\n1\n2\n9\n9\n9\n1\n9\n", "value drift 4; value drift 8", NULL); /* told when it begins */
  options.after = DW_AFTER_STOP;
  check_run(&options, "1\n2\n1\n2\n9\n1\n2\n1\n2\n9\nnone\n", "value drift 4", NULL);
  for (size_t block = 1; block <= 4096; block *= 64) { /* nothing behind the last stop counts, however much was read with it */
    dw_online online;
    dw_buf got = {0};
    dw_err err = {0};
    dw_online_init(&online, &options);
    CHECK(run(&online, "1\n2\n1\n2\n9\n1\n2\n", block, false, &got, NULL, &err) == DW_OK);
    CHECK(online.records == 5 && online.column[0].values == 5 && online.column[0].stopped);
    dw_online_free(&online);
    dw_buf_free(&got);
  }
  dw_detector_free(&detector);
}

TEST(what_is_no_number_ends_it_or_is_left_out)
{
  static const char *const a[] = {"a"}, *const other[] = {"aa"};
  const char *text = "a,b\n1,1\n2,2\n1,1\n2,2\n9,9\nx,1\n2,2\n1,1\n2,2\n1,1\n9,9\n";
  dw_detector detector;
  dw_err err = {0};
  shewhart(&detector);
  dw_online_options options = {.detector = &detector, .columns = {a, 1}};
  check_run(&options, text, "a drift 4", "field \"a\": expected a number");
  dw_online online;
  dw_buf got = {0};
  dw_online_init(&online, &options);
  CHECK(run(&online, text, 4096, true, &got, NULL, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&got), "a drift 4; a drift 10");
  CHECK(online.column[0].values == 10 && online.column[0].missing == 0 && online.records == 11);
  dw_online_free(&online);
  dw_buf_free(&got);
  options.columns = (dw_patterns){all_of_them, 1};
  check_run(&options, text, "a drift 4; b drift 4; a drift 10; b drift 10", NULL); /* nobody named a: it may have texts */
  options.columns = (dw_patterns){other, 1};
  check_run(&options, text, "", "the input has no column \"aa\"");
  dw_detector_free(&detector);
  dw_detector_init(&detector, dw_detector_find("ddm"));
  options.columns = (dw_patterns){a, 1};
  CHECK(dw_detector_start(&detector, &err) == DW_OK);
  check_run(&options, "a\n1\n0.5\n2\n", "", "ddm takes mistakes");
  dw_detector_free(&detector);
}

/* --- mistakes of a model --- */

static void check_errors(const char *text, const char *positive, double want, const char *message)
{
  dw_detector detector;
  dw_online online;
  dw_buf got = {0};
  dw_err err = {0};
  dw_detector_init(&detector, dw_detector_find("ddm"));
  CHECK(dw_detector_start(&detector, &err) == DW_OK);
  dw_online_options options = {.detector = &detector, .label = "y", .score = "p", .positive = positive, .cut = 0.5};
  dw_online_init(&online, &options);
  dw_status status = run(&online, text, 4096, false, &got, NULL, &err);
  CHECK_MSG(message ? status == DW_EDATA && strstr(err.message, message) : status == DW_OK, "%s", err.message);
  if (!message) CHECK_MSG((double)online.column[0].values == want, "%s: %d values", text, (int)online.column[0].values);
  dw_online_free(&online);
  dw_detector_free(&detector);
  dw_buf_free(&got);
}

TEST(a_label_and_a_score_make_a_mistake)
{
  check_errors("y,p\n1,0.9\n0,0.1\ntrue,0.2\n,0.3\n1,\n", NULL, 3, NULL);
  check_errors("y,p\ncat,cat\ndog,cat\n", NULL, 2, NULL);
  check_errors("y,p\nyes,0.7\nno,0.2\n", "yes", 2, NULL);
  check_errors("y,p\nyes,0.7\n", NULL, 0, "--positive VALUE says which one");
  check_errors("y,p\n2,0.7\n", NULL, 0, "the label is neither 0 nor 1");
  check_errors("y,p\n1,high\n", NULL, 0, "the score is no number");
  check_errors("y,q\n1,0.5\n", NULL, 0, "--error: the input has no column \"p\"");
}

/* Hits for a method that takes them: a model that gets worse is found by both kinds. */
TEST(methods_get_what_they_take)
{
  static const char *const methods[] = {"ddm", "fhddm", "hddm_w", "stepd"};
  dw_buf text = {0};
  dw_buf_text(&text, "y,p\n");
  for (int i = 0; i < 600; i++) dw_buf_format(&text, "%d,0.%d\n", i % 2, (i % 2) != (i < 300 ? i % 10 == 3 : i % 3 != 0) ? 9 : 1);
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    dw_detector detector;
    dw_online online;
    dw_buf got = {0};
    dw_err err = {0};
    dw_detector_init(&detector, dw_detector_find(methods[m]));
    CHECK(dw_detector_start(&detector, &err) == DW_OK);
    dw_online_options options = {.detector = &detector, .label = "y", .score = "p", .cut = 0.5};
    dw_online_init(&online, &options);
    CHECK(run(&online, dw_buf_cstr(&text), 4096, false, &got, NULL, &err) == DW_OK);
    CHECK_MSG(online.drifts >= 1 && online.column[0].first_drift >= 300 && online.column[0].first_drift < 420, "%s: %s", methods[m],
              dw_buf_cstr(&got));
    dw_online_free(&online);
    dw_detector_free(&detector);
    dw_buf_free(&got);
  }
  dw_buf_free(&text);
}

/* --- from one process to the next --- */

TEST(two_runs_are_one)
{
  static const char *const columns[] = {"a", "b*"};
  dw_buf whole = {0}, parts = {0}, told = {0}, text = {0}, state = {0};
  dw_detector detector;
  dw_err err = {0};
  const char *first = "a,b1\n1,1\n2,2\n1,1\n", *second = "b1,a\n2,2\n1,1\n9,1\n1,9\n2,1\n";
  shewhart(&detector);
  dw_online_options options = {.detector = &detector, .columns = {columns, 2}};
  dw_online online;
  dw_online_init(&online, &options);
  CHECK(run(&online, "a,b1\n1,1\n2,2\n1,1\n2,2\n1,1\n1,9\n9,1\n1,2\n", 4096, false, &told, &whole, &err) == DW_OK);
  dw_online_free(&online);
  dw_online_init(&online, &options);
  CHECK(run(&online, first, 4096, false, &told, &parts, &err) == DW_OK);
  dw_online_state_write(&online, &state);
  dw_online_free(&online);
  dw_online_init(&online, &options);
  CHECK_MSG(dw_online_state_read(&online, "state", state.data, state.length, &err) == DW_OK, "%s", err.message);
  CHECK(online.before == 3 && online.count == 2);
  CHECK(run(&online, second, 4096, false, &told, &parts, &err) == DW_OK);
  CHECK(whole.length > 0);
  CHECK_TEXT(dw_buf_cstr(&parts), dw_buf_cstr(&whole));
  dw_online_free(&online);
  /* a state of something else, or one that was cut, is none */
  options.after = DW_AFTER_KEEP;
  dw_online_init(&online, &options);
  CHECK(dw_online_state_read(&online, "state", state.data, state.length, &err) == DW_EDATA &&
        strstr(err.message, "--after-drift reset, not keep"));
  dw_online_free(&online);
  options.after = DW_AFTER_RESET;
  CHECK(dw_detector_set(&detector, "k", "4", &err) == DW_OK);
  dw_online_init(&online, &options);
  CHECK(dw_online_state_read(&online, "state", state.data, state.length, &err) == DW_EDATA && strstr(err.message, "\"k\":3"));
  CHECK(dw_online_state_read(&online, "state", state.data, state.length - 9, &err) == DW_EDATA && strstr(err.message, "cut or changed"));
  dw_online_free(&online);
  dw_detector_free(&detector);
  dw_buf_free(&whole);
  dw_buf_free(&parts);
  dw_buf_free(&told);
  dw_buf_free(&text);
  dw_buf_free(&state);
}
