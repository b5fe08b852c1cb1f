/* damaged_boosters: documents of XGBoost, whole and damaged: what our reader accepts is handed to XGBoost's library, which scores with it,
 * goes on training from it and writes it; the library must live through that. Each process that dies is counted, with the number of its
 * document.
 *
 *   damaged_boosters [COUNT [SEED [FILE...]]]   FILE: models in JSON or UBJSON; without any, those of tests/data. Status 1: something died
 *   damaged_boosters COUNT SEED --keep FILE...  the same, and document COUNT alone is written to standard output
 *
 * Models that the installed library trains at the start are among them. tests/unit/test_fuzz_booster.c includes this file and runs a short
 * form.
 */
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "base/rng.h"
#include "model/booster/booster.h"
#include "model/booster/ubjson.h"
#include "../unit/sanitized.h"

/* --- a document as spans of text --- */

typedef struct span {
  size_t from, to; /* of the value */
  size_t key;      /* where its key's text begins; 0: an element */
  size_t in;       /* the member that it stands in */
} span;

typedef struct spans {
  const char *text;
  size_t length, at, count, capacity;
  span *list;
} spans;

static void spans_blank(spans *s)
{
  while (s->at < s->length && strchr(" \t\r\n", s->text[s->at])) s->at++;
}

static size_t spans_string(spans *s) /* behind it; its text begins at the answer */
{
  size_t from = ++s->at;
  while (s->at < s->length && s->text[s->at] != '"') s->at += s->text[s->at] == '\\' ? 2 : 1;
  s->at++;
  return from;
}

/* The seeds are valid JSON: what follows holds for nothing else. */
static void spans_value(spans *s, size_t key, size_t in)
{
  size_t mine = s->count++;
  s->list = dw_grow(s->list, &s->capacity, s->count, sizeof *s->list);
  spans_blank(s);
  s->list[mine] = (span){.from = s->at, .key = key, .in = in};
  char open = s->text[s->at];
  if (open == '"') spans_string(s);
  else if (open != '{' && open != '[')
    while (s->at < s->length && !strchr(",]} \t\r\n", s->text[s->at])) s->at++;
  else {
    s->at++;
    for (spans_blank(s); s->text[s->at] != (open == '{' ? '}' : ']'); spans_blank(s)) {
      size_t name = 0;
      if (s->text[s->at] == ',') s->at++;
      spans_blank(s);
      if (open == '{') {
        name = spans_string(s);
        spans_blank(s);
        s->at++;
      }
      spans_value(s, name, key ? mine : in);
    }
    s->at++;
  }
  s->list[mine].to = s->at;
}

typedef struct fuzz_seed {
  dw_buf text;
  spans spans;
  bool binary; /* as it is: UBJSON */
} fuzz_seed;

enum { MOST_SEEDS = 64, ROWS = 8, MOST_WIDTH = 4096 };

typedef struct fuzz_seeds {
  fuzz_seed list[MOST_SEEDS];
  size_t count;
} fuzz_seeds;

static void seed_add(fuzz_seeds *seeds, const char *bytes, size_t length)
{
  dw_err err;
  if (seeds->count + 2 > MOST_SEEDS || !length) return;
  fuzz_seed *seed = &seeds->list[seeds->count++];
  if (dw_ubjson_is(bytes, length)) {
    seed->binary = true;
    dw_buf_add(&seed->text, bytes, length);
    seed = &seeds->list[seeds->count];
    if (dw_ubjson_to_json(bytes, length, "seed", &seed->text, &err) == DW_OK) seeds->count++;
    else return dw_buf_free(&seed->text);
  } else {
    dw_buf_add(&seed->text, bytes, length);
  }
  seed->spans.text = seed->text.data;
  seed->spans.length = seed->text.length;
  spans_value(&seed->spans, 0, 0);
}

static void seeds_free(fuzz_seeds *seeds)
{
  for (size_t i = 0; i < seeds->count; i++) {
    dw_buf_free(&seeds->list[i].text);
    dw_free(seeds->list[i].spans.list);
  }
}

/* --- seeds --- */

static const char *const learners[][17] = {
    {"booster", "gbtree", "objective", "binary:logistic", "max_depth", "3", NULL},
    {"booster", "gbtree", "objective", "multi:softprob", "num_class", "3", "num_parallel_tree", "2", "max_depth", "2", NULL},
    {"booster", "gbtree", "objective", "count:poisson", "max_depth", "2", "gamma", "0.1", NULL},
    {"booster", "dart", "objective", "reg:squarederror", "rate_drop", "0.5", "max_depth", "2", NULL},
    {"booster", "gblinear", "objective", "binary:logistic", NULL},
};

