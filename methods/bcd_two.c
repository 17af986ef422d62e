/* Block coordinate descent on a two-splitting (Zeng, Lau, Lin, Yao, arXiv 1803.00225, Algorithm 1):
   V_N, W_N, then V_i, W_i for i = N-1, ..., 1, each with alpha/2 |. - old|^2. With sigma nonlinear a
   row of W_i and a column of V_i each solve a nonconvex problem in d_{i-1} or d_i variables
   (methods/lib/kinked_fit.h); exact solvers exist for linear sigma, for one variable, and for two with
   a kink at 0, and smooth sigma takes a prox-linear step. One phase a block. */
#include "core/split.h"
#include "methods/lib/kinked_fit.h"
#include "parts/lib/prox_margin.h"

#include <string.h>

typedef struct {
    double alpha, tau;
    int order, step_last, step_v, step_w;
} bcd_two_params;

typedef struct {
    const clarke_split *s;
    bcd_two_params o;
    clarke_prox_margin_kind margin;
    bool squared, last_linear;
    clarke_fit_kind *w_kind, *v_kind; /* [N + 1]; NONE: prox-linear */
    double *z, *level;                /* [widest][n] */
    clarke_kinked_fit fit;            /* the scratch */
} bcd_two;

enum { BCD_TWO_AUTO, BCD_TWO_EXACT, BCD_TWO_LINEAR };

static bool bcd_two_smooth(const clarke_split_layer *l)
{
    return isfinite(l->activation->slope_lipschitz(&l->opts)) && !l->activation->pieces && !l->skip;
}

static clarke_status bcd_two_choose(int step, const clarke_split_layer *l, size_t d,
                                    const char *block, clarke_fit_kind *kind)
{
    *kind = step == BCD_TWO_LINEAR ? CLARKE_FIT_NONE : clarke_fit_exact(l->activation, &l->opts, d);
    if (*kind != CLARKE_FIT_NONE || (step != BCD_TWO_EXACT && bcd_two_smooth(l))) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "the %s-step of two-splitting has no %s solver for %s in %zu variables%s",
                       block, step == BCD_TWO_LINEAR ? "prox-linear" : "exact", l->activation_id, d,
                       l->skip ? " with a skip" : "");
}

static clarke_status bcd_two_solvers(bcd_two *m)
{
    const clarke_split *s = m->s;
    const bool smooth = isfinite(s->loss->smoothness(s->target));
    const bool exact = m->squared || m->margin != CLARKE_PROX_MARGIN_NONE;
    m->last_linear = m->o.step_last == BCD_TWO_LINEAR || (m->o.step_last == BCD_TWO_AUTO && !exact);
    if (!(m->last_linear ? smooth : exact))
        return clarke_fail(CLARKE_EINPUT, "the V_N-step has no %s solver for %s",
                           m->last_linear ? "prox-linear" : "exact", s->loss_id);
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        if (l->w_term.kind > CLARKE_TERM_RIDGE || l->v_term.kind > CLARKE_TERM_RIDGE)
            return clarke_fail(CLARKE_EINPUT, "bcd_two takes no term or ridge terms only");
        CLARKE_TRY(bcd_two_choose(m->o.step_w, l, l->in, "W", &m->w_kind[i]));
        if (i < s->depth)
            CLARKE_TRY(bcd_two_choose(m->o.step_v, l + 1, l->out, "V", &m->v_kind[i]));
    }
    return CLARKE_OK;
}

static clarke_status bcd_two_scratch(bcd_two *m, clarke_arena *mem)
{
    const clarke_split *s = m->s;
    size_t widest = 0;
    for (size_t i = 0; i <= s->depth; i++)
        if (s->layer[i].out > widest) widest = s->layer[i].out;
    const size_t terms = widest > s->samples ? widest : s->samples;
    m->z = clarke_vec(mem, widest * s->samples), m->level = clarke_vec(mem, widest * s->samples);
    clarke_kinked_fit *f = &m->fit;
    f->gram = clarke_vec(mem, widest * widest);
    f->right = clarke_vec(mem, widest), f->old = clarke_vec(mem, widest);
    f->h = clarke_vec(mem, widest), f->p = clarke_vec(mem, widest);
    f->value = clarke_vec(mem, terms);
    f->angle = clarke_vec(mem, CLARKE_PIECES_MAX * terms);
    f->tau = m->o.tau;
    return clarke_arena_status(mem);
}

static clarke_status bcd_two_phases(clarke_iter *it, const clarke_split *s, int order)
{
    clarke_phase *phase = clarke_alloc_array(it->mem, s->layout.count, sizeof *phase);
    CLARKE_TRY(clarke_arena_status(it->mem));
    it->phases = 0, it->phase = phase;
    for (size_t k = s->depth; k > 0; k--) {
        const clarke_split_layer *l = &s->layer[order == 0 ? k : s->depth + 1 - k];
        const size_t block[2] = {order == 0 ? l->v : l->w, order == 0 ? l->w : l->v};
        for (size_t b = 0; b < 2; b++)
            phase[it->phases++] = (clarke_phase){s->layout.block[block[b]].name, block[b]};
    }
    return CLARKE_OK;
}

