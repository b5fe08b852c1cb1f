#include "io/record/foreign.h"

#include <strings.h>
#include <unistd.h>

/* What an advice is made of: $F is the file as a word of the shell, $P the same inside a Python text, $C the file that a converter
 * writes, and $c that inside a Python text; $M a member of an archive. */
#define PANDAS(call) "python3 -c 'import pandas as pd; " call ".to_csv(\"$c\", index=False)'"
#define ALONE "save what it holds as CSV"

typedef enum magic_how {
  MAGIC_PLAIN,
  MAGIC_BINARY, /* its letters may begin a text as well: a byte that no text has must follow soon */
  MAGIC_MARKUP, /* in any case, behind white space */
  MAGIC_ZIP     /* by its first member, another row */
} magic_how;

typedef struct foreign {
  size_t offset, length;
  const char *magic, *name, *advice;
  magic_how how;
} foreign;

#define MAGIC(offset, text) offset, sizeof(text) - 1, text
#define PICKLE(version)                                                                                                                    \
  {                                                                                                                                        \
    MAGIC(0, "\x80" version), "a Python pickle", PANDAS("pd.read_pickle(\"$P\")"), MAGIC_PLAIN                                             \
  }
/* version: its number and the order of bytes */
#define STATA(version)                                                                                                                     \
  {                                                                                                                                        \
    MAGIC(0, version "\x01\x00"), "a Stata file", PANDAS("pd.read_stata(\"$P\")"), MAGIC_BINARY                                            \
  }
#define PAGE(begin)                                                                                                                        \
  {                                                                                                                                        \
    MAGIC(0, begin), "a web page", "look at it (head $F): it may ask for a login; download the data again", MAGIC_MARKUP                   \
  }

