/* The rules of the house that a compiler does not know, checked on the source tree itself: who may
   include whom, what a library never does, what a rule must not read, how long a function is. Each
   check is first tried on a text that breaks it. How things are named is test_house_names.c's. */
#include "tests/lib/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { FUNCTION_LINES_WARN = 60, FUNCTION_LINES_MAX = 80 };

/* ---- who may include whom ---- */

/* The longest prefix counts. A folder may always include itself and what is below it. */
static const struct {
    const char *folder, *may;
} house_uses[] = {
    {"core/", ""},
    {"engine/", "core/"},
    {"parts/", "core/ parts/"},
    {"data/", "core/"},
    {"problems/", "core/ parts/ data/"},
    {"networks/", "core/"},
    {"networks/file.c", "core/ data/"},
    {"methods/", "core/ parts/"},
    {"verify/", "core/ engine/ parts/ verify/"},
    {"verify/measures/", "core/ parts/ verify/exact.h verify/lib/"},
    {"verify/rules/", "core/ engine/"},
    {"reports/", "core/ engine/"},
    {"mpi/", "core/ engine/"},
    {"bench/", "core/ engine/ parts/ methods/ problems/ data/ verify/"},
};

static bool may_include(const char *path, const char *header)
{
    size_t best = 0, length = 0;
    for (size_t i = 0; i < sizeof house_uses / sizeof house_uses[0]; i++) {
        const size_t n = strlen(house_uses[i].folder);
        if (house_starts(path, house_uses[i].folder) && n > length) {
            best = i;
            length = n;
        }
    }
    if (length == 0 || strncmp(header, house_uses[best].folder, length) == 0) return true;
    char may[256];
    snprintf(may, sizeof may, "%s", house_uses[best].may);
    for (char *one = strtok(may, " "); one; one = strtok(NULL, " "))
        if (house_starts(header, one)) return true;
    return false;
}

static void check_includes(const house_file *f)
{
    char header[HOUSE_PATH];
    if (!house_is_source(f)) return;
    for (const char *at = f->code; (at = strstr(at, "#include")); at++) {
        const char *raw = f->text + (at - f->code);
        const size_t line = house_line(f->code, at);
        if (sscanf(raw, "#include \"%400[^\"]\"", header) == 1) {
            if (!may_include(f->path, header))
                house_report(f, line, "this folder may not use %s", header);
            if (!strchr(header, '/'))
                house_report(f, line, "a header is named from the top: %s", header);
            if (house_ends(header, ".c") && !house_starts(f->path, "tests/"))
                house_report(f, line, "a source is included: %s", header);
        } else if (sscanf(raw, "#include <%400[^>]>", header) == 1) {
            if (strcmp(header, "cblas.h") == 0)
                house_report(f, line, "OpenBLAS' header cannot meet GSL's; use core/blas.h");
            if (strcmp(header, "gsl/gsl_cblas.h") == 0 && strcmp(f->path, "core/blas.h") != 0)
                house_report(f, line, "BLAS comes by core/blas.h only");
        }
    }
}

Test(house, includes)
{
    const char *const bad = "#include \"engine/run.h\"\n";
    cr_assert_eq(house_complaints(check_includes, "core/a.c", bad), 1, "sample: core uses engine");
    cr_assert_eq(house_complaints(check_includes, "methods/a.c", bad), 1,
                 "sample: methods use engine");
    cr_assert_eq(house_complaints(check_includes, "verify/measures/a.c", bad), 1,
                 "sample: a measure");
    cr_assert_eq(house_complaints(check_includes, "verify/claims/a.c", bad), 0,
                 "sample: a claim may");
    cr_assert_eq(house_complaints(check_includes, "cli/a.c", "#include <cblas.h>\n"), 1,
                 "sample: cblas");
    cr_assert_eq(house_complaints(check_includes, "core/a.c", "/* #include <cblas.h> */"), 0,
                 "sample: a comment");
    house_over_tree(check_includes);
}

/* ---- what a library never does ---- */

