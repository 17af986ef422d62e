/* The path of block descent: per sweep the move, the fall of the objective, and dist(0, dL(P_k)) by
   blocks. In three-splitting that is the distance from the whole subdifferential, a product over the
   blocks; in two-splitting with kinks the product contains more, so the number is a lower bound.
   Nothing is judged here.

   "first" is the first half of the sweeps and "second" the other; ratio is dist_k / |P_k - P_{k-1}|,
   taken where dist_k is more than four times what a correct update leaves (verify/lib/bcd_dist.c).
   At most 128 evenly spaced sweeps are marked, with the fall still to come after each: a sum of
   falls, each formed locally, so that it has no cancellation against L. */
#include "verify/lib/bcd_watch.h"

#include <math.h>

enum {
    PATH_SWEEPS,
    PATH_START,        /* L_0 */
    PATH_FALL,         /* L_0 - L_K */
    PATH_LENGTH,       /* sum of moves */
    PATH_LENGTH_LATER, /* of the second half */
    PATH_MOVES,        /* sum of squared moves */
    PATH_DISTS,        /* sum of squared dist */
    PATH_DISTS_LATER,
    PATH_FALL_LATER,
    PATH_LAST_MOVE,
    PATH_LAST_DIST,
    PATH_LAST_NOISE, /* what correct updates leave of it */
    PATH_LEAST_DIST,
    PATH_FIRST_DIST,
    PATH_RATIO_FIRST,
    PATH_RATIO_SECOND,
    PATH_WORST_AVERAGE, /* sup over K of K min dist / sum of moves */
    PATH_MARKED,
    PATH_MARKS,
    PATH_OUTPUTS = CLARKE_BCD_MARK_DIST + CLARKE_BCD_MARKS
};

_Static_assert((int)PATH_MARKS == (int)CLARKE_BCD_MARK_K, "the marks begin elsewhere");

typedef struct {
    clarke_bcd_watch watch;
    long double fall, move; /* of the sweep so far; move is squared */
    long double after_mark; /* fall since the last mark */
    size_t every, marked;
    double out[PATH_OUTPUTS];
} bcd_path;

static clarke_status bcd_path_begin(clarke_measure *m)
{
    bcd_path *s = m->state;
    CLARKE_TRY(clarke_bcd_watch_begin(&s->watch, m));
    s->every = (m->clock->steps + CLARKE_BCD_MARKS - 1) / CLARKE_BCD_MARKS;
    for (size_t i = CLARKE_BCD_MARK_K; i < PATH_OUTPUTS; i++) s->out[i] = NAN;
    s->out[PATH_START] = (double)clarke_bcd_value(&s->watch.bcd, m->start).value;
    s->out[PATH_LEAST_DIST] = INFINITY;
    return CLARKE_OK;
}

/* |the blocks' distances| and what correct updates leave of it. */
static void bcd_path_dist(bcd_path *s, const double *x, double *dist, double *noise)
{
    const clarke_split *net = s->watch.bcd.net;
    long double sum = 0.0L, bound = 0.0L;
    for (size_t block = 0; block < net->layout.count; block++) {
        clarke_bcd_block b;
        b.role = clarke_split_role_of(net, block, &b.layer);
        const clarke_bcd_residual r =
            clarke_bcd_stationarity(&s->watch.bcd, x, b, (clarke_bcd_prox){0});
        sum = hypotl(sum, r.distance);
        bound = hypotl(bound, r.bound);
    }
    *dist = (double)sum;
    *noise = (double)bound;
}

static void bcd_path_mark(bcd_path *s, size_t k, double dist)
{
    double *out = s->out;
    /* Every gap so far grows by what has fallen since. */
    for (size_t i = 0; i < s->marked; i++) out[CLARKE_BCD_MARK_GAP + i] += (double)s->after_mark;
    s->after_mark = 0.0L;
    if (k % s->every != 0 || s->marked == CLARKE_BCD_MARKS) return;
    out[CLARKE_BCD_MARK_K + s->marked] = (double)k;
    out[CLARKE_BCD_MARK_GAP + s->marked] = 0.0;
    out[CLARKE_BCD_MARK_DIST + s->marked++] = dist;
}

