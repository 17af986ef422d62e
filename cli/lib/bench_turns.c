#define _GNU_SOURCE /* sched_setaffinity */
#include "cli/lib/bench_turns.h"
#include "cli/lib/process.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <sched.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

enum { ROUNDS = 6, ROUNDS_LEAST = 2 };

/* ---- the two that are told ---- */

typedef struct {
    const char *program;
    pid_t child;
    FILE *to, *from;
} side;

static clarke_status turns_none(const side *s)
{
    return clarke_fail(CLARKE_EINPUT, "'%s' takes no turns; is it a clarke like this one?",
                       s->program);
}

/* The number that is answered. */
static clarke_status turns_ask(side *s, const char *question, double *answer)
{
    char line[128], *end;
    fputs(question, s->to);
    if (fflush(s->to) != 0 || !fgets(line, sizeof line, s->from)) return turns_none(s);
    *answer = strtod(line, &end);
    if (end > line && *end == '\n' && *answer >= 0.0 && isfinite(*answer)) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "'%s' answered what was not asked", s->program);
}

static clarke_status turns_start(const clarke_cli *cli, const clarke_bench_process *how,
                                 size_t processor, side *s)
{
    const char *const argv[] = {
        how->program, "bench", "--worker",
        clarke_arena_printf(cli->mem, "turns,%.17g,%zu,%zu", how->shortest, how->extra, processor),
        NULL};
    *s = (side){.program = how->program};
    CLARKE_TRY(clarke_arena_status(cli->mem));
    return clarke_process_converse(argv, cli->mem, &s->child, &s->to, &s->from);
}

static clarke_status turns_end(side *s, clarke_status status)
{
    fclose(s->to);
    return clarke_process_end(s->program, s->child, s->from, status);
}

static clarke_status turns_names(const clarke_cli *cli, side *s, const char **row, size_t room,
                                 size_t *count)
{
    char line[512];
    fputs("list\n", s->to);
    if (fflush(s->to) != 0) return turns_none(s);
    for (*count = 0; *count < room && fgets(line, sizeof line, s->from);) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, ".") == 0) return clarke_arena_status(cli->mem);
        row[(*count)++] = clarke_arena_copy_text(cli->mem, line);
    }
    return turns_none(s);
}

clarke_status clarke_turns_list(const clarke_cli *cli, const clarke_bench_process *how,
                                const char *const **rows, size_t *count)
{
    enum { ROOM = 10000 };
    const char **row = clarke_alloc_array(cli->mem, ROOM, sizeof *row);
    side s;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(turns_start(cli, how, 0, &s));
    *rows = row;
    return turns_end(&s, turns_names(cli, &s, row, ROOM, count));
}

/* ---- a pair ---- */

/* ABBA, over and over, for as long as a row takes elsewhere: the median over the rounds of the
   logarithm of the second's time by the first's. */
static clarke_status turns_rounds(const clarke_cli *cli, const clarke_bench_process *how, side *a,
                                  side *b, double *log_ratio)
{
    double ratio[ROUNDS];
    size_t rounds = 0;
    const double begin = clarke_bench_now();
    while (rounds < ROUNDS &&
           (rounds < ROUNDS_LEAST || clarke_bench_now() - begin < 2.0 * how->longest)) {
        double first[2], second[2];
        CLARKE_TRY(turns_ask(a, "take\n", &first[0]));
        CLARKE_TRY(turns_ask(b, "take\n", &second[0]));
        CLARKE_TRY(turns_ask(b, "take\n", &second[1]));
        CLARKE_TRY(turns_ask(a, "take\n", &first[1]));
        ratio[rounds++] = 0.5 * log(second[0] / first[0] * (second[1] / first[1]));
        CLARKE_TRY(clarke_bench_go_on(cli, how->deadline));
    }
    gsl_sort(ratio, 1, rounds);
    *log_ratio = gsl_stats_median_from_sorted_data(ratio, 1, rounds);
    return CLARKE_OK;
}

static clarke_status turns_row(const clarke_cli *cli, const clarke_bench_target *target,
                               const clarke_bench_process *how, size_t group, side *a, side *b,
                               double *log_ratio)
{
    char question[512];
    double calls, same;
    snprintf(question, sizeof question, "open %s/%s %zu 0\n", target->kernel, target->size, group);
    CLARKE_TRY(turns_ask(a, question, &calls));
    snprintf(question, sizeof question, "open %s/%s %zu %.0f\n", target->kernel, target->size,
             group, calls);
    CLARKE_TRY(turns_ask(b, question, &same));
    CLARKE_TRY(turns_rounds(cli, how, a, b, log_ratio));
    CLARKE_TRY(turns_ask(a, "close\n", &same));
    return turns_ask(b, "close\n", &same);
}

/* ---- a comparison ---- */

typedef struct {
    const clarke_cli *cli;
    const clarke_bench_targets *targets;
    const clarke_turns_plan *plan;
    clarke_pairs *pairs;
    clarke_stream coins; /* which program begins */
    size_t taken;        /* pairs of processes so far */
    size_t group;        /* a repetition has a multiple of so many calls */
} comparison;

/* `turned`: the first side is the new program. */
static clarke_status turns_rows(const comparison *s, bool turned, bool screening, side *a, side *b)
{
    const clarke_bench_targets *t = s->targets;
    for (size_t k = 0; k < t->count; k++) {
        const size_t i = (k + s->taken * t->count / s->plan->screens) % t->count;
        double log_ratio;
        if (!s->pairs->row[i].open) continue;
        CLARKE_TRY(turns_row(s->cli, &t->target[i], s->plan->now, s->group, a, b, &log_ratio));
        if (!isfinite(log_ratio))
            return clarke_fail(CLARKE_EINPUT, "%s at %s takes no time", t->target[i].kernel,
                               t->target[i].size);
        clarke_pairs_put(&s->pairs->row[i], screening, turned ? -log_ratio : log_ratio);
    }
    return CLARKE_OK;
}

