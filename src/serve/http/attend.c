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

bool dw_attend(dw_server *server, void (*reload)(dw_server *server, void *context), void *context)
{
  sigset_t set;
  signals(&set);
  for (;;) {
    int number;
    if (sigwait(&set, &number) != 0) continue;
    if (number != SIGHUP) return dw_server_stop(server);
    if (reload) reload(server, context);
  }
}