static clarke_status bcd_two_init(clarke_iter *it, const void *params, void *state)
{
    bcd_two *m = state;
    m->o = *(const bcd_two_params *)params;
    m->s = it->oracle->problem->split;
    if (!m->s || m->s->kind != CLARKE_SPLIT_TWO)
        return clarke_fail(CLARKE_EINPUT, "bcd_two needs a two-splitting; %s is none",
                           it->oracle->problem->spec);
    m->squared = strcmp(m->s->loss_id, "squared") == 0;
    m->margin = clarke_prox_margin_of(m->s->loss_id);
    m->w_kind = clarke_alloc_array(it->mem, m->s->depth + 1, sizeof *m->w_kind);
    m->v_kind = clarke_alloc_array(it->mem, m->s->depth + 1, sizeof *m->v_kind);
    CLARKE_TRY(clarke_arena_status(it->mem));
    CLARKE_TRY(bcd_two_solvers(m));
    CLARKE_TRY(bcd_two_phases(it, m->s, m->o.order));
    return bcd_two_scratch(m, it->mem);
}

static double bcd_two_ridge(const clarke_term *r)
{
    return r->kind == CLARKE_TERM_RIDGE ? r->weight : 0.0;
}

/* level = K_i + sigma_i(W_i V_{i-1}). */
static void bcd_two_level(bcd_two *m, const double *x, size_t i)
{
    const clarke_split *s = m->s;
    const clarke_split_layer *l = &s->layer[i];
    const double *input = clarke_split_input(s, x, i);
    const size_t size = l->out * s->samples;
    clarke_gemm(false, false, l->out, s->samples, l->in, 1.0, clarke_split_block(s, x, l->w),
                l->out, input, l->in, 0.0, m->z, l->out);
    l->activation->value(&l->opts, size, m->z, m->level);
    for (size_t e = 0; e < size && l->skip; e++) m->level[e] += input[e];
}

/* As in three-splitting, with sigma(W_N V_{N-1}) + K_N where U_N + K_N is there. */
static void bcd_two_outputs(bcd_two *m, double *x, clarke_inner *inner)
{
    const clarke_split *s = m->s;
    const clarke_split_layer *l = &s->layer[s->depth];
    const size_t d = l->out, size = d * s->samples;
    const double mu = bcd_two_ridge(&l->v_term),
                 w = m->squared && !m->last_linear ? s->weight : 0.0;
    const double c = l->gamma + m->o.alpha + mu + w;
    double *v = x + s->layout.block[l->v].offset;
    bcd_two_level(m, x, s->depth);
    if (m->last_linear) s->loss->gradient(d, s->samples, s->weight, v, s->y, m->z);
    for (size_t e = 0; e < size; e++) {
        const double centre = l->v_term.centre ? mu * l->v_term.centre[e] : 0.0;
        const double pull = m->last_linear ? m->z[e] : 0.0;
        v[e] = (l->gamma * m->level[e] + m->o.alpha * v[e] + w * s->y[e] + centre - pull) / c;
    }
    for (size_t j = 0; j < s->samples && !m->squared && !m->last_linear; j++) {
        const double *y = s->y + j * d;
        double margin = 0.0, square = 0.0;
        for (size_t r = 0; r < d; r++) margin += y[r] * v[j * d + r], square += y[r] * y[r];
        const double t = clarke_prox_margin(m->margin, s->weight, c, margin, square, inner);
        for (size_t r = 0; r < d; r++) v[j * d + r] += t * y[r];
    }
}

static clarke_status bcd_two_fit(bcd_two *m, clarke_fit_kind kind, clarke_inner *inner)
{
    if (kind != CLARKE_FIT_NONE) return clarke_fit_solve(&m->fit, kind, inner);
    clarke_fit_step(&m->fit);
    return CLARKE_OK;
}

/* Row r of W_i: the terms are the samples, a_j = V_{i-1}[:,j], c_j = (V_i - K_i)[r,j]. */
static clarke_status bcd_two_weights(bcd_two *m, double *x, size_t i, clarke_inner *inner)
{
    const clarke_split *s = m->s;
    const clarke_split_layer *l = &s->layer[i];
    const double *input = clarke_split_input(s, x, i), *v = clarke_split_block(s, x, l->v);
    const double lambda = bcd_two_ridge(&l->w_term);
    double *w = x + s->layout.block[l->w].offset;
    clarke_kinked_fit *f = &m->fit;
    f->activation = l->activation, f->opts = &l->opts;
    f->d = l->in, f->terms = s->samples, f->skip = false;
    f->a = input, f->row_step = l->in, f->column_step = 1;
    f->gamma = l->gamma, f->q = m->o.alpha + lambda;
    for (size_t e = 0; e < l->out * s->samples; e++)
        m->level[e] = v[e] - (l->skip ? input[e] : 0.0);
    for (size_t r = 0; r < l->out; r++) {
        f->c = m->level + r, f->c_step = l->out;
        for (size_t c = 0; c < l->in; c++) {
            const size_t e = c * l->out + r;
            f->p[c] = w[e];
            f->h[c] = m->o.alpha * w[e] + (l->w_term.centre ? lambda * l->w_term.centre[e] : 0.0);
        }
        CLARKE_TRY(bcd_two_fit(m, m->w_kind[i], inner));
        for (size_t c = 0; c < l->in; c++) w[c * l->out + r] = f->p[c];
    }
    return CLARKE_OK;
}

