#include "reports/lib/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_DIGITS = 6, TEXT_DEPTH = 4, TEXT_ITEMS = 64 };

/* Length of the UTF-8 sequence at c if XML forbids it, 0 if it is good. The bytes are known to be
   valid UTF-8, for they come from a JSON parser. */
static size_t text_forbidden(const char *c)
{
    const unsigned char first = (unsigned char)*c;
    if (first < 0x20 || first == 0x7f) return 1;
    /* C1 controls U+0080..U+009F; U+FFFE and U+FFFF; the bidirectional overrides U+202A..U+202E
       and U+2066..U+2069, which would make a line read otherwise than it is. */
    if (first == 0xC2 && (unsigned char)c[1] < 0xA0) return 2;
    if (strncmp(c, "\xEF\xBF\xBE", 3) == 0 || strncmp(c, "\xEF\xBF\xBF", 3) == 0) return 3;
    if (strncmp(c, "\xE2\x80", 2) == 0 && (unsigned char)c[2] >= 0xAA &&
        (unsigned char)c[2] <= 0xAE)
        return 3;
    if (strncmp(c, "\xE2\x81", 2) == 0 && (unsigned char)c[2] >= 0xA6 &&
        (unsigned char)c[2] <= 0xA9)
        return 3;
    return 0;
}

/* An underscore between letters or digits is no emphasis. */
static bool text_inside_word(const char *text, const char *c)
{
    return *c == '_' && c > text && isalnum((unsigned char)c[-1]) && isalnum((unsigned char)c[1]);
}

/* Writes text with each character of `special` by `escape`, blanks for newlines and tabs. */
static void text_walk(FILE *out, const char *text, const char *special,
                      void (*escape)(FILE *out, char c))
{
    for (const char *c = text ? text : ""; *c;) {
        const size_t forbidden = text_forbidden(c);
        if (*c == '\n' || *c == '\t' || *c == '\r') {
            putc(' ', out);
            c++;
        } else if (forbidden > 0) {
            fputs("\xEF\xBF\xBD", out);
            c += forbidden;
        } else if (strchr(special, *c) && !text_inside_word(text, c)) {
            escape(out, *c++);
        } else {
            putc(*c++, out);
        }
    }
}

static void text_entity(FILE *out, char c)
{
    switch (c) {
    case '<': fputs("&lt;", out); break;
    case '>': fputs("&gt;", out); break;
    case '&': fputs("&amp;", out); break;
    case '"': fputs("&quot;", out); break;
    default: fputs("&#39;", out); break;
    }
}

void clarke_text_plain(FILE *out, const char *text)
{
    text_walk(out, text, "", NULL);
}

void clarke_text_xml(FILE *out, const char *text)
{
    text_walk(out, text, "<>&\"'", text_entity);
}

void clarke_text_html_code(FILE *out, const char *text)
{
    fputs("<code>", out);
    clarke_text_xml(out, text);
    fputs("</code>", out);
}

static void text_backslash(FILE *out, char c)
{
    if (strchr("<>&", c))
        text_entity(out, c);
    else
        fprintf(out, "\\%c", c);
}

void clarke_text_markdown(FILE *out, const char *text)
{
    text_walk(out, text, "<>&\\`*_[]|#~$@!", text_backslash);
}

/* As HTML, since a code span of Markdown cannot hold every text in every place: a bar ends a
   table's cell even inside it, and a backslash before the bar is kept outside of tables. */
static void text_reference(FILE *out, char c)
{
    if (strchr("<>&\"'", c))
        text_entity(out, c);
    else
        fprintf(out, "&#%d;", c);
}

void clarke_text_markdown_code(FILE *out, const char *text)
{
    if (text && *text && !strpbrk(text, "|`\n\r\t") && *text != ' ' &&
        text[strlen(text) - 1] != ' ') {
        fputc('`', out);
        clarke_text_plain(out, text);
        fputc('`', out);
        return;
    }
    fputs("<code>", out);
    text_walk(out, text, "<>&\"'\\`*_[]|#~$@!", text_reference);
    fputs("</code>", out);
}

static void text_escape(FILE *out, char c)
{
    fprintf(out, "\\%c", c);
}

void clarke_text_tap(FILE *out, const char *text)
{
    text_walk(out, text, "\\#", text_escape);
}

json_t *clarke_text_value(const char *text)
{
    char *clean = NULL;
    size_t length;
    FILE *out = open_memstream(&clean, &length);
    if (!out) return NULL;
    clarke_text_plain(out, text);
    json_t *value = fclose(out) == 0 ? json_string(clean) : NULL;
    free(clean);
    return value;
}

const clarke_text_style clarke_style_markdown = {clarke_text_markdown, clarke_text_markdown_code};
const clarke_text_style clarke_style_html = {clarke_text_xml, clarke_text_html_code};

void clarke_text_real(FILE *out, double value, int digits)
{
    if (isnan(value))
        fputs("not defined", out);
    else if (isinf(value))
        fputs(value > 0.0 ? "infinite" : "minus infinite", out);
    else
        fprintf(out, "%.*g", digits, value);
}

const char *clarke_text_symbol(clarke_verdict verdict)
{
    switch (verdict) {
    case CLARKE_SUPPORTED: return "✓";
    case CLARKE_REFUTED: return "✗";
    case CLARKE_INCONCLUSIVE: return "?";
    case CLARKE_NOT_APPLICABLE: return "–";
    case CLARKE_VERDICT_NONE: return "!";
    }
    return "!";
}

const char *clarke_text_plural(size_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

static void text_value(FILE *out, const clarke_text_style *style, json_t *value, int depth);

static void text_array(FILE *out, const clarke_text_style *style, json_t *value, int depth)
{
    const size_t count = json_array_size(value);
    for (size_t i = 0; i < count && i < TEXT_ITEMS; i++) {
        if (i > 0) fputs(", ", out);
        text_value(out, style, json_array_get(value, i), depth + 1);
    }
    if (count == 0) fputs("none", out);
    if (count > TEXT_ITEMS) fprintf(out, ", … (%zu in all)", count);
}

static int text_key_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t clarke_text_keys(json_t *object, size_t limit, const char **key)
{
    size_t count = 0;
    for (void *at = json_object_iter(object); at && count < limit;
         at = json_object_iter_next(object, at))
        key[count++] = json_object_iter_key(at);
    qsort(key, count, sizeof *key, text_key_compare);
    return count;
}

static void text_object(FILE *out, const clarke_text_style *style, json_t *value, int depth)
{
    const char *key[TEXT_ITEMS];
    const size_t count = clarke_text_keys(value, TEXT_ITEMS, key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) fputs("; ", out);
        style->prose(out, key[i]);
        fputs(" = ", out);
        text_value(out, style, json_object_get(value, key[i]), depth + 1);
    }
    if (json_object_size(value) > count) fprintf(out, "; … (%zu in all)", json_object_size(value));
}

static void text_value(FILE *out, const clarke_text_style *style, json_t *value, int depth)
{
    if (depth > TEXT_DEPTH)
        fputs("…", out);
    else if (json_is_integer(value))
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        clarke_text_real(out, json_real_value(value), TEXT_DIGITS);
    else if (json_is_string(value))
        style->prose(out, json_string_value(value));
    else if (json_is_array(value))
        text_array(out, style, value, depth);
    else if (json_is_object(value))
        text_object(out, style, value, depth);
    else
        fputs(json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "null", out);
}

void clarke_text_evidence(FILE *out, const clarke_text_style *style, json_t *value)
{
    text_value(out, style, value, 0);
}
