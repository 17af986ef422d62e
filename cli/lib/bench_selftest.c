/* The gate, measured: this program against itself, and against itself slowed down. */
#include "cli/lib/bench_gate.h"
#include "cli/lib/bench_turns.h"
#include "cli/lib/suite.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

/* One more call at every so many: slow-downs of 0, 5, 10, 25 %. */
static const size_t selftest_extra[] = {0, 20, 10, 4};
enum { KINDS = sizeof selftest_extra / sizeof selftest_extra[0], NOISE = 4096 };

typedef struct {
    size_t rows, called;
    size_t trials_called;     /* trials in which any row was called */
    size_t counted, by_count; /* rows */
    size_t ratios;            /* of the screenings */
    double *ratio;            /* [NOISE] logarithms */
} kind;

typedef struct {
    clarke_bench_targets timed, counted;
    clarke_bench_process plain;
    clarke_turns_plan plan; /* but for the program that is slowed down */
    size_t trials;
    kind kind[KINDS];
    size_t noises;
    double *noise; /* [NOISE] of pairs of which none is slowed down */
} selftest;

static double selftest_slow_down(size_t k)
{
    return selftest_extra[k] ? 1.0 / (double)selftest_extra[k] : 0.0;
}

static clarke_status selftest_trial(const clarke_cli *cli, selftest *s, size_t k)
{
    clarke_bench_process slowed = s->plain;
    clarke_turns_plan plan = s->plan;
    clarke_pairs pairs;
    clarke_gate gate;
    kind *of = &s->kind[k];
    slowed.extra = selftest_extra[k];
    plan.old = &s->plain;
    plan.now = &slowed;
    CLARKE_TRY(clarke_turns_compare(cli, &s->timed, &plan, &pairs));
    CLARKE_TRY(clarke_pairs_gate(&pairs, cli->mem, &gate));
    of->rows += gate.rows;
    of->called += gate.slower + gate.faster;
    of->trials_called += gate.slower + gate.faster > 0;
    for (size_t i = 0; i < pairs.rows; i++)
        for (size_t p = 0; p < pairs.row[i].screens && of->ratios < NOISE; p++)
            of->ratio[of->ratios++] = pairs.row[i].screen[p];
    if (k == 0) s->noises += clarke_pairs_noise(&pairs, NOISE - s->noises, s->noise + s->noises);
    return CLARKE_OK;
}

static clarke_status selftest_count(const clarke_cli *cli, selftest *s, size_t k)
{
    clarke_bench base, slowed;
    clarke_gate gate = {0};
    CLARKE_TRY(clarke_bench_open(cli->mem, &base));
    CLARKE_TRY(clarke_bench_open(cli->mem, &slowed));
    clarke_status status = clarke_bench_count(cli, &s->counted, 0, s->plain.deadline, &base);
    if (status == CLARKE_OK)
        status =
            clarke_bench_count(cli, &s->counted, selftest_extra[k], s->plain.deadline, &slowed);
    if (status == CLARKE_OK) status = clarke_gate_counts(&base, &slowed, 0.03, cli->mem, &gate);
    s->kind[k].counted = s->counted.count;
    s->kind[k].by_count = gate.slower + gate.faster;
    clarke_bench_close(&base);
    clarke_bench_close(&slowed);
    return status;
}

/* Few kernels whose time is steady: the gate is tested, not they. */
static clarke_status selftest_targets(const clarke_cli *cli, bool counting, clarke_bench_targets *t)
{
    static const char *const id[] = {"update_heavy_ball", "minnorm", "gemm"};
    clarke_bench_targets all;
    clarke_bench_target *list = clarke_alloc_array(cli->mem, 8, sizeof *list);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_bench_choose(cli, counting, &all));
    *t = (clarke_bench_targets){.target = list};
    for (size_t k = 0; k < sizeof id / sizeof id[0]; k++)
        for (size_t i = 0; i < all.count; i++)
            if (strcmp(all.target[i].kernel, id[k]) == 0) {
                list[t->count++] = all.target[i]; /* the smallest size */
                break;
            }
    if (t->count > 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EUSAGE,
                       "the self-test uses update_heavy_ball, minnorm and gemm only");
}

static clarke_status selftest_begin(const clarke_cli *cli, const clarke_bench_process *how,
                                    size_t screens, selftest *s)
{
    *s = (selftest){.plain = *how, .noise = clarke_vec(cli->mem, NOISE)};
    for (size_t k = 0; k < KINDS; k++) s->kind[k].ratio = clarke_vec(cli->mem, NOISE);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    s->plan = (clarke_turns_plan){.screens = screens, .alpha = clarke_bench_alpha(cli)};
    CLARKE_TRY(clarke_bench_least(cli, 0.05, &s->plan.least));
    CLARKE_TRY(clarke_cli_count(cli, "trials", 4, &s->trials));
    if (s->trials < 1 || s->trials > 1000)
        return clarke_fail(CLARKE_EINPUT, "--trials: %zu is outside 1 to 1000", s->trials);
    CLARKE_TRY(selftest_targets(cli, false, &s->timed));
    return selftest_targets(cli, true, &s->counted);
}

