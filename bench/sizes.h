/* The sizes at which a kernel is timed. Working sets are fixed rather than read off the machine, so
   that results of two machines can be laid side by side: they fit the caches of what is common
   today (L1 32 KiB, L2 512 KiB and more, L3 32 MiB a core group). */
#pragma once

#include "bench/kernel.h"

enum { CLARKE_SIZES = 3 };

typedef struct {
    const char *label; /* "L1", "L2", "memory", or "n=1000" where the kernel names its sizes */
    size_t n;
} clarke_kernel_size;

/* Returns how many, at most CLARKE_KERNEL_SIZES_MAX. */
size_t clarke_kernel_sizes(const clarke_kernel_desc *desc, clarke_arena *mem,
                           clarke_kernel_size size[CLARKE_KERNEL_SIZES_MAX]);
/* The size called `label`, or CLARKE_EINPUT. */
clarke_status clarke_kernel_size_find(const clarke_kernel_desc *desc, const char *label,
                                      clarke_arena *mem, clarke_kernel_size *size);
