#include "data/datasets/selection.h"
#include "test.h"

static bool wants(dw_selection s, const char *name) { return dw_selection_wants(&s, name, strlen(name)); }

TEST(roles_and_patterns)
{
  static const char *const id[] = {"id", "*_id"}, *const exclude[] = {"debug.*"}, *const only[] = {"a*", "b?"};
  dw_selection s = {.exclude = {exclude, 1}, .id = {id, 2}, .time = "ts", .label = "y", .score = "x_id"};
  CHECK(wants(s, "amount") && wants(s, "debug") && wants(s, "y"));
  CHECK(!wants(s, "id") && !wants(s, "order_id") && !wants(s, "debug.level") && !wants(s, "ts"));
  CHECK(wants(s, "x_id")); /* a role wins */
  s.need_time = true;
  CHECK(wants(s, "ts"));
  s.only = (dw_patterns){only, 2};
  CHECK(wants(s, "amount") && wants(s, "b1") && wants(s, "y") && wants(s, "ts"));
  CHECK(!wants(s, "b") && !wants(s, "b12") && !wants(s, "a_id") && !wants(s, "c"));
  CHECK(!dw_patterns_match((dw_patterns){0}, "a"));
}

TEST(names_are_not_terminated)
{
  static const char *const only[] = {"ab"};
  dw_selection s = {.only = {only, 1}};
  CHECK(dw_selection_wants(&s, "abc", 2) && !dw_selection_wants(&s, "abc", 3));
}
