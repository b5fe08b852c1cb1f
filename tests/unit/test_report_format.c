#include "report_case.h"

/* Every format has a name of its own, a word of help, and one function; with each a report is written. */
TEST(rows)
{
  size_t count = 0;
  dw_buf out = {0};
  for (const dw_report_format *f = dw_report_formats; f->name; f++, count++) {
    CHECK_MSG(*f->help && (f->draw == NULL) != (f->write == NULL), "%s", f->name);
    if (f->draw) CHECK_MSG(f->room.place == DW_LINES || f->room.place == DW_TABLES || f->room.place == DW_PAGES, "%s", f->name);
    for (const dw_report_format *g = f + 1; g->name; g++) CHECK_MSG(strcmp(f->name, g->name) != 0, "%s twice", f->name);
    dw_report *report = case_file("feature");
    size_t before = out.length;
    case_write(&out, f->name, report, &(dw_render){.width = 80});
    CHECK_MSG(out.length > before + 500, "%s: %zu bytes", f->name, out.length - before);
    CHECK(strstr(dw_buf_cstr(&out) + before, "geo") != NULL); /* a drifted column */
    dw_findings_free(report);
  }
  CHECK(count == 6);
  dw_buf_free(&out);
}
