#include "test.h"

#include "canary/ask/secrets.h"

static dw_err err;

static void environment(const char *base, const char *openai, const char *router)
{
  setenv("OPENAI_BASE_URL", base, 1);
  setenv("OPENAI_API_KEY", openai, 1);
  setenv("OPENROUTER_API_KEY", router, 1);
}

TEST(each_key_has_its_place)
{
  static const struct {
    const char *base, *url, *key;
    bool missing;
  } cases[] = {{"", "https://api.openai.com/v1", "openai", false},
               {"", "https://API.openai.com/other", "openai", false},
               {"", "http://api.openai.com/v1", NULL, false}, /* in the clear */
               {"", "https://api.openai.com:8443/v1", NULL, false},
               {"", "https://api.openai.com.example.org/v1", NULL, false},
               {"", "https://openrouter.ai/api/v1", "router", false},
               {"", "https://openrouter.ai.example.org/api/v1", NULL, false},
               {"http://localhost:8080/v1", "http://localhost:8080/v2", "openai", false},
               {"http://localhost:8080/v1", "http://localhost:8081/v1", NULL, false},
               {"http://localhost:8080/v1", "https://api.openai.com/v1", NULL, true},
               {"https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1", "router", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_secrets secrets;
    const char *key;
    const char *missing;
    environment(cases[i].base, "openai", "router");
    dw_secrets_read(&secrets);
    CHECK(dw_secrets_key(&secrets, cases[i].url, NULL, &key, &missing, &err) == DW_OK);
    CHECK_MSG((!key && !cases[i].key) || (key && cases[i].key && strcmp(key, cases[i].key) == 0), "%s gets %s", cases[i].url,
              key ? key : "none");
    CHECK((missing != NULL) == cases[i].missing);
    dw_secrets_free(&secrets);
  }
}

TEST(a_key_that_is_named_or_missing_or_no_header)
{
  dw_secrets secrets;
  const char *key;
  const char *missing;
  environment("", "", "");
  setenv("MINE", "mine", 1);
  dw_secrets_read(&secrets);
  CHECK(dw_secrets_key(&secrets, "https://example.org", "MINE", &key, &missing, &err) == DW_OK && key && strcmp(key, "mine") == 0 &&
        !missing);
  CHECK(dw_secrets_key(&secrets, "https://example.org", "NOT_THERE", &key, &missing, &err) == DW_OK && !key && missing &&
        strcmp(missing, "NOT_THERE") == 0);
  CHECK(dw_secrets_key(&secrets, "https://api.openai.com/v1", NULL, &key, &missing, &err) == DW_OK && !key && missing &&
        strcmp(missing, "OPENAI_API_KEY") == 0);
  CHECK(dw_secrets_key(&secrets, "http://localhost/v1", NULL, &key, &missing, &err) == DW_OK && !key && !missing);
  setenv("MINE", "mine\r\nX-Other: 1", 1);
  CHECK(dw_secrets_key(&secrets, "https://example.org", "MINE", &key, &missing, &err) == DW_EUSAGE && !key);
  CHECK_TEXT(err.message, "the key in MINE has blanks, control characters or letters beyond ASCII in it");
  dw_secrets_free(&secrets);
}

TEST(keys_are_scrubbed)
{
  dw_secrets secrets;
  const char *key;
  const char *missing;
  dw_buf text = {0};
  environment("", "sk-aaaaaaaaaaaaaaaaaaaa", "none");
  dw_secrets_read(&secrets);
  dw_secrets_key(&secrets, "https://api.openai.com/v1", NULL, &key, &missing, &err);
  dw_secrets_key(&secrets, "https://openrouter.ai/api/v1", NULL, &key, &missing, &err);
  dw_buf_text(&text, "sk-aaaaaaaaaaaaaaaaaaaa|none sk-aaaaaaaaaaaaaaaaaaaaa none sk-aaaaaaaaaaaaaaaaaaa");
  dw_secrets_scrub(&secrets, &text, 24, false);
  CHECK_TEXT(dw_buf_cstr(&text), "sk-aaaaaaaaaaaaaaaaaaaa|none [key]a none sk-aaaaaaaaaaaaaaaaaaa");
  dw_secrets_scrub(&secrets, &text, 0, true);
  CHECK_TEXT(dw_buf_cstr(&text), "[key]|[key] [key]a [key] sk-aaaaaaaaaaaaaaaaaaa");
  dw_buf_free(&text);
  dw_secrets_free(&secrets);
}
