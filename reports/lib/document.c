#include "reports/lib/document.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

clarke_status clarke_document_open(clarke_document *d, const clarke_document_ops *ops,
                                   const clarke_results *results, FILE *out)
{
    *d = (clarke_document){.out = out, .ops = ops, .results = results, .mem = clarke_arena_new(0)};
    if (!d->mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    return clarke_figures_plan(results, d->mem, &d->figures);
}

clarke_status clarke_document_close(clarke_document *d, clarke_status status)
{
    if (status == CLARKE_OK && d->mem) status = clarke_arena_status(d->mem);
    clarke_arena_free(d->mem);
    d->mem = NULL;
    if (status == CLARKE_OK && ferror(d->out))
        return clarke_fail(CLARKE_EIO, "writing the report failed: %s", strerror(errno));
    return status;
}

void clarke_put(clarke_document *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(d->out, format, args);
    va_end(args);
}

void clarke_put_prose(clarke_document *d, const char *text)
{
    d->ops->style.prose(d->out, text);
}

void clarke_put_code(clarke_document *d, const char *text)
{
    d->ops->style.code(d->out, text);
}

void clarke_put_lines(clarke_document *d, const char *text,
                      void (*line)(FILE *out, const char *text))
{
    char *next = clarke_arena_copy_text(d->mem, text);
    while (next) {
        char *start = next;
        next = strchr(start, '\n');
        if (next) *next++ = '\0';
        line(d->out, start);
        if (next) putc('\n', d->out);
    }
}

void clarke_put_labelled(clarke_document *d, const char *label, const char *text)
{
    if (!text) return;
    d->ops->paragraph(d, true);
    d->ops->strong(d, true);
    clarke_put(d, "%s", label);
    d->ops->strong(d, false);
    clarke_put(d, " ");
    clarke_put_prose(d, text);
    d->ops->paragraph(d, false);
}

void clarke_put_number_cell(clarke_document *d, double value)
{
    d->ops->cell(d, true);
    if (isnan(value))
        clarke_put(d, "–");
    else
        clarke_text_real(d->out, value, 3);
    d->ops->cell(d, false);
}
