/* blocks: what a report shows, in its order, as plain data: headings, verdicts, tables, lists, pictures. The composition
 * (report/compose/sections.h) makes them of the model, a renderer (report/write/report_format.h) lays them out by the means of its form: it
 * has its own words for a state, its own pictures for two distributions, and leaves out what it cannot draw.
 *
 * Forms differ in how much they have room for (dw_block_room). What a form has no room for is not built for it, so that a renderer shows
 * what it is given. Words are plain UTF-8, as report/words makes them; names and values from input are as they came: the renderer cleans or
 * escapes them. Everything lives in the arena that it was built in, or in the model, which has to live as long.
 */
#ifndef DW_REPORT_BLOCKS_H
#define DW_REPORT_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/model/findings.h"

/* What a form shows: running lines; tables, but no pictures; pages with pictures and all numbers. A mask of them says where something is
 * shown, 0: everywhere. */
typedef enum dw_block_place {
  DW_EVERYWHERE = 0,
  DW_LINES = 1,
  DW_TABLES = 2,
  DW_PAGES = 4,
  DW_BRIEF = DW_LINES | DW_TABLES, /* what stands for the pictures and numbers of a page */
  DW_NO_LINES = DW_TABLES | DW_PAGES,
  DW_NO_TABLES = DW_LINES | DW_PAGES,
  DW_NOWHERE = 8 /* not this time */
} dw_block_place;

typedef struct dw_block_room {
  dw_block_place place; /* one of the three */
  bool quiet;           /* quiet rows are shown as rows; else only their names and number are known */
  size_t rows;          /* of the columns and of the checks, loud and quiet each, so many are shown, and the others counted; 0: all */
  size_t full;          /* so many columns that drifted, the worst, are shown in full, too (dw_block_row.full) */
} dw_block_room;

/* --- words --- */

typedef enum dw_block_style {
  DW_PLAIN = 0,
  DW_NAME = 1, /* from input: kept apart from the direction of what is around it */
  DW_SMALL = 2,
  DW_STRONG = 4,
  DW_FAINT = 8, /* no name, but in the place of one */
  DW_MARK = 16  /* of two texts: what the other one does not have */
} dw_block_style;

typedef struct dw_block_span {
  const char *text; /* NUL behind it */
  size_t length;
  unsigned style; /* of dw_block_style, added up */
} dw_block_span;

typedef struct dw_block_words {
  const dw_block_span *span;
  size_t count; /* 0: nothing to say */
} dw_block_words;

/* --- states --- */

typedef enum dw_block_state_kind {
  DW_STATE_NONE,     /* nothing to say */
  DW_STATE_QUIET,    /* judged, no drift */
  DW_STATE_DRIFT,    /* of this severity */
  DW_STATE_ERROR,    /* could not be decided */
  DW_STATE_UNJUDGED, /* nothing inside has an answer */
  DW_STATE_EVIDENCE, /* of an incident, of this severity */
  DW_STATE_GATE,     /* the evidence is a gate that refused */
  DW_STATE_PASSED,
  DW_STATE_REFUSED,
  DW_STATE_COMPARED, /* set beside another, not judged */
  DW_STATE_OUTCOME,  /* of a step: word; severity high when it is bad */
  DW_STATE_UNASKED   /* not judged, and nothing is wrong with that: no record says anything, or nobody asked */
} dw_block_state_kind;

typedef struct dw_block_state {
  dw_block_state_kind kind;
  dw_severity severity;
  const char *word;
} dw_block_state;

/* --- tables --- */

