#include "bench/pairs.h"

#include <assert.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

clarke_status clarke_pairs_open(size_t rows, clarke_arena *mem, clarke_pairs *p)
{
    *p = (clarke_pairs){rows, clarke_alloc_array(mem, rows + 1, sizeof *p->row)};
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < rows; i++)
        p->row[i] = (clarke_pairs_row){.open = true, .verdict = CLARKE_GATE_SAME, .p = NAN};
    return CLARKE_OK;
}

void clarke_pairs_put(clarke_pairs_row *row, bool screening, double log_ratio)
{
    assert(row->open);
    assert(screening ? row->screens < CLARKE_PAIRS_SCREEN_MOST : row->pairs < CLARKE_PAIRS_MOST);
    if (screening)
        row->screen[row->screens++] = log_ratio;
    else
        row->ratio[row->pairs++] = log_ratio;
}

size_t clarke_pairs_screen(clarke_pairs *p, double least)
{
    size_t open = 0;
    for (size_t i = 0; i < p->rows; i++) {
        clarke_pairs_row *r = &p->row[i];
        r->effect = clarke_centre_of(r->screens, r->screen, 0.95);
        r->open = r->suspect = !(fabs(r->effect.median) <= 0.5 * log1p(least));
        open += r->open;
    }
    return open;
}

/* Every suspect's p-value counts, those of decided ones as 1: that can only make the others'
   larger. */
static size_t pairs_adjust(const clarke_pairs *p, double *adjusted)
{
    size_t suspects = 0;
    for (size_t i = 0; i < p->rows; i++) {
        const clarke_pairs_row *r = &p->row[i];
        if (!r->suspect) continue;
        adjusted[suspects++] = r->open ? clarke_signed_rank_test(r->pairs, r->ratio) : 1.0;
    }
    clarke_holm(suspects, adjusted);
    return suspects;
}

static clarke_gate_verdict pairs_verdict(const clarke_pairs_row *r, double alpha, double least)
{
    const double slower = log1p(least), faster = log1p(-least);
    const bool large = r->effect.median > slower || r->effect.median < faster;
    if (!large) return CLARKE_GATE_SAME;
    if (r->p > alpha) return CLARKE_GATE_UNDECIDED;
    return r->effect.median > slower ? CLARKE_GATE_SLOWER : CLARKE_GATE_FASTER;
}

clarke_status clarke_pairs_look(clarke_pairs *p, size_t look, double alpha, double least,
                                clarke_arena *mem, size_t *open)
{
    const double level = alpha / CLARKE_PAIRS_LOOKS;
    double *adjusted = clarke_vec(mem, p->rows + 1);
    size_t at = 0;
    CLARKE_TRY(clarke_arena_status(mem));
    pairs_adjust(p, adjusted);
    *open = 0;
    for (size_t i = 0; i < p->rows; i++) {
        clarke_pairs_row *r = &p->row[i];
        if (!r->suspect) continue;
        const double of_row = adjusted[at++];
        if (!r->open) continue;
        r->p = of_row;
        r->effect = clarke_centre_of(r->pairs, r->ratio, 1.0 - level);
        r->verdict = pairs_verdict(r, level, least);
        /* Certainly not large, or certain and large, or no more to come. */
        const bool small = r->effect.low > log1p(-least) && r->effect.high < log1p(least);
        const bool called = r->verdict == CLARKE_GATE_SLOWER || r->verdict == CLARKE_GATE_FASTER;
        r->open = !small && !called && look < CLARKE_PAIRS_LOOKS;
        *open += r->open;
    }
    return CLARKE_OK;
}

clarke_status clarke_pairs_gate(const clarke_pairs *p, clarke_arena *mem, clarke_gate *gate)
{
    *gate = (clarke_gate){.rows = p->rows,
                          .row = clarke_alloc_array(mem, p->rows + 1, sizeof *gate->row)};
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < p->rows; i++) {
        const clarke_pairs_row *r = &p->row[i];
        gate->row[i] = (clarke_gate_row){.kernel = r->kernel,
                                         .size = r->size,
                                         .verdict = r->verdict,
                                         .effect = expm1(r->effect.median),
                                         .low = expm1(r->effect.low),
                                         .high = expm1(r->effect.high),
                                         .p = r->p};
        gate->slower += r->verdict == CLARKE_GATE_SLOWER;
        gate->faster += r->verdict == CLARKE_GATE_FASTER;
        gate->undecided += r->verdict == CLARKE_GATE_UNDECIDED;
    }
    return CLARKE_OK;
}

