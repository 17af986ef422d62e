/* The surgery that puts faults into sources, on small texts; and that every named fault can still be
   put in. */
#include "tests/lib/program.h"
#include "verify/audit/mutate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static clarke_arena *mem;

static void open_arena(void)
{
    mem = clarke_arena_new(0);
    cr_assert_not_null(mem);
}

static void close_arena(void)
{
    clarke_arena_free(mem);
}

TestSuite(audit, .init = open_arena, .fini = close_arena);

static const char sample[] = "#include <math.h>\n"
                             "/* a + b */\n"
                             "static const char *const text = \"a + b\";\n"
                             "CLONES void first(size_t n, double *x)\n"
                             "{\n"
                             "    for (size_t j = 0; j < n; j++) x[j] = 2.5e-3 * x[j] + 1.0;\n"
                             "}\n"
                             "\n"
                             "double second(double a, double b)\n"
                             "{\n"
                             "    double c = a;\n"
                             "    if (a < b) c = a - b;\n"
                             "    return c;\n"
                             "}\n";

static clarke_source parse(const char *text)
{
    clarke_source s;
    cr_assert_eq(clarke_source_parse("sample.c", text, mem, &s), CLARKE_OK);
    return s;
}

Test(audit, functions_and_tokens)
{
    const clarke_source s = parse(sample);
    cr_assert_eq(s.functions, 2);
    cr_expect_str_eq(s.function[0].name, "first");
    cr_expect_str_eq(s.function[1].name, "second");
    for (size_t k = 0; k < s.tokens; k++)
        cr_expect(!clarke_token_is(&s, k, "include") && !clarke_token_is(&s, k, "\""),
                  "directives and quotes are no tokens");
    bool number = false;
    for (size_t k = 0; k < s.tokens; k++) number |= clarke_token_is(&s, k, "2.5e-3");
    cr_expect(number, "a number keeps its exponent");
}

