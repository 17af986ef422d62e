#include "cli/lib/bench.h"
#include "cli/lib/bench_turns.h"
#include "cli/lib/process.h"

#include "bench/sizes.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double clarke_bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

clarke_status clarke_bench_go_on(const clarke_cli *cli, double deadline)
{
    if (atomic_load(cli->cancel)) return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
    if (clarke_bench_now() <= deadline) return CLARKE_OK;
    return clarke_fail(CLARKE_EINTERRUPTED, "the time given by --timeout is over");
}

const char *clarke_bench_self(const clarke_cli *cli)
{
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) return cli->argv[0];
    path[length] = '\0';
    return clarke_arena_copy_text(cli->mem, path);
}

/* ---- which ---- */

bool clarke_bench_matches(const clarke_cli *cli, const char *id)
{
    bool any = false;
    for (size_t i = 0; i < cli->givens; i++) {
        if (strcmp(cli->given[i].option->name, "kernel") != 0) continue;
        any = true;
        if (fnmatch(cli->given[i].value, id, 0) == 0) return true;
    }
    return !any;
}

static const char *bench_kernel_at(const void *registry, size_t i)
{
    return ((const clarke_registry *)registry)->entry[i].id;
}

/* A pattern without a star that names no kernel is a slip of the pen. */
static clarke_status bench_nothing(const clarke_cli *cli)
{
    char hint[256];
    const char *glob = clarke_cli_value(cli, "kernel");
    return clarke_fail(CLARKE_EUSAGE, "no kernel matches '%s'%s", glob ? glob : "",
                       clarke_suggest(glob ? glob : "", bench_kernel_at, &clarke_kernels, hint));
}

/* One kernel at its sizes. */
static void bench_sizes(const clarke_cli *cli, bool counting, const clarke_bench_target *which,
                        clarke_bench_target *target, size_t *count)
{
    const clarke_kernel_desc *desc = which->desc;
    clarke_kernel_size size[CLARKE_KERNEL_SIZES_MAX];
    size_t sizes = clarke_kernel_sizes(desc, cli->mem, size);
    if (counting) {
        size[0].label = clarke_arena_printf(cli->mem, "n=%zu", desc->count_size);
        size[0].n = desc->count_size;
        sizes = 1;
    }
    for (size_t i = 0; i < sizes; i++) {
        target[*count] = *which;
        target[*count].size = size[i].label;
        target[(*count)++].n = size[i].n;
    }
}

clarke_status clarke_bench_choose(const clarke_cli *cli, bool counting, clarke_bench_targets *t)
{
    size_t room = 1, count = 0;
    for (size_t k = 0; k < clarke_kernels.count; k++) {
        const clarke_kernel_desc *desc = clarke_kernels.entry[k].desc;
        room += CLARKE_KERNEL_SIZES_MAX * (desc->each ? desc->each->count : 1);
    }
    clarke_bench_target *target = clarke_alloc_array(cli->mem, room, sizeof *target);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    for (size_t k = 0; k < clarke_kernels.count; k++) {
        const char *id = clarke_kernels.entry[k].id;
        const clarke_kernel_desc *desc = clarke_kernels.entry[k].desc;
        for (size_t i = 0; i < (desc->each ? desc->each->count : 1); i++) {
            const char *item = desc->each ? desc->each->entry[i].id : NULL;
            const char *name = item ? clarke_arena_printf(cli->mem, "%s:%s", id, item) : id;
            const clarke_bench_target which = {.kernel = name, .desc = desc, .item = item};
            CLARKE_TRY(clarke_arena_status(cli->mem));
            if (clarke_bench_matches(cli, name) && !(counting && desc->count_size == 0))
                bench_sizes(cli, counting, &which, target, &count);
        }
    }
    *t = (clarke_bench_targets){count, target};
    CLARKE_TRY(clarke_arena_status(cli->mem));
    return count > 0 ? CLARKE_OK : bench_nothing(cli);
}

/* ---- a process of its own ---- */

/* {"kernel":...,"size":...,"wall":...}: what clarke_bench_work writes. */
static clarke_status bench_take(const char *line, const char *program,
                                const clarke_bench_targets *t, clarke_bench *b)
{
    json_t *o;
    CLARKE_TRY(clarke_json_parse(line, strlen(line), program, &o));
    const char *kernel = json_string_value(json_object_get(o, "kernel"));
    const char *size = json_string_value(json_object_get(o, "size"));
    clarke_timing timing = {.wall = json_number_value(json_object_get(o, "wall")),
                            .cpu = json_number_value(json_object_get(o, "cpu")),
                            .elements = json_number_value(json_object_get(o, "elements")),
                            .bytes = json_number_value(json_object_get(o, "bytes")),
                            .flops = json_number_value(json_object_get(o, "flops"))};
    clarke_status status = clarke_fail(CLARKE_EIO, "'%s' answered what was not asked", program);
    for (size_t i = 0; kernel && size && i < t->count; i++)
        if (strcmp(t->target[i].kernel, kernel) == 0 && strcmp(t->target[i].size, size) == 0)
            status = clarke_bench_take(b, kernel, t->target[i].size, t->target[i].n,
                                       t->target[i].desc->bound, &timing);
    json_decref(o);
    return status;
}

