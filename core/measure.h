/* A measure digests the events of one run in O(1) or O(log K) memory and never judges. */
#pragma once

#include "core/event.h"

typedef enum { CLARKE_COST_PHASE, CLARKE_COST_ITERATION, CLARKE_COST_CHECKPOINT } clarke_cost;

enum {
    CLARKE_NEEDS_VIEWS_BEFORE = 1u << 0, /* view_before must be filled */
    CLARKE_NEEDS_TRUTH = 1u << 1,        /* stationary_distance */
    CLARKE_NEEDS_SGD_FORM = 1u << 2,     /* an SGD-type method */
    CLARKE_NEEDS_MOMENTUM = 1u << 3,     /* a view "momentum" */
    CLARKE_NEEDS_SMOOTH = 1u << 4,       /* smoothness */
    CLARKE_NEEDS_AGENTS = 1u << 5,       /* a decentralised method */
    CLARKE_TAKES_AGENTS = 1u << 6        /* it may be one: the measure looks at [n] numbers only */
};

/* What a claim asks a measure for: its id and up to eight numbers whose meaning the measure
   documents. */
typedef struct {
    const char *id;
    double arg[8];
} clarke_measure_use;

typedef struct clarke_measure {
    const struct clarke_measure_desc *desc;
    const double *arg;             /* [8] */
    const clarke_problem *problem; /* the measures' own instance */
    const clarke_clock *clock;
    const clarke_sgd_form *form;   /* of the method; NULL unless SGD-type */
    const clarke_dsm_form *dsm;    /* of the method; NULL unless decentralised */
    const clarke_network *network; /* NULL where there is none */
    double noise_bound;            /* M of the oracle */
    double scale;                  /* half-width of the start box, at least 1 */
    size_t n, repetition;          /* n: of the iterate, agents x dim */
    size_t agents, dim;
    const double *start; /* [n] x_0 */
    clarke_arena *mem;
    void *state;
} clarke_measure;

typedef struct clarke_measure_desc {
    const char *title, *unit, *meaning;
    clarke_cost cost;
    unsigned needs;
    size_t outputs;
    const char *const *output; /* [outputs] names */
    size_t state_size;
    clarke_status (*begin)(clarke_measure *m);
    void (*observe)(clarke_measure *m, const clarke_event *e);
    void (*end)(clarke_measure *m, double *out); /* out[outputs]; non-finite where undefined */
} clarke_measure_desc;

/* The view of that name, or NULL. */
const double *clarke_event_view(const clarke_event *e, const char *name);
