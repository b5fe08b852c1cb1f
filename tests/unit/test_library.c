#include "test.h"

#include <pthread.h>

#include "io/library/library.h"

#define Z_CALLS(call) call(zlibVersion) call(crc32)
const char *zlibVersion(void);
unsigned long crc32(unsigned long crc, const unsigned char *bytes, unsigned length);

static const char *const z_names[] = {Z_CALLS(DW_LIBRARY_NAME)};

TEST(functions_are_called_as_the_header_has_them)
{
  static struct {
    Z_CALLS(DW_LIBRARY_CALL)
  } z;
  static dw_library library = DW_LIBRARY("libz.so.1", "this test", z, z_names);
  dw_err err;
  CHECK(library.count == 2);
  CHECK_MSG(dw_library_load(&library, &err) == DW_OK, "%s", err.message);
  CHECK(z.zlibVersion()[0] == '1');
  CHECK(z.crc32(0, (const unsigned char *)"123456789", 9) == 0xcbf43926ul);
  CHECK(dw_library_load(&library, NULL) == DW_OK);
}

TEST(one_that_is_not_there_is_named_and_tried_again)
{
  static struct {
    Z_CALLS(DW_LIBRARY_CALL)
  } z;
  static dw_library library = DW_LIBRARY("libnobody-has-this.so.7", "this test", z, z_names);
  static dw_library hidden = DW_LIBRARY("libz.so.1", "this test", z, z_names);
  dw_err err;
  for (int i = 0; i < 2; i++) {
    CHECK(dw_library_load(&library, &err) == DW_ESYSTEM);
    const char *told = "libnobody-has-this.so.7 is needed for this test and cannot be loaded: ";
    CHECK_MSG(strncmp(err.message, told, strlen(told)) == 0 && !strstr(err.message + strlen(told), "libnobody"), "%s", err.message);
  }
  CHECK(!z.crc32);
  setenv("DW_FAULT_MISSING", "libz.so libz.so.1", 1);
  CHECK(dw_library_load(&hidden, &err) == DW_ESYSTEM);
  CHECK(strncmp(err.message, "libz.so.1 is needed for this test and cannot be loaded: ", 56) == 0);
  setenv("DW_FAULT_MISSING", "libz.so.12", 1); /* of another name */
  CHECK(dw_library_load(&hidden, &err) == DW_OK && z.crc32);
  unsetenv("DW_FAULT_MISSING");
}

TEST(one_that_the_build_is_without_is_named)
{
  static struct {
    Z_CALLS(DW_LIBRARY_CALL)
  } z;
  static dw_library library = DW_LIBRARY("WITHOUT=z", "this test", z, z_names);
  dw_err err;
  CHECK(dw_library_left_out(&library) && !dw_library_left_out(&(dw_library){.name = "libWITHOUT.so"}));
  CHECK(dw_library_load(&library, &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "this build is without z (make WITHOUT=z), which is needed for this test: run make deps, then make");
}

TEST(one_without_a_function_is_refused)
{
  static struct {
    void (*here)(void), (*there)(void);
  } calls;
  static const char *const names[] = {"crc32", "of_another_release"};
  static dw_library library = DW_LIBRARY("libz.so.1", "this test", calls, names);
  dw_err err;
  CHECK(dw_library_load(&library, &err) == DW_ESYSTEM);
  CHECK_MSG(strstr(err.message, "libz.so.1 is needed for this test") && strstr(err.message, "undefined symbol: of_another_release"), "%s",
            err.message);
  CHECK(!library.loaded);
}

static struct {
  Z_CALLS(DW_LIBRARY_CALL)
} shared;
static dw_library shared_library = DW_LIBRARY("libz.so.1", "this test", shared, z_names);

static void *load_and_call(void *wrong)
{
  for (int i = 0; i < 100; i++)
    if (dw_library_load(&shared_library, NULL) != DW_OK || shared.crc32(0, (const unsigned char *)"a", 1) != 0xe8b7be43ul)
      *(int *)wrong = 1;
  return NULL;
}

TEST(threads_may_all_be_the_first)
{
  pthread_t thread[8];
  int wrong[8] = {0};
  for (int i = 0; i < 8; i++) CHECK(pthread_create(&thread[i], NULL, load_and_call, &wrong[i]) == 0);
  for (int i = 0; i < 8; i++) {
    pthread_join(thread[i], NULL);
    CHECK(!wrong[i]);
  }
}
