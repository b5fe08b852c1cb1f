#include "serve/request/chunked_body.h"

enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_LF, OVER };

static int hex_value(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_control(char c) { return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f; }

static void refuse(dw_chunked_step *step, int code, const char *why)
{
  step->code = code;
  step->why = why;
}

static void take_size(dw_chunked_body *chunks, dw_chunked_step *step, char c)
{
  int digit = hex_value(c);
  if (++chunks->line > DW_CHUNK_LINE) {
    refuse(step, 400, "the size of a chunk and its extensions are longer than 256 bytes");
  } else if (chunks->state == SIZE && digit >= 0) {
    if (++chunks->digits > 15) refuse(step, 400, "the size of a chunk is too long");
    chunks->left = chunks->left << 4 | (unsigned)digit;
  } else if (chunks->digits > 0 && c == '\r') {
    chunks->state = SIZE_LF;
  } else if (chunks->digits > 0 && c == ';') {
    chunks->state = EXTENSION;
  } else if (chunks->state == SIZE || is_control(c)) {
    refuse(step, 400, "the size of a chunk is no hexadecimal number");
  }
}

/* Lines up to an empty one. */
static void take_trailer(dw_chunked_body *chunks, dw_chunked_step *step, char c)
{
  if (++chunks->trailer > DW_CHUNK_TRAILER) refuse(step, 431, "the trailers are longer than 8 KiB");
  else if (c == '\r') chunks->state = TRAILER_LF;
  else if (is_control(c)) refuse(step, 400, "a control character in the trailers");
  else chunks->line++;
}

static void take_byte(dw_chunked_body *chunks, dw_chunked_step *step, char c)
{
  bool needs_lf = chunks->state == SIZE_LF || chunks->state == DATA_LF || chunks->state == TRAILER_LF;
  if (needs_lf && c != '\n') {
    refuse(step, 400, "a CR without LF in a body of chunks");
    return;
  }
  switch (chunks->state) {
  case SIZE:
  case EXTENSION: take_size(chunks, step, c); break;
  case SIZE_LF:
    chunks->state = chunks->left ? DATA : TRAILER;
    chunks->line = 0;
    break;
  case DATA_CR:
    if (c != '\r') refuse(step, 400, "a chunk is longer than its size");
    chunks->state = DATA_LF;
    break;
  case DATA_LF:
    chunks->state = SIZE;
    chunks->line = chunks->digits = 0;
    break;
  case TRAILER: take_trailer(chunks, step, c); break;
  case TRAILER_LF:
    step->end = chunks->line == 0;
    chunks->state = step->end ? OVER : TRAILER;
    chunks->line = 0;
    break;
  default: break;
  }
}

dw_chunked_step dw_chunked_body_add(dw_chunked_body *chunks, const char *piece, size_t length)
{
  dw_chunked_step step = {.end = chunks->state == OVER};
  while (step.used < length && !step.end && !step.code) {
    if (chunks->state != DATA) {
      take_byte(chunks, &step, piece[step.used++]);
      continue;
    }
    step.bytes = piece + step.used;
    step.count = length - step.used < chunks->left ? length - step.used : (size_t)chunks->left;
    step.used += step.count;
    chunks->left -= step.count;
    if (chunks->left == 0) chunks->state = DATA_CR;
    break;
  }
  return step;
}
