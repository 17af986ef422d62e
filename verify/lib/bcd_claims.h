/* What the claims on block descent (Zeng, Lau, Lin, Yao, arXiv 1803.00225) share: cases with the
   measures of verify/measures/bcd_*.c, hypotheses, and the judgement by rule 1. The full text of the
   paper was not at hand: constants are recalled, corrected where a derivation gives others, and the
   derivations stand beside the formulas. */
#pragma once

#include "verify/exact.h"
#include "verify/lib/bcd_watch.h"

#define CLARKE_BCD_PAPER "Zeng, Lau, Lin, Yao, arXiv 1803.00225"

typedef struct {
    const char *problem, *method, *init; /* init NULL: box */
} clarke_bcd_pair;

/* A network whose sizes are all different, so that no transposed product fits, and its relatives. */
#define CLARKE_BCD_SHAPE "inputs=4,widths=5,3,outputs=2,samples=7,gamma=1.3"
#define CLARKE_BCD_RIDGE "w_term=ridge,w_weight=0.05"
#define CLARKE_BCD_NET   "split_three:" CLARKE_BCD_SHAPE "," CLARKE_BCD_RIDGE

/* One inequality of rule 1 for some kinds of blocks. */
typedef struct {
    const char *claim, *variant, *measure; /* variant: NULL where the claim has one inequality */
    double mode;
    unsigned kinds; /* bits 1 << clarke_bcd_kind, one use of the measure each; 0: one for all */
    const char *what;
    bool backward;  /* needs the paper's order */
    bool quadratic; /* only kinds in which the objective is quadratic */
} clarke_bcd_exact;

enum { CLARKE_BCD_EVERY_KIND = (1u << CLARKE_BCD_KINDS) - 1u };

/* The inequalities, for a claim's id: members of a clarke_bcd_exact. */
#define CLARKE_BCD_BLOCKS(id)                                                                      \
    .claim = id, .measure = "bcd_fall", .mode = 0.0, .kinds = CLARKE_BCD_EVERY_KIND,               \
    .what = "the fall of L is at least c_B times the squared move: it"
#define CLARKE_BCD_MONOTONE(id)                                                                    \
    .claim = id, .measure = "bcd_fall", .mode = 1.0, .what = "no update raises L: it"
#define CLARKE_BCD_EQUALITIES(id)                                                                  \
    .claim = id, .measure = "bcd_fall", .mode = 2.0, .kinds = CLARKE_BCD_EVERY_KIND,               \
    .quadratic = true, .what = "the fall of L is the quadratic form of the move: it"
#define CLARKE_BCD_SWEEPS(id)                                                                      \
    .claim = id, .measure = "bcd_sweep", .mode = 0.0,                                              \
    .what = "the fall of L in a sweep is at least lambda times the squared move: it"
#define CLARKE_BCD_VALUE(id)                                                                       \
    .claim = id, .measure = "bcd_sweep", .mode = 1.0,                                              \
    .what = "the problem's value is that of the formula: it"
#define CLARKE_BCD_ERRORS(id)                                                                      \
    .claim = id, .measure = "bcd_relative", .kinds = CLARKE_BCD_EVERY_KIND, .backward = true,      \
    .what = "the partial subdifferential is as near to 0 as the moves allow: it"

/* A case of `sweeps` sweeps; its uses are set by clarke_bcd_uses. */
clarke_case clarke_bcd_case(const clarke_plan_item *item, const char *claim, clarke_bcd_pair pair,
                            size_t sweeps);
/* Adds uses of the measure to the case: the problem tells which kinds there are, the method's
   settings what the subproblems are. With claimed >= 0 the constants are those of that alpha
   instead of the method's. */
clarke_status clarke_bcd_uses(clarke_plan *plan, clarke_case *c, const clarke_bcd_exact *exact,
                              double claimed);
/* A claim's case for each pair, or for the suite's problem and method. */
clarke_status clarke_bcd_plan(clarke_plan *plan, const clarke_plan_item *item,
                              const clarke_bcd_exact *exact, const clarke_bcd_pair *pair,
                              size_t pairs, size_t sweeps);
/* Cases that differ in the inequality, told apart by their variants: one for each pair and each of
   the `parts`. */
clarke_status clarke_bcd_plan_parts(clarke_plan *plan, const clarke_plan_item *item,
                                    const clarke_bcd_exact *part, size_t parts,
                                    const clarke_bcd_pair *pair, size_t pairs, size_t sweeps);
/* The part that the case's variant names. */
clarke_status clarke_bcd_judge_parts(const clarke_evidence *e, clarke_judgement *j,
                                     const clarke_bcd_exact *part, size_t parts);
/* The controls of a claim about the number arg[1] of its case: another number, gated and with the gate
   bypassed, refuted; and the right one after so few sweeps that nothing can be said. */
clarke_status clarke_bcd_control_number(clarke_plan *plan, const clarke_case *own,
                                        const char *broken, double wrong, const char *lacking,
                                        size_t few);
/* Both records of a control: gated, and with the gate bypassed, refuted. */
clarke_status clarke_bcd_control(clarke_plan *plan, const clarke_plan_item *item,
                                 const clarke_bcd_exact *exact, clarke_bcd_pair pair,
                                 const char *broken, double claimed, size_t sweeps);

/* The hypotheses that every claim has: a method of the paper on a splitting, alpha > 0 and the
   constants its own, thresholds of the prox-linear steps, double precision, order. */
void clarke_bcd_assume(const clarke_evidence *e, clarke_judgement *j, bool backward);
/* Hypotheses, gate, then rule 1 for every use of the case. */
clarke_status clarke_bcd_judge(const clarke_evidence *e, clarke_judgement *j,
                               const clarke_bcd_exact *exact);
/* Rule 1 for uses first..last-1 of the case; the sentence is of the first that is not supported, or
   of all. */
clarke_status clarke_bcd_judge_uses(const clarke_evidence *e, clarke_judgement *j,
                                    const clarke_bcd_exact *exact, size_t first, size_t last);

/* The method's alpha; 1 by default. */
double clarke_bcd_asked_alpha(const clarke_spec *method);
