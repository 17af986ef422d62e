/* What every measure of block descent does with the events of a run: it keeps its own copy of the
   iterate, knows which block the paper updates in which phase, and notes what else has changed. */
#pragma once

#include "verify/lib/bcd.h"

#include "core/measure.h"

/* The block kinds that the theorems have constants for. */
typedef enum {
    CLARKE_BCD_LAST_V,  /* V_N */
    CLARKE_BCD_LAST_U,  /* U_N */
    CLARKE_BCD_ANY_W,   /* W_i */
    CLARKE_BCD_INNER_V, /* V_i, i < N */
    CLARKE_BCD_INNER_U, /* U_i, i < N */
    CLARKE_BCD_ANY_B,   /* b_i */
    CLARKE_BCD_KINDS
} clarke_bcd_kind;

clarke_bcd_kind clarke_bcd_kind_of(const clarke_split *net, clarke_bcd_block b);
const char *clarke_bcd_kind_text(clarke_bcd_kind kind);

/* Where the outputs of the measure bcd_path have their marks: after which sweep, the fall still to come,
   and the distance of 0 from the subdifferential. */
enum {
    CLARKE_BCD_MARKS = 128,
    CLARKE_BCD_MARK_K = 18,
    CLARKE_BCD_MARK_GAP = CLARKE_BCD_MARK_K + CLARKE_BCD_MARKS,
    CLARKE_BCD_MARK_DIST = CLARKE_BCD_MARK_GAP + CLARKE_BCD_MARKS
};

/* b_i with W_i as it is after its update, as it was before it, or both as one block. */
typedef enum {
    CLARKE_BCD_BIAS_CURRENT,
    CLARKE_BCD_BIAS_JACOBI,
    CLARKE_BCD_BIAS_JOINT
} clarke_bcd_bias_step;

/* The numbers that a claim hands to each of these measures: what the method was asked for. */
enum {
    CLARKE_BCD_ARG_KIND,   /* clarke_bcd_kind that is looked at; CLARKE_BCD_KINDS: all */
    CLARKE_BCD_ARG_MODE,   /* the measure's own */
    CLARKE_BCD_ARG_ALPHA,  /* of the proximal terms */
    CLARKE_BCD_ARG_ORDER,  /* 0: V_N to W_1; 1: W_1 to V_N */
    CLARKE_BCD_ARG_BIAS,   /* clarke_bcd_bias_step */
    CLARKE_BCD_ARG_LINEAR, /* the kinds that are updated by a prox-linear step: bit 1 << kind */
    CLARKE_BCD_ARG_TAU     /* of those steps of W_i and V_i: tau L/2 |. - old|^2 */
};

typedef struct {
    clarke_bcd_net bcd;
    const double *arg;
    double *x;        /* [n] before the phase */
    double *sweep;    /* [n] before the sweep */
    double *mixed;    /* [n] */
    size_t n, blocks; /* blocks: updates in a sweep */
    /* of the event that was read last */
    clarke_bcd_block block;
    clarke_bcd_kind kind;
    bool wanted;   /* of the kind that is looked at */
    bool linear;   /* updated by a prox-linear step */
    bool departed; /* another block than the paper's has changed, or another number of phases */
} clarke_bcd_watch;

clarke_status clarke_bcd_watch_begin(clarke_bcd_watch *w, const clarke_measure *m);
/* Reads an event: w->x is w->x is the iterate before it, e->after the one after. */
void clarke_bcd_watch_read(clarke_bcd_watch *w, const clarke_event *e);
/* Takes e->after over. */
void clarke_bcd_watch_pass(clarke_bcd_watch *w, const clarke_event *e);

/* Whether the layer has a bias that is updated that way. */
bool clarke_bcd_bias_is(const clarke_bcd_watch *w, clarke_bcd_bias_step step);
/* The proximal weight of the paper's update of a block: alpha, or 0 where it has none. */
double clarke_bcd_alpha(const clarke_bcd_watch *w, clarke_bcd_block b);
/* The subproblem of the block that is read. */
clarke_bcd_prox clarke_bcd_watch_prox(clarke_bcd_watch *w);
/* Its distance from stationary, at w->x with the block as in `after`. */
clarke_bcd_residual clarke_bcd_watch_residual(clarke_bcd_watch *w, const double *after);
/* c_B: the update of the block that is read lowers the objective by at least c_B |move|^2. A
   prox-linear step's depends on the iterate before it. */
double clarke_bcd_constant(clarke_bcd_watch *w);
/* L: a Lipschitz constant of the loss's gradient in V_N, its weight included. */
double clarke_bcd_loss_smoothness(const clarke_bcd_net *s);
