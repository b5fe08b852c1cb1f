/* log_writer: lines of a log to a descriptor that may be a pipe whose reader has stopped. Nobody waits for it: a line that does not fit is
 * lost, and once there is room again a line says how many were. */
#ifndef DW_SERVE_LOG_WRITER_H
#define DW_SERVE_LOG_WRITER_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dw_log_writer {
  int fd;
  pthread_mutex_t lock;
  uint64_t lost;
} dw_log_writer;

#define DW_LOG_WRITER(descriptor)                                                                                                          \
  {                                                                                                                                        \
    .fd = (descriptor), .lock = PTHREAD_MUTEX_INITIALIZER                                                                                  \
  }

/* For dw_log (serve/http/server_log.h); context: a dw_log_writer. From any thread. A line of more than 4 KiB is lost on a pipe that is not
 * empty. */
void dw_log_writer_write(void *context, const char *line, size_t length);

#endif
