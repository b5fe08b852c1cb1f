/* What the first records of an input say of all of them: whether the record of names is one, and what a comma in numbers means. */
#include "base/map.h"
#include "base/str.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"

enum { FIRST_BYTES = 64 << 10, FIRST_RECORDS = 100 };

/* A column, as its first cells have it. Empty ones and other marks say nothing. */
typedef struct first_column {
  size_t numbers, texts;
  size_t same;     /* cells that are equal to the one of the first record */
  size_t points;   /* numbers with a point */
  size_t commas;   /* numbers whose comma can only stand before decimals */
  size_t doubtful; /* texts of digits, points and commas, which may be numbers written otherwise: 1.234,5 */
} first_column;

typedef struct first_look {
  const dw_csv_header *header;
  first_column *column;
  size_t at; /* fields of the record so far */
} first_look;

bool dw_csv_comma_number(const char *text, size_t length, double *number)
{
  char copy[CSV_COMMA_BYTES];
  const char *comma = memchr(text, ',', length);
  if (!comma || length > sizeof copy || memchr(text, '.', length)) return false;
  memcpy(copy, text, length);
  copy[comma - text] = '.';
  return dw_csv_cell(copy, length, number) == DW_REAL;
}

/* Digits on both sides of a comma with exactly three behind it, as of thousands: 1,234. */
static bool looks_like_thousands(const char *text, size_t length)
{
  const char *comma = memchr(text, ',', length), *end = text + length;
  while (text < comma && (*text < '0' || *text > '9')) text++;
  size_t digits = 0;
  for (const char *p = comma + 1; p < end && *p >= '0' && *p <= '9'; p++) digits++;
  bool more = comma + 1 + digits < end && (comma[1 + digits] == 'e' || comma[1 + digits] == 'E');
  return digits == 3 && !more && comma - text >= 1 && comma - text <= 3 && *text != '0';
}

static bool all_among(const char *text, size_t length, const char *letters)
{
  for (size_t i = 0; i < length; i++)
    if (!strchr(letters, text[i]) || !text[i]) return false;
  return true;
}

static void look_at(first_column *column, const char *text, size_t length)
{
  double number;
  dw_tag tag = dw_csv_cell(text, length, &number);
  if (tag == DW_NULL) return;
  bool digit = all_among(text, 1, "0123456789+-., "), comma = memchr(text, ',', length) != NULL;
  if (tag == DW_INTEGER || tag == DW_REAL) {
    column->numbers++;
    column->points += memchr(text, '.', length) != NULL;
  } else if (digit && dw_csv_comma_number(text, length, &number)) {
    column->numbers++;
    column->commas += !looks_like_thousands(text, length); /* 1,234 says nothing by itself: the others decide */
  } else {
    column->texts++;
    column->doubtful += digit && comma && all_among(text, length, "0123456789+-., ");
  }
}

static void look_field(void *context, const csv_field *field)
{
  first_look *look = context;
  size_t k = look->at++;
  if (k >= look->header->count) return;
  look_at(&look->column[k], field->text, field->length);
  look->column[k].same += dw_text_equal(field->text, field->length, look->header->first[k]) && field->length;
}

/* Looks at the records from `text` on; bytes is how much of them there is. */
static void look_records(first_look *look, const char *text, size_t bytes)
{
  const dw_csv_header *header = look->header;
  bool decimals = header->begin.delimiter == ';';
  const char *end = text + (bytes < FIRST_BYTES ? bytes : FIRST_BYTES);
  csv_splitter splitter = {.library = dw_csv_library_new(), .delimiter = header->begin.delimiter};
  for (size_t records = 0; text < end && (decimals || records < FIRST_RECORDS); records++) {
    size_t length = dw_csv_first_record(text, (size_t)(end - text), header->begin.delimiter);
    if (text + length == end) break; /* it may go on */
    size_t size = length && text[length - 1] == '\r' ? length - 1 : length;
    look->at = 0;
    if (!dw_csv_byte_fault(text, size).what && !dw_csv_blank(text, size, header->begin.delimiter))
      dw_csv_split(&splitter, text, size, look_field, look);
    text += length + 1;
  }
  dw_csv_library_free(splitter.library);
  dw_buf_free(&splitter.scratch);
}

/* The names are values: all of them numbers; or where the column has numbers, or again what stands in the first record, in each column that
 * can tell. A name over a column of numbers that is no number is a name. */
static bool names_are_values(const first_look *look)
{
  size_t numbers = 0, alike = 0, names = 0;
  for (size_t k = 0; k < look->header->count; k++) {
    const first_column *column = &look->column[k];
    double number;
    const char *name = look->header->first[k];
    dw_tag tag = dw_csv_cell(name, strlen(name), &number);
    bool is_number = tag == DW_INTEGER || tag == DW_REAL || dw_csv_comma_number(name, strlen(name), &number);
    bool of_numbers = column->numbers > 0 && column->texts == 0;
    numbers += is_number;
    if (of_numbers) *(is_number ? &alike : &names) += 1;
    else if (column->texts > 0) *(column->same > 0 ? &alike : &names) += 1;
  }
  return look->header->count > 0 && (numbers == look->header->count || (alike > 0 && names == 0));
}

void dw_csv_first_look(dw_csv_header *header, const char *text, size_t bytes, bool named, bool decimals)
{
  first_look look = {header, dw_alloc_zero(header->count, sizeof *look.column), 0};
  look_records(&look, text, bytes);
  header->suspect = !named && names_are_values(&look);
  for (size_t k = 0; k < header->count && decimals && header->begin.delimiter == ';'; k++) {
    const first_column *column = &look.column[k];
    bool commas = column->commas > 0 && column->points == 0 && column->doubtful == 0;
    header->decimal[k] = commas ? CSV_DECIMAL_TOLD : CSV_DECIMAL_DOUBTFUL;
    header->commas += commas;
  }
  dw_free(look.column);
}
