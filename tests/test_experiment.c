/* The command `experiment`, on its cheapest experiment. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(experiment, .init = enter_folder, .fini = leave_folder, .timeout = 120);

static char text[1 << 18];

static const char *read_text(const char *name)
{
    slurp(name, text, sizeof text);
    return text;
}

#define TINY "experiment p0_scaling:agents=4,8,sizes=50,60,least=0.001 --out dir "

Test(experiment, writes_its_folder)
{
    cr_assert_eq(run(TINY "--seed 7 --threads 2"), 0, "%s", err);
    cr_assert(strncmp(out, "p0_scaling, small: about ", 25) == 0, "no estimate: %s", out);
    cr_assert_not_null(strstr(out, "report: dir/report.md"), "%s", out);
    read_text("dir/report.md");
    /* The figure's command, time and memory stand below it. */
    const char *figure = strstr(text, "![scaling](figures/scaling.svg)");
    const char *command = strstr(
        text, "Command: `clarke experiment p0_scaling:agents=4,8,least=0.001,sizes=50,60 --scale "
              "small --seed 7 --threads 2`. Its runs took ");
    cr_assert(figure && command && figure < command, "%s", text);
    cr_assert_not_null(strstr(text, "## Time and memory"), "%s", text);
    cr_assert_not_null(strstr(text, "| ring | 4 | 50 | "), "%s", text);
    cr_assert_not_null(strstr(read_text("dir/figures/scaling.svg"), "</svg>"), "the figure");
    read_text("dir/scaling_torus.csv");
    cr_assert(strncmp(text, "agents,n,mix_bytes,", 19) == 0, "%s", text);
    size_t lines = 0;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    cr_assert_eq(lines, 4, "a head and three rows, not %zu lines", lines);
    json_t *manifest = json_load_file("dir/manifest.json", 0, NULL);
    cr_assert_str_eq(json_string_value(json_object_get(manifest, "scale")), "small");
    cr_assert_eq(json_integer_value(json_object_get(manifest, "threads")), 2);
    cr_assert_eq(json_integer_value(json_object_get(manifest, "seed")), 7);
    json_decref(manifest);
}

Test(experiment, refuses)
{
    static const struct {
        const char *arguments, *sentence;
    } wrong[] = {
        {"experiment p0_scalin", "there is no experiment 'p0_scalin'; did you mean 'p0_scaling'"},
        {"experiment p0_scaling --scale tiny", "--scale: 'tiny' is not one of small, full"},
        {"experiment p0_scaling --threads 0", "--threads: 0 is outside 1 to 1024"},
        {"experiment p0_scaling:agent=4", "p0_scaling has no parameter 'agent'"},
        {"experiment", "experiment needs to be told more"},
        {"experiment p0_scaling --jobs 2", "experiment has no option --jobs"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(run("%s", wrong[i].arguments), 3, "%s: status", wrong[i].arguments);
        cr_expect_not_null(strstr(err, wrong[i].sentence), "%s: %s", wrong[i].arguments, err);
    }
}

Test(experiment, dry_run_writes_nothing)
{
    struct stat info;
    cr_assert_eq(run(TINY "--dry-run"), 0, "%s", err);
    cr_assert(strncmp(out, "p0_scaling, small: about ", 25) == 0, "%s", out);
    cr_assert_neq(stat("dir", &info), 0, "a folder was made");
}

Test(experiment, is_listed_and_shown)
{
    cr_assert_eq(run("list experiments"), 0, "%s", err);
    cr_assert_not_null(strstr(out, "p0_scaling"), "%s", out);
    cr_assert_eq(run("show p0_scaling"), 0, "%s", err);
    cr_assert_not_null(strstr(out, "(experiment)"), "%s", out);
}

/* A figure that gnuplot cannot draw is a sentence in the report, and no failure. */
Test(experiment, without_gnuplot)
{
    cr_assert_eq(setenv("PATH", "/nowhere", 1), 0);
    cr_assert_eq(run(TINY), 0, "status");
    setenv("PATH", "/usr/bin:/bin", 1);
    cr_assert_not_null(strstr(read_text("dir/report.md"), "(No figure: gnuplot was not found.)"),
                       "%s", text);
}
