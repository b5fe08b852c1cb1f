/* What data_quality found, in words. */
#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/words/wording.h"
#include "report/words/wording_parts.h"

enum { SHOWN = 5 };

static void change_strays(dw_buf *out, const dw_report_strays *strays, const char *side)
{
  if (!(strays->count > 0)) return;
  if (out->length && out->data[out->length - 1] == ')') dw_buf_text(out, "; ");
  dw_figure_count(out, strays->count);
  dw_buf_format(out, " in the %s", side);
  for (size_t i = 0; i < strays->listed; i++) {
    dw_buf_text(out, i ? ", " : " (");
    dw_wording_value(out, strays->first[i].value);
    if (!isnan(strays->first[i].line)) dw_buf_format(out, " in line %.0f", strays->first[i].line);
  }
  if (strays->listed && strays->count > (double)strays->listed) dw_buf_text(out, ", …");
  if (strays->listed) dw_buf_char(out, ')');
}

/* In quotes: what tells them apart may be a blank at an end. */
static void quoted(dw_buf *out, const char *text)
{
  dw_buf_char(out, '"');
  dw_wording_value(out, text);
  dw_buf_char(out, '"');
}

static void change_variants(dw_buf *out, const dw_report_finding *finding)
{
  bool fresh = finding->variants_new > 0;
  double count = fresh ? finding->variants_new : finding->variant_count;
  dw_figure_count(out, count);
  dw_buf_text(out, count == 1 ? " value differs" : " values differ");
  dw_buf_format(out, " from another in case or blanks alone%s", fresh ? ", new in the current data" : ", as in the reference");
  for (size_t i = 0; i < finding->variants_listed && i < SHOWN && (double)i < count; i++) {
    const dw_report_variant *variant = &finding->variants[i];
    dw_buf_text(out, i ? ", " : ": ");
    quoted(out, variant->value);
    dw_buf_text(out, " like ");
    quoted(out, variant->like);
    if (isnan(variant->current)) continue;
    dw_buf_text(out, " (");
    dw_figure_count(out, variant->current);
    dw_buf_text(out, variant->current == 1 ? " row)" : " rows)");
  }
  if (count > (double)(finding->variants_listed < SHOWN ? finding->variants_listed : SHOWN)) dw_buf_text(out, ", …");
}

/* Of two names, one on each side, what makes them one. */
static void put_rename(dw_buf *out, const dw_report_finding *finding)
{
  const dw_report_name *name = finding->names;
  if (finding->names_alike != 2 || name[0].current == name[1].current || name[0].reference == name[1].reference) return;
  const char *old = name[0].current ? name[0].name : name[1].name, *now = name[0].current ? name[1].name : name[0].name;
  dw_buf item = {0}, list = {0};
  dw_buf_format(&item, "%s=%s", old, now);
  for (const char *p = dw_buf_cstr(&item); *p; p++)
    if ((unsigned char)*p < ' ') item.length = 0; /* nobody types such names */
  dw_buf_item(&list, dw_buf_cstr(&item));
  if (item.length) {
    dw_buf_text(out, " (--rename ");
    dw_buf_shell(out, dw_buf_cstr(&list));
    dw_buf_text(out, " makes them one)");
  }
  dw_buf_free(&item);
  dw_buf_free(&list);
}

static void change_names(dw_buf *out, const dw_report_finding *finding)
{
  dw_buf_text(out, "names that differ in case, blanks or underscores alone: ");
  for (size_t i = 0; i < finding->names_alike; i++) {
    const dw_report_name *name = &finding->names[i];
    if (i) dw_buf_text(out, ", ");
    if (i == SHOWN) {
      dw_buf_text(out, "…");
      return;
    }
    quoted(out, name->name);
    dw_buf_text(out, name->reference && name->current ? " (both sides)" : name->reference ? " (reference)" : " (current data)");
  }
  put_rename(out, finding);
}

static void repeats_of(dw_buf *out, const dw_report_repeats *side)
{
  dw_figure_count(out, side->duplicates);
  dw_buf_text(out, " of ");
  dw_figure_count(out, side->rows);
}

static void change_repeats(dw_buf *out, const dw_report_finding *finding)
{
  const dw_report_repeats *before = &finding->repeats_before, *now = &finding->repeats_now;
  dw_buf_text(out, "records that repeat another one ");
  dw_figure_share_pair(out, before->share, now->share);
  dw_buf_text(out, " (");
  repeats_of(out, before);
  dw_buf_text(out, " → ");
  repeats_of(out, now);
  dw_buf_char(out, ')');
  if (isnan(before->comparable) || isnan(now->comparable) || before->rows == now->rows) return;
  dw_buf_text(out, ", of as many rows ");
  dw_figure_share_pair(out, before->comparable, now->comparable);
}

void dw_wording_quality(dw_buf *out, const dw_report_finding *finding)
{
  if (!strcmp(finding->change, "stray_values")) {
    dw_buf_text(out, "values that are no numbers, taken for missing: ");
    change_strays(out, &finding->strays_before, "reference");
    change_strays(out, &finding->strays_now, "current data");
  } else if (!strcmp(finding->change, "category_variants")) {
    change_variants(out, finding);
  } else if (!strcmp(finding->change, "names_alike")) {
    change_names(out, finding);
  } else if (!strcmp(finding->change, "duplicate_rows")) {
    change_repeats(out, finding);
  } else {
    dw_buf_text(out, finding->change);
  }
}
