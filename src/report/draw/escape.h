/* escape: text of any origin made safe for a markup. Broken UTF-8, control characters, noncharacters and overrides of direction become
 * U+FFFD; a line end or tab becomes a space, so that a name stays on its line.
 */
#ifndef DW_REPORT_ESCAPE_H
#define DW_REPORT_ESCAPE_H

#include "base/str.h"

/* For HTML and XML: text and attribute values in either kind of quotes. */
void dw_escape_markup(dw_buf *out, const char *text, size_t length);

/* For GitHub-flavoured Markdown, table cells included: nothing in it is markup, HTML, a link, a mention or the end of a cell. */
void dw_escape_markdown(dw_buf *out, const char *text, size_t length);

#endif
