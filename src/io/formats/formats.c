#include "io/formats/formats.h"

#include "io/record/foreign.h"

#define ENTRY(name) &dw_##name##_format,
const dw_format *const dw_formats[] = {DW_FORMAT_ROWS(ENTRY) NULL};
#undef ENTRY

const dw_format *dw_format_at(int choice) { return choice ? dw_formats[choice - 1] : NULL; }

const char *dw_format_word(int choice)
{
  const dw_format *format = dw_format_at(choice);
  return choice == 0 ? "auto" : format ? format->word : NULL;
}

dw_status dw_format_foreign(const char *bytes, size_t length, bool all, const char *name, bool *more, dw_err *err)
{
  dw_buf why = {0};
  dw_sniff told = dw_foreign_told(bytes, length, all, name, &why);
  *more = told == DW_SNIFF_MORE;
  if (told == DW_SNIFF_WRONG) dw_err_at(err, DW_EDATA, name, 0, 0, "%s", dw_buf_cstr(&why));
  dw_buf_free(&why);
  return told == DW_SNIFF_WRONG ? DW_EDATA : DW_OK;
}

dw_status dw_format_told(const dw_format **out, const dw_format *const *formats, const char *bytes, size_t length, bool all,
                         const char *name, dw_err *err)
{
  dw_scan_error wrong = {0};
  *out = NULL;
  for (; *formats; formats++) switch ((*formats)->sniff(bytes, length, all, &wrong)) {
    case DW_SNIFF_NO: continue;
    case DW_SNIFF_MORE: return DW_OK;
    case DW_SNIFF_YES: return *out = *formats, DW_OK;
    case DW_SNIFF_WRONG: return dw_err_at(err, DW_EDATA, name, wrong.line, wrong.column, "%s", wrong.text);
    }
  return dw_err_at(err, DW_EDATA, name, 0, 0, "of no format that is known");
}
