/* head: the head of an HTTP/1.1 request (RFC 9112), read strictly: what two programs could read in two ways is refused, since that is
 * what smuggling a request past a proxy lives on.
 *
 *   dw_head_scan scan = {0};
 *   for each piece: verdict = dw_head_scan_add(&scan, piece, length, &used);    until it says DW_HEAD_WHOLE
 *   code = dw_head_parse(&head, bytes, length, &why);                           the bytes up to there; 0: a request
 *
 * Refused (400 where nothing else stands): a line that does not end in CR LF, a CR anywhere else, NUL and other controls, white space in
 * front of a colon, folded lines, a Host that is missing (HTTP/1.1), there twice or no host, a Content-Length that is there twice or no
 * plain number, both it and Transfer-Encoding, Transfer-Encoding in HTTP/1.0, a path with broken escapes, an escaped NUL, text that is not
 * UTF-8, or "." or ".." as a part. 414: a request line beyond 8 KiB. 417: an expectation that is not 100-continue. 431: a head beyond
 * 16 KiB or 100 fields. 501: a transfer coding that is not chunked, a method that is not listed here. 505: not HTTP/1.x.
 */
#ifndef DW_SERVE_HEAD_H
#define DW_SERVE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_HEAD_BYTES = 16 << 10, DW_HEAD_LINE = 8 << 10, DW_HEAD_FIELDS = 100 };

typedef enum dw_http_method {
  DW_METHOD_GET,
  DW_METHOD_HEAD,
  DW_METHOD_POST,
  DW_METHOD_PUT,
  DW_METHOD_PATCH,
  DW_METHOD_DELETE,
  DW_METHOD_OPTIONS,
  DW_METHODS
} dw_http_method;
const char *dw_http_method_name(dw_http_method method);

/* --- where a head ends --- */

typedef struct dw_head_scan {
  size_t bytes, line; /* so far, and of the line */
  bool begun;         /* past the empty lines that may stand in front of a request */
  bool first_done;    /* past the request line */
  bool after_cr;
} dw_head_scan;

/* DW_HEAD_MORE: all of the piece is the head's, and more is to come. DW_HEAD_WHOLE: the first *used bytes end it. Else the status code of a
 * refusal; *why says it in words. */
enum { DW_HEAD_MORE = 0, DW_HEAD_WHOLE = 1 };
int dw_head_scan_add(dw_head_scan *scan, const char *piece, size_t length, size_t *used, const char **why);

/* --- what it says --- */

typedef struct dw_head_field {
  const char *name, *value; /* without the white space around it */
} dw_head_field;

typedef struct dw_head {
  dw_http_method method;
  int minor;         /* HTTP/1.minor: 0 or 1 */
  const char *path;  /* as it was sent, escapes and all; begins with a slash, or is "*" */
  const char *query; /* the same, without the question mark; "": none */
  const char *host;  /* of Host or of the target; "": none (HTTP/1.0) */
  bool keep_alive;   /* the client wants the connection to stay */
  bool chunked;      /* the body comes in chunks */
  bool waits;        /* the client waits for 100 Continue before it sends the body */
  bool sized;        /* there was a Content-Length */
  uint64_t length;   /* of the body; 0 without one, and of one in chunks */
  dw_head_field fields[DW_HEAD_FIELDS];
  size_t count;
  char *text; /* holds the texts */
} dw_head;

/* bytes[0..length): a head up to and with its empty line, copied. 0, or the status code of a refusal: *why says it in words, and only
 * minor and keep_alive (false) hold. Either way dw_head_free ends it. */
int dw_head_parse(dw_head *head, const char *bytes, size_t length, const char **why);
void dw_head_free(dw_head *head);

/* The value of the first field of this name, in whatever case; NULL: none. */
const char *dw_head_field_of(const dw_head *head, const char *name);
/* One of the words of a field that is a list (Connection: keep-alive, Upgrade), in whatever case. */
bool dw_head_lists(const char *value, const char *word);

#endif
