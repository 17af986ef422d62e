/* Making problems: refusals, running out of memory, what parameters do, large and small ones. The rows of
   tests/data/problem_vectors.csv (problem, parameters, kind, x, f, dist(0, Clarke), dist(x, S)) were
   computed by an independent prototype in another language. */
#include "tests/lib/portions.h"
#include "tests/lib/problem_cases.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Request k fails, for every k until none does. */
OVER_CASES(problems_made, out_of_memory, problem_case_count())
{
    problem_case c = problem_case_open(number);
    bool made = false;
    for (size_t k = 1; !made; k++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_problem *p = NULL;
        clarke_arena_fail_at(mem, k);
        const clarke_status status = clarke_problem_from_text(c.label, mem, &p);
        made = status == CLARKE_OK;
        cr_assert(made == !clarke_arena_failed(mem), "%s: request %zu failed unseen", c.label, k);
        cr_assert(made || status == CLARKE_ENOMEM, "%s: request %zu: %s", c.label, k,
                  clarke_message());
        cr_assert(k < 1000, "%s: never made", c.label);
        clarke_arena_free(mem);
    }
    problem_case_close(&c);
}

static void refused(const char *spec, const char *word)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(spec, mem, &p), CLARKE_EINPUT, "%s: not refused", spec);
    cr_assert(strstr(clarke_message(), word), "%s: '%s' does not say '%s'", spec, clarke_message(),
              word);
    clarke_arena_free(mem);
}

Test(problems_made, refusals)
{
    refused("absquad:n=0", "n");
    refused("absquad:n=1e15", "bytes");
    refused("ring:n=4e15", "n=4000000000000000 needs");
    refused("ring:n=1", "n");
    refused("absquadd", "absquad");
    refused("kink_well:n=3,p=1,2", "2 numbers for n=3");
    refused("kink_well:p=0.5", "p");
    refused("mcp_orth:kappa=2,gamma=1", "kappa");
    refused("min_two_quad:delta=3", "delta");
    refused("rpr_1d:a=1,2,b=1", "1");
    refused("rpr_1d:a=0,b=1", "0");
    refused("rastrigin_l1:A=0.5", "A");
    refused("ncr2:n=1", "n");
    refused("saddle_kink:m=0,k=0", "n=0");
    refused("trunc_median:c=0", "c");
    refused("absquad:q=1", "no parameter");
    refused("scad_orth:kappa=0.5", "kappa");
    refused("scad_orth:a=2", "a");
    refused("half_sharp:p=0.5", "p");
    refused("rpr_orth:b=-1", "b");
    refused("rpr_orth:n=3,w=1,2", "2 numbers for n=3");
    refused("dec_tilt_wells:c=1,2", "sum to 3");
    refused("bilin_abs_l1:n=3", "odd");
    refused("bilin_sq_l1:lambda=0.3849001", "merge");
    refused("dc_max:n=1", "n");
    refused("monomial:a=1.5", "1.5; the exponents are 1 and 2");
    refused("monomial:n=3,a=1,2", "2 numbers for 3 entries");
    refused("l0_pair:a=0", "merge");
    refused("scad_pair:a=1.75", "merge");
    refused("two_means:p=1,0", "rise");
    refused("two_means:p=1", "1 data");
    refused("rank2_factor:n=6", "four");
    refused("rank2_factor:n=12,sigma=2,1,0.5", "only the first two");
    refused("abs_product:n=3", "n");
}

/* The start leaves S when the parameters put it there. */
Test(problems_made, start_moves)
{
    const char *const spec[] = {"quadratic_sum:a=4", "mcp_orth:z=-1", "capl1_orth:z=-1.5",
                                "median_sum:a=4,4,4", "quadratic_sum:a=-4,12"};
    for (size_t i = 0; i < sizeof spec / sizeof spec[0]; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        clarke_problem *p = NULL;
        cr_assert_eq(clarke_problem_from_text(spec[i], mem, &p), CLARKE_OK, "%s: %s", spec[i],
                     clarke_message());
        cr_assert(p->desc->stationary_distance(p, p->start, NULL, NULL) > 0.01, "%s: on S",
                  spec[i]);
        clarke_arena_free(mem);
    }
}

