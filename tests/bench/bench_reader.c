/* bench_reader: how fast records are read. Prints GB/s of text, undisturbed, for the scanner alone (one core, text in memory)
 * and for the whole reader (a file in the page cache, digest included) with one and two threads; cpu1 and cpu2 are
 * the latter by the processor time of all threads instead of the clock, which other programs disturb less.
 *   bench_reader [FILE]   FILE: records of your own instead of the made ones
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "io/formats/ndjson.h"
#include "io/reader/reader.h"

enum { ROUNDS = 40, BLOCK = 512 << 10 };

static const char *const merchants[] = {"grocery", "electronics", "travel", "fuel", "restaurant", "online_retail"};

static void add(dw_buf *out, const char *format, ...) DW_PRINTF(2, 3);
static void add(dw_buf *out, const char *format, ...)
{
  char text[512];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  dw_buf_add(out, text, (size_t)n);
}

static void make_fraud(dw_buf *out, dw_rng *rng, int i)
{
  add(out, "{\"transaction_id\":\"tx_%08d\",\"ts\":\"2026-01-%02dT%02d:%02d:%02dZ\",\"transaction_amount\":%.2f,\"transaction_hour\":%d,",
      i, 1 + i / 86400 % 30, i / 3600 % 24, i / 60 % 60, i % 60, 400 * dw_rng_uniform(rng) * dw_rng_uniform(rng), i / 3600 % 24);
  add(out, "\"customer_age\":%d,\"account_tenure_days\":%d,\"merchant_risk_score\":%.4f,\"geo_distance_km\":%.2f,",
      (int)(18 + 70 * dw_rng_uniform(rng)), (int)(4000 * dw_rng_uniform(rng)), dw_rng_uniform(rng), 100 * dw_rng_uniform(rng));
  add(out, "\"is_international\":%d,\"merchant_category\":\"%s\",\"is_fraud\":%d}\n", dw_rng_uniform(rng) < 0.1,
      merchants[dw_rng_below(rng, 6)], dw_rng_uniform(rng) < 0.03);
}

static void make_missing(dw_buf *out, dw_rng *rng, int i, double share)
{
  static const char *const names[] = {"amount", "hour", "age", "tenure", "risk", "distance", "international", "fraud"};
  add(out, "{\"id\":%d", i);
  for (int k = 0; k < 8; k++)
    if (dw_rng_uniform(rng) >= share) add(out, ",\"%s\":%.3f", names[k], 100 * dw_rng_uniform(rng));
  add(out, "}\n");
}

static void make_wide(dw_buf *out, dw_rng *rng, int digits)
{
  for (int k = 0; k < 1000; k++) {
    add(out, "%c\"feature_%d\":", k ? ',' : '{', k);
    add(out, "%.*g", digits, dw_rng_uniform(rng));
  }
  add(out, "}\n");
}

static void make_embedding(dw_buf *out, dw_rng *rng, int i)
{
  add(out, "{\"id\":%d,\"embedding\":[", i);
  for (int k = 0; k < 384; k++) add(out, "%s%.8f", k ? "," : "", dw_rng_uniform(rng) - 0.5);
  add(out, "]}\n");
}

static void make_text(dw_buf *out, dw_rng *rng, int i)
{
  add(out,
      "{\"id\":%d,\"prompt\":\"Was ist der h\xc3\xb6"
      "chste Berg \xc3\x96sterreichs, und warum?\","
      "\"response\":\"The quick \\\"brown\\\" fox\\njumps over %d lazy dogs \xe2\x80\x94 twice.\"}\n",
      i, (int)(100 * dw_rng_uniform(rng)));
}

static dw_buf make(const char *kind, size_t bytes)
{
  dw_buf out = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "bench"), 0, 0);
  for (int i = 0; out.length < bytes; i++) {
    if (strcmp(kind, "fraud") == 0) make_fraud(&out, &rng, i);
    if (strcmp(kind, "missing") == 0) make_missing(&out, &rng, i, 0.1);
    if (strcmp(kind, "narrow") == 0) make_missing(&out, &rng, i, 0);
    if (strcmp(kind, "wide") == 0) make_wide(&out, &rng, 6);
    if (strcmp(kind, "wide17") == 0) make_wide(&out, &rng, 17);
    if (strcmp(kind, "embedding") == 0) make_embedding(&out, &rng, i);
    if (strcmp(kind, "text") == 0) make_text(&out, &rng, i);
  }
  return out;
}

/* The sum over the blocks of each one's best time: what the machine does when nobody disturbs it. */
static double scan_rate(const dw_buf *text, bool spans)
{
  dw_scan_options options = {.spans = spans, .line_limit = DW_LINE_LIMIT, .field_limit = DW_FIELD_LIMIT};
  dw_ndjson *scanner = dw_ndjson_new(&options);
  dw_table *tables[4];
  for (int i = 0; i < 4; i++) tables[i] = dw_table_new();
  char *block = dw_alloc(BLOCK + DW_BLOCK_PADDING);
  uint64_t *best = dw_alloc_zero(text->length / (BLOCK / 2) + 2, sizeof *best), sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    sum = 0;
    for (size_t at = 0, count = 0; at < text->length; count++) {
      size_t length = text->length - at < BLOCK ? text->length - at : BLOCK, from = 0;
      length = dw_ndjson_cut(text->data + at, length);
      memcpy(block, text->data + at, length);
      memset(block + length, 0, DW_BLOCK_PADDING);
      block[length] = '\n';
      uint64_t start = dw_monotonic_ns();
      while (from < length) {
        dw_ndjson_scan(scanner, &(dw_block){.bytes = block, .length = length}, &from, tables[count % 4]);
        if (tables[count % 4]->error.set) abort();
      }
      uint64_t spent = dw_monotonic_ns() - start;
      if (round == 0 || spent < best[count]) best[count] = spent;
      sum += best[count];
      at += length;
    }
  }
  for (int i = 0; i < 4; i++) dw_table_free(tables[i]);
  dw_ndjson_free(scanner);
  dw_free(block);
  dw_free(best);
  return (double)text->length / (double)sum;
}

