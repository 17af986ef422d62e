/* The whole decision rule 2 on the evidence of a case: gathering. */
#include "verify/rules/limit_judge.h"

#include <math.h>
#include <stdio.h>

clarke_limit_options clarke_limit_defaults(void)
{
    return (clarke_limit_options){.blocks = SIZE_MAX,
                                  .target = SIZE_MAX,
                                  .windows = SIZE_MAX,
                                  .fixed = SIZE_MAX,
                                  .separation = NAN,
                                  .level = NAN};
}

/* ---- what the runs left ---- */

static double *judge_blocks(const clarke_evidence *e, size_t use)
{
    double *block = clarke_alloc_array(e->mem, e->repetitions * CLARKE_LIMIT_BLOCKS, sizeof *block);
    if (!block) return NULL;
    for (size_t r = 0; r < e->repetitions; r++)
        for (size_t j = 0; j < CLARKE_LIMIT_BLOCKS; j++) {
            const double value = clarke_outputs(e, r, use)[j];
            /* The run that is not finite ended early: later blocks were never reached. */
            block[r * CLARKE_LIMIT_BLOCKS + j] = value < INFINITY ? value : INFINITY;
        }
    return block;
}

static clarke_status judge_data(clarke_limit_findings *g)
{
    const clarke_evidence *e = g->e;
    double *separation = NULL;
    g->data = (clarke_limit_data){.runs = e->repetitions,
                                  .control = g->o->control,
                                  .level = g->o->level,
                                  .alpha = e->alpha,
                                  .block = judge_blocks(e, g->o->blocks)};
    if (g->o->control == CLARKE_CONTROL_POINT) {
        g->data.target = judge_blocks(e, g->o->target);
        separation = clarke_vec(e->mem, e->repetitions);
    }
    CLARKE_TRY(clarke_arena_status(e->mem));
    for (size_t r = 0; r < e->repetitions; r++) {
        g->largest = fmax(g->largest, clarke_output(e, r, g->o->blocks, "half_width"));
        if (separation)
            separation[r] = isnan(g->o->separation)
                                ? clarke_output(e, r, g->o->target, "separation")
                                : g->o->separation;
    }
    g->data.separation = separation;
    return CLARKE_OK;
}

/* The slowest growth over the pieces that the runs reached. */
static clarke_growth judge_growth(const clarke_evidence *e)
{
    const clarke_problem *p = e->problem;
    clarke_growth slowest = {NAN, NAN, NAN};
    if (!p->desc->growth) return clarke_limit_growth(p->plan_growth);
    for (size_t r = 0; r < e->repetitions; r++) {
        if (!e->run[r].finite) continue;
        const clarke_growth g = clarke_limit_growth(p->desc->growth(p, e->run[r].final_x));
        if (isnan(g.p)) return clarke_limit_growth(p->plan_growth);
        if (!(g.p <= slowest.p)) {
            slowest = g;
        } else if (g.p == slowest.p) {
            slowest.kappa = fmin(slowest.kappa, g.kappa);
            slowest.mu = fmin(slowest.mu, g.mu);
        }
    }
    return isnan(slowest.p) ? clarke_limit_growth(p->plan_growth) : slowest;
}

static clarke_status judge_law(clarke_limit_findings *g)
{
    const clarke_evidence *e = g->e;
    const clarke_problem *p = e->problem;
    double *point = clarke_vec(e->mem, 2 * p->n);
    CLARKE_TRY(clarke_arena_status(e->mem));
    g->field = e->c->use[g->o->blocks].arg[0] == 1.0;
    g->null = clarke_limit_null_level(p, g->o->quantity, g->field, point);
    g->data.null_level = g->null.mean;
    g->law = (clarke_limit_law){.quantity = g->o->quantity,
                                .map = clarke_limit_map_of(g->form),
                                .memoryless = g->form->memoryless,
                                .growth = judge_growth(e),
                                .scale = fmax(1.0, 0.5 * (p->box_high - p->box_low))};
    clarke_limit_times_of(&e->plan->clock, g->form, &g->law.times);
    double least = INFINITY;
    for (size_t r = 0; g->data.separation && r < e->repetitions; r++)
        least = fmin(least, g->data.separation[r]);
    const clarke_limit_setting setting = {
        .sigma = clarke_limit_deviation(p, e->plan->sampling, &e->plan->noise),
        .gradient = isfinite(p->gradient_bound) ? p->gradient_bound : g->null.slope,
        .n = p->n,
        .null_level = g->null.mean,
        .separation = least < INFINITY ? least : NAN,
    };
    clarke_limit_gate_of(&g->law, &setting, &e->plan->schedule, &g->gate);
    return CLARKE_OK;
}

/* ---- refutation ---- */

static void judge_window(const clarke_evidence *e, size_t r, size_t use, size_t w,
                         clarke_limit_window *out)
{
    /* The outputs of the measure `windows`, in its order. */
    static const char *const name[] = {"step",    "length",    "reach",        "end",   "answers",
                                       "squares", "hull",      "momentum",     "theta", "theta_max",
                                       "axis",    "axis_hull", "axis_momentum"};
    double *const slot[] = {&out->step,         &out->length,    &out->reach, &out->end,
                            &out->answers,      &out->squares,   &out->hull,  &out->momentum,
                            &out->theta,        &out->theta_max, &out->axis,  &out->axis_hull,
                            &out->axis_momentum};
    for (size_t i = 0; i < sizeof slot / sizeof slot[0]; i++) {
        char full[32];
        snprintf(full, sizeof full, "%s%zu", name[i], w + 1);
        *slot[i] = clarke_output(e, r, use, full);
    }
    out->answer_sup = clarke_output(e, r, use, "answer_sup");
}

