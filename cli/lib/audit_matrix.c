#include "cli/lib/audit_matrix.h"

#include <stdlib.h>
#include <string.h>

enum { MATRIX_COLUMNS = 64 };

/* The claims of one family that object to something, and the rows in which one does. */
typedef struct {
    const char *family; /* what stands before the first _ of their names */
    size_t length, columns;
    const char *column[MATRIX_COLUMNS];
} matrix_part;

static bool matrix_is_of(const matrix_part *p, const char *claim)
{
    return strcspn(claim, "_") == p->length && strncmp(claim, p->family, p->length) == 0;
}

static void matrix_column(matrix_part *p, const char *claim)
{
    if (!matrix_is_of(p, claim)) return;
    for (size_t i = 0; i < p->columns; i++)
        if (strcmp(p->column[i], claim) == 0) return;
    if (p->columns < MATRIX_COLUMNS) p->column[p->columns++] = claim;
}

static int matrix_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void matrix_columns(const clarke_audit_record *r, matrix_part *p)
{
    p->columns = 0;
    for (size_t i = 0; i < r->nameds; i++) {
        const clarke_fault *f = &r->named[i];
        if (f->kind != CLARKE_FAULT_NAMED) continue;
        for (size_t k = 0; k < f->catches; k++) matrix_column(p, f->caught[k].claim);
        for (size_t k = 0; k < f->backs; k++) matrix_column(p, f->stood_back[k]);
    }
    qsort(p->column, p->columns, sizeof p->column[0], matrix_order);
}

static const clarke_fault_catch *matrix_find(const clarke_fault_catch *list, size_t count,
                                             const char *claim)
{
    for (size_t k = 0; k < count; k++)
        if (strcmp(list[k].claim, claim) == 0) return &list[k];
    return NULL;
}

/* The earliest step that a refusal names, R where it names none; the same in parentheses where a
   hypothesis fails and the gate is bypassed, - where the claim then does not object. */
static void matrix_cell(FILE *out, const clarke_fault *f, const char *claim)
{
    const clarke_fault_catch *caught = matrix_find(f->caught, f->catches, claim);
    const clarke_fault_catch *opened = matrix_find(f->opened, f->opens, claim);
    const clarke_fault_catch *either = caught ? caught : opened;
    bool back = false;
    for (size_t k = 0; k < f->backs; k++) back |= strcmp(f->stood_back[k], claim) == 0;
    if (!either) {
        fprintf(out, back ? " - |" : " |");
        return;
    }
    const size_t step = clarke_fault_step(either);
    fprintf(out, caught ? " " : " (");
    if (step == SIZE_MAX)
        fprintf(out, "R");
    else
        fprintf(out, "%zu", step);
    fprintf(out, caught ? " |" : ") |");
}

static void matrix_rows(FILE *out, const clarke_audit_record *r, const matrix_part *p)
{
    fprintf(out, "\n| %.*s |", (int)p->length, p->family);
    for (size_t c = 0; c < p->columns; c++) fprintf(out, " %s |", p->column[c] + p->length + 1);
    fprintf(out, "\n|---|");
    for (size_t c = 0; c < p->columns; c++) fprintf(out, "---|");
    fprintf(out, "\n");
    for (size_t i = 0; i < r->nameds; i++) {
        const clarke_fault *f = &r->named[i];
        bool any = false;
        for (size_t k = 0; k < f->catches; k++) any |= matrix_is_of(p, f->caught[k].claim);
        for (size_t k = 0; k < f->backs; k++) any |= matrix_is_of(p, f->stood_back[k]);
        if (!any || f->kind != CLARKE_FAULT_NAMED) continue;
        fprintf(out, "| %s |", f->id);
        for (size_t c = 0; c < p->columns; c++) matrix_cell(out, f, p->column[c]);
        fprintf(out, "\n");
    }
}

void clarke_audit_matrix(FILE *out, const clarke_audit *a, const clarke_audit_record *r)
{
    matrix_part p = {.family = ""};
    if (r->nameds == 0) return;
    fprintf(out,
            "\n## Named faults by claim\n\nThe step at which a claim first objects; R: refuted "
            "by something that has no step; in parentheses: a hypothesis of the claim fails, and "
            "the claim objects where its gate is bypassed; -: it fails, and it does not.\n");
    /* The cases are sorted by their ids, which begin with the claim's. */
    for (size_t i = 0; i < a->cases; i++) {
        const char *claim = a->base[i].claim;
        if (p.length > 0 && matrix_is_of(&p, claim)) continue;
        p.family = claim;
        p.length = strcspn(claim, "_");
        matrix_columns(r, &p);
        if (p.columns > 0) matrix_rows(out, r, &p);
    }
}
