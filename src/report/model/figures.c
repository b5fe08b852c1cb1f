#include "report/model/figures.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

#define DASH "–"

/* value = 0.d1d2d3… * 10^point: the digits of the shortest form, no leading zeros. */
typedef struct figure_digits {
  char digit[32];
  int count;
  int point;
} figure_digits;

static void split(figure_digits *d, double value)
{
  char text[DW_NUM_TEXT];
  size_t length = dw_num_print(text, value);
  int exponent = 0, sign = 1, before = 0;
  bool point = false;
  size_t i = 0;
  d->count = 0;
  for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
    if (text[i] == '.') {
      point = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      if (!point) before++;
      if (d->count < (int)sizeof d->digit) d->digit[d->count++] = text[i];
    }
  }
  for (i++; i < length; i++) {
    if (text[i] == '-') sign = -1;
    if (text[i] >= '0' && text[i] <= '9') exponent = exponent * 10 + (text[i] - '0');
  }
  int zeros = 0;
  while (zeros < d->count && d->digit[zeros] == '0') zeros++;
  memmove(d->digit, d->digit + zeros, (size_t)(d->count - zeros));
  d->count -= zeros;
  d->point = before - zeros + sign * exponent;
}

static void round_to(figure_digits *d, int keep)
{
  if (keep < 0) keep = 0;
  if (d->count > keep) {
    bool up = d->digit[keep] >= '5';
    d->count = keep;
    int i = keep - 1;
    for (; up && i >= 0; i--) {
      up = d->digit[i] == '9';
      d->digit[i] = up ? '0' : (char)(d->digit[i] + 1);
    }
    if (up) { /* 99.6 → 100 */
      memmove(d->digit + 1, d->digit, (size_t)d->count);
      d->digit[0] = '1';
      d->count++;
      d->point++;
    }
  }
  while (d->count && d->digit[d->count - 1] == '0') d->count--;
}

static char digit_at(const figure_digits *d, int i) { return i >= 0 && i < d->count ? d->digit[i] : '0'; }

static void lay_out(dw_buf *out, const figure_digits *d)
{
  if (d->count == 0) {
    dw_buf_char(out, '0');
    return;
  }
  if (d->point <= 0) dw_buf_char(out, '0');
  for (int i = 0; i < d->point; i++) {
    if (i && (d->point - i) % 3 == 0 && d->point > 3) dw_buf_char(out, ',');
    dw_buf_char(out, digit_at(d, i));
  }
  if (d->count > d->point) {
    dw_buf_char(out, '.');
    for (int i = d->point; i < d->count; i++) dw_buf_char(out, digit_at(d, i));
  }
}

static void lay_out_scientific(dw_buf *out, const figure_digits *d)
{
  dw_buf_char(out, digit_at(d, 0));
  if (d->count > 1) {
    dw_buf_char(out, '.');
    dw_buf_add(out, d->digit + 1, (size_t)d->count - 1);
  }
  dw_buf_format(out, "e%+03d", d->point - 1);
}

void dw_figure(dw_buf *out, double value, int digits)
{
  if (isnan(value)) {
    dw_buf_text(out, DASH);
    return;
  }
  if (value < 0) dw_buf_char(out, '-');
  value = fabs(value);
  if (isinf(value)) {
    dw_buf_text(out, "∞");
    return;
  }
  figure_digits d;
  split(&d, value);
  bool scientific = d.count && (d.point < -3 || d.point > 15);
  round_to(&d, scientific || d.point < digits ? digits : d.point);
  if (scientific) lay_out_scientific(out, &d);
  else lay_out(out, &d);
}

void dw_figure_count(dw_buf *out, double value) { dw_figure(out, isfinite(value) ? rint(value) : value, 1); }

static void print_share(dw_buf *out, double share, int digits)
{
  if (!isfinite(share)) {
    dw_buf_text(out, DASH);
    return;
  }
  if (share == 0 || share == 1) {
    dw_buf_text(out, share == 0 ? "0 %" : "100 %");
    return;
  }
  if (fabs(share) < 0.0001) {
    dw_buf_text(out, share > 0 ? "< 0.01 %" : "> -0.01 %");
    return;
  }
  if (share < 0) dw_buf_char(out, '-');
  figure_digits d;
  split(&d, fabs(share));
  if (share > 0.99 && share < 1) { /* count the nines: 99.97 % must not read as all of them */
    int nines = 0;
    while (nines < d.count && d.digit[nines] == '9') nines++;
    int keep = nines + 1 > digits ? nines + 1 : digits;
    round_to(&d, keep); /* behind the nines stands at most an 8: this stays below 100 */
  } else {
    round_to(&d, d.point > 0 ? d.point + 2 : digits);
  }
  d.point += 2;
  lay_out(out, &d);
  dw_buf_text(out, " %");
}

void dw_figure_share(dw_buf *out, double share) { print_share(out, share, 2); }

/* Both numbers by print, with as many digits as it takes to tell them apart. */
static void print_pair(dw_buf *out, double from, double to, void print(dw_buf *, double, int), int least, int most)
{
  dw_buf a = {0}, b = {0};
  bool same = from == to || isnan(from) || isnan(to);
  for (int digits = least; digits <= most; digits++) {
    a.length = b.length = 0;
    print(&a, from, digits);
    print(&b, to, digits);
    if (same || a.length != b.length || memcmp(a.data, b.data, a.length) != 0) break;
  }
  dw_buf_add(out, a.data, a.length);
  dw_buf_text(out, " → ");
  dw_buf_add(out, b.data, b.length);
  dw_buf_free(&a);
  dw_buf_free(&b);
}

void dw_figure_pair(dw_buf *out, double from, double to) { print_pair(out, from, to, dw_figure, 3, 8); }

void dw_figure_share_pair(dw_buf *out, double from, double to) { print_pair(out, from, to, print_share, 2, 5); }

bool dw_figure_change(dw_buf *out, double from, double to)
{
  double ratio = to / from;
  if (!(from > 0) || !(to >= 0) || !isfinite(from) || !isfinite(ratio)) return false;
  if (ratio >= 3) {
    dw_buf_text(out, "×");
    dw_figure(out, ratio, 2);
    return true;
  }
  double change = (to - from) / from;
  if (change == 0) {
    dw_buf_text(out, "unchanged");
    return true;
  }
  if (change >= 0.0001) dw_buf_char(out, '+');
  dw_figure_share(out, change);
  return true;
}

void dw_figure_bytes(dw_buf *out, double bytes)
{
  static const char *const unit[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  size_t i = 0;
  while (bytes >= 999.5 && i + 1 < sizeof unit / sizeof *unit) {
    bytes /= 1000;
    i++;
  }
  dw_figure(out, bytes, 3);
  dw_buf_char(out, ' ');
  dw_buf_text(out, unit[i]);
}
