#include "bench/lib/nets.h"

clarke_status clarke_bcd_square(clarke_kernel_run *run, const char *phase, double words)
{
    const size_t n = run->n;
    return clarke_steps_phase(
        run, "bcd_three",
        clarke_arena_printf(
            run->mem, "split_three:widths=%zu,%zu,inputs=%zu,outputs=%zu,samples=%zu,bias=yes", n,
            n, n, n, n),
        phase, words);
}

clarke_status clarke_bcd_flat(clarke_kernel_run *run, size_t hidden, const char *loss,
                              const char *phase, double words)
{
    return clarke_steps_phase(
        run, "bcd_three",
        clarke_arena_printf(
            run->mem, "split_three:widths=%zu,inputs=1,outputs=16,loss=%s,samples=%zu,bias=yes",
            hidden, loss, run->n),
        phase, words);
}

clarke_status clarke_dladmm_square(clarke_kernel_run *run, const char *phase, double words)
{
    const size_t n = run->n;
    return clarke_steps_phase(
        run, "dladmm",
        clarke_arena_printf(run->mem,
                            "dladmm_net:widths=%zu,%zu,inputs=%zu,outputs=%zu,samples=%zu", n, n, n,
                            n, n),
        phase, words);
}

clarke_status clarke_dladmm_flat(clarke_kernel_run *run, const char *loss, const char *phase,
                                 double words)
{
    return clarke_steps_phase(
        run, "dladmm",
        clarke_arena_printf(
            run->mem, "dladmm_net:widths=16,inputs=1,outputs=16,loss=%s,samples=%zu", loss, run->n),
        phase, words);
}
