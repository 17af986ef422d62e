/* Agents in runs: shares of a sum, starts, plans with a network, the decentralised methods, and the
   measures that judge them. */
#include "core/agents.h"
#include "core/registry.h"
#include "engine/start.h"
#include "engine/trace.h"
#include "verify/exact.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const clarke_run_spec golden = {.problem = "quadratic_agents:a=-1,0,4",
                                       .method = "dsgd",
                                       .network = "path:d=3",
                                       .schedule = "constant:0.25",
                                       .momentum = "constant:0.25",
                                       .init = "zeros",
                                       .iterations = 4};
static const char path_quarter[] = "matrix:w=0.75,0.25,0,0.25,0.5,0.25,0,0.25,0.75";

static clarke_problem *problem(const char *text, clarke_arena *mem)
{
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(text, mem, &p), CLARKE_OK, "%s", clarke_message());
    return p;
}

/* ---- shares ---- */

/* f = (1/d) sum_i f_i, so the mean of the agents' full answers is the gradient of f. */
static void check_shares(const char *text, size_t agents)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = problem(text, mem);
    double x[4] = {0.3, -1.7, 0.9, 2.2}, g[4], mean[4] = {0.0}, want[4];
    size_t held = 0;
    for (size_t i = 0; i < agents; i++) {
        clarke_share share;
        clarke_oracle o;
        cr_assert_eq(clarke_share_make(p, agents, i, mem, &share), CLARKE_OK, "%s: %s", text,
                     clarke_message());
        held += share.count;
        cr_assert_eq(clarke_oracle_init_share(
                         &o, p, &share, (clarke_sampling){CLARKE_SAMPLING_FULL, 0},
                         (clarke_noise){CLARKE_NOISE_NONE, 0, 0, 0}, (clarke_stream){{0, 0}}, mem),
                     CLARKE_OK);
        clarke_oracle_subgradient(&o, x, g);
        for (size_t j = 0; j < p->n; j++) mean[j] += g[j] / (double)agents;
    }
    p->desc->subgradient(p, x, want);
    for (size_t j = 0; j < p->n; j++)
        cr_expect_float_eq(mean[j], want[j], 1e-12, "%s, %zu agents: %g, not %g", text, agents,
                           mean[j], want[j]);
    cr_expect(p->terms == 1 || agents > p->terms || held == p->terms, "%s: %zu terms are held",
              text, held);
    clarke_arena_free(mem);
}

Test(dsm, shares_add_up_to_f)
{
    check_shares("quadratic_sum:a=0,0,3,1,2,-1,n=2", 3);
    check_shares("quadratic_sum:a=0,0,3,1,2,n=2", 3); /* 1, 2, 2 terms */
    check_shares("dec_asym", 2);
    check_shares("dec_asym", 8); /* more agents than terms */
    check_shares("absquad:n=2", 5);
    check_shares("absquad:n=2+tilt:agents=4", 4);
    check_shares("quadratic_agents:a=-1,0,4,curvature=1,2,3", 3);
    check_shares("dec_cancel_abs:b=1,h=1", 2);
}

Test(dsm, shares_that_cannot_be)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_share share;
    cr_expect_eq(clarke_share_make(problem("dec_asym", mem), 3, 0, mem, &share), CLARKE_EINPUT);
    cr_expect_str_eq(clarke_message(),
                     "dec_asym is a sum of 2 terms, which 3 agents cannot share evenly");
    cr_expect_eq(clarke_share_make(problem("quadratic_agents", mem), 4, 0, mem, &share),
                 CLARKE_EINPUT);
    cr_expect_str_eq(clarke_message(),
                     "quadratic_agents is split over 3 agents, the network has 4");
    cr_expect_eq(clarke_share_agents(problem("quadratic_agents", mem)), 3);
    cr_expect_eq(clarke_share_agents(problem("dec_asym", mem)), 2);
    cr_expect_eq(clarke_share_agents(problem("absquad", mem)), 0);
    clarke_arena_free(mem);
}

