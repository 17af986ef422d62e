/* What the theorems on SGD-type methods (Xiao, Hu, Toh, arXiv 2307.10053) let one check on a
   network and data whose stationary set nobody knows: that every minibatch step is the paper's
   step (variant "step"), and that reshuffling uses every sample once in an epoch (variant
   "epochs"). That the momentum goes to zero, or that f(x_k) converges, is not decidable by a few
   hundred steps and is not judged. */
#include "verify/exact.h"
#include "verify/lib/sgd_claims.h"

#include <string.h>

static const char th1_mlp_problem[] = "relu_mlp:widths=128,samples=2000";
static const char th1_mlp_teacher[] = "relu_mlp:data=teacher,widths=16,samples=300";

/* Steps that a network survives: sign-type methods move every weight by eta. */
static const struct {
    const char *method, *schedule;
} th1_mlp_methods[] = {
    {"sgd", "epoch:power:0.5,0.7,10"},
    {"heavy_ball", "epoch:power:0.5,0.7,10"},
    {"sign_sgd", "epoch:power:0.005,0.7,10"},
    {"lion", "epoch:power:0.005,0.7,10"},
    {"normalized_sgd", "epoch:power:0.5,0.7,10"},
    {"clipped_sgd", "epoch:power:0.5,0.7,10"},
};
enum { TH1_MLP_METHODS = sizeof th1_mlp_methods / sizeof *th1_mlp_methods };

static bool th1_mlp_is(const char *method, const char *id)
{
    const size_t length = strlen(id);
    return strncmp(method, id, length) == 0 && (method[length] == '\0' || method[length] == ':');
}

/* The number of terms, from the text alone: the plan is the same where the data is missing. */
static clarke_status th1_mlp_terms(const char *problem, clarke_arena *mem, size_t *terms)
{
    clarke_spec spec;
    const void *desc;
    CLARKE_TRY(clarke_spec_parse(problem, mem, &spec));
    if (strcmp(spec.id, "relu_mlp") != 0 || spec.wrappers > 0)
        return clarke_fail(CLARKE_EINPUT, "th1_mlp is about relu_mlp, not %s", problem);
    CLARKE_TRY(clarke_registry_find(&clarke_problems, spec.id, &desc));
    const clarke_param *p =
        clarke_param_find(((const clarke_problem_desc *)desc)->params, "samples");
    CLARKE_TRY(clarke_parse_count(clarke_sgd_setting(&spec, "samples", p->fallback),
                                  "th1_mlp: samples", terms));
    if (*terms == 0)
        return clarke_fail(CLARKE_EINPUT, "th1_mlp needs a number of samples in %s", problem);
    return CLARKE_OK;
}

static clarke_case th1_mlp_case(const clarke_plan_item *item, const char *problem,
                                const char *method, const char *sampling)
{
    const char *schedule = th1_mlp_methods[0].schedule;
    for (size_t i = 0; i < TH1_MLP_METHODS; i++)
        if (th1_mlp_is(method, th1_mlp_methods[i].method)) schedule = th1_mlp_methods[i].schedule;
    return (clarke_case){
        .claim = "th1_mlp",
        .role = CLARKE_ROLE_CLAIM,
        .expected = CLARKE_EXPECT_SUPPORTED,
        .run = {.problem = problem,
                .method = method,
                .schedule = item->schedule ? item->schedule : schedule,
                .momentum = item->momentum,
                .sampling = sampling,
                .noise = "none",
                .init = "start",
                .iterations = clarke_sgd_iterations(item, 240, 80)},
        .repetitions = 2,
        .weight = item->weight > 0.0 ? item->weight : 1.0,
    };
}

static clarke_status th1_mlp_add_step(clarke_plan *plan, clarke_case c)
{
    c.variant = "step";
    c.use[0] = (clarke_measure_use){"sgd_step", {0.0}};
    c.use[1] = (clarke_measure_use){"sgd_step", {1.0}};
    c.uses = th1_mlp_is(c.run.method, "sgd") ? 1 : 2; /* sgd has no momentum */
    return clarke_plan_add(plan, &c);
}

