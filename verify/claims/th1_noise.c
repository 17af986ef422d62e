/* The noise has the law that it is said to have, from the oracle's own records. For independent
   numbers in [-1, 1] with mean 0, |sum of K| <= sqrt(2 K ln(2 N / alpha)) for N sums at once but
   with probability alpha (Hoeffding); the distribution of K independent numbers is within
   sqrt(ln(2 N / alpha) / (2 K)) of its law for N of them at once (Dvoretzky, Kiefer, Wolfowitz;
   Massart). Coordinates of signs are pairwise uncorrelated, of the others independent; the products
   of two are numbers of that kind, too. */
#include "verify/lib/sgd_claims.h"

#include <math.h>

enum { NOISE_REPETITIONS = 4, NOISE_STEPS = 8000 };

static const struct noise_row {
    const char *problem, *sampling, *noise;
} noise_rows[] = {
    {"absquad:n=3", "replacement:1", "signs:0.5"},
    {"quadratic_sum:a=0,0,3", "replacement:1", "signs:2"},
    {"quadratic_sum:a=0,0,3", "replacement:3", "signs:1"},
    {"absquad:n=2", "replacement:1", "bias:0.25,0.5"},
    {"absquad:n=3", "replacement:1", "gaussian:0.5"},
    {"median_sum:n=2", "replacement:1", "gaussian:2"},
    {"absquad:n=2", "replacement:1", "pareto:2.5,0.5"},
};

static clarke_status th1_noise_add(clarke_plan *plan, const clarke_plan_item *item,
                                   const struct noise_row *row)
{
    clarke_run_plan sizes;
    clarke_problem *problem;
    clarke_case c = {
        .claim = "th1_noise",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = item->problem ? item->problem : row->problem,
                .method = item->method ? item->method : "sgd",
                .sampling = item->sampling ? item->sampling : row->sampling,
                .noise = item->noise ? item->noise : row->noise,
                .iterations = clarke_sgd_iterations(item, NOISE_STEPS, NOISE_STEPS)},
        .repetitions = NOISE_REPETITIONS,
        .use = {{"noise_law", {0.0}}},
        .uses = 1,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
    CLARKE_TRY(clarke_run_plan_sizes(&c.run, clarke_plan_arena(plan), &sizes));
    CLARKE_TRY(clarke_problem_make(&sizes.problem, clarke_plan_arena(plan), &problem));
    const clarke_noise *noise = &sizes.noise;
    c.use[0].arg[0] = noise->kind == CLARKE_NOISE_GAUSSIAN ? 1.0
                      : noise->kind == CLARKE_NOISE_PARETO ? 2.0
                                                           : 0.0;
    c.use[0].arg[1] = noise->scale;
    c.use[0].arg[2] = noise->bias;
    c.use[0].arg[3] = noise->tail;
    c.use[0].arg[4] = (double)(sizes.terms / problem->terms);
    return clarke_plan_add(plan, &c);
}

static clarke_status th1_noise_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    if (item->noise || item->problem) return th1_noise_add(plan, item, &noise_rows[0]);
    for (size_t i = 0; i < sizeof noise_rows / sizeof noise_rows[0]; i++)
        CLARKE_TRY(th1_noise_add(plan, item, &noise_rows[i]));
    return CLARKE_OK;
}

/* Another law than the one that is looked for. */
static clarke_status th1_noise_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    static const struct {
        const char *noise;
        double arg[8];
    } wrong[] = {{"signs:0.5", {0.0, 0.25, 0.0, 0.0, 4.0}},
                 {"gaussian:0.5", {1.0, 0.45, 0.0, 0.0, 1.0}},
                 {"pareto:2.5,0.5", {2.0, 0.5, 0.0, 2.0, 1.0}},
                 {"bias:0.0625,0.5", {0.0, 0.5, 0.0, 0.0, 4.0}}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        clarke_case c = {
            .claim = "th1_noise",
            .role = CLARKE_ROLE_CONTROL,
            .broken = "the_law",
            .bypass = true,
            .expected = CLARKE_EXPECT_REFUTED,
            .run = {.problem = "absquad:n=3",
                    .method = "sgd",
                    .noise = wrong[i].noise,
                    .iterations = clarke_sgd_iterations(item, NOISE_STEPS, NOISE_STEPS)},
            .repetitions = NOISE_REPETITIONS,
            .use = {{"noise_law", {0.0}}},
            .uses = 1,
            .variant = "another law",
            .weight = item->weight > 0.0 ? item->weight : 1.0,
        };
        for (size_t k = 0; k < 8; k++) c.use[0].arg[k] = wrong[i].arg[k];
        CLARKE_TRY(clarke_plan_add(plan, &c));
    }
    return CLARKE_OK;
}

static double th1_noise_largest(const clarke_evidence *e, const char *name)
{
    double largest = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        const double value = clarke_output(e, r, 0, name);
        if (!(value <= largest)) largest = value;
    }
    return largest;
}