/* Column j of V_i: the terms are the rows of layer i + 1, a_k = W_{i+1}[k,:], c_k = V_{i+1}[k,j]. */
static clarke_status bcd_two_hidden(bcd_two *m, double *x, size_t i, clarke_inner *inner)
{
    const clarke_split *s = m->s;
    const clarke_split_layer *l = &s->layer[i], *next = l + 1;
    const double mu = bcd_two_ridge(&l->v_term);
    double *v = x + s->layout.block[l->v].offset;
    clarke_kinked_fit *f = &m->fit;
    bcd_two_level(m, x, i);
    f->activation = next->activation, f->opts = &next->opts;
    f->d = l->out, f->terms = next->out, f->skip = next->skip;
    f->a = clarke_split_block(s, x, next->w), f->row_step = 1, f->column_step = next->out;
    f->gamma = next->gamma, f->q = l->gamma + m->o.alpha + mu;
    for (size_t j = 0; j < s->samples; j++) {
        f->c = clarke_split_block(s, x, next->v) + j * next->out, f->c_step = 1;
        for (size_t r = 0; r < l->out; r++) {
            const size_t e = j * l->out + r;
            f->p[r] = v[e];
            f->h[r] = l->gamma * m->level[e] + m->o.alpha * v[e] +
                      (l->v_term.centre ? mu * l->v_term.centre[e] : 0.0);
        }
        CLARKE_TRY(bcd_two_fit(m, m->v_kind[i], inner));
        memcpy(v + j * l->out, f->p, l->out * sizeof *v);
    }
    return CLARKE_OK;
}

static clarke_status bcd_two_step(clarke_iter *it, void *state, size_t phase)
{
    bcd_two *m = state;
    size_t i;
    if (clarke_split_role_of(m->s, it->phase[phase].block, &i) == CLARKE_ROLE_W)
        return bcd_two_weights(m, it->x, i, &it->inner);
    if (i < m->s->depth) return bcd_two_hidden(m, it->x, i, &it->inner);
    bcd_two_outputs(m, it->x, &it->inner);
    return CLARKE_OK;
}

static const clarke_param bcd_two_table[] = {
    {"alpha", CLARKE_PARAM_REAL, offsetof(bcd_two_params, alpha), "1", 0.0, 1e12, NULL,
     "prox coefficient"},
    {"order", CLARKE_PARAM_CHOICE, offsetof(bcd_two_params, order), "backward", 0.0, 0.0,
     "backward|forward", "the paper's sweep from V_N to W_1, or from W_1 to V_N"},
    {"step_last", CLARKE_PARAM_CHOICE, offsetof(bcd_two_params, step_last), "auto", 0.0, 0.0,
     "auto|exact|linear", "of V_N; auto: exact where there is an exact solver"},
    {"step_v", CLARKE_PARAM_CHOICE, offsetof(bcd_two_params, step_v), "auto", 0.0, 0.0,
     "auto|exact|linear", "of V_i"},
    {"step_w", CLARKE_PARAM_CHOICE, offsetof(bcd_two_params, step_w), "auto", 0.0, 0.0,
     "auto|exact|linear", "of W_i"},
    {"tau", CLARKE_PARAM_REAL, offsetof(bcd_two_params, tau), "1", 1e-6, 1e6, NULL,
     "prox-linear W and V: tau L/2 |. - old|^2 with L a Lipschitz constant (> 1/2 to descend)"},
    {0}};

static const clarke_phase bcd_two_default[] = {{"sweep", CLARKE_ALL_BLOCKS}};

const clarke_method_desc clarke_method_bcd_two = {
    .title = "Block coordinate descent, two-splitting",
    .formula = "V_N, W_N, then V_i, W_i for i = N-1..1: "
               "\\arg\\min_B L(..., B, ...) + \\frac\\alpha2\\|B - B_{old}\\|^2",
    .source = "Zeng, Lau, Lin, Yao, arXiv 1803.00225",
    .paper = "P4",
    .params = bcd_two_table,
    .params_size = sizeof(bcd_two_params),
    .phases = 1,
    .phase = bcd_two_default,
    .state_size = sizeof(bcd_two),
    .init = bcd_two_init,
    .step = bcd_two_step,
};
