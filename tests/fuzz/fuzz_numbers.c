/* fuzz_numbers: texts as numbers: what our reader takes is what the C library's strtod makes of it, to the last bit; what it takes for
 * whole is whole; and what is printed reads back as the same number. What CSV takes for a number is finite or a text of infinity. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/formats/csv.h"
#include "target.h"

static const char *fuzz_one(const char *bytes, size_t length)
{
  double value, again;
  bool integer;
  uint64_t natural;
  int64_t whole;
  const char *problem = NULL;
  if (length > 800) return NULL;
  dw_csv_cell(bytes, length, &again);
  if (!dw_num_parse(bytes, length, &value, &integer)) return NULL;
  char *text = dw_strndup(bytes, length), *end;
  double want = strtod(text, &end), none;
  if (end != text + length) problem = "a number that strtod does not take whole";
  else if (memcmp(&want, &value, sizeof want) != 0) problem = "strtod has another number";
  if (!problem && isfinite(value)) {
    char printed[DW_NUM_TEXT];
    size_t count = dw_num_print(printed, value);
    if (!dw_num_parse(printed, count, &again, &integer) || memcmp(&again, &value, sizeof again) != 0)
      problem = "printed, it is another number";
  }
  if (!problem && dw_num_parse_unsigned(bytes, length, &natural) && (double)natural != value) problem = "another natural number";
  if (!problem && dw_num_parse_signed(bytes, length, &whole) && (double)whole != value) problem = "another whole number";
  dw_tag tag = dw_csv_cell(bytes, length, &none);
  if (!problem && (tag == DW_INTEGER || tag == DW_REAL) && none != value) problem = "CSV has another number";
  dw_free(text);
  return problem;
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  static const char *const piece[] = {"0",
                                      "1",
                                      "5",
                                      "9",
                                      "00000000",
                                      "99999999",
                                      "12345678",
                                      ".",
                                      "e",
                                      "E-",
                                      "e+",
                                      "-",
                                      "+",
                                      "e308",
                                      "e-324",
                                      "e-400",
                                      "9007199254740993",
                                      "2.2250738585072011e-308",
                                      "4.9e-324",
                                      "1.7976931348623159e308",
                                      " "};
  fuzz_words(input, rng, piece, sizeof piece / sizeof *piece);
}

FUZZ_TARGET("numbers", fuzz_one, fuzz_change);
