#include "core/split.h"

clarke_split_role clarke_split_role_of(const clarke_split *s, size_t block, size_t *layer)
{
    assert(block < s->layout.count);
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        *layer = i;
        if (block == l->w) return CLARKE_ROLE_W;
        if (block == l->b) return CLARKE_ROLE_B;
        if (block == l->v) return CLARKE_ROLE_V;
        if (block == l->u) return CLARKE_ROLE_U;
    }
    /* Every block of the layout belongs to a layer. */
    assert(false);
    return CLARKE_ROLE_W;
}
