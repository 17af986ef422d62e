/* f(x) = g(Q x), Q = diag(Q_1, ..., Q_B) with a reflection Q_b = I - 2 v v'/(v'v), v = (1, 2,
   ..., the size of block b) in each block: hides separable sums and keeps everything that block
   methods do, since |Q_b u| = |u|: iterates turn with the blocks.

   Rounding as in the wrapper rotate, block by block; sums of `size` products are plain, so with K
   = 4 size + 40 coordinate j of Q x is off by less than eps (2 |x_j| + 2 |y_j| + 3 K (|v_j|/|v|)
   |x_b|), both directions together. */
#include "problems/lib/pullback.h"

#include <string.h>

typedef struct {
    size_t unused;
} block_rotate;

typedef struct {
    const clarke_block *block;
    size_t blocks;
    double *point, *centre; /* [n] scratch of block steps */
} block_rotate_map;

/* v = (1, 2, ..., size): v'v and v'g as plain sums. */
static void block_rotate_reflect(size_t size, double *g)
{
    double dot = 0.0, square = 0.0;
    for (size_t j = 0; j < size; j++) {
        const double v = (double)j + 1.0;
        dot += v * g[j];
        square += v * v;
    }
    for (size_t j = 0; j < size; j++) g[j] -= 2.0 * dot / square * ((double)j + 1.0);
}

static size_t block_rotate_size(const clarke_block *b)
{
    return b->rows * b->cols;
}

static void block_rotate_turn(const void *map, size_t n, double *g)
{
    const block_rotate_map *m = map;
    (void)n;
    for (size_t b = 0; b < m->blocks; b++)
        block_rotate_reflect(block_rotate_size(&m->block[b]), g + m->block[b].offset);
}

static void block_rotate_apply(const void *map, size_t n, const double *x, double *y)
{
    memcpy(y, x, n * sizeof *y);
    block_rotate_turn(map, n, y);
}

static void block_rotate_slack(const void *map, size_t n, const double *x, const double *y,
                               double *slack)
{
    const block_rotate_map *m = map;
    (void)n;
    for (size_t b = 0; b < m->blocks; b++) {
        const size_t size = block_rotate_size(&m->block[b]), first = m->block[b].offset;
        const double k = 4.0 * (double)size + 40.0, norm = clarke_scalar_norm(size, x + first);
        double square = 0.0;
        for (size_t j = 1; j <= size; j++) square += (double)j * (double)j;
        for (size_t j = 0; j < size; j++)
            slack[first + j] = DBL_EPSILON * (2.0 * fabs(x[first + j]) + 2.0 * fabs(y[first + j]) +
                                              3.0 * k * (((double)j + 1.0) / sqrt(square)) * norm);
    }
}

/* ---- block steps ---- */

static const clarke_pullback *block_rotate_pull(const clarke_problem *p)
{
    return p->data;
}

static const block_rotate_map *block_rotate_of(const clarke_problem *p)
{
    return block_rotate_pull(p)->map;
}

static const double *block_rotate_point(const clarke_problem *p, const double *x)
{
    const block_rotate_map *m = block_rotate_of(p);
    block_rotate_apply(m, p->n, x, m->point);
    return m->point;
}

static double block_rotate_value_gap(const clarke_problem *p, const double *x)
{
    const clarke_problem *inner = block_rotate_pull(p)->inner;
    return inner->desc->value_gap(inner, block_rotate_point(p, x));
}

static void block_rotate_block_prox(const clarke_problem *p, size_t block, double weight,
                                    const double *x, const double *centre, double *y)
{
    const clarke_problem *inner = block_rotate_pull(p)->inner;
    const block_rotate_map *m = block_rotate_of(p);
    const size_t size = block_rotate_size(&m->block[block]);
    memcpy(m->centre, centre, size * sizeof *centre);
    block_rotate_reflect(size, m->centre);
    inner->desc->block_prox(inner, block, weight, block_rotate_point(p, x), m->centre, y);
    block_rotate_reflect(size, y);
}

