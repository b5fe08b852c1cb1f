#include "base/map.h"
#include "base/str.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"
#include "io/formats/csv_write.h"

csv_fault dw_csv_split(csv_splitter *splitter, const char *text, size_t length, csv_field_function *each, void *context)
{
  if (splitter->delimiter == '\t') return dw_csv_tab_record(&splitter->scratch, text, length, true, each, context);
  return dw_csv_library_record(splitter->library, splitter->delimiter, text, length, each, context);
}

size_t dw_csv_first_record(const char *text, size_t length, char delimiter)
{
  bool inside = false;
  if (delimiter == '\t') return (size_t)(dw_csv_tab_record_end(text, text + length, &inside) - text);
  size_t i = 0;
  for (; i < length && (inside || text[i] != '\n'); i++)
    if (text[i] == '"') inside = !inside;
  return i;
}

static bool between_digits(const char *text, size_t length, size_t i)
{
  return i > 0 && i + 1 < length && (unsigned)(text[i - 1] - '0') <= 9 && (unsigned)(text[i + 1] - '0') <= 9;
}

/* A comma anywhere outside quotes, then a tab, then a semicolon, then a pipe; one column otherwise. Beside semicolons, commas that all
 * stand between digits are those of decimals. */
char dw_csv_delimiter(const char *text, size_t length)
{
  size_t commas = 0, decimals = 0, tabs = 0, semicolons = 0, pipes = 0;
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') inside = !inside;
    if (inside) continue;
    commas += text[i] == ',';
    decimals += text[i] == ',' && between_digits(text, length, i);
    tabs += text[i] == '\t';
    semicolons += text[i] == ';';
    pipes += text[i] == '|';
  }
  if (commas > (semicolons ? decimals : 0)) return ',';
  return tabs ? '\t' : semicolons ? ';' : pipes ? '|' : ',';
}

/* --- an input as it begins --- */

typedef struct header_begin {
  const char *name; /* of the input */
  const dw_scan_options *options;
  const dw_dialect *dialect;
  unsigned limit;
  const char *bytes, *end;
  const char *text; /* behind the BOM and the line of the separator */
  uint64_t line;    /* lines in front of text */
  char delimiter;
  size_t size;     /* of the first record, without its line end */
  size_t line_end; /* where that stands in text */
  csv_splitter splitter;
} header_begin;

static bool header_named(const header_begin *b) { return b->dialect && b->dialect->header.count > 0; }

static size_t line_length(const char *text, const char *end)
{
  const char *newline = memchr(text, '\n', (size_t)(end - text));
  size_t length = newline ? (size_t)(newline - text) : (size_t)(end - text);
  return length;
}

static size_t without_return(const char *text, size_t length) { return length && text[length - 1] == '\r' ? length - 1 : length; }

/* "sep=;", as spreadsheets write it and take it: no record. Quotes may stand around it. */
static char header_separator(header_begin *b)
{
  size_t whole = line_length(b->text, b->end), length = without_return(b->text, whole);
  const char *text = b->text;
  if (length == 7 && text[0] == '"' && text[6] == '"') text++, length -= 2;
  if (length != 5 || memcmp(text, "sep=", 4) != 0 || !dw_dialect_separates(text[4])) return '\0';
  b->text += whole;
  b->text += b->text < b->end;
  b->line = 1;
  return text[4];
}

static void count_field(void *context, const csv_field *field) { ++*(size_t *)context; }

/* Where the names are given, the first record says by its number of fields what separates them. */
static char named_delimiter(header_begin *b, char told)
{
  const char candidates[] = {told, ';', '\t', '|', ','};
  for (size_t i = b->dialect->header.count > 1; i < sizeof candidates; i++) { /* a comma may stand in a number */
    size_t fields = 0, length = dw_csv_first_record(b->text, (size_t)(b->end - b->text), candidates[i]);
    b->splitter.delimiter = candidates[i];
    csv_fault fault = dw_csv_split(&b->splitter, b->text, without_return(b->text, length), count_field, &fields);
    if (!fault.what && fields == b->dialect->header.count) return candidates[i];
  }
  return told;
}

