#include "stats/run_lengths/run_threshold.h"

#include <math.h>

#include "base/fmath.h"

enum { MOST_TRIED = 60, NARROWING = 30, HALVINGS = 12 };
static const double FARTHEST = 1e-9; /* of what a parameter is that may be 0: nothing below is tried */
static const double SAME = 5e-4;     /* neighbouring values on the scale */
static const double NORMAL_95 = 1.959963984540054;

/* A value that was tried: on a scale x on which larger is calmer. */
typedef struct point {
  double x, value;
  dw_run_length length;
} point;

typedef struct hunt {
  const dw_run_search *search;
  dw_detector *detector;
  const dw_detector_parameter *p;
  dw_run_plan plan;
  dw_run_source half; /* of a sample in its order */
  int place;
  bool linear; /* a place in a list of words */
  double sign; /* +1: larger values are calmer */
  unsigned tried;
  dw_err *err, contradiction; /* the second: what ended the scale; DW_OK: nothing did */
} hunt;

static double value_of(const hunt *h, double x)
{
  double value = h->linear ? x * h->sign : dw_exp(x * h->sign);
  if (h->p->whole || h->linear) value = round(value);
  return fmin(fmax(value, h->p->low), h->p->high);
}

static double x_of(const hunt *h, double value) { return h->sign * (h->linear ? value : dw_log(value)); }

/* Ends of the scale. */
static double end_of(const hunt *h, bool calm)
{
  bool upper = calm == (h->sign > 0);
  double least = h->p->low > 0 || h->linear ? h->p->low : FARTHEST * (h->p->initial > 0 ? h->p->initial : 1);
  return x_of(h, upper ? h->p->high : least);
}

static dw_status try_at(hunt *h, double x, point *out)
{
  out->value = value_of(h, x);
  out->x = x;
  h->tried++;
  dw_detector_set_number(h->detector, h->place, out->value);
  return dw_run_length_measure(&out->length, h->detector, &h->plan, h->err);
}

static double log_ratio(const hunt *h, const point *p) { return dw_log(p->length.mean / h->search->wanted); }

/* Much nearer than chance lets it be known. */
static bool good(const hunt *h, const point *p) { return p->length.alarms && fabs(log_ratio(h, p)) < 0.3 * p->length.error; }

static dw_status cannot(const hunt *h, const point *nearest, bool calmer)
{
  const char *name = h->detector->method->name;
  const dw_run_length *l = &nearest->length;
  bool beyond = h->contradiction.status != DW_OK;
  if (!l->alarms)
    return dw_err_set(h->err, DW_ENODATA, "%s has no alarm in %llu rows even with %s %g: there is no threshold for a mean time of %g", name,
                      (unsigned long long)l->rows, h->p->name, nearest->value, h->search->wanted);
  return dw_err_set(h->err, DW_ENODATA,
                    "%s cannot have a mean time between false alarms of %g on this data: %s %g, the %s that it can have, makes it %.3g%s%s",
                    name, h->search->wanted, h->p->name, nearest->value, calmer ? "calmest" : "keenest", l->mean,
                    beyond ? "; beyond: " : "", beyond ? h->contradiction.message : "");
}

/* From a value on the wrong side of the wanted mean to one on the other: *from follows behind. Parameters that contradict others of the
 * detector are an end of the scale too. */
static dw_status cross(hunt *h, point *from, bool calmer, point *to)
{
  double end = end_of(h, calmer), step = h->linear ? 1 : h->p->high <= 1 ? dw_log(10) : dw_log(1.3);
  for (int halved = 0; h->tried < MOST_TRIED;) {
    double room = fabs(end - from->x);
    if (room < SAME || halved > HALVINGS) break;
    double x = from->x + (calmer ? 1 : -1) * fmin(step, room);
    dw_status status = try_at(h, x, to);
    if (status == DW_EUSAGE) {
      h->contradiction = *h->err;
      end = x;
      step /= 2;
      halved++;
      continue;
    }
    if (status != DW_OK) return status;
    if ((log_ratio(h, to) >= 0) == calmer) return DW_OK;
    *from = *to;
    step *= halved ? 0.5 : 2;
  }
  return cannot(h, from, calmer);
}

/* Between one that is too keen and one that is calm enough; the calm one, or one that is right, is left in *calm. */
static dw_status narrow(hunt *h, point *keen, point *calm)
{
  for (int i = 0; i < NARROWING && !good(h, calm); i++) {
    if (good(h, keen)) {
      *calm = *keen;
      return DW_OK;
    }
    double width = calm->x - keen->x, a = log_ratio(h, keen), b = log_ratio(h, calm);
    if (width < SAME || ((h->p->whole || h->linear) && fabs(calm->value - keen->value) <= 1)) return DW_OK;
    double share = isfinite(a) && isfinite(b) && b > a && i % 3 != 2 ? -a / (b - a) : 0.5;
    point middle;
    dw_status status = try_at(h, keen->x + width * fmin(fmax(share, 0.05), 0.95), &middle);
    if (status != DW_OK) return status;
    *(log_ratio(h, &middle) >= 0 ? calm : keen) = middle;
  }
  return DW_OK;
}

