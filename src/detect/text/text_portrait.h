/* text_portrait: the picture of a column of text: how many there are, and how long those of the sample are, in characters. */
#ifndef DW_DETECT_TEXT_PORTRAIT_H
#define DW_DETECT_TEXT_PORTRAIT_H

#include "detect/method/portrait.h"
#include "io/text/json.h"

void dw_text_portrait(dw_portrait *portrait, const dw_pair *pair);

#endif
