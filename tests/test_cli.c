#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(cli, .init = enter_folder, .fini = leave_folder, .timeout = 300);

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    cr_assert_not_null(file, "%s: cannot be written", name);
    fputs(text, file);
    fclose(file);
}

Test(cli, help_and_version)
{
    static const char *const helps[] = {"", "-h", "--help", "help"};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(run("%s", helps[i]), 0, "'%s': status", helps[i]);
        cr_expect_not_null(strstr(out, "usage: clarke COMMAND"), "'%s': %s", helps[i], out);
        cr_expect_not_null(strstr(out, "  probe "), "'%s': the commands are missing", helps[i]);
        cr_expect_eq(err[0], '\0', "'%s': %s", helps[i], err);
    }
    cr_expect_eq(run("--version"), 0, "--version: status");
    cr_expect_eq(strncmp(out, "clarke ", 7), 0, "--version: %s", out);
    cr_expect_eq(run("run --help"), 0, "run --help: status");
    cr_expect_not_null(strstr(out, "--trace-every N"), "run --help: %s", out);
    cr_expect_null(strstr(out, "--resume"), "run --help: an option it does not take");
    cr_expect_eq(run("run --wrong --help"), 0, "run --wrong --help: help is given");
}

/* Arguments, exit status, part of the one sentence. */
typedef struct {
    const char *arguments;
    int status;
    const char *sentence;
} wrong;

static void check_wrong(const wrong *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int status = run("%s", w[i].arguments);
        cr_expect_eq(status, w[i].status, "%s: status %d", w[i].arguments, status);
        cr_expect_eq(lines_of(err), 1, "%s: stderr is '%s'", w[i].arguments, err);
        cr_expect_eq(strncmp(err, "clarke: ", 8), 0, "%s: stderr is '%s'", w[i].arguments, err);
        cr_expect_not_null(strstr(err, w[i].sentence), "%s: stderr is '%s'", w[i].arguments, err);
    }
}

#define CHECK_WRONG(table) check_wrong(table, sizeof(table) / sizeof(table)[0])

Test(cli, wrong_usage_is_one_sentence)
{
    static const wrong usage[] = {
        {"lst", 3, "there is no command 'lst'; did you mean 'list'"},
        {"'a\nb'", 3, "there is no command 'a?b'"},
        {"list --formt json", 3, "list has no option --formt; did you mean 'format'?"},
        {"list --resume", 3, "list has no option --resume"},
        {"--resume list", 3, "list has no option --resume"},
        {"list -j 2", 3, "list has no option -j"},
        {"list -Z", 3, "list has no option -Z"},
        {"list --format", 3, "--format needs a value (F)"},
        {"list --format --quiet", 3, "--format needs a value (F)"},
        {"list --quiet=1", 3, "--quiet takes no value"},
        {"list --format xml", 3, "'xml' is not one of text|json"},
        {"list problem", 3, "there is no list of 'problem'; did you mean 'problems'"},
        {"list problems methods", 3, "list does not take 'methods'"},
        {"list --color=red", 3, "--color: 'red' is not one of auto, always, never"},
        {"show", 3, "show needs to be told more: clarke show ID"},
        {"run sgd", 3, "run needs one thing more: clarke run METHOD"},
        {"show absqad", 3, "there is nothing called 'absqad'; did you mean 'absquad'"},
        {"verify --batch 3/2", 3, "--batch"},
        {"verify --batch two", 3, "should read I/N"},
        {"verify --timeout 0", 3, "--timeout"},
        {"verify --alpha nan", 3, "not a finite number"},
        {"verify --jobs 0", 3, "--jobs"},
        {"verify --seed -1", 3, "--seed"},
        {"verify --seed 1.5", 3, "--seed"},
    };
    CHECK_WRONG(usage);
}

