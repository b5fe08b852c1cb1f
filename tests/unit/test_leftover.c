#include "test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/bytes/leftover.h"
#include "io/bytes/output.h"

static char folder[32];

static const char *in_folder(const char *name)
{
  static char paths[4][300];
  static int turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof *paths, "%s/%s", folder, name);
  return path;
}

static void new_folder(void)
{
  strcpy(folder, "leftover-XXXXXX");
  if (!mkdtemp(folder)) abort();
}

static const char *of_process(const char *base, long pid)
{
  static char names[4][300];
  static int turn;
  char *name = names[turn++ % 4];
  snprintf(name, sizeof *names, ".%s.dw-%ld-0", base, pid);
  return name;
}

static int make(const char *name)
{
  int fd = open(in_folder(name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) abort();
  return fd;
}

static bool there(const char *name)
{
  struct stat about;
  return lstat(in_folder(name), &about) == 0;
}

static long dead_process(void)
{
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  return (long)child;
}

TEST(leftover_names)
{
  long pid;
  dw_buf name = {0};
  dw_leftover_name(&name, "out.ndjson", 7);
  CHECK(dw_leftover_is(dw_buf_cstr(&name), &pid) && pid == (long)getpid());
  name.length = 0;
  char base[256];
  memset(base, 'n', 255);
  base[255] = '\0';
  dw_leftover_name(&name, base, 0);
  CHECK(name.length < 240 && dw_leftover_is(dw_buf_cstr(&name), &pid) && pid == (long)getpid());
  dw_buf_free(&name);
  CHECK(dw_leftover_is(".a.dw-1-2.dw-33-0", &pid) && pid == 33);
  static const char *const others[] = {"a.dw-1-0",   ".dw-1-0",   ".a.dw-1",       ".a.dw-1-",
                                       ".a.dw--1-0", ".a.dw-0-0", ".a.dw-01-0",    ".a.dw-1-00",
                                       ".a.dw-1-x",  ".a.dw-x-0", ".a.dw-1-0x",    ".a.dw-1-0 ",
                                       ".a.dx-1-0",  ".a",        ".a.dw-1-10000", ".a.dw-99999999999-0",
                                       "",           "."};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) CHECK_MSG(!dw_leftover_is(others[i], &pid), "%s", others[i]);
}

TEST(leftover_sweep_takes_what_is_nobodys)
{
  new_folder();
  long gone = dead_process();
  close(make(of_process("half", gone)));
  close(make(of_process("ours", (long)getpid()))); /* a number that came back, as it does in containers */
  close(make(of_process("alive", (long)getppid())));
  close(make("half.dw-1-0"));
  close(make(".half.dw-kept"));
  int held = make(of_process("held", gone)); /* of a process whose number says nothing here */
  CHECK(dw_leftover_hold(held));
  CHECK(mkdir(in_folder(of_process("folder", gone)), 0755) == 0);
  CHECK(symlink("half.dw-1-0", in_folder(of_process("link", gone))) == 0);
  CHECK(link(in_folder("half.dw-1-0"), in_folder(of_process("twice", gone))) == 0);
  dw_leftover_sweep(in_folder("out"));
  CHECK(!there(of_process("half", gone)) && !there(of_process("ours", (long)getpid())));
  CHECK(there(of_process("alive", (long)getppid())) && there("half.dw-1-0") && there(".half.dw-kept"));
  CHECK(there(of_process("held", gone)) && there(of_process("folder", gone)) && there(of_process("link", gone)));
  CHECK(there(of_process("twice", gone)));
  close(held);
}

TEST(leftover_sweep_by_an_output)
{
  new_folder();
  dw_output *output;
  dw_err err = {0};
  long gone = dead_process();
  close(make(of_process("other", gone)));
  CHECK(dw_output_open(&output, in_folder("out"), &err) == DW_OK);
  CHECK(!there(of_process("other", gone)) && there(of_process("out", (long)getpid())));
  int again = open(in_folder(of_process("out", (long)getpid())), O_RDONLY | O_CLOEXEC);
  CHECK(again >= 0 && flock(again, LOCK_EX | LOCK_NB) < 0); /* the output holds it */
  CHECK(dw_output_write(output, "text", 4, &err) == DW_OK);
  CHECK(dw_output_commit(output, &err) == DW_OK && there("out") && !there(of_process("out", (long)getpid())));
  CHECK(flock(again, LOCK_EX | LOCK_NB) == 0);
  close(again);
}

/* Another process swept between the making of a file and its lock. */
TEST(leftover_hold_after_a_sweep)
{
  new_folder();
  int fd = make("file"), other = open(in_folder("file"), O_RDONLY | O_CLOEXEC);
  CHECK(flock(other, LOCK_EX | LOCK_NB) == 0 && !dw_leftover_hold(fd));
  unlink(in_folder("file"));
  close(other);
  CHECK(!dw_leftover_hold(fd));
  close(fd);
}
