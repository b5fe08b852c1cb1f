#include "data/frames/instant.h"

#include "base/clock.h"
#include "test.h"

static bool of_number(double number, int64_t *instant)
{
  return dw_instant_cell(&(dw_batch){0}, DW_REAL, (dw_cell){.number = number}, NULL, instant);
}

TEST(numbers_by_their_size)
{
  int64_t instant = 0;
  CHECK(of_number(1.5, &instant) && instant == 1500000);
  CHECK(of_number(1767225600, &instant) && instant == 1767225600 * DW_SECOND);
  CHECK(of_number(1767225600123, &instant) && instant == INT64_C(1767225600123000));
  CHECK(of_number(1767225600123456, &instant) && instant == INT64_C(1767225600123456));
  CHECK(of_number(-86400, &instant) && instant == -86400 * DW_SECOND);
  CHECK(of_number(-1.5e-6, &instant) && instant == -2); /* down, not towards 0 */
  CHECK(of_number(-2e-6, &instant) && instant == -2 && of_number(2.5e-6, &instant) && instant == 2);
  CHECK(!of_number(1e17, &instant) && !of_number(NAN, &instant) && !of_number(INFINITY, &instant));
}

TEST(texts)
{
  dw_batch batch = {.text = "2026-01-01T00:00:00Z yesterday"};
  dw_buf scratch = {0};
  int64_t instant = 0;
  CHECK(dw_instant_cell(&batch, DW_STRING, (dw_cell){.text = {0, 20}}, &scratch, &instant) && instant == 1767225600 * DW_SECOND);
  CHECK(!dw_instant_cell(&batch, DW_STRING, (dw_cell){.text = {21, 9}}, &scratch, &instant));
  CHECK(!dw_instant_cell(&batch, DW_TRUE, (dw_cell){0}, &scratch, &instant) &&
        !dw_instant_cell(&batch, DW_NULL, (dw_cell){0}, &scratch, &instant));
  dw_buf_free(&scratch);
}