/* "97 %": of rows slowed down so, by the noise that was measured where none was. */
static clarke_status selftest_expect(const selftest *s, size_t k, FILE *out)
{
    enum { TRIALS = 400 };
    const clarke_pairs_trial trial = {.rows = s->timed.count,
                                      .screens = s->plan.screens,
                                      .alpha = s->plan.alpha,
                                      .least = s->plan.least,
                                      .effect = selftest_slow_down(k)};
    clarke_pairs_called called;
    CLARKE_TRY(clarke_pairs_expect(&trial, s->noises, s->noise, TRIALS, &called));
    fprintf(out, " %.1f %% |", 100.0 * (double)called.rows / (double)(TRIALS * trial.rows));
    return CLARKE_OK;
}

static void selftest_share(FILE *out, size_t seen, size_t of)
{
    fprintf(out, " %zu of %zu (%.0f %%) |", seen, of, 100.0 * (double)seen / (double)of);
}

static clarke_status selftest_row(const selftest *s, size_t k, clarke_arena *mem, FILE *out)
{
    const kind *of = &s->kind[k];
    double *copy = clarke_vec(mem, of->ratios + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    memcpy(copy, of->ratio, of->ratios * sizeof *copy);
    const clarke_median measured = clarke_median_of(of->ratios, copy);
    fprintf(out, "| %.0f %% | %+.2f %% (%+.2f to %+.2f) |", 100.0 * selftest_slow_down(k),
            100.0 * expm1(measured.median), 100.0 * expm1(measured.low),
            100.0 * expm1(measured.high));
    CLARKE_TRY(selftest_expect(s, k, out));
    selftest_share(out, of->called, of->rows);
    selftest_share(out, of->by_count, of->counted);
    fputc('\n', out);
    return CLARKE_OK;
}

static clarke_status selftest_print(const selftest *s, clarke_arena *mem, FILE *out)
{
    fprintf(
        out,
        "%zu comparisons, in turns, for each slow-down; least effect %.3g %%, level %.3g; half\n"
        "of the pairs of equal programs are off by at most %.2g %%. Rows that are called:\n\n"
        "| put in | as measured | expected | by time | by counts |\n|---|---|---|---|---|\n",
        s->trials, 100.0 * s->plan.least, s->plan.alpha,
        100.0 * clarke_pairs_spread(s->noises, s->noise, mem));
    for (size_t k = 0; k < KINDS; k++) CLARKE_TRY(selftest_row(s, k, mem, out));
    return CLARKE_OK;
}

/* Counts have no noise: every slow-down must be seen, and nothing else. Of comparisons of equal
   programs at most the share alpha may give an alarm: more than that explains once in a thousand
   self-tests is a failure. What time sees of slow-downs depends on the machine. */
static bool selftest_fails(const selftest *s)
{
    bool fails = false;
    for (size_t k = 0; k < KINDS; k++)
        fails |= s->kind[k].by_count != (selftest_extra[k] ? s->kind[k].counted : 0);
    const size_t alarms = s->kind[0].trials_called;
    return fails || (alarms > 0 && gsl_cdf_binomial_Q((unsigned)alarms - 1, s->plan.alpha,
                                                      (unsigned)s->trials) < 1e-3);
}

static clarke_status selftest_time(const clarke_cli *cli, selftest *s)
{
    clarke_cli_meter meter;
    clarke_status status = CLARKE_OK;
    clarke_cli_meter_begin(&meter, cli);
    for (size_t i = 0; status == CLARKE_OK && i < s->trials * KINDS; i++) {
        clarke_cli_meter_step(&meter, (double)i, (double)(s->trials * KINDS), "timing");
        status = selftest_trial(cli, s, i % KINDS);
    }
    clarke_cli_meter_end(&meter);
    return status;
}

clarke_status clarke_bench_selftest(clarke_cli *cli, const clarke_bench_process *how,
                                    size_t screens)
{
    selftest s;
    FILE *out;
    CLARKE_TRY(selftest_begin(cli, how, screens, &s));
    for (size_t k = 0; k < KINDS; k++) CLARKE_TRY(selftest_count(cli, &s, k));
    CLARKE_TRY(selftest_time(cli, &s));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = selftest_print(&s, cli->mem, out);
    if (selftest_fails(&s)) cli->exit_status = 1;
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}
