/* comparison_parts: the parts of comparison_job.c: comparison_settings.c (words), comparison_input.c (reading), comparison_profile.c
 * (profiles), comparison_kept.c (a reference that was read before), comparison_names.c (names of columns), comparison_answer.c (what is
 * told). */
#ifndef DW_DETECT_COMPARISON_PARTS_H
#define DW_DETECT_COMPARISON_PARTS_H

#include "detect/job/comparison_job.h"
#include "kinds/summary.h"

static inline dw_patterns dw_comparison_patterns(const dw_text_list *list) { return (dw_patterns){list->text, list->count}; }

/* Columns of instants are compared by what is told of them. */
bool dw_comparison_by_timing(const dw_comparison_settings *set);

/* limits, types, methods and chunks of the job, in the order in which mistakes are told. DW_EUSAGE, or what the file of thresholds has. */
dw_status dw_comparison_settle(dw_comparison_job *job, dw_err *err);
/* What does not go together about where the records come from; parts, and whether each record needs an instant. */
dw_status dw_comparison_settle_sources(dw_comparison_job *job, dw_err *err);

/* All records of a source into a side, or through a partition. what: in front of messages; NULL: nothing. */
dw_status dw_comparison_read_source(dw_comparison_job *job, const dw_comparison_source *source, const char *what, dw_dataset *side,
                                    dw_partition *partition, dw_err *err);

/* The reference into its side: from the cache, or read, and kept there. Then, if nothing speaks against it, finished: reference_ready. */
dw_status dw_comparison_read_reference(dw_comparison_job *job, dw_err *err);

/* comparison_profile.c. Whether a source holds profiles; *begun is its first input, opened and looked at, for the reader or for
 * dw_comparison_read_profiles, whose it is then; NULL: nobody looked (a source of another kind, or --input-format). DW_EDATA: it holds
 * both. */
dw_status dw_comparison_look(const dw_comparison_job *job, const dw_comparison_source *source, dw_input **begun, bool *profiles,
                             dw_err *err);
/* All profiles of a source into a finished side. DW_EUSAGE: what is asked needs records. */
dw_status dw_comparison_read_profiles(dw_comparison_job *job, const dw_comparison_source *source, dw_input *begun, dw_dataset *side,
                                      dw_err *err);
/* Both sides finished: what a profile says of the other side. */
dw_status dw_comparison_settle_profiles(dw_comparison_job *job, dw_err *err);

/* Both sides finished (or the reference alone): warns of the columns that are left out because their strings are dates whose form nobody
 * said. */
void dw_comparison_warn_dates(const dw_comparison_job *job);

/* The same, once for each column of codes of two letters in which NA was read as a missing value, or whose commas were taken to separate
 * thousands with nothing to say so. */
void dw_comparison_warn_codes(const dw_comparison_job *job);

/* The reference read, not yet finished. --label, --score, --by, --columns and --vector, without which the answer would be to another
 * question: DW_EDATA for a name that is none of its columns. */
dw_status dw_comparison_check_names(const dw_comparison_job *job, dw_err *err);
/* Both sides finished. The same for --fail-on, which would never fail; a warning for settings that have nothing to act on. */
dw_status dw_comparison_check_settings(const dw_comparison_job *job, dw_err *err);
/* The same of a reference alone, read, not yet finished. */
dw_status dw_comparison_check_baseline(dw_comparison_job *job, dw_err *err);

/* Both sides, or the reference alone, read and finished. What the reference's rows are worth is found where it is asked, stands in the
 * tests to come (but where thresholds were calibrated, whose runs had dependent rows as they are), and is warned of. */
void dw_comparison_find_dependence(dw_comparison_job *job);
/* Where there is no --time: a warning that neighbours in the file are alike, and what settles it. The verdict is not touched. */
void dw_comparison_hint_at_order(dw_comparison_job *job);
void dw_comparison_summarise_dependence(const dw_comparison_job *job, dw_arena *arena, dw_summary *summary);

/* comparison_watch.c: nothing happens without --sequential. Opened when both sides are read; what was seen is remembered before anybody
 * hears of it: an alarm that was given is never forgotten. */
dw_status dw_comparison_open_watch(dw_comparison_job *job, dw_err *err);
dw_status dw_comparison_keep_watch(dw_comparison_job *job, dw_err *err);

#endif
