#include "stats/detectors/detector.h"

#include "base/rng.h"
#include "golden.h"

/* --- the table --- */

TEST(rows_have_parameters_within_their_bounds)
{
  for (size_t i = 0; dw_detector_methods[i]; i++) {
    const dw_detector_method *method = dw_detector_methods[i];
    dw_detector detector;
    dw_err err;
    CHECK(dw_detector_find(method->name) == method && strcmp(dw_detector_word((int)i), method->name) == 0);
    dw_detector_init(&detector, method);
    for (int k = 0; k < DW_DETECTOR_PARAMETERS && method->parameter[k].name; k++) {
      const dw_detector_parameter *p = &method->parameter[k];
      CHECK_MSG(p->low <= p->initial && p->initial <= p->high, "%s %s", method->name, p->name);
      CHECK_MSG(dw_detector_parameter_place(method, p->name) == k, "%s %s", method->name, p->name);
      CHECK(!p->whole || p->initial == floor(p->initial));
    }
    CHECK(method->knob >= 0 && method->parameter[method->knob].name);
    CHECK_MSG(dw_detector_start(&detector, &err) == DW_OK, "%s", method->name);
    dw_detector_free(&detector);
  }
  CHECK(!dw_detector_find("none"));
}

static void check_refused(const char *method, const char *name, const char *value, const char *message)
{
  dw_detector detector;
  dw_err err = {0};
  dw_detector_init(&detector, dw_detector_find(method));
  dw_status status = dw_detector_set(&detector, name, value, &err);
  if (status == DW_OK) status = dw_detector_start(&detector, &err);
  CHECK_MSG(status == DW_EUSAGE && strstr(err.message, message), "%s %s=%s: %s", method, name, value, err.message);
  dw_detector_free(&detector);
}

TEST(wrong_parameters_are_refused)
{
  check_refused("adwin", "alpha", "1", "adwin has no parameter \"alpha\"; it has delta, clock,");
  check_refused("adwin", "delta", "2", "delta of adwin is a number from 1e-300 to 1; not \"2\"");
  check_refused("adwin", "clock", "1.5", "clock of adwin is a whole number from 1 to");
  check_refused("cusum", "mode", "sideways", "mode of cusum is one of: both up down; not \"sideways\"");
  check_refused("kswin", "stat_size", "51", "window_size is twice that at least");
  check_refused("eddm", "alpha", "0.5", "alpha of eddm");
  check_refused("rddm", "drift_threshold", "1", "drift_threshold of rddm");
  check_refused("ecdd", "average_run_length", "500", "100 400 1000");
}

/* --- held to others --- */

enum { STREAMS = 16, VALUES = 4000 };

typedef struct stream {
  char name[32];
  size_t count;
  double value[VALUES];
} stream;

static stream streams[STREAMS];

static void read_stream(stream *s, const char *name, const char *text)
{
  snprintf(s->name, sizeof s->name, "%s", name);
  bool listed = strchr(text, ',') != NULL;
  while (*text && s->count < VALUES) {
    char *end = (char *)text + 1;
    s->value[s->count++] = listed ? strtod(text, &end) : *text - '0';
    text = end + (*end == ',');
  }
}

static const stream *find_stream(const char *name)
{
  for (size_t i = 0; i < STREAMS; i++)
    if (strcmp(streams[i].name, name) == 0) return &streams[i];
  return NULL;
}

static void start(dw_detector *detector, const char *method, const char *parameters)
{
  char copy[200], *rest = copy;
  dw_err err = {0};
  dw_detector_init(detector, dw_detector_find(method));
  snprintf(copy, sizeof copy, "%s", parameters);
  for (char *word; strcmp(parameters, "-") != 0 && (word = strsep(&rest, ","));) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    CHECK_MSG(dw_detector_set(detector, word, value, &err) == DW_OK, "%s", err.message);
  }
  CHECK_MSG(dw_detector_start(detector, &err) == DW_OK, "%s", err.message);
}

static void note(char *list, size_t size, size_t index)
{
  size_t used = strcmp(list, "-") == 0 ? 0 : strlen(list);
  snprintf(list + used, size - used, "%s%zu", used ? "," : "", index);
}

