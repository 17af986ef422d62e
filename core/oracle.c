#include "core/oracle.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- grammar ---- */

clarke_status clarke_sampling_parse(const char *text, clarke_sampling *sampling)
{
    *sampling = (clarke_sampling){CLARKE_SAMPLING_FULL, 0};
    if (strcmp(text, "full") == 0) return CLARKE_OK;
    const char *colon = strchr(text, ':');
    const size_t length = colon ? (size_t)(colon - text) : strlen(text);
    if (length == 11 && strncmp(text, "replacement", 11) == 0)
        sampling->kind = CLARKE_SAMPLING_REPLACEMENT;
    else if (length == 9 && strncmp(text, "reshuffle", 9) == 0)
        sampling->kind = CLARKE_SAMPLING_RESHUFFLE;
    else
        return clarke_fail(CLARKE_EINPUT,
                           "sampling '%s' is not one of replacement:B, reshuffle:B, full", text);
    sampling->batch = 1;
    if (colon) CLARKE_TRY(clarke_parse_count(colon + 1, "sampling: batch", &sampling->batch));
    if (sampling->batch == 0) return clarke_fail(CLARKE_EINPUT, "sampling: the batch is empty");
    return CLARKE_OK;
}

clarke_status clarke_noise_parse(const char *text, clarke_noise *noise)
{
    double value[2] = {0.0, 1.0};
    *noise = (clarke_noise){CLARKE_NOISE_NONE, 0.0, 0.0, 0.0};
    if (strcmp(text, "none") == 0) return CLARKE_OK;
    const char *colon = strchr(text, ':');
    const size_t length = colon ? (size_t)(colon - text) : strlen(text);
    char number[64] = "";
    if (!colon) return clarke_fail(CLARKE_EINPUT, "noise '%s' should read KIND:NUMBER", text);
    snprintf(number, sizeof number, "%s", colon + 1);
    char *comma = strchr(number, ',');
    if (comma) *comma = '\0';
    CLARKE_TRY(clarke_parse_real(number, "noise", &value[0]));
    if (comma) CLARKE_TRY(clarke_parse_real(comma + 1, "noise", &value[1]));
    if (length == 5 && strncmp(text, "signs", 5) == 0)
        *noise = (clarke_noise){CLARKE_NOISE_SIGNS, value[0], 0.0, 0.0};
    else if (length == 8 && strncmp(text, "gaussian", 8) == 0)
        *noise = (clarke_noise){CLARKE_NOISE_GAUSSIAN, value[0], 0.0, 0.0};
    else if (length == 6 && strncmp(text, "pareto", 6) == 0)
        *noise = (clarke_noise){CLARKE_NOISE_PARETO, value[1], 0.0, value[0]};
    else if (length == 4 && strncmp(text, "bias", 4) == 0)
        *noise = (clarke_noise){CLARKE_NOISE_BIAS, value[1], value[0], 0.0};
    else
        return clarke_fail(CLARKE_EINPUT,
                           "noise '%s' is not one of none, signs:S, gaussian:S, pareto:TAIL, "
                           "bias:B,S",
                           text);
    if (noise->scale < 0.0 || (noise->kind == CLARKE_NOISE_PARETO && !(noise->tail > 0.0)))
        return clarke_fail(CLARKE_EINPUT, "noise '%s': the size must be positive", text);
    return CLARKE_OK;
}

double clarke_noise_deviation(const clarke_noise *noise)
{
    switch (noise->kind) {
    case CLARKE_NOISE_NONE: return 0.0;
    case CLARKE_NOISE_SIGNS:
    case CLARKE_NOISE_BIAS:
    case CLARKE_NOISE_GAUSSIAN: return noise->scale;
    case CLARKE_NOISE_PARETO:
        /* |xi| has density tail s^tail / x^(tail+1), x > s; the sign is fair. */
        return noise->tail > 2.0 ? noise->scale * sqrt(noise->tail / (noise->tail - 2.0))
                                 : INFINITY;
    }
    return NAN;
}

double clarke_oracle_noise_bound(const clarke_oracle *o)
{
    const bool exact = o->sampling.kind == CLARKE_SAMPLING_FULL;
    const double terms = exact ? 0.0 : o->problem->term_deviation;
    switch (o->noise.kind) {
    case CLARKE_NOISE_NONE: return terms;
    case CLARKE_NOISE_SIGNS: return terms + (exact ? 0.0 : o->noise.scale);
    case CLARKE_NOISE_BIAS: return terms + o->noise.scale;
    case CLARKE_NOISE_GAUSSIAN:
    case CLARKE_NOISE_PARETO: return INFINITY;
    }
    return NAN;
}

