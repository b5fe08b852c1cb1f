#include "test.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

enum { SHOWN = 10, MOST = 10000 };

static struct {
  const char *file, *name;
  test_function *function;
} tests[MOST];
static int test_count;
static _Atomic int checks, failures; /* threads of a test check too */
static const char *skipped;
static jmp_buf out;

void test_register(const char *file, const char *name, test_function *function)
{
  if (test_count == MOST) abort();
  tests[test_count].file = file;
  tests[test_count].name = name;
  tests[test_count++].function = function;
}

void test_check(bool ok, const char *file, int line, const char *format, ...)
{
  checks++;
  if (ok) return;
  if (++failures > SHOWN) return;
  va_list args;
  va_start(args, format);
  printf("# %s:%d: ", file, line);
  vprintf(format, args);
  printf("\n");
  va_end(args);
}

void test_skip(const char *why)
{
  skipped = why;
  longjmp(out, 1);
}

bool test_close(double got, double want, double relative)
{
  if (isnan(want)) return isnan(got);
  if (isinf(want) || want == got) return got == want;
  return fabs(got - want) <= relative * fabs(want);
}

char *test_read(const char *path, size_t *length)
{
  const char *root = getenv("DW_TESTS");
  char full[4096];
  snprintf(full, sizeof full, "%s/%s", root ? root : "tests", path);
  FILE *file = fopen(full, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *bytes = malloc((size_t)size + 1);
  if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) abort();
  bytes[size] = '\0';
  fclose(file);
  if (length) *length = (size_t)size;
  return bytes;
}

/* On its own, so that longjmp cannot clobber main's variables. */
static void run(test_function *function)
{
  if (!setjmp(out)) function();
}

/* Temporary files have relative names, and are made where TMPDIR says: in memory, where tests/run finds enough. */
static void enter_temporary(void)
{
  const char *tests_were = getenv("DW_TESTS"), *top_was = getenv("DW_TOP"), *place = getenv("TMPDIR");
  char *here = realpath(tests_were ? tests_were : "tests", NULL), *top = realpath(top_was ? top_was : ".", NULL);
  if (here) setenv("DW_TESTS", here, 1);
  if (top) setenv("DW_TOP", top, 1);
  free(here);
  free(top);
  if (chdir(place && *place ? place : "/tmp") != 0) abort();
}

static const char *base_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* PROGRAM, whose name is a file's without ".c", has that file's tests. */
static bool is_of(const char *file, const char *program)
{
  size_t length = strlen(program);
  return strncmp(base_of(file), program, length) == 0 && strcmp(base_of(file) + length, ".c") == 0;
}

/* A link a file, beside the program. */
static int make_links(const char *program)
{
  for (int i = 0; i < test_count; i++) {
    const char *file = base_of(tests[i].file);
    char link[4096];
    snprintf(link, sizeof link, "%.*s%.*s", (int)(base_of(program) - program), program, (int)strcspn(file, "."), file);
    if (unlink(link) != 0 && errno != ENOENT) return 1;
    if (symlink(base_of(program), link) != 0) return 1;
  }
  return 0;
}

int main(int argc, char **argv)
{
  if (argc > 1 && strcmp(argv[1], "--make-links") == 0) return make_links(argv[0]);
  const char *only = argc > 1 ? argv[1] : NULL;
  int failed = 0, number = 0;
  enter_temporary();
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 0; i < test_count; i++) {
    if (!is_of(tests[i].file, base_of(argv[0])) || (only && !strstr(tests[i].name, only))) continue;
    checks = failures = 0;
    skipped = NULL;
    run(tests[i].function);
    number++;
    if (skipped) {
      printf("ok %d - %s # SKIP %s\n", number, tests[i].name, skipped);
      continue;
    }
    if (checks == 0) {
      printf("# no check ran\n");
      failures++;
    }
    if (failures) failed++;
    printf("%sok %d - %s\n", failures ? "not " : "", number, tests[i].name);
    if (failures > SHOWN) printf("# … %d failed checks in all\n", failures);
  }
  printf("1..%d\n", number);
  return failed != 0 || number == 0;
}
