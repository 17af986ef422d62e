/* Writes a certificate down: a sink of the prover. */
#include "verify/certify.h"

#include "core/stream.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

enum { CERTIFICATE_LINE = 2048 };

typedef struct {
    char text[CERTIFICATE_LINE];
    size_t used;
} certificate_line;

static void certificate_add(certificate_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void certificate_add(certificate_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int length =
        vsnprintf(line->text + line->used, sizeof line->text - line->used, format, args);
    va_end(args);
    if (length > 0) line->used += (size_t)length;
}

static clarke_status certificate_put(clarke_certificate *c, const certificate_line *line,
                                     bool digested)
{
    if (line->used >= sizeof line->text)
        return clarke_fail(CLARKE_EINTERNAL, "a line of the certificate is too long");
    if (digested) c->digest = clarke_hash_text(c->digest, line->text);
    if (fputs(line->text, c->file) < 0)
        return clarke_fail(CLARKE_EIO, "the certificate cannot be written");
    return CLARKE_OK;
}

clarke_status clarke_certificate_begin(clarke_certificate *c, FILE *file, const clarke_problem *p,
                                       const clarke_certify_task *task)
{
    certificate_line line = {.used = 0};
    const char *outside = p->desc->outside ? p->desc->outside : "nothing is claimed";
    json_t *header = json_pack("{ss si ss ss sI sf sf sf ss}", "certificate", "clarke certify",
                               "version", (int)CLARKE_CERTIFY_VERSION, "problem", p->spec, "set",
                               task->field ? "field" : "clarke", "n", (json_int_t)p->n, "low",
                               task->low, "high", task->high, "delta", task->delta, "outside",
                               outside);
    char *text = header ? json_dumps(header, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(header);
    *c = (clarke_certificate){.file = file, .n = p->n};
    if (!text) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    certificate_add(&line, "%s\n", text);
    free(text);
    return certificate_put(c, &line, true);
}

clarke_status clarke_certificate_leaf(void *self, const clarke_certify_leaf *leaf)
{
    clarke_certificate *c = self;
    certificate_line line = {.used = 0};
    certificate_add(&line, "{\"path\":\"%s\",\"box\":[", leaf->path);
    for (size_t i = 0; i < c->n; i++)
        certificate_add(&line, "%s[%.17g,%.17g]", i ? "," : "", leaf->box[i].low,
                        leaf->box[i].high);
    if (!leaf->direction) {
        certificate_add(&line, "],\"inside\":true}\n");
    } else {
        certificate_add(&line, "],\"direction\":[");
        for (size_t i = 0; i < c->n; i++)
            certificate_add(&line, "%s%.17g", i ? "," : "", leaf->direction[i]);
        certificate_add(&line, "]}\n");
    }
    c->leaves++;
    return certificate_put(c, &line, true);
}

clarke_status clarke_certificate_end(clarke_certificate *c)
{
    certificate_line line = {.used = 0};
    certificate_add(&line, "{\"boxes\":%zu,\"digest\":\"%016llx\"}\n", c->leaves,
                    (unsigned long long)c->digest);
    CLARKE_TRY(certificate_put(c, &line, false));
    if (fflush(c->file) != 0) return clarke_fail(CLARKE_EIO, "the certificate cannot be written");
    return CLARKE_OK;
}
