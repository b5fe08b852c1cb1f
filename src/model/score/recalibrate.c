#include "model/score/recalibrate.h"

#include "model/booster/booster_text.h"
#include "io/text/made_by.h"

static bool slice_is(dw_text_slice slice, const char *text) { return slice.text && dw_text_equal(slice.text, slice.length, text); }

/* Appends what stands before slice, from *at on, and goes behind it. */
static void copy_up_to(dw_buf *out, const char **at, dw_text_slice slice)
{
  dw_buf_add(out, *at, (size_t)(slice.text - *at));
  *at = slice.text + slice.length;
}

dw_status dw_model_recalibrate(const char *bytes, size_t length, const char *name, const dw_buf *calibration, const dw_buf *made_by,
                               dw_buf *out, dw_err *err)
{
  dw_text_slice document = {bytes, length};
  dw_status status = dw_slice_check(document, name, err);
  if (status != DW_OK) return status;
  dw_text_slice old = dw_slice_member(document, "calibration"), stages = dw_slice_member(document, "made_by");
  if (!slice_is(dw_slice_member(document, "kind"), "\"model\"") || !old.text || !stages.text || stages.text < old.text ||
      stages.text[0] != '[')
    return dw_err_at(err, DW_EDATA, name, 0, 0, "not a model document of dw-train");
  if (!slice_is(dw_slice_member(document, "task"), "\"binary\""))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "a calibration goes with a model of two classes");
  const char *at = bytes;
  dw_buf all = {0};
  dw_made_by_copy_text(&all, stages.text, stages.length);
  dw_made_by_append(&all, made_by->data, made_by->length);
  copy_up_to(out, &at, old);
  dw_buf_add(out, calibration->data, calibration->length);
  copy_up_to(out, &at, stages);
  dw_buf_char(out, '[');
  dw_buf_add(out, all.data, all.length);
  dw_buf_char(out, ']');
  dw_buf_free(&all);
  dw_buf_add(out, at, (size_t)(bytes + length - at));
  return DW_OK;
}