/* In the words of the installed library. */
static dw_status seed_trained(fuzz_seeds *seeds, dw_err *err)
{
  float x[60 * 3], label[60];
  for (int i = 0; i < 60; i++) {
    for (int k = 0; k < 3; k++) x[3 * i + k] = (float)((i * (k + 7)) % 13);
    if (i % 9 == 0) x[3 * i] = NAN;
  }
  for (size_t l = 0; l < sizeof learners / sizeof *learners; l++) {
    dw_booster_data *data = NULL;
    dw_booster *booster = NULL;
    dw_buf text = {0};
    for (int i = 0; i < 60; i++) label[i] = (float)(l == 1 ? i % 3 : x[3 * i + 1] > 6);
    dw_status status = dw_booster_data_new(&data, x, 60, 3, label, NULL, err);
    if (status == DW_OK) status = dw_booster_new(&booster, learners[l], &data, 1, err);
    if (status == DW_OK) status = dw_booster_set(booster, "nthread", "1", err);
    for (unsigned round = 0; status == DW_OK && round < 3; round++) status = dw_booster_update(booster, round, data, err);
    if (status == DW_OK) status = dw_booster_save(booster, &text, err);
    if (status == DW_OK) seed_add(seeds, text.data, text.length);
    dw_buf_free(&text);
    dw_booster_free(booster);
    dw_booster_data_free(data);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

/* --- damage --- */

/* clang-format off */
static const char *const nasty[] = {
    "-1", "0", "1", "2", "3", "-2", "255", "256", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "-2147483648",
    "9223372036854775807", "18446744073709551615", "1E10", "1.5", "0.5", "-0", "1E38", "1E-45", "NaN", "null", "true", "false", "[]", "{}",
    "\"\"", "\"0\"", "\"1\"", "\"2\"", "\"-1\"", "\"3\"", "\"4294967297\"", "\"1000000\"", "\"nan\"", "\"a\"", "[0]", "[[]]", "[null]", "\"[5E-1]\"",
};
/* clang-format on */

static bool same_key(const spans *s, size_t a, size_t b)
{
  const char *x = s->text + a, *y = s->text + b;
  for (; *x == *y; x++, y++)
    if (*x == '"') return true;
  return false;
}

/* A member whose name was drawn among the names, not among the members: the long lists do not take it all. */
static size_t some_member(const spans *s, dw_rng *rng)
{
  size_t name = 0;
  for (size_t tries = 0; tries < 200; tries++) {
    size_t i = dw_rng_below(rng, s->count);
    if (s->list[i].key) name = i;
    if (name && dw_rng_below(rng, 4) == 0) break;
  }
  size_t at = dw_rng_below(rng, s->count);
  for (size_t k = 0; k < s->count; k++, at = (at + 1) % s->count)
    if (s->list[at].key && same_key(s, s->list[at].key, s->list[name].key)) return at;
  return name;
}

static void put(dw_buf *out, const spans *s, size_t from, size_t to, const char *text, size_t length)
{
  out->length = 0;
  dw_buf_add(out, s->text, from);
  dw_buf_add(out, text, length);
  dw_buf_add(out, s->text + to, s->length - to);
}

/* From the key's quote, for a member; up to its comma or one before it, when it goes away. */
static void one_damage(dw_buf *out, const spans *s, dw_rng *rng)
{
  size_t at = some_member(s, rng);
  const span *v = &s->list[at], *other = &s->list[dw_rng_below(rng, s->count)];
  if (dw_rng_below(rng, 3) && at + 1 < s->count && s->list[at + 1].in == at) { /* an element of it */
    size_t last = at + 1;
    while (last + 1 < s->count && s->list[last + 1].from < v->to) last++;
    v = &s->list[at + 1 + dw_rng_below(rng, last - at)];
  }
  size_t from = v->key ? v->key - 1 : v->from, to = v->to;
  const char *word = nasty[dw_rng_below(rng, sizeof nasty / sizeof *nasty)];
  dw_buf twice = {0};
  bool quoted;
  long near;
  switch (dw_rng_below(rng, 8)) {
  case 0: /* gone */
    while (to < s->length && strchr(" \n", s->text[to])) to++;
    if (to < s->length && s->text[to] == ',') to++;
    else if (from && s->text[from - 1] == ',') from--;
    put(out, s, from, to, "", 0);
    break;
  case 1: /* twice */
    dw_buf_add(&twice, s->text + from, to - from);
    dw_buf_char(&twice, ',');
    if (v->key && dw_rng_below(rng, 2)) {
      dw_buf_add(&twice, s->text + from, v->from - from);
      dw_buf_text(&twice, word);
    } else {
      dw_buf_add(&twice, s->text + from, to - from);
    }
    put(out, s, from, to, twice.data, twice.length);
    break;
  case 2: put(out, s, v->from, to, s->text + other->from, other->to - other->from); break;
  case 3: /* a number near it */
    quoted = s->text[v->from] == '"';
    near = strtol(s->text + v->from + quoted, NULL, 10) + (dw_rng_below(rng, 2) ? 1 : -1);
    dw_buf_format(&twice, quoted ? "\"%ld\"" : "%ld", near);
    put(out, s, v->from, to, twice.data, twice.length);
    break;
  case 4: /* another name */
    if (v->key) put(out, s, v->key, v->key + 1, "_", 1);
    else put(out, s, v->from, v->to, word, strlen(word));
    break;
  default: put(out, s, v->from, to, word, strlen(word)); break;
  }
  dw_buf_free(&twice);
}

static void fuzz_damaged(dw_buf *out, const fuzz_seeds *seeds, uint64_t seed, uint64_t number)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_booster"), number, 0);
  const fuzz_seed *from = &seeds->list[dw_rng_below(&rng, seeds->count)];
  out->length = 0;
  dw_buf_add(out, from->text.data, from->text.length);
  uint64_t times = dw_rng_below(&rng, 20) ? 1 + dw_rng_below(&rng, 3) : 0;
  for (uint64_t n = 0; n < times; n++) {
    if (from->binary) {
      out->data[dw_rng_below(&rng, out->length)] ^= (char)(1u << dw_rng_below(&rng, 8));
      continue;
    }
    dw_buf next = {0};
    spans again = {.text = out->data, .length = out->length};
    spans_value(&again, 0, 0);
    one_damage(&next, &again, &rng);
    dw_free(again.list);
    dw_buf_free(out);
    *out = next;
  }
}

/* --- the library --- */

typedef struct fuzz_tally {
  uint64_t at, read, scored, resumed, trained, died, first_died;
} fuzz_tally;

static void fuzz_rows(float *x, size_t rows, size_t width, uint64_t number)
{
  static const float value[] = {0, 1, 2, 3, 5, 7, 12, 40, -1, 0.5F, 1e30F, -1e30F, 16777216, 1e9F};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(number, "fuzz rows"), 0, 0);
  for (size_t i = 0; i < rows * width; i++) {
    size_t k = dw_rng_below(&rng, sizeof value / sizeof *value + 3);
    x[i] = k < sizeof value / sizeof *value ? value[k] : NAN;
  }
}

