#include "reports/lib/svg.h"

#include <string.h>

enum { SVG_DEPTH = 64 };

static bool svg_listed(const char *const *list, const char *name, size_t length)
{
    for (; *list; list++)
        if (strlen(*list) == length && strncmp(*list, name, length) == 0) return true;
    return false;
}

/* What gnuplot's terminal writes. */
static const char *const svg_elements[] = {
    "svg",    "g",       "path",     "text",     "tspan",
    "rect",   "use",     "defs",     "title",    "desc",
    "circle", "polygon", "polyline", "clipPath", "linearGradient",
    "stop",   "line",    "filter",   "feFlood",  "feComposite",
    NULL};
static const char *const svg_attributes[] = {"width",
                                             "height",
                                             "viewBox",
                                             "xmlns",
                                             "xmlns:xlink",
                                             "id",
                                             "x",
                                             "y",
                                             "r",
                                             "d",
                                             "cx",
                                             "cy",
                                             "x1",
                                             "x2",
                                             "y1",
                                             "y2",
                                             "fill",
                                             "stroke",
                                             "stroke-width",
                                             "stroke-linecap",
                                             "stroke-linejoin",
                                             "stroke-dasharray",
                                             "stroke-opacity",
                                             "fill-opacity",
                                             "fill-rule",
                                             "color",
                                             "opacity",
                                             "transform",
                                             "font-family",
                                             "font-size",
                                             "font-weight",
                                             "font-style",
                                             "text-anchor",
                                             "points",
                                             "clip-path",
                                             "in",
                                             "in2",
                                             "operator",
                                             "result",
                                             "flood-color",
                                             "flood-opacity",
                                             "filterUnits",
                                             "offset",
                                             "stop-color",
                                             "dy",
                                             "dx",
                                             "xml:space",
                                             "baseline-shift",
                                             "text-decoration",
                                             "shape-rendering",
                                             "xlink:href",
                                             NULL};

static size_t svg_name(const char *c)
{
    return strcspn(c, " \t\r\n/>=<\"'");
}

/* References stay inside: "#name", and url(#name) in values. */
static bool svg_value_is_safe(const char *name, size_t length, const char *value, size_t size)
{
    if (memchr(value, '<', size) || memchr(value, '&', size)) return false;
    if (length == 10 && strncmp(name, "xlink:href", 10) == 0) return size > 1 && value[0] == '#';
    if (length >= 5 && strncmp(name, "xmlns", 5) == 0)
        return size >= 18 && strncmp(value, "http://www.w3.org/", 18) == 0;
    for (size_t i = 0; i + 4 <= size; i++)
        if (strncmp(value + i, "url(", 4) == 0 && (i + 4 == size || value[i + 4] != '#'))
            return false;
    return true;
}

/* Reads the attributes up to '>' or '/>'; NULL if one is not allowed. */
static const char *svg_attributes_end(const char *c, bool *closed)
{
    for (;;) {
        c += strspn(c, " \t\r\n");
        *closed = c[0] == '/' && c[1] == '>';
        if (*closed) return c + 2;
        if (*c == '>') return c + 1;
        const size_t length = svg_name(c);
        const char *name = c;
        if (length == 0 || !svg_listed(svg_attributes, name, length)) return NULL;
        c += length;
        if (*c++ != '=') return NULL;
        const char quote = *c++;
        if (quote != '"' && quote != '\'') return NULL;
        const char *end = strchr(c, quote);
        if (!end || !svg_value_is_safe(name, length, c, (size_t)(end - c))) return NULL;
        c = end + 1;
    }
}

static const char *svg_start(const char *text)
{
    if (strncmp(text, "<?xml", 5) == 0) {
        text = strstr(text, "?>");
        if (!text) return NULL;
        text += 2;
    }
    text += strspn(text, " \t\r\n");
    return strncmp(text, "<svg", 4) == 0 ? text : NULL;
}

bool clarke_svg_is_safe(const char *text)
{
    const char *open[SVG_DEPTH];
    size_t length[SVG_DEPTH], depth = 0;
    const char *c = svg_start(text);
    if (!c) return false;
    do {
        bool closed = false;
        c += strcspn(c, "<");
        if (*c++ != '<') return false;
        const bool ends = *c == '/';
        c += ends;
        const size_t n = svg_name(c);
        if (!svg_listed(svg_elements, c, n)) return false;
        if (ends) {
            depth--;
            if (length[depth] != n || strncmp(open[depth], c, n) != 0 || c[n] != '>') return false;
            c += n + 1;
            continue;
        }
        if (depth == SVG_DEPTH) return false;
        open[depth] = c;
        length[depth] = n;
        c = svg_attributes_end(c + n, &closed);
        if (!c) return false;
        depth += !closed;
    } while (depth > 0);
    return c[strspn(c, " \t\r\n")] == '\0';
}

/* The places after which a name of this file stands. */
static size_t svg_reference(const char *c)
{
    static const char *const start[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
    for (size_t i = 0; i < sizeof start / sizeof *start; i++)
        if (strncmp(c, start[i], strlen(start[i])) == 0) return strlen(start[i]);
    return 0;
}

void clarke_svg_inline(FILE *out, const char *text, const char *prefix, const char *label)
{
    const char *c = svg_start(text);
    fprintf(out, "<svg role=\"img\" aria-label=\"%s\"", label);
    for (c += 4; *c;) {
        const size_t n = svg_reference(c);
        if (n == 0) {
            putc(*c++, out);
            continue;
        }
        fwrite(c, 1, n, out);
        fputs(prefix, out);
        c += n;
    }
}
