/* The structure of a split network, the objective that block coordinate descent works on. Layers are
   1..N, samples are columns, V_0 = X, sigma_N = identity, and all matrices are column-major:

     two:    w sum_j loss(V_N[:,j], y_j) + sum r_i(W_i) + sum s_i(V_i)
             + sum gamma_i/2 |V_i - K_i - sigma_i(W_i V_{i-1})|^2,
     three:  the same, but with U_i where sigma_i acts:
             + sum gamma_i/2 |V_i - K_i - sigma_i(U_i)|^2
             + sum rho_i/2 |U_i - W_i V_{i-1} - b_i 1^T|^2.

   K_i = V_{i-1} in a layer that has a skip (a residual network), otherwise 0. */
#pragma once

#include "core/activation.h"
#include "core/arena.h"
#include "core/layout.h"
#include "core/loss.h"

typedef enum { CLARKE_SPLIT_TWO, CLARKE_SPLIT_THREE } clarke_split_kind;

/* A convex r(B) = sum over the entries. */
typedef enum {
    CLARKE_TERM_NONE,
    CLARKE_TERM_RIDGE, /* weight/2 (B - centre)^2 */
    CLARKE_TERM_L1,    /* weight |B| */
    CLARKE_TERM_BOX    /* 0 on [low, high], otherwise infinite */
} clarke_term_kind;

typedef struct {
    clarke_term_kind kind;
    double weight;
    const double *centre; /* of ridge, one number an entry; NULL: 0 */
    double low, high;     /* of box */
} clarke_term;

typedef enum { CLARKE_ROLE_W, CLARKE_ROLE_B, CLARKE_ROLE_V, CLARKE_ROLE_U } clarke_split_role;

#define CLARKE_NO_BLOCK ((size_t)-1)

typedef struct {
    size_t in, out;    /* d_{i-1}, d_i */
    size_t w, b, v, u; /* blocks of the layout; CLARKE_NO_BLOCK where there is none */
    bool skip;
    const char *activation_id;
    const clarke_activation_desc *activation; /* of layer N: linear */
    clarke_activation_opts opts;
    double gamma, rho; /* rho is not read in two-splitting */
    clarke_term w_term, v_term;
} clarke_split_layer;

typedef struct clarke_split {
    clarke_split_kind kind;
    bool residual; /* some layer has a skip */
    bool bias;     /* three-splitting only */
    size_t depth;  /* N */
    size_t samples;
    const clarke_split_layer *layer; /* [N + 1]; of layer[0] only out = d_0 is set */
    clarke_layout layout;            /* of x: W1, b1, V1, U1, W2, ... */
    const double *x, *y;             /* X[d_0][n], Y[d_N][n] */
    const size_t *label;             /* [n] classes; NULL where the targets are numbers */
    const char *loss_id;
    const clarke_loss_desc *loss;
    double weight; /* w of the loss: 1/n, or 1 as in the authors' code */
    double target; /* the largest |y_j|_2, for the constants of the loss */
} clarke_split;

static inline const double *clarke_split_block(const clarke_split *s, const double *x, size_t block)
{
    return x + s->layout.block[block].offset;
}

static inline size_t clarke_split_size(const clarke_split *s, size_t block)
{
    return s->layout.block[block].rows * s->layout.block[block].cols;
}

/* V_{i-1} as x holds it; the data for i = 1. */
static inline const double *clarke_split_input(const clarke_split *s, const double *x, size_t i)
{
    return i == 1 ? s->x : clarke_split_block(s, x, s->layer[i - 1].v);
}

/* The layer of a block and its role there. */
clarke_split_role clarke_split_role_of(const clarke_split *s, size_t block, size_t *layer);

/* Scratch for what follows; it belongs to one user at a time. */
typedef struct clarke_split_work clarke_split_work;
clarke_status clarke_split_work_make(const clarke_split *s, clarke_arena *mem,
                                     clarke_split_work **work);

/* The objective, each sum compensated; INFINITY outside a box. */
double clarke_split_value(clarke_split_work *w, const double *x);
/* The network's own loss w sum loss(V_N), with V_N from x, or by the forward pass of W and b. */
double clarke_split_loss(clarke_split_work *w, const double *x);
double clarke_split_forward_loss(clarke_split_work *w, const double *x);
/* w sum loss of the forward pass, and the fraction of the samples whose label is the largest output. */
void clarke_split_score(clarke_split_work *w, const double *x, double *loss, double *right);
/* The fraction of the columns of input[d_0][count] whose label is the largest output (the first of
   equals) of the forward pass. */
double clarke_split_accuracy(clarke_split_work *w, const double *x, size_t count,
                             const double *input, const size_t *label);

/* By how much the objective fell when one block changed: the changed terms only, each difference
   formed from the step. */
typedef struct {
    double decrease; /* before - after; -INFINITY when a box was left */
    double rounding; /* a bound of its error */
    double step;     /* |after - before|_F of the block */
} clarke_split_drop;

/* `x` is the state after, `old` the block before. */
clarke_split_drop clarke_split_change(clarke_split_work *w, const double *x, const double *old,
                                      size_t block);

/* Which subdifferential: regular (Frechet) and contained in limiting (Mordukhovich) and contained in
   Clarke. At a concave kink the first is empty, the second has two elements, the third the interval
   between them. `selection` is the one element that automatic differentiation returns. */
typedef enum {
    CLARKE_NOTION_FRECHET,
    CLARKE_NOTION_LIMITING,
    CLARKE_NOTION_CLARKE,
    CLARKE_NOTION_SELECTION
} clarke_notion;

typedef struct {
    double distance; /* dist(0, subdifferential); INFINITY where it is empty, NAN where unknown */
    double low;      /* a certified lower bound of the distance from the set that was searched */
    bool exact;      /* the set that was searched is the subdifferential; otherwise it contains it,
                        and the distance is a lower bound */
    size_t kinks;    /* arguments of sigma at a kink of the objective */
    size_t concave;  /* of these, concave ones */
} clarke_split_point;

/* dist(0, subdifferential of the objective at x). by_block[layout.count] gets the norms of the
   blocks of the shortest element and element[n] itself, unless NULL.

   Three-splitting: a product over the entries, exact. U is at a kink if it is there bit by bit.
   Two-splitting: an argument z = w.v of sigma is at a kink if it is there up to `slack` |w| |v|,
   where slack 0 means its own rounding; what the kinks leave free is found by a least squares problem
   with bounds. The margin of a loss counts as at its kink up to its rounding. */
clarke_split_point clarke_split_stationarity(clarke_split_work *w, const double *x,
                                             clarke_notion notion, double slack, double *by_block,
                                             double *element);
