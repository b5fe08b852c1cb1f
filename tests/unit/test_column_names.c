#include "test.h"

#include "data/datasets/column_names.h"

static void hear(void *context, const char *text)
{
  dw_buf_text(context, text);
  dw_buf_char(context, '\n');
}

static void add(dw_roster *names, const char *name) { dw_roster_add(names, name, strlen(name)); }

TEST(column_names_warn_with_what_was_meant)
{
  dw_roster names;
  dw_buf said = {0};
  dw_notices notices = {.warn = hear, .context = &said};
  dw_roster_init(&names);
  dw_column_names_warn("--id", "customer-id", &names, &notices); /* nothing was read */
  add(&names, "customer_id"), add(&names, "amount");
  dw_column_names_warn("--id", NULL, &names, &notices);
  dw_column_names_warn("--id", "amount", &names, &notices);
  CHECK(said.length == 0);
  dw_column_names_warn("--id", "customer-id", &names, &notices);
  dw_column_names_warn("--id", "zzz", &names, &notices);
  dw_column_names_warn_all("--exclude", (dw_patterns){(const char *const[]){"am*", "xx*"}, 2}, &names, &notices);
  CHECK_TEXT(dw_buf_cstr(&said), "--id: there is no column \"customer-id\"; did you mean \"customer_id\"?\n"
                                 "--id: there is no column \"zzz\"; there are amount, customer_id\n"
                                 "--exclude: there is no column \"xx*\"; there are amount, customer_id\n");
  dw_buf_free(&said);
  dw_roster_free(&names);
}

TEST(column_names_that_are_needed_must_be_there)
{
  dw_roster names;
  dw_err err = {0};
  dw_buf said = {0};
  dw_notices notices = {.warn = hear, .context = &said};
  dw_roster_init(&names);
  add(&names, "y"), add(&names, "score"), add(&names, "amount");
  CHECK(dw_column_names_check("--label", "y", "input", &names, &err) == DW_OK && err.message[0] == '\0');
  CHECK(dw_column_names_check("--label", NULL, "input", &names, &err) == DW_OK);
  CHECK(dw_column_names_check("--label", "amounts", "reference", &names, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "--label: the reference has no column \"amounts\"; did you mean \"amount\"?");
  CHECK(dw_column_names_missing("--by", "y", "reference", &names, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "--by: the reference has no column \"y\"; the other side has it");

  dw_selection s = {.label = "y", .score = "score", .time = "ts", .id = {(const char *const[]){"id*"}, 1}, .names = &names};
  CHECK(dw_column_names_check_selection(&s, "input", &notices, &err) == DW_OK);
  CHECK(strstr(dw_buf_cstr(&said), "--time: there is no column \"ts\"") && strstr(dw_buf_cstr(&said), "--id: there is no column \"id*\""));
  said.length = 0;
  s.need_time = true;
  CHECK(dw_column_names_check_selection(&s, "input", &notices, &err) == DW_EDATA);
  CHECK(strncmp(err.message, "--time: the input has no column \"ts\"", 35) == 0 && said.length == 0);
  s.only = (dw_patterns){(const char *const[]){"amount", "prise"}, 2};
  CHECK(dw_column_names_check_selection(&s, "baseline", &notices, &err) == DW_EDATA);
  CHECK(strncmp(err.message, "--columns: the baseline has no column \"prise\"", 45) == 0);
  dw_buf_free(&said);
  dw_roster_free(&names);
}
