#include "cli/lib/card.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_WIDTH = 72, PICTURE_HEIGHT = 24, PICTURE_CURVE = 16 };

typedef struct {
    char *text;
    size_t used, room;
} page;

static void picture_line(page *to, const char *line)
{
    const size_t length = strlen(line);
    if (to->used + length + 2 > to->room) return;
    memcpy(to->text + to->used, line, length);
    to->used += length;
    to->text[to->used++] = '\n';
}

static double picture_at(const clarke_problem *p, size_t i, size_t count)
{
    return p->box_low + (p->box_high - p->box_low) * ((double)i + 0.5) / (double)count;
}

/* Whether the stationary point nearest to x lies in the cell around x, whose upper ends count. */
static bool picture_is_stationary(const clarke_problem *p, const double *x, const double *half)
{
    double nearest[2] = {NAN, NAN};
    if (!p->desc->stationary_distance) return false;
    const double distance = p->desc->stationary_distance(p, x, nearest, NULL);
    if (!isfinite(distance)) return false;
    for (size_t j = 0; j < p->n; j++)
        if (!(nearest[j] > x[j] - half[j] && nearest[j] <= x[j] + half[j])) return false;
    return true;
}

static void picture_curve(const clarke_problem *p, page *to)
{
    double f[PICTURE_WIDTH], low = INFINITY, high = -INFINITY;
    char grid[PICTURE_CURVE][PICTURE_WIDTH + 1], line[PICTURE_WIDTH + 64];
    const double half = 0.5 * (p->box_high - p->box_low) / PICTURE_WIDTH;
    for (size_t i = 0; i < PICTURE_WIDTH; i++) {
        const double x = picture_at(p, i, PICTURE_WIDTH);
        f[i] = p->desc->value(p, &x);
        low = fmin(low, f[i]);
        high = fmax(high, f[i]);
    }
    for (size_t r = 0; r < PICTURE_CURVE; r++) {
        memset(grid[r], ' ', PICTURE_WIDTH);
        grid[r][PICTURE_WIDTH] = '\0';
    }
    for (size_t i = 0; i < PICTURE_WIDTH; i++) {
        const double x = picture_at(p, i, PICTURE_WIDTH);
        const double height = high > low ? (f[i] - low) / (high - low) : 0.0;
        if (!isfinite(height)) continue;
        const size_t up = (size_t)floor(height * (PICTURE_CURVE - 1) + 0.5);
        grid[PICTURE_CURVE - 1 - up][i] = picture_is_stationary(p, &x, &half) ? 'O' : '.';
    }
    for (size_t r = 0; r < PICTURE_CURVE; r++) {
        if (r == 0 || r == PICTURE_CURVE - 1)
            snprintf(line, sizeof line, "%10.3g |%.*s", r ? low : high, PICTURE_WIDTH, grid[r]);
        else
            snprintf(line, sizeof line, "%10s |%.*s", "", PICTURE_WIDTH, grid[r]);
        picture_line(to, line);
    }
}

static int picture_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of the values below f: levels by rank show flat and steep places alike. */
static double picture_rank(const double *sorted, size_t count, double f)
{
    size_t below = 0;
    while (below < count && sorted[below] < f) below++;
    return (double)below / (double)count;
}

static void picture_levels(const clarke_problem *p, clarke_arena *mem, page *to)
{
    static const char shade[] = " .:-=+*#";
    enum { CELLS = PICTURE_WIDTH * PICTURE_HEIGHT, SHADES = sizeof shade - 1 };
    char line[PICTURE_WIDTH + 64], cell[PICTURE_WIDTH + 1];
    double *f = clarke_vec(mem, CELLS), *sorted = clarke_vec(mem, CELLS);
    if (!f || !sorted) return;
    const double width = p->box_high - p->box_low;
    const double half[2] = {0.5 * width / PICTURE_WIDTH, 0.5 * width / PICTURE_HEIGHT};
    for (size_t i = 0; i < CELLS; i++) {
        const double x[2] = {picture_at(p, i % PICTURE_WIDTH, PICTURE_WIDTH),
                             picture_at(p, i / PICTURE_WIDTH, PICTURE_HEIGHT)};
        f[i] = sorted[i] = p->desc->value(p, x);
    }
    qsort(sorted, CELLS, sizeof *sorted, picture_compare);
    for (size_t r = PICTURE_HEIGHT; r-- > 0;) {
        for (size_t c = 0; c < PICTURE_WIDTH; c++) {
            const double x[2] = {picture_at(p, c, PICTURE_WIDTH), picture_at(p, r, PICTURE_HEIGHT)};
            const double rank = picture_rank(sorted, CELLS, f[r * PICTURE_WIDTH + c]);
            cell[c] = picture_is_stationary(p, x, half) ? 'O' : shade[(size_t)(rank * SHADES)];
        }
        cell[PICTURE_WIDTH] = '\0';
        if (r == PICTURE_HEIGHT - 1 || r == 0)
            snprintf(line, sizeof line, "%10.3g |%s|", r ? p->box_high : p->box_low, cell);
        else
            snprintf(line, sizeof line, "%10s |%s|", "", cell);
        picture_line(to, line);
    }
}

const char *clarke_picture(const clarke_problem *p, clarke_arena *mem)
{
    char line[160];
    if (p->n < 1 || p->n > 2 || !p->desc->value) return NULL;
    if (!(p->box_high > p->box_low) || !isfinite(p->box_high - p->box_low)) return NULL;
    page to = {.room = (PICTURE_HEIGHT + 4) * (PICTURE_WIDTH + 64)};
    to.text = clarke_alloc(mem, to.room);
    if (!to.text) return NULL;
    if (p->n == 1)
        picture_curve(p, &to);
    else
        picture_levels(p, mem, &to);
    snprintf(line, sizeof line, "%11s%-10.3g%*.3g", "", p->box_low, PICTURE_WIDTH - 8, p->box_high);
    picture_line(&to, line);
    picture_line(&to, p->n == 1 ? "            f(x); O: stationary"
                                : "            low to high: blank . : - = + * #; O: stationary");
    return to.text;
}
