/* text_list: texts that somebody else keeps, in a list that grows. */
#ifndef DW_BASE_TEXT_LIST_H
#define DW_BASE_TEXT_LIST_H

#include <stddef.h>

typedef struct dw_text_list {
  const char **text;
  size_t count;
  size_t capacity;
} dw_text_list;

#endif
