#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/siphash.h"

static bool read_hex(const char *text, unsigned char *bytes, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    unsigned value;
    if (sscanf(text + 2 * i, "%2x", &value) != 1) return false;
    bytes[i] = (unsigned char)value;
  }
  return strlen(text) == 2 * count;
}

static dw_siphash_key key_of(const unsigned char bytes[16]) { return (dw_siphash_key){{dw_word_64(bytes), dw_word_64(bytes + 8)}}; }

/* tests/golden/siphash.txt: by OpenSSL (siphash.py beside it); its lines "24" with the key 000102... are the vectors the authors publish.
 */
TEST(siphash_is_what_others_compute)
{
  char *text = test_read("golden/siphash.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  unsigned char bytes[300], key[16], want[8];
  for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)i;
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
    int rounds;
    size_t length;
    char key_text[40], want_text[20];
    CHECK(sscanf(line, "%d %zu %39s %19s", &rounds, &length, key_text, want_text) == 4 && length <= sizeof bytes);
    CHECK(read_hex(key_text, key, 16) && read_hex(want_text, want, 8));
    uint64_t got = dw_siphash(key_of(key), bytes, length, rounds / 10, rounds % 10);
    CHECK_MSG(got == dw_word_64(want), "rounds %d, length %zu, key %s: %016llx, want the bytes %s", rounds, length, key_text,
              (unsigned long long)got, want_text);
  }
  CHECK(lines == 156);
  free(text);
}

/* The text may begin anywhere and end where memory does: nothing behind it is read or matters. */
TEST(siphash_reads_the_text_and_nothing_else)
{
  dw_siphash_key key = {{1, 2}};
  for (size_t length = 0; length < 40; length++) {
    char *exact = malloc(length + 1), shifted[64];
    for (size_t i = 0; i < length; i++) exact[i] = (char)(i * 37);
    uint64_t want = dw_siphash(key, exact, length, 1, 3);
    for (size_t shift = 0; shift < 9; shift++) {
      memset(shifted, (int)shift * 29, sizeof shifted);
      memcpy(shifted + shift, exact, length);
      CHECK(dw_siphash(key, shifted + shift, length, 1, 3) == want);
    }
    free(exact);
  }
  CHECK(dw_siphash(key, NULL, 0, 1, 3) == dw_siphash(key, "x", 0, 1, 3));
}

/* The key that a new process has with this in its environment (NULL: without). First of all tests that ask: the key is drawn once. */
static dw_siphash_key key_of_a_child(const char *setting)
{
  int ends[2];
  dw_siphash_key key = {{0, 0}};
  CHECK(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    if (setting) setenv("DW_HASH_KEY", setting, 1);
    else unsetenv("DW_HASH_KEY");
    key = dw_siphash_process_key();
    dw_siphash_key again = dw_siphash_process_key();
    bool same = key.word[0] == again.word[0] && key.word[1] == again.word[1];
    _exit(same && write(ends[1], &key, sizeof key) == sizeof key ? 0 : 1);
  }
  int status = -1;
  CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
  CHECK(read(ends[0], &key, sizeof key) == sizeof key);
  close(ends[0]);
  close(ends[1]);
  return key;
}

TEST(siphash_every_process_draws_a_key)
{
  enum { DRAWN = 6 };
  /* none of them is a key */
  static const char *const settings[DRAWN] = {
      NULL, NULL, "", "0", "zz0102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f00"};
  dw_siphash_key drawn[DRAWN];
  for (int i = 0; i < DRAWN; i++) {
    drawn[i] = key_of_a_child(settings[i]);
    for (int k = 0; k < i; k++) CHECK(drawn[i].word[0] != drawn[k].word[0] && drawn[i].word[1] != drawn[k].word[1]);
  }
  dw_siphash_key given = key_of_a_child("000102030405060708090a0b0c0d0eff");
  CHECK(given.word[0] == UINT64_C(0x0706050403020100) && given.word[1] == UINT64_C(0xff0e0d0c0b0a0908));
}
