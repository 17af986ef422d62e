/* Bencher Metric Format: {"benchmark": {"measure": {"value": v, "lower_value": l, "upper_value":
   u}}}. The measure `latency` is in nanoseconds, `instructions` is a count. */
#include "bench/results.h"

#include "bench/statistics.h"

#include <string.h>

static clarke_status bmf_latency(const clarke_bench_row *r, json_t *measures)
{
    double cpu[CLARKE_BENCH_PROCESSES_MAX];
    json_t *latency = json_object();
    CLARKE_TRY(clarke_json_set_new(measures, "latency", latency));
    memcpy(cpu, r->cpu, r->processes * sizeof *cpu);
    const clarke_median m = clarke_median_of(r->processes, cpu);
    CLARKE_TRY(clarke_json_set_real(latency, "value", 1e9 * m.median));
    CLARKE_TRY(clarke_json_set_real(latency, "lower_value", 1e9 * m.low));
    return clarke_json_set_real(latency, "upper_value", 1e9 * m.high);
}

static clarke_status bmf_row(const clarke_bench_row *r, json_t *document)
{
    char name[256];
    json_t *measures = json_object();
    snprintf(name, sizeof name, "%s/%s", r->kernel, r->size);
    CLARKE_TRY(clarke_json_set_new(document, name, measures));
    if (r->processes > 0) CLARKE_TRY(bmf_latency(r, measures));
    if (isnan(r->count)) return CLARKE_OK;
    json_t *count = json_object();
    CLARKE_TRY(clarke_json_set_new(measures, "instructions", count));
    return clarke_json_set_real(count, "value", r->count);
}

static clarke_status bmf_write(const clarke_bench *b, FILE *out)
{
    json_t *document = json_object();
    clarke_status status = document ? CLARKE_OK : clarke_fail(CLARKE_ENOMEM, "out of memory");
    for (size_t i = 0; status == CLARKE_OK && i < b->rows; i++)
        status = bmf_row(&b->row[i], document);
    if (status == CLARKE_OK) status = clarke_json_write(document, out);
    json_decref(document);
    return status;
}

const clarke_format_desc clarke_format_bmf = {
    .title = "Bencher Metric Format",
    .ending = "json",
    .rules = "benchmark -> measure -> {value[, lower_value, upper_value]}",
    .write = bmf_write,
};