static clarke_limit_refutation_setting judge_noise(const clarke_limit_findings *g)
{
    const clarke_evidence *e = g->e;
    const clarke_problem *p = e->problem;
    const clarke_run_plan *plan = e->plan;
    const clarke_oracle oracle = {.problem = p, .sampling = plan->sampling, .noise = plan->noise};
    clarke_limit_refutation_setting s = {.bound = clarke_oracle_noise_bound(&oracle)};
    const bool reshuffled = plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE;
    s.law = s.bound == 0.0 ? CLARKE_NOISE_LAW_NONE
            : reshuffled   ? CLARKE_NOISE_LAW_RESHUFFLED
                           : CLARKE_NOISE_LAW_REPLACEMENT;
    /* A short last batch would weigh its terms more than the others. */
    s.additive = p->terms == 1 && (!reshuffled || plan->terms % plan->sampling.batch == 0);
    /* The terms' deviation is a bound over the box only. */
    if (p->terms > 1 && !(g->largest <= fmax(fabs(p->box_low), fabs(p->box_high))))
        s.bound = INFINITY;
    s.epoch = plan->epoch;
    return s;
}

static clarke_status judge_refute(clarke_limit_findings *g)
{
    const clarke_evidence *e = g->e;
    const clarke_run_plan *plan = e->plan;
    if (g->o->windows == SIZE_MAX || !clarke_has_hull(e->problem)) return CLARKE_OK;
    clarke_limit_refutation_setting s = judge_noise(g);
    s.n = plan->n;
    s.runs = e->repetitions;
    s.steps = plan->clock.steps;
    s.scale = g->law.scale;
    s.eta = plan->clock.eta;
    s.theta = plan->clock.theta;
    s.form = g->form;
    s.map = g->law.map;
    s.plain = g->form->memoryless && g->law.map == CLARKE_MAP_IDENTITY && g->form->alpha == 0.0 &&
              g->form->weight_decay == 0.0;
    s.separable = (e->problem->traits & CLARKE_TRAIT_SEPARABLE) != 0;
    s.skip = g->o->skip;
    clarke_limit_window *w = clarke_alloc_array(e->mem, s.runs * CLARKE_LIMIT_WINDOWS, sizeof *w);
    CLARKE_TRY(clarke_arena_status(e->mem));
    for (size_t i = 0; i < s.runs * CLARKE_LIMIT_WINDOWS; i++)
        judge_window(e, i / CLARKE_LIMIT_WINDOWS, g->o->windows, i % CLARKE_LIMIT_WINDOWS, &w[i]);
    clarke_limit_refute(&s, w, &g->a, &g->b, &g->m);
    return CLARKE_OK;
}

/* An exact cycle of a deterministic method: with constant steps of any period, since states repeat;
   otherwise a fixed point that a residual above rounding should have moved visibly. */
static void judge_cycle(clarke_limit_findings *g)
{
    const clarke_evidence *e = g->e;
    const clarke_clock *clock = &e->plan->clock;
    const bool random = e->plan->sampling.kind != CLARKE_SAMPLING_FULL && e->plan->terms > 1;
    const double tiny = 1e-9 * g->law.scale;
    if (g->o->fixed == SIZE_MAX || (g->o->skip & CLARKE_LIMIT_SKIP_CYCLE) || random ||
        e->plan->noise.kind == CLARKE_NOISE_GAUSSIAN || e->plan->noise.kind == CLARKE_NOISE_PARETO)
        return;
    const bool constant = clock->eta_theory.vanishes == CLARKE_NO &&
                          clock->eta[0] == clock->eta[clock->steps] &&
                          clock->theta[0] == clock->theta[clock->steps];
    for (size_t r = 0; r < e->repetitions && g->cycle_period == 0; r++) {
        const double period = clarke_output(e, r, g->o->fixed, "period");
        const char *const residual = g->o->clarke ? "residual" : "hull";
        const char *const visible = g->o->clarke ? "residual_visible" : "visible";
        const double distance = clarke_output(e, r, g->o->fixed, "distance");
        const bool moved = clarke_output(e, r, g->o->fixed, residual) > tiny &&
                           clarke_output(e, r, g->o->fixed, visible) == 1.0;
        if (!(period >= 1.0) || (period > 1.0 ? !constant : !moved) || !(distance > tiny)) continue;
        g->cycle_run = r;
        g->cycle_period = (size_t)period;
        g->cycle_distance = distance;
    }
}

/* ---- the rule ---- */

clarke_status clarke_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                 const clarke_limit_options *options)
{
    clarke_limit_findings g = {.e = e, .o = options, .form = options->form};
    if (e->repetitions == 0 || e->repetitions > CLARKE_LIMIT_RUNS_MAX)
        return clarke_fail(CLARKE_EINPUT, "the rule for limits takes 1 to %d runs, not %zu",
                           CLARKE_LIMIT_RUNS_MAX, e->repetitions);
    if (!g.form) CLARKE_TRY(clarke_limit_form_of(e->plan->text.method, e->mem, &g.form));
    CLARKE_TRY(judge_data(&g));
    CLARKE_TRY(judge_law(&g));
    if (!(g.null.mean > 0.0))
        return clarke_judge(j, CLARKE_NOT_APPLICABLE,
                            "the null level of this case is zero: every point of the box is in S");
    clarke_limit_test(&g.data, &g.law, &g.s);
    CLARKE_TRY(judge_refute(&g));
    judge_cycle(&g);
    return clarke_limit_conclude(&g, j);
}
