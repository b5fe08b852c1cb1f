#include "cmd/options/ending.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "io/bytes/output.h"

static const char *command_name;
static bool leaving;

static void foreign_exit(void)
{
  if (leaving) return;
  fprintf(stderr, "%s: a library ended the process: it is short of memory or of threads\n", command_name);
  dw_output_drop_all();
  _exit(DW_ESYSTEM);
}

void dw_ending_start(const char *name)
{
  command_name = name;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  atexit(foreign_exit);
}

void dw_ending_leave(int status)
{
  leaving = true;
  exit(status);
}
