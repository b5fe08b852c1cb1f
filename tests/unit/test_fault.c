#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"

/* Writes "abcdef" and "gh" with a point between them, in a child with DW_FAULT_WRITE=at. What arrived is in got; true: it was killed. */
static bool killed(const char *at, char got[16])
{
  int ends[2], status;
  if (pipe(ends) != 0) abort();
  pid_t child = fork();
  if (child == 0) {
    if (at) setenv("DW_FAULT_WRITE", at, 1);
    else unsetenv("DW_FAULT_WRITE");
    if (dw_fault_write(ends[1], "abcdef", 6) != 6) _exit(1);
    dw_fault_point();
    if (dw_fault_write(ends[1], "gh", 2) != 2) _exit(1);
    _exit(0);
  }
  close(ends[1]);
  size_t length = 0;
  for (ssize_t n; (n = read(ends[0], got + length, 15 - length)) > 0;) length += (size_t)n;
  got[length] = '\0';
  close(ends[0]);
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) CHECK(WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST(each_point_kills_once_and_writes_are_torn_in_the_middle)
{
  static const char *const left[] = {"", "abc", "abcdef", "abcdef", "abcdefg"};
  char got[16], at[16];
  for (int n = 1; n <= 5; n++) {
    snprintf(at, sizeof at, "%d", n);
    CHECK_MSG(killed(at, got), "not killed at %d", n);
    CHECK_TEXT(got, left[n - 1]);
  }
  CHECK(!killed("6", got));
  CHECK_TEXT(got, "abcdefgh");
}

TEST(nothing_happens_without_a_number)
{
  char got[16];
  static const char *const words[] = {NULL, "", "0", "x", "-1"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    CHECK(!killed(words[i], got));
    CHECK_TEXT(got, "abcdefgh");
  }
}

TEST(a_write_that_fails_says_so) { CHECK(dw_fault_write(-1, "x", 1) == -1); }
