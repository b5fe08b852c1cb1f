/* server_log: what a server tells while it runs, one JSON object a line:
 * {"time":"2026-01-05T09:30:00Z","level":"info","event":"request",…}.
 *
 *   dw_log_line line;
 *   if (dw_log_begin(log, DW_LOG_INFO, "request", &line)) {
 *     dw_json_text(&line.json, "path", path);
 *     dw_log_end(log, &line);
 *   }
 */
#ifndef DW_SERVE_SERVER_LOG_H
#define DW_SERVE_SERVER_LOG_H

#include <stdbool.h>

#include "io/text/json.h"

typedef enum dw_log_level { DW_LOG_DEBUG, DW_LOG_INFO, DW_LOG_WARN, DW_LOG_ERROR } dw_log_level;

typedef struct dw_log {
  dw_log_level level;                                            /* what is below is not told */
  void (*write)(void *context, const char *line, size_t length); /* a line with its end, from any thread; NULL: nobody hears */
  void *context;
} dw_log;

/* "debug", "info", "warn", "error", in any case; false: none of them. */
bool dw_log_level_of(const char *word, dw_log_level *level);

typedef struct dw_log_line {
  dw_buf text;
  dw_json json;
} dw_log_line;

bool dw_log_begin(const dw_log *log, dw_log_level level, const char *event, dw_log_line *line); /* false: not told, nothing to end */
void dw_log_end(const dw_log *log, dw_log_line *line);

#endif
