#include "cli/lib/bench_gate.h"

#include "bench/gate.h"

#include <stdlib.h>
#include <string.h>

enum { FRESH = 12 }; /* processes that time a suspect again */

static double gate_alpha(const clarke_cli *cli)
{
    return isnan(cli->alpha) ? 0.05 : cli->alpha;
}

/* "5%" or "0.05". */
static clarke_status gate_least(const clarke_cli *cli, double fallback, double *least)
{
    const char *text = clarke_cli_value(cli, "min-effect");
    char number[64];
    *least = fallback;
    if (!text) return CLARKE_OK;
    const size_t length = strlen(text);
    const bool percent = length > 1 && text[length - 1] == '%';
    snprintf(number, sizeof number, "%.*s", (int)(percent ? length - 1 : length), text);
    CLARKE_TRY(clarke_parse_real(number, "--min-effect", least));
    if (percent) *least /= 100.0;
    if (*least > 0.0 && *least < 10.0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "--min-effect: '%s' is not between 0 and 1000%%", text);
}

clarke_status clarke_bench_gate_options(const clarke_cli *cli)
{
    double least;
    return gate_least(cli, 0.05, &least);
}

static void gate_line(FILE *out, const clarke_gate_row *r)
{
    fprintf(out, "  %-10s %s at %s", clarke_gate_text(r->verdict), r->kernel, r->size);
    if (isfinite(r->effect)) fprintf(out, ": %+.1f %%", 100.0 * r->effect);
    if (isfinite(r->p)) fprintf(out, ", p = %.2g", r->p);
    fputc('\n', out);
}

static void gate_say(FILE *out, const clarke_gate *gate, double least, const char *refused)
{
    if (refused) fprintf(out, "nothing is concluded: %s\n", refused);
    fprintf(out,
            "%zu rows, least effect %.3g %%: %zu slower, %zu faster, %zu undecided, %zu missing, "
            "%zu new\n",
            gate->rows, 100.0 * least, gate->slower, gate->faster, gate->undecided, gate->missing,
            gate->fresh);
    for (size_t i = 0; i < gate->rows; i++)
        if (gate->row[i].verdict != CLARKE_GATE_SAME) gate_line(out, &gate->row[i]);
}

static clarke_status gate_print(clarke_cli *cli, const clarke_gate *gate, double least,
                                const char *refused)
{
    FILE *out;
    CLARKE_TRY(clarke_cli_open(cli, &out));
    gate_say(out, gate, least, refused);
    return clarke_cli_close(cli, out);
}

/* ---- against a file ---- */

/* The reference kernels tell whether the machine itself runs as fast as at the baseline: NULL, or
   what is wrong. */
static const char *gate_machine(const clarke_cli *cli, const clarke_bench *base,
                                const clarke_bench *now, double least)
{
    for (size_t i = 0; i < now->rows; i++) {
        const clarke_bench_row *r = &now->row[i];
        if (strcmp(r->kernel, "triad") != 0 && strcmp(r->kernel, "gemm") != 0) continue;
        const clarke_bench_row *old = clarke_bench_find(base, r->kernel, r->size);
        const double effect = old ? clarke_bench_cpu(r) / clarke_bench_cpu(old) - 1.0 : 0.0;
        if (fabs(effect) > least)
            return clarke_arena_printf(cli->mem,
                                       "the reference %s at %s takes %+.1f %% of its baseline's "
                                       "time, so the machine itself has changed its speed",
                                       r->kernel, r->size, 100.0 * effect);
    }
    const double noise = fmax(clarke_bench_noise(base), clarke_bench_noise(now));
    if (noise > least)
        return clarke_arena_printf(cli->mem,
                                   "the noise, %.1f %%, is above the least effect, %.1f %%",
                                   100.0 * noise, 100.0 * least);
    return NULL;
}