Test(cli, wrong_input_is_one_sentence)
{
    static const wrong input[] = {
        {"run sgdd absquad", 3, "there is no method 'sgdd'; did you mean 'sgd'"},
        {"run sgd absqad", 3, "there is no problem 'absqad'; did you mean 'absquad'"},
        {"run sgd absquad:m=2", 3, "absquad has no parameter 'm'"},
        {"run sgd absquad:n=0", 3, "absquad: n"},
        {"run sgd absquad:n=nan", 3, "'nan' is not a finite number"},
        {"run sgd absquad:n=two", 3, "'two' is not a number"},
        {"run sgd absquad:n=1e15", 3, ""},
        {"run sgd absquad --iterations 1e15", 3, "memory"},
        {"run sgd absquad --iterations -1", 3, "--iterations"},
        {"run sgd absquad --schedule powr:1,1,1", 3, "powr"},
        {"run sgd absquad --schedule constant:0", 3, "0"},
        {"run sgd absquad --noise loud", 3, "loud"},
        {"run sgd absquad --sampling replacement:0", 3, "the batch is empty"},
        {"run sgd absquad --init nowhere", 3, "init 'nowhere' is not one of"},
        {"run sgd absquad --init file:none", 3, "cannot read 'none'"},
        {"run sgd absquad --set wdith=1", 3, "sgd on absquad has no parameter 'wdith'"},
        {"run sgd absquad --set n", 3, "'n' should read name=value"},
        {"run sgd absquad --set method.n=2", 3, "has no parameter 'n'"},
        {"run sgd absquad --set network.d=2", 3, "there is no network here"},
        {"run sgd absquad --trace-every 5", 3, "need --trace FILE"},
        {"run sgd absquad --trace t.csv --trace-every 0", 3, "--trace-every"},
        {"run sgd absquad --trace t.txt", 3, "should end in .csv, .jsonl or .npy"},
        {"run sgd absquad --trace /proc/none/t.csv", 3, "cannot write '/proc/none/t.csv'"},
        {"run sgd absquad --save /proc/none/d", 3, "cannot make the folder"},
        {"run sgd absquad --threads 0", 3, "--threads: 0 is not from 1 to 1024"},
        {"list -o /proc/none/list", 3, "cannot write '/proc/none/list'"},
        {"probe absquad", 3, "probe needs either --at"},
        {"probe absquad --at 1,2,3 --set n=2", 3, "3 numbers; absquad:n=2 has 2 variables"},
        {"probe absquad --at inf", 3, "--at: 'inf' is not a finite number"},
        {"probe absquad --at 1 --delta -1", 3, "--delta: -1 is negative"},
        {"probe --vectors none.csv", 3, "cannot read 'none.csv'"},
        {"diff none.csv none.csv", 3, "cannot read 'none.csv'"},
        {"report none", 3, "'none': manifest.json: No such file"},
        {"compare none none", 3, ""},
        {"explain x --out none", 3, "'none': manifest.json: No such file"},
    };
    CHECK_WRONG(input);
}

Test(cli, hostile_vectors_name_their_line)
{
    static const char header[] = "problem,set,kind,x,f,dist0_clarke,dist_to_set\n";
    static const struct {
        const char *row, *sentence;
    } bad[] = {
        {"absquad,n=1,kink", ":2: 3 fields where the header has 7"},
        {"absqad,n=1,kink,0,1,0,0", ":2: there is no problem 'absqad'"},
        {"absquad,n,kink,0,1,0,0", ":2: set: 'n' should read name=value"},
        {"absquad,n=2,kink,0,1,0,0", ":2: x has 1 numbers; absquad:n=2 has 2 variables"},
        {"absquad,n=1,kink,zero,1,0,0", ":2: x: 'zero' is not a number"},
        {"absquad,n=1,kink,0,one,0,0", ":2: f: 'one' is not a number"},
        {"absquad,n=1,\"kink,0,1,0,0", ":2: field 3: a quote is not closed"},
        {"", "has nothing to compare"},
    };
    char text[512];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "%s%s\n", header, bad[i].row);
        write_file("v.csv", text);
        cr_expect_eq(run("probe --vectors v.csv"), 3, "'%s': status", bad[i].row);
        cr_expect_not_null(strstr(err, bad[i].sentence), "'%s': %s", bad[i].row, err);
        cr_expect_eq(lines_of(err), 1, "'%s': %s", bad[i].row, err);
    }
    write_file("v.csv", "problem,set\n");
    cr_expect_eq(run("probe --vectors v.csv"), 3, "columns: status");
    cr_expect_not_null(strstr(err, "there is no column 'kind'"), "columns: %s", err);
}

