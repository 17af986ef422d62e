/* Decision rule 2: is a limit reached, "dist(x_k, S) -> 0" or m_k -> 0? Judged from R finite runs.

   Time is t = sum of steps. Each run leaves the maxima M_1..M_8 of its distance over eight blocks
   of [T/16, T]; they are compared with a reference law rho(t) = max(noise floor, transient). A run
   votes for the claim if log M falls along log rho with slope >= 0.4 and M_8 ends below half the
   null level N0, the mean distance of uniform points of the start box. Votes carry an exact
   binomial bound, a guard looks at the pooled tail, and what refutes is a finite-time contradiction
   with the differential inclusion (limit_refute.c), growth, an exact cycle, or, in a control, the
   test of two hypotheses against the declared wrong limit. */
#pragma once

#include "engine/claim.h"

enum {
    CLARKE_LIMIT_BLOCKS = 8,
    CLARKE_LIMIT_WINDOWS = 3,
    CLARKE_LIMIT_RUNS = 24,
    CLARKE_LIMIT_RUNS_MAX = 256
};

#define CLARKE_LIMIT_SLOPE  0.4   /* per-run slope threshold, all blocks */
#define CLARKE_LIMIT_TAIL   0.7   /* pooled slope threshold, last three blocks */
#define CLARKE_LIMIT_LEVEL  0.5   /* of the null level */
#define CLARKE_LIMIT_GATE   0.75  /* predicted last block / level, at most */
#define CLARKE_LIMIT_RANGE  0.4   /* log(rho_1 / rho_8), at least */
#define CLARKE_LIMIT_DELTA  1e-6  /* noise event of the refutation, all runs and windows */
#define CLARKE_LIMIT_TINY   1e-11 /* times the scale: at rounding, counts as converged */
#define CLARKE_LIMIT_GROWTH 0.1   /* slope of log M on log t from which a run grows */

/* ---- the reference law (limit_law.c) ---- */

/* How the step maps momentum to direction, found by asking the selection at small and large m. */
typedef enum {
    CLARKE_MAP_IDENTITY,
    CLARKE_MAP_CLIP_NORM,
    CLARKE_MAP_CLIP_COORDINATE,
    CLARKE_MAP_SIGN,
    CLARKE_MAP_NORMALIZED,
    CLARKE_MAP_OTHER
} clarke_limit_map;

clarke_limit_map clarke_limit_map_of(const clarke_sgd_form *form);
/* The form of a method given as text; `form` points into `mem`. CLARKE_EINPUT if it has none. */
clarke_status clarke_limit_form_of(const char *method, clarke_arena *mem,
                                   const clarke_sgd_form **form);

/* Step sizes where the blocks begin, theta as the form uses it (1 without memory; Lion's own). */
typedef struct {
    size_t steps;
    double total; /* T */
    double t[CLARKE_LIMIT_BLOCKS], eta[CLARKE_LIMIT_BLOCKS], theta[CLARKE_LIMIT_BLOCKS];
    double eta_gate, theta_gate; /* at t = 2^(-1/4) T */
    double tau;                  /* theta / eta at block 8 */
    bool single;                 /* theta / eta is the same at blocks 1 and 8 */
    bool constant;               /* theta is the same at blocks 1 and 8 */
} clarke_limit_times;

void clarke_limit_times_of(const clarke_clock *clock, const clarke_sgd_form *form,
                           clarke_limit_times *times);
/* Before a run, from the schedules: in closed form for power schedules, else by summation. */
void clarke_limit_times_plan(const clarke_schedule *eta, const clarke_schedule *theta, size_t steps,
                             size_t epoch, const clarke_sgd_form *form, clarke_limit_times *times);
/* t_k of c/(k + k0)^a, and the k at which it reaches t (INFINITY if never). */
double clarke_limit_power_time(const clarke_schedule *s, double k);
double clarke_limit_power_steps(const clarke_schedule *s, double t);

typedef enum { CLARKE_LIMIT_DISTANCE, CLARKE_LIMIT_MOMENTUM } clarke_limit_quantity;

typedef struct {
    clarke_limit_quantity quantity;
    clarke_limit_map map;
    bool memoryless;
    clarke_growth growth; /* p, kappa, mu of the slowest piece */
    double scale;         /* D0: half-width of the start box, at least 1 */
    clarke_limit_times times;
} clarke_limit_law;

