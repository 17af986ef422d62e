/* A name that does not exist, of every kind that the command line takes, is refused with exit status 3
   and one sentence that suggests the nearest names, or lists the few that there are. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(names, .init = enter_folder, .fini = leave_folder, .timeout = 300);

static const struct {
    const char *arguments, *said;
} wrong[] = {
    /* commands, options, kinds */
    {"verfy", "there is no command 'verfy'; did you mean 'verify'"},
    {"help verfy", "there is no command 'verfy'; did you mean 'verify'"},
    {"verify --sute quick", "verify has no option --sute; did you mean 'suite'"},
    {"list measure", "there is no list of 'measure'; did you mean 'measures'"},
    {"show heavyball", "there is nothing called 'heavyball'; did you mean 'heavy_ball'"},
    {"show th1_conformanse", "did you mean 'th1_conformance'"},
    {"experiment p9", "there is no experiment 'p9'; did you mean 'p0_"},
    /* suites, and what is in them */
    {"audit --suite adit", "there is no suite 'adit'; did you mean 'audit'"},
    {"verify --suite quik", "there is no suite 'quik'; did you mean 'quick'"},
    {"verify --suite s.yaml",
     "there is no claim 'th1_conformanse'; did you mean 'th1_conformance'"},
    {"verify --suite quick --claim th9",
     "no claim of the suite quick matches 'th9'; did you mean 'th"},
    {"verify --suite quick --claim 'th1_conformanse*'", "did you mean 'th1_conformance'"},
    {"verify --suite quick --method hevy_ball",
     "no method of the suite quick matches 'hevy_ball'; did you mean 'heavy_ball'"},
    {"verify --suite quick --problem absqad",
     "no problem of the suite quick matches 'absqad'; did you mean 'absquad'"},
    {"verify --suite quick --claim th1_conformance --claim th1_d --method dsgd",
     "no case of the suite quick matches all filters"},
    {"replay th1_conformanse --suite quick",
     "has no case 'th1_conformanse'; did you mean 'th1_conformance-"},
    {"explain th1_b --out '" CLARKE_TEST_DATA "/results_small'",
     "has no record 'th1_b'; did you mean 'th1_a-0a51b2c3d4'"},
    /* traces */
    {"check a.csv --claim trace_decreese",
     "no claim that is judged on traces matches 'trace_decreese'; did you mean 'trace_decrease'"},
    {"check a.csv --problem absqad", "there is no problem 'absqad'; did you mean 'absquad'"},
    {"rate a.csv --column x1", "a.csv has no column 'x1'; did you mean 'x0'"},
    /* problems, methods, networks, wrappers, schedules and their parameters */
    {"run sgdd absquad", "there is no method 'sgdd'; did you mean 'sgd'"},
    {"run sgd absqad", "there is no problem 'absqad'; did you mean 'absquad'"},
    {"run sgd absquad+shfit", "there is no wrapper 'shfit'; did you mean 'shift'"},
    {"run sgd absquad+shift:bi=3", "shift has no parameter 'bi'; did you mean 'by'"},
    {"run sgd absquad:nn=3", "absquad has no parameter 'nn'; did you mean 'n'"},
    {"run lion:betta1=0 absquad", "lion has no parameter 'betta1'; did you mean 'beta1'"},
    {"run dsgd quadratic_agents --network rng:d=3",
     "there is no network 'rng'; did you mean 'ring'"},
    {"run dsgd quadratic_agents --network ring:dd=3",
     "ring has no parameter 'dd'; did you mean 'd'"},
    {"run dsgd quadratic_agents --network ring:d=3,weights=lzy", "'lzy' is not one of metropolis|"},
    {"run sgd absquad --schedule powr:1", "there is no schedule 'powr'; did you mean 'power'"},
    {"run sgd absquad --momentum sngle:1", "there is no schedule 'sngle'; did you mean 'single'"},
    {"run sgd absquad --sampling ful", "sampling 'ful' is not one of replacement:B, "},
    {"run sgd absquad --noise sign:1", "noise 'sign:1' is not one of none, signs:S, "},
    {"run sgd absquad --init strt", "init 'strt' is not one of start, box, "},
    {"run lion absquad --set betta1=0",
     "lion on absquad has no parameter 'betta1'; did you mean 'beta1'"},
    {"run lion absquad --set method.betta1=0",
     "the method lion has no parameter 'betta1'; did you mean 'beta1'"},
    {"run lion absquad --set methd.beta1=0", "there is no methd here; did you mean 'method'"},
    {"certify absqad", "there is no problem 'absqad'; did you mean 'absquad'"},
    {"probe absqad --at 1", "there is no problem 'absqad'; did you mean 'absquad'"},
    /* kernels, commands that are timed, faults */
    {"bench --kernel triadd", "no kernel matches 'triadd'; did you mean 'triad'"},
    {"bench --commands --kernel lst", "no command matches 'lst'; did you mean 'list'"},
    {"audit --only named --fault lion_dcay --source '" CLARKE_SOURCE_DIR "'",
     "no named fault or variant matches 'lion_dcay'; did you mean 'lion_decay_"},
    {"audit --only nmed", "--only: 'nmed' is not one of named, mutants, seeds"},
    /* formats and other words of which there are few */
    {"report '" CLARKE_TEST_DATA "/results_small' --format markdwn", "did you mean 'markdown'"},
    {"bench --format mdd", "there is no format 'mdd'; did you mean 'md'"},
    {"list --format jsn", "--format: 'jsn' is not one of text|json"},
    {"run sgd absquad --trace t.txt", "'t.txt' should end in .csv, .jsonl or .npy"},
    {"experiment p0_scaling --scale smal", "--scale: 'smal' is not one of small, full"},
    {"verify --progress br", "--progress: 'br' is not one of auto, bar, plain, none"},
    {"list --color alwys", "--color: 'alwys' is not one of auto, always, never"},
};

Test(names, wrong_ones_are_refused_with_the_nearest)
{
    FILE *trace = fopen("a.csv", "w"), *suite = fopen("s.yaml", "w");
    cr_assert(trace && suite);
    fputs("k,f,x0\n0,1,2\n1,0.5,1\n2,0.25,0.5\n", trace);
    fputs("name: s\nclaims:\n  - claim: th1_conformanse\n", suite);
    fclose(trace);
    fclose(suite);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *line = wrong[i].arguments;
        cr_expect_eq(run("%s", line), 3, "%s: status", line);
        cr_expect(strstr(err, wrong[i].said), "%s: %s", line, err);
        cr_expect_eq(strcspn(err, "\n") + 1, strlen(err), "%s: more than one line: %s", line, err);
        cr_expect_str_empty(out, "%s: stdout: %s", line, out);
    }
}