/* Rows whose medians differ by more than the least effect, and the references. */
static clarke_status gate_suspects(const clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_bench *base, const clarke_bench *now, double least,
                                   clarke_bench_targets *suspects)
{
    clarke_bench_target *list = clarke_alloc_array(cli->mem, t->count + 1, sizeof *list);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    *suspects = (clarke_bench_targets){.target = list};
    for (size_t i = 0; i < t->count; i++) {
        const clarke_bench_row *a = clarke_bench_find(base, t->target[i].kernel, t->target[i].size);
        const clarke_bench_row *b = clarke_bench_find(now, t->target[i].kernel, t->target[i].size);
        if (a && b && fabs(clarke_bench_cpu(b) / clarke_bench_cpu(a) - 1.0) > least)
            list[suspects->count++] = t->target[i];
    }
    return CLARKE_OK;
}

static int gate_status(const clarke_gate *gate, const char *refused, bool counts)
{
    if (refused) return 2;
    if (gate->slower > 0 || (counts && gate->faster > 0)) return 1;
    return gate->missing + gate->undecided > 0 || (counts && gate->fresh > 0) ? 2 : 0;
}

/* The verdict on the suspects comes from fresh processes alone; what is no suspect is the same. */
static clarke_status gate_confirm(clarke_cli *cli, const clarke_bench_targets *suspects,
                                  const clarke_bench_process *how, const clarke_bench *base,
                                  double least, clarke_gate *gate)
{
    clarke_bench fresh;
    clarke_gate again;
    CLARKE_TRY(clarke_bench_open(cli->mem, &fresh));
    clarke_status status = CLARKE_OK;
    for (size_t p = 0; status == CLARKE_OK && p < FRESH; p++)
        status = clarke_bench_spawn(cli, suspects, how, p, &fresh);
    clarke_bench_close(&fresh);
    CLARKE_TRY(status);
    CLARKE_TRY(clarke_gate_times(base, &fresh, gate_alpha(cli), least,
                                 gate->rows - gate->missing - gate->fresh, cli->mem, &again));
    gate->slower = gate->faster = gate->undecided = 0;
    for (size_t i = 0; i < gate->rows; i++) {
        clarke_gate_row *r = &gate->row[i];
        if (r->verdict == CLARKE_GATE_MISSING || r->verdict == CLARKE_GATE_NEW) continue;
        r->verdict = CLARKE_GATE_SAME;
        for (size_t k = 0; k < again.rows; k++)
            if (again.row[k].verdict != CLARKE_GATE_MISSING &&
                strcmp(again.row[k].kernel, r->kernel) == 0 &&
                strcmp(again.row[k].size, r->size) == 0)
                *r = again.row[k];
        gate->slower += r->verdict == CLARKE_GATE_SLOWER;
        gate->faster += r->verdict == CLARKE_GATE_FASTER;
        gate->undecided += r->verdict == CLARKE_GATE_UNDECIDED;
    }
    return CLARKE_OK;
}

static clarke_status gate_guard(clarke_cli *cli, const clarke_bench_targets *t,
                                const clarke_bench_process *how, const clarke_bench *now,
                                const clarke_bench *base)
{
    clarke_gate gate;
    clarke_bench_targets suspects;
    double least;
    const bool counts = clarke_cli_has(cli, "counts");
    CLARKE_TRY(gate_least(cli, counts ? 0.03 : 0.05, &least));
    const char *refused = NULL;
    if (counts) {
        CLARKE_TRY(clarke_gate_counts(base, now, least, cli->mem, &gate));
    } else {
        CLARKE_TRY(clarke_gate_times(base, now, gate_alpha(cli), least, 0, cli->mem, &gate));
        refused = gate_machine(cli, base, now, least);
        CLARKE_TRY(gate_suspects(cli, t, base, now, least, &suspects));
        if (!refused && suspects.count > 0)
            CLARKE_TRY(gate_confirm(cli, &suspects, how, base, least, &gate));
    }
    cli->exit_status = gate_status(&gate, refused, counts);
    return gate_print(cli, &gate, least, refused);
}

