/* One row a kernel and size: medians over the processes, in seconds of one call. */
#include "bench/results.h"

static void csv_number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, ",%.9g", value);
    else
        fputc(',', out);
}

static clarke_status csv_write(const clarke_bench *b, FILE *out)
{
    fprintf(out,
            "kernel,size,n,bound,processes,elements,bytes,flops,wall,cpu,share,instructions\n");
    for (size_t i = 0; i < b->rows; i++) {
        const clarke_bench_row *r = &b->row[i];
        fprintf(out, "%s,%s,%zu,%s,%zu", r->kernel, r->size, r->n, clarke_bound_text(r->bound),
                r->processes);
        const double value[] = {r->elements,
                                r->bytes,
                                r->flops,
                                clarke_bench_wall(r),
                                clarke_bench_cpu(r),
                                clarke_bench_share(b, r),
                                r->count};
        for (size_t k = 0; k < sizeof value / sizeof value[0]; k++) csv_number(out, value[k]);
        fputc('\n', out);
    }
    return CLARKE_OK;
}

const clarke_format_desc clarke_format_csv = {
    .title = "one line a kernel and size",
    .ending = "csv",
    .rules = "RFC 4180; an empty field is a number that was not measured",
    .write = csv_write,
};
