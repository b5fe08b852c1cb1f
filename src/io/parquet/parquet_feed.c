/* The reading thread's part of io/parquet/parquet.h: pages from the file, cut into blocks at rows where pages of all columns end, if there
 * are any near. A page that is needed by two blocks is in both. */
#include <assert.h>

#include "io/parquet/page_codec.h"
#include "io/parquet/parquet_file.h"

enum {
  FEED_AHEAD = 256 << 10,    /* bytes read at once of a column, */
  FEED_AHEAD_ALL = 32 << 20, /* of all of them, */
  FEED_AHEAD_LEAST = 16 << 10,
  FEED_ROWS = 16 << 10,      /* rows that a block aims at */
  FEED_ROWS_LEAST = 1 << 10, /* and at least, however long they are */
  FEED_PLAIN = 8 << 20,      /* bytes of a block, unpacked, that it aims at */
  FEED_FURTHER = 8           /* so many times the rows aimed at are one block, where pages of all columns end there */
};

static const char more_rows[] = "the column has more rows than its row group";

static dw_status feed_fail(const dw_parquet_file *file, const dw_parquet_pages *p, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, dw_input_name(file->input), 0, 0, "column \"%.100s\", the page at byte %llu: %s",
                   file->footer->leaf[p->leaf].name, (unsigned long long)p->at, what);
}

/* bytes [p->at, p->at + length) of the file. */
static dw_status feed_window(const dw_parquet_file *file, dw_parquet_pages *p, uint64_t length, const char **bytes, dw_err *err)
{
  dw_buf *window = &p->window;
  bool there = p->at >= p->window_at && p->at + length <= p->window_at + window->length;
  if (!there) {
    uint64_t left = p->end - p->at, ahead = FEED_AHEAD_ALL / file->columns;
    if (ahead > FEED_AHEAD) ahead = FEED_AHEAD;
    if (ahead < FEED_AHEAD_LEAST) ahead = FEED_AHEAD_LEAST;
    if (ahead < length) ahead = length;
    if (ahead > left) ahead = left;
    window->length = 0;
    p->window_at = p->at;
    dw_status status = dw_input_read_at(file->input, p->at, dw_buf_room(window, (size_t)ahead), (size_t)ahead, err);
    if (status != DW_OK) return status;
    window->length = (size_t)ahead;
  }
  *bytes = window->data + (p->at - p->window_at);
  return DW_OK;
}

/* The next page's header; it may be longer than what was looked at. */
static dw_status feed_head(const dw_parquet_file *file, dw_parquet_pages *p, dw_page_head *head, dw_err *err)
{
  uint64_t left = p->end - p->at;
  for (uint64_t look = 4096;; look *= 4) {
    const char *bytes;
    bool more;
    if (look > left) look = left;
    dw_status status = feed_window(file, p, look, &bytes, err);
    if (status != DW_OK) return status;
    const char *wrong = dw_page_head_read(head, bytes, (size_t)look, &more);
    if (wrong && more && look < left) continue;
    if (!wrong && head->packed > left - head->head) wrong = "it is longer than its column";
    if (wrong) return feed_fail(file, p, wrong, err);
    if (head->has_crc) status = dw_page_codec_ready(DW_PACKED_GZIP, err);
    return status == DW_OK ? dw_page_codec_ready((dw_page_codec)p->codec, err) : status;
  }
}

static dw_status feed_rows(dw_parquet_file *file, const dw_parquet_pages *p, const dw_page_head *head, const char *body, size_t *rows,
                           bool *continues, dw_err *err)
{
  const dw_leaf *leaf = &file->footer->leaf[p->leaf];
  *continues = false;
  *rows = head->values;
  if (!leaf->repetition) return DW_OK;
  *rows = head->rows < 0 ? 0 : (size_t)head->rows;
  if (head->kind == DW_PAGE_DATA_V2 && head->rows >= 0) return DW_OK;
  const char *wrong = dw_pages_count(head, leaf, p->codec, body, &file->unpacked, rows, continues);
  return wrong ? feed_fail(file, p, wrong, err) : DW_OK;
}

