/* bcd_three and bcd_two: sweeps against an extended-precision reference, every phase against its
   own optimality, biases, single precision, refusals. What is known in closed form is in
   test_split_closed.c. */
#include "core/stream.h"
#include "core/sum.h"
#include "engine/run.h"
#include "methods/lib/bcd_falls.h"
#include "parts/lib/prox_unit.h"
#include "tests/lib/split_drive.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* F(x) + alpha/2 |block - old|^2 in extended precision, where the block has the proximal term. */
static long double penalised(const split_case *c, const double *x, const double *old, size_t block,
                             double alpha)
{
    const clarke_block *b = &c->s->layout.block[block];
    long double sum = 0.0L;
    for (size_t e = b->offset; e < b->offset + b->rows * b->cols; e++)
        sum += ((long double)x[e] - (long double)old[e]) *
               ((long double)x[e] - (long double)old[e]);
    return split_reference_value(c->s, x) + 0.5L * (long double)alpha * sum;
}

static double prox_of(const split_case *c, size_t block, double alpha)
{
    size_t i;
    const clarke_split_role role = clarke_split_role_of(c->s, block, &i);
    if (c->s->kind == CLARKE_SPLIT_TWO) return alpha;
    if (role == CLARKE_ROLE_V) return i == c->s->depth ? alpha : 0.0;
    if (role == CLARKE_ROLE_U) return i == c->s->depth ? 0.0 : alpha;
    return alpha;
}

static const struct {
    const char *method, *problem;
} exact[] = {
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,loss=hinge,weight=sum"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,loss=logistic,bias=yes"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,loss=squared_hinge,rho=0.4"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,activation=leaky_relu"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,activation=hard_tanh"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,activation=abs,gamma=1.7"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,activation=linear"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=4/4/3,residual=yes,bias=yes,"
                            "w_term=ridge,v_term=ridge,rho=2"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,w_term=l1,w_weight=0.4"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,w_term=box,w_low=-0.3,"
                            "w_high=0.2,v_term=box"},
    {"bcd_three:alpha=0.6", "split_three:samples=7,inputs=4,widths=5/3,v_term=l1,bias=yes"},
    {"bcd_three:alpha=0.6,order=forward", "split_three:samples=7,inputs=4,widths=4/4,residual=yes"},
    {"bcd_two:alpha=0.3", "split_two:samples=5,inputs=2,widths=2/2,outputs=1,w_term=ridge"},
    {"bcd_two:alpha=0.3", "split_two:samples=5,inputs=2,widths=2/2,residual=yes,activation=abs"},
    {"bcd_two:alpha=0.3",
     "split_two:samples=5,inputs=1,widths=1/1,activation=hard_tanh,loss=hinge"},
    {"bcd_two:alpha=0.3",
     "split_two:samples=5,inputs=2,widths=1/2,activation=leaky_relu,v_term=ridge"},
    {"bcd_two:alpha=0.3,order=forward",
     "split_two:samples=5,inputs=4,widths=5/3,activation=linear"}};
enum { EXACT = sizeof exact / sizeof *exact };

static split_drive exact_open(size_t i)
{
    char text[256];
    snprintf(text, sizeof text, "%s", exact[i].problem);
    for (char *c = text; *c; c++)
        if (*c == '/') *c = ',';
    return split_drive_open(exact[i].method, text, 3,
                            strstr(text, "box") ? 0.0 : 0.3); /* inside the boxes */
}

/* Of a smooth block: gradient + alpha (B - B_old) = 0, where the gradient is that of the point after, by
   formulas that share nothing with the update. The systems have conditions below 1e3 and entries of
   size 10. */
static void expect_optimal(split_case *c, const char *problem, size_t block, double alpha)
{
    size_t i;
    const clarke_split_role role = clarke_split_role_of(c->s, block, &i);
    const bool three = c->s->kind == CLARKE_SPLIT_THREE;
    const bool hinge = role == CLARKE_ROLE_V && i == c->s->depth &&
                       strcmp(c->s->loss_id, "hinge") == 0;
    const clarke_term *r = &c->s->layer[i].w_term;
    if (r->kind == CLARKE_TERM_L1 || r->kind == CLARKE_TERM_BOX) return;
    r = &c->s->layer[i].v_term;
    if (r->kind == CLARKE_TERM_L1 || r->kind == CLARKE_TERM_BOX) return;
    if (hinge || (three ? role == CLARKE_ROLE_U && i < c->s->depth : i < c->s->depth)) return;
    const clarke_block *b = &c->s->layout.block[block];
    double *g = clarke_vec(c->mem, c->p->n);
    clarke_split_stationarity(c->w, c->x, CLARKE_NOTION_SELECTION, 0.0, NULL, g);
    for (size_t e = b->offset; e < b->offset + b->rows * b->cols; e++)
        cr_expect(fabs(g[e] + alpha * (c->x[e] - c->y[e])) <= 1e-11, "%s, %s: entry %zu leaves %g",
                  problem, b->name, e, g[e] + alpha * (c->x[e] - c->y[e]));
}