static void find_delimiter(header_begin *b)
{
  char separator = header_separator(b), given = dw_dialect_delimiter(b->dialect);
  b->delimiter = given ? given : separator;
  if (!b->delimiter) {
    size_t line = line_length(b->text, b->end), record = dw_csv_first_record(b->text, (size_t)(b->end - b->text), ',');
    b->delimiter = dw_csv_delimiter(b->text, line);
    if (b->delimiter != '\t') b->delimiter = dw_csv_delimiter(b->text, record);
    if (header_named(b)) b->delimiter = named_delimiter(b, b->delimiter);
  }
  b->splitter.delimiter = b->delimiter;
  b->line_end = dw_csv_first_record(b->text, (size_t)(b->end - b->text), b->delimiter);
  b->size = without_return(b->text, b->line_end);
}

/* The line of the header that byte `at` of it is on, and the byte column there. */
static dw_status header_fault(const header_begin *b, csv_fault fault, dw_err *err)
{
  uint64_t line = 1 + b->line, column = (b->line ? 0 : (size_t)(b->text - b->bytes)) + 1;
  for (size_t i = 0; i < fault.at; i++, column++)
    if (b->text[i] == '\n') {
      line++;
      column = 0;
    }
  return dw_err_at(err, DW_EDATA, b->name, line, column, "%s", fault.what);
}

/* --- the names --- */

static void add_first(dw_csv_header *h, const char *text, size_t length)
{
  h->first = dw_grow(h->first, &h->first_capacity, h->count + 1, sizeof *h->first);
  h->first[h->count++] = dw_arena_strndup(&h->arena, text, length);
}

typedef struct header_build {
  dw_csv_header *header;
  size_t fields, limit;
} header_build;

static void header_field(void *context, const csv_field *field)
{
  header_build *build = context;
  build->header->quotes_tell |= !field->quoted;
  if (build->fields++ < build->limit) add_first(build->header, field->text, field->length);
}

/* A name that no column has: with _2 behind it, or a larger number; *last: of the last one of that name. */
static const char *free_name(dw_csv_header *h, const dw_map *taken, dw_buf *name, unsigned *last)
{
  size_t stem = name->length;
  while (dw_map_find(taken, name->data, name->length) != DW_MAP_NONE) {
    name->length = stem;
    dw_buf_format(name, "_%u", ++*last + 1);
  }
  return dw_arena_strndup(&h->arena, name->data, name->length);
}

/* What was renamed, for people. */
typedef struct header_renamed {
  size_t unnamed, equal;
  unsigned column; /* the first one, from 1 */
  const char *name;
} header_renamed;

/* Every column gets a name of its own. Those that stand in the file keep theirs, wherever they stand. */
static header_renamed name_columns(dw_csv_header *h)
{
  header_renamed renamed = {0};
  dw_map taken;
  dw_buf name = {0};
  unsigned *last = dw_alloc_zero(h->count, sizeof *last); /* by name: its number in the map */
  dw_map_init(&taken);
  h->names = dw_alloc_array(h->count, sizeof *h->names);
  h->lengths = dw_alloc_array(h->count, sizeof *h->lengths);
  for (size_t k = 0; k < h->count; k++) {
    size_t before = taken.count;
    h->names[k] = h->first[k];
    if (*h->first[k]) dw_map_intern(&taken, h->first[k], strlen(h->first[k]));
    if (taken.count == before) h->names[k] = NULL;
  }
  for (size_t k = 0; k < h->count; k++) {
    if (!h->names[k]) {
      bool unnamed = !*h->first[k];
      unsigned one = 0;
      name.length = 0;
      if (unnamed) dw_buf_format(&name, "column_%zu", k + 1);
      else dw_buf_text(&name, h->first[k]);
      h->names[k] = free_name(h, &taken, &name, unnamed ? &one : &last[dw_map_find(&taken, name.data, name.length)]);
      dw_map_intern(&taken, h->names[k], strlen(h->names[k]));
      *(unnamed ? &renamed.unnamed : &renamed.equal) += 1;
      if (!renamed.column) renamed.column = (unsigned)k + 1, renamed.name = h->names[k];
    }
    h->lengths[k] = (uint32_t)strlen(h->names[k]);
  }
  dw_free(last);
  dw_buf_free(&name);
  dw_map_free(&taken);
  return renamed;
}