Test(cli, hostile_starts_schedules_and_certificates_are_refused)
{
    static const struct {
        const char *arguments, *text, *sentence;
        int status;
    } bad[] = {
        {"run sgd absquad --init file:h", "1\n2,x\n", "h, line 2: 'x' is not a number", 3},
        {"run sgd absquad --init file:h", "1\n2,3\n", "holds 3 numbers; absquad has 1 var", 3},
        {"run sgd absquad --schedule file:h", "0.1\n-1\n", "h, line 2: a step size must be", 3},
        {"run sgd absquad --schedule file:h", "0.1\n\033[2J\n", "h, line 2: '?[2J' is no", 3},
        {"run sgd absquad --schedule file:h", "\n\n", "'h' holds no number", 3},
        {"certify --check h", "none\n", "h: REJECTED: line 1: the text: not valid JSON", 1},
        {"certify --check /dev/zero", "", "REJECTED: line 1: this is no text of short lines", 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_file("h", bad[i].text);
        cr_expect_eq(run("%s", bad[i].arguments), bad[i].status, "%s: status", bad[i].arguments);
        const char *said = bad[i].status == 3 ? err : out;
        cr_expect_not_null(strstr(said, bad[i].sentence), "%s: %s", bad[i].arguments, said);
        cr_expect_eq(lines_of(said), 1, "%s: %s", bad[i].arguments, said);
    }
    /* As many digits as one likes, and no end of the last line. */
    char text[512];
    memset(text, '0', sizeof text);
    memcpy(text + 400, ".25\n1e-1", sizeof ".25\n1e-1");
    write_file("h", text);
    cr_expect_eq(run("run sgd absquad --schedule file:h --iterations 2"), 0, "%s", err);
    cr_expect_not_null(strstr(out, "sum of steps        0.35\n"), "%s", out);
}

Test(cli, a_full_disk_is_a_failure)
{
    static const char *const arguments[] = {"list",
                                            "--help",
                                            "--version",
                                            "show absquad",
                                            "run sgd absquad --iterations 10",
                                            "probe absquad --at 1",
                                            "doctor"};
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        cr_expect_eq(run("%s >/dev/full", arguments[i]), 4, "%s: status", arguments[i]);
        cr_expect_eq(lines_of(err), 1, "%s: %s", arguments[i], err);
        cr_expect_not_null(strstr(err, "writing to standard output failed: No space left"),
                           "%s: %s", arguments[i], err);
    }
    cr_expect_eq(run("list -o /dev/full"), 4, "-o /dev/full: status");
    cr_expect_not_null(strstr(err, "writing '/dev/full' failed"), "-o /dev/full: %s", err);
    cr_assert_eq(symlink("/dev/full", "full.csv"), 0, "link");
    cr_expect_eq(run("run sgd absquad --iterations 10 --trace full.csv"), 4, "--trace: status");
    cr_expect_not_null(strstr(err, "writing 'full.csv' failed"), "--trace: %s", err);
}

