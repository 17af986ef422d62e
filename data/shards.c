#include "data/shards.h"

#include "core/stream.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static size_t shards_labels(const size_t *label, size_t samples)
{
    size_t labels = 1;
    for (size_t s = 0; label && s < samples; s++)
        if (label[s] >= labels) labels = label[s] + 1;
    return labels;
}

/* The samples by label, and within one label in their order: first[c] .. first[c + 1] - 1. */
static void shards_sort(const size_t *label, size_t samples, size_t labels, size_t *first,
                        size_t *sorted)
{
    size_t at = 0;
    for (size_t c = 0; c < labels; c++) {
        first[c] = at;
        for (size_t s = 0; s < samples; s++)
            if (!label || label[s] == c) sorted[at++] = s;
    }
    first[labels] = at;
}

/* Shares of one label: cut[i] .. cut[i + 1] of its samples are agent i's. A Dirichlet draw is one of
   gamma variables over their sum. */
static void shards_cut(const clarke_shards_spec *spec, const clarke_stream *s, size_t label,
                       size_t count, double *draw, size_t *cut)
{
    double sum = 0.0, before = 0.0;
    for (size_t i = 0; i < spec->agents; i++) {
        draw[i] =
            gsl_cdf_gamma_Pinv(clarke_stream_open_uniform(s, label, i), spec->concentration, 1.0);
        sum += draw[i];
    }
    for (size_t i = 0; i < spec->agents; i++) {
        cut[i] = sum > 0.0 ? (size_t)floor(before / sum * (double)count + 0.5)
                           : i * count / spec->agents;
        before += draw[i];
    }
    cut[spec->agents] = count;
}

static clarke_status shards_dirichlet(const clarke_shards_spec *spec, const size_t *first,
                                      const size_t *sorted, size_t labels, clarke_arena *mem,
                                      size_t *begin, size_t *term)
{
    const size_t agents = spec->agents;
    const clarke_stream s = clarke_stream_make(spec->seed, "shards", "", 0, 0, "dirichlet");
    double *draw = clarke_vec(mem, agents);
    size_t *cut = clarke_alloc_array(mem, labels * (agents + 1), sizeof *cut), at = 0;
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t c = 0; c < labels; c++)
        shards_cut(spec, &s, c, first[c + 1] - first[c], draw, cut + c * (agents + 1));
    for (size_t i = 0; i < agents; i++) {
        begin[i] = at;
        for (size_t c = 0; c < labels; c++) {
            const size_t *mine = cut + c * (agents + 1) + i;
            for (size_t k = mine[0]; k < mine[1]; k++) term[at++] = sorted[first[c] + k];
        }
    }
    begin[agents] = at;
    return CLARKE_OK;
}

clarke_status clarke_shards_make(const clarke_shards_spec *spec, const size_t *label,
                                 size_t samples, clarke_arena *mem, clarke_shards *shards)
{
    const size_t agents = spec->agents;
    const bool by_label = spec->kind != CLARKE_SHARDS_EVEN;
    if (by_label && !label)
        return clarke_fail(CLARKE_EINPUT, "data without labels cannot be split by label");
    const size_t labels = by_label ? shards_labels(label, samples) : 1;
    size_t *first = clarke_alloc_array(mem, labels + 1, sizeof *first);
    size_t *sorted = clarke_alloc_array(mem, samples, sizeof *sorted);
    size_t *begin = clarke_alloc_array(mem, agents + 1, sizeof *begin);
    size_t *term = clarke_alloc_array(mem, samples, sizeof *term);
    CLARKE_TRY(clarke_arena_status(mem));
    shards_sort(by_label ? label : NULL, samples, labels, first, sorted);
    if (spec->kind == CLARKE_SHARDS_DIRICHLET) {
        CLARKE_TRY(shards_dirichlet(spec, first, sorted, labels, mem, begin, term));
    } else {
        for (size_t i = 0; i <= agents; i++) begin[i] = i * samples / agents;
        for (size_t k = 0; k < samples; k++) term[k] = sorted[k];
    }
    for (size_t i = 0; i < agents; i++)
        if (begin[i] == begin[i + 1])
            return clarke_fail(CLARKE_EINPUT,
                               "of %zu samples agent %zu of %zu would hold none; more samples, "
                               "fewer agents or a larger concentration help",
                               samples, i, agents);
    *shards = (clarke_shards){begin, term};
    return CLARKE_OK;
}
