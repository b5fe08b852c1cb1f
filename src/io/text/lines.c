#include "io/text/lines.h"

#include <assert.h>
#include <string.h>

dw_lines dw_lines_of(const char *text, size_t length) { return (dw_lines){.at = text, .stop = text ? text + length : NULL, .over = true}; }

void dw_lines_add(dw_lines *lines, const char *piece, size_t length)
{
  assert(lines->at == lines->stop && !lines->over);
  lines->at = piece;
  lines->stop = piece + length;
}

void dw_lines_end(dw_lines *lines) { lines->over = true; }

bool dw_lines_next(dw_lines *lines, dw_line *line)
{
  if (lines->given) lines->held.length = 0;
  lines->given = false;
  size_t left = (size_t)(lines->stop - lines->at);
  const char *newline = left ? memchr(lines->at, '\n', left) : NULL;
  const char *behind = newline ? newline + 1 : lines->stop;
  *line = (dw_line){.text = lines->at, .length = newline ? (size_t)(newline - lines->at) : left, .ended = newline};
  if (lines->held.length || (!newline && !lines->over)) {
    dw_buf_add(&lines->held, lines->at, (size_t)(behind - lines->at));
    line->text = lines->held.data;
    line->length = lines->held.length - line->ended;
    lines->given = newline || lines->over;
  }
  lines->at = behind;
  if (!newline && (!lines->over || line->length == 0)) return false;
  line->number = ++lines->number;
  return true;
}

size_t dw_lines_waiting(const dw_lines *lines) { return lines->given ? 0 : lines->held.length; }

void dw_lines_free(dw_lines *lines)
{
  dw_buf_free(&lines->held);
  *lines = (dw_lines){0};
}

bool dw_line_blank(const dw_line *line)
{
  for (size_t i = 0; i < line->length; i++)
    if (line->text[i] != ' ' && line->text[i] != '\t' && line->text[i] != '\r') return false;
  return true;
}