static void check_case(const golden *table)
{
  const char *method = table->field[1], *drifts = table->field[4], *warnings = table->field[5];
  const stream *s = find_stream(table->field[3]);
  char drift[2000] = "-", warning[2000] = "-";
  bool first = strncmp(drifts, "first:", 6) == 0, warned = false, done = false;
  dw_detector detector;
  start(&detector, method, table->field[2]);
  CHECK_MSG(s != NULL, "%s", table->field[3]);
  for (size_t i = 0; s && i < s->count && !done; i++) {
    dw_detector_event event = dw_detector_add(&detector, s->value[i]);
    if (event == DW_DETECTOR_DRIFT) {
      note(drift, sizeof drift, i);
      warned = false;
      done = first;
      CHECK_MSG(isfinite(detector.told.statistic) && isfinite(detector.told.threshold), "%s at %zu", method, i);
    } else if (event == DW_DETECTOR_WARNING && !warned) {
      note(warning, sizeof warning, i);
      warned = true;
    }
  }
  CHECK_MSG(strcmp(drift, drifts + 6 * first) == 0, "%s %s on %s: drifts %s, want %s", method, table->field[2], table->field[3], drift,
            drifts);
  CHECK_MSG(strcmp(warnings, "*") == 0 || strcmp(warning, warnings) == 0, "%s %s on %s: warnings %s, want %s", method, table->field[2],
            table->field[3], warning, warnings);
  dw_detector_free(&detector);
}

static size_t read_streams(void)
{
  size_t count = 0;
  golden table = golden_open("golden/detectors.txt");
  while (golden_next(&table))
    if (strcmp(table.field[0], "stream") == 0 && !find_stream(table.field[1]))
      read_stream(&streams[count++], table.field[1], table.field[2]);
  return count;
}

TEST(alarms_of_others_index_for_index)
{
  int cases = 0;
  read_streams();
  golden table = golden_open("golden/detectors.txt");
  while (golden_next(&table))
    if (strcmp(table.field[0], "case") == 0) {
      check_case(&table);
      cases++;
    }
  CHECK_MSG(cases == 21, "%d cases", cases);
}

/* --- state --- */

/* A state on a tape: what save and load see is the same, name by name. */
typedef struct tape {
  dw_detector_fields fields;
  char name[64][32];
  uint64_t word[60000];
  size_t names, words, name_at, word_at;
  bool reads, odd;
} tape;

static void word(tape *t, const char *name, uint64_t *value, size_t count)
{
  (void)name;
  for (size_t i = 0; i < count; i++) {
    if (t->reads) value[i] = t->word[t->word_at++];
    else t->word[t->words++] = value[i];
  }
}

static void tape_numbers(dw_detector_fields *f, const char *name, double *value, size_t count)
{
  tape *t = (tape *)f;
  for (size_t i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, &value[i], sizeof bits);
    t->odd |= isnan(value[i]);
    word(t, name, &bits, 1);
    memcpy(&value[i], &bits, sizeof bits);
  }
}

static void tape_counts(dw_detector_fields *f, const char *name, uint64_t *value, size_t count) { word((tape *)f, name, value, count); }

static void tape_bits(dw_detector_fields *f, const char *name, uint8_t *value, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    uint64_t bit = value[i];
    ((tape *)f)->odd |= bit > 1;
    word((tape *)f, name, &bit, 1);
    value[i] = (uint8_t)bit;
  }
}

static tape the_tape;

static void resume(dw_detector *to, dw_detector *from)
{
  the_tape = (tape){.fields = {tape_numbers, tape_counts, tape_bits}};
  CHECK(dw_detector_fields_of(from, &the_tape.fields));
  the_tape.reads = true;
  CHECK(dw_detector_fields_of(to, &the_tape.fields));
  CHECK_MSG(the_tape.word_at == the_tape.words && !the_tape.odd, "%s", from->method->name);
}

/* A stream with a change of level, of spread, and with ties; errors: 0 and 1. */
static double value_at(dw_rng *rng, size_t i, bool errors)
{
  double u = dw_rng_uniform(rng), v = dw_rng_uniform(rng);
  if (errors) return u < (i < 1500 ? 0.1 : i < 2200 ? 0.4 : 0.05);
  if (i < 600) return floor(u * 8);
  return i < 1500 ? u + v : i < 2200 ? 3 * (u - v) : 40 + 2 * u;
}

