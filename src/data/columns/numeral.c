#include "data/columns/numeral.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

enum { NUMERAL_LONGEST = 64 };

/* A text taken apart: [sign][currency] body [currency or %]. */
typedef struct numeral {
  const char *body;
  size_t length;
  bool negative;
  uint8_t sign;
  unsigned points, commas;
  size_t last_point, last_comma; /* places in the body */
  bool plain;                    /* digits and at most one point, or an exponent: a number as programs write it */
} numeral;

static const char *const currencies[] = {"$", "€", "£", "¥", "₹", "₽"};
enum { SIGN_NONE, SIGN_CURRENCY, SIGN_PERCENT = DW_NUMERAL_SIGNS - 1 };

/* Bytes of the space at p: also the unbreakable ones that stand between thousands. */
static size_t space_at(const char *p, size_t length)
{
  if (length && (*p == ' ' || *p == '\t')) return 1;
  if (length >= 2 && memcmp(p, "\xc2\xa0", 2) == 0) return 2;
  return length >= 3 && (memcmp(p, "\xe2\x80\xaf", 3) == 0 || memcmp(p, "\xe2\x80\x89", 3) == 0) ? 3 : 0;
}

static size_t space_before(const char *p, size_t length)
{
  for (size_t k = 1; k <= 3 && k <= length; k++)
    if (space_at(p + length - k, k) == k) return k;
  return 0;
}

static void trim(const char **p, size_t *length)
{
  for (size_t k; (k = space_at(*p, *length)) > 0; *length -= k) *p += k;
  for (size_t k; (k = space_before(*p, *length)) > 0;) *length -= k;
}

static void take_sign(numeral *n)
{
  if (!n->length || (*n->body != '-' && *n->body != '+') || n->negative) return;
  n->negative = *n->body == '-';
  n->body++;
  n->length--;
  trim(&n->body, &n->length);
}

