/* The document of google-benchmark's --benchmark_format=json: a context, and in `benchmarks` a row
   an iteration run with its aggregate_name where it is one. Times are in nanoseconds. */
#include "bench/results.h"

static clarke_status gbench_row(const clarke_bench *b, const clarke_bench_row *r, json_t *o)
{
    char name[256];
    snprintf(name, sizeof name, "%s/%s", r->kernel, r->size);
    CLARKE_TRY(clarke_json_set_text(o, "name", name));
    CLARKE_TRY(clarke_json_set_text(o, "run_name", name));
    CLARKE_TRY(clarke_json_set_text(o, "run_type", "aggregate"));
    CLARKE_TRY(clarke_json_set_text(o, "aggregate_name", "median"));
    CLARKE_TRY(clarke_json_set_text(o, "aggregate_unit", "time"));
    CLARKE_TRY(clarke_json_set_text(o, "time_unit", "ns"));
    CLARKE_TRY(clarke_json_set_count(o, "repetitions", r->processes));
    CLARKE_TRY(clarke_json_set_count(o, "iterations", r->processes));
    CLARKE_TRY(clarke_json_set_count(o, "threads", 1));
    CLARKE_TRY(clarke_json_set_real(o, "real_time", 1e9 * clarke_bench_wall(r)));
    CLARKE_TRY(clarke_json_set_real(o, "cpu_time", 1e9 * clarke_bench_cpu(r)));
    if (r->bytes > 0.0)
        CLARKE_TRY(clarke_json_set_real(o, "bytes_per_second", r->bytes / clarke_bench_cpu(r)));
    if (r->elements > 0.0)
        CLARKE_TRY(clarke_json_set_real(o, "items_per_second", r->elements / clarke_bench_cpu(r)));
    const double share = clarke_bench_share(b, r);
    return isfinite(share) ? clarke_json_set_real(o, "share", share) : CLARKE_OK;
}

static clarke_status gbench_fill(const clarke_bench *b, json_t *document)
{
    json_t *context = json_object(), *rows = json_array();
    CLARKE_TRY(clarke_json_set_new(document, "context", context));
    CLARKE_TRY(clarke_json_set_new(document, "benchmarks", rows));
    CLARKE_TRY(clarke_json_set_text(context, "executable", "clarke"));
    CLARKE_TRY(clarke_json_set_text(context, "library_build_type", "release"));
    CLARKE_TRY(clarke_json_set_text(context, "cpu",
                                    json_string_value(json_object_get(b->machine, "cpu"))));
    for (size_t i = 0; i < b->rows; i++) {
        json_t *o = json_object();
        if (json_array_append_new(rows, o) != 0) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        CLARKE_TRY(gbench_row(b, &b->row[i], o));
    }
    return CLARKE_OK;
}

static clarke_status gbench_write(const clarke_bench *b, FILE *out)
{
    json_t *document = json_object();
    clarke_status status = gbench_fill(b, document);
    if (status == CLARKE_OK) status = clarke_json_write(document, out);
    json_decref(document);
    return status;
}

const clarke_format_desc clarke_format_gbench = {
    .title = "google-benchmark's JSON",
    .ending = "json",
    .rules = "google-benchmark's compare.py: name, run_type, real_time, cpu_time, time_unit",
    .write = gbench_write,
};