TEST(resume_equals_uninterrupted)
{
  enum { LENGTH = 3000 };
  static dw_detector_event events[LENGTH];
  static dw_detector_told told[LENGTH];
  for (size_t m = 0; dw_detector_methods[m]; m++) {
    const dw_detector_method *method = dw_detector_methods[m];
    bool errors = method->input != DW_DETECTOR_NUMBERS;
    for (int keep = 0; keep < 2; keep++) {
      dw_rng rng, cuts;
      dw_detector whole, now;
      size_t drifts = 0, resumed = 0;
      start(&whole, method->name, "-");
      whole.keep = keep;
      dw_rng_start(&rng, dw_rng_derive(15, "resume"), m, 0);
      for (size_t i = 0; i < LENGTH; i++) {
        events[i] = dw_detector_add(&whole, value_at(&rng, i, errors));
        told[i] = whole.told;
        drifts += events[i] == DW_DETECTOR_DRIFT;
      }
      start(&now, method->name, "-");
      now.keep = keep;
      dw_rng_start(&rng, dw_rng_derive(15, "resume"), m, 0);
      dw_rng_start(&cuts, dw_rng_derive(16, "cuts"), m, (uint32_t)keep);
      for (size_t i = 0, cut = 0; i < LENGTH; i++) {
        if (i == cut) { /* the first before any value; others random, some right behind a drift */
          dw_detector next;
          start(&next, method->name, "-");
          next.keep = keep;
          resume(&next, &now);
          dw_detector_free(&now);
          now = next;
          cut += 1 + dw_rng_below(&cuts, 300);
          resumed++;
        }
        dw_detector_event event = dw_detector_add(&now, value_at(&rng, i, errors));
        CHECK_MSG(event == events[i], "%s, value %zu", method->name, i);
        if (event != DW_DETECTOR_NONE) CHECK_MSG(memcmp(&now.told, &told[i], sizeof now.told) == 0, "%s, value %zu", method->name, i);
        if (event == DW_DETECTOR_DRIFT) cut = i + 1;
      }
      CHECK_MSG(drifts > 0 && resumed > 10, "%s: %zu drifts", method->name, drifts);
      CHECK(now.count == LENGTH);
      dw_detector_free(&whole);
      dw_detector_free(&now);
    }
  }
}

TEST(restart_is_as_new)
{
  for (size_t m = 0; dw_detector_methods[m]; m++) {
    const dw_detector_method *method = dw_detector_methods[m];
    dw_rng rng;
    dw_detector used, fresh;
    start(&used, method->name, "-");
    start(&fresh, method->name, "-");
    dw_rng_start(&rng, dw_rng_derive(17, "restart"), m, 0);
    for (size_t i = 0; i < 700; i++) dw_detector_add(&used, value_at(&rng, i, method->input != DW_DETECTOR_NUMBERS));
    dw_detector_restart(&used);
    for (size_t i = 1000; i < 2000; i++) {
      double x = value_at(&rng, i, method->input != DW_DETECTOR_NUMBERS);
      CHECK_MSG(dw_detector_add(&used, x) == dw_detector_add(&fresh, x), "%s, value %zu", method->name, i);
    }
    dw_detector_free(&used);
    dw_detector_free(&fresh);
  }
}

/* Hits and nothing else, nothing but mistakes, and one mistake early among hits: the shares do not differ. */
TEST(stepd_has_no_drift_where_nothing_changes)
{
  for (int kind = 0; kind < 3; kind++) {
    dw_detector detector;
    start(&detector, "stepd", "-");
    for (size_t i = 0; i < 4000; i++) {
      double x = kind == 0 || (kind == 2 && i != 40);
      CHECK_MSG(dw_detector_add(&detector, x) == DW_DETECTOR_NONE, "%d, value %zu", kind, i);
    }
    dw_detector_free(&detector);
  }
}

/* The level of values is nothing to a change of their mean, also when their sum has lost its last digits. */
TEST(far_from_zero_is_as_near)
{
  static const char *const names[] = {"adwin", "cusum", "ewma", "shewhart"};
  enum { LENGTH = 700000, CHANGE = 600000 };
  for (size_t m = 0; m < sizeof names / sizeof *names; m++) {
    dw_detector near, far;
    dw_rng rng;
    size_t other = 0, drifts = 0;
    start(&near, names[m], "-");
    start(&far, names[m], "-");
    near.keep = far.keep = true;
    dw_rng_start(&rng, dw_rng_derive(18, "far"), 0, 0);
    for (size_t i = 0; i < LENGTH; i++) {
      double x = floor(dw_rng_uniform(&rng) * 1024) / 1024 + (i >= CHANGE ? 2 : 0); /* exact around 1e9, too */
      dw_detector_event event = dw_detector_add(&near, x);
      other += event != dw_detector_add(&far, 1e9 + x);
      drifts += event == DW_DETECTOR_DRIFT && i >= CHANGE && i < CHANGE + 1000;
    }
    CHECK_MSG(other == 0 && drifts > 0, "%s: %zu answers differ, %zu drifts", names[m], other, drifts);
    dw_detector_free(&near);
    dw_detector_free(&far);
  }
}
