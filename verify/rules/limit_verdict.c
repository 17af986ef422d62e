/* Evidence, verdict and the one sentence of decision rule 2. */
#include "verify/rules/limit_judge.h"

#include <math.h>
#include <stdio.h>

/* ---- what is written down ---- */

static const clarke_limit_refutation *verdict_worst(const clarke_limit_findings *g)
{
    const clarke_limit_refutation *const all[] = {&g->b, &g->a, &g->m};
    for (size_t i = 0; i < 3; i++)
        if (all[i]->refutes) return all[i];
    const clarke_limit_refutation *nearest = &g->b;
    for (size_t i = 1; i < 3; i++)
        if (all[i]->form &&
            (!nearest->form || all[i]->left * nearest->right > nearest->left * all[i]->right))
            nearest = all[i];
    return nearest;
}

static void verdict_note_refutation(const clarke_limit_findings *g, clarke_judgement *j)
{
    const clarke_limit_refutation *f = verdict_worst(g);
    const char form[2] = {f->form, '\0'};
    if (!f->form) return;
    clarke_note_text(j, "refutation_form", form);
    clarke_note_count(j, "refutation_window", f->window + 1);
    clarke_note_count(j, "refutation_run", f->run);
    clarke_note_real(j, "refutation_left", f->left);
    clarke_note_real(j, "refutation_right", f->right);
    clarke_note_real(j, "refutation_hull", f->hull);
}

static void verdict_note(const clarke_limit_findings *g, clarke_judgement *j)
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
    verdict_note_refutation(g, j);
    j->checked = g->data.runs;
    j->resolved = s->finite;
    j->smallest_detectable = 2.0 * s->resolution;
}

/* ---- the verdict ---- */

static const char *verdict_what(const clarke_limit_findings *g)
{
    if (g->o->what) return g->o->what;
    return g->o->quantity == CLARKE_LIMIT_MOMENTUM ? "m_k -> 0" : "dist(x_k, S) -> 0";
}

static clarke_status verdict_finite_time(const clarke_limit_findings *g, clarke_judgement *j)
{
    const clarke_limit_refutation *f = verdict_worst(g);
    const char *blame =
        f->form == 'B' ? "the oracle's answers are not field plus admissible noise: the noise is "
                         "biased or an answer lies outside the field"
        : f->form == 'A'
            ? "the answers are admissible, so the step is not x - eta g: it does not "
              "conform"
            : "with this momentum x would have had to leave: the step does not conform, "
              "or the noise is biased";
    return clarke_judge(j, CLARKE_REFUTED,
                        "%s contradicts the differential inclusion in finite time (form %c, window "
                        "%zu of run %zu: %.4g must not exceed %.4g): %s",
                        verdict_what(g), f->form, f->window + 1, f->run, f->left, f->right, blame);
}

static clarke_status verdict_supported(const clarke_limit_findings *g, clarke_judgement *j)
{
    const clarke_limit_support *s = &g->s;
    return clarke_judge(
        j, CLARKE_SUPPORTED,
        "%s: %zu of %zu runs vote for it (%zu needed); with error <= %.2g, more than "
        "half of all runs of this case fall at >= %.1f times the predicted "
        "logarithmic rate and end below %.3g; resolution %.3g: a wrong limit farther "
        "than about %.3g is excluded, a nearer one is not%s%s",
        verdict_what(g), s->votes, g->data.runs, s->needed, g->data.alpha, CLARKE_LIMIT_SLOPE,
        s->level, s->resolution, 2.0 * s->resolution,
        g->gate.admitted ? "" : "; the plan was not admitted: ",
        g->gate.admitted ? "" : g->gate.sentence);
}

static clarke_status verdict_control(const clarke_limit_findings *g, clarke_judgement *j)
{
    const clarke_limit_support *s = &g->s;
    char where[160];
    if (g->o->control == CLARKE_CONTROL_POINT)
        snprintf(where, sizeof where,
                 "spend the whole last block at the declared wrong limit "
                 "(median distance %.3g, %.3g from S)",
                 s->target, s->resolution);
    else if (g->o->control == CLARKE_CONTROL_LEVEL)
        snprintf(where, sizeof where, "stay at distance >= %.3g in each of the last three blocks",
                 g->o->level);
    else
        snprintf(where, sizeof where, "grow past the null level %.3g", g->null.mean);
    return clarke_judge(j, CLARKE_REFUTED,
                        "%s fails: %zu of %zu runs (%zu needed) %s; error <= %.2g", verdict_what(g),
                        s->control_votes, g->data.runs, s->needed, where, g->data.alpha);
}

static clarke_status verdict_inconclusive(const clarke_limit_findings *g, clarke_judgement *j)
{
    char text[400];
    const clarke_limit_refutation *f = verdict_worst(g);
    clarke_limit_advice(&g->s, &g->data, &g->law, &g->e->plan->schedule, text);
    if (g->o->control == CLARKE_CONTROL_NONE && f->left > 0.0 && f->right < INFINITY)
        clarke_note_real(j, "refutation_length_needed", g->law.times.total * f->right / f->left);
    j->need_more = g->e->look == 0;
    return clarke_judge(j, CLARKE_INCONCLUSIVE, "%s is not decided: %s%s%s", verdict_what(g), text,
                        g->gate.admitted ? "" : "; the plan was not admitted: ",
                        g->gate.admitted ? "" : g->gate.sentence);
}

clarke_status clarke_limit_conclude(const clarke_limit_findings *g, clarke_judgement *j)
{
    verdict_note(g, j);
    if (g->a.refutes || g->b.refutes || g->m.refutes) return verdict_finite_time(g, j);
    if (g->cycle_period > 0)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s fails: run %zu of this deterministic method repeats exactly with "
                            "period %zu, at distance %.3g",
                            verdict_what(g), g->cycle_run, g->cycle_period, g->cycle_distance);
    if (g->s.supported) return verdict_supported(g, j);
    if (g->s.control_refuted) return verdict_control(g, j);
    if (g->s.growing && !(g->o->skip & CLARKE_LIMIT_SKIP_GROWTH))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s fails: in %zu of %zu runs (%zu needed) the distance grows past the "
                            "null level %.3g; error <= %.2g",
                            verdict_what(g), g->s.growth_votes, g->data.runs, g->s.needed,
                            g->null.mean, g->data.alpha);
    return verdict_inconclusive(g, j);
}
