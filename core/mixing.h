/* The mixing step: y_i = sum_j W_ji x_j for every agent i, in ascending order of j, each product
   rounded, then added: the same bits whoever computes it, and however the columns are cut. Where
   W = J the x_j are added first, in ascending order, and the sum is divided by the number of
   agents. */
#pragma once

#include "core/network.h"

/* x and y have one agent a row, agents x n, row-major, and do not overlap: agent i must hear what
   the others had before the step. Allocates nothing. */
void clarke_mix(const clarke_network *w, size_t n, const double *x, double *y);
/* The same by several threads, which share the columns; small steps are done by one. */
void clarke_mix_threads(const clarke_network *w, size_t n, const double *x, double *y,
                        size_t threads);

/* The rows that some agents need. */
typedef struct {
    size_t first, count;    /* the agents whose rows are in x */
    const double *x;        /* [count x n] */
    const double *received; /* rows of other agents; NULL where all are in x */
    const size_t *place;    /* [agents] agent j's row in `received` */
} clarke_mixing_rows;

/* y[count x n]: the rows of the agents first .. first + count - 1 for a W that is not J. */
void clarke_mix_rows(const clarke_network *w, size_t n, const clarke_mixing_rows *rows, double *y);
/* One part of the sum of all rows where W = J: sum[width] becomes, or with `more` grows by, `count`
   rows of x in their order, which are n apart. */
void clarke_mix_sum(size_t count, size_t n, size_t width, const double *x, bool more, double *sum);

/* mean[n] = (1/count) of that sum of `count` rows of x. */
void clarke_mix_mean(size_t count, size_t n, const double *x, double *mean);

/* Who mixes: this process, or several that hold some agents each. Whoever does gives the bits of
   clarke_mix. */
typedef struct clarke_mixer {
    const clarke_network *network;
    size_t first, count; /* the agents whose rows this process holds */
    void *self;
    /* x and y [count x n]: the rows of these agents, which do not overlap. */
    clarke_status (*apply)(const struct clarke_mixer *m, size_t n, const double *x, double *y);
    /* Whether *flag is true in any of the processes; NULL: there is only this one. */
    clarke_status (*any)(const struct clarke_mixer *m, bool *flag);
} clarke_mixer;

/* All agents in this process. */
clarke_mixer clarke_mixer_here(const clarke_network *w);
/* The same with threads, of which *threads is the number. */
clarke_mixer clarke_mixer_threads(const clarke_network *w, size_t *threads);