/* Every phase leaves its block at a minimiser: of 24 trial points, small and large steps along random
   directions and single entries, none is lower. A value errs by 2^-56 in extended precision, and the
   block by a relative 1e-13, whose square is what a minimum moves by. */
Test(split_methods, each_phase_is_a_global_minimiser)
{
    static const double size[] = {1e-5, 1e-2, 1.0, 4.0};
    for (size_t i = 0; i < EXACT; i++) {
        split_drive d = exact_open(i);
        const double alpha = i < 13 ? 0.6 : 0.3;
        const clarke_stream s = clarke_stream_make(5, "trial", "", i, 0, "test");
        for (size_t k = 0; k < 3; k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) {
                const size_t block = d.it.phase[phase].block;
                const clarke_block *b = &d.c.s->layout.block[block];
                const double prox = prox_of(&d.c, block, alpha);
                memcpy(d.c.y, d.c.x, d.c.p->n * sizeof *d.c.y);
                split_drive_phase(&d, phase);
                for (size_t e = 0; e < d.c.p->n; e++)
                    cr_assert(d.c.x[e] == d.c.y[e] ||
                                  (e >= b->offset && e < b->offset + b->rows * b->cols),
                              "%s: the phase %s moved entry %zu", exact[i].problem, b->name, e);
                expect_optimal(&d.c, exact[i].problem, block, prox);
                const long double f = penalised(&d.c, d.c.x, d.c.y, block, prox);
                double *x = clarke_vec(d.c.mem, d.c.p->n);
                for (size_t t = 0; t < 24; t++) {
                    memcpy(x, d.c.x, d.c.p->n * sizeof *x);
                    const size_t one =
                        clarke_stream_index(&s, 1000 * k + t, 999, b->rows * b->cols);
                    for (size_t e = 0; e < b->rows * b->cols; e++)
                        if (t % 2 == 0 || e == one)
                            x[b->offset + e] += size[t % 4] *
                                                clarke_stream_gaussian(&s, 1000 * k + t, e);
                    const long double g = penalised(&d.c, x, d.c.y, block, prox);
                    cr_expect(g - f >= -1e-14L * (1.0L + fabsl(f)),
                              "%s, %s, trial %zu: lower by %Lg", exact[i].problem, b->name, t,
                              f - g);
                }
            }
        split_case_close(&d.c);
    }
}

/* Along a run the objective falls at every phase, by what clarke_split_change says, and the sum of the
   drops is the fall. The residual of the last point is small against the first. */
Test(split_methods, phases_descend)
{
    for (size_t i = 0; i < EXACT; i++) {
        split_drive d = exact_open(i);
        const double start = clarke_split_value(d.c.w, d.c.x);
        clarke_sum fall = {0};
        for (d.it.k = 0; d.it.k < 60; d.it.k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) {
                const clarke_split_drop drop = split_drive_drop(&d, phase);
                cr_expect(drop.decrease >= -drop.rounding, "%s, %s: rises by %g", exact[i].problem,
                          d.it.phase[phase].name, -drop.decrease);
                cr_expect_eq(d.it.inner.missed, 0);
                clarke_sum_add(&fall, drop.decrease);
            }
        const double end = clarke_split_value(d.c.w, d.c.x);
        cr_expect(fabs(start - end - clarke_sum_of(&fall)) <= 1e-12 * (1.0 + start),
                  "%s: fell by %.17g, the drops add to %.17g", exact[i].problem, start - end,
                  clarke_sum_of(&fall));
        cr_expect_lt(end, 0.9 * start, "%s: from %g to %g", exact[i].problem, start, end);
        split_case_close(&d.c);
    }
}

/* What methods/lib/bcd_falls.h says of an update is what clarke_split_change says, within both bounds,
   which are small. A V_i that is told a sweep later is compared before its next update. */
static void check_fall(const split_drive *d, const clarke_bcd_fall_known *known,
                       const clarke_split_drop *wanted)
{
    const clarke_split_drop want = wanted[known->block];
    cr_expect(fabs(known->drop.decrease - want.decrease) <= known->drop.rounding + want.rounding,
              "%s: falls by %.17g, not %.17g", d->c.s->layout.block[known->block].name,
              known->drop.decrease, want.decrease);
    cr_expect(fabs(known->drop.step - want.step) <= 1e-12 * want.step);
    cr_expect_leq(known->drop.rounding, 1e-9, "%s", d->c.s->layout.block[known->block].name);
}

