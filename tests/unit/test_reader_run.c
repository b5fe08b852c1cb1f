#include "fixture.h"

#include "io/reader/reader_run.h"

/* A sink that counts, and a listener. */
typedef struct seen {
  uint64_t rows, batches, stop_after, fail_after; /* batches; 0: never */
  uint64_t steps, ends, last_rows;
  dw_buf said;
} seen;

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  seen *s = context;
  CHECK(s->rows == batch->first_row && dw_reader_rows(reader) == s->rows + batch->rows);
  s->rows += batch->rows;
  s->batches++;
  *stop = s->batches == s->stop_after;
  return s->batches == s->fail_after ? dw_err_set(err, DW_ENODATA, "enough") : DW_OK;
}

static void hear_progress(void *context, const dw_progress *progress)
{
  seen *s = context;
  CHECK(s->ends == 0);
  if (!progress) {
    s->ends++;
    return;
  }
  s->steps++;
  s->last_rows = progress->rows;
  CHECK(progress->bytes > 0 && progress->share <= 1);
}

static void hear_warning(void *context, const char *text)
{
  seen *s = context;
  dw_buf_text(&s->said, text);
  dw_buf_char(&s->said, '\n');
}

static dw_status run(seen *s, const char *text, bool skip, const char *what, dw_err *err)
{
  dw_notices notices = {.warn = hear_warning, .progress = hear_progress, .context = s};
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = 16, .skip_errors = skip});
  dw_status status = dw_reader_run(reader, &(dw_batch_sink){take, s}, &notices, err);
  dw_reader_report(reader, what, &notices);
  if (status == DW_OK && !s->stop_after) {
    char digest[33];
    dw_made_input input = dw_reader_made_by(reader, "here");
    dw_reader_digest(reader, digest);
    CHECK_TEXT(input.name, "here");
    CHECK_TEXT(input.digest, digest);
    CHECK(input.rows == s->rows && input.bytes == strlen(text));
  }
  dw_reader_close(reader);
  return status;
}

static const char four[] = "{\"x\":1.125}\n{\"x\":2.125}\n{\"x\":3.125}\n{\"x\":4.125}\n";

TEST(reader_run_takes_everything)
{
  seen s = {0};
  dw_err err;
  CHECK(run(&s, four, false, NULL, &err) == DW_OK);
  CHECK(s.rows == 4 && s.batches > 1 && s.steps == s.batches && s.last_rows == 4 && s.ends == 1 && s.said.length == 0);
}

TEST(reader_run_stops_when_the_sink_has_enough)
{
  seen s = {.stop_after = 1};
  dw_err err;
  CHECK(run(&s, four, false, NULL, &err) == DW_OK);
  CHECK(s.batches == 1 && s.rows < 4 && s.steps == 0 && s.ends == 1);
}

TEST(reader_run_returns_the_first_failure)
{
  seen s = {.fail_after = 2};
  dw_err err;
  CHECK(run(&s, four, false, NULL, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "enough");
  CHECK(s.batches == 2 && s.steps == 1 && s.ends == 1);

  seen t = {0};
  CHECK(run(&t, "{\"x\":1.125}\n{\"x\":2.125}\n{bad}\n", false, NULL, &err) == DW_EDATA);
  CHECK(t.ends == 1 && err.status == DW_EDATA);
}

TEST(reader_run_reports_what_was_left_out)
{
  seen s = {0};
  dw_err err;
  CHECK(run(&s, "{\"x\":1}\n{bad}\n[worse}\n{\"x\":2}", true, "reference", &err) == DW_OK);
  CHECK(s.rows == 2);
  CHECK(strncmp(dw_buf_cstr(&s.said), "reference: 2 bad records left out; the first: ", 46) == 0);
  CHECK(strstr(dw_buf_cstr(&s.said), "\nreference: the last line has no line end: was the file cut?\n") != NULL);
  dw_buf_free(&s.said);

  seen t = {0};
  CHECK(run(&t, "{\"x\":1}\n{bad}\n", true, NULL, &err) == DW_OK);
  CHECK(strncmp(dw_buf_cstr(&t.said), "1 bad record left out; the first: ", 34) == 0);
  dw_buf_free(&t.said);
}

TEST(reader_run_without_a_sink_counts)
{
  dw_err err;
  dw_reader *reader = fixture_reader(four, &(dw_reader_options){.threads = 1, .block = 16});
  CHECK(dw_reader_run(reader, &(dw_batch_sink){0}, NULL, &err) == DW_OK);
  CHECK(dw_reader_rows(reader) == 4);
  dw_reader_close(reader);
}