Test(audit, replacing)
{
    const clarke_source s = parse(sample);
    const char *text;
    size_t line;
    cr_assert_eq(clarke_source_replace(&s, "second", "c=a  -\n b", "c = b", mem, &text, &line),
                 CLARKE_OK, "%s", clarke_message());
    cr_expect_eq(line, 12);
    cr_expect(strstr(text, "if (a < b) c = b;") && strstr(text, "2.5e-3 * x[j]"));
    static const struct {
        const char *function, *old;
    } refused[] = {
        {"third", "a"}, {"second", "a + b"}, {"second", "c"}, {"second", ""}, {"first", "a"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        cr_expect_eq(
            clarke_source_replace(&s, refused[i].function, refused[i].old, "x", mem, &text, &line),
            CLARKE_EINPUT, "%s in %s", refused[i].old, refused[i].function);
}

/* The same number gives the same mutant; every mutant differs from the text in one place inside a
   function's body, and says where. */
Test(audit, mutants)
{
    const clarke_source s = parse(sample);
    const clarke_stream stream = clarke_stream_make(1, "test", "", 0, 0, "mutants");
    const size_t body = (size_t)(strstr(sample, "for (size_t") - sample);
    size_t made = 0;
    for (uint64_t draw = 0; draw < 500; draw++) {
        clarke_mutant a, b;
        if (!clarke_mutate(&s, 1, &stream, draw, mem, &a)) continue;
        cr_assert(clarke_mutate(&s, 1, &stream, draw, mem, &b));
        made++;
        cr_expect_str_eq(a.text, b.text);
        size_t same = 0;
        while (a.text[same] && a.text[same] == sample[same]) same++;
        cr_expect(strcmp(a.text, sample) != 0, "draw %zu: %s changes nothing", (size_t)draw,
                  a.what);
        cr_expect(same >= body, "draw %zu: %s is outside a body", (size_t)draw, a.what);
        cr_expect(clarke_source_line(&s, same) >= a.line, "draw %zu: its line", (size_t)draw);
    }
    cr_expect(made > 100, "only %zu mutants", made);
}

/* Each operator is drawn on a text in which it fits. */
Test(audit, operators)
{
    static const struct {
        const char *body, *wanted;
    } operator[] = {
        {"x = a + b;", "x = a - b;"},     {"x += a;", "x -= a;"},
        {"x = a * b;", "x = a ;"},        {"x = a / s->p.b;", "x = a ;"},
        {"if (a < b) x = 1;", "<="},      {"x = 0.5 * a;", "(2.0 * 0.5)"},
        {"x = 0.0;", "x = 1.0;"},         {"x = a - b;", "x = b - b;"},
        {"x[j] = y[j];", "x[0] = y[j];"}, {"f(x); x = a;", " x = a;"},
        {"if (a) x = 1;", "if (!(a)) x"}, {"x = a && b;", "x = a || b;"},
    };
    const clarke_stream stream = clarke_stream_make(1, "test", "", 0, 0, "operators");
    for (size_t i = 0; i < sizeof operator/ sizeof operator[0]; i++) {
        char text[256];
        bool found = false;
        snprintf(text, sizeof text, "void f(void)\n{\n    %s\n}\n", operator[i].body);
        const clarke_source s = parse(text);
        for (uint64_t draw = 0; draw < 3000 && !found; draw++) {
            clarke_mutant m;
            found = clarke_mutate(&s, 1, &stream, draw, mem, &m) &&
                    strstr(m.text, operator[i].wanted);
        }
        cr_expect(found, "'%s' never becomes '%s'", operator[i].body, operator[i].wanted);
    }
}

/* ---- the command ---- */

TestSuite(audit_command, .init = enter_folder, .fini = leave_folder);

Test(audit_command, named_faults_fit)
{
    cr_expect_eq(run("audit --dry-run --source '" CLARKE_SOURCE_DIR "'"), 0, "%s", err);
    cr_expect(strstr(out, ", 0 of them stale") && strncmp(out, "0 ", 2) != 0, "%s", out);
}

/* The tree is this one, but for its faults, variants and probes. */
#define TREE                                                                                       \
    "for i in '" CLARKE_SOURCE_DIR "'/*; do ln -s $i; "                                            \
    "done && rm verify && mkdir -p verify/faults verify/variants/settings && "                     \
    "for i in '" CLARKE_SOURCE_DIR "'/verify/*; do ln -s $i verify 2>/dev/null; done; "            \
    "real='" CLARKE_SOURCE_DIR "'/verify; "                                                        \
    "cp $real/faults/heavy_ball_polyak_scaling.yaml $real/faults/schedule_no_exponent.yaml "       \
    "$real/faults/heavy_ball_momentum_sign.yaml "                                                  \
    "verify/faults && cp $real/variants/heavy_ball_*.yaml verify/variants && "                     \
    "echo 'heavy_ball quadratic_sum:a=1 --noise signs:1 --iterations 20' >verify/faults/"          \
    "probes.txt && printf 'about: gone\\nfile: methods/sgd.c\\nfunction: sgd_step\\nold: no\\n"    \
    "new: such\\n' >verify/faults/stale.yaml && "                                                  \
    "printf 'name: small\\nabout: small\\nalpha: 0.05\\nclaims:\\n  - claim: th1_conformance\\n"   \
    "    methods: [heavy_ball]\\n    iterations: 200\\n  - claim: th1_schedule\\n    methods: "    \
    "[heavy_ball]\\n  - claim: th1_a\\n    problems: [quadratic]\\n    methods: [heavy_ball]\\n' " \
    ">small.yaml && cp small.yaml verify/variants/settings/small.yaml && "                         \
    "'" CLARKE_PROGRAM "' audit --only named --suite ./small.yaml --source $PWD --jobs 1 "         \
    "--progress none --out judged; echo status $?; cat judged/audit.md"

Test(audit_command, a_fault_that_there_is_not)
{
    cr_expect_eq(run("audit --only named --fault lion_decay_aftr --source '" CLARKE_SOURCE_DIR "'"),
                 3, "%s", out);
    cr_expect(strstr(err, "did you mean 'lion_decay_after'"), "%s", err);
}

/* Biased noise moves the limit, and a hypothesis says so; asked to, the claim goes on and objects. */
Test(audit_command, what_stands_back_can_be_asked)
{
    static const char suite[] =
        "printf 'name: open\\nabout: open\\nalpha: 0.05\\n"
        "claims:\\n  - claim: th1_c\\n    problems: [quadratic]\\n    methods: [sgd]\\n    noise: "
        "[\"bias:0.25,1\"]\\n    schedules: [\"power:10,1,50\"]\\n    iterations: 50000\\n' "
        ">open.yaml; for option in '' --ungated; do '" CLARKE_PROGRAM
        "' verify --suite ./open.yaml $option --bare --out open --progress none >/dev/null; "
        "cat open/verdicts.jsonl; done";
    cr_assert_eq(shell("%s", suite), 0, "%s", out);
    char *plain = out, *open = strchr(out, '\n');
    cr_assert_not_null(open, "%s", out);
    *open++ = '\0';
    cr_expect(strstr(plain, "\"verdict\":\"not-applicable\"") && !strstr(plain, "ungated"), "%s",
              plain);
    cr_expect(strstr(open, "\"verdict\":\"not-applicable\"") &&
                  strstr(open, "\"ungated\":\"refuted\"") &&
                  strstr(open, "\"ungated_sentence\":\"dist(x_k, S) -> 0 contradicts"),
              "%s", open);
}

/* A whole audit, of a small tree by a small suite. */
Test(audit_command, a_small_one)
{
    if (sanitized()) cr_skip_test("sanitizer: its library must be loaded before a fault");
    cr_assert_eq(shell(TREE " 2>&1"), 0, "%s", out);
    cr_expect(strstr(out, "status 1"), "a void fault is an error: %s", out);
    cr_expect(strstr(out, "| named faults | 4 |\n| found | 3 |\n| survived | 0 |\n| void | 1 |"),
              "%s", out);
    cr_expect(strstr(out, "| correct variants | 3 |\n| accused | 0 |"), "%s", out);
    cr_expect(strstr(out, "| heavy_ball_polyak_scaling | - | 0 |"), "the matrix's row: %s", out);
    cr_expect(strstr(out, "| heavy_ball_momentum_sign | (R) | 0 |"), "gate bypassed: %s", out);
    cr_expect(strstr(out, "| th1_a | 1 | 0 | 0 | 2 | 1 | it objects with its gate bypassed only"),
              "%s", out);
    cr_expect(strstr(out, "Not in the audit's suite: am_bounds"), "%s", out);
}
