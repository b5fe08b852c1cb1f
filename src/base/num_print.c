#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

size_t dw_num_print_signed(char out[DW_NUM_TEXT], int64_t value) { return (size_t)snprintf(out, DW_NUM_TEXT, "%lld", (long long)value); }

size_t dw_num_print(char out[DW_NUM_TEXT], double value)
{
  if (!isfinite(value)) {
    memcpy(out, "null", 4);
    return 4;
  }
  char text[40];
  int precision = 0;
  double back;
  for (; precision < 17; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, value);
    if (dw_num_parse(text, strlen(text), &back, NULL) && back == value) break;
  }
  char digits[20];
  int count = 0, exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
  for (char *p = text; *p != 'e'; p++)
    if (*p >= '0' && *p <= '9') digits[count++] = *p;
  char *p = out;
  if (text[0] == '-') *p++ = '-';
  if (value == 0) {
    *p++ = '0';
  } else if (exponent < -5 || exponent >= 17) {
    *p++ = digits[0];
    if (count > 1) *p++ = '.';
    for (int i = 1; i < count; i++) *p++ = digits[i];
    p += snprintf(p, 6, "e%d", exponent);
  } else if (exponent < 0) {
    *p++ = '0';
    *p++ = '.';
    for (int i = -1; i > exponent; i--) *p++ = '0';
    for (int i = 0; i < count; i++) *p++ = digits[i];
  } else {
    for (int i = 0; i < count || i <= exponent; i++) {
      if (i == exponent + 1) *p++ = '.';
      *p++ = i < count ? digits[i] : '0';
    }
  }
  return (size_t)(p - out);
}

size_t dw_num_print_fixed(char out[400], double value, int decimals)
{
  if (!isfinite(value)) {
    memcpy(out, "null", 4);
    return 4;
  }
  return (size_t)snprintf(out, 400, "%.*f", decimals, value);
}

void dw_buf_number(dw_buf *buf, double value) { buf->length += dw_num_print(dw_buf_room(buf, DW_NUM_TEXT), value); }