Test(cli, a_folder_without_permission)
{
    if (geteuid() == 0) cr_skip_test("permission: root may write everywhere");
    cr_assert_eq(mkdir("closed", 0555), 0, "closed: cannot be made");
    cr_expect_eq(run("run sgd absquad --iterations 1 --trace closed/t.csv"), 3, "trace: status");
    cr_expect_not_null(strstr(err, "cannot write 'closed/t.csv'"), "trace: %s", err);
    cr_expect_eq(run("run sgd absquad --iterations 1 --save closed/d"), 3, "save: status");
    write_file("secret.csv", "k\n0\n");
    cr_assert_eq(chmod("secret.csv", 0), 0, "secret: mode");
    cr_expect_eq(run("diff secret.csv secret.csv"), 3, "diff: status");
    cr_expect_not_null(strstr(err, "cannot read 'secret.csv'"), "diff: %s", err);
}

/* Everything that list prints can be shown, in every format. */
Test(cli, list_and_show_every_item)
{
    static const char *const kind[] = {"problems", "networks",     "methods",     "measures",
                                       "claims",   "regularizers", "activations", "losses",
                                       "reports",  "commands"};
    size_t shown = 0;
    cr_assert_eq(run("list --format json"), 0, "list: status");
    json_t *all = json_loads(out, 0, NULL);
    cr_assert_not_null(all, "list: not JSON");
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
        const json_t *array = json_object_get(all, kind[i]);
        cr_assert(json_is_array(array), "%s: not listed", kind[i]);
        for (size_t j = 0; j < json_array_size(array); j++) {
            const json_t *item = json_array_get(array, j);
            const char *id = json_string_value(json_object_get(item, "id"));
            const char *title = json_string_value(json_object_get(item, "title"));
            cr_expect(title && strlen(title) > 3, "%s: no title", id);
            cr_expect_eq(run("show %s", id), 0, "show %s: %s", id, err);
            cr_expect_not_null(strstr(out, title), "show %s: no title", id);
            cr_expect_eq(run("show %s --format md", id), 0, "show %s md: %s", id, err);
            shown++;
        }
    }
    cr_expect_gt(shown, 10, "%zu items", shown);
    json_decref(all);
    cr_expect_eq(run("list faults"), 0, "faults: status");
    cr_expect_not_null(strstr(out, "there are none yet"), "faults: %s", out);
    cr_expect_eq(run("show ring:d=8"), 0, "ring:d=8: %s", err);
    cr_expect(strstr(out, "0.8047378541") && !strstr(out, "problem"), "ring:d=8: %s", out);
    cr_expect_neq(run("show ring:e=8"), 0, "ring:e=8: neither takes it");
    cr_expect_eq(run("list experiments"), 0, "experiments: status");
}

