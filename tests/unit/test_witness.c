#include "io/bytes/witness.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static void write_file(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

TEST(a_file_that_nobody_touched_looks_the_same)
{
  char path[] = "dw-test-XXXXXX", other[64];
  close(mkstemp(path));
  snprintf(other, sizeof other, "%s-link", path);
  write_file(path, "one");
  CHECK(symlink(path, other) == 0);
  dw_witness before, after, linked;
  CHECK(dw_witness_take(&before, path) && dw_witness_take(&after, path) && dw_witness_take(&linked, other));
  CHECK(dw_witness_same(&before, &after) && dw_witness_same(&before, &linked) && before.size == 3);
  CHECK(!dw_witness_settled(&before, before.changed));
  CHECK(dw_witness_settled(&before, dw_witness_now() + INT64_C(3000000000)));
  unlink(path);
  unlink(other);
}

TEST(what_was_written_named_or_permitted_anew_shows)
{
  char path[] = "dw-test-XXXXXX", beside[64];
  close(mkstemp(path));
  snprintf(beside, sizeof beside, "%s-new", path);
  write_file(path, "one");
  dw_witness before, after = {0};
  CHECK(dw_witness_take(&before, path));
  usleep(30000); /* more than a step of the clock of files */
  CHECK(chmod(path, 0600) == 0 && dw_witness_take(&after, path) && !dw_witness_same(&before, &after));
  before = after;
  usleep(30000);
  write_file(path, "two"); /* as long as before, and dated back */
  struct timespec times[2] = {{before.modified / 1000000000, before.modified % 1000000000},
                              {before.modified / 1000000000, before.modified % 1000000000}};
  CHECK(utimensat(AT_FDCWD, path, times, 0) == 0 && dw_witness_take(&after, path));
  CHECK(after.modified == before.modified && after.size == before.size && !dw_witness_same(&before, &after));
  before = after;
  write_file(beside, "two");
  CHECK(rename(beside, path) == 0 && dw_witness_take(&after, path) && !dw_witness_same(&before, &after));
  unlink(path);
}

TEST(what_is_no_file_is_like_nothing)
{
  dw_witness a, b;
  CHECK(!dw_witness_take(&a, "/tmp") && !dw_witness_take(&b, "/tmp"));
  CHECK(!dw_witness_same(&a, &b));
  CHECK(!dw_witness_take(&a, "/tmp/there/is/none") && !dw_witness_take(&b, "/dev/null"));
  CHECK(!dw_witness_same(&a, &b));
  CHECK(!dw_witness_take_open(&a, -1));
}

TEST(settled_is_a_step_of_the_clock_later)
{
  const int64_t second = 1000000000, t = 1000 * second;
  dw_witness fine = {.inode = 1, .modified = t + 5, .changed = t + 7}; /* to the nanosecond: kernels step 100 times a second */
  CHECK(!dw_witness_settled(&fine, t + 7) && !dw_witness_settled(&fine, t + 7 + second / 100));
  CHECK(dw_witness_settled(&fine, t + 8 + second / 50));
  dw_witness whole = {.inode = 1, .modified = t, .changed = t + 7}; /* to the second, perhaps to two */
  CHECK(!dw_witness_settled(&whole, t + 2 * second) && dw_witness_settled(&whole, t + 8 + 2 * second));
  dw_witness ahead = {.inode = 1, .modified = t + 5 * second + 1, .changed = t + 7}; /* of a file server whose clock is ahead */
  CHECK(!dw_witness_settled(&ahead, t + second));
}
