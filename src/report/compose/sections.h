/* sections: what a report consists of, in its order. The tables in sections.c say it once, for every form; a section is a function that
 * builds its blocks (report/blocks/build.h), or none where there is nothing to say. To add one: the function, here in sections.c when it is
 * short, and its row.
 */
#ifndef DW_REPORT_SECTIONS_H
#define DW_REPORT_SECTIONS_H

#include "report/blocks/blocks.h"
#include "report/draw/render.h"

/* The blocks of a whole report, in arena. title: NULL: the form's own. */
const dw_report_blocks *dw_sections(const dw_report *report, const dw_render *render, const dw_block_room *room, dw_arena *arena);

#endif