static void bcd_path_sweep(bcd_path *s, const clarke_measure *m, const clarke_event *e)
{
    double *out = s->out, noise;
    const double move = (double)sqrtl(s->move), fall = (double)s->fall;
    const bool later = 2 * (e->k + 1) > m->clock->steps;
    double dist;
    bcd_path_dist(s, e->after, &dist, &noise);
    out[PATH_SWEEPS] += 1.0;
    out[PATH_FALL] += fall;
    out[PATH_LENGTH] += move;
    out[PATH_MOVES] += move * move;
    out[PATH_DISTS] += dist * dist;
    if (later) {
        out[PATH_LENGTH_LATER] += move;
        out[PATH_DISTS_LATER] += dist * dist;
        out[PATH_FALL_LATER] += fall;
    }
    out[PATH_LAST_MOVE] = move;
    out[PATH_LAST_DIST] = dist;
    out[PATH_LAST_NOISE] = noise;
    if (e->k == 0) out[PATH_FIRST_DIST] = dist;
    out[PATH_LEAST_DIST] = fmin(out[PATH_LEAST_DIST], dist);
    double *ratio = &out[later ? PATH_RATIO_SECOND : PATH_RATIO_FIRST];
    if (dist > 4.0 * noise) *ratio = fmax(*ratio, dist / move);
    const double average = (double)(e->k + 1) * out[PATH_LEAST_DIST] / out[PATH_LENGTH];
    out[PATH_WORST_AVERAGE] = fmax(out[PATH_WORST_AVERAGE], average);
    s->after_mark += s->fall;
    bcd_path_mark(s, e->k, dist);
}

static void bcd_path_observe(clarke_measure *m, const clarke_event *e)
{
    bcd_path *s = m->state;
    clarke_bcd_watch *w = &s->watch;
    clarke_bcd_watch_read(w, e);
    if (e->phase == 0) s->fall = s->move = 0.0L;
    if (e->phase < w->blocks) {
        const clarke_split *net = w->bcd.net;
        const clarke_bcd_move move = clarke_bcd_fall(
            &w->bcd, w->x, clarke_split_block(net, e->after, clarke_bcd_index(net, w->block)),
            w->block);
        s->fall += move.fall.value;
        s->move += move.moved * move.moved;
    }
    if (e->last_phase) bcd_path_sweep(s, m, e);
    clarke_bcd_watch_pass(w, e);
}

static void bcd_path_end(clarke_measure *m, double *out)
{
    bcd_path *s = m->state;
    s->out[PATH_MARKED] = (double)s->marked;
    for (size_t i = 0; i < PATH_OUTPUTS; i++) out[i] = s->out[i];
}

#define PATH_8(name) name, name, name, name, name, name, name, name
#define PATH_128(name)                                                                             \
    PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name),            \
        PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name),        \
        PATH_8(name), PATH_8(name), PATH_8(name), PATH_8(name)

/* A name that is repeated stands for the first of its places. */
static const char *const bcd_path_output[PATH_OUTPUTS] = {
    "sweeps",      "start",         "fall",          "length",       "length_later",  "moves2",
    "dist2",       "dist2_later",   "fall_later",    "last_move",    "last_dist",     "last_noise",
    "least_dist",  "first_dist",    "ratio_first",   "ratio_second", "worst_average", "marked",
    PATH_128("k"), PATH_128("gap"), PATH_128("dist")};

const clarke_measure_desc clarke_measure_bcd_path = {
    .title = "The path of block descent",
    .unit = "as named",
    .meaning = "sums of moves, of falls and of squared subgradient norms, over all sweeps and over "
               "their second half, and marks along the run",
    .cost = CLARKE_COST_PHASE,
    .outputs = PATH_OUTPUTS,
    .output = bcd_path_output,
    .state_size = sizeof(bcd_path),
    .begin = bcd_path_begin,
    .observe = bcd_path_observe,
    .end = bcd_path_end,
};
