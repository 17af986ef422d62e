/* junit.xml: claims are suites, cases are test cases. What is inconclusive is never a pass. */
#include "reports/lib/outcome.h"
#include "reports/lib/text.h"

#include <errno.h>
#include <string.h>

typedef struct {
    size_t tests, failures, errors, skipped;
} junit_counts;

static void junit_add(junit_counts *counts, const clarke_result *r)
{
    const clarke_outcome outcome = clarke_outcome_of(r);
    counts->tests++;
    counts->failures += outcome == CLARKE_OUTCOME_FAILED;
    counts->errors += outcome == CLARKE_OUTCOME_ERROR;
    counts->skipped += outcome == CLARKE_OUTCOME_SKIPPED;
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
    switch (clarke_outcome_of(r)) {
    case CLARKE_OUTCOME_SKIPPED:
        junit_message(out, "skipped", r);
        fputs("/>\n", out);
        break;
    case CLARKE_OUTCOME_FAILED:
    case CLARKE_OUTCOME_ERROR:
        junit_message(out, r->verdict == CLARKE_VERDICT_NONE ? "error" : "failure", r);
        fprintf(out, " type=\"%s\">", clarke_role_text(r->role));
        clarke_text_xml(out, r->replay);
        fprintf(out, "</%s>\n", r->verdict == CLARKE_VERDICT_NONE ? "error" : "failure");
        break;
    case CLARKE_OUTCOME_PASSED: break;
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
