/* f(x) = sum_j phi_j(x_j): lifts a scalar family to n coordinates. The Clarke subdifferential of a
   separable locally Lipschitz function is the product of those of its coordinates (the points where
   all phi_j are differentiable have full measure, and limits and hulls of products are products),
   so S is a product and distances add in squares. */
#pragma once

#include "problems/lib/scalar.h"

/* What is known of one phi. A MONOTONE point attracts from one side and counts as attracting. */
typedef struct {
    double minimum;
    clarke_growth growth; /* the slowest over the points that attract */
    double slope;         /* sup |subgradient| at the points that attract */
} clarke_scalar_facts;

/* One scalar family. `c` is the coordinate's context, private to the family. */
typedef struct {
    double (*value)(const void *c, double t);
    double (*slope)(const void *c, double t); /* what automatic differentiation returns */
    /* The Clarke subdifferential at t, or the field of the parts. */
    clarke_interval (*at)(const void *c, double t, bool field);
    /* The smallest breakpoint > t, INFINITY if there is none: between breakpoints phi' is
       continuous and monotone. NULL: no breakpoints. */
    double (*next_break)(const void *c, double t);
    double period; /* of phi' minus a nondecreasing function; 0: none */
    /* The nearest stationary point and its kind. NULL: there is none. */
    double (*nearest)(const void *c, double t, clarke_point_kind *kind);
    double (*field_nearest)(const void *c, double t); /* NULL: the same */
    clarke_growth (*growth)(const void *c, double s); /* at the stationary point s */
    double (*prox)(const void *c, double step, double t);
    double (*weak_convexity)(const void *c, double radius); /* NULL: not weakly convex */
    double (*term_slope)(const void *c, size_t term, double t);
    clarke_scalar_facts (*facts)(const void *c);
    /* For proofs by machine: encloses the subdifferentials, or the field, at all points of t. */
    clarke_interval (*enclose)(const void *c, clarke_interval t, bool field);
    /* A convex part [a, b] of S, or of the field's critical set, near t: encloses its ends, a in
       *low and b in *high. NULL: the point that nearest, or field_nearest, gives, which is then the
       exact number. */
    void (*declared)(const void *c, double t, bool field, clarke_interval *low,
                     clarke_interval *high);
} clarke_scalar;

/* After clarke_problem_size. Context j is `stride` bytes after context j - 1 (0: one for all). Sets
   the minimum and the constants that the coordinates' facts give, and moves a start that the
   parameters have put on S. */
clarke_status clarke_separable_make(clarke_problem *p, const clarke_scalar *scalar,
                                    const void *context, size_t stride, clarke_arena *mem);

/* A list has one number for all coordinates, or one for each. */
clarke_status clarke_separable_list(const clarke_problem *p, const clarke_list *list,
                                    const char *name);
static inline double clarke_list_at(const clarke_list *list, size_t j)
{
    return list->value[list->count == 1 ? 0 : j];
}
double clarke_list_largest(const clarke_list *list);

/* The smallest entry > t of a sorted array, INFINITY if there is none. */
double clarke_next_in(size_t count, const double *sorted, double t);

/* A component [low, high] of the stationary set of a phi; low == high where it is a point. Inside
   it the kind is CLARKE_POINT_FLAT. */
typedef struct {
    double low, high;
    clarke_point_kind kind_low, kind_high;
    clarke_growth growth_low, growth_high;
} clarke_piece;

typedef struct {
    size_t count;
    clarke_piece *piece; /* [count] sorted */
} clarke_pieces;

clarke_piece clarke_piece_point(double s, clarke_point_kind kind, double p, double kappa);
double clarke_pieces_nearest(const clarke_pieces *s, double t, clarke_point_kind *kind);
clarke_growth clarke_pieces_growth(const clarke_pieces *s, double t);

/* Mirrors the points of `piece`[count] at 0 if `negative`, keeping them sorted. */
void clarke_pieces_mirror(clarke_piece *piece, size_t count, bool negative);
/* The facts of a phi whose minimum is attained in S: LOCAL_MINIMUM becomes GLOBAL_MINIMUM at the
   ends with the smallest value; the slowest growth and the largest |subgradient| over the ends that
   attract (minima and monotone points). */
clarke_scalar_facts clarke_pieces_facts(clarke_pieces *s, const clarke_scalar *scalar,
                                        const void *c);

/* The problem's functions. */
double clarke_separable_value(const clarke_problem *p, const double *x);
void clarke_separable_subgradient(const clarke_problem *p, const double *x, double *g);
void clarke_separable_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                       size_t count, double *g);
double clarke_separable_clarke_residual(const clarke_problem *p, const double *x);
double clarke_separable_field_residual(const clarke_problem *p, const double *x);
double clarke_separable_stationary_distance(const clarke_problem *p, const double *x,
                                            double *nearest, clarke_point_kind *kind);
double clarke_separable_field_distance(const clarke_problem *p, const double *x, double *nearest);
clarke_interval clarke_separable_slope_range(const clarke_problem *p, size_t j, double low,
                                             double high, bool field);
void clarke_separable_prox(const clarke_problem *p, double t, const double *x, double *y);
double clarke_separable_lipschitz(const clarke_problem *p, double radius);
double clarke_separable_weak_convexity(const clarke_problem *p, double radius);
clarke_growth clarke_separable_growth(const clarke_problem *p, const double *x);

void clarke_separable_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                              clarke_enclosure *out);
double clarke_separable_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                       bool field);
/* For `declared`: the ends of the piece of `s` nearest to t, each `ulps` roundings wide on either
   side (0: they are exact numbers). */
void clarke_pieces_declared(const clarke_pieces *s, double t, unsigned ulps, clarke_interval *low,
                            clarke_interval *high);
clarke_interval clarke_interval_ulps(double t, unsigned ulps);

/* The rows of a descriptor: what every separable problem has, and what some have. */
#define CLARKE_SEPARABLE_ORACLES                                                                   \
    .value = clarke_separable_value, .subgradient = clarke_separable_subgradient,                  \
    .clarke_residual = clarke_separable_clarke_residual,                                           \
    .slope_range = clarke_separable_slope_range, .lipschitz = clarke_separable_lipschitz,          \
    .weak_convexity = clarke_separable_weak_convexity
#define CLARKE_SEPARABLE_TRUTH                                                                     \
    .stationary_distance = clarke_separable_stationary_distance, .growth = clarke_separable_growth
#define CLARKE_SEPARABLE_CERTIFICATE                                                               \
    .enclose = clarke_separable_enclose, .distance_upper = clarke_separable_distance_upper
#define CLARKE_SEPARABLE_FIELD                                                                     \
    .field_residual = clarke_separable_field_residual,                                             \
    .field_distance = clarke_separable_field_distance
