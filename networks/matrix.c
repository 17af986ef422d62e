/* A mixing matrix given entry by entry, row after row: for a few agents. */
#include "core/network.h"

typedef struct {
    clarke_list w;
} matrix;

static clarke_status matrix_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const matrix *o = params;
    size_t d = 0;
    while (d * d < o->w.count) d++;
    if (d * d != o->w.count)
        return clarke_fail(CLARKE_EINPUT, "%s: w has %zu numbers, which are no square", w->id,
                           o->w.count);
    CLARKE_TRY(clarke_network_size(w, d, CLARKE_WEIGHTS_METROPOLIS));
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            CLARKE_TRY(clarke_network_entry(w, i, j, o->w.value[i * d + j], mem));
    return CLARKE_OK;
}

static const clarke_param matrix_params[] = {
    {"w", CLARKE_PARAM_LIST, offsetof(matrix, w), "0.75,0.25,0.25,0.75", -0x1p20, 0x1p20, NULL,
     "the entries, row after row; agent i hears sum_j W_ji x_j"},
    {0}};

const clarke_network_desc clarke_network_matrix = {
    .title = "A given matrix",
    .formula = "W = (w_0, w_1, ...), row after row",
    .source = "folklore",
    .params = matrix_params,
    .params_size = sizeof(matrix),
    .make = matrix_make,
};
