/* No problem and method of the registries share a parameter's name, so that the ambiguous case is
   tested on tables made here. */
#include "cli/lib/route.c"

#include <criterion/criterion.h>
#include <string.h>

static const clarke_param problem_table[] = {{.name = "lambda"}, {.name = "width"}, {0}};
static const clarke_param method_table[] = {{.name = "lambda"}, {.name = "beta1"}, {0}};

typedef struct {
    const char *setting;
    int owner; /* 0 problem, 1 method, -1 an error */
    const char *text; /* the setting's name, or part of the sentence */
} routed;

static const routed cases[] = {
    {"width=2", 0, "width"},
    {"beta1=0.9", 1, "beta1"},
    {"problem.lambda=1", 0, "lambda"},
    {"method.lambda=1", 1, "lambda"},
    {"method.beta1=1", 1, "beta1"},
    {"lambda=1", -1, "both well and lion have a parameter 'lambda'; write problem.lambda or "
                     "method.lambda"},
    {"problem.beta1=1", -1, "has no parameter 'beta1'"},
    {"beta=1", -1, "lion on well has no parameter 'beta'; did you mean 'beta1'"},
    {"network.d=1", -1, "there is no network here"},
    {"=1", -1, "should read name=value"},
    {"width", -1, "should read name=value"},
};

Test(route, a_setting_reaches_its_owner_or_is_refused)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const routed *r = &cases[i];
        clarke_arena *mem = clarke_arena_new(0);
        clarke_spec spec[2] = {{.id = "well"}, {.id = "lion"}};
        const route_targets to = {{&spec[0], &spec[1]}, {problem_table, method_table}};
        const clarke_status status = route_one(&to, r->setting, mem);
        cr_expect_eq(status, r->owner < 0 ? CLARKE_EUSAGE : CLARKE_OK, "%s: status %d", r->setting,
                     (int)status);
        for (int owner = 0; owner < 2; owner++)
            cr_expect_eq(spec[owner].count, owner == r->owner ? 1 : 0, "%s: owner %d", r->setting,
                         owner);
        if (r->owner >= 0 && spec[r->owner].count == 1)
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
    const route_targets to = {{&problem, NULL}, {problem_table, NULL}};
    cr_expect_eq(route_one(&to, "lambda=1", mem), CLARKE_OK, "lambda: %s", clarke_message());
    cr_expect_eq(route_one(&to, "method.lambda=1", mem), CLARKE_EUSAGE, "method.lambda");
    cr_expect_not_null(strstr(clarke_message(), "there is no method here"), "method.lambda: '%s'",
                       clarke_message());
    clarke_arena_free(mem);
}