Test(split_methods, falls_from_products)
{
    static const char *const problem[] = {
        "split_three:inputs=4,widths=5,3,outputs=2,samples=7,bias=yes,gamma=1.3,rho=0.7",
        "split_three:inputs=4,widths=5,3,outputs=2,samples=7,activation=tanh,loss=logistic",
        "split_three:inputs=4,widths=6,outputs=2,samples=9,activation=leaky_relu,bias=yes"};
    for (size_t i = 0; i < 3; i++) {
        split_drive d =
            split_drive_open("bcd_three:alpha=0.7,bias_step=jacobi", problem[i], i, 0.4);
        const clarke_bcd_state *m = d.state;
        clarke_split_drop wanted[16];
        clarke_bcd_fall_known known[16];
        clarke_bcd_falls *falls;
        size_t told = 0;
        cr_assert_eq(clarke_bcd_falls_make(d.c.s, d.c.x, d.c.mem, &falls), CLARKE_OK);
        for (d.it.k = 0; d.it.k < 30; d.it.k++)
            for (size_t phase = 0; phase < d.it.phases; phase++) {
                const size_t block = d.it.phase[phase].block;
                const double *old = clarke_split_block(d.c.s, d.c.y, block);
                memcpy(d.c.y, d.c.x, d.c.p->n * sizeof *d.c.y);
                clarke_bcd_falls_before(falls, d.c.x, block);
                split_drive_phase(&d, phase);
                const size_t count = clarke_bcd_falls_after(
                    falls, d.c.w, d.c.x, block, m->engine->formed(m->bcd, block), known);
                wanted[block] = clarke_split_change(d.c.w, d.c.x, old, block);
                for (size_t k = 0; k < count; k++) check_fall(&d, &known[k], wanted);
                told += count;
            }
        const size_t rest = clarke_bcd_falls_rest(falls, d.c.x, known);
        for (size_t k = 0; k < rest; k++) check_fall(&d, &known[k], wanted);
        cr_expect_eq(told + rest, 30 * d.it.phases);
        split_case_close(&d.c);
    }
}

/* So many samples that U_1 is done in parts: the product is W X, two products added, of which each is
   rounded, and every entry of U is the prox of its own. */
static void check_parts(const char *problem)
{
    split_drive d = split_drive_open("bcd_three:alpha=0.7", problem, 9, 0.4);
    const clarke_bcd_state *m = d.state;
    const clarke_split *s = d.c.s;
    const clarke_split_layer *l = &s->layer[1];
    size_t phase = 0, far = 0, other = 0;
    while (d.it.phase[phase].block != l->u) phase++;
    memcpy(d.c.y, d.c.x, d.c.p->n * sizeof *d.c.y);
    split_drive_phase(&d, phase);
    const double *z = m->engine->formed(m->bcd, l->u).product;
    const double *w = clarke_split_block(s, d.c.y, l->w), *b = clarke_split_block(s, d.c.y, l->b);
    const double *v = clarke_split_block(s, d.c.y, l->v), *old = clarke_split_block(s, d.c.y, l->u);
    const double *u = clarke_split_block(s, d.c.x, l->u);
    const clarke_prox_unit prox = clarke_prox_unit_make(l->gamma, l->rho + 0.7, 0.0, false);
    for (size_t e = 0; e < l->out * s->samples; e++) {
        const size_t r = e % l->out, j = e / l->out;
        double sum = 0.0, size = 0.0, cz = l->rho / (l->rho + 0.7), cu = 0.7 / (l->rho + 0.7);
        for (size_t k = 0; k < l->in; k++) {
            sum += w[k * l->out + r] * s->x[j * l->in + k];
            size += fabs(w[k * l->out + r] * s->x[j * l->in + k]);
        }
        clarke_tie_count ties = 0;
        far += !(fabs(z[e] - sum) <= (l->in > 1 ? 0x1p-50 * size : 0.0));
        other += u[e] != clarke_prox_unit_at(prox, v[e], cz * (z[e] + b[r]) + cu * old[e], &ties);
    }
    cr_expect_eq(far, 0, "%s: %zu entries of the product", problem, far);
    cr_expect_eq(other, 0, "%s: %zu entries of U", problem, other);
    split_case_close(&d.c);
}

