/* For a build without OpenSSL's libcrypto; see without/README. */
#ifndef DW_WITHOUT_EVP_H
#define DW_WITHOUT_EVP_H

#include <stddef.h>

typedef struct bio_st BIO;
typedef struct engine_st ENGINE;
typedef struct evp_md_st EVP_MD;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;
enum { EVP_PKEY_ED25519 = 1 };

int BIO_free(BIO *bio);
BIO *BIO_new_mem_buf(const void *bytes, int length);
int EVP_DigestSign(EVP_MD_CTX *context, unsigned char *out, size_t *out_length, const unsigned char *bytes, size_t length);
int EVP_DigestSignInit(EVP_MD_CTX *context, EVP_PKEY_CTX **out, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key);
int EVP_DigestVerify(EVP_MD_CTX *context, const unsigned char *signature, size_t count, const unsigned char *bytes, size_t length);
int EVP_DigestVerifyInit(EVP_MD_CTX *context, EVP_PKEY_CTX **out, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key);
void EVP_MD_CTX_free(EVP_MD_CTX *context);
EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_PKEY_free(EVP_PKEY *key);
int EVP_PKEY_get_base_id(const EVP_PKEY *key);

#endif
