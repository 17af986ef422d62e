/* Decision rule 2 on real runs: controls must be refuted and never be supported, and the same code
   with the defect off must be. */
#include "tests/lib/limit_case.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

/* Wrong limits, all derived: the median of 0, 0, 3; the fixed point of the clipped samples,
   (2/3) x - 1/3 = 0; minus the bias; half the start, x_K = x_0 (K+2)/(2(K+1)). */
static const struct {
    const char *label;
    limit_case l;
    bool test;        /* (iv) refutes */
    const char *form; /* the forms (i) that may name it; NULL: none may */
} controls[] = {
    {"sign, theta = 1",
     {.run = {.problem = "quadratic_sum:a=0,0,3",
              .method = "sign_sgd",
              .momentum = "constant:1",
              .schedule = "power:10,1,50",
              .iterations = 65536},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, 0}},
     true,
     NULL},
    {"clip of each sample",
     {.run = {.problem = "quadratic_sum:a=0,0,3",
              .method = "clipped_sgd:apply=sample",
              .schedule = "power:20,1,100",
              .iterations = 65536},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, 0.5}},
     true,
     NULL},
    {"constant steps, no noise",
     {.run =
          {.problem = "l1_norm", .method = "sgd", .schedule = "constant:0.2", .iterations = 4096},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.1},
     true,
     NULL},
    {"constant steps, signs",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "constant:0.2",
              .noise = "signs:1",
              .iterations = 16384},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.316},
     true,
     NULL},
    {"summable steps",
     {.run =
          {.problem = "quadratic", .method = "sgd", .schedule = "power:1,2,2", .iterations = 16384},
      .control = CLARKE_CONTROL_POINT,
      .target = {5, 0.5}},
     true,
     NULL},
    {"eta = 1/log k, signs",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "inverse-log:1,3",
              .noise = "signs:1",
              .iterations = 65536},
      .control = CLARKE_CONTROL_LEVEL,
      .level = 0.5},
     true,
     NULL},
    {"bias 0.25, sgd",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "power:10,1,50",
              .noise = "bias:0.25,1",
              .iterations = 131072},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     true,
     "BA"},
    {"bias 0.05, sgd",
     {.run = {.problem = "quadratic",
              .method = "sgd",
              .schedule = "power:10,1,50",
              .noise = "bias:0.05,1",
              .iterations = 524288},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.05}},
     false,
     "BA"},
    {"bias 0.25, heavy ball",
     {.run = {.problem = "quadratic",
              .method = "heavy_ball",
              .schedule = "power:20,1,100",
              .noise = "bias:0.25,1",
              .iterations = 131072},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     true,
     "BM"},
    {"bias 0.25, sign",
     {.run = {.problem = "quadratic",
              .method = "sign_sgd",
              .schedule = "power:30,1,150",
              .noise = "bias:0.25,0.25",
              .iterations = 262144},
      .control = CLARKE_CONTROL_POINT,
      .target = {3, 1, -0.25}},
     false,
     "BM"},
    {"heavy ball, theta = (k+1)^-2",
     {.run = {.problem = "quadratic",
              .method = "heavy_ball",
              .schedule = "power:1,0.5,1",
              .momentum = "power:1,2,1",
              .iterations = 16384},
      .control = CLARKE_CONTROL_GROWTH},
     true,
     NULL},
};

enum { CONTROLS = sizeof controls / sizeof controls[0] };

static limit_case control_case(size_t i, uint64_t seed)
{
    limit_case l = controls[i].l;
    l.run.init = "box";
    l.run.sampling = "replacement:1";
    if (!l.run.momentum) l.run.momentum = "single:1";
    if (!l.run.noise) l.run.noise = "none";
    l.seed = seed;
    return l;
}

static size_t control_indices[CONTROLS];

ParameterizedTestParameters(limit_controls, controls_are_refuted)
{
    for (size_t i = 0; i < CONTROLS; i++) control_indices[i] = i;
    return cr_make_param_array(size_t, control_indices, CONTROLS);
}

