#include "engine/start.h"

#include "core/lines.h"
#include "engine/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* One block of a saved state: as many rows and columns as the block has, every number finite. */
static clarke_status init_block(const char *folder, const clarke_block *block, clarke_arena *mem,
                                double *x)
{
    clarke_table t;
    const char *path = clarke_arena_printf(mem, "%s/%s.npy", folder, block->name);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_table_read_npy(path, mem, &t));
    if (t.rows != block->rows || t.columns != block->cols)
        return clarke_fail(CLARKE_EINPUT, "%s: an array of %zu x %zu; the block %s has %zu x %zu",
                           path, t.rows, t.columns, block->name, block->rows, block->cols);
    for (size_t c = 0; c < block->cols; c++)
        for (size_t r = 0; r < block->rows; r++) {
            const double value = t.value[r * block->cols + c];
            if (!isfinite(value))
                return clarke_fail(CLARKE_EINPUT, "%s: entry (%zu, %zu) is not a finite number",
                                   path, r, c);
            x[block->offset + c * block->rows + r] = value;
        }
    return CLARKE_OK;
}

/* A folder as `run --save` writes it: BLOCK.npy for each block. */
static clarke_status init_folder(const char *folder, const clarke_problem *p, double *x)
{
    clarke_status status = CLARKE_OK;
    for (size_t b = 0; b < p->layout.count && status == CLARKE_OK; b++) {
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        status = init_block(folder, &p->layout.block[b], mem, x);
        clarke_arena_free(mem);
    }
    return status;
}

/* A file of one point is every agent's; a longer one goes on with the next. */
static clarke_status init_numbers(clarke_lines *lines, size_t n, size_t first, double *x,
                                  size_t *count)
{
    for (char *line, *save; (line = clarke_lines_next(lines));)
        for (char *word = strtok_r(line, ", \t", &save); word;
             word = strtok_r(NULL, ", \t", &save)) {
            char what[256];
            double value;
            snprintf(what, sizeof what, "%s, line %zu", lines->path, lines->number);
            CLARKE_TRY(clarke_parse_real(word, what, &value));
            if (*count < n) x[*count] = value;
            if (*count >= first && *count < first + n) x[*count - first] = value;
            (*count)++;
        }
    return CLARKE_OK;
}

static clarke_status init_file(const char *path, const clarke_problem *p, size_t agent,
                               size_t agents, double *x)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return init_folder(path, p, x);
    clarke_lines lines;
    size_t count = 0;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_lines_open(path, mem, &lines);
    if (status == CLARKE_OK) status = init_numbers(&lines, p->n, agent * p->n, x, &count);
    clarke_arena_free(mem);
    CLARKE_TRY(status);
    if (count == p->n || count == agents * p->n) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the start '%s' holds %zu numbers; %s has %zu variables%s",
                       path, count, p->spec, p->n, agents > 1 ? " for each agent" : "");
}

/* The values in turn, one agent after the other, again from the first one where there are fewer than
   variables. */
static clarke_status init_point(const char *text, const clarke_problem *p, size_t agent, double *x)
{
    char copy[256], *save = NULL;
    double value[sizeof copy / 2];
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *piece = strtok_r(copy, ",", &save); piece; piece = strtok_r(NULL, ",", &save))
        CLARKE_TRY(clarke_parse_real(piece, "init: point", &value[count++]));
    if (count == 0) return clarke_fail(CLARKE_EINPUT, "init 'point:' names no value");
    for (size_t j = 0; j < p->n; j++) x[j] = value[(agent * p->n + j) % count];
    return CLARKE_OK;
}

/* Uniform in the box; a start nearer to S than a twentieth of the box is drawn again. */
static void init_box(const clarke_problem *p, const clarke_stream *s, double *x)
{
    enum { TRIES = 64 };
    const double width = p->box_high - p->box_low;
    for (uint64_t try = 0; try < TRIES; try++) {
        for (size_t j = 0; j < p->n; j++)
            x[j] = p->box_low + width * clarke_stream_uniform(s, try, j);
        if (!p->desc->stationary_distance) return;
        if (p->desc->stationary_distance(p, x, NULL, NULL) >= 0.05 * 0.5 * width) return;
    }
}

clarke_status clarke_start(const char *text, const clarke_problem *p, const clarke_stream *s,
                           double *x)
{
    return clarke_start_agent(text, p, s, 0, 1, x);
}

clarke_status clarke_start_agent(const char *text, const clarke_problem *p, const clarke_stream *s,
                                 size_t agent, size_t agents, double *x)
{
    double a, b;
    char number[64];
    const char *colon = strchr(text, ':');
    memcpy(x, p->start, p->n * sizeof *x);
    if (strcmp(text, "start") == 0) return CLARKE_OK;
    if (strcmp(text, "box") == 0) return init_box(p, s, x), CLARKE_OK;
    if (strcmp(text, "zeros") == 0) return memset(x, 0, p->n * sizeof *x), CLARKE_OK;
    if (strncmp(text, "file:", 5) == 0) return init_file(text + 5, p, agent, agents, x);
    if (strncmp(text, "point:", 6) == 0) return init_point(text + 6, p, agent, x);
    if (strncmp(text, "gaussian:", 9) == 0) {
        CLARKE_TRY(clarke_parse_real(colon + 1, "init: gaussian", &a));
        for (size_t j = 0; j < p->n; j++) x[j] = a * clarke_stream_gaussian(s, 0, j);
        return CLARKE_OK;
    }
    if (strncmp(text, "uniform:", 8) == 0 && strchr(colon, ',')) {
        snprintf(number, sizeof number, "%.*s", (int)(strchr(colon, ',') - colon - 1), colon + 1);
        CLARKE_TRY(clarke_parse_real(number, "init: uniform", &a));
        CLARKE_TRY(clarke_parse_real(strchr(colon, ',') + 1, "init: uniform", &b));
        for (size_t j = 0; j < p->n; j++) x[j] = a + (b - a) * clarke_stream_uniform(s, 0, j);
        return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EINPUT,
                       "init '%s' is not one of start, box, zeros, point:V1,V2,..., "
                       "gaussian:S, uniform:LO,HI, file:PATH",
                       text);
}