/* The corners of subdifferentials: exact where the enclosure is, sampled where it is larger. */
Test(cli, polygons)
{
    static const struct {
        const char *problem, *at, *corners;
    } row[] = {{"ncr2", "0,-1", "the hull of (-2.25, -1), (1.75, -1), (1.75, 1), (-2.25, 1)\n"},
               {"dc_linf", "1,1", "the hull of (0, 1), (1, 0)\n"},
               {"absquad:n=1", "1", "the hull of -2, 2\n"},
               {"half_sharp:n=1", "1", "the hull of -2, 0\n"},
               {"saddle_kink", "1,2", "the hull of (1, 1)\n"},
               {"absquad:n=2+rotate:v=1,1", "0,1", "the hull of (0, -2), (0, 2)\n"},
               {"ring:n=2,p=1", "0,0", "about the hull of 360 gradients"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        cr_expect_eq(run("show %s --at=%s", row[i].problem, row[i].at), 0, "%s: %s", row[i].problem,
                     err);
        cr_expect_not_null(strstr(out, row[i].corners), "%s: %.200s", row[i].problem, out);
    }
    cr_expect_eq(run("show absquad:n=2 --at 1"), 3, "one number of two: status");
    cr_expect_eq(run("show absquad:n=3 --at 1,1,1"), 3, "three variables: status");
    cr_expect_eq(run("show sgd --at 1"), 3, "no problem: status");
}

Test(cli, cards)
{
    cr_assert_eq(run("show absquad:n=1"), 0, "absquad: %s", err);
    cr_expect_not_null(strstr(out, "stationary set"), "absquad: %s", out);
    cr_expect_not_null(strstr(out, "@: global minimum; ^: local maximum"), "absquad: no picture");
    cr_assert_eq(run("show absquad:n=3"), 0, "absquad:n=3: %s", err);
    cr_expect_null(strstr(out, "global minimum;"), "absquad:n=3: a picture in three dimensions");
    cr_assert_eq(run("show absquad --format json"), 0, "json: %s", err);
    json_t *card = json_loads(out, 0, NULL);
    cr_assert_not_null(card, "json: not JSON");
    cr_expect(json_is_number(json_object_get(card, "dimension")), "json: dimension");
    cr_expect(json_is_array(json_object_get(card, "start")), "json: start");
    json_decref(card);
    cr_expect_eq(run("show sgd --color always"), 0, "color: status");
    cr_expect_not_null(strstr(out, "\033[1m"), "color: always");
    cr_expect_eq(run("show sgd"), 0, "no color: status");
    cr_expect_null(strstr(out, "\033["), "color: not to a file");
}

Test(cli, probe_knows_points)
{
    /* f = |x^2 - 1|: f(0) = 1 is a smooth local maximum, f(1) = 0 a kink and a global minimum, and
       at 2 the slope is 4 and the nearest stationary point 1. */
    static const struct {
        const char *at, *kind;
        double f, residual, distance;
    } known[] = {{"0", "local maximum", 1.0, 0.0, 0.0},
                 {"1", "global minimum", 0.0, 0.0, 0.0},
                 {"-1", "global minimum", 0.0, 0.0, 0.0},
                 {"2", "global minimum", 3.0, 4.0, 1.0}};
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(run("probe absquad:n=1 --at=%s --format json", known[i].at), 0, "%s: %s",
                     known[i].at, err);
        json_t *card = json_loads(out, 0, NULL);
        cr_assert_not_null(card, "%s: not JSON", known[i].at);
        cr_expect_eq(json_number_value(json_object_get(card, "f_x")), known[i].f, "%s: f",
                     known[i].at);
        cr_expect_eq(json_number_value(json_object_get(card, "residual_clarke")), known[i].residual,
                     "%s: residual", known[i].at);
        cr_expect_eq(json_number_value(json_object_get(card, "distance")), known[i].distance,
                     "%s: distance", known[i].at);
        cr_expect_str_eq(json_string_value(json_object_get(card, "its_kind")), known[i].kind,
                         "%s: kind", known[i].at);
        json_decref(card);
    }
    cr_expect_eq(run("probe absquad --set n=2 --at -1,0.5 --delta 0.1"), 0, "n=2: %s", err);
    cr_expect_not_null(strstr(out, "Goldstein, at most"), "n=2: %s", out);
}

Test(cli, probe_compares_vectors)
{
    write_file("good.csv", "problem,set,kind,x,f,dist0_clarke,dist_to_set\n"
                           "absquad,n=1,random,2.0,3.0,4.0,1.0\n"
                           "absquad,n=2,random,2.0 -1.0,3.0,4.0,1.0\n");
    cr_expect_eq(run("probe --vectors good.csv"), 0, "good: %s%s", out, err);
    cr_expect_not_null(strstr(out, "6 numbers compared, 0 differ"), "good: %s", out);
    write_file("bad.csv", "problem,set,kind,x,f,dist0_clarke,dist_to_set\n"
                          "absquad,n=1,random,2.0,3.0,4.0,1.0\n"
                          "absquad,n=1,random,2.0,3.0,4.001,1.0\n");
    cr_expect_eq(run("probe --vectors bad.csv"), 1, "bad: status");
    cr_expect_not_null(strstr(out, "bad.csv:3: absquad:n=1 at (2.0): dist0_clarke is 4, the file "
                                   "has 4.001"),
                       "bad: %s", out);
}

