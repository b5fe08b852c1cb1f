#include "cmd/options/cmd_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"

/* The line on the terminal: whether it may be there, whether it is, since when, and when it was last written, in ns. */
static struct {
  bool asked, wanted, shown;
  uint64_t start, last;
} self;

enum { FIRST_MS = 400, EVERY_MS = 100 };

bool dw_cmd_progress_wanted(void)
{
  if (self.asked) return self.wanted;
  const char *term = getenv("TERM");
  self.asked = true;
  self.wanted = !dw_cmd_running()->quiet && isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
  self.start = dw_monotonic_ns();
  return self.wanted;
}

/* 1234567 as "1,234,567". */
static void put_grouped(dw_buf *out, uint64_t value)
{
  char digits[DW_NUM_TEXT];
  size_t length = dw_num_print_signed(digits, (int64_t)value);
  for (size_t i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0) dw_buf_char(out, ',');
    dw_buf_char(out, digits[i]);
  }
}

static void put_fixed(dw_buf *out, double value, int decimals)
{
  char text[400];
  dw_buf_add(out, text, dw_num_print_fixed(text, value, decimals));
}

static bool progress_due(uint64_t now)
{
  uint64_t wait = self.shown ? EVERY_MS : FIRST_MS;
  return now >= (self.shown ? self.last : self.start) + wait * UINT64_C(1000000);
}

static void show_progress(dw_buf *line, uint64_t now)
{
  dw_buf_text(line, "\033[K");
  fwrite(line->data, 1, line->length, stderr);
  fflush(stderr);
  dw_buf_free(line);
  self.shown = true;
  self.last = now;
}

void dw_cmd_progress_text(const char *text)
{
  uint64_t now = dw_monotonic_ns();
  if (!dw_cmd_progress_wanted() || !progress_due(now)) return;
  dw_buf line = {0};
  dw_buf_format(&line, "\r%s: %s", dw_cmd_running()->name, text);
  show_progress(&line, now);
}

static void show_rows(const char *what, uint64_t rows, uint64_t bytes, double share)
{
  uint64_t now = dw_monotonic_ns();
  if (!dw_cmd_progress_wanted() || !progress_due(now)) return;
  double seconds = (double)(now - self.start) / 1e9, megabytes = (double)bytes / 1e6;
  dw_buf line = {0};
  dw_buf_format(&line, "\r%s: %s%s", dw_cmd_running()->name, what ? what : "", what ? ": " : "");
  put_grouped(&line, rows);
  dw_buf_text(&line, " rows  ");
  put_fixed(&line, megabytes, 1);
  dw_buf_text(&line, " MB  ");
  put_fixed(&line, megabytes / seconds, 1);
  dw_buf_text(&line, " MB/s");
  if (share > 0 && share <= 1) {
    dw_buf_format(&line, "  %d %%  ", (int)(share * 100));
    put_fixed(&line, seconds * (1 - share) / share, 0);
    dw_buf_text(&line, " s left");
  }
  show_progress(&line, now);
}

void dw_cmd_progress(uint64_t rows, uint64_t bytes, double share) { show_rows(NULL, rows, bytes, share); }

static void show_items(const dw_progress *progress)
{
  dw_buf text = {0};
  if (!dw_cmd_progress_wanted() || !progress_due(dw_monotonic_ns())) return;
  dw_buf_format(&text, "%s: ", progress->what);
  put_grouped(&text, progress->items);
  dw_buf_text(&text, " of ");
  put_grouped(&text, progress->of_items);
  dw_buf_text(&text, " columns");
  dw_cmd_progress_text(dw_buf_cstr(&text));
  dw_buf_free(&text);
}

void dw_cmd_show_notice(void *context, const dw_progress *progress)
{
  if (!progress) dw_cmd_progress_end();
  else if (progress->of_items) show_items(progress);
  else show_rows(progress->what, progress->rows, progress->bytes, progress->share);
}

void dw_cmd_progress_end(void)
{
  if (self.shown) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
  }
  self.shown = self.asked = false;
}