typedef enum dw_block_column_kind {
  DW_COLUMN_STATE,     /* cell.state */
  DW_COLUMN_SUBJECT,   /* what the row is about: the head of the row */
  DW_COLUMN_ASIDE,     /* which one, or by which method: says more of the subject */
  DW_COLUMN_TOPIC,     /* what kind of thing is said of the subject */
  DW_COLUMN_WORD,      /* a word or two */
  DW_COLUMN_FIGURE,    /* a number */
  DW_COLUMN_SENTENCE,  /* what was found: may be long */
  DW_COLUMN_LINES,     /* cell.lines: several sentences, each with its title */
  DW_COLUMN_BARS,      /* cell.bars: both sides as small bars or sparklines */
  DW_COLUMN_CURVE,     /* cell.series: values over chunks with their bounds; NULL: none */
  DW_COLUMN_PAIR,      /* cell.sides: two bars, shares of high */
  DW_COLUMN_SHIFT,     /* cell.sides: the way from reference to current on an axis low to high */
  DW_COLUMN_INTERVALS, /* cell.sides: both with their intervals on one axis */
  DW_COLUMN_HEAT       /* a number, and cell.heat: how strongly it is shaded */
} dw_block_column_kind;

typedef struct dw_block_column {
  dw_block_column_kind kind;
  const char *title; /* "": none */
  dw_block_place shown;
  unsigned char spare; /* where a line is too short, columns go, 1 the first; 0: never */
  bool right;          /* digits under digits */
  const char *of;      /* behind the title: a value from input; NULL: none */
} dw_block_column;

typedef struct dw_block_titled {
  struct dw_block_titled *next;
  const char *title, *text;
} dw_block_titled;

typedef struct dw_block_measure {
  double value, low, high; /* low, high: interval, NaN: none */
} dw_block_measure;

typedef struct dw_block_sides { /* of one axis */
  dw_block_measure reference, current;
  double low, high;
} dw_block_sides;

typedef struct dw_block_cell {
  dw_block_words words;
  union {
    dw_block_state state;
    const dw_block_titled *lines;
    const dw_report_finding *bars; /* its two distributions; NULL: none */
    const dw_report_series *series;
    const dw_block_sides *sides;
    double heat; /* 0 to 1, of what goes both ways -1 to 1; NaN: not at all */
  };
  bool bad; /* no number but an error, or a number that raised an alert */
} dw_block_cell;

typedef enum dw_block_note_kind {
  DW_NOTE_REMARK,  /* how far to trust the row */
  DW_NOTE_WARNING, /* what to be careful with */
  DW_NOTE_COMPARED /* the same, set beside another model */
} dw_block_note_kind;

typedef struct dw_block_note {
  struct dw_block_note *next;
  dw_block_note_kind kind;
  dw_block_words words;
} dw_block_note;

typedef struct dw_block_row {
  struct dw_block_row *next;
  const char *name;             /* the column or value that the row is about; "": none */
  const dw_block_cell *cells;   /* one a column of the table; NULL: a row of columns or checks that the form has no room for */
  dw_block_words line;          /* the row as one line, where that is not its cells one behind the other (DW_LINES) */
  dw_block_note *notes;         /* stand under it */
  struct dw_report_block *full; /* DW_BLOCK_CARD: the row in full; NULL: it is not to be */
  bool open;                    /* shown in full from the start */
  bool quiet;                   /* nothing to act on */
  bool again;                   /* more on the subject of the row before */
} dw_block_row;

