#include "base/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"

static uint64_t fault_at; /* 0: never; set once */
static atomic_uint_fast64_t fault_count;

static void fault_read(void)
{
  const char *text = getenv("DW_FAULT_WRITE");
  if (!text || !dw_num_parse_unsigned(text, strlen(text), &fault_at)) fault_at = 0;
}

bool dw_fault_armed(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, fault_read);
  return fault_at > 0;
}

/* Counts a point; true: it is the one at which the process is to be killed. */
static bool fault_due(void) { return dw_fault_armed() && atomic_fetch_add(&fault_count, 1) + 1 == fault_at; }

void dw_fault_point(void)
{
  if (fault_due()) raise(SIGKILL);
}

ssize_t dw_fault_write(int fd, const void *bytes, size_t length)
{
  dw_fault_point();
  if (length > 1 && fault_due()) {
    ssize_t half = write(fd, bytes, length / 2);
    if (half >= 0) raise(SIGKILL);
    return half;
  }
  return write(fd, bytes, length);
}

bool dw_fault_missing(const char *library)
{
  const char *text = getenv("DW_FAULT_MISSING");
  size_t length = strlen(library);
  for (; text && *text; text += strspn(text, " ")) {
    size_t word = strcspn(text, " ");
    if (word == length && memcmp(text, library, length) == 0) return true;
    text += word;
  }
  return false;
}
