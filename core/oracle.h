/* The oracle: the only way by which a method reaches a problem. It draws the samples, adds the
   noise, counts, and records what it answered. */
#pragma once

#include "core/share.h"
#include "core/stream.h"

typedef enum {
    CLARKE_SAMPLING_REPLACEMENT,
    CLARKE_SAMPLING_RESHUFFLE,
    CLARKE_SAMPLING_FULL
} clarke_sampling_kind;

typedef struct {
    clarke_sampling_kind kind;
    size_t batch;
} clarke_sampling;

/* none | signs:s | gaussian:s | pareto:tail | bias:b (adds b to every coordinate and signs of
   size s: bias:b,s). signs makes f a finite sum: terms f + s c_l . x, where c_l in {-1,1}^n are the
   2^b rows of a Walsh matrix (2^b > n) without its constant column, so the mean is exactly f, the
   coordinates are pairwise uncorrelated, and reshuffling has a meaning. */
typedef enum {
    CLARKE_NOISE_NONE,
    CLARKE_NOISE_SIGNS,
    CLARKE_NOISE_GAUSSIAN,
    CLARKE_NOISE_PARETO,
    CLARKE_NOISE_BIAS
} clarke_noise_kind;

typedef struct {
    clarke_noise_kind kind;
    double scale, bias, tail;
} clarke_noise;

clarke_status clarke_sampling_parse(const char *text, clarke_sampling *sampling);
clarke_status clarke_noise_parse(const char *text, clarke_noise *noise);

/* What the oracle answered at its last call. */
typedef struct {
    const double *x;     /* [n] where */
    const double *g;     /* [n] the answer, noise included */
    const size_t *index; /* [count] the sampled terms (term * noise terms + noise term); of the
                            agent's share, by position, where there are agents */
    size_t count;
    size_t calls; /* so far */
} clarke_oracle_record;

typedef struct {
    const clarke_problem *problem;
    clarke_share share;
    clarke_sampling sampling;
    clarke_noise noise;
    clarke_stream stream;
    size_t k;           /* the current step; the run sets it */
    size_t terms;       /* of the finite sum, noise terms included */
    size_t noise_terms; /* 2^b, or 1 */
    size_t epoch;       /* steps in one epoch (1 unless reshuffling) */
    clarke_oracle_record record;
    const char *fault; /* NULL, or what the checking build found */
    /* private */
    size_t *permutation, permuted_epoch, *index, *problem_index;
    double *point, *answer;
    uint64_t pair[2], pair_block;
} clarke_oracle;

/* `seed` and `repetition` choose the stream. */
clarke_status clarke_oracle_init(clarke_oracle *o, const clarke_problem *problem,
                                 clarke_sampling sampling, clarke_noise noise, clarke_stream stream,
                                 clarke_arena *mem);

/* The same for one agent's share of f. */
clarke_status clarke_oracle_init_share(clarke_oracle *o, const clarke_problem *problem,
                                       const clarke_share *share, clarke_sampling sampling,
                                       clarke_noise noise, clarke_stream stream, clarke_arena *mem);

/* g[n] = a sampled subgradient at x for step o->k. In checking builds g is filled with NaN before
   and read after, and x is compared bit by bit; a departure sets o->fault. */
void clarke_oracle_subgradient(clarke_oracle *o, const double *x, double *g);
/* The bound M of |noise| in one coordinate (INFINITY if there is none, 0 if none). */
double clarke_oracle_noise_bound(const clarke_oracle *o);
/* Standard deviation of the noise of one coordinate with batch 1, where it is known. */
double clarke_noise_deviation(const clarke_noise *noise);
