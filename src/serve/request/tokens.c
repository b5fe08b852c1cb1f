#include "serve/request/tokens.h"

#include <stdatomic.h>
#include <string.h>

#include "act/seal.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/bytes/input.h"
#include "io/text/lines.h"

enum { TOKENS_BYTES = 1 << 20, TOKEN_PARTS = 4 };

typedef struct token {
  dw_grant grant;
  char hash[DW_SEAL_HASH + 1];
} token;

struct dw_tokens {
  atomic_uint holders;
  token *token;
  size_t count, capacity;
  dw_arena arena;
};

static const struct {
  const char *word;
  dw_scope scope;
} scopes[] = {{"ingest", DW_SCOPE_INGEST}, {"read", DW_SCOPE_READ}, {"admin", DW_SCOPE_ADMIN}};

static unsigned scope_of(const char *word, size_t length)
{
  for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
    if (dw_text_equal(word, length, scopes[i].word)) return scopes[i].scope;
  return 0;
}

/* Where a mistake is told. */
typedef struct place {
  const char *name;
  uint64_t line;
} place;

static dw_status take_scopes(dw_grant *grant, const char *list, place at, dw_err *err)
{
  for (;; list++) {
    size_t length = strcspn(list, ",");
    unsigned scope = scope_of(list, length);
    if (!scope)
      return dw_err_at(err, DW_EUSAGE, at.name, at.line, 0, "\"%.*s\" is no scope; there are ingest, read and admin", (int)length, list);
    grant->scopes |= scope;
    list += length;
    if (!*list) return DW_OK;
  }
}

static dw_status take_models(dw_tokens *tokens, dw_grant *grant, const char *list, place at, dw_err *err)
{
  if (strcmp(list, "*") == 0) return DW_OK;
  for (;; list++) {
    size_t length = strcspn(list, ",");
    if (length == 0) return dw_err_at(err, DW_EUSAGE, at.name, at.line, 0, "a model without a name; * is all of them");
    grant->models.text = dw_grow(grant->models.text, &grant->models.capacity, grant->models.count + 1, sizeof *grant->models.text);
    grant->models.text[grant->models.count++] = dw_arena_strndup(&tokens->arena, list, length);
    list += length;
    if (!*list) return DW_OK;
  }
}

static dw_status take_hash(token *new, const char *text, place at, dw_err *err)
{
  static const char prefix[] = "sha256:";
  size_t digits =
      sizeof prefix - 1 + strspn(text + (strncmp(text, prefix, sizeof prefix - 1) == 0 ? sizeof prefix - 1 : 0), "0123456789abcdef");
  if (strncmp(text, prefix, sizeof prefix - 1) != 0 || digits != sizeof prefix - 1 + DW_SEAL_HASH || text[digits])
    return dw_err_at(err, DW_EUSAGE, at.name, at.line, 0,
                     "the hash is not sha256: and %d hexadecimal digits (printf %%s TOKEN | sha256sum)", DW_SEAL_HASH);
  memcpy(new->hash, text + sizeof prefix - 1, DW_SEAL_HASH + 1);
  return DW_OK;
}

/* The words of a line; how many there are, TOKEN_PARTS + 1 for more. */
static size_t split(dw_arena *arena, const char *text, size_t length, const char *part[TOKEN_PARTS])
{
  static const char blank[] = " \t\r";
  size_t count = 0;
  for (size_t i = 0; i < length;) {
    size_t end = i;
    while (end < length && !memchr(blank, text[end], sizeof blank - 1)) end++;
    if (end > i && count < TOKEN_PARTS) part[count] = dw_arena_strndup(arena, text + i, end - i);
    count += end > i;
    i = end + 1;
  }
  return count;
}

static dw_status take_line(dw_tokens *tokens, const dw_line *line, place at, dw_err *err)
{
  const char *part[TOKEN_PARTS];
  size_t count = split(&tokens->arena, line->text, line->length, part);
  if (count == 0 || part[0][0] == '#') return DW_OK;
  if (count != TOKEN_PARTS)
    return dw_err_at(err, DW_EUSAGE, at.name, at.line, 0, "%zu words; a line is NAME SCOPES MODELS sha256:HASH", count);
  tokens->token = dw_grow(tokens->token, &tokens->capacity, tokens->count + 1, sizeof *tokens->token);
  token *new = &tokens->token[tokens->count++];
  *new = (token){.grant = {.name = part[0]}};
  dw_status status = take_scopes(&new->grant, part[1], at, err);
  if (status == DW_OK) status = take_models(tokens, &new->grant, part[2], at, err);
  if (status == DW_OK) status = take_hash(new, part[3], at, err);
  for (const token *other = tokens->token; status == DW_OK && other < new; other++) {
    if (strcmp(other->grant.name, new->grant.name) == 0)
      status = dw_err_at(err, DW_EUSAGE, at.name, at.line, 0, "%s is there twice", new->grant.name);
    else if (strcmp(other->hash, new->hash) == 0)
      status = dw_err_at(err, DW_EUSAGE, at.name, at.line, 0, "%s has the token of %s", new->grant.name, other->grant.name);
  }
  return status;
}

dw_status dw_tokens_parse(dw_tokens **out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_tokens *tokens = dw_alloc_zero(1, sizeof *tokens);
  atomic_init(&tokens->holders, 1);
  dw_arena_init(&tokens->arena);
  dw_status status = DW_OK;
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) status = take_line(tokens, &line, (place){name, line.number}, err);
  dw_lines_free(&lines);
  if (status == DW_OK && tokens->count == 0)
    status = dw_err_at(err, DW_EUSAGE, name, 0, 0, "no tokens; a line is NAME SCOPES MODELS sha256:HASH");
  *out = status == DW_OK ? tokens : NULL;
  if (status != DW_OK) dw_tokens_release(tokens);
  return status;
}

dw_status dw_tokens_read(dw_tokens **out, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  *out = NULL;
  dw_status status = dw_input_whole(path, TOKENS_BYTES, &text, &length, err);
  if (status == DW_OK) status = dw_tokens_parse(out, text, length, path, err);
  dw_free(text);
  return status;
}

dw_tokens *dw_tokens_hold(dw_tokens *tokens)
{
  if (tokens) atomic_fetch_add(&tokens->holders, 1);
  return tokens;
}

void dw_tokens_release(dw_tokens *tokens)
{
  if (!tokens || atomic_fetch_sub(&tokens->holders, 1) > 1) return;
  for (size_t i = 0; i < tokens->count; i++) dw_free(tokens->token[i].grant.models.text);
  dw_free(tokens->token);
  dw_arena_free(&tokens->arena);
  dw_free(tokens);
}

const dw_grant *dw_tokens_find(const dw_tokens *tokens, const char *text)
{
  char hash[DW_SEAL_HASH + 1];
  const dw_grant *found = NULL;
  dw_seal_hash(text, strlen(text), hash);
  for (size_t i = 0; i < tokens->count; i++) {
    volatile unsigned char differ = 0; /* volatile: no compiler may leave the loop early */
    for (size_t k = 0; k < DW_SEAL_HASH; k++) differ |= (unsigned char)(hash[k] ^ tokens->token[i].hash[k]);
    if (!differ) found = &tokens->token[i].grant;
  }
  return found;
}

bool dw_grant_may(const dw_grant *grant, unsigned scope, const char *model)
{
  if (!grant) return true;
  if ((grant->scopes & scope) != scope) return false;
  if (!model || grant->models.count == 0) return true;
  for (size_t i = 0; i < grant->models.count; i++)
    if (strcmp(grant->models.text[i], model) == 0) return true;
  return false;
}
