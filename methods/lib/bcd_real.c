/* Block coordinate descent in the working precision (methods/lib/bcd.h): which step each block takes, the
   scratch, the way between the iterate and this precision. Compiled twice. */
#include "methods/lib/bcd_state.h"

#include "core/registry.h"

#include <string.h>

/* ---- making ---- */

static clarke_real *bcd_real_copy(size_t n, const double *x, clarke_arena *mem)
{
    clarke_real *copy = clarke_alloc_array(mem, n, sizeof *copy);
    for (size_t e = 0; copy && e < n; e++) copy[e] = (clarke_real)x[e];
    return copy;
}

/* A block's own array: in x, or apart in single precision. */
static clarke_real *bcd_real_block(clarke_bcd *b, size_t block, clarke_arena *mem)
{
    if (block == CLARKE_NO_BLOCK) return NULL;
#ifdef CLARKE_SINGLE
    (void)b;
    return clarke_alloc_array(mem, clarke_split_size(b->split, block), sizeof(clarke_real));
#else
    (void)mem;
    return b->x + b->split->layout.block[block].offset;
#endif
}

/* The data and the centres in the working precision. */
static const clarke_real *bcd_real_constant(size_t n, const double *x, clarke_arena *mem)
{
    if (!x) return NULL;
#ifdef CLARKE_SINGLE
    return bcd_real_copy(n, x, mem);
#else
    (void)n, (void)mem, (void)bcd_real_copy;
    return x;
#endif
}

static clarke_status bcd_real_choose(int step, bool exact, bool linear, const char *block,
                                     const char *why, bool *is_linear)
{
    *is_linear = step == CLARKE_STEP_LINEAR || (step == CLARKE_STEP_AUTO && !exact);
    if (*is_linear ? linear : exact) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the %s-step has no %s solver for %s", block,
                       *is_linear ? "prox-linear" : "exact", why);
}

/* Which step each block takes, or why there is none. */
static clarke_status bcd_real_steps(clarke_bcd *b, size_t i)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const bool smooth_loss = isfinite(s->loss->smoothness(s->target));
    const bool plain = clarke_bcd_plain(&l->v_term);
    const bool separable = b->squared || (b->margin != CLARKE_PROX_MARGIN_NONE && plain);
    CLARKE_TRY(bcd_real_choose(b->o.step_w, true, true, "W", "its term", &y->w_linear));
    if (b->o.bias == CLARKE_BIAS_JOINT && y->b && (y->w_linear || !clarke_bcd_plain(&l->w_term)))
        return clarke_fail(CLARKE_EINPUT, "bias_step=joint takes exact W-steps without an l1 term "
                                          "or a box");
    if (i == s->depth)
        return bcd_real_choose(b->o.step_last, separable, smooth_loss, "V_N", s->loss_id,
                               &y->last_linear);
    CLARKE_TRY(bcd_real_choose(b->o.step_v, true, true, "V", "its term", &y->v_linear));
    return bcd_real_choose(b->o.step_u, y->pieces > 0, y->pieces == 0 || y->pieces == 1, "U",
                           l->activation_id, &y->u_linear);
}

static clarke_status bcd_real_layer(clarke_bcd *b, size_t i, clarke_arena *mem)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    y->w = bcd_real_block(b, l->w, mem), y->b = bcd_real_block(b, l->b, mem);
    y->v = bcd_real_block(b, l->v, mem), y->u = bcd_real_block(b, l->u, mem);
    y->w_centre = bcd_real_constant(l->out * l->in, l->w_term.centre, mem);
    y->v_centre = bcd_real_constant(l->out * s->samples, l->v_term.centre, mem);
#ifdef CLARKE_SINGLE
    y->activation = clarke_registry_get(&clarke_activations_single, l->activation_id);
#else
    y->activation = l->activation;
#endif
    if (l->activation->pieces) y->pieces = l->activation->pieces(&l->opts, y->piece);
    y->unit = y->pieces == 2 && y->piece[1].low == 0.0 && y->piece[1].slope == 1.0 &&
              y->piece[1].level == 0.0 && y->piece[0].level == 0.0;
    return bcd_real_steps(b, i);
}