/* What the rows are; a renderer may have a look for each. */
typedef enum dw_block_table_kind {
  DW_TABLE_SENTENCES, /* a subject and what was found, or why */
  DW_TABLE_CHECKS,    /* the same of findings of several checks */
  DW_TABLE_MEASURES,  /* one number of both sides, with a picture */
  DW_TABLE_COLUMNS,   /* a column and how it was judged; further methods of a column stand behind its first row (again) */
  DW_TABLE_SEGMENTS,
  DW_TABLE_SERIES,   /* a measure over chunks */
  DW_TABLE_FEATURES, /* what something is due to */
  DW_TABLE_GATES,
  DW_TABLE_EVIDENCE,
  DW_TABLE_STEPS,
  DW_TABLE_METRICS, /* the subject is the metric, the topic where it holds */
  DW_TABLE_MATRIX,
  DW_TABLE_DEPENDENCE, /* what a column's values are worth */
  DW_TABLE_RUN,        /* of a run of dw-serve: its checks, its alerts, the runs before it */
  DW_TABLE_ASSUMPTION, /* estimates of metrics, held to labels */
  DW_TABLE_HEAT,       /* all with all, shaded: the subject, and a number for each */
  DW_TABLE_COST,
  DW_TABLE_ASPECTS, /* numbers of both sides by what they are of, for one canary */
  DW_TABLE_QUALITY, /* types, missing and distinct values of columns on both sides */
  /* of a card */
  DW_TABLE_QUANTILES,
  DW_TABLE_CATEGORIES,
  DW_TABLE_PARTS,
  DW_TABLE_WORDS,
  DW_TABLE_METHODS,
  DW_TABLE_STATISTICS,
  DW_TABLE_KINDS
} dw_block_table_kind;

typedef struct dw_block_table {
  dw_block_table_kind kind;
  dw_block_words heading; /* of a section; stands before the first row */
  const char *caption;
  const dw_block_words *legend;   /* two: what the marks of reference and current are; NULL: no marks */
  const char *noun, *nouns;       /* one row, several rows: "segment", "segments" */
  bool findable;                  /* its rows are what a reader looks for by name */
  bool bare;                      /* stands even without rows */
  const dw_block_column *columns; /* those that the form shows */
  size_t column_count;
  const dw_block_row *rows;
  size_t count, quiet; /* of rows; of those that are quiet */
  double total;        /* how many there are, should the input list only some; NaN: these */
} dw_block_table;

/* --- blocks --- */

typedef enum dw_block_type {
  DW_BLOCK_GROUP,
  DW_BLOCK_CONTENTS,
  DW_BLOCK_HEADING,
  DW_BLOCK_VERDICT,
  DW_BLOCK_TEXT,
  DW_BLOCK_TABLE,
  DW_BLOCK_LIST,
  DW_BLOCK_HISTOGRAM,
  DW_BLOCK_CARD,
  DW_BLOCK_FOLD,
  DW_BLOCK_TEXTS
} dw_block_type;

typedef enum dw_block_group_kind {
  DW_GROUP_COMPARISON, /* number */
  DW_GROUP_FINDINGS,   /* of a comparison: what is quiet may wait for its end */
  DW_GROUP_ORIGIN,     /* of a comparison: what was left out, how it was made: may be folded, under title */
  DW_GROUP_DECISION,
  DW_GROUP_EVALUATION,
  DW_GROUP_TOGETHER, /* a section with parts */
  DW_GROUP_SHEET,    /* what belongs together on one sheet */
  DW_GROUP_ANSWER,   /* the same, with a verdict; tone, alert */
  DW_GROUP_BESIDE,   /* side by side, where there are two */
  DW_GROUP_WORDS     /* the same, of tables of words */
} dw_block_group_kind;

/* How a verdict is to be taken. */
typedef enum dw_block_tone { DW_TONE_PLAIN, DW_TONE_GOOD, DW_TONE_WAITING, DW_TONE_BAD, DW_TONE_UNKNOWN } dw_block_tone;

typedef struct dw_block_group {
  dw_block_group_kind kind;
  size_t number; /* of a comparison, from 1 */
  const char *title;
  dw_block_tone tone;
  bool alert; /* the answer is missing */
} dw_block_group;

typedef struct dw_block_contents {
  dw_block_words link, words; /* to the comparison of the same number */
} dw_block_contents;

typedef enum dw_block_level { DW_LEVEL_PART, DW_LEVEL_SECTION, DW_LEVEL_UNDER } dw_block_level;

typedef struct dw_block_heading {
  dw_block_level level;
  bool numbered;            /* of a comparison among several */
  dw_block_words words, of; /* of: which one; may be empty */
} dw_block_heading;