/* Agent 1 of 2 holds the second half; the index of its record is its own position. */
Test(dsm, an_agent_samples_its_own_terms)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = problem("quadratic_sum:a=1,2,10,20", mem);
    const clarke_stream stream = clarke_stream_make(5, "p", "m", 0, 1, "sampling");
    clarke_share share;
    clarke_oracle o;
    double x = 0.0, g;
    size_t seen[2] = {0, 0};
    cr_assert_eq(clarke_share_make(p, 2, 1, mem, &share), CLARKE_OK);
    cr_assert_eq(clarke_oracle_init_share(&o, p, &share,
                                          (clarke_sampling){CLARKE_SAMPLING_RESHUFFLE, 1},
                                          (clarke_noise){CLARKE_NOISE_NONE, 0, 0, 0}, stream, mem),
                 CLARKE_OK);
    cr_assert_eq(o.epoch, 2);
    for (o.k = 0; o.k < 40; o.k++) {
        clarke_oracle_subgradient(&o, &x, &g);
        const size_t l = o.record.index[0];
        cr_assert_lt(l, 2);
        seen[l]++;
        cr_assert_eq(g, l == 0 ? -10.0 : -20.0, "position %zu: %g", l, g);
    }
    cr_expect(seen[0] == 20 && seen[1] == 20, "%zu, %zu", seen[0], seen[1]);
    clarke_arena_free(mem);
}

/* ---- plans and starts ---- */

Test(dsm, plans_with_a_network)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_spec spec = golden, central = {.problem = "absquad", .method = "sgd"};
    clarke_run_plan plan, other;
    spec.network = "ring";
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK, "%s", clarke_message());
    cr_expect_str_eq(plan.text.network, "ring:d=3", "d is the problem's");
    cr_expect(plan.n == 3 && plan.agents == 3 && plan.dim == 1 && plan.network->agents == 3);
    spec.network = "star:d=3";
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &other), CLARKE_OK);
    cr_expect(plan.hash != other.hash, "the network is part of a run's hash");
    central.iterations = 5;
    cr_assert_eq(clarke_run_plan_make(&central, mem, &plan), CLARKE_OK);
    cr_expect_str_eq(plan.text.network, "none");
    cr_expect(plan.agents == 1 && plan.n == plan.dim && !plan.network);
    central.network = "ring:d=4";
    cr_expect_eq(clarke_run_plan_make(&central, mem, &plan), CLARKE_EINPUT);
    cr_expect_str_eq(clarke_message(), "sgd has one agent and takes no network (ring:d=4)");
    spec.network = NULL;
    cr_expect_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_EINPUT);
    cr_expect(strstr(clarke_message(), "dsgd needs a network") != NULL, "%s", clarke_message());
    spec.network = "rong:d=3";
    cr_expect_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_EINPUT);
    cr_expect(strstr(clarke_message(), "'ring'") != NULL, "%s", clarke_message());
    clarke_arena_free(mem);
}

Test(dsm, every_agent_has_a_start)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = problem("absquad:n=2", mem);
    clarke_stream stream[2];
    double x[2][2];
    for (size_t i = 0; i < 2; i++) stream[i] = clarke_stream_make(1, "p", "m", 0, i, "init");
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(clarke_start_agent("point:1,2,3,4", p, &stream[i], i, 2, x[i]), CLARKE_OK);
    cr_expect(x[0][0] == 1 && x[0][1] == 2 && x[1][0] == 3 && x[1][1] == 4);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(clarke_start_agent("point:1,2,3", p, &stream[i], i, 2, x[i]), CLARKE_OK);
    cr_expect(x[0][0] == 1 && x[0][1] == 2 && x[1][0] == 3 && x[1][1] == 1);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(clarke_start_agent("box", p, &stream[i], i, 2, x[i]), CLARKE_OK);
    cr_expect(x[0][0] != x[1][0] && x[0][1] != x[1][1], "two agents start at the same point");
    char name[] = "/tmp/clarke-start-XXXXXX";
    const int file = mkstemp(name);
    cr_assert(file >= 0 && write(file, "1 2 3 4\n", 8) == 8 && close(file) == 0);
    char *text = clarke_arena_printf(mem, "file:%s", name);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(clarke_start_agent(text, p, &stream[i], i, 2, x[i]), CLARKE_OK, "%s",
                     clarke_message());
    cr_expect(x[0][0] == 1 && x[0][1] == 2 && x[1][0] == 3 && x[1][1] == 4);
    cr_expect_eq(clarke_start_agent(text, p, &stream[0], 0, 3, x[0]), CLARKE_EINPUT);
    unlink(name);
    clarke_arena_free(mem);
}

/* ---- runs ---- */

