/* The figures of a results folder: at most one of each kind for each claim. */
#pragma once

#include "engine/results.h"

typedef struct {
    const char *claim;   /* its id */
    const char *file;    /* "figures/<claim>-blocks.svg", relative to the results folder */
    const char *caption; /* plain text */
    size_t kind, panels;
    const clarke_result *const *panel; /* [panels]: the cases, in the order drawn */
    size_t usable;                     /* cases that could have been drawn */
} clarke_figure;

typedef struct {
    size_t count;
    const clarke_figure *figure; /* [count], sorted by claim, then kind */
} clarke_figures;

/* Which figures the records call for. Depends on the records and traces only. */
clarke_status clarke_figures_plan(const clarke_results *results, clarke_arena *mem,
                                  clarke_figures *figures);
/* Draws them into <folder>/figures. What cannot be drawn is left out, and an old one of that name
   removed. */
clarke_status clarke_figures_draw(const clarke_results *results, const char *folder);