clarke_status clarke_bench_guard(clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_bench_process *how, const clarke_bench *now)
{
    clarke_bench base;
    CLARKE_TRY(clarke_bench_open(cli->mem, &base));
    clarke_status status = clarke_bench_load(clarke_cli_value(cli, "baseline"), &base);
    if (status == CLARKE_OK) status = gate_guard(cli, t, how, now, &base);
    clarke_bench_close(&base);
    return status;
}

static bool gate_has_counts(const clarke_bench *b)
{
    for (size_t i = 0; i < b->rows; i++)
        if (!isnan(b->row[i].count)) return true;
    return false;
}

clarke_status clarke_bench_compare(clarke_cli *cli, FILE *out, const clarke_bench *base,
                                   const clarke_bench *now)
{
    clarke_gate gate;
    double least;
    const bool counts = gate_has_counts(base) && gate_has_counts(now);
    CLARKE_TRY(gate_least(cli, counts ? 0.03 : 0.05, &least));
    const char *refused = counts ? NULL : gate_machine(cli, base, now, least);
    if (counts)
        CLARKE_TRY(clarke_gate_counts(base, now, least, cli->mem, &gate));
    else
        CLARKE_TRY(clarke_gate_times(base, now, gate_alpha(cli), least, 0, cli->mem, &gate));
    cli->exit_status = gate_status(&gate, refused, counts);
    gate_say(out, &gate, least, refused);
    return CLARKE_OK;
}

/* ---- against a program ---- */

static clarke_status gate_turns(const clarke_cli *cli, const clarke_bench_targets *t,
                                const clarke_bench_process *a, const clarke_bench_process *b,
                                size_t processes, clarke_bench *of_a, clarke_bench *of_b)
{
    for (size_t p = 0; p < processes; p++) {
        const bool first_a = p % 2 == 0;
        const size_t first = p * t->count / processes;
        CLARKE_TRY(clarke_bench_spawn(cli, t, first_a ? a : b, first, first_a ? of_a : of_b));
        CLARKE_TRY(clarke_bench_spawn(cli, t, first_a ? b : a, first, first_a ? of_b : of_a));
    }
    return CLARKE_OK;
}

/* Two programs, process by process; what drifts hits both alike. */
static clarke_status gate_pair(const clarke_cli *cli, const clarke_bench_targets *t,
                               const clarke_bench_process *a, const clarke_bench_process *b,
                               size_t processes, double least, clarke_gate *gate)
{
    clarke_bench of_a, of_b;
    CLARKE_TRY(clarke_bench_open(cli->mem, &of_a));
    CLARKE_TRY(clarke_bench_open(cli->mem, &of_b));
    clarke_status status = gate_turns(cli, t, a, b, processes, &of_a, &of_b);
    if (status == CLARKE_OK)
        status = clarke_gate_times(&of_a, &of_b, gate_alpha(cli), least, 0, cli->mem, gate);
    clarke_bench_close(&of_a);
    clarke_bench_close(&of_b);
    return status;
}

clarke_status clarke_bench_against(clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_bench_process *how, size_t processes)
{
    clarke_gate gate;
    double least;
    clarke_bench_process other = *how;
    other.program = clarke_cli_value(cli, "against");
    CLARKE_TRY(gate_least(cli, 0.05, &least));
    CLARKE_TRY(gate_pair(cli, t, &other, how, processes, least, &gate));
    cli->exit_status = gate_status(&gate, NULL, false);
    return gate_print(cli, &gate, least, NULL);
}

/* ---- against itself ---- */

static const size_t gate_extra[] = {0, 20, 10, 4}; /* 0, 5, 10, 25 % */

static double gate_slow_down(size_t extra)
{
    return extra == 0 ? 0.0 : 100.0 / (double)extra;
}

