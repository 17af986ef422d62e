/* Test Anything Protocol, version 14. What is skipped says so; a surprise carries its replay command
   in a YAML block. */
#include "engine/json.h"
#include "reports/lib/outcome.h"
#include "reports/lib/text.h"

#include <errno.h>
#include <string.h>

static void tap_description(FILE *out, const clarke_result *r)
{
    clarke_text_tap(out, r->claim);
    fprintf(out, " %s ", r->id);
    clarke_text_tap(out, r->method);
    putc(' ', out);
    clarke_text_tap(out, r->problem);
}

/* A double-quoted YAML scalar: a JSON string is one. */
static clarke_status tap_scalar(FILE *out, const char *key, const char *text)
{
    json_t *value = clarke_text_value(text);
    if (!value) return clarke_fail(CLARKE_ENOMEM, "out of memory while writing the report");
    fprintf(out, "  %s: ", key);
    const clarke_status status = clarke_json_write(value, out);
    json_decref(value);
    return status;
}

static clarke_status tap_diagnosis(FILE *out, const clarke_result *r)
{
    fputs("  ---\n", out);
    CLARKE_TRY(tap_scalar(out, "verdict", clarke_verdict_text(r->verdict)));
    CLARKE_TRY(tap_scalar(out, "role", clarke_role_text(r->role)));
    CLARKE_TRY(tap_scalar(out, "message", r->sentence));
    CLARKE_TRY(tap_scalar(out, "replay", r->replay));
    fputs("  ...\n", out);
    return CLARKE_OK;
}

static clarke_status tap_case(FILE *out, size_t number, const clarke_result *r)
{
    const clarke_outcome outcome = clarke_outcome_of(r);
    const bool bad = outcome == CLARKE_OUTCOME_FAILED || outcome == CLARKE_OUTCOME_ERROR;
    fprintf(out, "%s %zu - ", bad ? "not ok" : "ok", number);
    tap_description(out, r);
    if (outcome == CLARKE_OUTCOME_SKIPPED) {
        fprintf(out, " # SKIP %s: ", clarke_verdict_text(r->verdict));
        clarke_text_tap(out, r->sentence);
    }
    putc('\n', out);
    return bad ? tap_diagnosis(out, r) : CLARKE_OK;
}

static clarke_status tap_write(const clarke_results *results, FILE *out)
{
    fprintf(out, "TAP version 14\n1..%zu\n", results->count);
    for (size_t i = 0; i < results->count; i++)
        CLARKE_TRY(tap_case(out, i + 1, &results->result[i]));
    return ferror(out) ? clarke_fail(CLARKE_EIO, "writing the report failed: %s", strerror(errno))
                       : CLARKE_OK;
}

const clarke_report_desc clarke_report_tap = {
    .title = "Test Anything Protocol, on request only",
    .ending = NULL,
    .file = NULL,
    .write = tap_write,
};