/* ---- what to expect ---- */

size_t clarke_pairs_noise(const clarke_pairs *p, size_t room, double *noise)
{
    size_t count = 0;
    for (size_t i = 0; i < p->rows; i++) {
        const clarke_pairs_row *r = &p->row[i];
        if (r->screens < 2) continue;
        const double centre = clarke_centre_of(r->screens, r->screen, 0.95).median;
        /* The centre was taken from the same values, which makes what is left too small. */
        const double lost = sqrt((double)r->screens / (double)(r->screens - 1));
        for (size_t k = 0; k < r->screens && count < room; k++)
            noise[count++] = lost * (r->screen[k] - centre);
    }
    return count;
}

double clarke_pairs_spread(size_t count, const double *noise, clarke_arena *mem)
{
    double *size = clarke_vec(mem, count + 1);
    if (count == 0 || !size) return NAN;
    for (size_t i = 0; i < count; i++) size[i] = fabs(noise[i]);
    gsl_sort(size, 1, count);
    return gsl_stats_median_from_sorted_data(size, 1, count);
}

typedef struct {
    const clarke_pairs_trial *trial;
    size_t count;
    const double *noise;
    clarke_stream stream;
    uint64_t drawn;
} pairs_source;

static double pairs_draw(pairs_source *s)
{
    const size_t at = clarke_stream_index(&s->stream, s->drawn, 0, s->count);
    const bool turned = clarke_stream_bits(&s->stream, s->drawn++, 1) & 1u;
    return log1p(s->trial->effect) + (turned ? -s->noise[at] : s->noise[at]);
}

static void pairs_draw_all(pairs_source *s, size_t pairs, bool screening, clarke_pairs *p)
{
    for (size_t k = 0; k < pairs; k++)
        for (size_t i = 0; i < p->rows; i++)
            if (p->row[i].open) clarke_pairs_put(&p->row[i], screening, pairs_draw(s));
}

static clarke_status pairs_once(pairs_source *s, clarke_arena *mem, clarke_pairs_called *called)
{
    const clarke_pairs_trial *t = s->trial;
    clarke_pairs p;
    clarke_gate gate;
    CLARKE_TRY(clarke_pairs_open(t->rows, mem, &p));
    pairs_draw_all(s, t->screens, true, &p);
    size_t open = clarke_pairs_screen(&p, t->least);
    for (size_t look = 1; open > 0; look++) {
        pairs_draw_all(s, CLARKE_PAIRS_LOOK, false, &p);
        CLARKE_TRY(clarke_pairs_look(&p, look, t->alpha, t->least, mem, &open));
    }
    CLARKE_TRY(clarke_pairs_gate(&p, mem, &gate));
    called->rows += gate.slower + gate.faster;
    called->comparisons += gate.slower + gate.faster > 0;
    return CLARKE_OK;
}

clarke_status clarke_pairs_expect(const clarke_pairs_trial *trial, size_t count,
                                  const double *noise, size_t trials, clarke_pairs_called *called)
{
    pairs_source source = {
        .trial = trial,
        .count = count,
        .noise = noise,
        .stream = clarke_stream_make((uint64_t)count, "", "", 0, 0, "ratios of pairs")};
    *called = (clarke_pairs_called){0};
    if (count == 0) return clarke_fail(CLARKE_EINPUT, "no noise was measured");
    for (size_t i = 0; i < trials; i++) {
        clarke_arena *mem = clarke_arena_new(0);
        if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
        const clarke_status status = pairs_once(&source, mem, called);
        clarke_arena_free(mem);
        CLARKE_TRY(status);
    }
    return CLARKE_OK;
}
