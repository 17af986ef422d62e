/* Simulated sequences whose regime, rate and decidability are fixed before anything is estimated: a
   base grid and families of others. */
#pragma once

#include "core/arena.h"
#include "core/stream.h"
#include "verify/rules/rate.h"

typedef struct {
    clarke_rate_regime truth;
    double theta;   /* p, or lambda = -ln q */
    bool decidable; /* by the rules beside each generator */
    bool known;     /* the limit is given; otherwise f = 1 + v */
    bool gaps;
    double noise, accuracy;
    char shape[24];
    size_t count;
    double *k, *f;
    double k_last;
} rate_sequence;

/* A generator's state: where its draws come from, and what is being made. */
typedef struct {
    clarke_stream stream;
    uint64_t next;
    rate_sequence s;
    double *v;      /* [count], without noise */
    bool own_noise; /* v has it already */
} rate_maker;

typedef struct {
    const char *name;
    clarke_rate_regime truth;
    void (*make)(rate_maker *m);
} rate_generator;

extern const rate_generator rate_base[], rate_families[];
extern const size_t rate_base_count, rate_families_count;

double rate_draw(rate_maker *m);
double rate_between(rate_maker *m, double low, double high);
size_t rate_pick(rate_maker *m, size_t count);
double rate_one_of(rate_maker *m, const double *list, size_t count);
#define RATE_ONE_OF(m, ...)                                                                        \
    rate_one_of(m, (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))
/* How many values are above `level`. */
size_t rate_points_above(const rate_maker *m, double level);

/* Sequence `id` of family 1 to rate_families_count, or of the base grid (0). Length, noise, gaps and
   whether the limit is known go through all combinations with the id. Fails the test that calls it. */
void rate_make(size_t which, uint64_t id, clarke_arena *mem, rate_maker *m);
