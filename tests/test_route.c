/* No problem and method of the registries share a parameter's name, so that the ambiguous case is
   tested on tables made here. */
#include "engine/route.h"

#include <criterion/criterion.h>
#include <string.h>

static const clarke_param problem_table[] = {{.name = "lambda"}, {.name = "width"}, {0}};
static const clarke_param method_table[] = {{.name = "lambda"}, {.name = "beta1"}, {0}};

enum { METHOD, PROBLEM, REFUSED };

typedef struct {
    const char *setting;
    size_t owner;
    const char *text; /* the setting's name, or part of the sentence */
} routed;

static const routed cases[] = {
    {"width=2", PROBLEM, "width"},
    {"beta1=0.9", METHOD, "beta1"},
    {"problem.lambda=1", PROBLEM, "lambda"},
    {"method.lambda=1", METHOD, "lambda"},
    {"method.beta1=1", METHOD, "beta1"},
    {"lambda=1", REFUSED,
     "both lion and well have a parameter 'lambda'; write method.lambda or "
     "problem.lambda"},
    {"problem.beta1=1", REFUSED, "the problem well has no parameter 'beta1'"},
    {"beta=1", REFUSED, "lion on well has no parameter 'beta'; did you mean 'beta1'"},
    {"network.d=1", REFUSED, "there is no network here"},
    {"=1", REFUSED, "should read name=value"},
    {"width", REFUSED, "should read name=value"},
};

Test(route, a_setting_reaches_its_owner_or_is_refused)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const routed *r = &cases[i];
        clarke_arena *mem = clarke_arena_new(0);
        clarke_spec spec[2] = {{.id = "lion"}, {.id = "well"}};
        const clarke_route route[2] = {{"method", &spec[METHOD], method_table},
                                       {"problem", &spec[PROBLEM], problem_table}};
        const clarke_status status = clarke_route_setting(route, 2, r->setting, mem);
        cr_expect_eq(status, r->owner == REFUSED ? CLARKE_EUSAGE : CLARKE_OK, "%s: status %d",
                     r->setting, (int)status);
        for (size_t owner = 0; owner < 2; owner++)
            cr_expect_eq(spec[owner].count, owner == r->owner ? 1 : 0, "%s: owner %zu", r->setting,
                         owner);
        if (r->owner != REFUSED && spec[r->owner].count == 1)
            cr_expect_str_eq(spec[r->owner].setting[0].name, r->text, "%s: name", r->setting);
        else
            cr_expect_not_null(strstr(clarke_message(), r->text), "%s: '%s'", r->setting,
                               clarke_message());
        clarke_arena_free(mem);
    }
}

Test(route, without_a_method_only_the_problem_is_asked)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_spec problem = {.id = "well"};
    const clarke_route route[2] = {{"method", NULL, NULL}, {"problem", &problem, problem_table}};
    cr_expect_eq(clarke_route_setting(route, 2, "lambda=1", mem), CLARKE_OK, "lambda: %s",
                 clarke_message());
    cr_expect_eq(clarke_route_setting(route, 2, "method.lambda=1", mem), CLARKE_EUSAGE,
                 "method.lambda");
    cr_expect_not_null(strstr(clarke_message(), "there is no method here"), "method.lambda: '%s'",
                       clarke_message());
    clarke_arena_free(mem);
}
