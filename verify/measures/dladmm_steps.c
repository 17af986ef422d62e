/* dlADMM phase by phase and iteration by iteration: every change of the augmented Lagrangian against
   what the lemmas of Wang, Yu, Chen, Zhao (arXiv 1905.13611) state, with the constants corrected
   where the printed ones fail. The changes and their rounding bounds come from
   verify/lib/dladmm_mirror.h; those of an iteration are the sums over its phases.

   Over an iteration with rho > 2 H and an exact z_L, from k = 1 or where u_0 = -grad R(z_L), R convex
   with an H-Lipschitz gradient, d1 = |z_L^{k+1} - zbar|^2 and d2 = |zbar - z_L^k|^2:
     z_L and dual:  decrease >= (rho/2 - 2 H^2/rho) d1 - (2 H^2/rho) d2;
     printed (36):  decrease >= (rho/2 - H/2 - H^2/rho) d1 - (H^2/rho) d2, from
                    |a + b|^2 <= |a|^2 + |b|^2, which is false;
     all of it:     decrease >= C S, C = min(nu/2, C1, theta/2, tau/2), C1 = rho/2 - H/2 - H^2/rho;
     sharper:       C1* = rho/2 + H/2 - 2 H^2/rho (rho/2 from rho = 4 H) in the place of C1, for
                    rho > H (sqrt(17) - 1)/2: with the gradients g of R at the three points,
                    convexity gives (|dg|^2) / (2 H) more in each z_L-step, and the dual step costs
                    |g^{k+1} - g^k|^2 / rho <= (2/rho) (|dg1|^2 + |dg2|^2).
   S is the sum of the squared changes of all W, b, a and of z_L.
   arg[0], arg[1]: where theta and tau begin, and their factor; where they begin may be moved by the
   method, which then shows it in its view "initial". arg[2]: not 0: what is claimed from k = 1 and
   where rho and nu stay is checked from k = 0 and across their changes. */
#include "verify/exact.h"
#include "verify/lib/dladmm_checks.h"
#include "verify/lib/dladmm_mirror.h"

#include <math.h>

typedef struct {
    clarke_dladmm_mirror mirror;
    clarke_exact check[CLARKE_DLADMM_CHECK_COUNT];
    double record[CLARKE_DLADMM_RECORD_COUNT];
    long double level; /* L_rho now */
    /* Of the current iteration. */
    long double decrease, rounding, sum, least; /* sum = S_k; least: of theta/2, tau/2 */
    long double d1, d2, pair, pair_rounding;
    double *z; /* [K][N] z_L^k */
    long double *r, *gradient;
    /* Of the run. */
    long double smallest_c, smallest_s, total, total_rounding; /* since `first` */
    size_t counted;
    double rho, nu, initial;
    bool moved, forced; /* moved: rho or nu, at the begin of this iteration */
} dladmm_steps;

static void dladmm_steps_add(dladmm_steps *s, size_t check, size_t k, long double excess,
                             long double rounding, long double size)
{
    clarke_exact_add(&s->check[check], k, (double)excess, (double)rounding, (double)size);
}

/* u_0 = -grad R(z_L^0) up to rounding. */
static bool dladmm_steps_consistent(dladmm_steps *s)
{
    const clarke_dladmm *d = s->mirror.d;
    const size_t l = d->layers - 1, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *u = s->mirror.x + d->at[l][CLARKE_DLADMM_A];
    clarke_dladmm_loss(d, s->mirror.x + d->at[l][CLARKE_DLADMM_Z], s->gradient);
    for (size_t i = 0; i < n; i++)
        if (!(fabsl(s->gradient[i] + (long double)u[i]) <=
              clarke_dladmm_solve_rounding(&s->mirror, s->mirror.x, i)))
            return false;
    return true;
}

