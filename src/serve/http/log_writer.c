#include "serve/http/log_writer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/str.h"
#include "serve/http/server_log.h"

/* A pipe that poll calls writable has room for PIPE_BUF bytes; files and terminals take any number. */
static bool has_room(int fd, size_t length)
{
  struct pollfd state = {.fd = fd, .events = POLLOUT};
  int waiting, ready;
  do ready = poll(&state, 1, 0);
  while (ready < 0 && errno == EINTR); /* a signal says nothing of the room */
  if (ready != 1 || !(state.revents & POLLOUT)) return false;
  return length <= PIPE_BUF || ioctl(fd, FIONREAD, &waiting) != 0 || waiting == 0;
}

static bool write_whole(int fd, const char *bytes, size_t length)
{
  if (!has_room(fd, length)) return false;
  while (length > 0) {
    ssize_t count = write(fd, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

static void keep(void *context, const char *line, size_t length) { dw_buf_add(context, line, length); }

/* With the lock held. */
static void tell_lost(dw_log_writer *writer)
{
  dw_buf text = {0};
  dw_log log = {DW_LOG_WARN, keep, &text};
  dw_log_line line;
  if (dw_log_begin(&log, DW_LOG_WARN, "log lines lost", &line)) {
    dw_json_integer(&line.json, "count", (int64_t)writer->lost);
    dw_log_end(&log, &line);
  }
  if (write_whole(writer->fd, text.data, text.length)) writer->lost = 0;
  dw_buf_free(&text);
}

void dw_log_writer_write(void *context, const char *line, size_t length)
{
  dw_log_writer *writer = context;
  pthread_mutex_lock(&writer->lock);
  if (writer->lost) tell_lost(writer);
  if (writer->lost || !write_whole(writer->fd, line, length)) writer->lost++;
  pthread_mutex_unlock(&writer->lock);
}