/* Alarms among `trials` comparisons of two runs of which one is slowed down. */
static clarke_status gate_trial(const clarke_cli *cli, const clarke_bench_targets *t,
                                const clarke_bench_process *how, size_t extra, size_t trials,
                                size_t *rows, size_t *alarms)
{
    clarke_bench_process slowed = *how;
    slowed.extra = extra;
    *rows = *alarms = 0;
    for (size_t i = 0; i < trials; i++) {
        clarke_gate gate;
        /* A slow-down of exactly the least effect is on the edge: half of it is asked for. */
        CLARKE_TRY(gate_pair(cli, t, how, &slowed, 9, 0.025, &gate));
        *rows += gate.rows;
        *alarms += gate.slower + gate.faster;
    }
    return CLARKE_OK;
}

static clarke_status gate_count_trial(const clarke_cli *cli, const clarke_bench_targets *t,
                                      size_t extra, double deadline, size_t *alarms)
{
    clarke_bench base, slowed;
    clarke_gate gate;
    CLARKE_TRY(clarke_bench_open(cli->mem, &base));
    CLARKE_TRY(clarke_bench_open(cli->mem, &slowed));
    clarke_status status = clarke_bench_count(cli, t, 0, deadline, &base);
    if (status == CLARKE_OK) status = clarke_bench_count(cli, t, extra, deadline, &slowed);
    if (status == CLARKE_OK) status = clarke_gate_counts(&base, &slowed, 0.03, cli->mem, &gate);
    if (status == CLARKE_OK) *alarms = gate.slower + gate.faster;
    clarke_bench_close(&base);
    clarke_bench_close(&slowed);
    return status;
}

/* Few kernels whose time is steady: the gate is tested, not they. */
static clarke_status gate_selftest_targets(const clarke_cli *cli, bool counting,
                                           clarke_bench_targets *t)
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

/* "| 10 % | 35 of 36 (97 %) |". */
static void gate_share(FILE *out, double slow_down, size_t seen, size_t of)
{
    if (!isnan(slow_down)) fprintf(out, "| %.0f %% |", slow_down);
    fprintf(out, " %zu of %zu (%.0f %%) |", seen, of, 100.0 * (double)seen / (double)of);
}

clarke_status clarke_bench_selftest(clarke_cli *cli)
{
    enum { KINDS = sizeof gate_extra / sizeof gate_extra[0] };
    clarke_bench_targets timed, counted;
    size_t trials, rows[KINDS], alarms[KINDS], counts[KINDS];
    FILE *out;
    CLARKE_TRY(clarke_cli_count(cli, "trials", 4, &trials));
    if (trials < 1 || trials > 1000)
        return clarke_fail(CLARKE_EINPUT, "--trials: %zu is outside 1 to 1000", trials);
    CLARKE_TRY(gate_selftest_targets(cli, false, &timed));
    CLARKE_TRY(gate_selftest_targets(cli, true, &counted));
    const clarke_bench_process how = {.program = clarke_bench_self(cli),
                                      .shortest = 1e-3,
                                      .repetitions = 11,
                                      .longest = 0.06,
                                      .deadline = clarke_bench_now() + cli->timeout};
    for (size_t k = 0; k < KINDS; k++) {
        CLARKE_TRY(gate_trial(cli, &timed, &how, gate_extra[k], trials, &rows[k], &alarms[k]));
        CLARKE_TRY(gate_count_trial(cli, &counted, gate_extra[k], how.deadline, &counts[k]));
    }
    CLARKE_TRY(clarke_cli_open(cli, &out));
    fprintf(
        out,
        "%zu comparisons of nine processes against nine for each slow-down; what was put in is\n"
        "seen, or with 0 %% is a false alarm, in so many rows:\n\n"
        "| slow-down | by time | by counts |\n|---|---|---|\n",
        trials);
    for (size_t k = 0; k < KINDS; k++) {
        gate_share(out, gate_slow_down(gate_extra[k]), alarms[k], rows[k]);
        gate_share(out, NAN, counts[k], counted.count);
        fputc('\n', out);
        /* Counts have no noise: every one of these must be seen, and nothing else. */
        if (counts[k] != (gate_extra[k] ? counted.count : 0)) cli->exit_status = 1;
    }
    return clarke_cli_close(cli, out);
}
