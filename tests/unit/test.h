/* test: the harness of the unit tests. One file a module: test_num.c for base/num.c. All are linked into one program, which runs the tests
 * of the file whose name it is called by: build/plain/tests/test_num is a link to it.
 *
 *   TEST(name) { CHECK(a == b); CHECK_CLOSE(got, want, 1e-12); }
 *
 * Tests register themselves. The program prints TAP ("ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP why") and exits 1 when one
 * failed. A failed check prints file, line and both values, and the test goes on (the first 10 failures of a test are shown).
 * A test without a single check fails: it asserted nothing. The working directory is TMPDIR, or /tmp: temporary files have relative names,
 * and lie in memory under tests/run; where a path must begin with a slash they are in /tmp.
 */
#ifndef DW_TESTS_TEST_H
#define DW_TESTS_TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void test_function(void);
void test_register(const char *file, const char *name, test_function *function);
void test_check(bool ok, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));
void test_skip(const char *why);
bool test_close(double got, double want, double relative); /* |got - want| <= relative * |want|; equal infinities and NaNs agree */
/* A file under tests/ (found through the environment variable DW_TESTS, default "tests"): its bytes, NUL behind; NULL when absent. */
char *test_read(const char *path, size_t *length);

#define TEST(name)                                                                                                                         \
  static void test_##name(void);                                                                                                           \
  __attribute__((constructor)) static void register_##name(void) { test_register(__BASE_FILE__, #name, test_##name); }                     \
  static void test_##name(void)

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, "%s", #condition)
#define CHECK_MSG(condition, ...) test_check((condition), __FILE__, __LINE__, __VA_ARGS__)
#define CHECK_CLOSE(got, want, relative)                                                                                                   \
  do {                                                                                                                                     \
    double got_ = (got), want_ = (want);                                                                                                   \
    test_check(test_close(got_, want_, (relative)), __FILE__, __LINE__, "%s = %.17g, want %.17g (relative %.3g > %.3g)", #got, got_,       \
               want_, fabs((got_ - want_) / want_), (double)(relative));                                                                   \
  } while (0)
#define CHECK_TEXT(got, want)                                                                                                              \
  do {                                                                                                                                     \
    const char *got_ = (got), *want_ = (want);                                                                                             \
    test_check(got_ &&want_ &&strcmp(got_, want_) == 0, __FILE__, __LINE__, "%s = \"%s\", want \"%s\"", #got, got_ ? got_ : "(none)",      \
               want_ ? want_ : "(none)");                                                                                                  \
  } while (0)

#endif
