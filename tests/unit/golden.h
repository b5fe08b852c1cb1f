/* golden: reading the tables under tests/golden/, and the samples that they and the C tests make alike (golden_sample.py). */
#ifndef DW_TESTS_GOLDEN_H
#define DW_TESTS_GOLDEN_H

#include "test.h"

enum { GOLDEN_FIELDS = 128 };

typedef struct golden {
  char *text, *next;
  char *field[GOLDEN_FIELDS];
  int fields;
} golden;

static inline golden golden_open(const char *path)
{
  golden table = {0};
  table.text = table.next = test_read(path, NULL);
  CHECK_MSG(table.text != NULL, "tests/%s is missing", path);
  return table;
}

/* The next line that is not empty nor a comment, cut at spaces. Frees the text at the end and returns false. */
static inline bool golden_next(golden *table)
{
  while (table->next && *table->next) {
    char *line = table->next, *end = strchr(line, '\n');
    table->next = end ? end + 1 : line + strlen(line);
    if (end) *end = '\0';
    table->fields = 0;
    for (char *at = line + strspn(line, " "); *at && *at != '#' && table->fields < GOLDEN_FIELDS; at += strspn(at, " ")) {
      table->field[table->fields++] = at;
      at += strcspn(at, " ");
      if (*at) *at++ = '\0';
    }
    if (table->fields) return true;
  }
  free(table->text);
  table->text = table->next = NULL;
  return false;
}

static inline double golden_number(const golden *table, int i) { return i < table->fields ? strtod(table->field[i], NULL) : NAN; }
static inline uint64_t golden_whole(const golden *table, int i) { return i < table->fields ? strtoull(table->field[i], NULL, 10) : 0; }

/* splitmix64 */
static inline uint64_t golden_bits(uint64_t seed, uint64_t i)
{
  uint64_t z = seed * UINT64_C(0x632be59bd9b4e019) + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static inline double golden_uniform(uint64_t seed, uint64_t i) { return ldexp((double)(golden_bits(seed, i) >> 11), -53); }

/* n values of scale * (u1 + u2 + u3) + shift, the u uniform; steps > 0: rounded down to multiples of 1 / steps. Unsorted; the caller frees.
 */
static inline double *golden_sample(uint64_t seed, size_t n, double scale, double shift, double steps)
{
  double *out = malloc((n + 1) * sizeof *out);
  for (size_t i = 0; i < n; i++) {
    double x = golden_uniform(seed, 3 * i) + golden_uniform(seed, 3 * i + 1) + golden_uniform(seed, 3 * i + 2);
    x = scale * x + shift;
    out[i] = steps > 0 ? floor(x * steps) / steps : x;
  }
  return out;
}

#endif
