/* What the claims on dlADMM (Wang, Yu, Chen, Zhao, arXiv 1905.13611) share: their cases, hypotheses
   and the decision about one inequality of the measure dladmm_steps. The claims plan the same runs,
   which are made once. */
#pragma once

#include "verify/exact.h"
#include "verify/lib/dladmm_checks.h"

#define CLARKE_DLADMM_PAPER "Wang, Yu, Chen, Zhao, arXiv 1905.13611 (KDD 2019)"

/* Hypotheses, by their ids. */
enum {
    CLARKE_DLADMM_RHO = 1u << 0,       /* rho_large: rho > 2 H */
    CLARKE_DLADMM_RHO_SHARP = 1u << 1, /* rho_sharp: rho > H (sqrt(17) - 1) / 2 */
    CLARKE_DLADMM_RHO_H = 1u << 2,     /* rho_H: rho >= H */
    CLARKE_DLADMM_RHO_FIXED = 1u << 3, /* rho_constant */
    CLARKE_DLADMM_EXACT_Z = 1u << 4,   /* exact_last: z_L is the minimiser */
    CLARKE_DLADMM_DUAL = 1u << 5,      /* dual_start: judged from k = 0 only if u_0 = -grad R */
    CLARKE_DLADMM_EXACT_B = 1u << 6,   /* exact_b: the step for N samples */
    CLARKE_DLADMM_NEWEST = 1u << 7 /* newest_base: algorithms 4 and 5 start from the newest point */
};

typedef struct {
    const char *claim;
    size_t check;   /* CLARKE_DLADMM_CHECK_* */
    unsigned needs; /* of the above */
    const char *what;
} clarke_dladmm_inequality;

/* A case with the measure dladmm_steps as its use 0. */
clarke_case clarke_dladmm_case(const clarke_plan_item *item, const char *claim, const char *problem,
                               const char *method, const char *init, size_t iterations);
/* The cases that every claim is judged on: both losses, all activations, penalties, depths, starts. */
clarke_status clarke_dladmm_plan(clarke_plan *plan, const clarke_plan_item *item,
                                 const char *claim);
/* Both records of a control; `all` judges from k = 0 whatever u_0 is. */
clarke_status clarke_dladmm_control(clarke_plan *plan, const clarke_plan_item *item,
                                    const char *claim, const char *problem, const char *method,
                                    const char *broken, bool all);
/* The hypotheses that `needs` names. */
void clarke_dladmm_assume(const clarke_evidence *e, clarke_judgement *j, unsigned needs);
clarke_status clarke_dladmm_judge(const clarke_evidence *e, clarke_judgement *j,
                                  const clarke_dladmm_inequality *i);
/* A record of the measure, in run r. */
double clarke_dladmm_record(const clarke_evidence *e, size_t r, size_t record);