Test(cli, a_run_is_a_function_of_its_seed)
{
    static char first[1 << 20], trace[1 << 20], other[1 << 20];
    static const char request[] = "run heavy_ball absquad:n=2 --iterations 2000 --noise signs:1";
    cr_assert_eq(run("%s --seed 5 --trace a.jsonl", request), 0, "first: %s", err);
    strcpy(first, out);
    cr_assert_eq(run("%s --seed 5 --trace b.jsonl", request), 0, "second: %s", err);
    cr_expect_str_eq(out, first, "the same seed prints the same");
    cr_expect_not_null(strstr(first, "norm of momentum"), "first: %s", first);
    cr_expect_not_null(strstr(first, "sum of steps"), "first: %s", first);
    slurp("a.jsonl", trace, sizeof trace);
    slurp("b.jsonl", other, sizeof other);
    cr_expect_str_eq(trace, other, "the same seed writes the same");
    cr_expect_eq(run("diff a.jsonl b.jsonl"), 0, "diff: %s%s", out, err);
    cr_expect_not_null(strstr(out, "identical"), "diff: %s", out);
    cr_assert_eq(run("%s --seed 6 --trace c.jsonl", request), 0, "third: %s", err);
    cr_expect_eq(run("diff a.jsonl c.jsonl"), 1, "diff of seeds: status");
    cr_expect_not_null(strstr(out, "first difference: k = "), "diff of seeds: %s", out);
}

Test(cli, settings_reach_their_owner)
{
    char by_set[4096];
    cr_assert_eq(run("run sgd absquad --set n=3 --iterations 5"), 0, "--set: %s", err);
    strcpy(by_set, out);
    cr_assert_eq(run("run sgd absquad:n=3 --iterations 5"), 0, "spec: %s", err);
    cr_expect_str_eq(out, by_set, "--set n=3 is absquad:n=3");
    cr_assert_eq(run("run sgd absquad --set problem.n=3 --iterations 5"), 0, "prefix: %s", err);
    cr_expect_str_eq(out, by_set, "--set problem.n=3 is absquad:n=3");
    cr_assert_eq(run("run sgd absquad:n=7 --set n=2 --set n=3 --iterations=5"), 0, "%s", err);
    cr_expect_str_eq(out, by_set, "the last setting counts");
}

Test(cli, save_writes_arrays)
{
    static char text[4096];
    cr_assert_eq(run("run heavy_ball absquad:n=2 --iterations 10 --save a/b --trace t.csv"), 0,
                 "save: %s", err);
    const size_t size = slurp("a/b/x.npy", text, sizeof text);
    cr_assert_eq(size, 192 + 16, "x.npy: %zu bytes", size);
    cr_expect_not_null(strstr(text + 10, "'shape': (2,)"), "x.npy: %s", text + 10);
    cr_expect_eq(access("a/b/view-momentum.npy", R_OK), 0, "the momentum is missing");
}

/* Twenty sweeps, saved and gone on with from the folder, are forty; every way in which a folder can be
   wrong has its sentence. */
