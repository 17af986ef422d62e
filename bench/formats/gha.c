/* What github-action-benchmark reads as customSmallerIsBetter: a list of objects with `name`,
   `unit`, `value`, and optionally `range` and `extra`, all texts but the value. */
#include "bench/results.h"

#include "bench/statistics.h"

#include <string.h>

static clarke_status gha_row(const clarke_bench *b, const clarke_bench_row *r, json_t *o)
{
    char text[128];
    double cpu[CLARKE_BENCH_PROCESSES_MAX];
    snprintf(text, sizeof text, "%s/%s", r->kernel, r->size);
    CLARKE_TRY(clarke_json_set_text(o, "name", text));
    CLARKE_TRY(clarke_json_set_text(o, "unit", "ns"));
    CLARKE_TRY(clarke_json_set_real(o, "value", 1e9 * clarke_bench_cpu(r)));
    if (r->processes > 0) {
        memcpy(cpu, r->cpu, r->processes * sizeof *cpu);
        const clarke_median m = clarke_median_of(r->processes, cpu);
        snprintf(text, sizeof text, "%.3g to %.3g", 1e9 * m.low, 1e9 * m.high);
        CLARKE_TRY(clarke_json_set_text(o, "range", text));
    }
    const double share = clarke_bench_share(b, r);
    if (!isfinite(share)) return CLARKE_OK;
    snprintf(text, sizeof text, "%.0f %% of the %s reference", 100.0 * share,
             clarke_bound_text(r->bound));
    return clarke_json_set_text(o, "extra", text);
}

static clarke_status gha_write(const clarke_bench *b, FILE *out)
{
    json_t *rows = json_array();
    clarke_status status = rows ? CLARKE_OK : clarke_fail(CLARKE_ENOMEM, "out of memory");
    for (size_t i = 0; status == CLARKE_OK && i < b->rows; i++) {
        json_t *o = json_object();
        if (json_array_append_new(rows, o) != 0)
            status = clarke_fail(CLARKE_ENOMEM, "out of memory");
        else
            status = gha_row(b, &b->row[i], o);
    }
    if (status == CLARKE_OK) status = clarke_json_write(rows, out);
    json_decref(rows);
    return status;
}

const clarke_format_desc clarke_format_gha = {
    .title = "github-action-benchmark, customSmallerIsBetter",
    .ending = "json",
    .rules = "a list of {name, unit, value[, range, extra]}",
    .write = gha_write,
};