/* --- what is told --- */

static void tell(dw_buf *notice)
{
  if (notice->length) dw_buf_text(notice, "; ");
}

static void tell_renamed(dw_buf *notice, const dw_csv_header *h, const header_renamed *renamed)
{
  size_t count = renamed->unnamed + renamed->equal;
  if (!count) return;
  dw_buf_format(notice, "%zu column%s ", count, count == 1 ? "" : "s");
  dw_buf_text(notice, !renamed->equal    ? "without a name"
                      : renamed->unnamed ? "without a name, or with that of another one,"
                                         : "with the name of another one");
  dw_buf_format(notice, " got one%s: column %u is \"%.100s\"", count == 1 ? "" : " each", renamed->column, renamed->name);
  if (h->count > 1 && !*h->first[0]) dw_buf_text(notice, " (an index that pandas wrote? to_csv(index=False) leaves it out)");
}

static void tell_commas(dw_buf *notice, const dw_csv_header *h)
{
  if (!h->commas) return;
  size_t k = 0;
  while (h->decimal[k] != CSV_DECIMAL_TOLD) k++;
  tell(notice);
  dw_buf_format(notice, "the numbers of \"%.100s\"", h->names[k]);
  if (h->commas > 1) dw_buf_format(notice, " and of %zu other column%s", h->commas - 1, h->commas == 2 ? "" : "s");
  dw_buf_text(notice, " are read with a decimal comma (--decimal . keeps them as texts)");
}

static void tell_suspect(dw_buf *notice, const dw_csv_header *h)
{
  if (!h->suspect) return;
  tell(notice);
  dw_buf_text(notice, "the first record names the columns, and looks like the values below it: if it is one of them, say --header NAME");
  for (size_t k = 1; k < h->count && k < 3; k++) dw_buf_text(notice, ",NAME");
  if (h->count > 3) dw_buf_text(notice, ",...");
}

/* --- the whole --- */

static void header_free(dw_header *header) { dw_csv_header_free((dw_csv_header *)header); }

/* A record of the names as they are now, for those who write the records. */
static void write_raw(dw_csv_header *h)
{
  dw_buf raw = {0};
  for (size_t k = 0; k < h->count; k++) {
    if (k) dw_buf_char(&raw, h->begin.delimiter);
    dw_csv_field(&raw, h->names[k], h->lengths[k], h->begin.delimiter);
  }
  dw_buf_char(&raw, '\n');
  h->begin.raw = dw_arena_strndup(&h->arena, raw.data, raw.length);
  h->begin.raw_length = raw.length;
  dw_buf_free(&raw);
}

static void write_identity(dw_csv_header *h)
{
  dw_buf text = {0};
  dw_buf_char(&text, h->begin.delimiter);
  dw_buf_char(&text, h->quotes_tell ? 'q' : '-');
  for (size_t k = 0; k < h->count; k++) {
    dw_buf_add(&text, h->names[k], h->lengths[k] + 1); /* with the NUL */
    dw_buf_char(&text, (char)h->decimal[k]);
  }
  h->identity = dw_arena_strndup(&h->arena, text.data, text.length);
  h->identity_length = text.length;
  dw_buf_free(&text);
}

static dw_status read_names(dw_csv_header *h, header_begin *b, dw_err *err)
{
  header_build build = {h, 0, b->limit};
  char hint[CSV_HINT];
  csv_fault fault = dw_csv_byte_fault(b->text, b->size);
  fault.what = dw_csv_charset_hint(b->options, b->text, b->size, fault.what, hint);
  if (fault.what) return header_fault(b, fault, err);
  if (dw_csv_blank(b->text, b->size, '\0'))
    return dw_err_at(err, DW_EDATA, b->name, 1 + b->line, 0, "the first line is empty; it should name the columns");
  fault = dw_csv_split(&b->splitter, b->text, b->size, header_field, &build);
  if (fault.what) return header_fault(b, fault, err);
  if (build.fields > b->limit)
    return dw_err_at(err, DW_EDATA, b->name, 1 + b->line, 0, "%zu columns; the most is %u", build.fields, b->limit);
  const char *from = b->line ? b->text : b->bytes;
  h->begin.bytes = (size_t)(b->text - b->bytes) + b->line_end;
  h->begin.bytes += h->begin.bytes < (size_t)(b->end - b->bytes);
  h->begin.raw_length = h->begin.bytes - (size_t)(from - b->bytes);
  h->begin.raw = dw_arena_strndup(&h->arena, from, h->begin.raw_length);
  return DW_OK;
}

