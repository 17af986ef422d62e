#include "cli/lib/save.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SAVE_HEADER = 192 };

/* Version 1.0; a vector has one axis, a matrix is column-major, which numpy calls Fortran order. */
static void save_header(FILE *file, size_t rows, size_t cols)
{
    const uint16_t one = 1;
    const char order = *(const unsigned char *)&one == 1 ? '<' : '>';
    char shape[64], text[SAVE_HEADER];
    if (cols == 1)
        snprintf(shape, sizeof shape, "(%zu,)", rows);
    else
        snprintf(shape, sizeof shape, "(%zu, %zu)", rows, cols);
    const int length = snprintf(text, sizeof text,
                                "{'descr': '%cf8', 'fortran_order': %s, 'shape': %s, }", order,
                                cols == 1 ? "False" : "True", shape);
    /* The data begin at a multiple of 64; the 10 bytes before the text count. */
    const size_t whole = SAVE_HEADER, rest = whole - 10;
    const unsigned char begin[10] = {0x93,
                                     'N',
                                     'U',
                                     'M',
                                     'P',
                                     'Y',
                                     1,
                                     0,
                                     (unsigned char)(rest & 255u),
                                     (unsigned char)(rest >> 8)};
    (void)!fwrite(begin, 1, sizeof begin, file);
    fprintf(file, "%s%*s\n", text, (int)(rest - 1 - (size_t)length), "");
}

static clarke_status save_block(const char *path, const double *x, size_t rows, size_t cols)
{
    FILE *file = fopen(path, "wb");
    if (!file) return clarke_fail(CLARKE_EINPUT, "cannot write '%s': %s", path, strerror(errno));
    save_header(file, rows, cols);
    errno = 0;
    (void)!fwrite(x, sizeof *x, rows * cols, file);
    bool failed = ferror(file) != 0;
    failed |= fclose(file) != 0;
    if (!failed) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "writing '%s' failed: %s", path,
                       errno ? strerror(errno) : "an earlier write failed");
}

clarke_status clarke_save_state(const char *folder, const clarke_run_plan *plan, const double *x,
                                const clarke_view *view, size_t views, clarke_arena *mem)
{
    clarke_problem *p;
    CLARKE_TRY(clarke_problem_make(&plan->problem, mem, &p));
    /* One agent a column, in column-major order: one a row in memory. */
    const clarke_block agents = {"x", 0, plan->dim, plan->agents};
    const clarke_layout layout = plan->network ? (clarke_layout){1, &agents} : p->layout;
    for (size_t b = 0; b < layout.count; b++) {
        const clarke_block *block = &layout.block[b];
        const char *path = clarke_arena_printf(mem, "%s/%s.npy", folder, block->name);
        CLARKE_TRY(clarke_arena_status(mem));
        CLARKE_TRY(save_block(path, x + block->offset, block->rows, block->cols));
    }
    for (size_t i = 0; i < views; i++) {
        const char *path = clarke_arena_printf(mem, "%s/view-%s.npy", folder, view[i].name);
        CLARKE_TRY(clarke_arena_status(mem));
        const bool rows = view[i].role != 0;
        CLARKE_TRY(
            save_block(path, view[i].value, rows ? plan->dim : view[i].n, rows ? plan->agents : 1));
    }
    return CLARKE_OK;
}