/* One more pair of processes times the rows that are open, each of which gets one more ratio. */
static clarke_status turns_pair(comparison *s, bool screening)
{
    side a, b;
    const clarke_turns_plan *plan = s->plan;
    const bool turned = clarke_stream_bits(&s->coins, s->taken, 0) & 1u;
    CLARKE_TRY(turns_start(s->cli, turned ? plan->now : plan->old, s->taken, &a));
    clarke_status status = turns_start(s->cli, turned ? plan->old : plan->now, s->taken, &b);
    if (status != CLARKE_OK) return turns_end(&a, status);
    status = turns_rows(s, turned, screening, &a, &b);
    s->taken++;
    status = turns_end(&a, status);
    return turns_end(&b, status);
}

static clarke_status turns_begin(const clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_turns_plan *plan, clarke_pairs *p, comparison *s)
{
    const size_t extra[] = {plan->old->extra, plan->now->extra};
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return clarke_fail(CLARKE_EIO, "there are no random numbers");
    *s = (comparison){.cli = cli,
                      .targets = t,
                      .plan = plan,
                      .pairs = p,
                      .coins = clarke_stream_make(seed, "", "", 0, 0, "which begins"),
                      .group = extra[0] > extra[1] ? extra[0] : extra[1]};
    CLARKE_TRY(clarke_pairs_open(t->count, cli->mem, p));
    for (size_t i = 0; i < t->count; i++) {
        p->row[i].kernel = t->target[i].kernel;
        p->row[i].size = t->target[i].size;
    }
    return CLARKE_OK;
}

clarke_status clarke_turns_compare(const clarke_cli *cli, const clarke_bench_targets *t,
                                   const clarke_turns_plan *plan, clarke_pairs *p)
{
    comparison s;
    CLARKE_TRY(turns_begin(cli, t, plan, p, &s));
    for (size_t k = 0; k < plan->screens; k++) CLARKE_TRY(turns_pair(&s, true));
    size_t open = clarke_pairs_screen(p, plan->least);
    for (size_t look = 1; open > 0; look++) {
        for (size_t k = 0; k < CLARKE_PAIRS_LOOK; k++) CLARKE_TRY(turns_pair(&s, false));
        CLARKE_TRY(clarke_pairs_look(p, look, plan->alpha, plan->least, cli->mem, &open));
    }
    return CLARKE_OK;
}

/* ---- what they do ---- */

/* Both on the same processor, so that it cannot make the difference; where that is refused they
   run where they are put. */
static void turns_pin(size_t processor)
{
    cpu_set_t allowed, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    size_t skip = processor % (size_t)CPU_COUNT(&allowed);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &allowed) || skip-- > 0) continue;
        CPU_SET(i, &one);
        sched_setaffinity(0, sizeof one, &one);
        return;
    }
}

static clarke_status turns_say(FILE *out, double answer)
{
    fprintf(out, "%.17g\n", answer);
    return fflush(out) == 0 ? CLARKE_OK : clarke_fail(CLARKE_EIO, "the answer cannot be written");
}

static clarke_status turns_open(const clarke_cli *cli, const char *line,
                                const clarke_timing_options *options, clarke_turns *t)
{
    char row[256];
    size_t group, calls;
    clarke_bench_target target;
    if (sscanf(line, "open %255s %zu %zu", row, &group, &calls) != 3 || t->desc)
        return clarke_fail(CLARKE_EUSAGE, "--worker: '%s' cannot be done", line);
    CLARKE_TRY(clarke_bench_row_parse(cli, row, &target));
    return clarke_turns_open(target.desc, target.item, target.n, options, group, calls, t);
}

static clarke_status turns_tell(const clarke_cli *cli, FILE *out)
{
    clarke_bench_targets t;
    CLARKE_TRY(clarke_bench_choose(cli, false, &t));
    for (size_t i = 0; i < t.count; i++)
        fprintf(out, "%s/%s\n", t.target[i].kernel, t.target[i].size);
    fputs(".\n", out);
    return fflush(out) == 0 ? CLARKE_OK : clarke_fail(CLARKE_EIO, "the answer cannot be written");
}

static clarke_status turns_obey(const clarke_cli *cli, const char *line,
                                const clarke_timing_options *options, clarke_turns *t, FILE *out)
{
    if (strcmp(line, "list") == 0) return turns_tell(cli, out);
    if (strcmp(line, "take") == 0 && t->desc) return turns_say(out, clarke_turns_take(t));
    if (strcmp(line, "close") == 0 && t->desc) {
        clarke_turns_close(t);
        t->desc = NULL;
        return turns_say(out, 0.0);
    }
    CLARKE_TRY(turns_open(cli, line, options, t));
    return turns_say(out, (double)t->calls);
}

clarke_status clarke_turns_work(const clarke_cli *cli, const clarke_timing_options *options,
                                size_t processor, FILE *out)
{
    char line[512];
    clarke_turns turns = {0};
    clarke_status status = CLARKE_OK;
    turns_pin(processor);
    while (status == CLARKE_OK && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        status = turns_obey(cli, line, options, &turns, out);
    }
    if (turns.desc) clarke_turns_close(&turns);
    return status;
}
