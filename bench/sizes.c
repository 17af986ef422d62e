#include "bench/sizes.h"

#include "core/stream.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *label;
    double bytes;
} working_set[CLARKE_SIZES] = {{"L1", 24e3}, {"L2", 250e3}, {"memory", 240e6}};

const char *clarke_bound_text(clarke_bound bound)
{
    return bound == CLARKE_BOUND_MEMORY ? "memory" : bound == CLARKE_BOUND_GEMM ? "gemm" : "none";
}

size_t clarke_kernel_sizes(const clarke_kernel_desc *desc, clarke_arena *mem,
                           clarke_kernel_size size[CLARKE_KERNEL_SIZES_MAX])
{
    size_t count = 0;
    for (; count < CLARKE_KERNEL_SIZES_MAX && desc->size[count] > 0; count++)
        size[count] = (clarke_kernel_size){clarke_arena_printf(mem, "n=%zu", desc->size[count]),
                                           desc->size[count]};
    if (count > 0) return count;
    for (; count < CLARKE_SIZES; count++) {
        const bool memory = count + 1 == CLARKE_SIZES && desc->memory_bytes > 0.0;
        const double bytes = memory ? desc->memory_bytes : working_set[count].bytes;
        size[count] =
            (clarke_kernel_size){working_set[count].label, (size_t)(bytes / desc->bytes_per_unit)};
    }
    return count;
}

clarke_status clarke_kernel_size_find(const clarke_kernel_desc *desc, const char *label,
                                      clarke_arena *mem, clarke_kernel_size *size)
{
    clarke_kernel_size all[CLARKE_KERNEL_SIZES_MAX];
    const size_t count = clarke_kernel_sizes(desc, mem, all);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].label, label) == 0) return *size = all[i], CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "'%s' is no size of this kernel", label);
}

double *clarke_kernel_vector(clarke_arena *mem, size_t n, uint64_t seed)
{
    const clarke_stream s = clarke_stream_make(seed, "kernel", "", 0, 0, "vector");
    double *x = clarke_vec(mem, n);
    for (size_t i = 0; x && i < n; i++) x[i] = 2.0 * clarke_stream_uniform(&s, 0, i) - 1.0;
    return x;
}
