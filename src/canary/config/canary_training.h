/* canary_training: the model of a builtin canary, trained anew from what its config names: on top of `base`, on the records of `texts`,
 * with the weight `text_weight`; what `dw-train --type lm --continue BASE --weight W --holdout 0 TEXTS` makes, to the last weight.
 *
 *   dw_canary_trained trained = {0};
 *   status = dw_canary_train(&trained, &config, &notices, &err);
 *   if (!trained.same) … the stage of made_by behind trained.made.made_by, dw_language_write(&trained.made, …) to config.model …
 *   dw_canary_trained_free(&trained);
 */
#ifndef DW_CANARY_CANARY_TRAINING_H
#define DW_CANARY_CANARY_TRAINING_H

#include "canary/config/canary_config.h"
#include "io/reader/notices.h"
#include "model/language/language_file.h"

typedef struct dw_canary_trained {
  dw_language_document made; /* as a file keeps it; made_by is that of the base alone */
  char digest[33];           /* of the model (dw_language_digest) */
  char before[33];           /* of the model that is there; "": there is none, or it cannot be read */
  bool same;                 /* the model that is there is this one: nothing is wrong with it */
} dw_canary_trained;

/* Into {0}; nothing is written. DW_EUSAGE: the config is not of backend builtin, or names no base; DW_ESYSTEM, DW_EDATA: base or texts
 * cannot be read; DW_ENODATA: there are no texts. The message names canary or file. */
dw_status dw_canary_train(dw_canary_trained *out, const dw_canary_config *config, const dw_notices *notices, dw_err *err);
void dw_canary_trained_free(dw_canary_trained *trained);

#endif
