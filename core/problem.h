/* A problem: an objective f: R^n -> R with its truth. The descriptor is const and lives in the
   problem's file; the instance is made in an arena. A capability that is NULL is not available;
   a constant that is not known is NAN. The instance has scratch space, so it belongs to one run
   at a time: measures get an instance of their own. */
#pragma once

#include "core/arena.h"
#include "core/enclosure.h"
#include "core/layout.h"
#include "core/param.h"

#include <math.h>
#include <stdbool.h>

typedef struct clarke_problem clarke_problem;
struct clarke_split;  /* core/split.h */
struct clarke_dladmm; /* core/dladmm.h */

/* What the nearest stationary point is. */
#define CLARKE_POINT_LIST(ENTRY)                                                                   \
    ENTRY(CLARKE_POINT_UNKNOWN, "unknown")                                                         \
    ENTRY(CLARKE_POINT_GLOBAL_MINIMUM, "global minimum")                                           \
    ENTRY(CLARKE_POINT_LOCAL_MINIMUM, "local minimum")                                             \
    ENTRY(CLARKE_POINT_LOCAL_MAXIMUM, "local maximum")                                             \
    ENTRY(CLARKE_POINT_SADDLE, "saddle")                                                           \
    ENTRY(CLARKE_POINT_MONOTONE, "monotone kink")                                                  \
    ENTRY(CLARKE_POINT_FLAT, "flat")

typedef enum {
#define CLARKE_POINT_ENUM(code, text) code,
    CLARKE_POINT_LIST(CLARKE_POINT_ENUM)
#undef CLARKE_POINT_ENUM
} clarke_point_kind;

const char *clarke_point_text(clarke_point_kind kind);

/* How well the declared stationary set is known. */
typedef enum {
    CLARKE_TRUTH_NONE,
    CLARKE_TRUTH_PARTIAL,
    CLARKE_TRUTH_PROVED,   /* by hand */
    CLARKE_TRUTH_CERTIFIED /* by machine */
} clarke_truth;

const char *clarke_truth_text(clarke_truth truth);

enum {
    CLARKE_TRAIT_SMOOTH = 1u << 0,       /* C^1 with Lipschitz gradient: `smoothness` is known */
    CLARKE_TRAIT_REGULAR = 1u << 1,      /* Clarke regular */
    CLARKE_TRAIT_COERCIVE = 1u << 2,     /* f(x) -> infinity as |x| -> infinity */
    CLARKE_TRAIT_SEPARABLE = 1u << 3,    /* sum over coordinates; `slope_range` is there */
    CLARKE_TRAIT_DEFINABLE = 1u << 4,    /* in an o-minimal structure, hence path-differentiable */
    CLARKE_TRAIT_FIELD_LARGER = 1u << 5, /* the field of the parts is larger than the Clarke set */
    CLARKE_TRAIT_DATA = 1u << 6,         /* real data, no known stationary set */
    CLARKE_TRAIT_POLYHEDRAL = 1u << 7,   /* piecewise linear */
    CLARKE_TRAIT_EXTENDED = 1u << 8      /* infinite off a set, or with jumps: no differences */
};

/* Near the component of S that is nearest to a point: f - f* ~ kappa d^p in the distance d to it
   (Kurdyka-Lojasiewicz exponent 1 - 1/p); mu is the curvature of f there (2 kappa if p = 2).
   NAN where not known. */
typedef struct {
    double p, kappa, mu;
} clarke_growth;

/* A point worth comparing an iterate with although it need not be stationary: "mean", "median". */
typedef struct {
    const char *name;
    const double *x; /* [n] */
} clarke_landmark;

/* A certificate that the problem's file asks for: every x of the cube [low, high]^n with dist(x, S)
   > delta has no 0 in its subdifferential. */
typedef struct {
    const char *settings; /* of the instance, "n=2"; "": the defaults; NULL ends the list */
    double low, high, delta;
    size_t boxes; /* how many boxes the proof examines, as recorded; the tests run it again */
    bool field;   /* of the field of the parts and its critical set */
} clarke_certifiable;

