/* Standard Webhooks 1.0: the signature is base64 of HMAC-SHA256, keyed with the secret's bytes, of ID.TIMESTAMP.BODY. */
#include <stdio.h>

#include "act/seal.h"
#include "io/text/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "serve/receivers/message.h"

bool dw_message_sign(const char *secret, const char *id, int64_t now, const void *body, size_t length, dw_message_signature *out)
{
  enum { LEAST = 24, MOST = 64 };
  unsigned char mac[DW_SEAL_MAC];
  char name[33];
  dw_digest digest;
  dw_buf text = {0}, key = {0};
  dw_digest_init(&digest);
  dw_digest_add(&digest, id, strlen(id)); /* an id without a full stop, which parts what is signed */
  dw_digest_text(&digest, name);
  snprintf(out->id, sizeof out->id, "webhook-id: msg_%s", name);
  snprintf(out->timestamp, sizeof out->timestamp, "webhook-timestamp: %lld", (long long)(now / DW_SECOND));
  out->signature[0] = '\0';
  if (strncmp(secret, "whsec_", 6) != 0) return false;
  bool decoded = dw_base64_decode(&key, secret + 6, strlen(secret + 6)) && key.length >= LEAST && key.length <= MOST;
  if (decoded) {
    dw_buf code = {0};
    dw_buf_format(&text, "msg_%s.%lld.", name, (long long)(now / DW_SECOND));
    dw_buf_add(&text, body, length);
    dw_seal_mac((const unsigned char *)key.data, key.length, text.data, text.length, mac);
    dw_base64_encode(&code, mac, sizeof mac);
    snprintf(out->signature, sizeof out->signature, "webhook-signature: v1,%s", dw_buf_cstr(&code));
    dw_buf_free(&code);
  }
  dw_buf_free(&text);
  dw_buf_free(&key);
  return decoded;
}
