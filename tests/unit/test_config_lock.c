#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canary/config/config_lock.h"

static dw_err err;
static char top[] = "/tmp/dw-config_lock-XXXXXX";

static void begin(void)
{
  memcpy(top + sizeof top - 7, "XXXXXX", 6);
  if (!mkdtemp(top) || chdir(top) < 0 || mkdir("a", 0777) < 0 || mkdir("b", 0777) < 0) abort();
  int fd = open("a/1.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 || symlink("../a/1.json", "b/link.json") < 0) abort();
  close(fd);
}

static void end(void)
{
  CHECK(unlink("b/link.json") == 0 && unlink("a/1.json") == 0 && rmdir("a") == 0 && rmdir("b") == 0);
  CHECK(chdir("/") == 0 && rmdir(top) == 0);
}

static bool is_locked(const char *folder)
{
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool locked = flock(fd, LOCK_EX | LOCK_NB) < 0;
  close(fd);
  return locked;
}

/* Takes the lock in a process of its own, and says so; ends when the pipe that it reads is closed. */
static pid_t locker(const char *const *paths, size_t count, int said[2], int hold[2])
{
  if (pipe(said) < 0 || pipe(hold) < 0) abort();
  pid_t child = fork();
  if (child < 0) abort();
  if (child) return child;
  char byte = dw_config_lock(paths, count, &err) == DW_OK ? 'y' : 'n';
  close(hold[1]);
  bool told = write(said[1], &byte, 1) == 1;
  while (read(hold[0], &byte, 1) > 0) continue;
  _exit(told ? 0 : 1);
}

TEST(the_folder_behind_links_is_locked_once_and_until_the_process_ends)
{
  const char *const paths[] = {"b/link.json", "a/1.json", "a/gone.json", "nowhere/1.json", "a/1.json"};
  int said[2], hold[2], how;
  char byte = 0;
  begin();
  pid_t child = locker(paths, 5, said, hold);
  CHECK(read(said[0], &byte, 1) == 1 && byte == 'y');
  CHECK(is_locked("a") && !is_locked("b"));
  CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &how, 0) == child);
  CHECK(!is_locked("a"));
  end();
}

TEST(another_process_waits)
{
  const char *const paths[] = {"a/1.json"};
  int said[2], hold[2], how;
  char byte = 0;
  begin();
  int ours = open("a", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CHECK(ours >= 0 && flock(ours, LOCK_EX) == 0);
  pid_t child = locker(paths, 1, said, hold);
  CHECK(poll(&(struct pollfd){.fd = said[0], .events = POLLIN}, 1, 100) == 0);
  CHECK(flock(ours, LOCK_UN) == 0);
  CHECK(read(said[0], &byte, 1) == 1 && byte == 'y' && is_locked("a"));
  close(hold[0]);
  close(hold[1]);
  CHECK(waitpid(child, &how, 0) == child && WIFEXITED(how) && WEXITSTATUS(how) == 0);
  close(ours);
  end();
}
