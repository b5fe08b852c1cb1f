#include "serve/request/tokens.h"

#include "test.h"

/* A is what sha256sum says of "secret-a". */
#define HASH_A "sha256:8766b9cb08e6040b704f1e3ee1e186efccf2635b1d2634d6525333007e6aeae1"
#define HASH_B "sha256:b0000000000000000000000000000000000000000000000000000000000000ab"

static const char file[] = "# who may do what\n\n  shop ingest fraud,churn " HASH_A "\r\nops\tingest,read,admin * " HASH_B "\n";

TEST(who_may_do_what)
{
  dw_tokens *tokens;
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "tokens", NULL) == DW_OK);
  const dw_grant *shop = dw_tokens_find(tokens, "secret-a");
  CHECK(shop != NULL);
  CHECK_TEXT(shop ? shop->name : NULL, "shop");
  CHECK(dw_tokens_find(tokens, "secret-c") == NULL);
  CHECK(dw_tokens_find(tokens, "") == NULL);
  CHECK(dw_tokens_find(tokens, HASH_A) == NULL); /* the hash is no token */
  CHECK(dw_grant_may(shop, DW_SCOPE_INGEST, "fraud"));
  CHECK(dw_grant_may(shop, DW_SCOPE_INGEST, "churn"));
  CHECK(dw_grant_may(shop, DW_SCOPE_INGEST, NULL));
  CHECK(!dw_grant_may(shop, DW_SCOPE_INGEST, "frau"));
  CHECK(!dw_grant_may(shop, DW_SCOPE_READ, "fraud"));
  CHECK(!dw_grant_may(shop, DW_SCOPE_INGEST | DW_SCOPE_ADMIN, "fraud"));
  CHECK(dw_grant_may(NULL, DW_SCOPE_ADMIN, "any"));
  dw_grant all = {.name = "ops", .scopes = DW_SCOPE_READ};
  CHECK(dw_grant_may(&all, DW_SCOPE_READ, "any"));
  dw_tokens_release(dw_tokens_hold(tokens));
  CHECK(dw_tokens_find(tokens, "secret-a") == shop); /* still held */
  dw_tokens_release(tokens);
  dw_tokens_release(NULL);
}

TEST(mistakes_name_the_line)
{
  static const struct {
    const char *text, *says;
  } cases[] = {
      {"", "tokens: no tokens"},
      {"# nothing\n", "tokens: no tokens"},
      {"\na ingest *\n", "tokens:2: 3 words; a line is NAME SCOPES MODELS sha256:HASH"},
      {"a ingest * " HASH_A " more\n", "tokens:1: 5 words"},
      {"a ingest,write * " HASH_A "\n", "tokens:1: \"write\" is no scope; there are ingest, read and admin"},
      {"a ingest, * " HASH_A "\n", "tokens:1: \"\" is no scope"},
      {"a ingest x,,y " HASH_A "\n", "tokens:1: a model without a name"},
      {"a ingest * secret\n", "tokens:1: the hash is not sha256: and 64 hexadecimal digits"},
      {"a ingest * sha256:abc\n", "tokens:1: the hash is not"},
      {"a ingest * " HASH_A "0\n", "tokens:1: the hash is not"},
      {"a ingest * " HASH_A "\na read * " HASH_B "\n", "tokens:2: a is there twice"},
      {"a ingest * " HASH_A "\nb read * " HASH_A "\n", "tokens:2: b has the token of a"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_tokens *tokens;
    dw_err err = {0};
    CHECK(dw_tokens_parse(&tokens, cases[i].text, strlen(cases[i].text), "tokens", &err) == DW_EUSAGE);
    CHECK_MSG(strncmp(err.message, cases[i].says, strlen(cases[i].says)) == 0, "%s, want %s", err.message, cases[i].says);
    CHECK(!strstr(err.message, "secret")); /* a token put there by mistake is not repeated */
    CHECK(tokens == NULL);
  }
  dw_tokens *tokens;
  dw_err err;
  CHECK(dw_tokens_read(&tokens, "/nonexistent/tokens", &err) == DW_ESYSTEM);
}