static void take_currency(numeral *n)
{
  for (unsigned i = 0; i < sizeof currencies / sizeof *currencies; i++) {
    size_t size = strlen(currencies[i]);
    if (n->length <= size) continue;
    bool front = memcmp(n->body, currencies[i], size) == 0, behind = memcmp(n->body + n->length - size, currencies[i], size) == 0;
    if (!front && !behind) continue;
    n->sign = (uint8_t)(SIGN_CURRENCY + i);
    n->length -= size;
    if (front) n->body += size;
    trim(&n->body, &n->length);
    return;
  }
  if (n->length < 2 || n->body[n->length - 1] != '%') return;
  n->sign = SIGN_PERCENT;
  n->length--;
  trim(&n->body, &n->length);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The separator of thousands at p that is neither point nor comma: its bytes; 0: none. */
static size_t thin_separator(const char *p, size_t length)
{
  if (length && *p == '\'') return 1;
  return length && *p == '\t' ? 0 : space_at(p, length);
}

static bool numeral_take(numeral *n, const char *text, size_t length)
{
  double number;
  *n = (numeral){.body = text, .length = length};
  if (length > NUMERAL_LONGEST) return false;
  trim(&n->body, &n->length);
  n->plain = n->length > 0 && dw_num_parse(n->body, n->length, &number, NULL) && isfinite(number);
  take_sign(n);
  take_currency(n);
  take_sign(n);
  bool digits = false, thin = false;
  for (size_t i = 0; i < n->length; i++) {
    char c = n->body[i];
    digits |= is_digit(c);
    if (c == '.') n->points++, n->last_point = i;
    if (c == ',') n->commas++, n->last_comma = i;
    if (is_digit(c) || c == '.' || c == ',') continue;
    size_t step = thin_separator(n->body + i, n->length - i);
    if (!step) return n->plain; /* an exponent */
    thin = true;
    i += step - 1;
  }
  n->plain &= !thin;
  return digits;
}

/* The only point or comma, at `at`, has decimals behind it. */
static bool surely_decimal(const numeral *n, size_t at)
{
  return n->length - at - 1 != 3 || at > 3 || at == 0 || n->body[0] == '0' || !is_digit(n->body[0]);
}

bool dw_numeral_read(dw_numeral_form form, const char *text, size_t length, double *number)
{
  numeral n;
  if (!numeral_take(&n, text, length)) return false;
  if (n.sign != form.sign && !(n.sign == SIGN_NONE && form.sign != SIGN_PERCENT)) return false;
  bool exponent = n.plain && memchr(n.body, 'e', n.length) != NULL;
  exponent |= n.plain && memchr(n.body, 'E', n.length) != NULL;
  if (n.plain && (form.decimal == '.' || n.points == 0 || exponent)) {
    if (!dw_num_parse(n.body, n.length, number, NULL) || !isfinite(*number)) return false;
    if (n.negative) *number = -*number;
    return true;
  }
  char digits[NUMERAL_LONGEST + 1];
  size_t count = 0, group = 0; /* digits since the last separator */
  bool grouped = false, decimals = false;
  for (size_t i = 0; i < n.length;) {
    char c = n.body[i];
    if (is_digit(c)) {
      digits[count++] = c;
      group++;
      i++;
      continue;
    }
    if (decimals || (c == form.decimal && grouped && group != 3)) return false;
    if (c == form.decimal) {
      decimals = true;
      digits[count++] = '.';
      i++;
      continue;
    }
    if (c == ',' && form.doubtful && n.commas == 1 && n.points == 0) return false;
    if (grouped ? group != 3 : group < 1 || group > 3) return false;
    grouped = true;
    group = 0;
    i += c == '.' || c == ',' ? 1 : thin_separator(n.body + i, n.length - i);
  }
  if (count == 0 || digits[count - 1] == '.' || (grouped && !decimals && group != 3)) return false;
  if (!dw_num_parse(digits, count, number, NULL) || !isfinite(*number)) return false;
  if (n.negative) *number = -*number;
  return true;
}

/* Most texts that are no numbers show it at the first or the last character. */
static bool may_be(const char *text, size_t length)
{
  if (length == 0) return false;
  unsigned char first = (unsigned char)*text, last = (unsigned char)text[length - 1];
  return first < 'A' && last < 'A' ? last != ':' && last != '/' : first >= 0x80 || last >= 0x80;
}

bool dw_numeral_like(const char *text, size_t length)
{
  numeral n;
  double number;
  if (!may_be(text, length) || !numeral_take(&n, text, length)) return false;
  return dw_numeral_read((dw_numeral_form){.decimal = '.', .sign = n.sign}, text, length, &number) ||
         dw_numeral_read((dw_numeral_form){.decimal = ',', .sign = n.sign}, text, length, &number);
}

static bool is_amount(const numeral *n)
{
  if (n->sign != SIGN_NONE || (n->points && n->commas) || n->commas > 1) return true;
  return n->commas == 1 && !surely_decimal(n, n->last_comma);
}

bool dw_numeral_amount(const char *text, size_t length)
{
  numeral n;
  return dw_numeral_like(text, length) && numeral_take(&n, text, length) && is_amount(&n);
}

void dw_numeral_look(dw_numeral_evidence *evidence, const char *text, size_t length, uint64_t times)
{
  numeral n;
  if (!dw_numeral_like(text, length) || !numeral_take(&n, text, length)) return;
  evidence->sign[n.sign] += times;
  evidence->amounts += is_amount(&n) ? times : 0;
  if (n.points && n.commas) *(n.last_point > n.last_comma ? &evidence->point : &evidence->comma) += times;
  else if (n.points > 1) evidence->comma += times;
  else if (n.commas > 1) evidence->point += times;
  else if (n.points == 1) evidence->point += surely_decimal(&n, n.last_point) ? times : 0;
  else if (n.commas == 1) *(surely_decimal(&n, n.last_comma) ? &evidence->comma : &evidence->doubtful) += times;
  else *(n.length <= 3 ? &evidence->short_whole : &evidence->long_whole) += times;
}

void dw_numeral_look_whole(dw_numeral_evidence *evidence, double number, uint64_t times)
{
  *(fabs(number) < 1000 ? &evidence->short_whole : &evidence->long_whole) += times;
}

void dw_numeral_join(dw_numeral_evidence *all, const dw_numeral_evidence *side)
{
  all->point += side->point;
  all->comma += side->comma;
  all->doubtful += side->doubtful;
  all->amounts += side->amounts;
  for (unsigned i = 0; i < DW_NUMERAL_SIGNS; i++) all->sign[i] += side->sign[i];
  all->other_whole += side->other_whole;
  all->other_point += side->other_point;
  if (side->doubtful) {
    all->short_whole += side->short_whole;
    all->long_whole += side->long_whole;
    all->plain_point += side->plain_point;
  } else {
    all->other_whole += side->long_whole;
    all->other_point += side->plain_point;
  }
}

dw_numeral_form dw_numeral_settle(const dw_numeral_evidence *e)
{
  dw_numeral_form form = {.decimal = e->comma > 19 * e->point ? ',' : '.'};
  bool told =
      e->point > 0 || e->plain_point > 0 || ((e->short_whole > 0 || (e->other_whole > 0 && e->other_point == 0)) && e->long_whole == 0);
  bool alone = e->long_whole == 0 && e->other_point == 0;
  form.doubtful = form.decimal == '.' && e->doubtful > 0 && !told && !alone;
  form.guessed = form.decimal == '.' && e->doubtful > 0 && !told && alone;
  for (unsigned i = 1; i < DW_NUMERAL_SIGNS; i++)
    if (e->sign[i] > e->sign[form.sign]) form.sign = (uint8_t)i;
  return form;
}