static void fuzz_score(dw_booster *booster, uint64_t number, fuzz_tally *tally)
{
  dw_err err;
  size_t width = dw_booster_width(booster), rows = width > MOST_WIDTH ? 1 : ROWS;
  float *x = dw_alloc_array(rows * width, sizeof *x), *out = dw_alloc_array(rows * dw_booster_outputs(booster), sizeof *out);
  fuzz_rows(x, rows, width, number);
  if (number % 2 && dw_booster_rounds(booster)) dw_booster_use(booster, "1", &err);
  if (dw_booster_engine(booster, DW_ENGINE_LIBRARY, &err) == DW_OK && dw_booster_predict(booster, x, rows, 1, out, &err) == DW_OK)
    tally->scored++;
  dw_free(out);
  dw_free(x);
}

static void fuzz_train(dw_booster *booster, uint64_t number, fuzz_tally *tally)
{
  dw_err err;
  dw_buf text = {0};
  dw_booster_data *data = NULL;
  float label[ROWS] = {0, 1, 1, 0, 1, 0, 0, 1};
  size_t width = dw_booster_width(booster), rows = width > MOST_WIDTH ? 1 : ROWS;
  float *x = dw_alloc_array(rows * width, sizeof *x);
  fuzz_rows(x, rows, width, number);
  for (size_t i = 0; i < rows * width; i++) x[i] = fabsf(x[i]) < 100 ? x[i] : 100;
  if (dw_booster_set(booster, "nthread", "1", &err) == DW_OK && dw_booster_data_new(&data, x, rows, width, label, NULL, &err) == DW_OK) {
    dw_status status = dw_booster_update(booster, dw_booster_rounds(booster), data, &err);
    if (status == DW_OK) status = dw_booster_save(booster, &text, &err);
    tally->trained += status == DW_OK;
  }
  dw_booster_data_free(data);
  dw_buf_free(&text);
  dw_free(x);
}

static void fuzz_one(const char *text, size_t length, uint64_t number, fuzz_tally *tally)
{
  dw_err err;
  dw_booster *booster;
  if (dw_booster_load(&booster, text, length, "fuzz", &err) != DW_OK) return;
  tally->read++;
  fuzz_score(booster, number, tally);
  dw_booster_free(booster);
  if (dw_booster_resume(&booster, text, length, "fuzz", &err) != DW_OK) return;
  tally->resumed++;
  fuzz_train(booster, number, tally);
  dw_booster_free(booster);
}

