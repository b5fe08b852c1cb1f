#include "io/bytes/upstream.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

TEST(word_goes_through_a_pipe_and_adds_no_byte)
{
  int pipe_of[2];
  char byte;
  CHECK(pipe(pipe_of) == 0);
  CHECK(!dw_upstream_failed(pipe_of[0]));
  dw_upstream_leave_word(pipe_of[1]);
  close(pipe_of[1]);
  CHECK(dw_upstream_failed(pipe_of[0]));
  CHECK(read(pipe_of[0], &byte, 1) == 0);
  CHECK(dw_upstream_failed(pipe_of[0]));
  close(pipe_of[0]);
}

static bool cut(uint64_t read)
{
  int pipe_of[2];
  CHECK(pipe(pipe_of) == 0);
  CHECK(!dw_upstream_cut(pipe_of[0], read));
  dw_upstream_leave_word(pipe_of[1]);
  bool found = dw_upstream_cut(pipe_of[0], read);
  CHECK(dw_upstream_failed(pipe_of[0]));
  close(pipe_of[0]);
  close(pipe_of[1]);
  return found;
}

/* Others may have written besides. */
TEST(the_word_says_how_much_is_of_who_failed)
{
  CHECK(cut(0) && !cut(7));
  dw_upstream_wrote(STDERR_FILENO, 3);
  dw_upstream_wrote(STDOUT_FILENO, 7);
  CHECK(cut(7) && !cut(0) && !cut(10));
}

/* Whoever opens a named pipe or a file again would find the word of another day. */
TEST(nothing_is_left_with_what_has_a_name)
{
  struct stat before, after;
  char name[] = "/tmp/dw-upstream-XXXXXX";
  int file = mkstemp(name);
  CHECK(file >= 0 && fstat(file, &before) == 0);
  dw_upstream_leave_word(file);
  CHECK(!dw_upstream_failed(file));
  CHECK(fstat(file, &after) == 0 && after.st_mtim.tv_sec == before.st_mtim.tv_sec);
  close(file);
  unlink(name);
  CHECK(mkfifo(name, 0600) == 0);
  int fifo = open(name, O_RDWR);
  dw_upstream_leave_word(fifo);
  CHECK(!dw_upstream_failed(fifo));
  close(fifo);
  unlink(name);
  CHECK(!dw_upstream_failed(-1));
}
