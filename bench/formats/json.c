/* Clarke's own document, which --baseline reads: docs/schemas/bench.schema.json. */
#include "bench/results.h"

static clarke_status json_write(const clarke_bench *b, FILE *out)
{
    json_t *document = clarke_bench_json(b);
    if (!document) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = clarke_json_write(document, out);
    json_decref(document);
    return status;
}

const clarke_format_desc clarke_format_json = {
    .title = "every process's times, strict JSON",
    .ending = "json",
    .rules = "docs/schemas/bench.schema.json",
    .write = json_write,
};
