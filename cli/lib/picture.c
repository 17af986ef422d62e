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

/* One mark for each kind, in the order of CLARKE_POINT_LIST. */
static const char picture_mark[] = "?@o^x/_";

/* The cell of `count` that t is in; the ends of the box count as inside. */
static size_t picture_cell(const clarke_problem *p, double t, size_t count)
{
    const double at = (t - p->box_low) / (p->box_high - p->box_low) * (double)count;
    if (!(at >= -0x1p-30 && at <= (double)count * (1.0 + 0x1p-30))) return SIZE_MAX;
    return at < 0.0 ? 0 : (size_t)at < count ? (size_t)at : count - 1;
}

/* The mark of the stationary point nearest to x, if it lies in the same cell as x; else 0. `seen`
   gets the kind. */
static char picture_stationary(const clarke_problem *p, const double *x, const size_t *count,
                               unsigned *seen)
{
    double nearest[2] = {NAN, NAN};
    clarke_point_kind kind = CLARKE_POINT_UNKNOWN;
    if (!p->desc->stationary_distance) return '\0';
    const double distance = p->desc->stationary_distance(p, x, nearest, &kind);
    if (!isfinite(distance)) return '\0';
    for (size_t j = 0; j < p->n; j++)
        if (picture_cell(p, nearest[j], count[j]) != picture_cell(p, x[j], count[j])) return '\0';
    *seen |= 1u << kind;
    return picture_mark[kind];
}

static void picture_curve(const clarke_problem *p, unsigned *seen, page *to)
{
    double f[PICTURE_WIDTH], low = INFINITY, high = -INFINITY;
    char grid[PICTURE_CURVE][PICTURE_WIDTH + 1], line[PICTURE_WIDTH + 64];
    const size_t count[] = {PICTURE_WIDTH};
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
        const char mark = picture_stationary(p, &x, count, seen);
        grid[PICTURE_CURVE - 1 - up][i] = mark ? mark : '.';
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

static void picture_levels(const clarke_problem *p, clarke_arena *mem, unsigned *seen, page *to)
{
    static const char shade[] = " .:-=+*#";
    enum { CELLS = PICTURE_WIDTH * PICTURE_HEIGHT, SHADES = sizeof shade - 1 };
    char line[PICTURE_WIDTH + 64], cell[PICTURE_WIDTH + 1];
    double *f = clarke_vec(mem, CELLS), *sorted = clarke_vec(mem, CELLS);
    if (!f || !sorted) return;
    const size_t count[] = {PICTURE_WIDTH, PICTURE_HEIGHT};
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
            const char mark = picture_stationary(p, x, count, seen);
            cell[c] = mark ? mark : shade[(size_t)(rank * SHADES)];
        }
        cell[PICTURE_WIDTH] = '\0';
        if (r == PICTURE_HEIGHT - 1 || r == 0)
            snprintf(line, sizeof line, "%10.3g |%s|", r ? p->box_high : p->box_low, cell);
        else
            snprintf(line, sizeof line, "%10s |%s|", "", cell);
        picture_line(to, line);
    }
}

/* What the marks that occur mean. */
static void picture_legend(const clarke_problem *p, unsigned seen, page *to)
{
    char line[PICTURE_WIDTH + 160];
    int used = snprintf(line, sizeof line, "            %s",
                        p->n == 1 ? ".: f(x)" : "low to high: blank . : - = + * #");
    for (clarke_point_kind kind = CLARKE_POINT_UNKNOWN; kind <= CLARKE_POINT_FLAT; kind++) {
        if (!(seen >> kind & 1u)) continue;
        if (used > PICTURE_WIDTH - 10) {
            picture_line(to, line);
            used = snprintf(line, sizeof line, "            ");
        }
        used += snprintf(line + used, sizeof line - (size_t)used, "%s%c: %s", used > 12 ? "; " : "",
                         picture_mark[kind],
                         kind == CLARKE_POINT_UNKNOWN ? "stationary" : clarke_point_text(kind));
    }
    picture_line(to, line);
}

const char *clarke_picture(const clarke_problem *p, clarke_arena *mem)
{
    char line[160];
    unsigned seen = 0;
    if (p->n < 1 || p->n > 2 || !p->desc->value) return NULL;
    if (!(p->box_high > p->box_low) || !isfinite(p->box_high - p->box_low)) return NULL;
    page to = {.room = (PICTURE_HEIGHT + 6) * (PICTURE_WIDTH + 64)};
    to.text = clarke_alloc(mem, to.room);
    if (!to.text) return NULL;
    if (p->n == 1)
        picture_curve(p, &seen, &to);
    else
        picture_levels(p, mem, &seen, &to);
    snprintf(line, sizeof line, "%11s%-10.3g%*.3g", "", p->box_low, PICTURE_WIDTH - 8, p->box_high);
    picture_line(&to, line);
    picture_legend(p, seen, &to);
    return to.text;
}