/* ---- sampling ---- */

static bool oracle_is_walsh(const clarke_noise *noise)
{
    return noise->kind == CLARKE_NOISE_SIGNS ||
           (noise->kind == CLARKE_NOISE_BIAS && noise->scale > 0.0);
}

clarke_status clarke_oracle_init(clarke_oracle *o, const clarke_problem *problem,
                                 clarke_sampling sampling, clarke_noise noise, clarke_stream stream,
                                 clarke_arena *mem)
{
    const clarke_share whole = clarke_share_whole(problem);
    return clarke_oracle_init_share(o, problem, &whole, sampling, noise, stream, mem);
}

clarke_status clarke_oracle_init_share(clarke_oracle *o, const clarke_problem *problem,
                                       const clarke_share *share, clarke_sampling sampling,
                                       clarke_noise noise, clarke_stream stream, clarke_arena *mem)
{
    *o = (clarke_oracle){.problem = problem,
                         .share = *share,
                         .sampling = sampling,
                         .noise = noise,
                         .stream = stream,
                         .noise_terms = 1,
                         .epoch = 1,
                         .permuted_epoch = SIZE_MAX,
                         .pair_block = UINT64_MAX};
    if (oracle_is_walsh(&noise) && sampling.kind != CLARKE_SAMPLING_FULL)
        while (o->noise_terms <= problem->n) o->noise_terms *= 2;
    if (problem->terms > SIZE_MAX / 16 / o->noise_terms)
        return clarke_fail(CLARKE_EINPUT, "%s: too many terms", problem->spec);
    o->terms = (share->count > 0 ? share->count : 1) * o->noise_terms;
    const size_t batch = sampling.batch;
    if (sampling.kind == CLARKE_SAMPLING_RESHUFFLE) {
        if (batch > o->terms)
            return clarke_fail(CLARKE_EINPUT,
                               "sampling: a batch of %zu is larger than the %zu terms of %s", batch,
                               o->terms, problem->spec);
        o->epoch = (o->terms + batch - 1) / batch;
        o->permutation = clarke_alloc_array(mem, o->terms, sizeof *o->permutation);
    }
    o->index = clarke_alloc_array(mem, batch + 1, sizeof *o->index);
    o->problem_index = clarke_alloc_array(mem, batch + 1, sizeof *o->problem_index);
    o->point = clarke_vec(mem, problem->n);
    o->answer = clarke_vec(mem, problem->n);
    return clarke_arena_status(mem);
}

/* A fresh permutation for each epoch: Fisher-Yates, its draws counted by (epoch, position). */
static void oracle_permute(clarke_oracle *o, size_t epoch)
{
    for (size_t i = 0; i < o->terms; i++) o->permutation[i] = i;
    for (size_t i = o->terms; i-- > 1;) {
        const size_t j = clarke_stream_index(&o->stream, epoch, i, i + 1);
        const size_t kept = o->permutation[i];
        o->permutation[i] = o->permutation[j];
        o->permutation[j] = kept;
    }
    o->permuted_epoch = epoch;
}

static uint64_t oracle_bits(clarke_oracle *o, uint64_t draw)
{
    if (draw / 2 != o->pair_block) {
        o->pair_block = draw / 2;
        clarke_stream_pair(&o->stream, o->pair_block, 0, o->pair);
    }
    return o->pair[draw % 2];
}

static size_t oracle_draw(clarke_oracle *o)
{
    const size_t batch = o->sampling.batch;
    if (o->terms == 1 || o->sampling.kind == CLARKE_SAMPLING_FULL) return 0;
    if (o->sampling.kind == CLARKE_SAMPLING_REPLACEMENT) {
        for (size_t i = 0; i < batch; i++)
            o->index[i] = clarke_bits_index(oracle_bits(o, o->k * batch + i), o->terms);
        return batch;
    }
    const size_t epoch = o->k / o->epoch, first = (o->k % o->epoch) * batch;
    if (epoch != o->permuted_epoch) oracle_permute(o, epoch);
    const size_t count = first + batch <= o->terms ? batch : o->terms - first;
    memcpy(o->index, o->permutation + first, count * sizeof *o->index);
    return count;
}

/* ---- noise ---- */