typedef enum dw_block_verdict_kind { DW_VERDICT_COMPARISON, DW_VERDICT_DECISION, DW_VERDICT_EVALUATION } dw_block_verdict_kind;

typedef struct dw_block_figure { /* a key figure */
  struct dw_block_figure *next;
  const char *name;
  dw_block_words words;
} dw_block_figure;

typedef struct dw_block_verdict {
  dw_block_verdict_kind kind;
  dw_block_tone tone;
  dw_severity severity;
  bool alert;                   /* there is no answer, or none that can be relied on */
  dw_block_words sentence;      /* all of it in a line (DW_BRIEF, and of an evaluation) */
  dw_block_words rule;          /* by which the severity is what it is, in a sentence: stands beside it */
  dw_block_words answer, aside; /* in a word; what belongs to it (DW_PAGES, as the next five) */
  dw_block_words lead;          /* what it rests on */
  double share, threshold;      /* NaN share: none */
  dw_block_words share_label;   /* says the share */
  dw_block_words basis; /* what was compared with what, what has no answer, by what rule; on pages the rule alone, beside the share */
  const dw_block_figure *figures; /* what was looked at, in numbers */
  dw_block_words incomplete;      /* why there is no answer */
  const char *const *reasons;
  size_t reason_count;
  double skipped; /* bad records; NaN or 0: none (DW_BRIEF) */
} dw_block_verdict;

typedef enum dw_block_text_kind {
  DW_TEXT_PLAIN,
  DW_TEXT_SENTENCE, /* begins small: the first letter is for the renderer to raise */
  DW_TEXT_VALUES,   /* begins with a name or value from input */
  DW_TEXT_STRONG,
  DW_TEXT_NOTE,
  DW_TEXT_WARNING
} dw_block_text_kind;

typedef struct dw_block_text {
  dw_block_text_kind kind;
  dw_block_words words;
} dw_block_text;

typedef enum dw_block_list_kind {
  DW_LIST_SENTENCES,
  DW_LIST_STAGES, /* commands in their order, with what each has read under it */
  DW_LIST_TEXTS   /* from input; the heading is of one side */
} dw_block_list_kind;

typedef struct dw_block_item {
  struct dw_block_item *next;
  struct dw_block_item *under;
  dw_block_words words;
} dw_block_item;

typedef struct dw_block_list {
  dw_block_list_kind kind;
  dw_block_words heading; /* empty: none */
  const dw_block_item *items;
} dw_block_list;

typedef struct dw_block_histogram {
  const dw_report_finding *finding; /* with a histogram of both sides */
  dw_block_words label;             /* what there is to see */
} dw_block_histogram;

typedef struct dw_block_card {
  dw_block_words name, kind;
  dw_block_state state;
  bool brief; /* one of very many: in few bytes */
} dw_block_card;

/* Two texts side by side, what differs marked (DW_MARK). */
typedef struct dw_block_texts {
  dw_block_words heading;  /* what they answer */
  const char *title[2];    /* of each */
  dw_block_words words[2]; /* empty: there is none */
} dw_block_texts;

typedef struct dw_report_block {
  dw_block_type type;
  struct dw_report_block *next, *first; /* first: of what is in it (group, card, fold) */
  union {
    dw_block_group group;
    dw_block_contents contents;
    dw_block_heading heading;
    dw_block_verdict verdict;
    dw_block_text text;
    dw_block_table table;
    dw_block_list list;
    dw_block_histogram histogram;
    dw_block_card card;
    dw_block_texts texts;
    const char *fold; /* its title */
  };
} dw_report_block;

typedef struct dw_report_blocks {
  const char *title;            /* NULL: the form's own */
  const char *data;             /* what the report is about: names of its inputs; NULL: not said */
  size_t columns;               /* of the comparison with the most, */
  bool canaries;                /* which are canaries, in all of them */
  const dw_report_block *first; /* the rest by next */
} dw_report_blocks;

#endif
