#include "cli/lib/bench_gate.h"
#include "cli/lib/bench_turns.h"

#include "bench/gate.h"

#include <stdlib.h>
#include <string.h>

enum { FRESH = 12 }; /* processes that time a suspect again */

double clarke_bench_alpha(const clarke_cli *cli)
{
    return isnan(cli->alpha) ? 0.05 : cli->alpha;
}

clarke_status clarke_bench_least(const clarke_cli *cli, double fallback, double *least)
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
    return clarke_bench_least(cli, 0.05, &least);
}

static void gate_line(FILE *out, const clarke_gate_row *r)
{
    fprintf(out, "  %-10s %s at %s", clarke_gate_text(r->verdict), r->kernel, r->size);
    if (isfinite(r->effect)) fprintf(out, ": %+.1f %%", 100.0 * r->effect);
    if (isfinite(r->low)) fprintf(out, " (%+.1f to %+.1f)", 100.0 * r->low, 100.0 * r->high);
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
    CLARKE_TRY(clarke_gate_times(base, &fresh, clarke_bench_alpha(cli), least,
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
    CLARKE_TRY(clarke_bench_least(cli, counts ? 0.03 : 0.05, &least));
    const char *refused = NULL;
    if (counts) {
        CLARKE_TRY(clarke_gate_counts(base, now, least, cli->mem, &gate));
    } else {
        CLARKE_TRY(
            clarke_gate_times(base, now, clarke_bench_alpha(cli), least, 0, cli->mem, &gate));
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
    CLARKE_TRY(clarke_bench_least(cli, counts ? 0.03 : 0.05, &least));
    const char *refused = counts ? NULL : gate_machine(cli, base, now, least);
    if (counts)
        CLARKE_TRY(clarke_gate_counts(base, now, least, cli->mem, &gate));
    else
        CLARKE_TRY(
            clarke_gate_times(base, now, clarke_bench_alpha(cli), least, 0, cli->mem, &gate));
    cli->exit_status = gate_status(&gate, refused, counts);
    gate_say(out, &gate, least, refused);
    return CLARKE_OK;
}

/* ---- against a program ---- */

/* "; half of the pairs ...": what the noise of this very comparison lets one expect of a row that is
   slowed down. */
static clarke_status gate_expect(const clarke_cli *cli, const clarke_turns_plan *plan,
                                 const clarke_pairs *p, FILE *out)
{
    enum { NOISE = 4096, TRIALS = 400 };
    static const double slow_down[] = {0.1, 0.25};
    double *noise = clarke_vec(cli->mem, NOISE);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    const size_t count = clarke_pairs_noise(p, NOISE, noise);
    fprintf(out, "half of the pairs are off by at most %.2g %%",
            100.0 * clarke_pairs_spread(count, noise, cli->mem));
    for (size_t k = 0; k < sizeof slow_down / sizeof slow_down[0]; k++) {
        const clarke_pairs_trial trial = {.rows = 1,
                                          .screens = plan->screens,
                                          .alpha = plan->alpha,
                                          .least = plan->least,
                                          .effect = slow_down[k]};
        clarke_pairs_called called;
        CLARKE_TRY(clarke_pairs_expect(&trial, count, noise, TRIALS, &called));
        fprintf(out,
                k == 0 ? "; a row slower by %.0f %% would be called in %.0f %% of comparisons"
                       : ", by %.0f %% in %.0f %%",
                100.0 * slow_down[k], 100.0 * (double)called.rows / (double)TRIALS);
    }
    fputc('\n', out);
    return CLARKE_OK;
}

/* Rows that one of the programs does not have are named, after those that are compared. */
typedef struct {
    clarke_bench_targets both;
    clarke_gate alone;
} gate_sides;

static void gate_alone(gate_sides *s, const char *kernel, const char *size,
                       clarke_gate_verdict verdict)
{
    s->alone.missing += verdict == CLARKE_GATE_MISSING;
    s->alone.fresh += verdict == CLARKE_GATE_NEW;
    s->alone.row[s->alone.rows++] = (clarke_gate_row){kernel, size, verdict, NAN, NAN, NAN, NAN};
}

/* old[count], "KERNEL/SIZE", is what the other program has. */
static clarke_status gate_split(const clarke_cli *cli, const clarke_bench_targets *t,
                                const char *const *old, size_t count, gate_sides *s)
{
    clarke_bench_target *both = clarke_alloc_array(cli->mem, t->count + 1, sizeof *both);
    bool *known = clarke_alloc_array(cli->mem, count + 1, sizeof *known);
    *s = (gate_sides){.both.target = both};
    s->alone.row = clarke_alloc_array(cli->mem, t->count + count + 1, sizeof *s->alone.row);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    for (size_t i = 0; i < t->count; i++) {
        char name[512];
        size_t at = 0;
        snprintf(name, sizeof name, "%s/%s", t->target[i].kernel, t->target[i].size);
        while (at < count && strcmp(old[at], name) != 0) at++;
        known[at] = true;
        if (at < count)
            both[s->both.count++] = t->target[i];
        else
            gate_alone(s, t->target[i].kernel, t->target[i].size, CLARKE_GATE_NEW);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t length = strcspn(old[i], "/");
        const char *kernel = clarke_arena_printf(cli->mem, "%.*s", (int)length, old[i]);
        CLARKE_TRY(clarke_arena_status(cli->mem));
        if (!known[i] && old[i][length] && clarke_bench_matches(cli, kernel))
            gate_alone(s, kernel, old[i] + length + 1, CLARKE_GATE_MISSING);
    }
    return CLARKE_OK;
}

/* The pairs' verdicts, then the rows that stand alone. */
static clarke_status gate_together(const clarke_cli *cli, const clarke_pairs *p,
                                   const gate_sides *s, clarke_gate *gate)
{
    clarke_gate paired;
    CLARKE_TRY(clarke_pairs_gate(p, cli->mem, &paired));
    *gate = paired;
    gate->rows = paired.rows + s->alone.rows;
    gate->missing = s->alone.missing;
    gate->fresh = s->alone.fresh;
    gate->row = clarke_alloc_array(cli->mem, gate->rows + 1, sizeof *gate->row);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    for (size_t i = 0; i < gate->rows; i++)
        gate->row[i] = i < paired.rows ? paired.row[i] : s->alone.row[i - paired.rows];
    return CLARKE_OK;
}

clarke_status clarke_bench_against(clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_bench_process *how, size_t screens)
{
    clarke_bench_process other = *how;
    clarke_turns_plan plan = {
        .old = &other, .now = how, .screens = screens, .alpha = clarke_bench_alpha(cli)};
    const char *const *old;
    size_t count;
    clarke_pairs pairs;
    gate_sides sides;
    clarke_gate gate;
    FILE *out;
    other.program = clarke_cli_value(cli, "against");
    CLARKE_TRY(clarke_bench_least(cli, 0.05, &plan.least));
    CLARKE_TRY(clarke_turns_list(cli, &other, &old, &count));
    CLARKE_TRY(gate_split(cli, t, old, count, &sides));
    CLARKE_TRY(clarke_turns_compare(cli, &sides.both, &plan, &pairs));
    CLARKE_TRY(gate_together(cli, &pairs, &sides, &gate));
    cli->exit_status = gate_status(&gate, NULL, false);
    CLARKE_TRY(clarke_cli_open(cli, &out));
    gate_say(out, &gate, plan.least, NULL);
    const clarke_status status = sides.both.count > 0 ? gate_expect(cli, &plan, &pairs, out)
                                                      : CLARKE_OK;
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}