static clarke_status dladmm_steps_begin(clarke_measure *m)
{
    dladmm_steps *s = m->state;
    CLARKE_TRY(clarke_dladmm_mirror_begin(&s->mirror, m));
    const clarke_dladmm *d = s->mirror.d;
    const size_t n = clarke_dladmm_count(d, d->layers - 1, CLARKE_DLADMM_Z);
    s->z = clarke_vec(m->mem, n);
    s->r = clarke_alloc_array(m->mem, n, sizeof *s->r);
    s->gradient = clarke_alloc_array(m->mem, n, sizeof *s->gradient);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t i = 0; i < CLARKE_DLADMM_CHECK_COUNT; i++) clarke_exact_begin(&s->check[i]);
    s->level = clarke_dladmm_lagrangian(&s->mirror, s->mirror.x);
    s->record[CLARKE_DLADMM_REC_FIRST] = dladmm_steps_consistent(s) ? 0.0 : 1.0;
    s->forced = m->arg[2] != 0.0;
    s->record[CLARKE_DLADMM_REC_START_L] = (double)s->level;
    s->record[CLARKE_DLADMM_REC_FIRST_RISE] = NAN;
    s->record[CLARKE_DLADMM_REC_PRINTED_WORST] = -INFINITY;
    s->smallest_c = s->smallest_s = INFINITY;
    s->rho = d->rho, s->nu = d->nu, s->initial = m->arg[0];
    return CLARKE_OK;
}

/* ---- one phase ---- */

/* theta is the first of initial, initial factor, ... that passes: it passes, the one before does not,
   which on the ray of candidates (all of them without l1) is curve > theta' |D|^2. */
static void dladmm_steps_backtrack(dladmm_steps *s, const clarke_measure *m, size_t k,
                                   const clarke_dladmm_change *c)
{
    double theta = s->initial, before = 0.0;
    while (theta < c->constant && theta < INFINITY) {
        before = theta;
        theta *= m->arg[1];
    }
    const bool listed = memcmp(&theta, &c->constant, sizeof theta) == 0;
    const long double passes = 0.5L * (c->curve - (long double)theta * c->square);
    const long double fails = 0.5L * ((long double)before * c->square - c->curve);
    const bool ray = s->mirror.d->penalty != CLARKE_DLADMM_L1;
    long double excess = before > 0.0 && ray ? fmaxl(passes, fails) : passes;
    if (!listed) excess = INFINITY;
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_BACKTRACK, k, excess, c->rounding, 0.5L * c->curve);
}

static void dladmm_steps_descent(dladmm_steps *s, const clarke_measure *m, size_t k,
                                 const clarke_dladmm_change *c)
{
    const clarke_dladmm *d = s->mirror.d;
    const bool ridge = c->kind == CLARKE_DLADMM_W && d->penalty == CLARKE_DLADMM_RIDGE;
    const long double half = 0.5L *
                             ((long double)c->constant + (ridge ? (long double)d->lambda : 0));
    const size_t check = c->kind == CLARKE_DLADMM_W ? CLARKE_DLADMM_CHECK_W : CLARKE_DLADMM_CHECK_A;
    dladmm_steps_add(s, check, k, half * c->square - c->decrease, c->rounding, half * c->square);
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_OPTIMAL, k, c->optimality, c->optimality_rounding,
                     (long double)c->constant * sqrtl(c->square));
    dladmm_steps_backtrack(s, m, k, c);
    s->least = fminl(s->least, 0.5L * (long double)c->constant);
    s->sum += c->square;
}

static void dladmm_steps_phase(dladmm_steps *s, const clarke_measure *m, size_t k,
                               const clarke_dladmm_change *c)
{
    const bool dual = c->kind == CLARKE_DLADMM_A && c->last;
    if (c->kind == CLARKE_DLADMM_W || (c->kind == CLARKE_DLADMM_A && !c->last))
        dladmm_steps_descent(s, m, k, c);
    if (c->kind == CLARKE_DLADMM_B) {
        dladmm_steps_add(s, CLARKE_DLADMM_CHECK_B, k, fabsl(c->decrease - 0.5L * c->curve),
                         c->rounding, 0.5L * c->curve);
        s->sum += c->square;
    }
    if (c->kind == CLARKE_DLADMM_Z && !c->last) {
        dladmm_steps_add(s, CLARKE_DLADMM_CHECK_HIDDEN, k, fmaxl(-c->decrease, c->gap),
                         c->gap_rounding, fabsl(c->decrease));
    }
    if (c->kind == CLARKE_DLADMM_Z && c->last) {
        dladmm_steps_add(s, CLARKE_DLADMM_CHECK_LAST, k, 0.5L * c->curve - c->decrease, c->rounding,
                         0.5L * c->curve);
        s->sum += c->square;
        if (c->forward)
            s->d1 = c->square;
        else
            s->d2 = c->square;
    }
    if (c->last && c->forward && (dual || c->kind == CLARKE_DLADMM_Z)) {
        s->pair += c->decrease;
        s->pair_rounding += c->rounding;
    }
    if (!dual)
        dladmm_steps_add(s, CLARKE_DLADMM_CHECK_BLOCKS, k, -c->decrease, c->rounding,
                         fabsl(c->decrease));
    if (!dual && c->decrease < -c->rounding) s->record[CLARKE_DLADMM_REC_BLOCK_RISES] += 1.0;
    s->decrease += c->decrease;
    s->rounding += c->rounding;
}

