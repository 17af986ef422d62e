/* The whole decision rule 2 on the evidence of a case. */
#include "verify/rules/limit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const clarke_evidence *e;
    const clarke_limit_options *o;
    const clarke_sgd_form *form;
    clarke_limit_law law;
    clarke_limit_null null;
    clarke_limit_data data;
    clarke_limit_gate gate;
    clarke_limit_support s;
    clarke_limit_refutation a, b, m;
    size_t cycle_run, cycle_period; /* period 0: none */
    double cycle_distance, largest;
    bool field;
} judge;

clarke_limit_options clarke_limit_defaults(void)
{
    return (clarke_limit_options){.blocks = SIZE_MAX, .target = SIZE_MAX, .windows = SIZE_MAX,
                                  .fixed = SIZE_MAX, .separation = NAN, .level = NAN};
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

static clarke_status judge_data(judge *g)
{
    const clarke_evidence *e = g->e;
    double *separation = NULL;
    g->data = (clarke_limit_data){.runs = e->repetitions, .control = g->o->control,
                                  .level = g->o->level, .alpha = e->alpha,
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

static clarke_status judge_law(judge *g)
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
    static const char *const name[] = {"step",     "length", "reach",     "end",  "answers",
                                       "squares",  "hull",   "momentum",  "theta", "theta_max",
                                       "axis",     "axis_hull", "axis_momentum"};
    double *const slot[] = {&out->step,    &out->length, &out->reach,     &out->end,
                            &out->answers, &out->squares, &out->hull,     &out->momentum,
                            &out->theta,   &out->theta_max, &out->axis,   &out->axis_hull,
                            &out->axis_momentum};
    for (size_t i = 0; i < sizeof slot / sizeof slot[0]; i++) {
        char full[32];
        snprintf(full, sizeof full, "%s%zu", name[i], w + 1);
        *slot[i] = clarke_output(e, r, use, full);
    }
    out->answer_sup = clarke_output(e, r, use, "answer_sup");
}

static clarke_limit_refutation_setting judge_noise(const judge *g)
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

static clarke_status judge_refute(judge *g)
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
    clarke_limit_window *w =
        clarke_alloc_array(e->mem, s.runs * CLARKE_LIMIT_WINDOWS, sizeof *w);
    CLARKE_TRY(clarke_arena_status(e->mem));
    for (size_t i = 0; i < s.runs * CLARKE_LIMIT_WINDOWS; i++)
        judge_window(e, i / CLARKE_LIMIT_WINDOWS, g->o->windows, i % CLARKE_LIMIT_WINDOWS, &w[i]);
    clarke_limit_refute(&s, w, &g->a, &g->b, &g->m);
    return CLARKE_OK;
}

/* An exact cycle of a deterministic method: with constant steps of any period, since states repeat;
   otherwise a fixed point that a residual above rounding should have moved visibly. */
static void judge_cycle(judge *g)
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

/* ---- what is written down ---- */

static const clarke_limit_refutation *judge_worst(const judge *g)
{
    const clarke_limit_refutation *const all[] = {&g->b, &g->a, &g->m};
    for (size_t i = 0; i < 3; i++)
        if (all[i]->refutes) return all[i];
    const clarke_limit_refutation *nearest = &g->b;
    for (size_t i = 1; i < 3; i++)
        if (all[i]->form && (!nearest->form ||
                             all[i]->left * nearest->right > nearest->left * all[i]->right))
            nearest = all[i];
    return nearest;
}

static void judge_note_refutation(const judge *g, clarke_judgement *j)
{
    const clarke_limit_refutation *f = judge_worst(g);
    const char form[2] = {f->form, '\0'};
    if (!f->form) return;
    clarke_note_text(j, "refutation_form", form);
    clarke_note_count(j, "refutation_window", f->window + 1);
    clarke_note_count(j, "refutation_run", f->run);
    clarke_note_real(j, "refutation_left", f->left);
    clarke_note_real(j, "refutation_right", f->right);
    clarke_note_real(j, "refutation_hull", f->hull);
}

static void judge_note(const judge *g, clarke_judgement *j)
{
    const clarke_limit_support *s = &g->s;
    clarke_note_reals(j, "block_t", g->law.times.t, CLARKE_LIMIT_BLOCKS);
    clarke_note_reals(j, "block_median", s->median, CLARKE_LIMIT_BLOCKS);
    clarke_note_reals(j, "block_law", s->law, CLARKE_LIMIT_BLOCKS);
    clarke_note_real(j, "null_level", g->null.mean);
    clarke_note_real(j, "null_level_error", g->null.error);
    clarke_note_real(j, "level", s->level);
    clarke_note_real(j, "resolution", s->resolution);
    clarke_note_real(j, "growth_exponent", g->law.growth.p);
    clarke_note_count(j, "votes", s->votes);
    clarke_note_count(j, "votes_needed", s->needed);
    clarke_note_real(j, "slope_median", s->slope_median);
    /* Where fewer than a quarter of the runs are above rounding, the tail says nothing. */
    if (s->tail_slope < INFINITY) clarke_note_real(j, "tail_slope", s->tail_slope);
    clarke_note_real(j, "predicted_last_block", g->gate.predicted);
    clarke_note_text(j, "gate", g->gate.sentence);
    if (g->o->control != CLARKE_CONTROL_NONE)
        clarke_note_count(j, "control_votes", s->control_votes);
    judge_note_refutation(g, j);
    j->checked = g->data.runs;
    j->resolved = s->finite;
    j->smallest_detectable = 2.0 * s->resolution;
}

/* ---- the verdict ---- */

static const char *judge_what(const judge *g)
{
    if (g->o->what) return g->o->what;
    return g->o->quantity == CLARKE_LIMIT_MOMENTUM ? "m_k -> 0" : "dist(x_k, S) -> 0";
}

static clarke_status judge_finite_time(const judge *g, clarke_judgement *j)
{
    const clarke_limit_refutation *f = judge_worst(g);
    const char *blame =
        f->form == 'B'   ? "the oracle's answers are not field plus admissible noise: the noise is "
                           "biased or an answer lies outside the field"
        : f->form == 'A' ? "the answers are admissible, so the step is not x - eta g: it does not "
                           "conform"
                         : "with this momentum x would have had to leave: the step does not conform, "
                           "or the noise is biased";
    return clarke_judge(j, CLARKE_REFUTED,
                        "%s contradicts the differential inclusion in finite time (form %c, window "
                        "%zu of run %zu: %.4g must not exceed %.4g): %s",
                        judge_what(g), f->form, f->window + 1, f->run, f->left, f->right, blame);
}

static clarke_status judge_supported(const judge *g, clarke_judgement *j)
{
    const clarke_limit_support *s = &g->s;
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "%s: %zu of %zu runs vote for it (%zu needed); with error <= %.2g, more than "
                        "half of all runs of this case fall at >= %.1f times the predicted "
                        "logarithmic rate and end below %.3g; resolution %.3g: a wrong limit farther "
                        "than about %.3g is excluded, a nearer one is not%s%s",
                        judge_what(g), s->votes, g->data.runs, s->needed, g->data.alpha,
                        CLARKE_LIMIT_SLOPE, s->level, s->resolution, 2.0 * s->resolution,
                        g->gate.admitted ? "" : "; the plan was not admitted: ",
                        g->gate.admitted ? "" : g->gate.sentence);
}