/* An epoch is what it would be under reshuffling, whatever the sampling. */
static clarke_status th1_mlp_add_epochs(clarke_plan *plan, clarke_case c)
{
    clarke_sampling sampling;
    size_t terms;
    CLARKE_TRY(clarke_sampling_parse(c.run.sampling, &sampling));
    CLARKE_TRY(th1_mlp_terms(c.run.problem, clarke_plan_arena(plan), &terms));
    const size_t batch = sampling.batch > 0 ? sampling.batch : 1;
    c.variant = "epochs";
    c.use[0] = (clarke_measure_use){"sampling_law",
                                    {(double)terms, (double)((terms + batch - 1) / batch)}};
    c.uses = 1;
    return clarke_plan_add(plan, &c);
}

static clarke_status th1_mlp_add(clarke_plan *plan, const clarke_plan_item *item,
                                 const char *problem, const char *method, const char *sampling)
{
    const clarke_case c = th1_mlp_case(item, problem, method, sampling);
    CLARKE_TRY(th1_mlp_add_step(plan, c));
    return strncmp(sampling, "reshuffle", 9) == 0 ? th1_mlp_add_epochs(plan, c) : CLARKE_OK;
}

static clarke_status th1_mlp_plan(clarke_plan *plan, const clarke_plan_item *item)
{
    const char *const problem = item->problem ? item->problem : th1_mlp_problem;
    if (item->noise && strcmp(item->noise, "none") != 0)
        return clarke_fail(CLARKE_EINPUT, "th1_mlp samples data and takes no noise besides");
    const char *const sampling = item->sampling ? item->sampling : "reshuffle:100";
    if (item->method) return th1_mlp_add(plan, item, problem, item->method, sampling);
    for (size_t i = 0; i < TH1_MLP_METHODS; i++)
        CLARKE_TRY(th1_mlp_add(plan, item, problem, th1_mlp_methods[i].method, sampling));
    if (!item->sampling)
        CLARKE_TRY(th1_mlp_add(plan, item, problem, "heavy_ball", "replacement:32"));
    return CLARKE_OK;
}

/* Drawing with replacement cannot use every sample once in an epoch of N/b steps, but with
   probability N!/N^N (below 1e-128 for N = 300). */
static clarke_status th1_mlp_controls(clarke_plan *plan, const clarke_plan_item *item)
{
    clarke_case c = th1_mlp_case(item, th1_mlp_teacher, "heavy_ball", "replacement:10");
    c.role = CLARKE_ROLE_CONTROL;
    c.broken = "reshuffled";
    c.expected = CLARKE_EXPECT_NOT_APPLICABLE;
    CLARKE_TRY(th1_mlp_add_epochs(plan, c));
    c.bypass = true;
    c.expected = CLARKE_EXPECT_REFUTED;
    return th1_mlp_add_epochs(plan, c);
}

static clarke_status th1_mlp_judge_step(const clarke_evidence *e, clarke_judgement *j)
{
    clarke_sgd_assume_order(j, &e->plan->method);
    clarke_sgd_assume_average(j, &e->plan->method);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    CLARKE_TRY(clarke_exact_judge(e, j, 0, "the direction is in the paper's subdifferential: it"));
    if (j->verdict != CLARKE_SUPPORTED || e->c->uses < 2) return CLARKE_OK;
    return clarke_exact_judge(e, j, 1, "the step is the paper's, and the momentum's formula");
}

/* Counting is exact: one epoch that is no permutation refutes. Two permutations of N samples are
   equal with probability 1/N!, below 1e-32 from N = 30 on, so that one repetition refutes too. */
