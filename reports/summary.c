/* The first page of report.md, for places that take little: a job's summary on GitHub holds 1 MiB. */
#include "reports/lib/markdown_ops.h"
#include "reports/lib/story.h"

/* What a link would lead to is not on this page. */
static void summary_link(clarke_document *d, const char *name, const char *text)
{
    (void)name;
    clarke_put_prose(d, text);
}

static clarke_status summary_write(const clarke_results *results, FILE *out)
{
    clarke_document d;
    clarke_document_ops ops = clarke_markdown_ops;
    char headline[160];
    ops.link = summary_link;
    const clarke_status status = clarke_document_open(&d, &ops, results, out);
    if (status == CLARKE_OK) {
        clarke_story_headline(results, headline);
        ops.heading(&d, 1, NULL, headline);
        clarke_story_summary(&d);
        clarke_story_matrix(&d);
    }
    return clarke_document_close(&d, status);
}

const clarke_report_desc clarke_report_summary = {
    .title = "the first page of the Markdown report, on request only",
    .ending = NULL,
    .file = NULL,
    .write = summary_write,
};