static void block_rotate_block_gradient(const clarke_problem *p, size_t block, const double *x,
                                        double *g)
{
    const clarke_problem *inner = block_rotate_pull(p)->inner;
    inner->desc->block_gradient(inner, block, block_rotate_point(p, x), g);
    block_rotate_reflect(block_rotate_size(&block_rotate_of(p)->block[block]), g);
}

static double block_rotate_block_lipschitz(const clarke_problem *p, size_t block, const double *x)
{
    const clarke_problem *inner = block_rotate_pull(p)->inner;
    return inner->desc->block_lipschitz(inner, block, block_rotate_point(p, x));
}

static void block_rotate_block_simple(const clarke_problem *p, size_t block, double step,
                                      const double *v, double *y)
{
    const clarke_problem *inner = block_rotate_pull(p)->inner;
    const block_rotate_map *m = block_rotate_of(p);
    const size_t size = block_rotate_size(&m->block[block]);
    memcpy(m->centre, v, size * sizeof *v);
    block_rotate_reflect(size, m->centre);
    inner->desc->block_simple(inner, block, step, m->centre, y);
    block_rotate_reflect(size, y);
}

static void block_rotate_capabilities(clarke_problem_desc *desc, const clarke_problem_desc *from)
{
    if (from->value_gap) desc->value_gap = block_rotate_value_gap;
    if (from->block_prox) desc->block_prox = block_rotate_block_prox;
    if (from->block_gradient) desc->block_gradient = block_rotate_block_gradient;
    if (from->block_lipschitz) desc->block_lipschitz = block_rotate_block_lipschitz;
    if (from->block_simple) desc->block_simple = block_rotate_block_simple;
}

static clarke_status block_rotate_make(clarke_problem *p, const clarke_wrapping *w,
                                       clarke_arena *mem)
{
    block_rotate_map *m = clarke_alloc(mem, sizeof *m);
    double *point = clarke_vec(mem, p->n), *centre = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    if (p->term_deviation != 0.0)
        return clarke_fail(CLARKE_EINPUT, "block_rotate: %s is a sum; use rotate", p->id);
    *m = (block_rotate_map){p->layout.block, p->layout.count, point, centre};
    p->traits &= ~(unsigned)CLARKE_TRAIT_SEPARABLE;
    p->default_weak_convexity = NAN; /* the box covers other points than before */
    if (p->smoothness > 0.0 && p->n > p->layout.count) {
        /* L was for the box, which the rotated box leaves. */
        p->smoothness = NAN;
        p->traits &= ~(unsigned)CLARKE_TRAIT_SMOOTH;
    }
    w->desc->title = clarke_arena_printf(mem, "%s, each block rotated", w->inner->desc->title);
    w->desc->formula = clarke_arena_printf(
        mem, "g(Q x), Q = diag(I - 2 v v'/(v'v)) by blocks, g(x) = %s", w->inner->desc->formula);
    if (w->desc->stationary_set)
        w->desc->stationary_set =
            clarke_arena_printf(mem, "{x : Q x in S}, S = %s", w->desc->stationary_set);
    if (w->desc->field_set)
        w->desc->field_set = clarke_arena_printf(mem, "{x : Q x in S}, S = %s", w->desc->field_set);
    const clarke_pullback map = {.map = m,
                                 .forward = block_rotate_apply,
                                 .backward = block_rotate_apply,
                                 .turn = block_rotate_turn,
                                 .slack = block_rotate_slack,
                                 .factor = 1.0,
                                 .stretch = 1.0};
    CLARKE_TRY(clarke_pullback_make(p, w, &map, mem));
    block_rotate_capabilities(w->desc, w->inner->desc);
    return CLARKE_OK;
}

static const clarke_param block_rotate_params[] = {{0}};

const clarke_wrapper_desc clarke_wrapper_block_rotate = {
    .title = "Rotation within each block by a Householder reflection",
    .formula = "g(Q x), Q = diag(Q_1, ..., Q_B)",
    .source = "folklore",
    .params = block_rotate_params,
    .params_size = sizeof(block_rotate),
    .make = block_rotate_make,
};