typedef struct clarke_problem_desc {
    const char *title, *formula, *source;
    const char *stationary_set; /* plain text; NULL where not known */
    const char *field_set;      /* the critical set of the parts' field where it is larger */
    clarke_truth truth;
    unsigned traits; /* CLARKE_TRAIT_*; make() may change the instance's copy */
    const clarke_param *params;
    size_t params_size;

    /* Sets n, and whatever else of the instance is known. `params` is the filled struct. It lives
       in the arena as long as the instance. */
    clarke_status (*make)(clarke_problem *p, const void *params, clarke_arena *mem);

    double (*value)(const clarke_problem *p, const double *x);
    /* What automatic differentiation returns (relu'(0) = |.|'(0) = sign(0) = 0 by default):
       an element of the field. g[n] is written, x is not. */
    void (*subgradient)(const clarke_problem *p, const double *x, double *g);
    /* The mean of the subgradients of the listed terms (each < p->terms); g[n]. The mean over all
       terms of the term functions is f. */
    void (*term_subgradient)(const clarke_problem *p, const double *x, const size_t *term,
                             size_t count, double *g);

    /* dist(0, Clarke subdifferential of f at x), exact up to rounding. */
    double (*clarke_residual)(const clarke_problem *p, const double *x);
    /* The same for the field that the parts define; NULL: equal to the Clarke one. */
    double (*field_residual)(const clarke_problem *p, const double *x);
    /* dist(x, S). `nearest`[n] and `kind` are written unless NULL. */
    double (*stationary_distance)(const clarke_problem *p, const double *x, double *nearest,
                                  clarke_point_kind *kind);
    /* Distance to the critical set of the parts' field; NULL: equal to the Clarke one. */
    double (*field_distance)(const clarke_problem *p, const double *x, double *nearest);

    /* Separable problems: the smallest interval that contains the subdifferential (of the field if
       `field`) of coordinate function j at every point of [low, high]. */
    clarke_interval (*slope_range)(const clarke_problem *p, size_t j, double low, double high,
                                   bool field);
    /* A bracket of dist(0, Goldstein delta-subdifferential at x). */
    clarke_interval (*goldstein_residual)(const clarke_problem *p, const double *x, double delta);
    /* A lower bound of dist(0, conv of the field over the closed ball of radius r at z). */
    double (*hull_distance)(const clarke_problem *p, const double *z, double r);

    /* y = a point of prox_{t f}(x); t < 1/weak_convexity makes it unique. y[n]. */
    void (*prox)(const clarke_problem *p, double t, const double *x, double *y);
    /* A Lipschitz constant of f on the ball |x| <= radius. */
    double (*lipschitz)(const clarke_problem *p, double radius);
    /* rho such that f + rho/2 |x|^2 is convex on |x| <= radius; NAN: not weakly convex there. */
    double (*weak_convexity)(const clarke_problem *p, double radius);
    clarke_growth (*growth)(const clarke_problem *p, const double *x);
    /* f(x) - f(s) for the point s of S nearest to x, without the cancellation of that difference. */
    double (*value_gap)(const clarke_problem *p, const double *x);

    /* Over the blocks of the layout. y = a global minimiser over the block of f + weight/2 |. -
       centre|^2, the other blocks as in x; weight may be 0, and of several minimisers the one
       nearest to the centre is taken. y and centre have the size of the block. */
    void (*block_prox)(const clarke_problem *p, size_t block, double weight, const double *x,
                       const double *centre, double *y);
    /* f = h + the sum over blocks of g_b, h differentiable: the gradient of h in a block; its
       Lipschitz constant in that block, the others as in x; argmin g_b + |. - v|^2/(2 step). The
       first two come together; without block_simple all g_b are 0. */
    void (*block_gradient)(const clarke_problem *p, size_t block, const double *x, double *g);
    double (*block_lipschitz)(const clarke_problem *p, size_t block, const double *x);
    void (*block_simple)(const clarke_problem *p, size_t block, double step, const double *v,
                         double *y);

    /* For proofs by machine (verify/certify.h), all in interval arithmetic. `out` (already begun)
       encloses the Clarke subdifferentials, or the field of the parts, at every point of box[n]. */
    void (*enclose)(const clarke_problem *p, const clarke_interval *box, bool field,
                    clarke_enclosure *out);
    /* An upper bound, rounding included, of the largest distance of a point of box[n] from S, or
       from the field's critical set. It need not be tight for large boxes, and tends to the
       distance as the box shrinks to a point. INFINITY where S is empty. */
    double (*distance_upper)(const clarke_problem *p, const clarke_interval *box, bool field);
    const clarke_certifiable *certifiable; /* ends with {0} */
    const char *outside; /* why no point outside the cubes is stationary, or what is not claimed */
} clarke_problem_desc;