/* ---- the end of an iteration ---- */

/* Before the first dual step that started from a consistent one, or when rho or nu was changed. */
static bool dladmm_steps_early(const dladmm_steps *s, size_t k)
{
    return !s->forced && ((double)k < s->record[CLARKE_DLADMM_REC_FIRST] || s->moved);
}

static void dladmm_steps_dual(dladmm_steps *s, size_t k, const double *x)
{
    const clarke_dladmm *d = s->mirror.d;
    const size_t l = d->layers - 1, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *u = x + d->at[l][CLARKE_DLADMM_A];
    long double worst = 0.0L, rounding = 0.0L, ratio = -1.0L, size = 0.0L;
    clarke_dladmm_loss(d, x + d->at[l][CLARKE_DLADMM_Z], s->gradient);
    for (size_t i = 0; i < n; i++) {
        /* The solve's residual, then the addition to u. */
        const long double miss = fabsl(s->gradient[i] + (long double)u[i]);
        const long double bound = 2.0L * clarke_dladmm_solve_rounding(&s->mirror, x, i);
        size = fmaxl(size, fabsl((long double)u[i]));
        if (miss / bound <= ratio) continue;
        ratio = miss / bound, worst = miss, rounding = bound;
    }
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_DUAL, k, worst, rounding, size);
}

/* |r| <= (H/rho) |z_L^{k+1} - z_L^k|, because rho r = u^{k+1} - u^k is minus the change of grad R;
   and L_rho is bounded below. */
static void dladmm_steps_residual(dladmm_steps *s, size_t k, const double *x)
{
    const clarke_dladmm *d = s->mirror.d;
    const size_t l = d->layers - 1, n = clarke_dladmm_count(d, l, CLARKE_DLADMM_Z);
    const double *z = x + d->at[l][CLARKE_DLADMM_Z], *u = x + d->at[l][CLARKE_DLADMM_A];
    const long double H = d->smoothness, rho = s->mirror.rho;
    long double square = 0.0L, moved = 0.0L, slope = 0.0L, left = 0.0L;
    for (size_t i = 0; i < n; i++) {
        const long double r = s->r[i] = (long double)z[i] - s->mirror.m[l][i];
        const long double dz = (long double)z[i] - (long double)s->z[i];
        const long double bound = 4.0L * clarke_dladmm_solve_rounding(&s->mirror, x, i) / rho +
                                  2.0L * s->mirror.drift[l];
        square += r * r;
        moved += dz * dz;
        slope += r * (long double)u[i];
        left += bound * bound;
    }
    s->record[CLARKE_DLADMM_REC_RESIDUAL] = (double)sqrtl(square);
    if (dladmm_steps_early(s, k)) return;
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_PRIMAL, k, sqrtl(square) - H / rho * sqrtl(moved),
                     sqrtl(left), sqrtl(square));
    const long double here = clarke_dladmm_loss(d, z, NULL);
    const long double there = clarke_dladmm_loss_shifted(d, z, s->r);
    const long double excess = fmaxl(there - here - slope - 0.5L * H * square, -s->level);
    /* u = -grad R up to the dual identity's bound; R in long double. */
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_LOWER, k, excess,
                     sqrtl(left) * rho * sqrtl(square) +
                         0x1p-58L * (here + there + (long double)n) + 0x1p-1060L,
                     0.5L * H * square + fabsl(there - here));
}

static void dladmm_steps_pair(dladmm_steps *s, size_t k)
{
    const long double H = s->mirror.d->smoothness, rho = s->mirror.rho, q = H * H / rho;
    const long double corrected = (0.5L * rho - 2.0L * q) * s->d1 - 2.0L * q * s->d2;
    const long double printed = (0.5L * rho - 0.5L * H - q) * s->d1 - q * s->d2;
    const long double size = fabsl(s->pair) + fabsl(corrected);
    const double relative = (double)((printed - s->pair) / fmaxl(fabsl(s->level), 1e-300L));
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_PAIR, k, corrected - s->pair, s->pair_rounding, size);
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_PRINTED, k, printed - s->pair, s->pair_rounding, size);
    if (!(relative > s->record[CLARKE_DLADMM_REC_PRINTED_WORST])) return;
    s->record[CLARKE_DLADMM_REC_PRINTED_WORST] = relative;
    s->record[CLARKE_DLADMM_REC_PRINTED_LEFT] = (double)s->pair;
    s->record[CLARKE_DLADMM_REC_PRINTED_RIGHT] = (double)printed;
    s->record[CLARKE_DLADMM_REC_PRINTED_K] = (double)k;
}

