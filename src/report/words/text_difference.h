/* text_difference: two texts held against each other word by word, so that what differs can be marked in both. Words are what spaces part;
 * the longest common sequence of words is what they share. Of texts with more than DW_TEXT_WORDS words between their common begin and end,
 * all between differs: the time that it takes is bounded.
 *
 *   dw_text_parts parts[2];
 *   dw_text_difference(reference, current, arena, parts);     parts[0] one behind the other are reference, parts[1] current
 */
#ifndef DW_REPORT_TEXT_DIFFERENCE_H
#define DW_REPORT_TEXT_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

enum { DW_TEXT_WORDS = 512 };

typedef struct dw_text_part {
  const char *text;
  size_t length;
  bool differs; /* the other text has none of its words here */
} dw_text_part;

typedef struct dw_text_parts {
  dw_text_part *part; /* those that differ and those that do not, by turns; spaces between two words of one kind are of them */
  size_t count;
  size_t words, common;
} dw_text_parts;

void dw_text_difference(const char *reference, const char *current, dw_arena *arena, dw_text_parts out[2]);

#endif
