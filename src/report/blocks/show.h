/* show: the sections that have a file of their own (report/compose/sections.c says their order). */
#ifndef DW_REPORT_SHOW_H
#define DW_REPORT_SHOW_H

#include "report/blocks/build.h"

/* show_verdict.c */
void dw_show_verdict(dw_build *b, const dw_report_section *section);

/* show_checks.c */
void dw_show_performance(dw_build *b, const dw_report_section *section);
void dw_show_checks(dw_build *b, const dw_report_section *section);

/* show_columns.c; the columns in full: show_card.c, show_picture.c */
void dw_show_columns(dw_build *b, const dw_report_section *section);
dw_report_block *dw_show_card(dw_build *b, const dw_report_section *section, const dw_report_column *column);
dw_report_block *dw_show_card_brief(dw_build *b, const dw_report_section *section,
                                    const dw_report_column *column); /* the picture, and lines */
void dw_show_type(dw_build *b, const dw_report_finding *finding);    /* "numeric", "target, categorical" */
void dw_show_picture(dw_build *b, const dw_report_section *section, const dw_report_column *column);

void dw_show_quality(dw_build *b, const dw_report_section *section);    /* show_quality.c */
void dw_show_series(dw_build *b, const dw_report_section *section);     /* show_series.c */
void dw_show_joint(dw_build *b, const dw_report_section *section);      /* show_joint.c */
void dw_show_segments(dw_build *b, const dw_report_section *section);   /* show_segments.c */
void dw_show_dependence(dw_build *b, const dw_report_section *section); /* show_dependence.c */
void dw_show_origin(dw_build *b, const dw_report_section *section);     /* show_origin.c */

/* show_decision.c */
void dw_show_decision(dw_build *b, const dw_report_run *run);
void dw_show_gates(dw_build *b, const dw_report_gate *gates, size_t count, const dw_report_versus *versus); /* versus NULL: an evaluation */

/* show_plan.c */
void dw_show_incident(dw_build *b, const dw_report_run *run);
void dw_show_plan(dw_build *b, const dw_report_run *run);

/* show_windows.c */
void dw_show_windows(dw_build *b, const dw_report_evaluation *evaluation);
void dw_show_assumption(dw_build *b, const dw_report_evaluation *evaluation);
void dw_show_metrics(dw_build *b, const dw_report_evaluation *evaluation); /* show_metrics.c */

#endif