static void check_forbidden(const house_file *f)
{
    static const char *const call[] = {"printf",  "vprintf", "puts",           "putchar", "perror",
                                       "exit",    "abort",   "rand",           "srand",   "random",
                                       "drand48", "time",    "gsl_rng_default"};
    static const char *const word[] = {"goto", "stdout", "stderr", "setjmp", "longjmp"};
    if (!house_is_library(f)) return;
    for (size_t i = 0; i < sizeof call / sizeof call[0]; i++)
        for (const char *at = f->code; (at = house_word(f->code, at, call[i])); at++) {
            const char *after = at + strlen(call[i]);
            const bool member = at > f->code && (at[-1] == '.' || at[-1] == '>');
            /* As an attribute, format(printf, ...) is no call. */
            if (*after == '(' && !member)
                house_report(f, house_line(f->code, at), "a library does not call %s", call[i]);
        }
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
        for (const char *at = f->code; (at = house_word(f->code, at, word[i])); at++)
            house_report(f, house_line(f->code, at), "a library does not use %s", word[i]);
    if (strcmp(f->path, "core/real.h") == 0) return;
    for (const char *at = f->code; (at = house_word(f->code, at, "float")); at++)
        if (strncmp(at, "float.h", 7) != 0)
            house_report(f, house_line(f->code, at), "single precision is core/real.h's");
}

Test(house, forbidden)
{
    cr_assert_eq(house_complaints(check_forbidden, "core/a.c", "void f(void) { printf(\"x\"); }"),
                 1, "sample: printf");
    cr_assert_eq(house_complaints(check_forbidden, "methods/a.c", "  goto end;\n float x;\n"), 2,
                 "sample: goto and float");
    cr_assert_eq(house_complaints(check_forbidden, "core/a.c", "x = time(NULL) + rand();"), 2,
                 "sample: time and rand");
    cr_assert_eq(house_complaints(check_forbidden, "core/a.c",
                                  "snprintf(a); /* goto */ \"exit(1)\" run_time(b); p->exit(2);\n"
                                  "__attribute__((format(printf, 1, 2)))\n#include <float.h>\n"),
                 0, "sample: innocent text");
    cr_assert_eq(house_complaints(check_forbidden, "cli/a.c", "printf(\"x\");"), 0,
                 "sample: cli may");
    house_over_tree(check_forbidden);
}

/* ---- what is expected is for the report and the exit status only ---- */

static void check_expected(const house_file *f)
{
    if (!house_is_source(f) || !house_starts(f->path, "verify/")) return;
    const bool plans = house_starts(f->path, "verify/claims/") ||
                       house_starts(f->path, "verify/lib/");
    for (const char *at = f->code; (at = house_word(f->code, at, "expected")); at++) {
        if (at == f->code || (at[-1] != '.' && at[-1] != '>')) continue; /* no member */
        const char *after = at + strlen("expected");
        after += strspn(after, " \n");
        /* A plan sets it; nothing that judges reads it. */
        const bool set = (*after == '=' && after[1] != '=') || (after[0] == '|' && after[1] == '=');
        if (!plans || !set)
            house_report(f, house_line(f->code, at), "what is expected must not be read here");
    }
}

Test(house, expected_is_not_read)
{
    cr_assert_eq(house_complaints(check_expected, "verify/rules/a.c", "c->expected = 1;"), 1,
                 "sample: a rule");
    cr_assert_eq(
        house_complaints(check_expected, "verify/claims/a.c", "if (c->expected == 1) x();"), 1,
        "sample: a claim reads");
    cr_assert_eq(
        house_complaints(check_expected, "verify/claims/a.c", "{.expected = 1, .role = 2}"), 0,
        "sample: a plan sets");
    house_over_tree(check_expected);
}

/* ---- functions are short ---- */

/* A function's brace stands alone in the first column, and so does the one that closes it. */
static void check_length(const house_file *f)
{
    if (!house_is_source(f)) return;
    size_t line = 1, opened = 0;
    for (const char *at = f->code; *at; line++) {
        const char *end = at + strcspn(at, "\n");
        if (end - at == 1 && *at == '{') opened = line;
        if (end - at == 1 && *at == '}' && opened > 0) {
            const size_t lines = line - opened - 1;
            if (lines > FUNCTION_LINES_MAX)
                house_report(f, opened, "a function of %zu lines; %d are the most", lines,
                             FUNCTION_LINES_MAX);
            else if (lines > FUNCTION_LINES_WARN && !house_sampling)
                cr_log_warn("%s:%zu: a function of %zu lines", f->path, opened, lines);
            opened = 0;
        }
        at = *end ? end + 1 : end;
    }
}

Test(house, short_functions)
{
    char text[1000] = "int f(void)\n{\n";
    for (int i = 0; i <= FUNCTION_LINES_MAX; i++) strcat(text, "    x++;\n");
    strcat(text, "}\n");
    cr_assert_eq(house_complaints(check_length, "core/a.c", text), 1, "sample: a long function");
    memcpy(strstr(text, "    x++;"), "       \n", 8);
    *strstr(text, "    x++;\n") = '\0';
    strcat(text, "}\n");
    cr_assert_eq(house_complaints(check_length, "core/a.c", text), 0, "sample: a short function");
    house_over_tree(check_length);
}