/* One more page of the column; *end: there is none. */
static dw_status feed_page(dw_parquet_file *file, dw_parquet_pages *p, bool *end, dw_err *err)
{
  dw_page_head head;
  const char *bytes;
  *end = p->at == p->end;
  if (*end) return DW_OK;
  dw_status status = feed_head(file, p, &head, err);
  if (status == DW_OK) status = feed_window(file, p, head.head + head.packed, &bytes, err);
  if (status != DW_OK) return status;
  size_t length = head.head + head.packed, rows = 0;
  bool continues = false;
  if (head.kind == DW_PAGE_DICTIONARY) {
    if (p->dictionary.length || p->pages.length) return feed_fail(file, p, "a second dictionary, or one behind the values", err);
    dw_buf_add(&p->dictionary, bytes, length);
  } else if (head.kind == DW_PAGE_DATA || head.kind == DW_PAGE_DATA_V2) {
    status = feed_rows(file, p, &head, bytes + head.head, &rows, &continues, err);
    if (p->pages.length == 0) p->offset = p->at;
    p->last_from = p->pages.length;
    p->last_rows = rows;
    dw_buf_add(&p->pages, bytes, length);
    p->rows += rows;
    p->plain += head.plain;
    p->seen += rows;
  }
  p->at += length;
  return status;
}

/* Pages until the column has rows for the block. The last row of a list may go on in the page behind it, so that one is taken too. */
static dw_status feed_column(dw_parquet_file *file, dw_parquet_pages *p, uint64_t rows, dw_err *err)
{
  bool list = file->footer->leaf[p->leaf].repetition > 0, end = false;
  dw_status status = DW_OK;
  while (status == DW_OK && !end && (p->rows < rows || (list && p->rows == rows))) status = feed_page(file, p, &end, err);
  if (status == DW_OK && p->rows < rows) return feed_fail(file, p, "the column ends before the rows of its row group do", err);
  return status;
}

/* --- row groups --- */

/* The rows of the row group are all given: nothing may be left of its columns. */
static dw_status feed_group_end(dw_parquet_file *file, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t k = 0; k < file->columns; k++) {
    dw_parquet_pages *p = &file->column[k];
    for (bool end = false; !end && p->rows == 0 && status == DW_OK;) {
      p->pages.length = 0;
      status = feed_page(file, p, &end, err);
    }
    if (status != DW_OK) return status;
    if (p->rows) {
      p->at = p->offset + p->last_from;
      return feed_fail(file, p, more_rows, err);
    }
  }
  return DW_OK;
}

static dw_status feed_group(dw_parquet_file *file, bool *end, dw_err *err)
{
  const dw_row_group *group;
  dw_status status = dw_footer_group(file->footer, &group, err);
  *end = status != DW_OK || !group;
  if (*end) return status;
  file->group_left = (uint64_t)group->rows;
  for (size_t k = 0; k < file->columns; k++) {
    dw_parquet_pages *p = &file->column[k];
    const dw_column_place *chunk = &group->chunk[p->leaf];
    p->codec = chunk->codec;
    p->at = (uint64_t)chunk->offset;
    p->end = p->at + (uint64_t)chunk->bytes;
    p->dictionary.length = p->pages.length = 0;
    p->skip = p->rows = p->last_rows = p->last_from = 0;
    p->plain = p->seen = p->window.length = 0;
    if (group->rows) continue;
    /* parquet-mr places the pages of no rows at byte 0: nothing is looked for there */
    if (chunk->values > 0) return feed_fail(file, p, more_rows, err);
    p->at = p->end;
  }
  return DW_OK;
}