static void dladmm_steps_iteration(dladmm_steps *s, size_t k)
{
    const clarke_dladmm *d = s->mirror.d;
    const long double H = d->smoothness, rho = s->mirror.rho,
                      half = 0.5L * (long double)s->mirror.nu;
    const long double C1 = 0.5L * rho - 0.5L * H - H * H / rho;
    const long double sharp = rho < 4.0L * H ? 0.5L * rho + 0.5L * H - 2.0L * H * H / rho
                                             : 0.5L * rho;
    const long double C = fminl(fminl(half, C1), s->least);
    const long double sharper = fminl(fminl(half, sharp), s->least);
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_RISE, k, -s->decrease, s->rounding, fabsl(s->decrease));
    if (-s->decrease > s->rounding && s->record[CLARKE_DLADMM_REC_RISES]++ == 0.0)
        s->record[CLARKE_DLADMM_REC_FIRST_RISE] = (double)k;
    if (dladmm_steps_early(s, k)) return;
    dladmm_steps_pair(s, k);
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_DESCENT, k, C * s->sum - s->decrease, s->rounding,
                     fabsl(s->decrease));
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_SHARPER, k, sharper * s->sum - s->decrease, s->rounding,
                     fabsl(s->decrease));
    s->smallest_c = fminl(s->smallest_c, C);
    s->smallest_s = fminl(s->smallest_s, s->sum);
    s->total += s->decrease;
    s->total_rounding += s->rounding;
    s->counted++;
    const long double left = (long double)s->counted * s->smallest_s * s->smallest_c;
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_RUNNING, k, left - s->total, s->total_rounding,
                     s->total);
    const double ratio = (double)(left / s->total);
    if (!(ratio <= s->record[CLARKE_DLADMM_REC_RATIO])) s->record[CLARKE_DLADMM_REC_RATIO] = ratio;
}

static void dladmm_steps_records(dladmm_steps *s, const clarke_measure *m, size_t k)
{
    long double square = 0.0L;
    for (size_t i = 0; i < s->mirror.n; i++)
        square += (long double)s->mirror.x[i] * (long double)s->mirror.x[i];
    s->record[CLARKE_DLADMM_REC_SUP] =
        fmax(s->record[CLARKE_DLADMM_REC_SUP], (double)sqrtl(square));
    s->record[CLARKE_DLADMM_REC_END_L] = (double)s->level;
    s->record[CLARKE_DLADMM_REC_C_END] = (double)s->smallest_s;
    if (k == 0) s->record[CLARKE_DLADMM_REC_ONE_L] = (double)s->level;
    if (2 * (k + 1) > m->clock->steps) return;
    s->record[CLARKE_DLADMM_REC_HALF_RESIDUAL] = s->record[CLARKE_DLADMM_REC_RESIDUAL];
    s->record[CLARKE_DLADMM_REC_C_HALF] = (double)s->smallest_s;
    s->record[CLARKE_DLADMM_REC_SUP_HALF] = s->record[CLARKE_DLADMM_REC_SUP];
}

/* Hidden entries whose sign a phase changes, in the last third. */
static void dladmm_steps_flips(dladmm_steps *s, const clarke_measure *m, const clarke_event *e)
{
    clarke_dladmm_change c;
    const clarke_dladmm *d = s->mirror.d;
    clarke_dladmm_order(d->layers, e->phase, &c);
    if (c.kind != CLARKE_DLADMM_Z || c.last || 3 * e->k < 2 * m->clock->steps) return;
    const size_t at = d->at[c.layer][CLARKE_DLADMM_Z];
    for (size_t i = 0; i < clarke_dladmm_count(d, c.layer, CLARKE_DLADMM_Z); i++)
        s->record[CLARKE_DLADMM_REC_FLIPS] += (s->mirror.x[at + i] > 0.0) !=
                                              (e->after[at + i] > 0.0);
}

