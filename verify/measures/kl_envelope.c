/* The residual against the value gap: for each bin of width 1/2 of ln (f - f*), from 8 down to
   -248, the smallest residual seen, with the gap at which it was seen. First over the path; then
   over the path and points near it, at up to 96 k's 24 points x + rho d u with d = dist(x, S), rho
   = 1/64, 1/8, 1 and u pseudo-random unit vectors; then over 24 points around the last nearest
   point of S at each of 80 radii from an eighth of the start's distance down, of ratio sqrt 2. f*
   is the value at the nearest point of S; points whose nearest one has another value than the
   iterate's are not used, nor are gaps below the rounding of verify/lib/decrease.h. What never
   occurred is NAN. */
#include "core/measure.h"
#include "core/stream.h"
#include "verify/lib/decrease.h"
#include "verify/lib/names.h"

#include <string.h>

enum { BINS = 512, CHECKPOINTS = 96, AROUND = 24, RADII = 80 };

typedef struct {
    double gap[BINS], residual[BINS];
} kl_bins;

typedef struct {
    kl_bins path, envelope, limit;
    clarke_descent_row last;
    size_t next;
    clarke_stream stream;
    double first;             /* the distance of the start */
    double *nearest, *y, *at; /* [n] */
} kl_envelope;

static void kl_envelope_put(kl_bins *b, const clarke_measure *m, const clarke_descent_row *row)
{
    const double rounding = 0x1p-49 * ((double)m->n + 4.0);
    const double place = (8.0 - log(row->gap)) * 2.0;
    if (!(row->gap > rounding * row->size * (sqrt(row->gap) + rounding * row->size))) return;
    if (!(place >= 0.0 && place < BINS) || isnan(row->residual)) return;
    const size_t i = (size_t)place;
    if (row->residual >= b->residual[i]) return;
    b->residual[i] = row->residual;
    b->gap[i] = row->gap;
}

static clarke_status kl_envelope_begin(clarke_measure *m)
{
    kl_envelope *s = m->state;
    s->nearest = clarke_vec(m->mem, m->n);
    s->y = clarke_vec(m->mem, m->n);
    s->at = clarke_vec(m->mem, m->n);
    CLARKE_TRY(clarke_arena_status(m->mem));
    for (size_t i = 0; i < BINS; i++)
        s->path.residual[i] = s->envelope.residual[i] = s->limit.residual[i] = NAN;
    s->stream = clarke_stream_make(1, m->problem->spec, "kl_envelope", m->repetition, 0, "around");
    s->last = clarke_descent_row_of(m->problem, m->start, NULL, NULL, s->nearest);
    s->first = s->last.distance;
    memcpy(s->at, m->start, m->n * sizeof *s->at);
    return CLARKE_OK;
}

/* Points at `reach` times `distance` from x; `draw` numbers them. */
static void kl_envelope_around(clarke_measure *m, const double *x, double distance,
                               const double reach[3], size_t draw, kl_bins *bins)
{
    kl_envelope *s = m->state;
    for (size_t i = 0; i < AROUND; i++) {
        double norm = 0.0;
        for (size_t j = 0; j < m->n; j++) {
            s->y[j] = clarke_stream_gaussian(&s->stream, draw, i * m->n + j);
            norm = hypot(norm, s->y[j]);
        }
        const double scale = reach[i % 3] * distance / norm;
        for (size_t j = 0; j < m->n; j++) s->y[j] = x[j] + scale * s->y[j];
        const clarke_descent_row row =
            clarke_descent_row_of(m->problem, s->y, x, &s->last, s->nearest);
        if (row.level == s->last.level) kl_envelope_put(bins, m, &row);
    }
}

static void kl_envelope_observe(clarke_measure *m, const clarke_event *e)
{
    static const double reach[] = {1.0 / 64.0, 1.0 / 8.0, 1.0};
    kl_envelope *s = m->state;
    if (!e->last_phase) return;
    s->last = clarke_descent_row_of(m->problem, e->after, e->after, &s->last, s->nearest);
    memcpy(s->at, e->after, m->n * sizeof *s->at);
    if (!m->problem->desc->value_gap) s->last.gap -= m->problem->minimum;
    kl_envelope_put(&s->path, m, &s->last);
    kl_envelope_put(&s->envelope, m, &s->last);
    if (e->k < s->next || !m->problem->desc->value_gap) return;
    const double ratio = pow((double)m->clock->steps, 1.0 / CHECKPOINTS);
    s->next = (size_t)fmax((double)e->k + 1.0, ceil((double)(e->k + 1) * ratio));
    kl_envelope_around(m, e->after, s->last.distance, reach, e->k, &s->envelope);
}

static void kl_envelope_end(clarke_measure *m, double *out)
{
    static const double same[] = {1.0, 1.0, 1.0};
    kl_envelope *s = m->state;
    double *point = s->at;
    m->problem->desc->stationary_distance(m->problem, s->at, s->nearest, NULL);
    memcpy(point, s->nearest, m->n * sizeof *point);
    for (size_t i = 0; i < RADII && m->problem->desc->value_gap; i++)
        kl_envelope_around(m, point, s->first * exp2(-3.0 - 0.5 * (double)i), same, SIZE_MAX - i,
                           &s->limit);
    const kl_bins *part[] = {&s->path, &s->envelope, &s->limit};
    for (size_t b = 0; b < 3; b++) {
        for (size_t i = 0; i < BINS; i++)
            *out++ = isnan(part[b]->residual[i]) ? NAN : part[b]->gap[i];
        for (size_t i = 0; i < BINS; i++) *out++ = part[b]->residual[i];
    }
}

static const char *const kl_envelope_outputs[] = {
    CLARKE_NAMES_512("path_gap"),     CLARKE_NAMES_512("path_residual"),
    CLARKE_NAMES_512("envelope_gap"), CLARKE_NAMES_512("envelope_residual"),
    CLARKE_NAMES_512("limit_gap"),    CLARKE_NAMES_512("limit_residual")};

const clarke_measure_desc clarke_measure_kl_envelope = {
    .title = "Lower envelope of the residual against the value gap",
    .unit = "mixed",
    .meaning = "the smallest residual in each bin of ln(f - f*), over the path and around it",
    .cost = CLARKE_COST_ITERATION,
    .needs = CLARKE_NEEDS_TRUTH,
    .outputs = sizeof kl_envelope_outputs / sizeof kl_envelope_outputs[0],
    .output = kl_envelope_outputs,
    .state_size = sizeof(kl_envelope),
    .begin = kl_envelope_begin,
    .observe = kl_envelope_observe,
    .end = kl_envelope_end,
};