static clarke_status judge_control(const judge *g, clarke_judgement *j)
{
    const clarke_limit_support *s = &g->s;
    char where[160];
    if (g->o->control == CLARKE_CONTROL_POINT)
        snprintf(where, sizeof where, "spend the whole last block at the declared wrong limit "
                 "(median distance %.3g, %.3g from S)", s->target, s->resolution);
    else if (g->o->control == CLARKE_CONTROL_LEVEL)
        snprintf(where, sizeof where, "stay at distance >= %.3g in each of the last three blocks",
                 g->o->level);
    else
        snprintf(where, sizeof where, "grow past the null level %.3g", g->null.mean);
    return clarke_judge(j, CLARKE_REFUTED, "%s fails: %zu of %zu runs (%zu needed) %s; error <= %.2g",
                        judge_what(g), s->control_votes, g->data.runs, s->needed, where,
                        g->data.alpha);
}

static clarke_status judge_inconclusive(const judge *g, clarke_judgement *j)
{
    char text[400];
    const clarke_limit_refutation *f = judge_worst(g);
    clarke_limit_advice(&g->s, &g->data, &g->law, &g->e->plan->schedule, text);
    if (g->o->control == CLARKE_CONTROL_NONE && f->left > 0.0 && f->right < INFINITY)
        clarke_note_real(j, "refutation_length_needed", g->law.times.total * f->right / f->left);
    j->need_more = g->e->look == 0;
    return clarke_judge(j, CLARKE_INCONCLUSIVE, "%s is not decided: %s%s%s", judge_what(g), text,
                        g->gate.admitted ? "" : "; the plan was not admitted: ",
                        g->gate.admitted ? "" : g->gate.sentence);
}

static clarke_status judge_verdict(const judge *g, clarke_judgement *j)
{
    if (g->a.refutes || g->b.refutes || g->m.refutes) return judge_finite_time(g, j);
    if (g->cycle_period > 0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s fails: run %zu of this deterministic method repeats exactly with "
                            "period %zu, at distance %.3g",
                            judge_what(g), g->cycle_run, g->cycle_period, g->cycle_distance);
    if (g->s.supported) return judge_supported(g, j);
    if (g->s.control_refuted) return judge_control(g, j);
    if (g->s.growing && !(g->o->skip & CLARKE_LIMIT_SKIP_GROWTH))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s fails: in %zu of %zu runs (%zu needed) the distance grows past the "
                            "null level %.3g; error <= %.2g",
                            judge_what(g), g->s.growth_votes, g->data.runs, g->s.needed,
                            g->null.mean, g->data.alpha);
    return judge_inconclusive(g, j);
}

clarke_status clarke_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                 const clarke_limit_options *options)
{
    judge g = {.e = e, .o = options, .form = options->form};
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
    judge_note(&g, j);
    return judge_verdict(&g, j);
}
