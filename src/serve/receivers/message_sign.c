/* Standard Webhooks 1.0: the signature is base64 of HMAC-SHA256, keyed with the secret's bytes, of ID.TIMESTAMP.BODY. */
#include <stdio.h>

#include "act/seal.h"
#include "base/clock.h"
#include "base/digest.h"
#include "serve/receivers/message.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648, 4; padding may be left out. Returns how many bytes; 0: it is none, or too long. */
static size_t from_base64(const char *text, unsigned char *out, size_t room)
{
  size_t length = strlen(text), count = 0;
  while (length && text[length - 1] == '=') length--;
  unsigned bits = 0, held = 0;
  for (size_t i = 0; i < length; i++) {
    const char *digit = memchr(digits, text[i], 64);
    if (!digit) return 0;
    bits = bits << 6 | (unsigned)(digit - digits);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (count == room) return 0;
    out[count++] = (unsigned char)(bits >> held);
    bits &= (1u << held) - 1;
  }
  return bits == 0 && length % 4 != 1 ? count : 0;
}

static void to_base64(const unsigned char *bytes, size_t count, char *out)
{
  for (size_t i = 0; i < count; i += 3) {
    size_t left = count - i;
    unsigned group = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    for (int d = 0; d < 4; d++) *out++ = (size_t)d <= left ? digits[group >> (18 - 6 * d) & 63] : '=';
  }
  *out = '\0';
}

bool dw_message_sign(const char *secret, const char *id, int64_t now, const void *body, size_t length, dw_message_signature *out)
{
  enum { LEAST = 24, MOST = 64 };
  unsigned char key[MOST], mac[DW_SEAL_MAC];
  char name[33], code[DW_SEAL_MAC * 2];
  dw_digest digest;
  dw_buf text = {0};
  dw_digest_init(&digest);
  dw_digest_add(&digest, id, strlen(id)); /* an id without a full stop, which parts what is signed */
  dw_digest_text(&digest, name);
  snprintf(out->id, sizeof out->id, "webhook-id: msg_%s", name);
  snprintf(out->timestamp, sizeof out->timestamp, "webhook-timestamp: %lld", (long long)(now / DW_SECOND));
  out->signature[0] = '\0';
  if (strncmp(secret, "whsec_", 6) != 0) return false;
  size_t count = from_base64(secret + 6, key, sizeof key);
  if (count < LEAST) return false;
  dw_buf_format(&text, "msg_%s.%lld.", name, (long long)(now / DW_SECOND));
  dw_buf_add(&text, body, length);
  dw_seal_mac(key, count, text.data, text.length, mac);
  to_base64(mac, sizeof mac, code);
  snprintf(out->signature, sizeof out->signature, "webhook-signature: v1,%s", code);
  dw_buf_free(&text);
  return true;
}