/* True for sign and normalized maps, whose floor is set by eta / sqrt(theta). */
bool clarke_limit_is_sign(clarke_limit_map map);
/* False where no law is known: sign-type maps with theta that does not vanish, p unknown. */
bool clarke_limit_covered(const clarke_limit_law *law);
double clarke_limit_floor(const clarke_limit_law *law, double eta, double theta);
/* lambda of the transient D0 exp(-lambda t), p = 2. */
double clarke_limit_decay(const clarke_limit_law *law);
double clarke_limit_transient(const clarke_limit_law *law, double t);
/* The absolute bound of the flow (p > 2, SGD type) from every start; INFINITY: there is none. */
double clarke_limit_flow_bound(const clarke_limit_law *law, double t);
void clarke_limit_rho(const clarke_limit_law *law, double rho[CLARKE_LIMIT_BLOCKS]);
/* What a declared growth leaves open: mu from kappa and kappa from mu if p = 2, else unchanged. */
clarke_growth clarke_limit_growth(clarke_growth g);

/* ---- the gate on a plan (limit_gate.c) ---- */

typedef struct {
    double mean, error; /* mean of the distance over uniform points of the box; standard error */
    double slope;       /* largest subgradient norm seen there */
} clarke_limit_null;

/* 20,000 points of a fixed stream; `field`: distance to the field's set. For the momentum the null
   level is the mean subgradient norm: m is a mean of those. `point`[2n] is scratch. */
clarke_limit_null clarke_limit_null_level(const clarke_problem *p, clarke_limit_quantity quantity,
                                          bool field, double *point);

typedef struct {
    double sigma;    /* standard deviation of the noise of one coordinate; 0: none or reshuffled */
    double gradient; /* G: bound of |subgradient| near S */
    size_t n;
    double null_level;
    double separation; /* D of a control; NAN otherwise */
} clarke_limit_setting;

/* Deviation of one coordinate of the oracle's noise as it enters the floor: 0 where the noise of an
   epoch sums to zero; the terms' own is bounded by their largest. */
double clarke_limit_deviation(const clarke_problem *p, clarke_sampling sampling,
                              const clarke_noise *noise);

typedef struct {
    bool admitted;
    double predicted;   /* P, of the last block */
    double level;       /* what P must not exceed */
    double range;       /* log(rho_1 / rho_8) */
    double transient;   /* T/16 lambda if p = 2, else NAN */
    char sentence[400]; /* what fails, and what would do */
} clarke_limit_gate;

/* `eta`: the schedule, for the sentence only; may be NULL. */
void clarke_limit_gate_of(const clarke_limit_law *law, const clarke_limit_setting *s,
                          const clarke_schedule *eta, clarke_limit_gate *gate);

/* A plan in texts. `noise` and `sampling` as on the command line. */
typedef struct {
    const clarke_problem *problem;
    const char *method, *schedule, *momentum, *noise, *sampling;
    size_t iterations;
    clarke_limit_quantity quantity;
    bool field;
    double separation; /* NAN: no control */
} clarke_limit_plan;

clarke_status clarke_limit_gate_plan(const clarke_limit_plan *plan, clarke_arena *mem,
                                     clarke_limit_gate *gate);

typedef struct {
    const char *schedule; /* "power:10,1,50" */
    const char *noise;    /* the wished one, made smaller if nothing else is admitted */
    size_t iterations;
    double null_level;
    clarke_limit_gate gate; /* gate.admitted is false if nothing was found: then do not plan it */
} clarke_limit_proposal;

/* The cheapest admitted plan with at most `most` iterations (0: 262,144) for plan->problem,
   method, momentum, noise, sampling, quantity, separation; its schedule and iterations are not
   read. */
clarke_status clarke_limit_recommend(const clarke_limit_plan *plan, size_t most, clarke_arena *mem,
                                     clarke_limit_proposal *proposal);

/* ---- support and control (limit.c) ---- */

typedef enum {
    CLARKE_CONTROL_NONE,
    CLARKE_CONTROL_POINT, /* a wrong set S' at distance D: the run spends the last block there */
    CLARKE_CONTROL_LEVEL, /* limsup of the distance >= level */
    CLARKE_CONTROL_GROWTH /* the distance grows past every bound */
} clarke_limit_control;

typedef struct {
    size_t runs;
    const double *block;      /* [runs x 8] M_j of each run */
    const double *target;     /* [runs x 8] M'_j of dist(., S'); NULL unless CONTROL_POINT */
    const double *separation; /* [runs] D; NULL unless CONTROL_POINT */
    clarke_limit_control control;
    double level; /* of CONTROL_LEVEL */
    double null_level, alpha;
} clarke_limit_data;

