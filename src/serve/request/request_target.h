/* request_target: the parts of a request's target: its path by slashes, its query by name. Escapes are undone behind the splitting, so that
 * an escaped slash is a letter of its part. */
#ifndef DW_SERVE_REQUEST_TARGET_H
#define DW_SERVE_REQUEST_TARGET_H

#include <stdbool.h>
#include <stddef.h>

/* text[0..length) with %XX undone (and + made a space, in a query), NUL behind, into out (of length + 1 bytes). false: a broken escape, a
 * NUL, or what comes out is not UTF-8. */
bool dw_request_target_decode(const char *text, size_t length, bool query, char *out);

/* Every part between slashes can be decoded, and none is "." or "..". */
bool dw_request_target_path_fits(const char *path);
/* Every name and value of a query can be decoded. */
bool dw_request_target_query_fits(const char *query);

/* The value of the index-th (from 0) parameter of this name, decoded; NULL: there are not so many. The caller frees. */
char *dw_request_target_parameter(const char *query, const char *name, size_t index);

#endif
