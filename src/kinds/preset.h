/* preset: whose defaults hold: ours, or those of a tool that is well known. */
#ifndef DW_KINDS_PRESET_H
#define DW_KINDS_PRESET_H

typedef enum dw_preset { DW_PRESET_DRIFTWATCH, DW_PRESET_EVIDENTLY, DW_PRESET_NANNYML } dw_preset;

/* Sets of presets. */
enum {
  DW_PRESETS_NONE = 0,
  DW_PRESETS_OURS_AND_NANNYML = 1 << DW_PRESET_DRIFTWATCH | 1 << DW_PRESET_NANNYML,
  DW_PRESETS_ALL = DW_PRESETS_OURS_AND_NANNYML | 1 << DW_PRESET_EVIDENTLY
};

#endif