Test(problems_made, spec_is_canonical)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text("kink_well:p=2,n=3", mem, &p), CLARKE_OK, "kink_well: %s",
                 clarke_message());
    cr_assert_str_eq(p->spec, "kink_well:n=3,p=2", "kink_well: spec '%s'", p->spec);
    cr_assert_str_eq(p->id, "kink_well", "kink_well: id '%s'", p->id);
    clarke_arena_free(mem);
}

Test(problems_made, point_texts)
{
    cr_assert_str_eq(clarke_point_text(CLARKE_POINT_MONOTONE), "monotone kink", "text");
    cr_assert_str_eq(clarke_point_text(CLARKE_POINT_UNKNOWN), "unknown", "text");
}

/* One row: problem,set,kind,x,f,dist0,dist. */
static void check_row(char *row, size_t line)
{
    char *field[7], *save = NULL, spec[128];
    for (size_t i = 0; i < 7; i++) {
        field[i] = strtok_r(i ? NULL : row, ",\n", &save);
        cr_assert(field[i], "line %zu: %zu fields", line, i);
    }
    for (char *t = field[1]; *t; t++)
        if (*t == ';') *t = ',';
    snprintf(spec, sizeof spec, "%s:%s", field[0], field[1]);
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text(spec, mem, &p), CLARKE_OK, "line %zu: %s: %s", line, spec,
                 clarke_message());
    double x[PROBLEM_LARGEST_N];
    char *t = field[3];
    for (size_t j = 0; j < p->n; j++) x[j] = strtod(t, &t);
    cr_assert_eq(*t, '\0', "line %zu: %s: the point has more than %zu numbers", line, spec, p->n);
    const double f = strtod(field[4], NULL), r = strtod(field[5], NULL), d = strtod(field[6], NULL);
    const double value = p->desc->value(p, x), residual = p->desc->clarke_residual(p, x);
    const double distance = p->desc->stationary_distance(p, x, NULL, NULL);
    /* 1e-12 and 1e-9 allow for the prototype's own rounding (differences, root finding). */
    cr_assert(fabs(value - f) <= 1e-12 * (1.0 + fabs(f)), "line %zu: %s: f = %.17g, not %.17g",
              line, spec, value, f);
    cr_assert(fabs(residual - r) <= 1e-9 * (1.0 + r), "line %zu: %s: residual %.17g, not %.17g",
              line, spec, residual, r);
    cr_assert(fabs(distance - d) <= 1e-9 * (1.0 + d), "line %zu: %s: distance %.17g, not %.17g",
              line, spec, distance, d);
    clarke_arena_free(mem);
}

Test(problems_made, vectors)
{
    FILE *file = fopen(CLARKE_TEST_DATA "/problem_vectors.csv", "r");
    char row[1024];
    size_t line = 0;
    cr_assert(file, "problem_vectors.csv: cannot be read");
    while (fgets(row, sizeof row, file))
        if (++line > 1) check_row(row, line);
    fclose(file);
    cr_assert(line > 500, "problem_vectors.csv: %zu lines", line);
}

/* n = 1e6 works, and distances do not underflow. */
Test(problems_made, large_and_small)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *p = NULL;
    cr_assert_eq(clarke_problem_from_text("kink_well:n=1000000,p=2", mem, &p), CLARKE_OK,
                 "large: %s", clarke_message());
    const double d = p->desc->stationary_distance(p, p->start, NULL, NULL);
    cr_assert(fabs(d - 750.0) <= 1e-9, "large: distance %.17g", d);
    cr_assert_eq(clarke_problem_from_text("l1_norm:n=3", mem, &p), CLARKE_OK, "small: %s",
                 clarke_message());
    const double tiny[] = {3e-200, 0.0, 4e-200};
    const double e = p->desc->stationary_distance(p, tiny, NULL, NULL);
    cr_assert(fabs(e - 5e-200) <= 1e-214, "small: distance %.17g", e);
    clarke_arena_free(mem);
}
