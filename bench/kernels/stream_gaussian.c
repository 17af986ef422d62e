/* Normal numbers by inversion, one draw each. */
#include "bench/kernel.h"
#include "core/stream.h"

static clarke_status stream_gaussian_set_up(clarke_kernel_run *run)
{
    clarke_stream *s = run->state = clarke_alloc(run->mem, sizeof *s);
    CLARKE_TRY(clarke_arena_status(run->mem));
    *s = clarke_stream_make(1, "kernel", "", 0, 0, "draws");
    run->elements = (double)run->n;
    return CLARKE_OK;
}

static void stream_gaussian_body(clarke_kernel_run *run)
{
    for (size_t j = 0; j < run->n; j++) run->sink += clarke_stream_gaussian(run->state, 7, j);
}

const clarke_kernel_desc clarke_kernel_stream_gaussian = {
    .title = "normal numbers, one at a time",
    .unit = "draw",
    .bound = CLARKE_BOUND_NONE,
    .size = {1000},
    .count_size = 1000,
    .set_up = stream_gaussian_set_up,
    .body = stream_gaussian_body,
};
