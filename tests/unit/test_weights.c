#include "report_case.h"

#include "report/model/weights.h"

/* The share that drifted counts by importance; columns are in its order, those that drifted first; what the model has not has none. */
TEST(by_importance)
{
  dw_report *report = case_file("feature");
  dw_report_section *section = &report->sections[0];
  static const char *const names[] = {"customer_age", "geo_distance_km", "transaction_amount", "not_compared"};
  static const double share[] = {0.5, 0.1, 0.3, 0.1};
  dw_map columns;
  size_t count = section->column_count, at = 0;
  dw_map_init(&columns);
  for (size_t i = 0; i < 4; i++) dw_map_intern(&columns, names[i], strlen(names[i]));
  CHECK(!section->weighed && isnan(section->columns[0].importance));
  dw_report_weigh(report, &columns, share);
  CHECK(section->weighed && section->column_count == count);
  double drifted = 0;
  for (size_t i = 0; i < count; i++) {
    const dw_report_column *column = &section->columns[i];
    uint32_t found = dw_map_find(&columns, column->name, strlen(column->name));
    CHECK(found == DW_MAP_NONE ? isnan(column->importance) : column->importance == share[found]);
    if (column->drift && found != DW_MAP_NONE) drifted += share[found];
    if (i && column->drift == section->columns[i - 1].drift && !isnan(column->importance))
      CHECK(section->columns[i - 1].importance >= column->importance);
    if (!column->drift) at = at ? at : i;
    CHECK(!at || !column->drift);
  }
  CHECK_MSG(fabs(section->weighed_drift - drifted) < 1e-12 && drifted > 0, "%g %g", section->weighed_drift, drifted);
  CHECK(fabs(section->weighed_compared - 0.9) < 1e-12);
  dw_map_free(&columns);
  dw_findings_free(report);
}