static const double *run_with(const clarke_run_spec *spec, const clarke_measure_use *use,
                              size_t uses, clarke_arena *mem, clarke_run_result *result)
{
    clarke_run_plan plan;
    cr_assert_eq(clarke_run_plan_make(spec, mem, &plan), CLARKE_OK, "%s: %s", spec->method,
                 clarke_message());
    cr_assert_eq(clarke_run_execute(&plan, 3, 0, use, uses, NULL, NULL, mem, result), CLARKE_OK,
                 "%s: %s", spec->method, clarke_message());
    return result->final_x;
}

/* Numerators over 256: combine and track for four steps; over 4096 for three of adapting first. */
Test(dsm, golden_vectors)
{
    static const struct {
        const char *method;
        size_t steps;
        double x[3];
    } row[] = {{"dsgd", 4, {-93.0 / 256, 111.0 / 256, 507.0 / 256}},
               {"dsgd:form=adapt", 3, {-1083.0 / 4096, 2055.0 / 4096, 1533.0 / 1024}},
               {"dsgd_t", 4, {-9.0 / 256, 21.0 / 32, 183.0 / 128}},
               {"dsgd_m", 4, {-45.0 / 256, 15.0 / 64, 225.0 / 256}},
               {"dsign_sgd", 4, {-33.0 / 64, 3.0 / 8, 41.0 / 64}}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_spec spec = golden;
        clarke_run_result result;
        spec.method = row[i].method, spec.iterations = row[i].steps, spec.network = path_quarter;
        const double *x = run_with(&spec, NULL, 0, mem, &result);
        for (size_t a = 0; a < 3; a++)
            cr_expect_eq(x[a], row[i].x[a], "%s: agent %zu at %.17g", row[i].method, a, x[a]);
        clarke_arena_free(mem);
    }
}

Test(dsm, same_seed_same_bits_and_n_1)
{
    static const char *const method[] = {"dsgd", "dsgd_t", "dsgd_m", "dsign_sgd"};
    for (size_t i = 0; i < 4; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_run_spec spec = golden;
        clarke_run_result a, b;
        spec.method = method[i], spec.noise = "gaussian:1", spec.init = "box";
        spec.iterations = 50;
        run_with(&spec, NULL, 0, mem, &a);
        run_with(&spec, NULL, 0, mem, &b);
        cr_expect(memcmp(a.final_x, b.final_x, 3 * sizeof(double)) == 0, "%s", method[i]);
        cr_expect(a.final_x[0] != a.final_x[1] && a.start[0] != a.start[1], "%s: agents agree",
                  method[i]);
        clarke_arena_free(mem);
    }
}

Test(dsm, trace_has_a_column_for_every_agent)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_run_spec spec = golden;
    clarke_run_plan plan;
    clarke_run_result result;
    clarke_trace *trace;
    char folder[] = "/tmp/clarke-trace-XXXXXX", line[4096];
    cr_assert(mkdtemp(folder));
    const char *name = clarke_arena_printf(mem, "%s/t.csv", folder);
    spec.method = "dsgd_t", spec.network = path_quarter;
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &plan), CLARKE_OK);
    cr_assert_eq(clarke_trace_open(name, &plan, 1, 0, mem, &trace), CLARKE_OK);
    const clarke_observer observer = {trace, clarke_trace_observe};
    cr_assert_eq(clarke_run_execute(&plan, 1, 0, NULL, 0, &observer, NULL, mem, &result),
                 CLARKE_OK);
    cr_assert_eq(clarke_trace_close(trace), CLARKE_OK);
    FILE *in = fopen(name, "r");
    cr_assert(in && fgets(line, sizeof line, in));
    cr_expect(strstr(line, ",a0.x0,a0.v0,a1.x0,a1.v0,a2.x0,a2.v0\n") != NULL, "%s", line);
    cr_assert(fgets(line, sizeof line, in) && strstr(line, ",0,1,0,0,0,-4\n"), "%s", line);
    cr_assert(fgets(line, sizeof line, in) && strstr(line, ",-0.25,0.5,0,-0.75,1,-2\n"), "%s",
              line);
    for (size_t k = 2; k <= 4; k++) cr_assert(fgets(line, sizeof line, in));
    cr_expect(strstr(line, ",-0.03515625,,0.65625,,1.4296875,\n") != NULL, "%s", line);
    fclose(in);
    unlink(name);
    rmdir(folder);
    clarke_arena_free(mem);
}

