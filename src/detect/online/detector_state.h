/* detector_state: what a detector has learned, as members of a JSON document, and back: exactly, number for number. */
#ifndef DW_DETECT_DETECTOR_STATE_H
#define DW_DETECT_DETECTOR_STATE_H

#include "io/text/json.h"
#include "stats/detectors/detector.h"

/* The member "state" of the object that is being written: a list of lists, a name and its values, in the order of the method. Infinite
 * numbers are the texts "Infinity" and "-Infinity"; bits are a text of 0 and 1. */
void dw_detector_state_write(dw_json *json, dw_detector *detector);
/* Into a detector that was started with the same method and parameters. DW_EDATA: it is no state of it. */
dw_status dw_detector_state_read(const dw_value *state, dw_detector *detector, dw_err *err);

/* The member "parameters": an object of numbers and words. */
void dw_detector_parameters_write(dw_json *json, const dw_detector *detector);

#endif
