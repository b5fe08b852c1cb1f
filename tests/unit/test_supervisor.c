/* What systemd would hear. */
#include "serve/http/supervisor.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test.h"

/* A socket with this name ('@': in no folder), as systemd has one, which is told. */
static void check_heard(const char *name)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, name, strlen(name));
  if (*name == '@') address.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  CHECK(bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))) == 0);
  setenv("NOTIFY_SOCKET", name, 1);
  CHECK(dw_supervisor_tell("READY=1\nSTATUS=here"));
  char heard[100] = "";
  CHECK(recv(fd, heard, sizeof heard - 1, MSG_DONTWAIT) == 19);
  CHECK_MSG(strcmp(heard, "READY=1\nSTATUS=here") == 0, "%s", heard);
  close(fd);
}

TEST(a_supervisor_hears)
{
  char folder[] = "/tmp/dw-supervisor-XXXXXX", name[64];
  CHECK(mkdtemp(folder) != NULL);
  snprintf(name, sizeof name, "%s/notify", folder);
  check_heard(name);
  CHECK(!dw_supervisor_tell("READY=1")); /* nobody is there any more */
  unlink(name);
  rmdir(folder);
  snprintf(name, sizeof name, "@dw-supervisor-%ld", (long)getpid());
  check_heard(name);
}

TEST(without_one_nothing_is_said)
{
  unsetenv("NOTIFY_SOCKET");
  CHECK(!dw_supervisor_tell("READY=1"));
  setenv("NOTIFY_SOCKET", "", 1);
  CHECK(!dw_supervisor_tell("READY=1"));
  setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
  CHECK(!dw_supervisor_tell("READY=1"));
  char longer[300];
  memset(longer, 'x', sizeof longer - 1);
  longer[0] = '/', longer[sizeof longer - 1] = '\0';
  setenv("NOTIFY_SOCKET", longer, 1);
  CHECK(!dw_supervisor_tell("READY=1"));
}