/* The recorded proofs by machine: "n=2 in [-8, 8] to 0.001 (699 boxes); ...", empty if there are
   none; NULL without memory. */
const char *clarke_problem_cubes(const clarke_problem_desc *desc, clarke_arena *mem);

struct clarke_problem {
    const clarke_problem_desc *desc;
    const char *id;   /* "absquad"; wrapped, "absquad+rotate" */
    const char *spec; /* "absquad:n=2+rotate:v=1,2" */
    size_t n;
    size_t terms; /* of the finite sum; 1 where f is not one */
    /* How the problem's file splits its terms over agents; 0, NULL: as core/share.h does. Agent i
       holds agent_term[agent_begin[i]] .. agent_term[agent_begin[i + 1] - 1]. */
    size_t agents;
    const size_t *agent_begin, *agent_term; /* [agents + 1], [terms] */
    unsigned traits;
    void *data;                         /* private to the problem's file */
    const struct clarke_split *split;   /* the blocks of a split network; otherwise NULL */
    const struct clarke_dladmm *dladmm; /* core/dladmm.h; otherwise NULL */
    clarke_layout layout;
    double *start;            /* [n] the documented non-stationary start */
    double box_low, box_high; /* random starts are uniform in [box_low, box_high]^n */
    double minimum;           /* min f */
    double smoothness;        /* Lipschitz constant of the gradient; NAN if f is not smooth */
    double term_deviation;    /* sup over the box, terms, coordinates of |term subgradient - mean|;
                                 0 for one term */
    double gradient_bound;    /* sup of |subgradient|_2 near S, used to plan runs */
    double default_weak_convexity; /* over the box; NAN where unknown or not weakly convex */
    size_t landmarks;
    const clarke_landmark *landmark; /* [landmarks] */
    clarke_growth plan_growth; /* the slowest growth over the pieces that attract: plans use it */
};

/* A wrapper makes a problem of another one and keeps the truth exact: a rotation, added noise.
   What a wrapper is given: */
typedef struct {
    const clarke_problem *inner; /* what it wraps */
    const void *params;          /* the filled struct of the wrapper's table */
    const clarke_spec *other;    /* its settings that begin with `other`, without the prefix */
    /* The outer instance's own descriptor: the inner one's texts, truth and traits, and no
       capability yet. A capability is set where it can be given exactly. */
    clarke_problem_desc *desc;
} clarke_wrapping;

typedef struct clarke_wrapper_desc {
    const char *title, *formula, *source;
    const clarke_param *params;
    size_t params_size;
    const char *other; /* "with.": such settings describe another problem; NULL: there are none */
    /* p starts as a copy of the inner instance, with data NULL. */
    clarke_status (*make)(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem);
} clarke_wrapper_desc;

/* Makes the instance `spec` describes, and its wrappers around it, in their order. Unknown names
   get the nearest ones suggested. */
clarke_status clarke_problem_make(const clarke_spec *spec, clarke_arena *mem,
                                  clarke_problem **problem);
clarke_status clarke_problem_from_text(const char *text, clarke_arena *mem,
                                       clarke_problem **problem);

/* Sets n, one block "x", the start to `start` in every coordinate, the box, and every constant to
   unknown. make() calls it first. */
clarke_status clarke_problem_size(clarke_problem *p, size_t n, double start, double box_low,
                                  double box_high, clarke_arena *mem);

/* The field's versions, falling back to the Clarke ones where the two are equal. */
double clarke_field_residual(const clarke_problem *p, const double *x);
double clarke_field_distance(const clarke_problem *p, const double *x, double *nearest);
bool clarke_has_hull(const clarke_problem *p);
/* hull_distance, or from slope_range for separable problems; 0 where neither is there. */
double clarke_hull_distance(const clarke_problem *p, const double *z, double r);
/* goldstein_residual, or from slope_range: for separable f the product of the coordinate hulls of
   radius delta / sqrt(n) is inside and that of radius delta is outside. NAN, NAN if neither. */
clarke_interval clarke_goldstein_residual(const clarke_problem *p, const double *x, double delta);