Test(split_methods, inputs_in_parts)
{
    check_parts("split_three:inputs=2,widths=500,outputs=2,samples=100,bias=yes");
    check_parts("split_three:inputs=1,widths=300,outputs=2,samples=200,bias=yes");
}

/* The authors' bias step: W from the old b and b from the old W, written down in extended precision.
   W solves a system of condition below 1e4. */
Test(split_methods, jacobi_bias)
{
    split_drive d = split_drive_open("bcd_three:alpha=0.6,bias_step=jacobi",
                                     "split_three:samples=7,inputs=4,widths=5,bias=yes,rho=1.4", 2,
                                     0.3);
    const clarke_split *s = d.c.s;
    const clarke_split_layer *l = &s->layer[2];
    size_t phase = 0;
    while (d.it.phase[phase].block != l->w) split_drive_phase(&d, phase++);
    memcpy(d.c.y, d.c.x, d.c.p->n * sizeof *d.c.y);
    split_drive_phase(&d, phase), split_drive_phase(&d, phase + 1);
    const double *w = clarke_split_block(s, d.c.y, l->w), *b = clarke_split_block(s, d.c.y, l->b);
    const double *u = clarke_split_block(s, d.c.y, l->u), *v = clarke_split_input(s, d.c.y, 2);
    for (size_t r = 0; r < l->out; r++) {
        long double sum = 0.6L * (long double)b[r];
        for (size_t j = 0; j < s->samples; j++) {
            long double z = (long double)u[j * l->out + r];
            for (size_t c = 0; c < l->in; c++)
                z -= (long double)w[c * l->out + r] * (long double)v[j * l->in + c];
            sum += 1.4L * z;
        }
        const double wanted = (double)(sum / (1.4L * 7.0L + 0.6L));
        cr_expect_float_eq(clarke_split_block(s, d.c.x, l->b)[r], wanted,
                           1e-13 * (1.0 + fabs(wanted)), "b[%zu]", r);
    }
    /* W is at its minimum with the old b: gradient + alpha (W - W_old) = 0. */
    double *g = clarke_vec(d.c.mem, d.c.p->n);
    const size_t at = s->layout.block[l->w].offset;
    memcpy(d.c.x + s->layout.block[l->b].offset, b, l->out * sizeof *b);
    clarke_split_stationarity(d.c.w, d.c.x, CLARKE_NOTION_CLARKE, 0.0, NULL, g);
    for (size_t e = at; e < at + l->out * l->in; e++)
        cr_expect_float_eq(g[e] + 0.6 * (d.c.x[e] - d.c.y[e]), 0.0, 1e-12, "W entry %zu", e - at);
    split_case_close(&d.c);
}

/* V_1 = (0, 1), U_2 = (1, 3), gamma = rho = alpha = 1 from W_2 = b_2 = 0: the block (W, b) solves
   2 W + b = 3 and W + 3 b = 4, so it becomes (1, 1); in turn it would be (3/2, 5/6). */
Test(split_methods, joint_bias_by_hand)
{
    split_drive d = split_drive_open(
        "bcd_three:alpha=1,bias_step=joint",
        "split_three:samples=2,inputs=1,widths=1,outputs=1,bias=yes,gamma=1", 0, 0.0);
    const clarke_split_layer *l = &d.c.s->layer[2];
    size_t phase = 0;
    while (d.it.phase[phase].block != l->w) phase++;
    double *w = d.c.x + d.c.s->layout.block[l->w].offset;
    double *b = d.c.x + d.c.s->layout.block[l->b].offset;
    *w = *b = 0.0;
    memcpy(d.c.x + d.c.s->layout.block[l[-1].v].offset, (double[]){0.0, 1.0}, 2 * sizeof(double));
    memcpy(d.c.x + d.c.s->layout.block[l->u].offset, (double[]){1.0, 3.0}, 2 * sizeof(double));
    split_drive_phase(&d, phase), split_drive_phase(&d, phase + 1);
    cr_expect_float_eq(*w, 1.0, 1e-15, "W = %.17g", *w);
    cr_expect_float_eq(*b, 1.0, 1e-15, "b = %.17g", *b);
    split_case_close(&d.c);
}

/* With both, gradient + alpha (block - old) = 0 in W_i and b_i, layer by layer, for three sweeps. The
   systems have conditions below 1e4. */
