/* The iterate is one flat array; a layout names its blocks. */
#pragma once

#include <stddef.h>

typedef struct {
    const char *name;
    size_t offset, rows, cols; /* block = x[offset .. offset + rows * cols), column-major */
} clarke_block;

typedef struct {
    size_t count;
    const clarke_block *block; /* [count] */
} clarke_layout;