typedef struct {
    size_t needed, votes, falling, low, finite, control_votes, growth_votes;
    double slope_median, tail_slope; /* tail_slope: INFINITY where the guard has nothing to say */
    double level;                    /* f N0, or the least min(f N0, D/2) of the runs */
    double resolution;               /* median M_8 */
    double target;                   /* median M'_8; NAN without */
    double median[CLARKE_LIMIT_BLOCKS], law[CLARKE_LIMIT_BLOCKS];
    bool guard, supported, control_refuted, growing;
} clarke_limit_support;

void clarke_limit_test(const clarke_limit_data *data, const clarke_limit_law *law,
                       clarke_limit_support *s);
/* "What would decide", the first that fails, with numbers. `eta` is the run's schedule. */
void clarke_limit_advice(const clarke_limit_support *s, const clarke_limit_data *data,
                         const clarke_limit_law *law, const clarke_schedule *eta, char text[400]);

/* ---- refutation in finite time (limit_refute.c) ---- */

typedef struct {
    double step, length, reach, end, answers, squares, hull, momentum, theta, theta_max, axis,
        axis_hull, axis_momentum, answer_sup;
} clarke_limit_window;

typedef enum {
    CLARKE_NOISE_LAW_NONE,
    CLARKE_NOISE_LAW_REPLACEMENT,
    CLARKE_NOISE_LAW_RESHUFFLED
} clarke_noise_law;

typedef struct {
    clarke_noise_law law;
    double bound;  /* M per coordinate; not finite: nothing is decided */
    size_t epoch;  /* steps of an epoch */
    bool additive; /* the noise does not depend on x (needed if reshuffled) */
    size_t n, runs, steps;
    double scale;
    const double *eta, *theta; /* [steps + 1] theta as the form uses it; NULL: form M is left out */
    const clarke_sgd_form *form;
    clarke_limit_map map;
    bool plain; /* x - eta g: form A applies */
    bool separable;
    unsigned skip; /* CLARKE_LIMIT_SKIP_* */
} clarke_limit_refutation_setting;

enum {
    CLARKE_LIMIT_SKIP_A = 1u << 0,
    CLARKE_LIMIT_SKIP_B = 1u << 1,
    CLARKE_LIMIT_SKIP_M = 1u << 2,
    CLARKE_LIMIT_SKIP_CYCLE = 1u << 3,
    CLARKE_LIMIT_SKIP_GROWTH = 1u << 4
};

typedef struct {
    char form;                          /* 'A', 'B', 'M', or 0: none can be formed */
    size_t window, run;                 /* of the largest left / right */
    double left, right;                 /* left <= right must hold; left > right refutes */
    double hull, length, end, mean_eta; /* of that window */
    bool refutes;
} clarke_limit_refutation;

/* The noise bound N of a window (INFINITY: not available), rounding included. */
double clarke_limit_noise(const clarke_limit_refutation_setting *s, const clarke_limit_window *w);
/* w[runs x windows]; the three answers are independent of each other. */
void clarke_limit_refute(const clarke_limit_refutation_setting *s, const clarke_limit_window *w,
                         clarke_limit_refutation *a, clarke_limit_refutation *b,
                         clarke_limit_refutation *m);

/* ---- the whole rule (limit_judge.c) ---- */

/* Positions in the case's `use`; SIZE_MAX: not measured. */
typedef struct {
    size_t blocks;  /* block_maxima of the quantity */
    size_t target;  /* block_maxima of dist(., S'), CONTROL_POINT */
    size_t windows; /* windows */
    size_t fixed;   /* fixed_point */
    clarke_limit_quantity quantity;
    clarke_limit_control control;
    double separation;           /* D of CONTROL_POINT; NAN: each run's "separation" of `target` */
    double level;                /* of CONTROL_LEVEL */
    unsigned skip;               /* CLARKE_LIMIT_SKIP_* */
    bool clarke;                 /* a cycle is judged by the Clarke residual, not by the field's */
    const char *what;            /* "dist(x_k, S) -> 0"; NULL: the default */
    const clarke_sgd_form *form; /* NULL: the method's */
} clarke_limit_options;

/* No control, nothing skipped, nothing measured. */
clarke_limit_options clarke_limit_defaults(void);
/* Verdict, sentence, evidence; asks for more at look 0 when undecided. The claim closes the gate of
   the hypotheses before. */
clarke_status clarke_limit_judge(const clarke_evidence *e, clarke_judgement *j,
                                 const clarke_limit_options *options);
