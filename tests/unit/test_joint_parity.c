/* NannyML's domain classifier (LightGBM) on real data: ../shared/golden/nannyml, skipped where that folder is absent (DW_SHARED names
 * another place). Two learners of the same kind: the AUC agrees within 0.02, the verdict by NannyML's own limits exactly. */
#include <unistd.h>

#include "base/mem.h"
#include "data/datasets/dataset.h"
#include "detect/joint/joint_classifier.h"
#include "test.h"

enum { CHUNK = 5000 };

static const char *shared(const char *file)
{
  static char path[4200];
  const char *root = getenv("DW_SHARED");
  snprintf(path, sizeof path, "%s/%s", root ? root : "../shared", file);
  return path;
}

static void read_side(dw_dataset *side, const char *file)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  const char *path = shared(file);
  dw_dataset_init(side, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
  dw_status status = dw_reader_open(&reader, &path, 1, &(dw_reader_options){.threads = 2}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) dw_dataset_add(side, reader, batch, NULL);
  CHECK_MSG(status == DW_OK, "%s: %s", file, err.message);
  dw_reader_close(reader);
  dw_dataset_finish(side, 2);
}

/* The table with the current rows of one chunk only. */
static dw_classifier classify(const dw_joint_table *whole, size_t chunk)
{
  dw_joint_table table = *whole;
  dw_joint_feature feature[16];
  dw_classifier out;
  dw_err err = {0};
  size_t first = chunk * CHUNK;
  table.feature = feature;
  table.rows[DW_CURRENT] = CHUNK;
  table.row[DW_CURRENT] += first;
  for (size_t i = 0; i < table.count; i++) {
    feature[i] = whole->feature[i];
    if (feature[i].number[DW_CURRENT]) feature[i].number[DW_CURRENT] += first;
    if (feature[i].code[DW_CURRENT]) feature[i].code[DW_CURRENT] += first;
  }
  CHECK_MSG(dw_classifier_run(&out, &table, 2, &err) == DW_OK, "%s", err.message);
  return out;
}

TEST(car_loan)
{
  static const dw_joint_column columns[] = {{"car_value", DW_TYPE_NUMERIC},
                                            {"salary_range", DW_TYPE_CATEGORICAL},
                                            {"debt_to_income_ratio", DW_TYPE_NUMERIC},
                                            {"loan_length", DW_TYPE_NUMERIC},
                                            {"repaid_loan_on_prev_car", DW_TYPE_CATEGORICAL},
                                            {"size_of_downpayment", DW_TYPE_CATEGORICAL},
                                            {"driver_tenure", DW_TYPE_NUMERIC}};
  static const char *const asked[] = {"[0:4999],", "[25000:29999],"};
  if (access(shared("golden/nannyml/nannyml_domain_classifier_car_loan.csv"), R_OK) != 0) {
    test_skip("no ../shared/golden here");
    return;
  }
  FILE *golden = fopen(shared("golden/nannyml/nannyml_domain_classifier_car_loan.csv"), "r");
  dw_dataset reference, current;
  dw_joint_table table;
  char line[512];
  size_t seen = 0;
  read_side(&reference, "data/car_loan_reference.csv.zst");
  read_side(&current, "data/car_loan_analysis.csv.zst");
  dw_joint_table_make(&table, columns, 7, reference.frame, current.frame);
  CHECK(table.count == 7 && table.rows[0] == 50000 && table.rows[1] == 50000);
  while (golden && fgets(line, sizeof line, golden))
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
      if (strncmp(line, asked[i], strlen(asked[i])) != 0 || !strstr(line, ",analysis,")) continue;
      double theirs = strtod(strstr(line, ",analysis,") + strlen(",analysis,"), NULL);
      dw_classifier ours = classify(&table, strtoul(line + 1, NULL, 10) / CHUNK);
      CHECK_MSG(fabs(ours.auc - theirs) < 0.02, "%s AUC %.4f, NannyML has %.4f", asked[i], ours.auc, theirs);
      CHECK((ours.auc > 0.65) == (theirs > 0.65) && (ours.auc > 0.65) == (ours.p_value < 0.01));
      dw_classifier_free(&ours);
      seen++;
    }
  CHECK(seen == 2);
  if (golden) fclose(golden);
  dw_joint_table_free(&table);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
}
