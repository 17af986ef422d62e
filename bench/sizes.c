#include "bench/sizes.h"

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

/* SplitMix64 (Steele, Lea, Flood 2014) of a counter: the project's own streams would take longer than
   what is timed. */
static double sizes_number(uint64_t counter)
{
    uint64_t z = counter * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-52 - 1.0;
}

double *clarke_kernel_vector(clarke_arena *mem, size_t n, uint64_t seed)
{
    double *x = clarke_vec(mem, n);
    for (size_t i = 0; x && i < n; i++) x[i] = sizes_number((seed << 40) + i + 1);
    return x;
}