static clarke_status bcd_real_scratch(clarke_bcd *b, clarke_arena *mem)
{
    const clarke_split *s = b->split;
    size_t widest = 0, in = 0, largest = 1, weights = 1;
    bool linear = false;
    for (size_t i = 0; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        if (l->out > widest) widest = l->out;
        if (i > 1 && l->in > in) in = l->in;
        if (i > 0 && l->out * l->in > weights) weights = l->out * l->in;
        if (i == 0 || !(b->layer[i].w_linear || b->layer[i].v_linear ||
                        !clarke_bcd_plain(&l->w_term) || !clarke_bcd_plain(&l->v_term)))
            continue;
        linear = true;
        if (l->out * l->in > largest) largest = l->out * l->in;
        if (l->out * s->samples > largest) largest = l->out * s->samples;
        if (l->in > in) in = l->in;
    }
    b->z = clarke_alloc_array(mem, widest * s->samples, sizeof *b->z);
    b->gram = clarke_alloc_array(mem, in, in * sizeof *b->gram);
    b->first = clarke_alloc_array(mem, s->layer[0].out, s->layer[0].out * sizeof *b->first);
    b->kept = clarke_alloc_array(mem, in, in * sizeof *b->kept);
    b->kept_first =
        clarke_alloc_array(mem, s->layer[0].out, s->layer[0].out * sizeof *b->kept_first);
    b->right = clarke_alloc_array(mem, weights, sizeof *b->right);
    b->ones = clarke_alloc_array(mem, s->samples, sizeof *b->ones);
    b->sums = clarke_alloc_array(mem, widest, sizeof *b->sums);
    b->bias = clarke_alloc_array(mem, widest * (s->depth + 1), sizeof *b->bias);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < s->samples; j++) b->ones[j] = 1;
    if (!linear) return CLARKE_OK;
    b->gradient = clarke_alloc_array(mem, largest, sizeof *b->gradient);
    b->spectrum = clarke_alloc_array(mem, in, sizeof *b->spectrum);
    b->lwork = clarke_blas_int(in) * 34; /* syev without vectors: (block + 2) n */
    b->work = clarke_alloc_array(mem, (size_t)b->lwork, sizeof *b->work);
    return clarke_arena_status(mem);
}

static clarke_status bcd_real_make(const clarke_split *s, const clarke_bcd_options *o, double *x,
                                   clarke_arena *mem, clarke_bcd **bcd)
{
    clarke_bcd *b = clarke_alloc(mem, sizeof *b);
    CLARKE_TRY(clarke_arena_status(mem));
    *b = (clarke_bcd){.split = s, .o = *o, .x = x};
    b->layer = clarke_alloc_array(mem, s->depth + 1, sizeof *b->layer);
    CLARKE_TRY(clarke_arena_status(mem));
    b->margin = clarke_prox_margin_of(s->loss_id);
    b->squared = strcmp(s->loss_id, "squared") == 0;
#ifdef CLARKE_SINGLE
    b->loss = clarke_registry_get(&clarke_losses_single, s->loss_id);
#else
    b->loss = s->loss;
#endif
    for (size_t i = 1; i <= s->depth; i++) CLARKE_TRY(bcd_real_layer(b, i, mem));
    b->input = bcd_real_constant(s->layer[0].out * s->samples, s->x, mem);
    b->target = bcd_real_constant(s->layer[s->depth].out * s->samples, s->y, mem);
    CLARKE_TRY(bcd_real_scratch(b, mem));
    *bcd = b;
    return clarke_arena_status(mem);
}

/* ---- between the iterate and the working precision ---- */

static clarke_real *bcd_real_at(const clarke_bcd *b, size_t block)
{
    size_t i;
    switch (clarke_split_role_of(b->split, block, &i)) {
    case CLARKE_ROLE_W: return b->layer[i].w;
    case CLARKE_ROLE_B: return b->layer[i].b;
    case CLARKE_ROLE_V: return b->layer[i].v;
    case CLARKE_ROLE_U: break;
    }
    return b->layer[i].u;
}

static void bcd_real_load(clarke_bcd *b)
{
    for (size_t k = 0; k < b->split->layout.count; k++) {
        const size_t n = clarke_split_size(b->split, k);
        clarke_real *to = bcd_real_at(b, k);
        const double *from = b->x + b->split->layout.block[k].offset;
        for (size_t e = 0; e < n; e++) to[e] = (clarke_real)from[e];
    }
}

static void bcd_real_store(clarke_bcd *b, size_t block)
{
    clarke_real_store(clarke_split_size(b->split, block), bcd_real_at(b, block),
                      b->x + b->split->layout.block[block].offset);
}

static clarke_status bcd_real_update(clarke_bcd *b, size_t block, clarke_inner *inner)
{
    size_t i;
    switch (clarke_split_role_of(b->split, block, &i)) {
    case CLARKE_ROLE_W: return CLARKE_REAL(clarke_bcd_weights)(b, i, inner);
    case CLARKE_ROLE_B: CLARKE_REAL(clarke_bcd_biases)(b, i); break;
    case CLARKE_ROLE_V: return CLARKE_REAL(clarke_bcd_values)(b, i, inner);
    case CLARKE_ROLE_U: CLARKE_REAL(clarke_bcd_inputs)(b, i, inner); break;
    }
    return CLARKE_OK;
}

static clarke_bcd_formed bcd_real_formed(const clarke_bcd *b, size_t block)
{
    clarke_bcd_formed formed = {0};
    size_t i;
    const clarke_split_role role = clarke_split_role_of(b->split, block, &i);
    if (role == CLARKE_ROLE_U) formed.product = b->z;
    if (role != CLARKE_ROLE_W || b->layer[i].w_linear ||
        !clarke_bcd_plain(&b->split->layer[i].w_term))
        return formed;
    formed.gram = i == 1 ? b->kept_first : b->kept;
    formed.right = b->right;
    return formed;
}

const clarke_bcd_engine CLARKE_REAL(clarke_bcd_real) = {
    .make = bcd_real_make,
    .load = bcd_real_load,
    .store = bcd_real_store,
    .update = bcd_real_update,
    .formed = bcd_real_formed,
};