static clarke_status bench_listen(const clarke_cli *cli, FILE *from,
                                  const clarke_bench_process *how, const clarke_bench_targets *t,
                                  clarke_bench *b)
{
    char line[4096];
    while (fgets(line, sizeof line, from)) {
        line[strcspn(line, "\n")] = '\0';
        CLARKE_TRY(bench_take(line, how->program, t, b));
        CLARKE_TRY(clarke_bench_go_on(cli, how->deadline));
    }
    return CLARKE_OK;
}

clarke_status clarke_bench_spawn(const clarke_cli *cli, const clarke_bench_targets *t,
                                 const clarke_bench_process *how, size_t first, clarke_bench *b)
{
    const char **argv = clarke_alloc_array(cli->mem, 2 * t->count + 10, sizeof *argv);
    size_t argc = 0;
    pid_t child;
    FILE *from;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    argv[argc++] = how->program;
    argv[argc++] = "bench";
    argv[argc++] = "--worker";
    argv[argc++] = clarke_arena_printf(cli->mem, "%zu,%.17g,%.17g,%zu", how->repetitions,
                                       how->shortest, how->longest, how->extra);
    for (size_t i = 0; i < t->count; i++) {
        const clarke_bench_target *target = &t->target[(first + i) % t->count];
        argv[argc++] = "--row";
        argv[argc++] = clarke_arena_printf(cli->mem, "%s/%s", target->kernel, target->size);
    }
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_process_start(argv, cli->mem, &child, &from));
    return clarke_process_end(how->program, child, from, bench_listen(cli, from, how, t, b));
}

/* ---- what that process does ---- */

/* "norm/L1", "iteration:sgd/n=64". */
clarke_status clarke_bench_row_parse(const clarke_cli *cli, const char *text,
                                     clarke_bench_target *t)
{
    const void *found;
    const char *slash = strchr(text, '/');
    clarke_kernel_size size;
    if (!slash) return clarke_fail(CLARKE_EUSAGE, "--row: '%s' should read KERNEL/SIZE", text);
    *t = (clarke_bench_target){
        .kernel = clarke_arena_printf(cli->mem, "%.*s", (int)(slash - text), text)};
    CLARKE_TRY(clarke_arena_status(cli->mem));
    const char *colon = strchr(t->kernel, ':');
    const char *id =
        colon ? clarke_arena_printf(cli->mem, "%.*s", (int)(colon - t->kernel), t->kernel)
              : t->kernel;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_registry_find(&clarke_kernels, id, &found));
    t->desc = found;
    t->item = colon ? colon + 1 : NULL;
    if (!t->item != !t->desc->each)
        return clarke_fail(CLARKE_EINPUT, "--row: %s %s", id,
                           t->item ? "has no items"
                                   : "needs an item, as "
                                     "KERNEL:ITEM/SIZE");
    if (t->item) CLARKE_TRY(clarke_registry_find(t->desc->each, t->item, &found));
    t->size = slash + 1;
    if (clarke_kernel_size_find(t->desc, t->size, cli->mem, &size) == CLARKE_OK) {
        t->n = size.n;
        return CLARKE_OK;
    }
    /* Any other number of units, for counting and for those who are curious. */
    if (strncmp(t->size, "n=", 2) != 0)
        return clarke_fail(CLARKE_EINPUT, "--row: %s has no size '%s'", t->kernel, t->size);
    return clarke_parse_count(t->size + 2, "--row: n", &t->n);
}

static clarke_status bench_say(FILE *out, const char *kernel, const char *size,
                               const clarke_timing *t)
{
    json_t *o = json_object();
    clarke_status status = clarke_json_set_text(o, "kernel", kernel);
    if (status == CLARKE_OK) status = clarke_json_set_text(o, "size", size);
    if (status == CLARKE_OK) status = clarke_json_set_real(o, "wall", t->wall);
    if (status == CLARKE_OK) status = clarke_json_set_real(o, "cpu", t->cpu);
    if (status == CLARKE_OK) status = clarke_json_set_real(o, "elements", t->elements);
    if (status == CLARKE_OK) status = clarke_json_set_real(o, "bytes", t->bytes);
    if (status == CLARKE_OK) status = clarke_json_set_real(o, "flops", t->flops);
    if (status == CLARKE_OK) status = clarke_json_write(o, out);
    json_decref(o);
    if (status == CLARKE_OK && fflush(out) != 0)
        status = clarke_fail(CLARKE_EIO, "the answer cannot be written");
    return status;
}

