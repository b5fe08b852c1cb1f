#include "detect/text/gram_hash.h"

#include "base/letters.h"

size_t dw_gram_characters(const char *text, size_t length, size_t most, uint32_t *out)
{
  size_t count = 0;
  out[count++] = ' ';
  for (size_t at = 0; at < length && count <= most;) {
    uint32_t c = dw_letters_next(text, length, &at);
    if (dw_letters_is_space(c)) {
      if (out[count - 1] != ' ') out[count++] = ' ';
    } else {
      out[count++] = dw_letters_lower(c);
    }
  }
  if (out[count - 1] != ' ') out[count++] = ' ';
  return count;
}