static clarke_status th1_noise_decide(const clarke_evidence *e, clarke_judgement *j, double draws)
{
    const double mean = th1_noise_largest(e, "mean"), pair = th1_noise_largest(e, "pair");
    const double distance = th1_noise_largest(e, "distance");
    const double square = th1_noise_largest(e, "square"), sizes = th1_noise_largest(e, "sizes");
    const double n = (double)e->plan->n, runs = (double)e->repetitions;
    /* A fifth of alpha for each of the five; squares lie in an interval of length 1. */
    const double mean_bound = sqrt(2.0 * log(10.0 * runs * n / e->alpha) / draws);
    const double pair_bound = sqrt(2.0 * log(10.0 * runs * n * n / e->alpha) / draws);
    const double distance_bound = sqrt(0.5 * log(10.0 * runs * n / e->alpha) / draws);
    clarke_note_real(j, "largest_mean", mean);
    clarke_note_real(j, "mean_bound", mean_bound);
    clarke_note_real(j, "largest_product", pair);
    clarke_note_real(j, "product_bound", pair_bound);
    clarke_note_real(j, "largest_distance", distance);
    clarke_note_real(j, "distance_bound", distance_bound);
    clarke_note_real(j, "largest_square_off", square);
    clarke_note_real(j, "largest_product_of_sizes", sizes);
    if (!(mean <= mean_bound))
        return clarke_judge(j, CLARKE_REFUTED, "the noise has mean %.3g of its size, above %.3g",
                            mean, mean_bound);
    if (!(pair <= pair_bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "two coordinates' noise has correlation %.3g, above %.3g", pair,
                            pair_bound);
    if (!(square <= distance_bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the mean square of a batch's signs is %.3g off, above %.3g", square,
                            distance_bound);
    if (!(sizes <= pair_bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the sizes of two coordinates' noise have correlation %.3g, above %.3g",
                            sizes, pair_bound);
    if (!(distance <= distance_bound))
        return clarke_judge(j, CLARKE_REFUTED,
                            "the noise's distribution is %.3g away from its law, above %.3g",
                            distance, distance_bound);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "of %.0f draws a run: means %.2g (at most %.2g), products %.2g (%.2g), "
                        "distances from the law %.2g (%.2g)",
                        draws, mean, mean_bound, pair, pair_bound, distance, distance_bound);
}

static clarke_status th1_noise_judge(const clarke_evidence *e, clarke_judgement *j)
{
    const clarke_noise_kind kind = e->plan->noise.kind;
    const bool known = kind != CLARKE_NOISE_NONE &&
                       e->plan->sampling.kind == CLARKE_SAMPLING_REPLACEMENT;
    clarke_assume(j, "independent_noise", "the noise is drawn anew at each step",
                  known ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "%s, sampling %s",
                  e->plan->text.noise, e->plan->text.sampling);
    clarke_assume(j, "the_law", "the law that is looked for is the noise's",
                  e->c->bypass ? CLARKE_HYPOTHESIS_FAILED : CLARKE_HYPOTHESIS_PROVED, "%s",
                  e->plan->text.noise);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    double draws = INFINITY, off = 0.0;
    for (size_t r = 0; r < e->repetitions; r++) {
        if (!e->run[r].finite)
            return clarke_judge(j, CLARKE_INCONCLUSIVE, "run %zu overflowed; smaller steps decide",
                                r);
        draws = fmin(draws, clarke_output(e, r, 0, "draws"));
        off += clarke_output(e, r, 0, "off_size");
    }
    j->checked = j->resolved = (size_t)(draws * (double)e->repetitions);
    clarke_note_real(j, "draws_a_run", draws);
    clarke_note_real(j, "wrong_sizes", off);
    if (!(off == 0.0))
        return clarke_judge(j, CLARKE_REFUTED, "%.0f numbers of the noise are not of its size",
                            off);
    if (!(draws >= 1000.0))
        return clarke_judge(j, CLARKE_INCONCLUSIVE, "only %.0f draws; longer runs decide", draws);
    return th1_noise_decide(e, j, draws);
}

const clarke_claim_desc clarke_claim_th1_noise = {
    .title = "The noise has the law that it is said to have",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053 (assumptions on the noise)",
    .provenance = CLARKE_PROVENANCE_DERIVED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "The oracle's noise has mean 0 (or the bias), the size it is asked for, "
                 "uncorrelated coordinates, and the distribution of its name.",
    .formula = "g_k - D_f(x_k; drawn terms) ~ law, independent of the past",
    .not_claimed = "Independence of successive steps: th1_streams looks at that.",
    .falsifier =
        "In core/oracle.c, use row & 1 for row & (j + 1): two coordinates have the same "
        "noise on absquad:n=3; take o->index[0] for o->index[i]: the case of replacement:3; or "
        "halve clarke_stream_gaussian: the case of gaussian:0.5.",
    .plan = th1_noise_plan,
    .controls = th1_noise_controls,
    .judge = th1_noise_judge,
};