Test(cli, init_reads_what_save_wrote)
{
    static const char three[] = "run bcd_three split_three:bias=yes,samples=4";
    static char whole[8192], block[4096];
    static const struct {
        const char *name, *text, *sentence;
        size_t keep; /* of the good file's bytes, before the text */
    } broken[] = {{"W1.npy", "W1", "does not begin like a .npy file", 0},
                  {"W1.npy", "", "it does not begin like a .npy file", 5},
                  {"W1.npy", "", "the header is cut", 100},
                  {"W1.npy", "", "bytes of numbers where the shape asks for", 200},
                  {"W1.npy", "x", "bytes of numbers where the shape asks for", 4096}};
    cr_assert_eq(run("%s --iterations 40 --format json", three), 0, "%s", err);
    memcpy(whole, strstr(out, "\"x\""), 1000);
    cr_assert_eq(run("%s --iterations 20 --save s", three), 0, "%s", err);
    cr_assert_eq(run("%s --iterations 20 --init file:s --format json", three), 0, "%s", err);
    cr_expect_eq(memcmp(whole, strstr(out, "\"x\""), 1000), 0, "40 sweeps are not 20 and 20");
    cr_expect_eq(run("%s,widths=4/2 --init file:s", three), 3, "the widths are no list");
    cr_expect_eq(run("%s,widths=4,2 --init file:s", three), 3, "another shape: status");
    cr_expect_not_null(strstr(err, "s/W2.npy: an array of 3 x 4; the block W2 has 2 x 4"), "%s",
                       err);
    const size_t size = slurp("s/W1.npy", block, sizeof block);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        FILE *file = fopen("s/W1.npy", "w");
        cr_assert_not_null(file);
        fwrite(block, 1, broken[i].keep < size ? broken[i].keep : size, file);
        fputs(broken[i].text, file);
        fclose(file);
        cr_expect_eq(run("%s --init file:s", three), 3, "%zu: status", i);
        cr_expect_not_null(strstr(err, broken[i].sentence), "%zu: %s", i, err);
    }
    cr_expect_eq(remove("s/W1.npy"), 0);
    cr_expect_eq(run("%s --init file:s", three), 3, "a missing block: status");
    cr_expect_not_null(strstr(err, "cannot read 's/W1.npy'"), "%s", err);
}

Test(cli, diff_finds_the_first_difference)
{
    write_file("a.csv", "k,f,x0\n0,1,2\n1,0.5,1\n2,0.25,0.5\n");
    write_file("b.csv", "k,f,x0\n0,1,2\n1,0.50000000000000011,1\n2,0.3,0.5\n");
    write_file("c.csv", "k,f,x0\n0,1,2\n2,0.25,0.5\n3,0,0\n");
    write_file("d.csv", "k,f\n0,1\n1,0.5\n2,0.25\n");
    write_file("e.csv", "g\n0\n");
    cr_expect_eq(run("diff a.csv a.csv"), 0, "a a: status");
    cr_expect_eq(run("diff a.csv b.csv"), 1, "a b: status");
    cr_expect_not_null(strstr(out, "first difference: k = 1, column f: 0.5 and "
                                   "0.50000000000000011, 1 ulp apart (lines 3 and 3)"),
                       "a b: %s", out);
    cr_expect_eq(run("diff a.csv c.csv"), 1, "a c: status");
    cr_expect_not_null(strstr(out, "only a.csv has the row k = 1"), "a c: %s", out);
    cr_expect_not_null(strstr(out, "2 rows are in one of the two only"), "a c: %s", out);
    cr_expect_eq(run("diff a.csv d.csv"), 1, "a d: status");
    cr_expect_not_null(strstr(out, "only a.csv has the column x0"), "a d: %s", out);
    cr_expect_eq(run("diff a.csv e.csv"), 2, "a e: status");
}

