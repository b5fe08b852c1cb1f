/* fuzz_profiles: profiles of records. A digest guards them, so the input is a profile whose digest is made to fit. What is taken is
 * written, read again and written as the same, merged with itself, and restored as a dataset; with another digest it is refused. */
#include "io/bytes/sha256.h"
#include "profile_case.h"
#include "target.h"

static const char key[] = ",\"digest\":\"";

/* The input with the digest that fits; false: it has none to be changed. */
static bool fitted(const char *bytes, size_t length, dw_buf *out)
{
  const char *at = memmem(bytes, length, key, sizeof key - 1);
  char digest[DW_SHA256 + 1];
  if (!at || (size_t)(bytes + length - at) < sizeof key - 1 + DW_SHA256) return false;
  dw_sha256(bytes, (size_t)(at - bytes), digest);
  dw_buf_add(out, bytes, length);
  memcpy(out->data + (at - bytes) + sizeof key - 1, digest, DW_SHA256);
  return true;
}

/* The document that was read, written; read again it must be the same, byte for byte. */
static const char *profile_holds(dw_profile *profile)
{
  dw_err err = {0};
  dw_buf once = {0}, twice = {0};
  dw_profile *again = NULL, *both = dw_profile_new(profile->error);
  dw_dataset set;
  const char *problem = NULL;
  dw_profile_write(profile, NULL, &once);
  if (profile_parse(&again, once.data, once.length - 1, &err) != DW_OK) problem = "what was written is refused";
  else dw_profile_write(again, NULL, &twice);
  if (!problem && (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0))
    problem = "read again, it is another one";
  dw_profile_merge(both, (const dw_profile *const[]){profile, profile}, 2, NULL);
  dw_dataset_init(&set, &(dw_dataset_options){0});
  dw_profile_dataset(profile, &set);
  dw_dataset_free(&set);
  dw_profile_free(both);
  dw_profile_free(again);
  dw_buf_free(&once);
  dw_buf_free(&twice);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_buf whole = {0};
  dw_profile *profile = NULL;
  const char *problem = NULL;
  if (fitted(bytes, length, &whole) && profile_parse(&profile, whole.data, whole.length, &err) == DW_OK) {
    problem = profile_holds(profile);
    dw_profile_free(profile);
    profile = NULL;
    char *digest = (char *)memmem(whole.data, whole.length, key, sizeof key - 1) + sizeof key - 1;
    *digest = *digest == '0' ? '1' : '0';
    if (!problem && profile_parse(&profile, whole.data, whole.length, &err) == DW_OK) problem = "a profile with another digest is taken";
  }
  dw_profile_free(profile);
  dw_buf_free(&whole);
  return problem;
}

FUZZ_TARGET("profiles", fuzz_one, fuzz_values);
