/* render: how a report is wanted; the one argument that all writers share beside the model. */
#ifndef DW_REPORT_RENDER_H
#define DW_REPORT_RENDER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dw_render {
  const char *title;    /* NULL: the writer's own */
  bool all;             /* text, markdown: list quiet columns and checks too */
  bool color;           /* text: escape sequences of ANSI terminals */
  bool ascii;           /* text: no character beyond ASCII */
  size_t width;         /* text: cells a line, 40 to 400 */
  const char *reported; /* when, as a time in UTC; NULL: not said */
  const char *version;  /* prometheus: of the program; NULL: not said */
  const char *stage;    /* json: this command's own made_by stage as JSON; NULL: none */
} dw_render;

#endif