/* One process takes documents until it dies, and the next goes on behind the one that killed it. */
static const char *fuzz_random(const fuzz_seeds *seeds, uint64_t count, uint64_t seed, fuzz_tally *tally, FILE *log)
{
  while (tally->at < count) {
    int how;
    pid_t child = fork();
    if (child < 0) return "no process";
    if (child == 0) {
      dw_buf text = {0};
      const struct rlimit room = {(rlim_t)4 << 30, (rlim_t)4 << 30}, core = {0, 0};
      const struct itimerval patience = {.it_value = {.tv_sec = 60}}; /* of a processor: whatever else the machine does */
      setrlimit(RLIMIT_CORE, &core);
      if (!ADDRESS_SANITIZER) setrlimit(RLIMIT_AS, &room); /* it takes terabytes of addresses */
      for (; tally->at < count; tally->at++) {
        setitimer(ITIMER_PROF, &patience, NULL);
        fuzz_damaged(&text, seeds, seed, tally->at);
        fuzz_one(text.data, text.length, tally->at, tally);
      }
      _exit(0);
    }
    if (waitpid(child, &how, 0) != child) return "no child";
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) continue;
    if (!tally->died++) tally->first_died = tally->at;
    if (log)
      fprintf(log, "document %llu of seed %llu: %s %d\n", (unsigned long long)tally->at, (unsigned long long)seed,
              WIFSIGNALED(how) ? "signal" : "status", WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
    if (log) fflush(log);
    tally->at++;
  }
  return tally->died ? "a document that was accepted killed the process" : NULL;
}

static const char *fuzz_all(const fuzz_seeds *seeds, uint64_t count, uint64_t seed, fuzz_tally *out, FILE *log)
{
  fuzz_tally *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return "no memory to share";
  const char *problem = fuzz_random(seeds, count, seed, shared, log);
  *out = *shared;
  munmap(shared, sizeof *shared);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static bool seed_file(fuzz_seeds *seeds, const char *path)
{
  dw_buf text = {0};
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  for (size_t n; (n = fread(dw_buf_room(&text, 65536), 1, 65536, file)) > 0;) text.length += n;
  fclose(file);
  seed_add(seeds, text.data, text.length);
  dw_buf_free(&text);
  return true;
}

/* Of tests/data. */
static bool seed_files(fuzz_seeds *seeds)
{
  glob_t found;
  bool some = glob("tests/data/xgboost*/*.[ju][sb][oj]*", 0, NULL, &found) == 0;
  for (size_t i = 0; some && i < found.gl_pathc; i++) some = seed_file(seeds, found.gl_pathv[i]);
  if (some) globfree(&found);
  return some;
}

int main(int argc, char **argv)
{
  dw_err err = {0};
  uint64_t count = 20000, seed = 1;
  static fuzz_seeds seeds;
  fuzz_tally tally = {0};
  if ((argc > 1 && !dw_num_parse_unsigned(argv[1], strlen(argv[1]), &count)) ||
      (argc > 2 && !dw_num_parse_unsigned(argv[2], strlen(argv[2]), &seed))) {
    fprintf(stderr, "usage: damaged_boosters [COUNT [SEED [--keep] [FILE...]]]\n");
    return 2;
  }
  bool keep = argc > 3 && strcmp(argv[3], "--keep") == 0;
  if (seed_trained(&seeds, &err) != DW_OK) return fprintf(stderr, "%s\n", err.message), 4;
  for (int i = 3 + keep; i < argc; i++)
    if (!seed_file(&seeds, argv[i])) return fprintf(stderr, "%s cannot be read\n", argv[i]), 4;
  if (argc <= 3 + keep && !seed_files(&seeds)) return fprintf(stderr, "no models in tests/data\n"), 4;
  if (keep) {
    dw_buf text = {0};
    fuzz_damaged(&text, &seeds, seed, count);
    fwrite(text.data, 1, text.length, stdout);
    return dw_buf_free(&text), seeds_free(&seeds), 0;
  }
  const char *problem = fuzz_all(&seeds, count, seed, &tally, stdout);
  printf(
      "%llu documents of %zu models: %llu read, %llu scored by the library, %llu gone on from, %llu trained on; %llu processes died%s%s\n",
      (unsigned long long)count, seeds.count, (unsigned long long)tally.read, (unsigned long long)tally.scored,
      (unsigned long long)tally.resumed, (unsigned long long)tally.trained, (unsigned long long)tally.died, problem ? ": " : "",
      problem ? problem : "");
  seeds_free(&seeds);
  return problem != NULL;
}
#endif
