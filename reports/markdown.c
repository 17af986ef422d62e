/* report.md. The same bytes for the same records. */
#include "reports/lib/markdown_ops.h"
#include "reports/lib/story.h"

static clarke_status markdown_write(const clarke_results *results, FILE *out)
{
    clarke_document d;
    char headline[160];
    const clarke_status status = clarke_document_open(&d, &clarke_markdown_ops, results, out);
    if (status == CLARKE_OK) {
        clarke_story_headline(results, headline);
        d.ops->heading(&d, 1, NULL, headline);
        clarke_story_tell(&d);
    }
    return clarke_document_close(&d, status);
}

const clarke_report_desc clarke_report_markdown = {
    .title = "Markdown, with relative links to the figures",
    .ending = "md",
    .file = "report.md",
    .write = markdown_write,
};