static uint64_t cpu_ns(void)
{
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000 +
         (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000;
}

/* *cpu: by the processor time of all threads. */
static double read_rate(const char *path, size_t bytes, unsigned threads, double *cpu)
{
  double best = 0;
  *cpu = 0;
  for (int round = 0; round < ROUNDS; round++) {
    uint64_t start = dw_monotonic_ns(), cpu_start = cpu_ns();
    dw_err err;
    dw_reader *reader;
    const dw_batch *batch;
    if (dw_reader_open(&reader, &path, 1, &(dw_reader_options){.threads = threads}, &err) != DW_OK) abort();
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) continue;
    dw_reader_close(reader);
    double rate = (double)bytes / (double)(dw_monotonic_ns() - start);
    if (rate > best) best = rate;
    rate = (double)bytes / (double)(cpu_ns() - cpu_start);
    if (rate > *cpu) *cpu = rate;
  }
  return best;
}

static void bench(const char *kind, const dw_buf *text)
{
  int file = memfd_create("bench", 0);
  char path[64];
  snprintf(path, sizeof path, "/dev/fd/%d", file);
  for (size_t at = 0; at < text->length;) {
    ssize_t n = write(file, text->data + at, text->length - at);
    if (n <= 0) abort();
    at += (size_t)n;
  }
  double cpu1, cpu2, read1 = read_rate(path, text->length, 1, &cpu1), read2 = read_rate(path, text->length, 2, &cpu2);
  printf("%-10s %6.2f %6.2f %6.2f %6.2f %6.2f %6.2f\n", kind, scan_rate(text, false), scan_rate(text, true), read1, read2, cpu1, cpu2);
  close(file);
}

int main(int argc, char **argv)
{
  printf("GB/s         scan  spans  read1  read2   cpu1   cpu2\n");
  static const char *const kinds[] = {"fraud", "narrow", "missing", "wide", "wide17", "embedding", "text"};
  bool made = false;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (argc > 1 && strcmp(argv[1], kinds[i]) != 0) continue;
    dw_buf text = make(kinds[i], 12 << 20);
    bench(kinds[i], &text);
    dw_buf_free(&text);
    made = true;
  }
  if (made) return 0;
  FILE *file = fopen(argv[1], "rb");
  if (!file) return perror(argv[1]), 4;
  dw_buf text = {0};
  for (size_t n = 1; n > 0; text.length += n) n = fread(dw_buf_room(&text, 1 << 20), 1, 1 << 20, file);
  bench("file", &text);
  return 0;
}
