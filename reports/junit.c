/* junit.xml: claims are suites, cases are test cases. What is inconclusive is never a pass. */
#include "reports/lib/text.h"

#include <errno.h>
#include <string.h>

typedef struct {
    size_t tests, failures, errors, skipped;
} junit_counts;

typedef enum { JUNIT_PASSED, JUNIT_FAILED, JUNIT_ERROR, JUNIT_SKIPPED } junit_outcome;

/* Inconclusive is skipped, expected or not; not-applicable only where a judgement was expected, for
   that is what a control's first record is to be. */
static junit_outcome junit_outcome_of(const clarke_result *r)
{
    switch (r->verdict) {
    case CLARKE_VERDICT_NONE: return JUNIT_ERROR;
    case CLARKE_INCONCLUSIVE: return JUNIT_SKIPPED;
    case CLARKE_NOT_APPLICABLE:
        if (!(r->expected & CLARKE_EXPECT_NOT_APPLICABLE)) return JUNIT_SKIPPED;
        break;
    case CLARKE_SUPPORTED:
    case CLARKE_REFUTED: break;
    }
    return r->surprising ? JUNIT_FAILED : JUNIT_PASSED;
}

static void junit_add(junit_counts *counts, const clarke_result *r)
{
    const junit_outcome outcome = junit_outcome_of(r);
    counts->tests++;
    counts->failures += outcome == JUNIT_FAILED;
    counts->errors += outcome == JUNIT_ERROR;
    counts->skipped += outcome == JUNIT_SKIPPED;
}

static void junit_open(FILE *out, const char *element, const char *name, const junit_counts *counts)
{
    fprintf(out, "<%s name=\"", element);
    clarke_text_xml(out, name);
    fprintf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
            counts->tests, counts->failures, counts->errors, counts->skipped);
}

static void junit_message(FILE *out, const char *element, const clarke_result *r)
{
    fprintf(out, "    <%s message=\"%s: ", element, clarke_verdict_text(r->verdict));
    clarke_text_xml(out, r->sentence);
    fputs("\"", out);
}

static void junit_case(FILE *out, const clarke_result *r)
{
    fputs("  <testcase classname=\"", out);
    clarke_text_xml(out, r->claim);
    fprintf(out, "\" name=\"%s ", r->id);
    clarke_text_xml(out, r->method);
    fputs(" ", out);
    clarke_text_xml(out, r->problem);
    fputs("\">\n", out);
    switch (junit_outcome_of(r)) {
    case JUNIT_SKIPPED:
        junit_message(out, "skipped", r);
        fputs("/>\n", out);
        break;
    case JUNIT_FAILED:
    case JUNIT_ERROR:
        junit_message(out, r->verdict == CLARKE_VERDICT_NONE ? "error" : "failure", r);
        fprintf(out, " type=\"%s\">", clarke_role_text(r->role));
        clarke_text_xml(out, r->replay);
        fprintf(out, "</%s>\n", r->verdict == CLARKE_VERDICT_NONE ? "error" : "failure");
        break;
    case JUNIT_PASSED: break;
    }
    fputs("    <system-out>", out);
    fprintf(out, "%s (%s): ", clarke_verdict_text(r->verdict), clarke_role_text(r->role));
    clarke_text_xml(out, r->sentence);
    fputs("</system-out>\n  </testcase>\n", out);
}

static clarke_status junit_write(const clarke_results *results, FILE *out)
{
    junit_counts all = {0};
    for (size_t i = 0; i < results->count; i++) junit_add(&all, &results->result[i]);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
    junit_open(out, "testsuites", "clarke", &all);
    for (size_t c = 0; c < results->claims; c++) {
        const clarke_result_group *group = &results->claim[c];
        junit_counts counts = {0};
        for (size_t i = 0; i < group->count; i++)
            junit_add(&counts, &results->result[group->index[i]]);
        junit_open(out, "testsuite", group->name, &counts);
        for (size_t i = 0; i < group->count; i++)
            junit_case(out, &results->result[group->index[i]]);
        fputs("</testsuite>\n", out);
    }
    fputs("</testsuites>\n", out);
    return ferror(out) ? clarke_fail(CLARKE_EIO, "writing the report failed: %s", strerror(errno))
                       : CLARKE_OK;
}

const clarke_report_desc clarke_report_junit = {
    .title = "JUnit XML, for continuous integration",
    .ending = "xml",
    .file = "junit.xml",
    .write = junit_write,
};
