/* report.html: one file, without scripts, from the same records as report.md. */
#include "reports/lib/story.h"
#include "reports/lib/svg.h"

enum { HTML_SVG_LIMIT = 4 << 20 };

static const char html_style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--page:#fff;--band:#f4f6f8;"
    "--line:#d5dbe1;--link:#0b57b0;--good:#116329;--bad:#b3261e;--open:#8a5200;--none:#57606a}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#a3adb8;--page:#14181d;"
    "--band:#1d232a;--line:#38424d;--link:#79b8ff;--good:#5ccf7f;--bad:#ff8a80;--open:#f0b44c;"
    "--none:#a3adb8}}\n"
    "html{scroll-padding-top:4.2rem}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}\n"
    "header{position:sticky;top:0;z-index:1;background:var(--band);"
    "border-bottom:1px solid var(--line);padding:.5rem 1.2rem}\n"
    "header h1{font-size:1.1rem;margin:0;display:inline-block;margin-right:1.5rem}\n"
    "header nav{display:inline-block;font-size:.9rem}\nheader nav a{margin-right:1rem}\n"
    "main{max-width:72rem;margin:0 auto;padding:.5rem 1.2rem 4rem}\n"
    "h2{margin:2.4rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:1.35rem}\n"
    "h3{margin:1.4rem 0 .4rem;font-size:1.05rem}\n"
    "a{color:var(--link)}\n"
    "p,li{max-width:60rem}\n"
    "code,pre{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:.86em}\n"
    "pre{background:var(--band);border:1px solid var(--line);border-radius:4px;padding:.6rem .8rem;"
    "overflow-x:auto;white-space:pre-wrap}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;margin:.6rem 0;font-size:.9rem}\n"
    "th,td{border:1px solid var(--line);padding:.3rem .55rem;text-align:left;vertical-align:top}\n"
    "th{background:var(--band);font-weight:600}\n"
    "td code{overflow-wrap:anywhere}\n"
    ".v{white-space:nowrap;font-weight:600}\n"
    ".supported{color:var(--good)}.refuted{color:var(--bad)}.inconclusive{color:var(--open)}\n"
    ".not-applicable,.none{color:var(--none)}\n"
    "details{border-left:3px solid var(--line);padding:.1rem 0 .1rem .8rem;margin:.35rem 0}\n"
    "summary{cursor:pointer}\n"
    "details li{overflow-wrap:anywhere}\n"
    "figure{margin:1.2rem 0}\n"
    "figure svg{max-width:100%;height:auto;background:#fff;border:1px solid var(--line);"
    "border-radius:4px}\n"
    "figcaption{color:var(--soft);font-size:.9rem;max-width:60rem}\n"
    "@media print{header{position:static}body{font-size:10pt}a{color:inherit}"
    "figure,tr{break-inside:avoid}}\n";

static void html_heading(clarke_document *d, int level, const char *anchor, const char *text)
{
    clarke_put(d, anchor ? "<h%d id=\"%s\">" : "<h%d>", level, anchor);
    clarke_text_xml(d->out, text);
    clarke_put(d, "</h%d>\n", level);
}

static void html_paragraph(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<p>" : "</p>\n");
}

static void html_strong(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<strong>" : "</strong>");
}

static void html_list(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<ul>\n" : "</ul>\n");
}

static void html_item(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<li>" : "</li>\n");
}

static void html_table_begin(clarke_document *d, size_t columns, const char *const *head)
{
    clarke_put(d, "<div class=\"wide\"><table>\n<thead><tr>");
    for (size_t i = 0; i < columns; i++) {
        clarke_put(d, "<th scope=\"col\">");
        clarke_text_xml(d->out, head[i]);
        clarke_put(d, "</th>");
    }
    clarke_put(d, "</tr></thead>\n<tbody>\n");
}

static void html_row(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<tr>" : "</tr>\n");
}

static void html_cell(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<td>" : "</td>");
}

static void html_table_end(clarke_document *d)
{
    clarke_put(d, "</tbody></table></div>\n");
}