ParameterizedTest(const size_t *i, limit_controls, controls_are_refuted)
{
    const char *label = controls[*i].label, *form = controls[*i].form;
    const limit_case l = control_case(*i, 1);
    const limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
    if (limit_table_steps() > 0)
        fprintf(stderr, "| %s | %s | %c | %zu votes | slope %.2f | tail %.2f |\n", label,
                clarke_verdict_text(o.verdict), o.form ? o.form : '-', o.control_votes, o.slope,
                o.tail);
    cr_assert_eq(o.verdict, CLARKE_REFUTED, "%s: %s, %s", label, clarke_verdict_text(o.verdict),
                 o.sentence);
    if (controls[*i].test)
        cr_assert(o.control_votes >= 21, "%s: %zu votes at the wrong limit", label,
                  o.control_votes);
    if (form)
        cr_assert(o.form && strchr(form, o.form), "%s: refuted by %s", label, o.sentence);
    else
        cr_assert_eq(o.form, 0, "%s: refuted by %s", label, o.sentence);
    /* Judged as a claim, without the declared limit, it is never supported either. */
    limit_case claim = l;
    claim.control = CLARKE_CONTROL_NONE;
    claim.skip = CLARKE_LIMIT_SKIP_A | CLARKE_LIMIT_SKIP_B | CLARKE_LIMIT_SKIP_M |
                 CLARKE_LIMIT_SKIP_CYCLE;
    const limit_outcome alone = limit_judge(&claim, 0, LIMIT_ALPHA);
    cr_assert_neq(alone.verdict, CLARKE_SUPPORTED, "%s, judged as a claim: %s", label,
                  alone.sentence);
}

/* The same code with the defect off, judged against the same wrong limit. */
Test(limit_controls, positive_twins)
{
    static const struct {
        size_t control;
        const char *method, *noise, *momentum;
        size_t iterations; /* the sign map's floor falls like eta^(1/4): gate (d) asks for more */
    } twin[] = {{0, NULL, NULL, "single:1", 262144},
                {1, "clipped_sgd", NULL, NULL, 65536},
                {6, NULL, "bias:0,1", NULL, 131072},
                {8, NULL, "bias:0,1", NULL, 131072}};
    for (size_t i = 0; i < sizeof twin / sizeof twin[0]; i++) {
        limit_case l = control_case(twin[i].control, 1);
        l.run.iterations = twin[i].iterations;
        if (twin[i].method) l.run.method = twin[i].method;
        if (twin[i].noise) l.run.noise = twin[i].noise;
        if (twin[i].momentum) l.run.momentum = twin[i].momentum;
        const limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
        cr_expect_eq(o.verdict, CLARKE_SUPPORTED, "twin of '%s': %s",
                     controls[twin[i].control].label, o.sentence);
    }
}

/* Automatic differentiation stuck at 0, where its answer is 0 and the derivative is -1: an exact
   fixed point. Its own field holds 0 there, so the field's claim is not touched. */
Test(limit_controls, fixed_point_of_a_deterministic_method)
{
    const limit_case l = {.run = {.problem = "ad_spurious",
                                  .method = "sgd",
                                  .momentum = "single:1",
                                  .schedule = "power:10,1,50",
                                  .sampling = "full",
                                  .noise = "none",
                                  .init = "zeros",
                                  .iterations = 4096},
                          .seed = 1};
    const limit_outcome field = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert_neq(field.verdict, CLARKE_REFUTED, "field: %s", field.sentence);
    limit_case clarke = l;
    clarke.clarke = true;
    const limit_outcome o = limit_judge(&clarke, 0, LIMIT_ALPHA);
    cr_assert_eq(o.verdict, CLARKE_REFUTED, "Clarke: %s", o.sentence);
    cr_assert(strstr(o.sentence, "period 1"), "Clarke: %s", o.sentence);
}

/* The bound of sampled terms is one over the box: outside it forms A and B have nothing to say. */
Test(limit_controls, noise_bound_of_terms_holds_in_the_box_only)
{
    limit_case l = {.run = {.problem = "quadratic_sum:a=0,0,3",
                            .method = "sgd",
                            .momentum = "single:1",
                            .schedule = "power:10,1,50",
                            .sampling = "replacement:1",
                            .noise = "bias:0.5,0",
                            .init = "point:2",
                            .iterations = 131072},
                    .seed = 1};
    limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert(o.verdict == CLARKE_REFUTED && o.form == 'B', "inside: %s", o.sentence);
    l.run.init = "point:100";
    o = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert_neq(o.verdict, CLARKE_REFUTED, "outside: %s", o.sentence);
}

/* f = |x| with constant steps alternates for ever. */
Test(limit_controls, cycle_of_a_deterministic_method)
{
    limit_case l = {.run = {.problem = "l1_norm",
                            .method = "sgd",
                            .momentum = "single:1",
                            .schedule = "constant:0.25",
                            .sampling = "full",
                            .noise = "none",
                            .init = "box",
                            .iterations = 4096},
                    .seed = 1};
    limit_outcome o = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert(o.verdict == CLARKE_REFUTED && strstr(o.sentence, "period 2"), "cycle: %s",
              o.sentence);
    /* Vanishing steps that stagnate by rounding on a quartic are no fixed point. */
    l.run.problem = "quartic";
    l.run.schedule = "power:1,0.9,10";
    o = limit_judge(&l, 0, LIMIT_ALPHA);
    cr_assert_neq(o.verdict, CLARKE_REFUTED, "quartic: %s", o.sentence);
}
