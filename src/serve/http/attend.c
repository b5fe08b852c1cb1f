#include "serve/http/attend.h"

#include <pthread.h>
#include <signal.h>

static void signals(sigset_t *set)
{
  sigemptyset(set);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGHUP);
}

void dw_attend_begin(void)
{
  sigset_t set;
  signals(&set);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

bool dw_attend_both(dw_server *server, dw_server *other, void (*reload)(dw_server *server, void *context), void *context)
{
  sigset_t set;
  signals(&set);
  for (;;) {
    int number;
    if (sigwait(&set, &number) != 0) continue;
    if (number != SIGHUP) {
      bool whole = !other || dw_server_stop(other);
      return dw_server_stop(server) && whole;
    }
    if (reload) reload(server, context);
  }
}

bool dw_attend(dw_server *server, void (*reload)(dw_server *server, void *context), void *context)
{
  return dw_attend_both(server, NULL, reload, context);
}
