/* digest: the fingerprint of a stream: XXH3 with 128 bits and no seed (the xxHash specification by Y. Collet; what `xxh128sum` prints).
 *
 * What it is for: made_by names the bytes a result was made from; a --sequential state knows its reference, and its last look when that is
 * repeated; stores and registries find damaged documents; an export, a policy, a piece of evidence has a name made of its content. In each
 * of these whoever writes the input may make two that agree, and gains nothing that he could not have by writing other bytes to begin with.
 * It does not prove who wrote something, nor that nobody changed it on purpose: what must be proved is hashed with SHA-256, chained and
 * signed (act/seal). SHA-256 here would cost as much as the whole comparison of a file; this costs a few percent of it.
 */
#ifndef DW_BASE_DIGEST_H
#define DW_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DW_DIGEST_STATE = 640 };

/* The library's state, as bytes: it wants an alignment that memory from dw_alloc does not have. A plain value: a copy goes on by itself. */
typedef struct dw_digest {
  unsigned char state[DW_DIGEST_STATE];
} dw_digest;

void dw_digest_init(dw_digest *digest);
/* whatever pieces it comes in; 5 GB/s at least on current machines */
void dw_digest_add(dw_digest *digest, const void *bytes, size_t length);
/* Of count whole numbers or doubles of 8 bytes each, the lowest byte first whatever the machine has. */
void dw_digest_add_words(dw_digest *digest, const void *words, size_t count);
/* Of one short text, for tables and counts: XXH3 with 64 bits and this seed. */
uint64_t dw_digest_short(const void *bytes, size_t length, uint64_t seed);
void dw_digest_text(const dw_digest *digest, char out[33]); /* of what was added so far: 32 hex digits and a NUL */

#endif
