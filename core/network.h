/* A network: a graph of agents and its mixing matrix W, with what was checked about it. The
   descriptor is const and lives in the family's file; the instance is made in an arena and never
   changes afterwards, so runs may share it.

   One mixing step turns X (one agent a row) into W' X: y_i = sum_j W_ji x_j, as in X W for one
   agent a column. J is the matrix of ones over the number of agents. */
#pragma once

#include "core/arena.h"
#include "core/param.h"

#include <math.h>
#include <stdbool.h>

typedef struct clarke_network clarke_network;

/* deg counts an agent's neighbours without itself, D is the largest deg. W_ii is what is missing to
   a sum of 1. */
typedef enum {
    CLARKE_WEIGHTS_METROPOLIS, /* W_ij = 1/(1 + max(deg_i, deg_j)) */
    CLARKE_WEIGHTS_MAX_DEGREE, /* W_ij = 1/(1 + D) */
    CLARKE_WEIGHTS_LAZY,       /* W_ij = 1/(2 max(deg_i, deg_j)), the lazy Metropolis weights */
    CLARKE_WEIGHTS_UNIFORM,    /* j averages itself and its neighbours: W_ij = 1/(1 + deg_j) */
    CLARKE_WEIGHTS_BARE        /* the same without itself: W_ij = 1/deg_j, W_jj = 0 */
} clarke_weights;

/* The row of a family's table for its `int weights`. */
#define CLARKE_NETWORK_WEIGHTS(type, fallback)                                                          \
    {                                                                                                   \
        "weights", CLARKE_PARAM_CHOICE, offsetof(type, weights), fallback, 0.0, 0.0,                    \
            "metropolis|max_degree|lazy|uniform|bare",                                                  \
            "how the edges are weighted; uniform and bare are doubly stochastic on regular graphs only" \
    }

typedef struct {
    const char *title, *formula, *source;
    const clarke_param *params;
    size_t params_size;
    /* Sets the size, lists the edges (clarke_network_size, _edge, _arc, _entry), and gives the
       closed form of the spectrum where there is one. */
    clarke_status (*make)(clarke_network *w, const void *params, clarke_arena *mem);
} clarke_network_desc;

/* Compressed rows: row i has the terms begin[i] .. begin[i+1]-1, its columns ascend. */
typedef struct {
    const size_t *begin, *column;
    const double *weight;
} clarke_network_rows;

typedef enum {
    CLARKE_LAMBDA_STRUCTURE, /* exactly 1: W fixes or flips a vector that sums to 0 */
    CLARKE_LAMBDA_CLOSED,    /* a formula of the family */
    CLARKE_LAMBDA_LAPACK,    /* all eigenvalues or singular values */
    CLARKE_LAMBDA_LANCZOS    /* a Ritz value, which is a lower bound but for rounding */
} clarke_lambda_source;

typedef enum { CLARKE_MIXES_NO, CLARKE_MIXES_YES, CLARKE_MIXES_UNDECIDED } clarke_mixes;

/* Defined in core/network_rows.h. */
typedef struct clarke_network_list clarke_network_list;

struct clarke_network {
    const clarke_network_desc *desc;
    const char *id;   /* "ring" */
    const char *spec; /* "ring:d=8" */
    size_t agents;
    size_t edges;                        /* pairs i != j with W_ij or W_ji not 0 */
    size_t least_degree, largest_degree; /* neighbours, the agent itself not counted */
    size_t terms;                        /* entries of W that are not 0 */
    clarke_network_rows row;             /* W by rows */
    clarke_network_rows heard; /* W by columns: what agent i hears, y_i = sum_j W_ji x_j */

    double row_error, column_error; /* max |sum - 1| */
    double rounding;                /* agents * eps: what the sums of a stochastic W may miss */
    bool row_stochastic, column_stochastic; /* sums are 1 to `rounding`; signs are not asked for */
    bool symmetric, nonnegative, positive_diagonal;
    bool connected; /* the graph, whatever the direction of its edges */
    bool bipartite; /* the graph without self-loops */
    bool averaging; /* W = J */

    /* Whether We = e, e'W = e' and lambda < 1, decided by structure where W >= 0. */
    clarke_mixes mixes;
    const char *reason; /* one sentence */
    double lambda;      /* |W - J|_2 */
    double gap;         /* 1 - lambda, without cancellation where there is a closed form */
    double lambda_error, gap_error; /* what rounding, and Lanczos' residual, may have moved them */
    clarke_lambda_source lambda_source;

    /* ---- while it is made ---- */
    clarke_weights weights;
    bool matrix; /* the entries were given */
    /* NAN: no closed form. The smallest eigenvalue but the first, and the largest one, of the
       graph's Laplacian L: where every edge has one weight c, W = I - cL. */
    double laplacian_low, laplacian_high;
    double closed_lambda; /* NAN, or the family's own formula for W itself */
    clarke_network_list *list;
};

/* ID[:name=value,...], or file:PATH[,name=value,...], where only the path's commas end it. */
clarke_status clarke_network_spec(const char *text, clarke_arena *mem, clarke_spec *spec);
clarke_status clarke_network_make(const clarke_spec *spec, clarke_arena *mem,
                                  const clarke_network **network);
clarke_status clarke_network_from_text(const char *text, clarke_arena *mem,
                                       const clarke_network **network);

/* W_ij. */
double clarke_network_weight(const clarke_network *w, size_t i, size_t j);
/* "closed form", "LAPACK", ... */
const char *clarke_lambda_source_text(clarke_lambda_source source);

/* ---- for a family's make ---- */

/* d agents, 1 <= d; first of all. */
clarke_status clarke_network_size(clarke_network *w, size_t d, int weights);
/* An edge; one that is there already, or i == j, is ignored. */
clarke_status clarke_network_edge(clarke_network *w, size_t i, size_t j, clarke_arena *mem);
/* An edge on which j hears i; only with weights that speak of what an agent hears. */
clarke_status clarke_network_arc(clarke_network *w, size_t i, size_t j, clarke_arena *mem);
/* W_ij itself; all entries are given so, or none. */
clarke_status clarke_network_entry(clarke_network *w, size_t i, size_t j, double weight,
                                   clarke_arena *mem);
