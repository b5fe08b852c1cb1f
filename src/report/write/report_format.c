#include "report/write/report_format.h"

#include "report/compose/sections.h"

#define DRAWN(name, help, draw, ...) {#name, help, {__VA_ARGS__}, draw, NULL},
#define WRITTEN(name, help, write) {#name, help, {.place = DW_EVERYWHERE}, NULL, write},

const dw_report_format dw_report_formats[] = {DW_REPORT_FORMATS(DRAWN, WRITTEN){NULL, NULL, {.place = DW_EVERYWHERE}, NULL, NULL}};

void dw_report_write(dw_buf *out, const dw_report_format *format, const dw_report *report, const dw_render *render)
{
  if (format->write) {
    format->write(out, report, render);
    return;
  }
  dw_arena arena;
  dw_arena_init(&arena);
  dw_block_room room = format->room;
  room.quiet = room.quiet || render->all;
  format->draw(out, dw_sections(report, render, &room, &arena), render);
  dw_arena_free(&arena);
}
