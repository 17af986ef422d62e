/* The records as one JSON array, for programs that read no JSON lines. */
#include "engine/json.h"
#include "engine/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static clarke_status records_write(const clarke_results *results, FILE *out)
{
    fputs("[\n", out);
    for (size_t i = 0; i < results->count; i++) {
        char *text = json_dumps(results->result[i].json, CLARKE_JSON_FLAGS);
        if (!text) return clarke_fail(CLARKE_ENOMEM, "out of memory while writing JSON");
        fprintf(out, "%s%s\n", text, i + 1 < results->count ? "," : "");
        free(text);
    }
    fputs("]\n", out);
    return ferror(out) ? clarke_fail(CLARKE_EIO, "writing the report failed: %s", strerror(errno))
                       : CLARKE_OK;
}

const clarke_report_desc clarke_report_records = {
    .title = "the records as one JSON array, on request only",
    .ending = "json",
    .file = NULL,
    .write = records_write,
};