static const foreign rows[] = {
    {MAGIC(0, "PK\x03\x04"), "a zip archive", "unzip -p $F $M >$C", MAGIC_ZIP},
    {MAGIC(0, "PK\x05\x06"), "an empty zip archive", "pack it again", MAGIC_PLAIN},
    {MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Excel workbook (xls)", PANDAS("pd.read_excel(\"$P\")"), MAGIC_PLAIN},
    {MAGIC(0, "BZh"), "compressed with bzip2", "bzcat $F >$C", MAGIC_BINARY},
    {MAGIC(0, "\xfd"
              "7zXZ\x00"),
     "compressed with xz", "xzcat $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "\x04\x22\x4d\x18"), "compressed with lz4", "lz4 -dc $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "LZIP\x01"), "compressed with lzip", "lzip -dc $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "\x89LZO\x00"), "compressed with lzop", "lzop -dc $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "\x1f\x9d"), "compressed with compress", "gzip -dc $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "\xff\x06\x00\x00sNaPpY"), "compressed with snappy", "snzip -dc $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "7z\xbc\xaf\x27\x1c"), "a 7z archive", "7z x -so $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "Rar!\x1a\x07"), "a rar archive", "unrar p -inul $F >$C", MAGIC_PLAIN},
    {MAGIC(257, "ustar"), "a tar archive", "tar -xOf $F >$C, where it holds one file", MAGIC_PLAIN},
    PICKLE("\x02"),
    PICKLE("\x03"),
    PICKLE("\x04"),
    PICKLE("\x05"),
    {MAGIC(0, "\x93NUMPY"), "a NumPy array (npy)",
     "python3 -c 'import numpy as np, pandas as pd; pd.DataFrame(np.load(\"$P\")).to_csv(\"$c\", index=False)'", MAGIC_PLAIN},
    {MAGIC(0, "\x89HDF\r\n\x1a\n"), "an HDF5 file", PANDAS("pd.read_hdf(\"$P\")"), MAGIC_PLAIN},
    {MAGIC(0, "SQLite format 3\x00"), "an SQLite database", "sqlite3 -csv -header $F 'SELECT * FROM TABLE' >$C", MAGIC_PLAIN},
    {MAGIC(8, "DUCK"), "a DuckDB database", "duckdb -csv $F 'SELECT * FROM TABLE' >$C", MAGIC_BINARY},
    {MAGIC(0, "ORC"), "an ORC file", PANDAS("pd.read_orc(\"$P\")"), MAGIC_BINARY},
    {MAGIC(0, "FEA1"), "a Feather file of version 1", PANDAS("pd.read_feather(\"$P\")"), MAGIC_BINARY},
    {MAGIC(0, "Obj\x01"), "an Avro file", "java -jar avro-tools.jar tojson $F", MAGIC_PLAIN},
    {MAGIC(0, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60"), "a SAS file (sas7bdat)",
     PANDAS("pd.read_sas(\"$P\", format=\"sas7bdat\")"), MAGIC_PLAIN},
    {MAGIC(0, "HEADER RECORD*******"), "a SAS transport file (xport)", PANDAS("pd.read_sas(\"$P\", format=\"xport\")"), MAGIC_PLAIN},
    {MAGIC(0, "<stata_dta>"), "a Stata file", PANDAS("pd.read_stata(\"$P\")"), MAGIC_PLAIN},
    STATA("\x71\x01"),
    STATA("\x71\x02"),
    STATA("\x72\x01"),
    STATA("\x72\x02"),
    STATA("\x73\x01"),
    STATA("\x73\x02"),
    {MAGIC(0, "$FL2@(#)"), "an SPSS file (sav)", PANDAS("pd.read_spss(\"$P\")"), MAGIC_PLAIN},
    {MAGIC(0, "$FL3@(#)"), "an SPSS file (zsav)", PANDAS("pd.read_spss(\"$P\")"), MAGIC_PLAIN},
    {MAGIC(0, "MATLAB 5.0 MAT-file"), "a MATLAB file", "writetable of MATLAB makes CSV", MAGIC_PLAIN},
    {MAGIC(0, "RDX2\n"), "an R data file", "write.csv of R makes CSV", MAGIC_PLAIN},
    {MAGIC(0, "RDX3\n"), "an R data file", "write.csv of R makes CSV", MAGIC_PLAIN},
    {MAGIC(0, "X\n\x00\x00\x00"), "an R object (rds)", "Rscript -e 'write.csv(readRDS(\"$P\"), \"$c\", row.names = FALSE)'", MAGIC_PLAIN},
    {MAGIC(0, "\xff\xfe\x00\x00"), "UTF-32", "iconv -f utf-32 -t utf-8 $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "\x00\x00\xfe\xff"), "UTF-32", "iconv -f utf-32 -t utf-8 $F >$C", MAGIC_PLAIN},
    {MAGIC(0, "%PDF-"), "a PDF", ALONE, MAGIC_PLAIN},
    {MAGIC(0, "version https://git-lfs.github.com/spec/"), "a pointer of Git LFS, and not the file that it stands for", "git lfs pull",
     MAGIC_PLAIN},
    PAGE("<!doctype html"),
    PAGE("<html"),
    PAGE("<head"),
    {MAGIC(0, "<?xml"), "XML", PANDAS("pd.read_xml(\"$P\")"), MAGIC_MARKUP},
};

/* What a zip archive is by the name of its first member. */
static const struct member {
  const char *begin, *end; /* of the name */
  const char *name, *advice;
} members[] = {
    {"[Content_Types].xml", "", "an Excel workbook (xlsx)", PANDAS("pd.read_excel(\"$P\")")},
    {"_rels/", "", "an Excel workbook (xlsx)", PANDAS("pd.read_excel(\"$P\")")},
    {"docProps/", "", "an Excel workbook (xlsx)", PANDAS("pd.read_excel(\"$P\")")},
    {"xl/", "", "an Excel workbook (xlsx)", PANDAS("pd.read_excel(\"$P\")")},
    {"mimetype", "", "an OpenDocument spreadsheet (ods)", PANDAS("pd.read_excel(\"$P\")")},
    {"", ".npy", "a NumPy archive (npz)",
     "python3 -c 'import numpy as np, pandas as pd; pd.DataFrame(dict(np.load(\"$P\"))).to_csv(\"$c\", index=False)'"},
};

enum { SOON = 64, ZIP_NAME_LENGTH = 26, ZIP_NAME = 30 };

/* --- what it is --- */

static bool has_binary(const char *bytes, size_t length)
{
  for (size_t i = 0; i < length && i < SOON; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if ((c < ' ' && !strchr("\t\n\r", c)) || c == 0 || (c >= 0x80 && !dw_utf8_length(bytes + i, length - i))) return true;
    if (c >= 0x80) i += dw_utf8_length(bytes + i, length - i) - 1;
  }
  return false;
}

static size_t markup_begin(const char *bytes, size_t length)
{
  size_t i = dw_utf8_mark(bytes, length);
  while (i < length && bytes[i] && strchr(" \t\r\n", bytes[i])) i++;
  return i;
}

static dw_sniff row_told(const foreign *row, const char *bytes, size_t length, bool all)
{
  size_t at = row->how == MAGIC_MARKUP ? markup_begin(bytes, length) : row->offset;
  if (at >= length) return DW_SNIFF_NO; /* so far there is nothing of it, and nobody waits for what is far behind */
  size_t there = length - at < row->length ? length - at : row->length;
  bool same = row->how == MAGIC_MARKUP ? strncasecmp(bytes + at, row->magic, there) == 0 : memcmp(bytes + at, row->magic, there) == 0;
  if (!same) return DW_SNIFF_NO;
  if (there < row->length) return all || row->offset ? DW_SNIFF_NO : DW_SNIFF_MORE;
  if (row->how != MAGIC_BINARY || has_binary(bytes, length)) return DW_SNIFF_WRONG;
  return all || length >= SOON || memchr(bytes, '\n', length) ? DW_SNIFF_NO : DW_SNIFF_MORE;
}

/* --- what to do --- */

static bool ends(const char *text, size_t length, const char *end)
{
  size_t size = strlen(end);
  return length >= size && strncasecmp(text + length - size, end, size) == 0;
}

/* The name without what says how it is packed and written, with .csv behind it. Never a file that is there: a workbook may be called
 * data.csv itself, and a shell would empty it. */
static void put_converted(dw_buf *out, const char *file)
{
  static const char *const packed[] = {".gz", ".zst", ".bz2", ".xz", ".lz4", ".lzo", ".lz", ".Z", ".sz", ".zip", ".7z", ".rar", ".tar"};
  const char *slash = strrchr(file, '/');
  size_t front = slash ? (size_t)(slash - file) + 1 : 0, length = strlen(file), from = out->length;
  for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
    if (ends(file + front, length - front, packed[i]) && length - front > strlen(packed[i])) length -= strlen(packed[i]);
  const char *dot = memrchr(file + front, '.', length - front);
  if (dot && dot > file + front) length = (size_t)(dot - file);
  dw_buf_add(out, file, length);
  dw_buf_text(out, ".csv");
  if (access(dw_buf_cstr(out) + from, F_OK) != 0) return;
  out->length = from + length;
  dw_buf_text(out, ".converted.csv");
}

/* A name that means something else to a shell or in a text of Python is left to whoever has the file. */
static bool is_plain(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < ' ' || strchr("\"'\\$`", text[i])) return false;
  return length > 0 && text[0] != '-';
}

