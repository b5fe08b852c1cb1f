#include "detect/joint/joint_table.h"

#include "fixture.h"

static const dw_dataset_options whole = {.frame = {.policy = DW_FRAME_ALL}};

TEST(columns_side_by_side)
{
  dw_dataset r, c;
  fixture_dataset(&r, "{\"n\":1,\"w\":\"a\",\"m\":3,\"gone\":1}\n{\"n\":2,\"w\":\"b\",\"m\":\"x\"}\n{\"n\":null,\"w\":true,\"m\":-0}\n",
                  &whole);
  fixture_dataset(&c, "{\"w\":\"b\",\"n\":7,\"m\":\"x\",\"new\":1,\"none\":null}\n{\"w\":\"c\",\"n\":\"?\",\"m\":0}\n", &whole);
  static const dw_joint_column columns[] = {{"n", DW_TYPE_NUMERIC},    {"w", DW_TYPE_CATEGORICAL},   {"m", DW_TYPE_CATEGORICAL},
                                            {"gone", DW_TYPE_NUMERIC}, {"new", DW_TYPE_CATEGORICAL}, {"none", DW_TYPE_NUMERIC},
                                            {"t", DW_TYPE_TEXT}};
  dw_joint_table table;
  dw_joint_table_make(&table, columns, 7, r.frame, c.frame);
  CHECK(table.count == 3 && table.rows[0] == 3 && table.rows[1] == 2 && table.seen[0] == 3);
  const dw_joint_feature *n = &table.feature[0], *w = &table.feature[1], *m = &table.feature[2];
  CHECK(!n->categorical && n->number[0][1] == 2 && isnan(n->number[0][2]) && n->number[1][0] == 7 && isnan(n->number[1][1]));
  CHECK(w->categorical && w->categories == 4);
  CHECK(w->code[0][0] == 1 && w->code[0][1] == 2 && w->code[0][2] == 3 && w->code[1][0] == 2 && w->code[1][1] == 4);
  CHECK(m->categories == 3 && m->code[0][1] == m->code[1][0] && m->code[0][2] == m->code[1][1] && m->code[0][0] != m->code[0][2]);
  dw_joint_table_free(&table);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}

TEST(nothing_at_all)
{
  dw_dataset r, c;
  fixture_dataset(&r, "", &whole);
  fixture_dataset(&c, "{\"n\":1}\n", &whole);
  dw_joint_table table;
  dw_joint_table_make(&table, &(dw_joint_column){"n", DW_TYPE_NUMERIC}, 1, r.frame, c.frame);
  CHECK(table.count == 0 && table.rows[0] == 0 && table.rows[1] == 1);
  dw_joint_table_free(&table);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}