/* Equal Hessians: the mean of the gradients is the gradient at the mean, so the mean's path is the same
   over every network, noise included, since an agent's stream does not know the network. Sixty steps
   of numbers below 10 round by less than 60 * 100 * 2^-53. */
Test(dsm, the_mean_does_not_feel_the_network)
{
    static const char *const network[] = {"path:d=3", "complete:d=3", "matrix:w=1,0,0,0,1,0,0,0,1"};
    clarke_arena *mem = clarke_arena_new(0);
    double mean[3];
    for (size_t i = 0; i < 3; i++) {
        clarke_run_spec spec = golden;
        clarke_run_result result;
        spec.network = network[i], spec.noise = "signs:1", spec.init = "box", spec.iterations = 60;
        run_with(&spec, NULL, 0, mem, &result);
        clarke_agents_mean(3, 1, result.final_x, &mean[i]);
        cr_expect_float_eq(mean[i], mean[0], 6000 * 0x1p-53, "%s: %.17g", network[i], mean[i]);
    }
    clarke_arena_free(mem);
}

/* ---- measures ---- */

enum { CHECKED, RESOLVED, VIOLATIONS };

static double violations(const char *measure, double block, const char *method, const char *network)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_measure_use use = {measure, {block}};
    clarke_run_spec spec = golden;
    clarke_run_result result;
    spec.method = method, spec.network = network, spec.init = "box", spec.noise = "signs:1";
    spec.iterations = 60;
    run_with(&spec, &use, 1, mem, &result);
    cr_assert_gt(result.output[0][CHECKED], 50.0, "%s: %g checks", measure,
                 result.output[0][CHECKED]);
    const double found = result.output[0][VIOLATIONS];
    clarke_arena_free(mem);
    return found;
}

Test(dsm, identities_hold_and_fail_where_they_must)
{
    static const char rows[] = "matrix:w=0.5,0.25,0,0.5,0.5,0.5,0,0.25,0.5"; /* columns sum to 1 */
    static const char columns[] = "matrix:w=0.5,0.5,0,0.25,0.5,0.25,0,0.5,0.5"; /* rows do */
    cr_expect_eq(violations("agents_mean", 0, "dsgd", path_quarter), 0.0);
    cr_expect_eq(violations("agents_mean", 0, "dsgd:form=adapt", path_quarter), 0.0);
    cr_expect_eq(violations("agents_mean", 1, "dsgd_m", path_quarter), 0.0);
    cr_expect_eq(violations("agents_mean", 2, "dsgd_t", path_quarter), 0.0);
    cr_expect_eq(violations("agents_mean", 0, "dsgd", columns), 0.0, "L1 asks for rows only");
    cr_expect_gt(violations("agents_mean", 0, "dsgd", rows), 50.0);
    cr_expect_gt(violations("agents_mean", 2, "dsgd_t:first=zeros", path_quarter), 50.0);
    cr_expect_eq(violations("agents_consensus", 0, "dsgd", path_quarter), 0.0);
    cr_expect_eq(violations("agents_consensus", 1, "dsgd_m", path_quarter), 0.0);
    cr_expect_eq(violations("agents_consensus", 2, "dsgd_t", path_quarter), 0.0);
    cr_expect_gt(violations("agents_consensus", 1, "dsgd_m:mix_momentum=no", path_quarter), 5.0);
    cr_expect_eq(violations("agents_step", 0, "dsign_sgd", path_quarter), 0.0);
    cr_expect_eq(violations("agents_step", 1, "dsgd_m:form=adapt,phi=l2", path_quarter), 0.0);
    cr_expect_eq(violations("agents_step", 2, "dsgd_t:form=adapt", path_quarter), 0.0);
}

/* Two agents, one variable, W = [[3/4, 1/4], [1/4, 3/4]], x = (1, 3), g = (1, 2), eta = 1/2:
   x' = (3/2 - 1/2, 5/2 - 1) = (1, 3/2). */
typedef struct {
    const char *what;
    double x1[2], asked[2];
    size_t calls;
    bool fine;
} step_row;

