#include "cli/lib/card.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The subdifferential at a point of the plane, drawn: the middle of the enclosure that proofs by
   machine use, over the box that is the point alone. A kink counts as active where the interval of
   its function, which is a few roundings wide, holds 0. An enclosure may be larger than the
   subdifferential, so its corners are looked for among gradients close to the point; where one is
   missing, the hull of these gradients is drawn instead. */

enum { POLYGON_MOST = 512, POLYGON_WIDTH = 60, POLYGON_HEIGHT = 21 };

typedef struct {
    double x, y;
} polygon_point;

typedef struct {
    size_t count;
    polygon_point at[POLYGON_MOST]; /* counterclockwise */
} polygon;

static double polygon_middle(clarke_interval a)
{
    return 0.5 * a.low + 0.5 * a.high;
}

static int polygon_compare(const void *a, const void *b)
{
    const polygon_point *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* Positive where c is on the left of the line from a to b. */
static double polygon_turn(polygon_point a, polygon_point b, polygon_point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static double polygon_gap(polygon_point a, polygon_point b)
{
    return hypot(a.x - b.x, a.y - b.y);
}

/* The hull of points (Andrew's chains); corners that are flat up to rounding are left out. */
static void polygon_hull(size_t count, polygon_point *p, polygon *hull)
{
    double size = 0.0;
    qsort(p, count, sizeof *p, polygon_compare);
    for (size_t i = 0; i < count; i++) size = fmax(size, fmax(fabs(p[i].x), fabs(p[i].y)));
    const double flat = 1e-12 * size * size, same = 1e-12 * size;
    hull->count = 0;
    for (int side = 0; side < 2; side++) {
        const size_t first = hull->count;
        for (size_t i = 0; i < count; i++) {
            const polygon_point next = side == 0 ? p[i] : p[count - 1 - i];
            if (hull->count > first && polygon_gap(hull->at[hull->count - 1], next) <= same)
                continue;
            while (hull->count >= first + 2 &&
                   polygon_turn(hull->at[hull->count - 2], hull->at[hull->count - 1], next) <= flat)
                hull->count--;
            if (hull->count < POLYGON_MOST) hull->at[hull->count++] = next;
        }
        if (hull->count > first + 1 || (side == 1 && hull->count > 1)) hull->count--;
    }
}

/* The sum of the polygon and a part. */
static void polygon_add(polygon *sum, const clarke_enclosure *e, size_t part, clarke_arena *mem)
{
    const size_t first = e->first[part], corners = e->first[part + 1] - first;
    polygon_point *p = clarke_alloc_array(mem, sum->count * corners, sizeof *p);
    if (!p) return;
    for (size_t i = 0; i < sum->count; i++)
        for (size_t j = 0; j < corners; j++)
            p[i * corners + j] = (polygon_point){
                sum->at[i].x + polygon_middle(e->vertex[first + j][0]),
                sum->at[i].y + (e->n > 1 ? polygon_middle(e->vertex[first + j][1]) : 0.0)};
    polygon_hull(sum->count * corners, p, sum);
}

/* A centre whose interval is more than rounding is a box of subgradients. */
static void polygon_box(polygon *sum, const clarke_enclosure *e, clarke_arena *mem)
{
    clarke_enclosure box;
    clarke_enclosure_begin(&box, e->n);
    for (size_t i = 0; i < e->n; i++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
        const clarke_interval side = e->centre[i];
        const bool wide = side.high - side.low > 1e-12 * (1.0 + clarke_interval_mag(side));
        v[i] = clarke_interval_point(1.0);
        clarke_enclosure_segment(&box, wide ? side : clarke_interval_point(polygon_middle(side)),
                                 v);
    }
    sum->count = 1;
    sum->at[0] = (polygon_point){polygon_middle(box.centre[0]),
                                 e->n > 1 ? polygon_middle(box.centre[1]) : 0.0};
    for (size_t k = 0; k < box.parts; k++) polygon_add(sum, &box, k, mem);
}

enum { POLYGON_SAMPLES = 360 };

/* The hull of gradients around x; false where every corner of `g` is one of them, to 1e-6. */
static bool polygon_larger(const clarke_problem *p, const double *x, const polygon *g,
                           polygon *sampled, clarke_arena *mem)
{
    polygon_point *at = clarke_alloc_array(mem, POLYGON_SAMPLES, sizeof *at);
    bool larger = false;
    if (!at) return false;
    for (size_t i = 0; i < POLYGON_SAMPLES; i++) {
        const double angle = 6.28318530717958648 * ((double)i + 0.37) / POLYGON_SAMPLES;
        const double y[] = {x[0] + 1e-9 * (1.0 + fabs(x[0])) * cos(angle),
                            p->n > 1 ? x[1] + 1e-9 * (1.0 + fabs(x[1])) * sin(angle) : 0.0};
        double gradient[2] = {0.0, 0.0};
        p->desc->subgradient(p, y, gradient);
        at[i] = (polygon_point){gradient[0], gradient[1]};
    }
    for (size_t k = 0; k < g->count && !larger; k++) {
        double nearest = INFINITY;
        for (size_t i = 0; i < POLYGON_SAMPLES; i++)
            nearest = fmin(nearest, polygon_gap(g->at[k], at[i]));
        larger = nearest > 1e-6 * (1.0 + hypot(g->at[k].x, g->at[k].y));
    }
    polygon_hull(POLYGON_SAMPLES, at, sampled);
    return larger;
}

static bool polygon_inside(const polygon *g, polygon_point at)
{
    for (size_t i = 0; i < g->count; i++)
        if (polygon_turn(g->at[i], g->at[(i + 1) % g->count], at) < 0.0) return false;
    return g->count > 2;
}

typedef struct {
    double left, low, width, height;
    char cell[POLYGON_HEIGHT][POLYGON_WIDTH + 1];
} polygon_page;

static void polygon_mark(polygon_page *page, polygon_point at, char mark)
{
    const double c = (at.x - page->left) / page->width * (POLYGON_WIDTH - 1);
    const double r = (at.y - page->low) / page->height * (POLYGON_HEIGHT - 1);
    page->cell[POLYGON_HEIGHT - 1 - (size_t)floor(r + 0.5)][(size_t)floor(c + 0.5)] = mark;
}

/* The page holds the polygon and 0, with some room, and has one scale in both directions: a cell is
   twice as high as it is wide. */
static void polygon_frame(polygon_page *page, const polygon *g)
{
    double left = 0.0, right = 0.0, low = 0.0, high = 0.0;
    for (size_t i = 0; i < g->count; i++) {
        left = fmin(left, g->at[i].x), right = fmax(right, g->at[i].x);
        low = fmin(low, g->at[i].y), high = fmax(high, g->at[i].y);
    }
    double width = fmax(right - left, (high - low) * 0.5 * POLYGON_WIDTH / POLYGON_HEIGHT);
    width = width > 0.0 ? 1.1 * width : 1.0;
    const double height = width * 2.0 * POLYGON_HEIGHT / POLYGON_WIDTH;
    *page = (polygon_page){
        0.5 * (left + right - width), 0.5 * (low + high - height), width, height, {{0}}};
    for (size_t r = 0; r < POLYGON_HEIGHT; r++) memset(page->cell[r], ' ', POLYGON_WIDTH);
}

static void polygon_draw(polygon_page *page, const polygon *g)
{
    enum { STEPS = 240 };
    polygon_frame(page, g);
    for (size_t r = 0; r < POLYGON_HEIGHT; r++)
        for (size_t c = 0; c < POLYGON_WIDTH; c++) {
            const polygon_point at = {page->left + page->width * (double)c / (POLYGON_WIDTH - 1),
                                      page->low + page->height * (double)(POLYGON_HEIGHT - 1 - r) /
                                                      (POLYGON_HEIGHT - 1)};
            if (polygon_inside(g, at)) page->cell[r][c] = '.';
        }
    for (size_t i = 0; i < g->count; i++) {
        const polygon_point a = g->at[i], b = g->at[(i + 1) % g->count];
        for (int k = 1; k < STEPS; k++)
            polygon_mark(
                page, (polygon_point){a.x + (b.x - a.x) * k / STEPS, a.y + (b.y - a.y) * k / STEPS},
                '*');
    }
    for (size_t i = 0; i < g->count; i++) polygon_mark(page, g->at[i], 'o');
    polygon_mark(page, (polygon_point){0.0, 0.0}, '0');
}

/* What is nothing but rounding beside the size of the polygon becomes 0. */
static void polygon_snap(polygon *g)
{
    double size = 0.0;
    for (size_t i = 0; i < g->count; i++)
        size = fmax(size, fmax(fabs(g->at[i].x), fabs(g->at[i].y)));
    for (size_t i = 0; i < g->count; i++) {
        if (fabs(g->at[i].x) <= 1e-14 * size) g->at[i].x = 0.0;
        if (fabs(g->at[i].y) <= 1e-14 * size) g->at[i].y = 0.0;
    }
}

static const char *polygon_text(const clarke_problem *p, const polygon *g, bool sampled,
                                clarke_arena *mem)
{
    polygon_page page;
    const char *text = "";
    for (size_t i = 0; i < g->count && text && !sampled; i++)
        text = p->n == 1 ? clarke_arena_printf(mem, "%s%s%.10g", text, i ? ", " : "", g->at[i].x)
                         : clarke_arena_printf(mem, "%s%s(%.10g, %.10g)", text, i ? ", " : "",
                                               g->at[i].x, g->at[i].y);
    if (!text) return NULL;
    text = sampled
               ? clarke_arena_printf(mem,
                                     "            subdifferential: about the hull of %d gradients "
                                     "close to the point\n",
                                     (int)POLYGON_SAMPLES)
               : clarke_arena_printf(mem, "            subdifferential: the hull of %s\n", text);
    if (p->n == 1) return text;
    polygon_draw(&page, g);
    for (size_t r = 0; r < POLYGON_HEIGHT && text; r++)
        text = clarke_arena_printf(mem, "%s           |%s|\n", text, page.cell[r]);
    return text ? clarke_arena_printf(mem, "%s            o: corners; 0: the origin\n", text)
                : NULL;
}

const char *clarke_polygon(const clarke_problem *p, const double *x, clarke_arena *mem)
{
    clarke_interval box[2];
    clarke_enclosure e;
    if (p->n > 2 || !p->desc->enclose) return NULL;
    polygon *g = clarke_alloc(mem, sizeof *g), *sampled = clarke_alloc(mem, sizeof *sampled);
    if (!g || !sampled) return NULL;
    for (size_t j = 0; j < p->n; j++) box[j] = clarke_interval_point(x[j]);
    clarke_enclosure_begin(&e, p->n);
    p->desc->enclose(p, box, false, &e);
    polygon_box(g, &e, mem);
    for (size_t k = 0; k < e.parts; k++) polygon_add(g, &e, k, mem);
    const bool larger = polygon_larger(p, x, g, sampled, mem);
    polygon_snap(larger ? sampled : g);
    return polygon_text(p, larger ? sampled : g, larger, mem);
}
