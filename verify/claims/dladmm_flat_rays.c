/* Assumption 2: the objective F is coercive on the feasible set z_L = W_L a_{L-1} + b_L. It is not,
   for any of the losses and also with a penalty on W, because biases are free. From a point on which
   every layer's equation holds, F is constant along
     a  z_L and b_L shifted by the same constant (softmax: only differences count);
     b  a hidden unit that is active on all samples: z, a, b of the unit + c, and b_{l+1} - c W_{l+1}
        e_unit;
     c  a hidden unit that is dead on all samples: z and b of the unit - c;
     d  W_1, b_1, z_1, a_1 times c and W_2 divided by c (relu is homogeneous; without a penalty).
   c = 2^20. Rounding: a layer's equation is met to u (n + 8) (c + size), and F has its square times
   nu or rho; in a also R sees it, with slopes of at most 1 an entry. */
#include "verify/lib/dladmm_claims.h"
#include "verify/lib/dladmm_mirror.h"

#include <math.h>

static const char *const dladmm_flat_rays_case[] = {
    "dladmm_net:rho=2.05", "dladmm_net:rho=2.05,penalty=ridge",
    "dladmm_net:loss=softmax_cross_entropy,rho=1.05",
    "dladmm_net:loss=softmax_cross_entropy,rho=1.05,penalty=ridge,widths=8,8,8,seed=2"};

static clarke_status dladmm_flat_rays_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    const size_t cases = sizeof dladmm_flat_rays_case / sizeof *dladmm_flat_rays_case;
    for (size_t i = 0; i < cases; i++) {
        const clarke_case c = {
            .claim = "dladmm_flat_rays",
            .role = CLARKE_ROLE_READING,
            .expected = CLARKE_EXPECT_REFUTED,
            .run = {.problem = item->problem ? item->problem : dladmm_flat_rays_case[i],
                    .method = "dladmm"},
            .weight = item->weight > 0.0 ? item->weight : 1.0};
        CLARKE_TRY(clarke_plan_add(plan, &c));
        if (item->problem) break;
    }
    return CLARKE_OK;
}

/* z and a of every layer from W and b; u = 0. */
static void dladmm_flat_rays_forward(const clarke_dladmm *d, double *x)
{
    for (size_t l = 0; l < d->layers; l++) {
        const size_t rows = d->width[l + 1], in = d->width[l], *at = d->at[l];
        const double *before = clarke_dladmm_before(d, x, l);
        const bool last = l + 1 == d->layers;
        for (size_t j = 0; j < d->samples; j++)
            for (size_t i = 0; i < rows; i++) {
                long double sum = x[at[CLARKE_DLADMM_B] + i];
                for (size_t k = 0; k < in; k++)
                    sum += (long double)x[at[CLARKE_DLADMM_W] + k * rows + i] *
                           (long double)before[j * in + k];
                const double z = (double)sum;
                x[at[CLARKE_DLADMM_Z] + j * rows + i] = z;
                x[at[CLARKE_DLADMM_A] + j * rows + i] = last ? 0.0 : clarke_dladmm_activation(d, z);
            }
    }
}

static void dladmm_flat_rays_shift(const clarke_dladmm *d, double *x, size_t l, size_t kind,
                                   size_t unit, double c)
{
    const size_t rows = d->width[l + 1], count = clarke_dladmm_count(d, l, kind) / rows;
    for (size_t j = 0; j < count; j++) x[d->at[l][kind] + j * rows + unit] += c;
}

static void dladmm_flat_rays_move(const clarke_dladmm *d, double *x, char ray, double c)
{
    enum { W = CLARKE_DLADMM_W, B = CLARKE_DLADMM_B, Z = CLARKE_DLADMM_Z, A = CLARKE_DLADMM_A };
    const size_t last = d->layers - 1, rows = d->width[2];
    if (ray == 'a')
        for (size_t i = 0; i < d->width[last + 1]; i++) {
            dladmm_flat_rays_shift(d, x, last, Z, i, c);
            dladmm_flat_rays_shift(d, x, last, B, i, c);
        }
    if (ray == 'b') {
        dladmm_flat_rays_shift(d, x, 0, Z, 0, c);
        dladmm_flat_rays_shift(d, x, 0, A, 0, c);
        dladmm_flat_rays_shift(d, x, 0, B, 0, c);
        for (size_t i = 0; i < rows; i++) x[d->at[1][B] + i] -= c * x[d->at[1][W] + i];
    }
    if (ray == 'c') {
        dladmm_flat_rays_shift(d, x, 0, Z, 1, -c);
        dladmm_flat_rays_shift(d, x, 0, B, 1, -c);
    }
    for (size_t kind = 0; ray == 'd' && kind < CLARKE_DLADMM_KINDS; kind++)
        for (size_t i = 0; i < clarke_dladmm_count(d, 0, kind); i++) x[d->at[0][kind] + i] *= c;
    for (size_t i = 0; ray == 'd' && i < rows * d->width[1]; i++) x[d->at[1][W] + i] /= c;
}

/* F at a feasible point with u = 0, in long double. */
static clarke_status dladmm_flat_rays_value(const clarke_problem *p, const double *x,
                                            clarke_arena *mem, long double *value)
{
    static const clarke_measure_desc desc = {.title = "dladmm_flat_rays"};
    const clarke_measure m = {.desc = &desc, .problem = p, .n = p->n, .start = x, .mem = mem};
    clarke_dladmm_mirror *mirror = clarke_alloc(mem, sizeof *mirror);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_dladmm_mirror_begin(mirror, &m));
    *value = clarke_dladmm_lagrangian(mirror, x);
    return CLARKE_OK;
}