Test(cli, explain_and_report_read_a_results_folder)
{
    cr_expect_eq(run("explain th1_a-0a51b2c3d4 --out '%s/results_small'", CLARKE_TEST_DATA), 0,
                 "explain: %s", err);
    cr_expect_not_null(strstr(out, "th1_a-0a51b2c3d4 (record): supported"), "explain: %s", out);
    cr_expect_not_null(strstr(out, "what would decide"), "explain: %s", out);
    cr_expect_not_null(strstr(out, "clarke replay th1_a-0a51b2c3d4"), "explain: %s", out);
    cr_expect_eq(run("explain th1_a-0a51b2c3d5 --out '%s/results_small'", CLARKE_TEST_DATA), 3,
                 "no record: status");
    cr_expect_not_null(strstr(err, "did you mean 'th1_a-0a51b2c3d4'"), "no record: %s", err);
    cr_assert_eq(
        run("explain th1_a-0a51b2c3d4 --format json --out '%s/results_small'", CLARKE_TEST_DATA), 0,
        "json: %s", err);
    json_t *printed = json_loads(out, 0, NULL), *stored = NULL;
    FILE *records = fopen(CLARKE_TEST_DATA "/results_small/verdicts.jsonl", "r");
    cr_assert_not_null(records, "records");
    do {
        json_decref(stored);
        stored = json_loadf(records, JSON_DISABLE_EOF_CHECK, NULL);
    } while (stored && !json_equal(printed, stored));
    cr_expect(printed && json_equal(printed, stored), "json: no stored record: %s", out);
    json_decref(printed);
    json_decref(stored);
    fclose(records);
    /* One record of the folder surprises. */
    cr_expect_eq(run("report '%s/results_small' --out reports", CLARKE_TEST_DATA), 1, "report: %s",
                 err);
    cr_expect_eq(access("reports/report.md", R_OK), 0, "report.md is missing");
    cr_expect_eq(run("report '%s/results_small' --format md", CLARKE_TEST_DATA), 1, "md: %s", err);
    cr_expect_not_null(strstr(out, "# 12 cases judged"), "md: %s", out);
    cr_expect_eq(run("report '%s/results_small' --format mdd", CLARKE_TEST_DATA), 3, "mdd: status");
    cr_expect_eq(lines_of(err), 1, "mdd: %s", err);
    cr_expect_eq(run("report '%s/results_small' -o x.md", CLARKE_TEST_DATA), 3, "-o: status");
}

Test(cli, landmarks_are_printed)
{
    cr_assert_eq(run("run sgd quadratic_sum:a=0,0,3 --iterations 100 --format json"), 0, "%s", err);
    json_t *card = json_loads(out, 0, NULL);
    cr_assert_not_null(card, "not JSON: %s", out);
    cr_expect_eq(json_number_value(json_array_get(json_object_get(card, "mean"), 0)), 1.0, "mean");
    cr_expect_eq(json_number_value(json_array_get(json_object_get(card, "median"), 0)), 0.0,
                 "median");
    cr_expect(json_is_number(json_object_get(card, "distance_to_median")), "distance: %s", out);
    json_decref(card);
}

Test(cli, doctor_tells)
{
    cr_assert_eq(run("doctor"), 0, "doctor: %s", err);
    cr_expect_not_null(strstr(out, "BLAS core"), "doctor: %s", out);
    cr_expect_not_null(strstr(out, "FTZ and DAZ are off"), "doctor: %s", out);
#if defined __x86_64__
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    cr_expect_not_null(strstr(out, "Haswell (OPENBLAS_CORETYPE=Haswell)"), "doctor: %s", out);
    setenv("OPENBLAS_CORETYPE", "Prescott", 1);
    cr_assert_eq(run("doctor"), 0, "Prescott: %s", err);
    cr_expect_not_null(strstr(out, "OPENBLAS_CORETYPE=Prescott"), "what the user chose: %s", out);
#endif
}

Test(cli, an_interrupted_run_keeps_what_it_has)
{
    char script[4096];
    /* A background job ignores SIGINT unless the shell controls its jobs. */
    snprintf(script, sizeof script,
             "set -m\n"
             "'%s' run sgd absquad:n=20000 --iterations 1000000 --trace t.csv --format json"
             " >out 2>err &\n"
             "while ! test -s t.csv; do sleep 0.05; done; kill -INT $!; wait $!\n",
             CLARKE_PROGRAM);
    write_file("job.sh", script);
    const int status = system("bash job.sh");
    slurp("out", out, sizeof out);
    slurp("err", err, sizeof err);
    cr_assert_eq(WEXITSTATUS(status), 130, "status %d: %s", WEXITSTATUS(status), err);
    cr_expect_not_null(strstr(err, "clarke: interrupted after "), "stderr: %s", err);
    json_t *card = json_loads(out, 0, NULL);
    cr_assert_not_null(card, "stdout: %s", out);
    cr_expect_gt(json_number_value(json_object_get(card, "steps_done")), 0.0, "steps");
    json_decref(card);
    cr_expect_eq(run("diff t.csv t.csv"), 0, "trace: %s", err);
}
