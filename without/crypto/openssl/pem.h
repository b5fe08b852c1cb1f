/* For a build without OpenSSL's libcrypto; see without/README. */
#ifndef DW_WITHOUT_PEM_H
#define DW_WITHOUT_PEM_H

#include <openssl/evp.h>

typedef int pem_password_cb(char *out, int size, int writing, void *context);

EVP_PKEY *PEM_read_bio_PUBKEY(BIO *bio, EVP_PKEY **out, pem_password_cb *password, void *context);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *bio, EVP_PKEY **out, pem_password_cb *password, void *context);

#endif
