#include "reports/lib/markdown_ops.h"

#include <string.h>

static void markdown_heading(clarke_document *d, int level, const char *anchor, const char *text)
{
    if (anchor) clarke_put(d, "<a id=\"%s\"></a>\n\n", anchor);
    clarke_put(d, "%.*s ", level, "######");
    clarke_text_markdown(d->out, text);
    clarke_put(d, "\n\n");
}

static void markdown_paragraph(clarke_document *d, bool begin)
{
    if (!begin) clarke_put(d, "\n\n");
}

static void markdown_strong(clarke_document *d, bool begin)
{
    (void)begin;
    clarke_put(d, "**");
}

static void markdown_list(clarke_document *d, bool begin)
{
    if (!begin) clarke_put(d, "\n");
}

static void markdown_item(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "- " : "\n");
}

static void markdown_table_begin(clarke_document *d, size_t columns, const char *const *head)
{
    clarke_put(d, "|");
    for (size_t i = 0; i < columns; i++) {
        clarke_put(d, " ");
        clarke_text_markdown(d->out, head[i]);
        clarke_put(d, " |");
    }
    clarke_put(d, "\n|");
    for (size_t i = 0; i < columns; i++) clarke_put(d, "---|");
    clarke_put(d, "\n");
}

static void markdown_row(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "|" : "\n");
}

static void markdown_cell(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? " " : " |");
}

static void markdown_table_end(clarke_document *d)
{
    clarke_put(d, "\n");
}

static void markdown_details(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<details>\n" : "</details>\n\n");
}

static void markdown_summary(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<summary>" : "</summary>\n\n");
}

/* A fence is longer than every run of backticks inside. */
static void markdown_block(clarke_document *d, const char *text)
{
    size_t longest = 2, run = 0;
    for (const char *c = text; *c; c++) {
        run = *c == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    for (size_t i = 0; i <= longest; i++) putc('`', d->out);
    clarke_put(d, "text\n");
    clarke_put_lines(d, text, clarke_text_plain);
    clarke_put(d, "\n");
    for (size_t i = 0; i <= longest; i++) putc('`', d->out);
    clarke_put(d, "\n\n");
}

static void markdown_anchor(clarke_document *d, const char *name)
{
    clarke_put(d, "<a id=\"%s\"></a>\n", name);
}

static void markdown_link(clarke_document *d, const char *name, const char *text)
{
    clarke_put(d, "[");
    clarke_text_markdown(d->out, text);
    clarke_put(d, "](#%s)", name);
}

static void markdown_verdict(clarke_document *d, clarke_verdict verdict, const char *more)
{
    clarke_put(d, "%s %s%s%s", clarke_text_symbol(verdict), clarke_verdict_text(verdict),
               more ? ", " : "", more ? more : "");
}

static void markdown_figure(clarke_document *d, const clarke_figure *figure)
{
    if (clarke_folder_has(d->results->figures, figure->file))
        clarke_put(d, "![%zu of %zu cases](%s)\n\n", figure->panels, figure->usable, figure->file);
    else
        clarke_put(d, "*The figure %s was not drawn, since gnuplot was not there or failed.* ",
                   figure->file);
    clarke_text_markdown(d->out, figure->caption);
    clarke_put(d, " Shown: %zu of %zu %s.\n\n", figure->panels, figure->usable,
               clarke_text_plural(figure->usable, "case", "cases"));
}

const clarke_document_ops clarke_markdown_ops = {
    .style = {clarke_text_markdown, clarke_text_markdown_code},
    .heading = markdown_heading,
    .paragraph = markdown_paragraph,
    .strong = markdown_strong,
    .list = markdown_list,
    .item = markdown_item,
    .table_begin = markdown_table_begin,
    .row = markdown_row,
    .cell = markdown_cell,
    .table_end = markdown_table_end,
    .details = markdown_details,
    .summary = markdown_summary,
    .block = markdown_block,
    .anchor = markdown_anchor,
    .link = markdown_link,
    .verdict = markdown_verdict,
    .figure = markdown_figure,
};
