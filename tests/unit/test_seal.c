#include <unistd.h>

#include "act/seal.h"
#include "test.h"

/* The key of RFC 8032, 7.1, test 1, in PEM. */
static const char private_pem[] =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
static const char public_pem[] =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

static dw_status read_key(dw_seal **seal, const char *text, bool private, dw_err *err)
{
  char path[] = "dw-test-seal-XXXXXX";
  int fd = mkstemp(path);
  CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
  dw_status status = dw_seal_read(seal, path, private, err);
  remove(path);
  return status;
}

TEST(hash)
{
  char hash[DW_SEAL_HASH + 1];
  dw_seal_hash("abc", 3, hash); /* FIPS 180-4, example B.1 */
  CHECK_TEXT(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  dw_seal_hash("", 0, hash);
  CHECK_TEXT(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(signatures)
{
  dw_seal *private, *public;
  dw_err err;
  char signature[DW_SEAL_SIGNATURE + 1];
  CHECK(read_key(&private, private_pem, true, &err) == DW_OK);
  CHECK(read_key(&public, public_pem, false, &err) == DW_OK);
  CHECK(dw_seal_sign(private, "", 0, signature, &err) == DW_OK);
  CHECK_TEXT(
      signature,
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  CHECK(dw_seal_holds(public, "", 0, signature) && dw_seal_holds(private, "", 0, signature));
  CHECK(!dw_seal_holds(public, "x", 1, signature));
  signature[0] = 'f';
  CHECK(!dw_seal_holds(public, "", 0, signature));
  CHECK(!dw_seal_holds(public, "", 0, "") && !dw_seal_holds(public, "", 0, "zz"));
  signature[0] = 'g';
  CHECK(!dw_seal_holds(public, "", 0, signature));
  dw_seal_free(private);
  dw_seal_free(public);
  dw_seal_free(NULL);
}

TEST(what_is_no_key)
{
  dw_seal *seal;
  dw_err err;
  CHECK(read_key(&seal, "", true, &err) == DW_EUSAGE && !seal && strstr(err.message, "not an Ed25519 private key"));
  CHECK(read_key(&seal, public_pem, true, &err) == DW_EUSAGE);
  CHECK(read_key(&seal, private_pem, false, &err) == DW_EUSAGE && strstr(err.message, "public key"));
  CHECK(dw_seal_read(&seal, "/no/such/key", true, &err) == DW_ESYSTEM);
}

/* RFC 4231, test cases 1, 2 and 6; the last by Python's hmac. */
TEST(macs_are_those_of_the_rfc)
{
  unsigned char key[131], mac[DW_SEAL_MAC];
  static const struct {
    const char *text, *want;
    size_t key_length;
    unsigned char key;
  } cases[] = {
      {"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 20, 0x0b},
      {"Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 131,
       0xaa},
      {"", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[2 * DW_SEAL_MAC + 1];
    memset(key, cases[i].key, sizeof key);
    dw_seal_mac(key, cases[i].key_length, cases[i].text, strlen(cases[i].text), mac);
    for (int b = 0; b < DW_SEAL_MAC; b++) snprintf(text + 2 * b, 3, "%02x", mac[b]);
    CHECK_TEXT(text, cases[i].want);
  }
}
