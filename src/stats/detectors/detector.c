#include "stats/detectors/detector.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

#define ROW_OF(name) &dw_detector_##name,
const dw_detector_method *const dw_detector_methods[] = {DW_DETECTOR_ROWS(ROW_OF) NULL};

const dw_detector_method *dw_detector_find(const char *name)
{
  for (size_t i = 0; dw_detector_methods[i]; i++)
    if (strcmp(dw_detector_methods[i]->name, name) == 0) return dw_detector_methods[i];
  return NULL;
}

const char *dw_detector_word(int choice)
{
  const dw_detector_method *method = dw_detector_methods[choice];
  return method ? method->name : NULL;
}

int dw_detector_parameter_place(const dw_detector_method *method, const char *name)
{
  for (int i = 0; i < DW_DETECTOR_PARAMETERS && method->parameter[i].name; i++)
    if (strcmp(method->parameter[i].name, name) == 0) return i;
  return -1;
}

void dw_detector_init(dw_detector *detector, const dw_detector_method *method)
{
  *detector = (dw_detector){.method = method};
  for (int i = 0; i < DW_DETECTOR_PARAMETERS && method->parameter[i].name; i++) detector->parameter[i] = method->parameter[i].initial;
}

static dw_status no_parameter(const dw_detector_method *method, const char *name, dw_err *err)
{
  dw_buf names = {0};
  for (int i = 0; i < DW_DETECTOR_PARAMETERS && method->parameter[i].name; i++)
    dw_buf_format(&names, "%s%s", i ? ", " : "", method->parameter[i].name);
  dw_status status = dw_err_set(err, DW_EUSAGE, "%s has no parameter \"%.60s\"; it has %s", method->name, name, dw_buf_cstr(&names));
  dw_buf_free(&names);
  return status;
}

/* The place of a word in a list with spaces between; -1: it is none of them. */
static int word_place(const char *words, const char *word)
{
  size_t length = strlen(word);
  for (int place = 0; *words; place++) {
    size_t size = strcspn(words, " ");
    if (size == length && memcmp(words, word, size) == 0) return place;
    words += size + (words[size] == ' ');
  }
  return -1;
}

dw_status dw_detector_set(dw_detector *detector, const char *name, const char *value, dw_err *err)
{
  const dw_detector_method *method = detector->method;
  int place = dw_detector_parameter_place(method, name);
  if (place < 0) return no_parameter(method, name, err);
  const dw_detector_parameter *p = &method->parameter[place];
  if (p->words) {
    int word = word_place(p->words, value);
    if (word < 0) return dw_err_set(err, DW_EUSAGE, "%s of %s is one of: %s; not \"%.60s\"", name, method->name, p->words, value);
    detector->parameter[place] = word;
    return DW_OK;
  }
  double number;
  bool whole;
  if (!dw_num_parse(value, strlen(value), &number, &whole) || !(number >= p->low && number <= p->high) ||
      (p->whole && number != floor(number)))
    return dw_err_set(err, DW_EUSAGE, "%s of %s is a %snumber from %g to %g; not \"%.60s\"", name, method->name, p->whole ? "whole " : "",
                      p->low, p->high, value);
  detector->parameter[place] = number;
  return DW_OK;
}

void dw_detector_set_number(dw_detector *detector, int place, double value)
{
  const dw_detector_parameter *p = &detector->method->parameter[place];
  assert(p->name && value >= p->low && value <= p->high);
  detector->parameter[place] = value;
}

dw_status dw_detector_start(dw_detector *detector, dw_err *err)
{
  const dw_detector_method *method = detector->method;
  dw_status status = method->check ? method->check(detector->parameter, err) : DW_OK;
  if (status != DW_OK) return status;
  dw_free(detector->state);
  detector->state = dw_alloc_zero(1, method->bytes(detector->parameter));
  dw_detector_restart(detector);
  return DW_OK;
}

void dw_detector_restart(dw_detector *detector)
{
  detector->count = 0;
  detector->begin_anew = false;
  detector->told = (dw_detector_told){.statistic = NAN, .threshold = NAN, .before = NAN, .after = NAN};
  memset(detector->state, 0, detector->method->bytes(detector->parameter));
  detector->method->reset(detector->state, detector->parameter);
}

void dw_detector_free(dw_detector *detector)
{
  dw_free(detector->state);
  detector->state = NULL;
}

bool dw_detector_fields_of(dw_detector *detector, dw_detector_fields *fields)
{
  uint64_t begin_anew = detector->begin_anew;
  dw_fields_count(fields, "count", &detector->count);
  dw_fields_count(fields, "drifted", &begin_anew);
  detector->begin_anew = begin_anew;
  return begin_anew <= 1 && detector->method->fields(detector->state, fields);
}