static clarke_status th1_mlp_judge_epochs(const clarke_evidence *e, clarke_judgement *j)
{
    const bool reshuffled = e->plan->sampling.kind == CLARKE_SAMPLING_RESHUFFLE;
    double epochs = 0.0, bad = 0.0, outside = 0.0, repeated = 0.0;
    clarke_assume(j, "reshuffled", "the samples are reshuffled in every epoch",
                  reshuffled ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED, "sampling %s",
                  e->plan->text.sampling);
    clarke_assume(j, "many_terms", "at least 30 samples, so that orders do not repeat by chance",
                  e->plan->terms >= 30 ? CLARKE_HYPOTHESIS_PROVED : CLARKE_HYPOTHESIS_FAILED,
                  "%zu samples", e->plan->terms);
    if (clarke_gate_closed(e, j)) return CLARKE_OK;
    for (size_t r = 0; r < e->repetitions; r++) {
        epochs += clarke_output(e, r, 0, "epochs");
        bad += clarke_output(e, r, 0, "bad_epochs");
        outside += clarke_output(e, r, 0, "out_of_range");
        repeated += clarke_output(e, r, 0, "repeated");
    }
    j->checked = j->resolved = (size_t)epochs;
    clarke_note_real(j, "epochs", epochs);
    clarke_note_real(j, "epochs_that_are_no_permutation", bad);
    clarke_note_real(j, "indices_out_of_range", outside);
    clarke_note_real(j, "repeated_permutations", repeated);
    if (!(bad == 0.0 && outside == 0.0))
        return clarke_judge(j, CLARKE_REFUTED,
                            "%.0f of %.0f epochs do not use each of the %zu samples once", bad,
                            epochs, e->plan->terms);
    if (!(repeated == 0.0))
        return clarke_judge(j, CLARKE_REFUTED, "%.0f epochs repeat the order of the one before",
                            repeated);
    if (!(epochs >= 2.0 * (double)e->repetitions))
        return clarke_judge(j, CLARKE_INCONCLUSIVE,
                            "only %.0f whole epochs in %zu runs: two a run decide", epochs,
                            e->repetitions);
    return clarke_judge(j, CLARKE_SUPPORTED,
                        "all %.0f epochs use each of the %zu samples once, in a new order", epochs,
                        e->plan->terms);
}

static clarke_status th1_mlp_judge(const clarke_evidence *e, clarke_judgement *j)
{
    return strcmp(e->c->variant, "epochs") == 0 ? th1_mlp_judge_epochs(e, j)
                                                : th1_mlp_judge_step(e, j);
}

const clarke_claim_desc clarke_claim_th1_mlp = {
    .title = "Minibatch steps on a ReLU network are the paper's steps",
    .paper = "Xiao, Hu, Toh, arXiv 2307.10053",
    .provenance = CLARKE_PROVENANCE_RECALLED,
    .kind = CLARKE_KIND_CONFORMANCE,
    .statement = "On a network trained by minibatches every step is the paper's step for the "
                 "recorded answer of the oracle, and reshuffling uses every sample exactly once in "
                 "an epoch.",
    .formula = "m_{k+1} = m_k - theta_k (m_k - g_k), x_{k+1} in x_k - eta_k (d phi(m_{k+1}) + "
               "alpha g_k); #{k in epoch: l_k = l} = 1",
    .not_claimed = "That the network approaches a critical point, that the momentum goes to zero, "
                   "or that the loss converges: its stationary set is not known and a few hundred "
                   "steps decide no limit. Nor that the method's parameters are the ones asked for "
                   "(th1_conformance), nor that the gradient is right (the unit tests of the "
                   "network).",
    .falsifier = "In methods/lion.c, update the momentum before the direction is formed: the case "
                 "of lion is refuted. In core/oracle.c, permute in the first epoch only: the cases "
                 "of reshuffle are refuted.",
    .plan = th1_mlp_plan,
    .controls = th1_mlp_controls,
    .judge = th1_mlp_judge,
};
