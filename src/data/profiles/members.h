/* members: a JSON text of one line read strictly into structures, by tables that say which members an object may have and where they go.
 * No tree is built: arrays of numbers are most of what profiles are, and are read at the speed of the scanner.
 *
 *   static const dw_member members[] = {{"rows", DW_MEMBER_COUNT, offsetof(thing, rows)}, {"parts", .read = read_parts}, {0}};
 *   ok = dw_members_object(&at, members, &thing, required) && dw_members_end(&at);
 *
 * A member that a table does not have is checked and passed over; one that comes twice is an error. All functions are false after the first
 * error, which is in at->err.
 */
#ifndef DW_DATA_MEMBERS_H
#define DW_DATA_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_members {
  const char *start, *p, *end; /* of the line; behind it a newline and DW_BLOCK_PADDING readable bytes */
  const char *name;
  uint64_t line;
  dw_err *err;
  dw_status status;
  const char *member; /* where the first quote of the member at hand stands */
  dw_buf scratch;     /* the last text that was read */
} dw_members;

typedef enum dw_member_kind {
  DW_MEMBER_READ,   /* as the function says */
  DW_MEMBER_COUNT,  /* uint64_t: a whole number from 0 on */
  DW_MEMBER_NUMBER, /* double, finite */
  DW_MEMBER_WHOLE,  /* int */
  DW_MEMBER_FLAG    /* bool */
} dw_member_kind;

typedef struct dw_member {
  const char *name; /* NULL behind the last */
  dw_member_kind kind;
  size_t offset; /* of the value in what is filled */
  bool (*read)(dw_members *at, void *to);
  bool needed;
} dw_member;

enum { DW_MEMBERS_MOST = 64 };

/* An object; p is at its brace. */
bool dw_members_object(dw_members *at, const dw_member *members, void *to);
/* p is at '['; item is called at each element. */
bool dw_members_array(dw_members *at, bool (*item)(dw_members *at, void *to), void *to);
bool dw_members_count(dw_members *at, uint64_t *value);
bool dw_members_number(dw_members *at, double *value);
bool dw_members_text(dw_members *at); /* into scratch */
bool dw_members_null(dw_members *at); /* false: it is something else, and no error */
bool dw_members_comma(dw_members *at);
bool dw_members_is(dw_members *at, char c); /* takes it, or is an error */
bool dw_members_end(dw_members *at);        /* nothing may follow */
/* The error, always false: "NAME:LINE:COLUMN: …". */
bool dw_members_wrong(dw_members *at, const char *format, ...) DW_PRINTF(2, 3);

#endif
