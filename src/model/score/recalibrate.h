/* recalibrate: a model document with another calibration map in it; its booster stays as it is, byte for byte. XGBoost is not needed. */
#ifndef DW_MODEL_RECALIBRATE_H
#define DW_MODEL_RECALIBRATE_H

#include "base/err.h"
#include "base/str.h"

/* Appends to out the model document bytes[0..length) with the map of a calibration document in the place of its own, and made_by (one
 * stage, a JSON object) behind its stages. name: of the model, for messages. DW_EDATA: not a model document of dw-train, or one that does
 * not tell two classes apart. */
dw_status dw_model_recalibrate(const char *bytes, size_t length, const char *name, const dw_buf *calibration, const dw_buf *made_by,
                               dw_buf *out, dw_err *err);

#endif
