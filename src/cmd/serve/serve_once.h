/* serve_once: dw-serve --once: one look at a model's records from the database, for cron and CI. */
#ifndef DW_CMD_SERVE_ONCE_H
#define DW_CMD_SERVE_ONCE_H

#include <math.h>

#include "cmd/options/options.h"
#include "cmd/options/option_rows.h"
#include "serve/rounds/rounds.h"

typedef struct dw_once_settings {
  bool once;
  const char *db, *model, *baseline, *receivers, *by, *policy, *events, *registry, *data, *holdout, *label, *id, *sign;
  int64_t window, delay, silence, repeat, every, clean_up; /* clean_up 0: never */
  uint64_t adaptive, min_rows, memory, threads, open_after, close_after;
  double alpha;
  int rule;
  dw_text_list exclude, keep;
} dw_once_settings;

#define DW_ONCE_DEFAULTS                                                                                                                   \
  {                                                                                                                                        \
    .model = "", .events = "var/events", .baseline = "trailing(0,24h)", .window = INT64_C(3600000000), .silence = INT64_C(7200000000),     \
    .repeat = INT64_C(14400000000), .open_after = 2, .close_after = 3, .min_rows = 50, .clean_up = INT64_C(3600000000),                    \
    .memory = UINT64_C(1) << 30, .alpha = NAN                                                                                              \
  }

extern const char *const dw_once_rules[];

/* clang-format off */
#define DW_OPTIONS_ONCE(s) \
    DW_GROUP("Checks"), \
    {.name = "once", .type = DW_OPTION_FLAG, .target = &(s).once, .help = "no HTTP: one check of --model, and an exit status"}, \
    {.name = "window", .type = DW_OPTION_DURATION, .target = &(s).window, .argument = "DURATION", .initial = "60m", .help = "the time that is judged"}, \
    {.name = "delay", .type = DW_OPTION_DURATION, .target = &(s).delay, .argument = "DURATION", .initial = "none", .help = "the window ends so long before now, for records that come late"}, \
    {.name = "baseline", .type = DW_OPTION_TEXT, .target = &(s).baseline, .argument = "RULE", .initial = "trailing(0,24h)", .help = "held to trailing(OFFSET,SIZE), fixed(FROM,TO), hour-of-week(N) or version:ID"}, \
    {.name = "min-rows", .type = DW_OPTION_UNSIGNED, .target = &(s).min_rows, .argument = "N", .initial = "50", .low = 1, .high = 1e9, .help = "with fewer records, on a side, nothing is judged"}, \
    {.name = "silence", .type = DW_OPTION_DURATION, .target = &(s).silence, .argument = "DURATION", .initial = "2h", .help = "no records for so long is an alert of its own"}, \
    {.name = "adaptive", .type = DW_OPTION_UNSIGNED, .target = &(s).adaptive, .argument = "N", .initial = "none", .low = 10, .high = 10000, .help = "limits of rates, metric and centroids from the last N runs (100, say)"}, \
    DW_OPTION_COLUMN("by", &(s).by, "of inferences: compare inside each of its values too"), \
    DW_OPTION_COLUMNS("exclude", &(s).exclude, "leave these out; * and ? match"), \
    {.name = "rule", .type = DW_OPTION_CHOICE, .target = &(s).rule, .argument = "RULE", .initial = "default", .choices = dw_once_rules, .help = "default, or seed: histograms of the confidence"}, \
    {.name = "alpha", .type = DW_OPTION_REAL, .target = &(s).alpha, .argument = "P", .initial = "0.05", .low = 1e-9, .high = 0.5, .help = "how often a comparison without drift may alarm"}, \
    {.name = "every", .type = DW_OPTION_DURATION, .target = &(s).every, .argument = "DURATION", .initial = "5m", .help = "how often checks are made"}, \
    DW_GROUP("Alerts"), \
    {.name = "open-after", .type = DW_OPTION_UNSIGNED, .target = &(s).open_after, .argument = "N", .initial = "2", .low = 1, .high = 1000, .help = "an alert opens after so many failing checks in a row"}, \
    {.name = "close-after", .type = DW_OPTION_UNSIGNED, .target = &(s).close_after, .argument = "M", .initial = "3", .low = 1, .high = 1000, .help = "and closes after so many passing ones"}, \
    {.name = "repeat", .type = DW_OPTION_DURATION, .target = &(s).repeat, .argument = "DURATION", .initial = "4h", .help = "an open alert that nobody acknowledged is told again so often"}, \
    {.name = "receivers", .type = DW_OPTION_TEXT, .target = &(s).receivers, .argument = "FILE", .help = "who is told of alerts, and how (YAML)", .unrecorded = true}, \
    DW_GROUP("Policy"), \
    {.name = "policy", .type = DW_OPTION_TEXT, .target = &(s).policy, .argument = "FILE", .help = "what is done about alerts: see driftwatch-policy(5)", .unrecorded = true}, \
    {.name = "events", .type = DW_OPTION_TEXT, .target = &(s).events, .argument = "DIR", .initial = "var/events", .help = "of the policy: audit logs and the work of actions, a folder a model", .unrecorded = true}, \
    {.name = "data", .type = DW_OPTION_TEXT, .target = &(s).data, .argument = "FILE", .help = "of the policy: fills {data}", .unrecorded = true}, \
    {.name = "holdout", .type = DW_OPTION_TEXT, .target = &(s).holdout, .argument = "FILE", .help = "of the policy: fills {holdout}", .unrecorded = true}, \
    DW_OPTION_COLUMN("label", &(s).label, "of the policy: fills {label}"), \
    DW_OPTION_COLUMN("id", &(s).id, "of the policy: fills {id}"), \
    {.name = "sign", .type = DW_OPTION_TEXT, .target = &(s).sign, .argument = "KEY", .help = "of the policy: signs the audit logs with this Ed25519 key (PEM)", .unrecorded = true}, \
    DW_GROUP("General"), \
    DW_OPTION_MEMORY(&(s).memory, "bound on the data that a comparison holds"), \
    DW_OPTION_THREADS(&(s).threads)
/* clang-format on */

/* What is asked of checks, here and in the service's rounds; receivers: filled where --receivers names them, and outlives *out. Ends the
 * command where something is wrong. */
void dw_serve_settle(const dw_once_settings *set, dw_rounds_settings *out, dw_receivers *receivers);
/* What the policy says, where --policy names one: fills *out and the settings' remedy. out outlives the settings. */
void dw_serve_settle_policy(const dw_once_settings *set, dw_rounds_settings *settings, dw_remedy *out);
/* Looks, writes, and ends with the answer. db and model are the service's. */
_Noreturn void dw_serve_once(const dw_once_settings *set);

#endif
