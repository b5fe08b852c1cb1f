#include "serve/http/server_log.h"

#include <strings.h>
#include <time.h>

#include "base/clock.h"

static const char *const level_words[] = {"debug", "info", "warn", "error"};

bool dw_log_level_of(const char *word, dw_log_level *level)
{
  for (int i = 0; i <= DW_LOG_ERROR; i++) {
    if (strcasecmp(word, level_words[i]) != 0) continue;
    *level = (dw_log_level)i;
    return true;
  }
  return false;
}

bool dw_log_begin(const dw_log *log, dw_log_level level, const char *event, dw_log_line *line)
{
  if (!log->write || level < log->level) return false;
  char now[DW_TIME_TEXT];
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t); /* the machine's own: a log says when a thing was */
  size_t length = dw_time_print(now, (int64_t)t.tv_sec * DW_SECOND + t.tv_nsec / 1000);
  *line = (dw_log_line){{0}, {0}};
  dw_json_start(&line->json, &line->text, 0);
  dw_json_open(&line->json, NULL, '{');
  dw_json_bytes(&line->json, "time", now, length);
  dw_json_text(&line->json, "level", level_words[level]);
  dw_json_text(&line->json, "event", event);
  return true;
}

void dw_log_end(const dw_log *log, dw_log_line *line)
{
  dw_json_close(&line->json, '}');
  dw_buf_char(&line->text, '\n');
  log->write(log->context, line->text.data, line->text.length);
  dw_buf_free(&line->text);
}