static void html_details(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<details>" : "</details>\n");
}

static void html_summary(clarke_document *d, bool begin)
{
    clarke_put(d, begin ? "<summary>" : "</summary>\n");
}

static void html_block(clarke_document *d, const char *text)
{
    clarke_put(d, "<pre>");
    clarke_put_lines(d, text, clarke_text_xml);
    clarke_put(d, "</pre>\n");
}

static void html_anchor(clarke_document *d, const char *name)
{
    clarke_put(d, "<div id=\"%s\"></div>\n", name);
}

static void html_link(clarke_document *d, const char *name, const char *text)
{
    clarke_put(d, "<a href=\"#%s\">", name);
    clarke_text_xml(d->out, text);
    clarke_put(d, "</a>");
}

static void html_verdict(clarke_document *d, clarke_verdict verdict, const char *more)
{
    clarke_put(d, "<span class=\"v %s\">%s %s%s%s</span>", clarke_verdict_text(verdict),
               clarke_text_symbol(verdict), clarke_verdict_text(verdict), more ? ", " : "",
               more ? more : "");
}

/* False if there is no such file, or it is not what gnuplot writes. */
static bool html_svg(clarke_document *d, const clarke_figure *figure)
{
    char *text, prefix[160], label[160];
    size_t length;
    if (clarke_folder_read(d->results->figures, figure->file, HTML_SVG_LIMIT, d->mem, &text,
                           &length) != CLARKE_OK ||
        !clarke_svg_is_safe(text))
        return false;
    snprintf(prefix, sizeof prefix, "f%zu-%s-", figure->kind, figure->claim);
    snprintf(label, sizeof label, "Figure of claim %s: %zu of %zu cases", figure->claim,
             figure->panels, figure->usable);
    clarke_svg_inline(d->out, text, prefix, label);
    return true;
}

static void html_figure(clarke_document *d, const clarke_figure *figure)
{
    clarke_put(d, "<figure>\n");
    if (!html_svg(d, figure))
        clarke_put(d, "<p>The figure was not drawn, since gnuplot was not there or failed.</p>\n");
    clarke_put(d, "<figcaption>");
    clarke_text_xml(d->out, figure->caption);
    clarke_put(d, " Shown: %zu of %zu %s.</figcaption>\n</figure>\n", figure->panels,
               figure->usable, clarke_text_plural(figure->usable, "case", "cases"));
}

static const clarke_document_ops html_ops = {
    .style = {clarke_text_xml, clarke_text_html_code},
    .heading = html_heading,
    .paragraph = html_paragraph,
    .strong = html_strong,
    .list = html_list,
    .item = html_item,
    .table_begin = html_table_begin,
    .row = html_row,
    .cell = html_cell,
    .table_end = html_table_end,
    .details = html_details,
    .summary = html_summary,
    .block = html_block,
    .anchor = html_anchor,
    .link = html_link,
    .verdict = html_verdict,
    .figure = html_figure,
};

static void html_page(clarke_document *d)
{
    char headline[160];
    clarke_story_headline(d->results, headline);
    clarke_put(d,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'\">\n<title>Clarke: %s</title>\n<style>\n%s</style>\n"
               "</head>\n<body>\n<header><h1>%s</h1><nav>",
               headline, html_style, headline);
    html_link(d, "claims", "claims");
    html_link(d, "controls", "controls");
    html_link(d, "errors", "error rates");
    html_link(d, "machine", "machine");
    clarke_put(d, "</nav></header>\n<main>\n");
    clarke_story_tell(d);
    clarke_put(d, "</main>\n</body>\n</html>\n");
}

static clarke_status html_write(const clarke_results *results, FILE *out)
{
    clarke_document d;
    const clarke_status status = clarke_document_open(&d, &html_ops, results, out);
    if (status == CLARKE_OK) html_page(&d);
    return clarke_document_close(&d, status);
}

const clarke_report_desc clarke_report_html = {
    .title = "HTML, one file with its figures",
    .ending = "html",
    .file = "report.html",
    .write = html_write,
};