static dw_status take_names(dw_csv_header *h, const header_begin *b, dw_err *err)
{
  const dw_text_list *names = &b->dialect->header;
  if (names->count > b->limit) return dw_err_at(err, DW_EDATA, b->name, 1, 0, "%zu columns; the most is %u", names->count, b->limit);
  for (size_t k = 0; k < names->count; k++) add_first(h, names->text[k], strlen(names->text[k]));
  h->begin.bytes = (size_t)(b->text - b->bytes);
  return DW_OK;
}

static void finish(dw_csv_header *h, const header_begin *b)
{
  int decimal = b->dialect ? b->dialect->decimal : DW_DECIMAL_TOLD;
  dw_buf notice = {0};
  for (size_t i = 0; i < h->begin.bytes; i++) h->begin.lines += b->bytes[i] == '\n';
  header_renamed renamed = name_columns(h);
  bool named = header_named(b);
  h->decimal = dw_alloc_zero(h->count, sizeof *h->decimal);
  if (decimal == DW_DECIMAL_COMMA) memset(h->decimal, CSV_DECIMAL_COMMA, h->count);
  dw_csv_first_look(h, b->bytes + h->begin.bytes, (size_t)(b->end - b->bytes) - h->begin.bytes, named, decimal == DW_DECIMAL_TOLD);
  tell_renamed(&notice, h, &renamed);
  tell_suspect(&notice, h);
  tell_commas(&notice, h);
  if (notice.length) h->begin.notice = dw_arena_strndup(&h->arena, notice.data, notice.length);
  if (named || renamed.column) write_raw(h);
  write_identity(h);
  dw_buf_free(&notice);
}

dw_status dw_csv_header_read(dw_csv_header **out, const char *bytes, size_t length, const dw_scan_options *options, const char *name,
                             dw_err *err)
{
  *out = NULL;
  if (length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
    return dw_err_at(err, DW_EDATA, name, 1, 0, "this is UTF-16; convert it to UTF-8");
  dw_status status = dw_csv_library_ready(err);
  if (status != DW_OK) return status;
  header_begin b = {
      .name = name, .options = options, .dialect = options->dialect, .limit = options->field_limit, .bytes = bytes, .end = bytes + length};
  b.text = bytes + dw_utf8_mark(bytes, length);
  b.splitter.library = dw_csv_library_new();
  find_delimiter(&b);
  dw_csv_header *h = dw_alloc_zero(1, sizeof *h);
  dw_arena_init(&h->arena);
  h->begin = (dw_header){.delimiter = b.delimiter, .free = header_free};
  status = header_named(&b) ? take_names(h, &b, err) : read_names(h, &b, err);
  if (status == DW_OK) finish(h, &b);
  dw_csv_library_free(b.splitter.library);
  dw_buf_free(&b.splitter.scratch);
  if (status == DW_OK) *out = h;
  else dw_csv_header_free(h);
  return status;
}

void dw_csv_header_free(dw_csv_header *header)
{
  if (!header) return;
  dw_arena_free(&header->arena);
  dw_free(header->names);
  dw_free(header->lengths);
  dw_free(header->first);
  dw_free(header->decimal);
  dw_free(header);
}

dw_header *dw_csv_header_begin(dw_csv_header *header) { return &header->begin; }

size_t dw_csv_header_count(const dw_csv_header *header) { return header->count; }

const char *dw_csv_header_name(const dw_csv_header *header, size_t k, size_t *length)
{
  *length = header->lengths[k];
  return header->names[k];
}
