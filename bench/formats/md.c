/* The table that people read: in the terminal, and in a job's summary. */
#include "bench/results.h"

#include "bench/statistics.h"

#include <string.h>

static void md_time(char *text, size_t size, double seconds)
{
    static const struct {
        double unit;
        const char *name;
    } unit[] = {{1.0, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
    size_t i = 0;
    while (i < 3 && seconds < unit[i].unit) i++;
    snprintf(text, size, "%.3g %s", seconds / unit[i].unit, unit[i].name);
}

static void md_rate(char *text, size_t size, double amount, double seconds)
{
    if (amount > 0.0)
        snprintf(text, size, "%.3g", amount / seconds / 1e9);
    else
        snprintf(text, size, " ");
}

static void md_row(const clarke_bench *b, const clarke_bench_row *r, FILE *out)
{
    double cpu[CLARKE_BENCH_PROCESSES_MAX];
    char time[32], bytes[32], flops[32], share[64] = " ";
    memcpy(cpu, r->cpu, r->processes * sizeof *cpu);
    const clarke_median m = clarke_median_of(r->processes, cpu);
    const double reached = clarke_bench_share(b, r);
    md_time(time, sizeof time, m.median);
    md_rate(bytes, sizeof bytes, r->bytes, m.median);
    md_rate(flops, sizeof flops, r->flops, m.median);
    if (isfinite(reached))
        snprintf(share, sizeof share, "%.0f %% of %s", 100.0 * reached,
                 r->bound == CLARKE_BOUND_GEMM ? "gemm" : "triad");
    fprintf(out, "| %s | %s | %zu | %s | -%.0f/+%.0f %% | %.3g | %.3g | %s | %s | %s |\n",
            r->kernel, r->size, r->n, time, 100.0 * (1.0 - m.low / m.median),
            100.0 * (m.high / m.median - 1.0), clarke_bench_wall(r) / m.median,
            1e9 * m.median / r->elements, bytes, flops, share);
}

static void md_times(const clarke_bench *b, FILE *out)
{
    size_t processes = 0;
    for (size_t i = 0; i < b->rows; i++)
        if (b->row[i].processes > processes) processes = b->row[i].processes;
    if (processes == 0) return;
    fprintf(out,
            "CPU time of one call, median over %zu processes; the interval holds the true "
            "median with 95 %% confidence from 6 processes on.\n",
            processes);
    const double noise = clarke_bench_noise(b);
    if (isfinite(noise))
        fprintf(out,
                "Noise: the two halves of the processes differ by at most %.1f %% in 95 %% of the "
                "rows.\n",
                100.0 * noise);
    fprintf(out,
            "\n| kernel | size | n | time | interval | wall/CPU | ns per unit | GB/s | GFLOP/s "
            "| share |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < b->rows; i++)
        if (b->row[i].processes > 0) md_row(b, &b->row[i], out);
}

static void md_counts(const clarke_bench *b, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < b->rows; i++) {
        const clarke_bench_row *r = &b->row[i];
        if (isnan(r->count)) continue;
        if (!any)
            fprintf(out, "Instructions of one call, by callgrind.\n\n| kernel | size | "
                         "instructions |\n|---|---|---|\n");
        any = true;
        fprintf(out, "| %s | %s | %.0f |\n", r->kernel, r->size, r->count);
    }
}

static clarke_status md_write(const clarke_bench *b, FILE *out)
{
    const char *cpu = json_string_value(json_object_get(b->machine, "cpu"));
    const char *core = json_string_value(json_object_get(b->machine, "blas_core"));
    if (cpu) fprintf(out, "%s, BLAS core %s, one thread.\n", cpu, core ? core : "unknown");
    md_times(b, out);
    md_counts(b, out);
    return CLARKE_OK;
}

const clarke_format_desc clarke_format_md = {
    .title = "a table in Markdown",
    .ending = "md",
    .rules = "GitHub's tables",
    .write = md_write,
};
