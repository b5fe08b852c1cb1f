/* fuzz_detectors: what dw-detect remembers from one process to the next, sealed by a digest like the states of fuzz_states.c, and the
 * thresholds of detectors. A state that is taken is written again, and then stays as it is. */
#include <stdio.h>

#include "detect/calibrate/detector_threshold.h"
#include "detect/online/online_state.h"
#include "target.h"

/* Writes what was read of text behind out; DW_OK: it was taken. */
static dw_status online_again(const char *text, size_t length, dw_buf *out, dw_err *err)
{
  dw_detector detector;
  dw_online online;
  char member[64];
  const dw_detector_method *method = NULL;
  for (size_t i = 0; !method && dw_detector_methods[i]; i++) {
    snprintf(member, sizeof member, "\"method\":\"%s\"", dw_detector_methods[i]->name);
    if (memmem(text, length, member, strlen(member))) method = dw_detector_methods[i];
  }
  if (!method) return DW_EDATA;
  dw_detector_init(&detector, method);
  dw_status status = dw_detector_start(&detector, err);
  if (status == DW_OK) {
    dw_online_init(&online, &(dw_online_options){.detector = &detector});
    status = dw_online_state_read(&online, "f", text, length, err);
    if (status == DW_OK) dw_online_state_write(&online, out);
    dw_online_free(&online);
  }
  dw_detector_free(&detector);
  return status;
}

static const char *state_holds(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_buf sealed = {0}, once = {0}, twice = {0};
  const char *problem = NULL;
  dw_buf_add(&sealed, bytes, length);
  dw_watch_file_seal(&sealed);
  if (online_again(sealed.data, sealed.length, &once, &err) == DW_OK) {
    if (online_again(once.data, once.length, &twice, &err) != DW_OK) problem = "what was written is refused";
    else if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0) problem = "read again, it is another one";
    sealed.data[dw_rng_hash(bytes, length) % length] ^= 1;
    if (!problem && online_again(sealed.data, sealed.length, &twice, &err) == DW_OK) problem = "a state that was changed is taken";
  }
  dw_buf_free(&sealed);
  dw_buf_free(&once);
  dw_buf_free(&twice);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  static const char begins[] = "{\"kind\":\"detector_state\"";
  dw_err err = {0};
  dw_detector_thresholds detectors = {0};
  const char *problem = NULL;
  if (length >= sizeof begins - 1 && memcmp(bytes, begins, sizeof begins - 1) == 0) return state_holds(bytes, length);
  if (dw_detector_thresholds_parse(&detectors, bytes, length, "f", &err) == DW_OK)
    for (size_t i = 0; i < detectors.count; i++)
      if (detectors.item[i].column && !dw_detector_thresholds_find(&detectors, detectors.item[i].column))
        problem = "a detector that is not found";
  dw_detector_thresholds_free(&detectors);
  return problem;
}

FUZZ_TARGET("detectors", fuzz_one, fuzz_values);