/* Row l of the Walsh matrix: (-1)^popcount(l & (j+1)); column j+1 != 0 sums to zero over l. */
static void oracle_add_walsh(const clarke_oracle *o, size_t count, double *g)
{
    const double each = o->noise.scale / (double)count;
    for (size_t i = 0; i < count; i++) {
        const size_t row = o->index[i] % o->noise_terms;
        for (size_t j = 0; j < o->problem->n; j++)
            g[j] += __builtin_parityll(row & (j + 1)) ? -each : each;
    }
}

static void oracle_add_independent(const clarke_oracle *o, double *g)
{
    for (size_t j = 0; j < o->problem->n; j++) {
        if (o->noise.kind == CLARKE_NOISE_GAUSSIAN) {
            g[j] += o->noise.scale * clarke_stream_gaussian(&o->stream, o->k, 2 + j);
        } else {
            const double u = clarke_stream_open_uniform(&o->stream, o->k, 2 + 2 * j);
            const bool minus = clarke_stream_bits(&o->stream, o->k, 3 + 2 * j) & 1;
            const double size = o->noise.scale * pow(u, -1.0 / o->noise.tail);
            g[j] += minus ? -size : size;
        }
    }
}

static void oracle_add_noise(const clarke_oracle *o, size_t count, double *g)
{
    switch (o->noise.kind) {
    case CLARKE_NOISE_NONE: return;
    case CLARKE_NOISE_BIAS:
        for (size_t j = 0; j < o->problem->n; j++) g[j] += o->noise.bias;
        if (count > 0 && o->noise_terms > 1) oracle_add_walsh(o, count, g);
        return;
    case CLARKE_NOISE_SIGNS:
        if (count > 0) oracle_add_walsh(o, count, g);
        return;
    case CLARKE_NOISE_GAUSSIAN:
    case CLARKE_NOISE_PARETO: oracle_add_independent(o, g); return;
    }
}

/* weight times the mean of the drawn terms of the agent; 0 from an agent that has none. */
static void oracle_ask_share(clarke_oracle *o, const double *x, size_t count, double *g)
{
    const clarke_problem *p = o->problem;
    const clarke_share *s = &o->share;
    if (s->count == 0) {
        memset(g, 0, p->n * sizeof *g);
        return;
    }
    for (size_t i = 0; i < count; i++) o->problem_index[i] = s->term[o->index[i] / o->noise_terms];
    if (count > 0)
        p->desc->term_subgradient(p, x, o->problem_index, count, g);
    else
        p->desc->term_subgradient(p, x, s->term, s->count, g);
    for (size_t j = 0; s->weight != 1.0 && j < p->n; j++) g[j] *= s->weight;
}

static void oracle_ask(clarke_oracle *o, const double *x, size_t count, double *g)
{
    const clarke_problem *p = o->problem;
    if (o->share.term) {
        oracle_ask_share(o, x, count, g);
        return;
    }
    if (count == 0 || p->terms == 1) {
        p->desc->subgradient(p, x, g);
        return;
    }
    for (size_t i = 0; i < count; i++) o->problem_index[i] = o->index[i] / o->noise_terms;
    p->desc->term_subgradient(p, x, o->problem_index, count, g);
}

#ifdef CLARKE_CHECKING
static void oracle_check(clarke_oracle *o, const double *x, const double *g)
{
    const size_t n = o->problem->n;
    bool input_finite = true;
    for (size_t j = 0; j < n; j++) input_finite &= isfinite(x[j]) != 0;
    for (size_t j = 0; j < n; j++)
        if (input_finite && isnan(g[j])) o->fault = "the oracle left part of its answer unwritten";
    if (memcmp(x, o->point, n * sizeof *x) != 0) o->fault = "the oracle changed the point";
}
#endif

void clarke_oracle_subgradient(clarke_oracle *o, const double *x, double *g)
{
    const size_t n = o->problem->n;
    memcpy(o->point, x, n * sizeof *x);
#ifdef CLARKE_CHECKING
    for (size_t j = 0; j < n; j++) g[j] = NAN;
#endif
    const size_t count = oracle_draw(o);
    oracle_ask(o, x, count, g);
#ifdef CLARKE_CHECKING
    oracle_check(o, x, g);
#endif
    oracle_add_noise(o, count, g);
    memcpy(o->answer, g, n * sizeof *g);
    o->record = (clarke_oracle_record){o->point, o->answer, o->index, count, o->record.calls + 1};
}
