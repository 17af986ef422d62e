/* A document in the making: what story.c tells, markdown.c and html.c write, each in its own way
   from the same records. All texts given here are raw; the writer escapes them. */
#pragma once

#include "reports/lib/figures.h"
#include "reports/lib/text.h"

typedef struct clarke_document clarke_document;

typedef struct {
    clarke_text_style style;
    void (*heading)(clarke_document *d, int level, const char *anchor, const char *text);
    void (*paragraph)(clarke_document *d, bool begin);
    void (*strong)(clarke_document *d, bool begin);
    void (*list)(clarke_document *d, bool begin);
    void (*item)(clarke_document *d, bool begin);
    /* A table of `columns` columns with these heads; then rows of cells. */
    void (*table_begin)(clarke_document *d, size_t columns, const char *const *head);
    void (*row)(clarke_document *d, bool begin);
    void (*cell)(clarke_document *d, bool begin);
    void (*table_end)(clarke_document *d);
    /* A part that a reader unfolds. The summary is what stands between the two calls of it. */
    void (*details)(clarke_document *d, bool begin);
    void (*summary)(clarke_document *d, bool begin);
    void (*block)(clarke_document *d, const char *text); /* a formula or a command, on its own */
    void (*anchor)(clarke_document *d, const char *name);
    void (*link)(clarke_document *d, const char *name, const char *text); /* to an anchor */
    void (*verdict)(clarke_document *d, clarke_verdict verdict, const char *more);
    void (*figure)(clarke_document *d, const clarke_figure *figure);
} clarke_document_ops;

struct clarke_document {
    FILE *out;
    const clarke_document_ops *ops;
    const clarke_results *results;
    clarke_figures figures;
    clarke_arena *mem; /* for the time of writing */
};

/* Opens with its own arena and the plan of the figures; close frees and reports a failed write. */
clarke_status clarke_document_open(clarke_document *d, const clarke_document_ops *ops,
                                   const clarke_results *results, FILE *out);
clarke_status clarke_document_close(clarke_document *d, clarke_status status);

/* Short forms. `format` is ours; what comes from a record goes through prose or code. */
void clarke_put(clarke_document *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void clarke_put_prose(clarke_document *d, const char *text);
void clarke_put_code(clarke_document *d, const char *text);
/* Each line of the text through `line`, so that line ends stay. */
void clarke_put_lines(clarke_document *d, const char *text,
                      void (*line)(FILE *out, const char *text));
/* A paragraph "Label: text"; nothing if the text is NULL. */
void clarke_put_labelled(clarke_document *d, const char *label, const char *text);
/* A cell with a short number. */
void clarke_put_number_cell(clarke_document *d, double value);