static void dladmm_steps_new_iteration(dladmm_steps *s, const clarke_event *e)
{
    const clarke_dladmm *d = s->mirror.d;
    const double *rho = clarke_event_view(e, "rho"), *nu = clarke_event_view(e, "nu");
    const double *initial = clarke_event_view(e, "initial");
    const size_t l = d->layers - 1;
    memcpy(s->z, s->mirror.x + d->at[l][CLARKE_DLADMM_Z],
           clarke_dladmm_count(d, l, CLARKE_DLADMM_Z) * sizeof *s->z);
    s->decrease = s->rounding = s->sum = s->pair = s->pair_rounding = 0.0L;
    s->least = INFINITY;
    s->moved = (rho && !(rho[0] == s->rho)) || (nu && !(nu[0] == s->nu));
    if (s->moved) s->record[CLARKE_DLADMM_REC_RHO_CHANGES] += 1.0;
    if (rho) s->rho = rho[0];
    if (nu) s->nu = nu[0];
    /* It begins where it should, and moves with rho only. */
    if (initial && s->moved) s->initial = initial[0];
}

/* L_rho with the new rho and nu; the iteration answers for the difference only when forced to. */
static void dladmm_steps_relevel(dladmm_steps *s)
{
    s->mirror.rho = s->rho, s->mirror.nu = s->nu;
    const long double now = clarke_dladmm_lagrangian(&s->mirror, s->mirror.x);
    if (s->forced) s->decrease = s->level - now;
    s->level = now;
}

static void dladmm_steps_observe(clarke_measure *m, const clarke_event *e)
{
    dladmm_steps *s = m->state;
    size_t strayed;
    if (e->phase == 0) dladmm_steps_new_iteration(s, e);
    if (e->phase == 0 && s->moved) dladmm_steps_relevel(s);
    dladmm_steps_flips(s, m, e);
    const clarke_dladmm_change c = clarke_dladmm_mirror_step(&s->mirror, e, &strayed);
    s->level -= c.decrease;
    dladmm_steps_add(s, CLARKE_DLADMM_CHECK_ORDER, e->k, strayed > 0 ? INFINITY : -1.0L, 1.0L,
                     c.square > 0.0L ? 2.0L : 0.0L);
    dladmm_steps_phase(s, m, e->k, &c);
    if (c.kind == CLARKE_DLADMM_W || (c.kind == CLARKE_DLADMM_A && !c.last))
        s->record[CLARKE_DLADMM_REC_TRIALS] += (double)e->inner.iterations /
                                               (double)m->clock->steps;
    if (!e->last_phase) return;
    s->record[CLARKE_DLADMM_REC_PHASES] = (double)(e->phase + 1);
    dladmm_steps_dual(s, e->k, e->after);
    dladmm_steps_iteration(s, e->k);
    dladmm_steps_residual(s, e->k, e->after);
    dladmm_steps_records(s, m, e->k);
}

static void dladmm_steps_end(clarke_measure *m, double *out)
{
    const dladmm_steps *s = m->state;
    for (size_t i = 0; i < CLARKE_DLADMM_CHECK_COUNT; i++)
        clarke_exact_end(&s->check[i], out + i * CLARKE_EXACT_COUNT);
    memcpy(out + CLARKE_DLADMM_CHECK_COUNT * CLARKE_EXACT_COUNT, s->record, sizeof s->record);
}

static const char *const dladmm_steps_output[] = {
#define DLADMM_STEPS_CHECK(code, name)                                                             \
#name "_checked", #name "_resolved", #name "_violations", #name "_first_violation",            \
        #name "_worst", #name "_smallest_detectable", #name "_unresolvable",
    CLARKE_DLADMM_CHECKS(DLADMM_STEPS_CHECK)
#undef DLADMM_STEPS_CHECK
#define DLADMM_STEPS_RECORD(code, name) #name,
        CLARKE_DLADMM_RECORDS(DLADMM_STEPS_RECORD)
#undef DLADMM_STEPS_RECORD
};

const clarke_measure_desc clarke_measure_dladmm_steps = {
    .title = "Changes of the augmented Lagrangian in dlADMM",
    .unit = "units of the objective",
    .meaning =
        "for each inequality of verify/lib/dladmm_checks.h how often it was checked, resolved "
        "and violated; then what is recorded along the run",
    .cost = CLARKE_COST_PHASE,
    .outputs = sizeof dladmm_steps_output / sizeof *dladmm_steps_output,
    .output = dladmm_steps_output,
    .state_size = sizeof(dladmm_steps),
    .begin = dladmm_steps_begin,
    .observe = dladmm_steps_observe,
    .end = dladmm_steps_end,
};
