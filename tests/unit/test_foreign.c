/* Files that no format reads: which they are, from how many bytes, and the command that is told. */
#include "test.h"

#include "io/record/foreign.h"

#define FILE_NAME "no-such-folder/sales.bin"

static void check_of(const char *bytes, size_t length, bool all, const char *file, const char *want)
{
  dw_buf why = {0};
  dw_sniff told = dw_foreign_told(bytes, length, all, file, &why);
  CHECK_TEXT(dw_buf_cstr(&why), want);
  CHECK((told == DW_SNIFF_WRONG) == (*want != '\0'));
  dw_buf_free(&why);
}

#define IS(bytes, want) check_of(bytes, sizeof(bytes) - 1, true, FILE_NAME, "this is " want)
#define IS_NOT(bytes) check_of(bytes, sizeof(bytes) - 1, true, FILE_NAME, "")

TEST(foreign_files_are_told_with_a_command)
{
  IS("BZh91AY&SY\x01", "compressed with bzip2, which is not read: bzcat no-such-folder/sales.bin >no-such-folder/sales.csv");
  IS("Obj\x01\x04", "an Avro file, which is not read: java -jar avro-tools.jar tojson no-such-folder/sales.bin");
  IS("\x80\x04\x95", "a Python pickle, which is not read: python3 -c 'import pandas as pd; pd.read_pickle(\"no-such-folder/sales.bin\")"
                     ".to_csv(\"no-such-folder/sales.csv\", index=False)'");
  IS(" \n<!DOCTYPE HTML><title>Login", "a web page, which is not read: look at it (head no-such-folder/sales.bin): it may ask for a login; "
                                       "download the data again");
}

/* What only looks like one is a text. */
TEST(foreign_letters_may_begin_a_text)
{
  IS_NOT("");
  IS_NOT("ORC,price\n1,2\n");
  IS_NOT("ORC");
  IS_NOT("FEA1;x\n");
  IS_NOT("BZh9,caf\xc3\xa9\n");
  IS_NOT("PK,a\n");
  IS_NOT("xml,a\n");
  IS_NOT("\x80\x06");
  IS_NOT("a,b\n\x80\x04");
  IS("ORC\n\x10\x00", "an ORC file, which is not read: python3 -c 'import pandas as pd; pd.read_orc(\"no-such-folder/sales.bin\")"
                      ".to_csv(\"no-such-folder/sales.csv\", index=False)'");
}

TEST(foreign_files_come_in_pieces)
{
  static const char zip[] = "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.csvdata";
  dw_buf why = {0};
  for (size_t length = 1; length < 35; length++) CHECK(dw_foreign_told(zip, length, false, "z.zip", &why) == DW_SNIFF_MORE);
  CHECK(why.length == 0 && dw_foreign_told(zip, 0, false, "z.zip", &why) == DW_SNIFF_NO);
  check_of(zip, 35, false, "z.zip", "this is a zip archive, which is not read: unzip -p z.zip a.csv >z.csv");
  check_of(zip, 20, true, "z.zip", "this is a zip archive, which is not read: unzip -p z.zip MEMBER >z.csv");
  /* a text is known as one at its first letter, so that nobody waits for more */
  CHECK(dw_foreign_told("a", 1, false, "-", &why) == DW_SNIFF_NO && dw_foreign_told("{", 1, false, "-", &why) == DW_SNIFF_NO);
  CHECK(dw_foreign_told("OR", 2, false, "-", &why) == DW_SNIFF_MORE && dw_foreign_told("ORC,a\n", 6, false, "-", &why) == DW_SNIFF_NO);
  dw_buf_free(&why);
}

TEST(foreign_archives_are_what_their_first_member_says)
{
#define ZIP(size, name) "PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" size "\0\0\0" name
  check_of(ZIP("\x13", "[Content_Types].xml"), 49, true, "a b.xlsx",
           "this is an Excel workbook (xlsx), which is not read: python3 -c 'import pandas as pd; pd.read_excel(\"a b.xlsx\")"
           ".to_csv(\"a b.csv\", index=False)'");
  check_of(ZIP("\x05", "x.npy"), 35, true, "x.npz",
           "this is a NumPy archive (npz), which is not read: python3 -c 'import numpy as np, pandas as pd; "
           "pd.DataFrame(dict(np.load(\"x.npz\"))).to_csv(\"x.csv\", index=False)'");
  /* a name that a shell would take for more than a name is not repeated */
  check_of(ZIP("\x05", "$(a)b"), 35, true, "z.zip", "this is a zip archive, which is not read: unzip -p z.zip MEMBER >z.csv");
  check_of(ZIP("\x05", "a b.c"), 35, true, "z.zip", "this is a zip archive, which is not read: unzip -p z.zip 'a b.c' >z.csv");
}

TEST(foreign_commands_name_no_file_that_is_there)
{
  check_of("\x1f\x9d", 2, true, "standard input", "this is compressed with compress, which is not read: gzip -dc FILE >data.csv");
  check_of("\x1f\x9d", 2, true, "$(ls).Z", "this is compressed with compress, which is not read: gzip -dc FILE >data.csv");
  check_of("\x1f\x9d", 2, true, "a.csv.Z", "this is compressed with compress, which is not read: gzip -dc a.csv.Z >a.csv");
  FILE *file = fopen("there.csv", "w");
  CHECK(file && fclose(file) == 0);
  check_of("\x1f\x9d", 2, true, "there.csv",
           "this is compressed with compress, which is not read: gzip -dc there.csv >there.converted.csv");
  remove("there.csv");
}
