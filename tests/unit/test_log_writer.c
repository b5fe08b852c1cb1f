#include "serve/http/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "io/text/json.h"
#include "test.h"

static int signals; /* calls of poll that a signal is to interrupt */

/* In the place of the C library's. */
int poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
  if (signals > 0) return signals--, errno = EINTR, -1;
  return ppoll(polled, count, milliseconds < 0 ? NULL : &(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000L}, NULL);
}

/* All that is in the pipe, which is not closed. */
static dw_buf drain(int fd)
{
  dw_buf text = {0};
  ssize_t got;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while ((got = read(fd, dw_buf_room(&text, 65536), 65536)) > 0) text.length += (size_t)got;
  dw_buf_cstr(&text);
  return text;
}

TEST(nobody_waits_for_a_reader_that_has_stopped)
{
  enum { LINES = 5000 };
  int ends[2];
  char line[100];
  CHECK(pipe(ends) == 0);
  dw_log_writer writer = DW_LOG_WRITER(ends[1]);
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\n';
  for (int i = 0; i < LINES; i++) dw_log_writer_write(&writer, line, sizeof line); /* seven times what a pipe holds */
  CHECK(writer.lost > 0 && writer.lost < LINES);
  uint64_t lost = writer.lost;
  dw_buf text = drain(ends[0]);
  CHECK(text.length == (LINES - lost) * sizeof line); /* whole lines, and none is there and counted as lost */
  dw_buf_free(&text);
  dw_log_writer_write(&writer, "after\n", 6);
  CHECK(writer.lost == 0);
  text = drain(ends[0]);
  char *end = strchr(text.data, '\n');
  dw_value *told = NULL;
  CHECK(end && dw_value_parse(&told, text.data, (size_t)(end - text.data), "log", 1, NULL) == DW_OK);
  CHECK_TEXT(dw_value_text_of(told, "event", ""), "log lines lost");
  CHECK((uint64_t)dw_value_number(dw_value_get(told, "count"), 0) == lost);
  CHECK_TEXT(end + 1, "after\n");
  dw_value_free(told);
  dw_buf_free(&text);
  close(ends[0]);
  close(ends[1]);
}

TEST(long_lines_only_where_they_fit)
{
  int ends[2];
  static char line[PIPE_BUF + 100];
  CHECK(pipe(ends) == 0);
  dw_log_writer writer = DW_LOG_WRITER(ends[1]);
  memset(line, 'x', sizeof line);
  dw_log_writer_write(&writer, line, sizeof line);
  CHECK(writer.lost == 0);
  dw_log_writer_write(&writer, line, sizeof line); /* it might not fit beside the first */
  CHECK(writer.lost == 1);
  close(ends[0]);
  close(ends[1]);
}

TEST(a_signal_loses_no_line)
{
  int ends[2];
  CHECK(pipe(ends) == 0);
  dw_log_writer writer = DW_LOG_WRITER(ends[1]);
  signals = 3;
  dw_log_writer_write(&writer, "first\n", 6);
  CHECK(signals == 0 && writer.lost == 0);
  dw_buf text = drain(ends[0]);
  CHECK_TEXT(text.data, "first\n");
  dw_buf_free(&text);
  close(ends[0]);
  close(ends[1]);
}