static void check_step(const step_row *row, const clarke_network *w, clarke_arena *mem)
{
    static const clarke_dsm_form form = {.momentum = false};
    const double eta[] = {0.5, 0.5}, theta[] = {0.5, 0.5}, t[] = {0.0, 0.5};
    const clarke_clock clock = {.steps = 1, .eta = eta, .theta = theta, .t = t};
    const double x[] = {1.0, 3.0}, g[] = {1.0, 2.0}, arg[8] = {0.0};
    const clarke_measure_desc *desc = clarke_registry_get(&clarke_measures, "agents_step");
    clarke_measure m = {.desc = desc,
                        .arg = arg,
                        .clock = &clock,
                        .dsm = &form,
                        .network = w,
                        .n = 2,
                        .agents = 2,
                        .dim = 1,
                        .mem = mem};
    m.state = clarke_alloc(mem, desc->state_size);
    cr_assert_eq(desc->begin(&m), CLARKE_OK);
    const clarke_oracle_record record[2] = {{&row->asked[0], &g[0], NULL, 0, row->calls},
                                            {&row->asked[1], &g[1], NULL, 0, row->calls}};
    const clarke_oracle_record *const agent[2] = {&record[0], &record[1]};
    const clarke_event e = {.last_phase = true,
                            .before = x,
                            .after = row->x1,
                            .eta = 0.5,
                            .theta = 0.5,
                            .t = 0.5,
                            .oracle = agent[0],
                            .agents = 2,
                            .agent = agent};
    double out[32];
    desc->observe(&m, &e);
    desc->end(&m, out);
    cr_expect_eq(out[VIOLATIONS], row->fine ? 0.0 : 1.0, "%s: worst %g", row->what, out[4]);
}

Test(dsm, a_step_by_hand)
{
    static const step_row row[] = {
        {"right", {1.0, 1.5}, {1.0, 3.0}, 1, true},
        {"adapted first", {1.125 - 0.25 + 0.0, 1.625}, {1.0, 3.0}, 1, false},
        {"off by 1e-14", {1.0 + 1e-14, 1.5}, {1.0, 3.0}, 1, false},
        {"not a number", {1.0, NAN}, {1.0, 3.0}, 1, false},
        {"asked at the mean", {1.0, 1.5}, {2.0, 2.0}, 1, false},
        {"asked twice", {1.0, 1.5}, {1.0, 3.0}, 2, false}};
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_network *w;
    cr_assert_eq(clarke_network_from_text("matrix", mem, &w), CLARKE_OK);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) check_step(&row[i], w, mem);
    clarke_arena_free(mem);
}

Test(dsm, mean_and_spread)
{
    const double z[] = {1.0, 2.0, 3.0, 6.0}; /* two agents in the plane */
    double mean[2];
    clarke_agents_mean(2, 2, z, mean);
    cr_expect(mean[0] == 2.0 && mean[1] == 4.0);
    cr_expect_eq(clarke_agents_spread(2, 2, z, mean), 10.0);
    cr_expect_eq(clarke_agents_departure(2, z, mean), 5.0);
}

/* The order of the sums as core/lanes.h and core/agents.h state it, entry by entry; and the sum itself in
   long double: a term is rounded three times, and meets at most n/16 + 4 + 15 + agents sums. */
static void check_spread(size_t agents, size_t n)
{
    double *z = malloc(agents * n * sizeof *z), *mean = malloc(n * sizeof *mean), all = 0.0;
    long double exact = 0.0L;
    for (size_t k = 0; k < agents * n; k++) z[k] = sin(2.385 * (double)k) * exp2((double)(k % 5));
    clarke_agents_mean(agents, n, z, mean);
    size_t same = 0;
    for (size_t c = 0; c < n; c++) {
        double sum = z[c];
        for (size_t i = 1; i < agents; i++) sum += z[i * n + c];
        same += mean[c] == sum / (double)agents;
    }
    cr_assert_eq(same, n, "%zu x %zu: the mean", agents, n);
    for (size_t i = 0; i < agents; i++) {
        double lane[16] = {0.0};
        const size_t whole = n / 16 * 16;
        for (size_t c = 0; c < n; c++) {
            const double d = z[i * n + c] - mean[c];
            const long double e = (long double)z[i * n + c] - (long double)mean[c];
            exact += e * e;
            if (c < whole) lane[c % 16] += d * d;
        }
        for (size_t half = 8; half > 0; half /= 2)
            for (size_t k = 0; k < half; k++) lane[k] += lane[k + half];
        for (size_t c = whole; c < n; c++)
            lane[0] += (z[i * n + c] - mean[c]) * (z[i * n + c] - mean[c]);
        cr_assert_eq(clarke_agents_departure(n, z + i * n, mean), lane[0], "%zu x %zu: row %zu",
                     agents, n, i);
        all += lane[0];
    }
    const double spread = clarke_agents_spread(agents, n, z, mean);
    cr_assert_eq(spread, all, "%zu x %zu: %.17g, %.17g", agents, n, spread, all);
    cr_assert_leq(fabsl(spread - exact), (long double)(22 + n / 16 + agents) * 0x1p-52L * exact,
                  "%zu x %zu: %.17g, %.17Lg", agents, n, spread, exact);
    free(z), free(mean);
}

