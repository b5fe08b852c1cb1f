/* For a build without Snappy; see without/README. */
#ifndef DW_WITHOUT_SNAPPY_H
#define DW_WITHOUT_SNAPPY_H

#include <stddef.h>

typedef enum { SNAPPY_OK, SNAPPY_INVALID_INPUT } snappy_status;

snappy_status snappy_uncompress(const char *in, size_t length, char *out, size_t *out_length);
snappy_status snappy_uncompressed_length(const char *in, size_t length, size_t *out);

#endif
