/* Columns that are read under another name. */
#include "test.h"

#include "io/record/renames.h"

static void check_refused(const char *one, const char *two, const char *want)
{
  const char *items[] = {one, two};
  dw_renames *renames;
  dw_err err;
  CHECK(dw_renames_make(&renames, &(dw_text_list){items, two ? 2 : 1, 2}, &err) == DW_EUSAGE && !renames);
  CHECK_TEXT(err.message, want);
}

#define FORM " is not OLD=NEW, the column's name in the data and the one to call it by"

TEST(renames_that_are_none)
{
  dw_renames *renames;
  dw_err err;
  CHECK(dw_renames_make(&renames, &(dw_text_list){0}, &err) == DW_OK && !renames);
  CHECK(!dw_renames_of(NULL, "a", 1) && !dw_renames_makes(NULL, "a", 1));
  CHECK(dw_renames_check(NULL, NULL, false, &err) == DW_OK);
  dw_renames_free(NULL);
  check_refused("a", NULL, "--rename: \"a\"" FORM);
  check_refused("=a", NULL, "--rename: \"=a\"" FORM);
  check_refused("a=", NULL, "--rename: \"a=\"" FORM);
  check_refused("a=b", "a=c", "--rename: \"a\" is given two names");
}

TEST(renames_change_names_and_know_which_were_met)
{
  const char *items[] = {"Amount=amount", "b=c", "c=b", "x==y"};
  dw_renames *renames;
  dw_err err;
  CHECK(dw_renames_make(&renames, &(dw_text_list){items, 4, 4}, &err) == DW_OK);
  CHECK_TEXT(dw_renames_of(renames, "Amount?", 6), "amount");
  CHECK_TEXT(dw_renames_of(renames, "b", 1), "c");
  CHECK_TEXT(dw_renames_of(renames, "c", 1), "b");
  CHECK(!dw_renames_of(renames, "amount", 6) && !dw_renames_of(renames, "Amount", 5));
  CHECK(dw_renames_makes(renames, "amount", 6) && dw_renames_makes(renames, "=y", 2) && !dw_renames_makes(renames, "Amount", 6));
  dw_roster names;
  dw_roster_init(&names);
  CHECK(dw_renames_check(renames, &names, false, &err) == DW_OK); /* no records, no columns */
  dw_roster_add(&names, "X", 1);
  CHECK(dw_renames_check(renames, &names, false, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "--rename: there is no column \"x\"; did you mean \"X\"?");
  dw_roster_add(&names, "=y", 2);
  CHECK(dw_renames_check(renames, &names, true, &err) == DW_OK); /* it was changed before */
  CHECK(dw_renames_of(renames, "x", 1) && dw_renames_check(renames, &names, false, &err) == DW_OK);
  dw_roster_free(&names);
  dw_renames_free(renames);
}
