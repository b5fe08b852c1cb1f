#include "canary/ask/secrets.h"

#include <stdlib.h>
#include <strings.h>

#include "io/text/json.h"

static const char openai_home[] = "https://api.openai.com", openrouter_home[] = "https://openrouter.ai";

static const char *variable(const char *name)
{
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

void dw_secrets_read(dw_secrets *secrets)
{
  *secrets = (dw_secrets){.openai_base = variable("OPENAI_BASE_URL"),
                          .openai = variable("OPENAI_API_KEY"),
                          .openrouter = variable("OPENROUTER_API_KEY")};
}

void dw_secrets_free(dw_secrets *secrets)
{
  dw_free(secrets->known);
  *secrets = (dw_secrets){0};
}

/* Bytes of scheme, host and port. */
static size_t origin(const char *url)
{
  const char *host = strstr(url, "://");
  return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : 0;
}

static bool same_place(const char *a, const char *b)
{
  size_t length = origin(a);
  return length && length == origin(b) && strncasecmp(a, b, length) == 0;
}

dw_status dw_secrets_key(dw_secrets *secrets, const char *base_url, const char *name, const char **key, const char **missing, dw_err *err)
{
  bool home = same_place(base_url, openai_home), router = same_place(base_url, openrouter_home);
  const char *variable_name = name ? name : router ? "OPENROUTER_API_KEY" : "OPENAI_API_KEY";
  *key = NULL;
  if (name) *key = variable(name);
  else if (router && secrets->openrouter) *key = secrets->openrouter;
  else if (same_place(base_url, secrets->openai_base ? secrets->openai_base : openai_home)) *key = secrets->openai;
  *missing = !*key && (name || home || router) ? variable_name : NULL;
  if (!*key) return DW_OK;
  for (const char *c = *key; *c; c++)
    if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 127) {
      *key = NULL;
      return dw_err_set(err, DW_EUSAGE, "the key in %s has blanks, control characters or letters beyond ASCII in it", variable_name);
    }
  secrets->known = dw_grow(secrets->known, &secrets->capacity, secrets->count + 1, sizeof *secrets->known);
  secrets->known[secrets->count++] = *key;
  return DW_OK;
}

static void replace(dw_buf *text, size_t from, const char *what, size_t length)
{
  static const char instead[] = "[key]";
  dw_buf out = {0};
  size_t done = from;
  for (size_t at = from; at + length <= text->length;) {
    const char *found = memmem(text->data + at, text->length - at, what, length);
    if (!found) break;
    at = (size_t)(found - text->data);
    dw_buf_add(&out, text->data + done, at - done);
    dw_buf_text(&out, instead);
    done = at += length;
  }
  if (done > from) {
    dw_buf_add(&out, text->data + done, text->length - done);
    text->length = from;
    dw_buf_add(text, out.data, out.length);
  }
  dw_buf_free(&out);
}

void dw_secrets_scrub(const dw_secrets *secrets, dw_buf *text, size_t from, bool all)
{
  for (size_t i = 0; i < secrets->count; i++) {
    const char *key = secrets->known[i];
    size_t length = strlen(key);
    if (length < DW_SECRETS_SHORT && !(all && length >= 4)) continue;
    replace(text, from, key, length);
    dw_buf quoted = {0}; /* as it stands in JSON */
    dw_json_quote(&quoted, key, length);
    if (quoted.length - 2 != length) replace(text, from, quoted.data + 1, quoted.length - 2);
    dw_buf_free(&quoted);
  }
}