/* Rows that the block aims at: by what a row of each column takes, as far as its pages have shown. */
static uint64_t feed_aim(const dw_parquet_file *file)
{
  double row = 0;
  for (size_t k = 0; k < file->columns; k++) {
    const dw_parquet_pages *p = &file->column[k];
    if (p->seen) row += (double)p->plain / (double)p->seen;
  }
  double rows = row > 0 ? FEED_PLAIN / row : FEED_ROWS;
  uint64_t aim = rows < FEED_ROWS_LEAST ? FEED_ROWS_LEAST : rows > FEED_ROWS ? FEED_ROWS : (uint64_t)rows;
  return aim < file->group_left ? aim : file->group_left;
}

static dw_status feed_columns(dw_parquet_file *file, uint64_t rows, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t k = 0; k < file->columns && status == DW_OK; k++) status = feed_column(file, &file->column[k], rows, err);
  return status;
}

static uint64_t feed_covered(const dw_parquet_file *file, bool most)
{
  uint64_t covered = most ? 0 : file->group_left;
  for (size_t k = 0; k < file->columns; k++) {
    const dw_parquet_pages *p = &file->column[k];
    bool list = file->footer->leaf[p->leaf].repetition > 0;
    /* where the last row of a list ends is known when the next one has begun */
    uint64_t rows = list && p->at < p->end && p->rows ? p->rows - p->last_rows : p->rows;
    if (most ? rows > covered : rows < covered) covered = rows;
  }
  return covered;
}

static dw_status feed_slice(dw_parquet_file *file, uint64_t *rows, dw_err *err)
{
  dw_status status = feed_columns(file, file->group_left ? 1 : 0, err); /* a page of each tells how long rows are */
  uint64_t aim = feed_aim(file);
  if (status == DW_OK) status = feed_columns(file, aim, err);
  if (status != DW_OK) return status;
  uint64_t most = feed_covered(file, true);
  if (most > aim && most <= FEED_FURTHER * aim) {
    if (most > file->group_left) most = file->group_left;
    status = feed_columns(file, most, err);
  }
  uint64_t least = feed_covered(file, false);
  *rows = least > aim ? least : aim;
  if (*rows > file->group_left) *rows = file->group_left;
  if (file->columns == 0) *rows = file->group_left;
  return status;
}

/* The pages of the rows that were given go; the one that they end in stays when it has more. */
static void feed_drop(dw_parquet_pages *p, bool list, uint64_t rows)
{
  size_t left = p->rows - (size_t)rows;
  if (left == 0 && !list) {
    p->pages.length = 0;
    p->skip = p->rows = 0;
    return;
  }
  if (left <= p->last_rows && p->last_from) { /* the last page has all of what is left */
    memmove(p->pages.data, p->pages.data + p->last_from, p->pages.length - p->last_from);
    p->pages.length -= p->last_from;
    p->offset += p->last_from;
    p->skip = p->last_rows - left;
    p->last_from = 0;
  } else {
    p->skip += (size_t)rows;
  }
  p->rows = left;
}

dw_status dw_parquet_feed(dw_parquet_file *file, dw_buf *block, dw_err *err)
{
  bool end = false;
  uint64_t rows;
  dw_status status = DW_OK;
  while (status == DW_OK && !end && file->group_left == 0)
    if ((status = feed_group_end(file, err)) == DW_OK) status = feed_group(file, &end, err);
  if (status != DW_OK || end) return status;
  status = feed_slice(file, &rows, err);
  if (status != DW_OK) return status;
  dw_buf_add(block, &(dw_parquet_block){rows, file->columns}, sizeof(dw_parquet_block));
  for (size_t k = 0; k < file->columns; k++) {
    const dw_parquet_pages *p = &file->column[k];
    dw_parquet_part part = {p->leaf, p->codec, p->dictionary.length, p->pages.length, p->offset, p->skip};
    dw_buf_add(block, &part, sizeof part);
  }
  for (size_t k = 0; k < file->columns; k++) {
    dw_parquet_pages *p = &file->column[k];
    dw_buf_add(block, p->dictionary.data, p->dictionary.length);
    dw_buf_add(block, p->pages.data, p->pages.length);
    feed_drop(p, file->footer->leaf[p->leaf].repetition > 0, rows);
  }
  file->group_left -= rows;
  return DW_OK;
}
