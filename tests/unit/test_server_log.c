#include "serve/http/server_log.h"

#include "test.h"

static void keep(void *context, const char *line, size_t length) { dw_buf_add(context, line, length); }

TEST(levels_by_their_words)
{
  dw_log_level level = DW_LOG_INFO;
  CHECK(dw_log_level_of("WARN", &level) && level == DW_LOG_WARN);
  CHECK(dw_log_level_of("debug", &level) && level == DW_LOG_DEBUG);
  CHECK(!dw_log_level_of("verbose", &level) && level == DW_LOG_DEBUG);
}

TEST(a_line_is_one_object)
{
  dw_buf said = {0};
  dw_log log = {DW_LOG_INFO, keep, &said};
  dw_log_line line;
  CHECK(!dw_log_begin(&log, DW_LOG_DEBUG, "quiet", &line));
  CHECK(dw_log_begin(&log, DW_LOG_WARN, "request", &line));
  dw_json_text(&line.json, "path", "/a\n\"b");
  dw_log_end(&log, &line);
  dw_value *value;
  CHECK(dw_value_parse(&value, said.data, said.length - 1, "log", 1, NULL) == DW_OK);
  CHECK(said.data[said.length - 1] == '\n' && !memchr(said.data, '\n', said.length - 1));
  CHECK_TEXT(dw_value_text_of(value, "level", ""), "warn");
  CHECK_TEXT(dw_value_text_of(value, "event", ""), "request");
  CHECK_TEXT(dw_value_text_of(value, "path", ""), "/a\n\"b");
  const char *time = dw_value_text_of(value, "time", "");
  CHECK(strlen(time) >= 20 && time[4] == '-' && time[10] == 'T' && time[strlen(time) - 1] == 'Z');
  dw_value_free(value);
  dw_buf_free(&said);
  CHECK(!dw_log_begin(&(dw_log){0}, DW_LOG_ERROR, "nobody hears", &line));
}
