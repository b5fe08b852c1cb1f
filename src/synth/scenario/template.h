/* template: texts made from a pattern with placeholders in braces.
 *
 *   tx_{row:08}              the row's number, padded with zeros to 8 digits
 *   {merchant_category}/{transaction_hour}   other columns, as they are written
 *   {word} {words:3-12}      one random word; 3 to 12 of them with spaces between
 *   {digits:4} {hex:16} {letters:3}   random characters
 *   {choice:red|green|blue}  one of these
 *   {{ and }}                the braces themselves
 */
#ifndef DW_SYNTH_TEMPLATE_H
#define DW_SYNTH_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

typedef enum dw_template_type {
  DW_TEMPLATE_LITERAL, /* text, length */
  DW_TEMPLATE_ROW,     /* width low */
  DW_TEMPLATE_COLUMN,  /* column */
  DW_TEMPLATE_WORDS,   /* low to high of choices */
  DW_TEMPLATE_DIGITS,  /* low of them; likewise: */
  DW_TEMPLATE_HEX,
  DW_TEMPLATE_LETTERS,
  DW_TEMPLATE_CHOICE /* one of choices */
} dw_template_type;

typedef struct dw_template_text {
  const char *text;
  size_t length;
} dw_template_text;

typedef struct dw_template_part {
  dw_template_type type;
  dw_template_text literal;
  uint32_t column, low, high;
  const dw_template_text *choices;
  size_t choice_count;
} dw_template_part;

typedef struct dw_template {
  dw_template_part *parts;
  size_t count;
  size_t longest; /* bytes that it can come to, columns not counted */
} dw_template;

/* A column's index by its name; fills err when there is none. */
typedef dw_status dw_template_column(void *context, const char *name, size_t length, uint32_t *index, dw_err *err);

/* Into the arena. words: what {word} draws from; NULL for the built-in list. DW_EUSAGE with "at byte N of the template: …". At most 256
 * parts, 1000 words or characters a placeholder. */
dw_status dw_template_parse(dw_template *out, const char *text, size_t length, const dw_template_text *words, size_t word_count,
                            dw_template_column *column, void *context, dw_arena *arena, dw_err *err);

#endif
