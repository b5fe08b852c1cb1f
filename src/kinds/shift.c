#include "kinds/shift.h"

#include <math.h>
#include <string.h>

#define ENTRY(place, name) name,
static const char *const places[] = {DW_SHIFT_PLACE_ROWS(ENTRY) NULL};
#undef ENTRY

void dw_shift_init(dw_shift *shift)
{
  *shift = (dw_shift){.h = NAN,
                      .low = NAN,
                      .high = NAN,
                      .value = NAN,
                      .quantile = NAN,
                      .reference = NAN,
                      .current = NAN,
                      .min_effect = NAN,
                      .error = NAN,
                      .detectable = NAN};
}

void dw_shift_take(dw_shift *shift, const dw_share_shift *found)
{
  shift->h = found->h;
  shift->low = found->low;
  shift->high = found->high;
  shift->place = found->with_cut ? DW_PLACE_UP_TO : DW_PLACE_BELOW;
  shift->value = found->cut;
  shift->quantile = found->level;
  shift->reference = found->reference;
  shift->current = found->current;
  shift->error = found->error;
  memcpy(shift->rows, found->rows, sizeof shift->rows);
  shift->unsure = found->unsure;
}

static void write_known(dw_json *json, const char *key, double value)
{
  if (!isnan(value)) dw_json_number(json, key, value);
}

void dw_shift_write(const dw_shift *shift, dw_json *json, const char *key)
{
  if (isnan(shift->h)) return;
  dw_json_open(json, key, '{');
  dw_json_number(json, "h", shift->h);
  dw_json_number(json, "low", shift->low);
  dw_json_number(json, "high", shift->high);
  if (shift->unsure > 0) dw_json_number(json, "least", dw_shift_least(shift));
  dw_json_open(json, "where", '{');
  if (shift->place != DW_PLACE_UNKNOWN) dw_json_text(json, "share", places[shift->place]);
  if (shift->category) dw_json_bytes(json, "category", shift->category, shift->category_length);
  write_known(json, "value", shift->value);
  write_known(json, "quantile", shift->quantile);
  dw_json_close(json, '}');
  dw_json_number(json, "reference", shift->reference);
  dw_json_number(json, "current", shift->current);
  write_known(json, "min_effect", shift->min_effect);
  write_known(json, "detectable", shift->detectable);
  dw_json_close(json, '}');
}

void dw_shift_read(dw_shift *shift, dw_fields *at, const dw_value *object)
{
  dw_shift_init(shift);
  if (!object) return;
  const dw_value *where = dw_fields_object(at, object, "where");
  const char *place = dw_fields_text(at, where, "share", "");
  while (shift->place < DW_PLACES && strcmp(place, places[shift->place]) != 0) shift->place++;
  shift->h = dw_fields_number(at, object, "h");
  shift->low = dw_fields_number(at, object, "low");
  shift->high = dw_fields_number(at, object, "high");
  double least = dw_fields_number(at, object, "least");
  shift->unsure = isnan(least) ? 0 : shift->h - least;
  shift->value = dw_fields_number(at, where, "value");
  shift->quantile = dw_fields_number(at, where, "quantile");
  shift->category = dw_fields_text(at, where, "category", NULL);
  shift->category_length = shift->category ? strlen(shift->category) : 0;
  shift->reference = dw_fields_number(at, object, "reference");
  shift->current = dw_fields_number(at, object, "current");
  shift->min_effect = dw_fields_number(at, object, "min_effect");
  shift->detectable = dw_fields_number(at, object, "detectable");
}

double dw_shift_least(const dw_shift *shift) { return shift->unsure > 0 ? fmax(0, shift->h - shift->unsure) : shift->h; }

dw_grading dw_shift_grading(const dw_shift *shift) { return dw_grading_of(DW_SCALE_H, dw_shift_least(shift)); }
