/* page: one page of a Parquet column: its header, its checksum, its bytes unpacked, its levels and where its values begin.
 *
 * Both versions of data pages are given in the same form. Levels are counted in columns of lists alone; elsewhere they are runs.
 */
#ifndef DW_IO_PAGE_H
#define DW_IO_PAGE_H

#include "base/str.h"
#include "io/parquet/footer.h"
#include "io/parquet/hybrid.h"

typedef enum dw_page_kind { DW_PAGE_DATA = 0, DW_PAGE_INDEX = 1, DW_PAGE_DICTIONARY = 2, DW_PAGE_DATA_V2 = 3 } dw_page_kind;

typedef struct dw_page_head {
  unsigned kind;        /* dw_page_kind, or what nobody knows */
  size_t head;          /* bytes of the header itself */
  size_t packed, plain; /* bytes behind it, and what they become */
  bool has_crc;
  uint32_t crc;
  size_t values; /* missing ones and those of empty lists counted */
  int64_t rows;  /* V2; -1: not said */
  unsigned encoding, definition_encoding, repetition_encoding;
  size_t definition_bytes, repetition_bytes; /* V2 */
  bool unpacked;                             /* V2: its values are not compressed, whatever the column says */
} dw_page_head;

/* bytes[0..length): the header and whatever follows. *more: it does not end here, and bytes may be cut short. NULL: fine, else what is
 * wrong. */
const char *dw_page_head_read(dw_page_head *out, const void *bytes, size_t length, bool *more);

typedef struct dw_page {
  size_t values;
  dw_hybrid definition, repetition; /* bits 0: there are none */
  unsigned encoding;
  const char *bytes; /* of the values, followed by DW_HYBRID_PADDING readable ones */
  size_t length;
} dw_page;

/* body[0..head->packed): what follows the header. buffer: where it is unpacked, until the page is done with. */
const char *dw_page_open(dw_page *out, const dw_page_head *head, const dw_leaf *leaf, unsigned codec, const char *body, dw_buf *buffer);

#endif