/* --worker "repetitions,shortest,longest,extra"; --worker "call,calls,extra" only calls, to be counted;
   --worker "turns,shortest,extra,processor" is told on its standard input what to do next. */
clarke_status clarke_bench_work(const clarke_cli *cli, FILE *out)
{
    const char *text = clarke_cli_value(cli, "worker");
    clarke_timing_options options = {0};
    size_t calls = 0, processor;
    if (sscanf(text, "turns,%lf,%zu,%zu", &options.shortest, &options.extra, &processor) == 3)
        return clarke_turns_work(cli, &options, processor, out);
    if (sscanf(text, "call,%zu,%zu", &calls, &options.extra) != 2 &&
        sscanf(text, "%zu,%lf,%lf,%zu", &options.repetitions, &options.shortest, &options.longest,
               &options.extra) != 4)
        return clarke_fail(CLARKE_EUSAGE, "--worker: '%s' is for clarke itself to write", text);
    for (size_t i = 0; i < cli->givens; i++) {
        clarke_bench_target target;
        clarke_timing timing;
        if (strcmp(cli->given[i].option->name, "row") != 0) continue;
        CLARKE_TRY(clarke_bench_row_parse(cli, cli->given[i].value, &target));
        if (calls > 0) {
            CLARKE_TRY(
                clarke_call_kernel(target.desc, target.item, target.n, calls, options.extra));
            continue;
        }
        CLARKE_TRY(clarke_time_kernel(target.desc, target.item, target.n, &options, &timing));
        CLARKE_TRY(bench_say(out, target.kernel, target.size, &timing));
    }
    return CLARKE_OK;
}

/* ---- instructions ---- */

/* callgrind's file ends with "totals: N" (3.19) or has "summary: N". */
static clarke_status bench_read_count(const char *path, double *count)
{
    char line[4096];
    FILE *in = fopen(path, "r");
    *count = NAN;
    while (in && fgets(line, sizeof line, in)) {
        if (sscanf(line, "totals: %lf", count) == 1) break;
        if (sscanf(line, "summary: %lf", count) == 1) break;
    }
    if (in) fclose(in);
    return *count > 0.0 ? CLARKE_OK
                        : clarke_fail(CLARKE_EIO, "callgrind counted no instruction of the kernel");
}

static clarke_status bench_count_one(const clarke_cli *cli, const clarke_bench_target *target,
                                     size_t calls, size_t extra, const char *path, double *count)
{
    const char *const argv[] = {
        "valgrind",
        "-q",
        "--tool=callgrind",
        "--toggle-collect=clarke_kernel_call",
        clarke_arena_printf(cli->mem, "--callgrind-out-file=%s", path),
        clarke_bench_self(cli),
        "bench",
        "--worker",
        clarke_arena_printf(cli->mem, "call,%zu,%zu", calls, extra),
        "--row",
        clarke_arena_printf(cli->mem, "%s/%s", target->kernel, target->size),
        NULL};
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_process_execute(argv, cli->mem,
                                      "instructions are counted by valgrind, which is not here; "
                                      "apt-get install valgrind brings it"));
    return bench_read_count(path, count);
}

clarke_status clarke_bench_count(const clarke_cli *cli, const clarke_bench_targets *t, size_t extra,
                                 double deadline, clarke_bench *b)
{
    char path[] = "/tmp/clarke-count-XXXXXX";
    const int file = mkstemp(path);
    const size_t calls = extra > 0 ? extra : 1;
    clarke_status status = CLARKE_OK;
    if (file < 0) return clarke_fail(CLARKE_EIO, "a temporary file cannot be made");
    close(file);
    for (size_t i = 0; status == CLARKE_OK && i < t->count; i++) {
        const clarke_bench_target *target = &t->target[i];
        double count = NAN;
        status = bench_count_one(cli, target, calls, extra, path, &count);
        clarke_bench_row *row = clarke_bench_add(b, target->kernel, target->size);
        if (!row) status = clarke_fail(CLARKE_ENOMEM, "out of memory");
        if (status == CLARKE_OK) {
            row->n = target->n;
            row->bound = target->desc->bound;
            row->count = count / (double)calls;
        }
        if (status == CLARKE_OK) status = clarke_bench_go_on(cli, deadline);
    }
    unlink(path);
    return status;
}
