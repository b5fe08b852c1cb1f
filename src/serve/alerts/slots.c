#include "serve/alerts/slots.h"

int64_t dw_slot_at(int64_t every, int64_t now)
{
  int64_t rest = now % every;
  return now - (rest < 0 ? rest + every : rest);
}

int64_t dw_slot_after(int64_t every, int64_t now) { return dw_slot_at(every, now) + every; }

dw_slots dw_slots_due(int64_t every, int64_t done, int64_t now, uint64_t most)
{
  int64_t last = dw_slot_at(every, now);
  if (done == INT64_MIN) return (dw_slots){.first = last, .count = 1};
  int64_t next = dw_slot_after(every, done);
  if (next > last) return (dw_slots){.first = next};
  uint64_t due = (uint64_t)((last - next) / every) + 1;
  if (due <= most) return (dw_slots){.first = next, .count = due};
  return (dw_slots){.first = last - (int64_t)(most - 1) * every, .count = most, .missed = due - most, .missed_first = next};
}