Test(split_methods, joint_bias)
{
    split_drive d = split_drive_open(
        "bcd_three:alpha=0.6,bias_step=joint",
        "split_three:samples=7,inputs=4,widths=5,3,bias=yes,rho=1.4,w_term=ridge", 2, 0.3);
    const clarke_split *s = d.c.s;
    double *g = clarke_vec(d.c.mem, d.c.p->n);
    for (size_t k = 0; k < 3; k++)
        for (size_t phase = 0; phase < d.it.phases; phase++) {
            size_t i;
            if (clarke_split_role_of(s, d.it.phase[phase].block, &i) == CLARKE_ROLE_W)
                memcpy(d.c.y, d.c.x, d.c.p->n * sizeof *d.c.y);
            split_drive_phase(&d, phase);
            if (clarke_split_role_of(s, d.it.phase[phase].block, &i) != CLARKE_ROLE_B) continue;
            const clarke_block *w = &s->layout.block[s->layer[i].w];
            const clarke_block *b = &s->layout.block[s->layer[i].b];
            clarke_split_stationarity(d.c.w, d.c.x, CLARKE_NOTION_SELECTION, 0.0, NULL, g);
            for (size_t e = w->offset; e < w->offset + w->rows * w->cols; e++)
                cr_expect_float_eq(g[e] + 0.6 * (d.c.x[e] - d.c.y[e]), 0.0, 1e-12, "%s", w->name);
            for (size_t e = b->offset; e < b->offset + b->rows * b->cols; e++)
                cr_expect_float_eq(g[e] + 0.6 * (d.c.x[e] - d.c.y[e]), 0.0, 1e-12, "%s", b->name);
        }
    split_case_close(&d.c);
}

/* Single precision follows double up to its rounding: three sweeps of systems of condition below 1e3
   keep three digits and more of every entry of size 1. */
Test(split_methods, single_precision_follows)
{
    static const char problem[] =
        "split_three:inputs=4,widths=5,3,samples=7,bias=yes,loss=logistic";
    split_drive d = split_drive_open("bcd_three:alpha=1", problem, 1, 0.2);
    split_drive f = split_drive_open("bcd_three:alpha=1,precision=single", problem, 1, 0.2);
    double apart = 0.0;
    for (size_t k = 0; k < 3; k++)
        for (size_t phase = 0; phase < d.it.phases; phase++) {
            split_drive_phase(&d, phase), split_drive_phase(&f, phase);
            f.it.k = k + (phase + 1 == f.it.phases), d.it.k = f.it.k;
        }
    for (size_t e = 0; e < d.c.p->n; e++) apart = fmax(apart, fabs(d.c.x[e] - f.c.x[e]));
    cr_expect(apart > 0.0 && apart < 1e-3, "%g apart", apart);
    split_case_close(&d.c), split_case_close(&f.c);
}

/* What cannot be done is refused with its sentence. */
Test(split_methods, refusals)
{
    static const struct {
        const char *method, *problem, *sentence;
    } at[] = {
        {"bcd_three", "absquad", "bcd_three needs a three-splitting; absquad is none"},
        {"bcd_three", "split_two", "needs a three-splitting"},
        {"bcd_two", "split_three", "bcd_two needs a two-splitting"},
        {"bcd_two", "split_two", "no exact solver for relu in 5 variables"},
        {"bcd_two:step_w=linear", "split_two:inputs=2,widths=2", "no prox-linear solver for relu"},
        {"bcd_two", "split_two:widths=0,w_term=l1", "ridge terms only"},
        {"bcd_three:step_u=exact", "split_three:activation=tanh", "no exact solver for tanh"},
        {"bcd_three:step_u=linear", "split_three", "no prox-linear solver for relu"},
        {"bcd_three:step_last=linear", "split_three:loss=hinge", "no prox-linear solver for hinge"},
        {"bcd_three:step_last=exact", "split_three:loss=softmax_cross_entropy,targets=classes",
         "no exact solver for softmax_cross_entropy"},
        {"bcd_three:bias_step=joint", "split_three:bias=yes,w_term=l1",
         "bias_step=joint takes exact W-steps"},
        {"bcd_three:bias_step=joint,step_w=linear", "split_three:bias=yes",
         "bias_step=joint takes exact W-steps"}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const clarke_run_spec spec = {
            .problem = at[i].problem, .method = at[i].method, .iterations = 1};
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_plan plan;
        clarke_run_result result;
        clarke_status status = clarke_run_plan_make(&spec, mem, &plan);
        cr_assert_eq(status, CLARKE_OK, "%s: %s", at[i].problem, clarke_message());
        status = clarke_run_execute(&plan, 1, 0, NULL, 0, NULL, NULL, mem, &result);
        cr_expect_eq(status, CLARKE_EINPUT, "%s on %s", at[i].method, at[i].problem);
        cr_expect(strstr(clarke_message(), at[i].sentence), "%s on %s: %s", at[i].method,
                  at[i].problem, clarke_message());
        clarke_arena_free(mem);
    }
}
