#include "methods/lib/block_steps.h"

#include <string.h>

clarke_status clarke_block_phases(clarke_iter *it)
{
    clarke_phase *phase = clarke_alloc_array(it->mem, it->layout.count, sizeof *phase);
    CLARKE_TRY(clarke_arena_status(it->mem));
    for (size_t b = 0; b < it->layout.count; b++)
        phase[b] = (clarke_phase){it->layout.block[b].name, b};
    it->phases = it->layout.count;
    it->phase = phase;
    return CLARKE_OK;
}

size_t clarke_block_size(const clarke_iter *it, size_t block)
{
    return it->layout.block[block].rows * it->layout.block[block].cols;
}

double *clarke_block_at(const clarke_iter *it, size_t block)
{
    return it->x + it->layout.block[block].offset;
}

clarke_status clarke_block_list(const clarke_iter *it, const clarke_list *list, const char *name)
{
    if (list->count == 1 || list->count == it->layout.count) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s has %zu numbers, the problem %s has %zu blocks", name,
                       list->count, it->oracle->problem->spec, it->layout.count);
}

double clarke_block_value(const clarke_list *list, size_t block)
{
    return list->value[list->count == 1 ? 0 : block];
}

clarke_status clarke_block_need(const clarke_iter *it, bool has, const char *method,
                                const char *what)
{
    if (has) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s needs %s, which %s does not have", method, what,
                       it->oracle->problem->spec);
}

void clarke_block_extrapolate(const clarke_iter *it, size_t block, double beta, double *last,
                              double *centre)
{
    const size_t offset = it->layout.block[block].offset, size = clarke_block_size(it, block);
    const double *x = it->x + offset;
    for (size_t j = 0; j < size; j++) centre[j] = x[j] + beta * (x[j] - last[offset + j]);
    memcpy(last + offset, x, size * sizeof *last);
}
