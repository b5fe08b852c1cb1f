/* secrets: keys of endpoints: whose they are, and that nobody sees them.
 *
 * A key goes to its own place and nowhere else: OPENAI_API_KEY to where OPENAI_BASE_URL points (https://api.openai.com without it: scheme,
 * host and port), OPENROUTER_API_KEY to https://openrouter.ai, and a key that a config names (api_key_env) to that config's base_url.
 */
#ifndef DW_CANARY_SECRETS_H
#define DW_CANARY_SECRETS_H

#include "base/err.h"
#include "base/str.h"
#include "canary/config/canary_config.h"

/* The environment's; "" counts as not set. */
typedef struct dw_secrets {
  const char *openai_base, *openai, *openrouter; /* NULL: not set */
  const char **known;                            /* all keys that were handed out, to be scrubbed */
  size_t count, capacity;
} dw_secrets;

void dw_secrets_read(dw_secrets *secrets); /* from the environment */
void dw_secrets_free(dw_secrets *secrets);

/* The key of an endpoint; NULL: none, and *missing is the variable it should stand in, where it needs one. name: a variable that must have
 * it, or NULL. DW_EUSAGE: the key has control characters in it, or blanks, as a header cannot. */
dw_status dw_secrets_key(dw_secrets *secrets, const char *base_url, const char *name, const char **key, const char **missing, dw_err *err);

enum { DW_SECRETS_SHORT = 16 }; /* keys with fewer bytes are words such as "none" that stand for no key: answers may have them in it */

/* Puts [key] in place of each key in text[from..]; of short ones too with `all`: in messages, which an answer is not. */
void dw_secrets_scrub(const dw_secrets *secrets, dw_buf *text, size_t from, bool all);

#endif