static void put_advice(dw_buf *out, const char *advice, const char *file, const char *member, size_t member_length)
{
  dw_buf word = {0}, converted = {0};
  bool named = strcmp(file, "standard input") != 0 && is_plain(file, strlen(file));
  const char *plain = named ? file : "FILE";
  put_converted(&converted, named ? file : "data");
  for (const char *p = advice; *p; p++) {
    word.length = 0;
    if (*p != '$') dw_buf_char(out, *p);
    else switch (*++p) {
      case 'F': dw_buf_shell(&word, plain); break;
      case 'P': dw_buf_text(&word, plain); break;
      case 'C': dw_buf_shell(&word, dw_buf_cstr(&converted)); break;
      case 'c': dw_buf_add(&word, converted.data, converted.length); break;
      default:
        if (member_length) dw_buf_shell(&word, member);
        else dw_buf_text(&word, "MEMBER");
      }
    dw_buf_add(out, word.data, word.length);
  }
  dw_buf_free(&word);
  dw_buf_free(&converted);
}

static void put(dw_buf *why, const char *name, const char *advice, const char *file, const char *member, size_t length)
{
  dw_buf_format(why, "this is %s, which is not read: ", name);
  put_advice(why, advice, file, member, length);
}

static dw_sniff zip_told(const foreign *row, const char *bytes, size_t length, bool all, const char *file, dw_buf *why)
{
  char name[256];
  size_t size = 0;
  if (length >= ZIP_NAME) size = (unsigned char)bytes[ZIP_NAME_LENGTH] | (size_t)(unsigned char)bytes[ZIP_NAME_LENGTH + 1] << 8;
  if (!all && (length < ZIP_NAME || length < ZIP_NAME + size)) return DW_SNIFF_MORE;
  if (size >= sizeof name || length < ZIP_NAME + size) size = 0;
  if (size) memcpy(name, bytes + ZIP_NAME, size);
  name[size] = '\0';
  for (size_t i = 0; size && i < sizeof members / sizeof *members; i++)
    if (strncmp(name, members[i].begin, strlen(members[i].begin)) == 0 && ends(name, size, members[i].end))
      return put(why, members[i].name, members[i].advice, file, "", 0), DW_SNIFF_WRONG;
  bool plain = is_plain(name, size) && strlen(name) == size && dw_utf8_valid(name, size) && !strpbrk(name, "*?[");
  put(why, row->name, row->advice, file, name, plain ? size : 0);
  return DW_SNIFF_WRONG;
}

dw_sniff dw_foreign_told(const char *bytes, size_t length, bool all, const char *file, dw_buf *why)
{
  dw_sniff answer = DW_SNIFF_NO;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    dw_sniff row = row_told(&rows[i], bytes, length, all);
    if (row == DW_SNIFF_MORE) answer = DW_SNIFF_MORE;
    if (row != DW_SNIFF_WRONG) continue;
    if (rows[i].how == MAGIC_ZIP) return zip_told(&rows[i], bytes, length, all, file, why);
    put(why, rows[i].name, rows[i].advice, file, "", 0);
    return DW_SNIFF_WRONG;
  }
  return answer;
}
