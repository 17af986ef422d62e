/* Text for reports: everything that comes from a record is escaped here and nowhere else. Control
   characters and what XML forbids become U+FFFD; a newline becomes a blank. NULL is written as
   nothing. */
#pragma once

#include "engine/results.h"

/* How a format writes text: prose, and an id, a spec or a command in fixed width. */
typedef struct {
    void (*prose)(FILE *out, const char *text);
    void (*code)(FILE *out, const char *text);
} clarke_text_style;

void clarke_text_xml(FILE *out, const char *text);      /* HTML and XML, attributes included */
void clarke_text_markdown(FILE *out, const char *text); /* prose, also inside a table's cell */
void clarke_text_plain(FILE *out, const char *text);    /* nothing escaped, only cleaned */
void clarke_text_tap(FILE *out, const char *text); /* a description, where # begins a directive */
void clarke_text_markdown_code(FILE *out, const char *text);
void clarke_text_html_code(FILE *out, const char *text);

/* The same cleaning for a JSON string; NULL without memory. */
json_t *clarke_text_value(const char *text);

extern const clarke_text_style clarke_style_markdown, clarke_style_html;

/* The number with `digits` significant digits; "not defined" or "infinite" where it is that. */
void clarke_text_real(FILE *out, double value, int digits);

/* A word and a symbol, for colours are lost in Markdown and on paper. */
const char *clarke_text_symbol(clarke_verdict verdict);

/* "case" or "cases". */
const char *clarke_text_plural(size_t count, const char *one, const char *many);

/* One evidence entry, whatever it is: numbers, texts, arrays, objects, nested up to a limit. */
void clarke_text_evidence(FILE *out, const clarke_text_style *style, json_t *value);

/* At most `limit` keys of the object, sorted; returns how many. */
size_t clarke_text_keys(json_t *object, size_t limit, const char **key);
