#include "base/siphash.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"

static dw_siphash_key process_key; /* set once */

/* 32 hexadecimal digits, the bytes of the key in their order. */
static bool key_given(unsigned char bytes[16])
{
  static const char hex[] = "0123456789abcdef";
  const char *text = getenv("DW_HASH_KEY");
  if (!text || strlen(text) != 32) return false;
  for (int i = 0; i < 32; i++) {
    const char *digit = strchr(hex, text[i]);
    if (!digit) return false;
    bytes[i / 2] = (unsigned char)(bytes[i / 2] << 4 | (digit - hex));
  }
  return true;
}

static void key_draw(void)
{
  unsigned char bytes[16] = {0};
  if (!key_given(bytes) && getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != sizeof bytes) {
    dw_siphash_key places = {{(uint64_t)(uintptr_t)&process_key, (uint64_t)(uintptr_t)bytes}};
    uint64_t about[] = {dw_monotonic_ns(), (uint64_t)getpid(), (uint64_t)(uintptr_t)getenv, (uint64_t)(uintptr_t)environ};
    for (int i = 0; i < 2; i++) {
      about[1] += (uint64_t)i << 32;
      process_key.word[i] = dw_siphash(places, about, sizeof about, 2, 4);
    }
    return;
  }
  process_key = (dw_siphash_key){{dw_word_64(bytes), dw_word_64(bytes + 8)}};
}

dw_siphash_key dw_siphash_process_key(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, key_draw);
  return process_key;
}