/* Which way a parameter is calmer that is not the method's own. */
static dw_status learn_sign(hunt *h)
{
  const dw_detector_method *method = h->detector->method;
  h->sign = 1;
  if (h->place == method->knob) {
    h->sign = method->knob_calms ? 1 : -1;
    return DW_OK;
  }
  double x = x_of(h, h->detector->parameter[h->place]), by = h->linear ? 1 : 0.5;
  point less, more;
  dw_run_plan plan = h->plan;
  h->plan.wanted = h->plan.precision = 0;
  h->plan.streams = plan.streams > DW_RUN_MOST ? plan.streams / DW_RUN_MOST : 1;
  dw_status status = try_at(h, fmax(x - by, end_of(h, false)), &less);
  if (status == DW_OK) status = try_at(h, fmin(x + by, end_of(h, true)), &more);
  h->plan = plan;
  if (status != DW_OK) return status;
  if (less.length.alarms == more.length.alarms)
    return dw_err_set(h->err, DW_ENODATA, "%s does not change how often %s alarms: %llu times in %llu rows with %g and with %g", h->p->name,
                      method->name, (unsigned long long)less.length.alarms, (unsigned long long)less.length.rows, less.value, more.value);
  h->sign = more.length.alarms < less.length.alarms ? 1 : -1;
  return DW_OK;
}

static dw_status prepare(hunt *h)
{
  const dw_run_search *s = h->search;
  const dw_detector_method *method = h->detector->method;
  h->place = s->parameter < 0 ? method->knob : s->parameter;
  if (h->place < 0) return dw_err_set(h->err, DW_EUSAGE, "%s has no parameter that says how rare false alarms are; name one", method->name);
  h->p = &method->parameter[h->place];
  h->linear = h->p->words != NULL;
  if (h->linear && h->place != method->knob)
    return dw_err_set(h->err, DW_EUSAGE, "%s of %s is no number: there is nothing to search", h->p->name, method->name);
  bool ordered = s->source->law == DW_RUN_SAMPLE && !s->source->block;
  double rows = s->rows ? (double)s->rows : ceil(DW_RUN_TIMES * s->wanted);
  double streams = ceil(s->wanted / (s->precision * s->precision) / rows);
  h->plan = (dw_run_plan){.source = s->source,
                          .key = dw_rng_derive(s->seed, "detector threshold"),
                          .streams = ordered ? 1 : (size_t)fmax(DW_RUN_MOST * streams, 16),
                          .rows = (uint64_t)rows,
                          .wanted = s->wanted,
                          .precision = s->precision,
                          .threads = s->threads};
  if (!ordered) return DW_OK;
  if ((double)s->source->count < 2 * DW_RUN_TIMES * s->wanted)
    return dw_err_set(
        h->err, DW_ENODATA,
        "%zu values in their order are too few for a mean time of %g: it takes %.0f, half of them to find the threshold and half "
        "to measure it; blocks of fewer will do",
        s->source->count, s->wanted, 2 * DW_RUN_TIMES * s->wanted);
  h->half = *s->source;
  h->half.count = s->source->count / 2;
  h->plan.source = &h->half;
  h->plan.rows = h->half.count;
  return DW_OK;
}

/* Again, with other random numbers, or on the other half. */
static dw_status measure(hunt *h, dw_run_threshold *out)
{
  dw_run_plan plan = h->plan;
  plan.key = dw_rng_derive(h->search->seed, "detector threshold measured");
  plan.wanted = 0;
  if (plan.source == &h->half) {
    h->half.value += h->half.count;
    h->half.count = h->search->source->count - h->half.count;
    plan.rows = h->half.count;
  }
  dw_detector_set_number(h->detector, h->place, out->value);
  dw_status status = dw_run_length_measure(&out->measured, h->detector, &plan, h->err);
  double span = dw_exp(NORMAL_95 * out->measured.error);
  out->low = out->measured.mean / span;
  out->high = out->measured.mean * span;
  return status;
}

dw_status dw_run_threshold_find(dw_run_threshold *out, dw_detector *detector, const dw_run_search *search, dw_err *err)
{
  hunt h = {.search = search, .detector = detector, .err = err, .sign = 1};
  point at = {0}, other = {0};
  dw_status status = prepare(&h);
  double given = status == DW_OK ? detector->parameter[h.place] : 0;
  if (status == DW_OK) status = learn_sign(&h);
  double start = status == DW_OK ? x_of(&h, given) : 0;
  if (status == DW_OK) status = try_at(&h, isfinite(start) ? start : end_of(&h, h.sign < 0), &at);
  if (status == DW_OK && !good(&h, &at)) {
    bool keen = log_ratio(&h, &at) < 0;
    status = cross(&h, &at, keen, &other);
    if (status == DW_OK) status = narrow(&h, keen ? &at : &other, keen ? &other : &at);
    if (status == DW_OK && keen) at = other;
  }
  *out = (dw_run_threshold){.parameter = h.place, .value = at.value, .sought = at.length, .tried = h.tried, .low = NAN, .high = NAN};
  return status == DW_OK ? measure(&h, out) : status;
}
