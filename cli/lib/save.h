/* A state as a folder of .npy files, one a block. */
#pragma once

#include "engine/run.h"

/* The iterate's blocks as <block>.npy, the views as view-<name>.npy. The folder is there. */
clarke_status clarke_save_state(const char *folder, const clarke_run_plan *plan, const double *x,
                                const clarke_view *view, size_t views, clarke_arena *mem);
