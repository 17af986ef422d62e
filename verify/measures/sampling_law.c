/* What the oracle's record says of its sampling. arg[0] = terms of the finite sum, noise terms
   included; arg[1] = steps in an epoch if reshuffled, 0 if drawn with replacement. `place` is the
   largest departure, over terms and places in the epoch's order, of how often the term stood there
   from epochs / terms; it is not looked at in sums of more than 256 terms. */
#include "core/measure.h"

#include <math.h>
#include <string.h>

typedef struct {
    size_t terms, epoch;
    size_t *count;                 /* [terms] of all draws */
    unsigned char *seen;           /* [terms] of this epoch */
    size_t *order, *last, ordered; /* [terms] this epoch's order and the last one's */
    size_t draws, outside, epochs, bad, repeated;
    bool epoch_bad;
    size_t *place; /* [terms][terms] how often a term stood at a place; NULL: not looked at */
} sampling_law;

enum { SAMPLING_PLACES = 256 };

static clarke_status sampling_law_begin(clarke_measure *m)
{
    sampling_law *s = m->state;
    s->terms = (size_t)m->arg[0];
    s->epoch = (size_t)m->arg[1];
    s->count = clarke_alloc_array(m->mem, s->terms, sizeof *s->count);
    s->seen = clarke_alloc_array(m->mem, s->terms, sizeof *s->seen);
    s->order = clarke_alloc_array(m->mem, s->terms, sizeof *s->order);
    s->last = clarke_alloc_array(m->mem, s->terms, sizeof *s->last);
    if (s->epoch > 0 && s->terms <= SAMPLING_PLACES)
        s->place = clarke_alloc_array(m->mem, s->terms, s->terms * sizeof *s->place);
    return clarke_arena_status(m->mem);
}

static void sampling_law_close_epoch(sampling_law *s)
{
    const bool whole = s->ordered == s->terms && !s->epoch_bad;
    if (!whole) s->bad++;
    if (whole && s->epochs > 0 && memcmp(s->order, s->last, s->terms * sizeof *s->order) == 0)
        s->repeated++;
    for (size_t i = 0; s->place && whole && i < s->terms; i++)
        s->place[i * s->terms + s->order[i]]++;
    memcpy(s->last, s->order, s->terms * sizeof *s->order);
    memset(s->seen, 0, s->terms);
    s->ordered = 0;
    s->epoch_bad = false;
    s->epochs++;
}

static void sampling_law_observe(clarke_measure *m, const clarke_event *e)
{
    sampling_law *s = m->state;
    for (size_t i = 0; i < e->oracle->count; i++) {
        const size_t index = e->oracle->index[i];
        s->draws++;
        if (index >= s->terms) {
            s->outside++;
            s->epoch_bad = true;
            continue;
        }
        s->count[index]++;
        s->epoch_bad |= s->seen[index] != 0 || s->ordered == s->terms;
        s->seen[index] = 1;
        if (s->ordered < s->terms) s->order[s->ordered++] = index;
    }
    if (s->epoch > 0 && (e->k + 1) % s->epoch == 0) sampling_law_close_epoch(s);
}

static double sampling_law_place(const sampling_law *s)
{
    const double expected = (double)(s->epochs - s->bad) / (double)s->terms;
    double worst = 0.0;
    for (size_t i = 0; s->place && i < s->terms * s->terms; i++)
        worst = fmax(worst, fabs((double)s->place[i] - expected));
    return worst;
}

static void sampling_law_end(clarke_measure *m, double *out)
{
    const sampling_law *s = m->state;
    const double expected = (double)s->draws / (double)s->terms;
    double chi2 = 0.0;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < s->terms; i++) {
        const double off = (double)s->count[i] - expected;
        chi2 += off * off / expected;
        if (s->count[i] < least) least = s->count[i];
    }
    out[0] = (double)s->draws;
    out[1] = s->draws > 0 ? chi2 : NAN;
    out[2] = (double)least;
    out[3] = (double)s->count[s->terms - 1];
    out[4] = (double)s->outside;
    out[5] = (double)s->epochs;
    out[6] = (double)s->bad;
    out[7] = (double)s->repeated;
    out[8] = sampling_law_place(s);
}

static const char *const sampling_law_output[] = {
    "draws", "chi2", "least", "last", "out_of_range", "epochs", "bad_epochs", "repeated", "place"};

const clarke_measure_desc clarke_measure_sampling_law = {
    .title = "Law of the sampled indices",
    .unit = "counts",
    .meaning =
        "draws per index, epochs that are no permutation, equal ones in a row, places of terms",
    .cost = CLARKE_COST_ITERATION,
    .outputs = sizeof sampling_law_output / sizeof sampling_law_output[0],
    .output = sampling_law_output,
    .state_size = sizeof(sampling_law),
    .begin = sampling_law_begin,
    .observe = sampling_law_observe,
    .end = sampling_law_end,
};