Test(dsm, spread_in_lanes)
{
    static const size_t agents[] = {1, 3, 64, 65, 130}, n[] = {1, 15, 16, 17, 40, 1039, 1280, 2600};
    for (size_t a = 0; a < sizeof agents / sizeof agents[0]; a++)
        for (size_t k = 0; k < sizeof n / sizeof n[0]; k++) check_spread(agents[a], n[k]);
}

/* W = I: every agent goes to its own centre. eta = 1/4 from 0: x_i = a_i (1 - (3/4)^k), so at the end
   the worst distance from the mean 1 of -1, 0, 4 is 3 - 4 (3/4)^k, the consensus error is sqrt 14
   times 1 - (3/4)^k. */
Test(dsm, numbers_of_agents_that_do_not_mix)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_measure_use use[] = {{"agents_maxima", {0.0}},
                                      {"agents_maxima", {6.0}},
                                      {"agents_maxima", {7.0}},
                                      {"agents_maxima", {4.0}},
                                      {"agents_maxima", {3.0, 1.0, 4.0}}};
    clarke_run_spec spec = golden;
    clarke_run_result result;
    spec.network = "matrix:w=1,0,0,0,1,0,0,0,1";
    spec.iterations = 16;
    run_with(&spec, use, 5, mem, &result);
    const double left = pow(0.75, 16.0), root = sqrt(14.0);
    const double want[] = {3.0 - 4.0 * left, root * (1.0 - left), 4.0 * root * (1.0 - left), left,
                           5.0 - left};
    for (size_t i = 0; i < 5; i++)
        cr_expect_float_eq(result.output[i][8], want[i], 1e-12, "number %zu: %.17g, not %.17g", i,
                           result.output[i][8], want[i]);
    cr_expect_float_eq(result.output[4][10], 3.0, 1e-12, "separation");
    clarke_arena_free(mem);
}

/* Equal quadratics x^2/2 with eta = 1/64: the mean is x_0 (1 - eta)^k, the flow x_0 e^-t. The largest
   gap over a window of length 1 from x is |x| max_t (e^-t - (1 - eta)^(64 t)) < |x| eta/2. */
Test(dsm, flow_tracking_of_a_quadratic)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_measure_use use = {"flow_tracking", {1.0, 50.0}};
    clarke_run_spec spec = {.problem = "quadratic_agents:a=0,0",
                            .method = "dsgd",
                            .network = "matrix",
                            .schedule = "constant:0.015625",
                            .init = "point:4",
                            .iterations = 256};
    clarke_run_result result;
    run_with(&spec, &use, 1, mem, &result);
    const double first = 4.0 * exp(-4.0 / 16.0), gap = first * exp(-1.0) / 128.0;
    cr_expect(result.output[0][3] > 0.5 * gap && result.output[0][3] < 2.0 * gap,
              "%g, about %g was expected", result.output[0][3], gap);
    cr_expect_eq(result.output[0][9], 3.0, "%g windows", result.output[0][9]);
    clarke_arena_free(mem);
}

/* A measure of one point does not see agents. */
Test(dsm, measures_of_one_point_are_refused)
{
    clarke_arena *mem = clarke_arena_new(0);
    const clarke_measure_use point = {"block_maxima", {0}}, agents = {"agents_maxima", {0}};
    const clarke_run_spec central = {.problem = "absquad", .method = "sgd", .iterations = 5};
    clarke_run_plan plan;
    clarke_run_result result;
    cr_assert_eq(clarke_run_plan_make(&golden, mem, &plan), CLARKE_OK);
    cr_expect_eq(clarke_run_execute(&plan, 1, 0, &point, 1, NULL, NULL, mem, &result),
                 CLARKE_EINPUT);
    cr_assert_eq(clarke_run_plan_make(&central, mem, &plan), CLARKE_OK);
    cr_expect_eq(clarke_run_execute(&plan, 1, 0, &agents, 1, NULL, NULL, mem, &result),
                 CLARKE_EINPUT);
    clarke_arena_free(mem);
}