static long double dladmm_flat_rays_norm(const double *x, size_t n)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) sum += (long double)x[i] * (long double)x[i];
    return sqrtl(sum);
}

typedef struct {
    long double start, norm; /* F and |x| at the base point */
    size_t flat, rays;
    char steep; /* a ray on which F is not constant */
} flat_rays_tally;

static clarke_status dladmm_flat_rays_ray(clarke_judgement *j, const clarke_problem *p,
                                          const double *base, char ray, flat_rays_tally *tally)
{
    const clarke_dladmm *d = p->dladmm;
    const double c = 0x1p20;
    double *x = clarke_vec(j->mem, p->n);
    long double value, bound, largest = 1.0L, entries = (long double)p->n;
    char name[32];
    CLARKE_TRY(clarke_arena_status(j->mem));
    memcpy(x, base, p->n * sizeof *x);
    for (size_t i = 0; i < p->n; i++) largest = fmaxl(largest, fabsl((long double)x[i]));
    dladmm_flat_rays_move(d, x, ray, c);
    CLARKE_TRY(dladmm_flat_rays_value(p, x, j->mem, &value));
    const long double norm = dladmm_flat_rays_norm(x, p->n);
    const long double off = 0x1p-53L *
                            ((long double)d->width[0] + (long double)d->width[1] + 8.0L) *
                            ((long double)c + 1.0L) * largest;
    bound = entries * ((long double)d->nu + (long double)d->rho) * off * off +
            (ray == 'a' ? 4.0L * (long double)(d->samples * d->width[d->layers]) * 0x1p-53L *
                              ((long double)c + largest)
                        : 0x1p-50L * tally->start);
    tally->rays++;
    if (fabsl(value - tally->start) <= bound && norm >= 1e3L * tally->norm)
        tally->flat++;
    else
        tally->steep = ray;
    snprintf(name, sizeof name, "ray_%c_change_of_F", ray);
    clarke_note_real(j, name, (double)(value - tally->start));
    snprintf(name, sizeof name, "ray_%c_rounding", ray);
    clarke_note_real(j, name, (double)bound);
    snprintf(name, sizeof name, "ray_%c_norm", ray);
    clarke_note_real(j, name, (double)norm);
    return CLARKE_OK;
}

static clarke_status dladmm_flat_rays_judge(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_problem *p;
    flat_rays_tally tally = {0};
    CLARKE_TRY(clarke_problem_from_text(e->c->run.problem, j->mem, &p));
    const clarke_dladmm *d = p->dladmm;
    clarke_assume(j, "structure", "a relu network with split layers",
                  d && d->width[1] > 1 && d->activation->pieces ? CLARKE_HYPOTHESIS_PROVED
                                                                : CLARKE_HYPOTHESIS_FAILED,
                  "%s", p->spec);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    double *base = clarke_vec(j->mem, p->n);
    CLARKE_TRY(clarke_arena_status(j->mem));
    memcpy(base, p->start, p->n * sizeof *base);
    /* |W x| stays below 2^6 by far: unit 0 is active and unit 1 dead on all samples. */
    base[d->at[0][CLARKE_DLADMM_B]] += 64.0;
    base[d->at[0][CLARKE_DLADMM_B] + 1] -= 64.0;
    dladmm_flat_rays_forward(d, base);
    CLARKE_TRY(dladmm_flat_rays_value(p, base, j->mem, &tally.start));
    tally.norm = dladmm_flat_rays_norm(base, p->n);
    clarke_note_real(j, "F", (double)tally.start);
    clarke_note_real(j, "norm", (double)tally.norm);
    if (d->loss->probabilities) CLARKE_TRY(dladmm_flat_rays_ray(j, p, base, 'a', &tally));
    CLARKE_TRY(dladmm_flat_rays_ray(j, p, base, 'b', &tally));
    CLARKE_TRY(dladmm_flat_rays_ray(j, p, base, 'c', &tally));
    if (d->penalty == CLARKE_DLADMM_NONE) CLARKE_TRY(dladmm_flat_rays_ray(j, p, base, 'd', &tally));
    j->checked = j->resolved = tally.rays;
    if (tally.flat == tally.rays)
        return clarke_judge(j, CLARKE_REFUTED,
                            "F = %.6Lg stays what it is, to rounding, along %zu rays of feasible "
                            "points on which the norm grows more than a thousandfold",
                            tally.start, tally.flat);
    return clarke_judge(
        j, CLARKE_INCONCLUSIVE,
        "%zu of %zu rays are flat; on ray %c F changed, which a proof of coercivity "
        "would have to explain on the others",
        tally.flat, tally.rays, tally.steep);
}

const clarke_claim_desc clarke_claim_dladmm_flat_rays = {
    .title = "Assumption 2: the objective is coercive on the feasible set",
    .paper = CLARKE_DLADMM_PAPER,
    .provenance = CLARKE_PROVENANCE_READ,
    .kind = CLARKE_KIND_CONSEQUENCE,
    .statement = "F is coercive over the feasible set for the usual losses (assumption 2, called "
                 "mild there).",
    .formula = "F(x) -> infinity as |x| -> infinity with z_L = W_L a_{L-1} + b_L",
    .correction =
        "False, with free biases for every loss, and without a penalty on W also by "
        "rescaling. So boundedness of the iterates is recorded by the claims on dlADMM and "
        "not claimed.",
    .not_claimed = "That the iterates of dlADMM are unbounded.",
    .falsifier = "It is false. A penalty on the biases would end rays a, b and c.",
    .plan = dladmm_flat_rays_plan,
    .judge = dladmm_flat_rays_judge,
};
