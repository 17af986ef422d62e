#include "tests/lib/split_reference.h"

#include "core/stream.h"

#include <criterion/criterion.h>
#include <string.h>

static long double reference_sigma(const clarke_split_layer *l, long double t)
{
    const char *id = l->activation_id;
    const long double a = (long double)l->opts.negative_slope;
    if (strcmp(id, "linear") == 0) return t;
    if (strcmp(id, "relu") == 0) return t > 0.0L ? t : 0.0L;
    if (strcmp(id, "leaky_relu") == 0) return t > 0.0L ? t : a * t;
    if (strcmp(id, "abs") == 0) return fabsl(t);
    if (strcmp(id, "hard_tanh") == 0) return fminl(1.0L, fmaxl(-1.0L, t));
    if (strcmp(id, "tanh") == 0) return tanhl(t);
    if (strcmp(id, "sigmoid") == 0) return 1.0L / (1.0L + expl(-t));
    cr_assert_fail("no reference of the activation %s", id);
    return 0.0L;
}

static long double reference_loss(const clarke_split *s, const double *z, const double *y)
{
    const size_t size = s->layer[s->depth].out;
    long double m = 0.0L, square = 0.0L, mass = 0.0L, cross = 0.0L;
    for (size_t c = 0; c < size; c++) {
        const long double t = (long double)z[c], u = (long double)y[c];
        m += t * u, square += (t - u) * (t - u), mass += expl(t), cross += u * t;
    }
    const long double h = fmaxl(0.0L, 1.0L - m);
    if (strcmp(s->loss_id, "squared") == 0) return 0.5L * square;
    if (strcmp(s->loss_id, "hinge") == 0) return h;
    if (strcmp(s->loss_id, "squared_hinge") == 0) return 0.5L * h * h;
    if (strcmp(s->loss_id, "logistic") == 0) return logl(1.0L + expl(-m));
    return logl(mass) - cross;
}

static long double reference_term(const clarke_term *r, size_t size, const double *x)
{
    long double sum = 0.0L;
    for (size_t e = 0; e < size; e++) {
        const long double t = (long double)x[e];
        const long double d = t - (r->centre ? (long double)r->centre[e] : 0.0L);
        if (r->kind == CLARKE_TERM_RIDGE) sum += 0.5L * (long double)r->weight * d * d;
        if (r->kind == CLARKE_TERM_L1) sum += (long double)r->weight * fabsl(t);
        if (r->kind == CLARKE_TERM_BOX && (x[e] < r->low || x[e] > r->high)) return INFINITY;
    }
    return sum;
}

static long double reference_layer(const clarke_split *s, const double *x, size_t i)
{
    const clarke_split_layer *l = &s->layer[i];
    const double *w = x + s->layout.block[l->w].offset, *v = x + s->layout.block[l->v].offset;
    const double *input = i == 1 ? s->x : x + s->layout.block[s->layer[i - 1].v].offset;
    long double fit = 0.0L, tie = 0.0L;
    for (size_t j = 0; j < s->samples; j++)
        for (size_t r = 0; r < l->out; r++) {
            long double z = 0.0L;
            for (size_t c = 0; c < l->in; c++)
                z += (long double)w[c * l->out + r] * (long double)input[j * l->in + c];
            if (s->bias) z += (long double)x[s->layout.block[l->b].offset + r];
            long double u = z;
            if (s->kind == CLARKE_SPLIT_THREE) {
                u = (long double)x[s->layout.block[l->u].offset + j * l->out + r];
                tie += (u - z) * (u - z);
            }
            long double t = (long double)v[j * l->out + r] - reference_sigma(l, u);
            if (l->skip) t -= (long double)input[j * l->in + r];
            fit += t * t;
        }
    return 0.5L * (long double)l->gamma * fit + 0.5L * (long double)l->rho * tie +
           reference_term(&l->w_term, l->out * l->in, w) +
           reference_term(&l->v_term, l->out * s->samples, v);
}

long double split_reference_value(const clarke_split *s, const double *x)
{
    const size_t size = s->layer[s->depth].out;
    const double *z = x + s->layout.block[s->layer[s->depth].v].offset;
    long double f = 0.0L;
    for (size_t j = 0; j < s->samples; j++)
        f += (long double)s->weight * reference_loss(s, z + j * size, s->y + j * size);
    for (size_t i = 1; i <= s->depth; i++) f += reference_layer(s, x, i);
    return f;
}

split_case split_case_open(const char *spec, uint64_t seed, double deviation)
{
    split_case c = {.mem = clarke_arena_new(0)};
    const clarke_stream stream = clarke_stream_make(seed, spec, "", 0, 0, "test");
    cr_assert_eq(clarke_problem_from_text(spec, c.mem, &c.p), CLARKE_OK, "%s: %s", spec,
                 clarke_message());
    c.s = c.p->split;
    cr_assert(c.s, "%s: no split network", spec);
    cr_assert_eq(clarke_split_work_make(c.s, c.mem, &c.w), CLARKE_OK);
    c.x = clarke_vec(c.mem, c.p->n), c.y = clarke_vec(c.mem, c.p->n);
    cr_assert_not(clarke_arena_failed(c.mem));
    for (size_t e = 0; e < c.p->n; e++)
        c.x[e] = c.p->start[e] + deviation * clarke_stream_gaussian(&stream, 0, e);
    memcpy(c.y, c.x, c.p->n * sizeof *c.y);
    return c;
}

void split_case_close(split_case *c)
{
    clarke_arena_free(c->mem);
}
