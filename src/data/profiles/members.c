#include "data/profiles/members.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"
#include "io/text/json_text.h"

enum { NESTING = 64 };

static bool wrong_at(dw_members *at, const char *where, const char *what)
{
  if (at->status == DW_OK) {
    bool cut = where >= at->end;
    at->status = dw_err_at(at->err, DW_EDATA, at->name, at->line, (uint64_t)(where - at->start) + 1, "%s%s",
                           cut ? "the profile is cut short: " : "", what);
  }
  return false;
}

bool dw_members_wrong(dw_members *at, const char *format, ...)
{
  char what[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  return wrong_at(at, at->p, what);
}

static void skip(dw_members *at) { at->p = dw_json_skip_space(at->p); }

bool dw_members_is(dw_members *at, char c)
{
  if (at->status != DW_OK) return false;
  skip(at);
  if (*at->p != c) return dw_members_wrong(at, "expected %c", c);
  at->p++;
  return true;
}

bool dw_members_comma(dw_members *at) { return dw_members_is(at, ','); }

bool dw_members_null(dw_members *at)
{
  if (at->status != DW_OK) return false;
  skip(at);
  if (memcmp(at->p, "null", 4) != 0) return false;
  at->p += 4;
  return true;
}

bool dw_members_number(dw_members *at, double *value)
{
  if (at->status != DW_OK) return false;
  dw_text_fault fault;
  bool real;
  skip(at);
  const char *end = dw_json_text_number(at->p, value, &real, &fault);
  if (!end) return wrong_at(at, fault.at, fault.what);
  at->p = end;
  return true;
}

bool dw_members_count(dw_members *at, uint64_t *value)
{
  if (at->status != DW_OK) return false;
  skip(at);
  const char *end = at->p;
  while (*end >= '0' && *end <= '9') end++;
  bool whole = end > at->p && !(end > at->p + 1 && *at->p == '0') && *end != '.' && *end != 'e' && *end != 'E';
  if (!whole || !dw_num_parse_unsigned(at->p, (size_t)(end - at->p), value))
    return dw_members_wrong(at, "expected a whole number from 0 on");
  at->p = end;
  return true;
}

bool dw_members_text(dw_members *at)
{
  if (!dw_members_is(at, '"')) return false;
  dw_text_fault fault;
  bool escaped = false;
  const char *end = dw_json_text_string(at->p, &escaped, &fault);
  if (!end) return wrong_at(at, fault.at, fault.what);
  at->scratch.length = 0;
  if (escaped) dw_json_text_decode(&at->scratch, at->p, (size_t)(end - at->p));
  else dw_buf_add(&at->scratch, at->p, (size_t)(end - at->p));
  at->p = end + 1;
  return true;
}

static bool read_flag(dw_members *at, bool *value)
{
  skip(at);
  *value = memcmp(at->p, "true", 4) == 0;
  if (!*value && memcmp(at->p, "false", 5) != 0) return dw_members_wrong(at, "expected true or false");
  at->p += *value ? 4 : 5;
  return true;
}

static bool read_whole(dw_members *at, int *value)
{
  double number;
  if (!dw_members_number(at, &number)) return false;
  if (!(number >= INT_MIN && number <= INT_MAX) || number != (double)(int)number) return dw_members_wrong(at, "expected a whole number");
  *value = (int)number;
  return true;
}

static bool pass_over(dw_members *at)
{
  dw_text_fault fault;
  skip(at);
  const char *end = dw_json_text_value(at->p, 0, NESTING, &fault);
  if (!end) return wrong_at(at, fault.at, fault.what);
  at->p = end;
  return true;
}

static bool read_member(dw_members *at, const dw_member *member, void *to)
{
  void *field = (char *)to + member->offset;
  switch (member->kind) {
  case DW_MEMBER_COUNT: return dw_members_count(at, field);
  case DW_MEMBER_NUMBER: return dw_members_number(at, field);
  case DW_MEMBER_WHOLE: return read_whole(at, field);
  case DW_MEMBER_FLAG: return read_flag(at, field);
  default: skip(at); return member->read(at, to);
  }
}

static bool end_object(dw_members *at, const dw_member *members, uint64_t seen)
{
  for (size_t i = 0; members[i].name; i++)
    if (members[i].needed && !(seen >> i & 1)) return dw_members_wrong(at, "\"%s\" is missing in this object", members[i].name);
  at->p++;
  return true;
}

bool dw_members_object(dw_members *at, const dw_member *members, void *to)
{
  uint64_t seen = 0;
  if (!dw_members_is(at, '{')) return false;
  skip(at);
  if (*at->p == '}') return end_object(at, members, seen);
  for (size_t next = 0;;) {
    skip(at);
    const char *key = at->p;
    if (!dw_members_text(at) || !dw_members_is(at, ':')) return false;
    size_t i = next; /* members mostly come in the order of the table */
    while (members[i].name && !dw_text_equal(at->scratch.data, at->scratch.length, members[i].name)) i++;
    if (!members[i].name)
      for (i = 0; members[i].name && !dw_text_equal(at->scratch.data, at->scratch.length, members[i].name);) i++;
    at->member = key;
    if (!members[i].name) {
      if (!pass_over(at)) return false;
    } else {
      if (seen >> i & 1) return wrong_at(at, key, "a member that comes twice");
      seen |= UINT64_C(1) << i;
      next = i + 1;
      if (!read_member(at, &members[i], to)) return false;
    }
    skip(at);
    if (*at->p == '}') return end_object(at, members, seen);
    if (!dw_members_comma(at)) return false;
  }
}

bool dw_members_array(dw_members *at, bool (*item)(dw_members *at, void *to), void *to)
{
  if (!dw_members_is(at, '[')) return false;
  skip(at);
  if (*at->p != ']') {
    do {
      skip(at);
      if (!item(at, to)) return false;
      skip(at);
    } while (*at->p == ',' && at->p++);
  }
  return dw_members_is(at, ']');
}

bool dw_members_end(dw_members *at)
{
  if (at->status != DW_OK) return false;
  skip(at);
  return at->p == at->end || dw_members_wrong(at, "expected nothing behind the closing brace");
}
