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
    CLARKE_DLADMM_RHO_FIXED = 1u << 3, /* rho_constant, and nu */
    CLARKE_DLADMM_EXACT_Z = 1u << 4,   /* exact_last: z_L is the minimiser */
    CLARKE_DLADMM_DUAL = 1u << 5,      /* dual_start: judged from k = 0 only if u_0 = -grad R */
    CLARKE_DLADMM_EXACT_B = 1u << 6,   /* exact_b: the step for N samples */
    CLARKE_DLADMM_NEWEST =
        1u << 7, /* newest_base: algorithms 4 and 5 start from the newest point */
    CLARKE_DLADMM_GLOBAL_Z = 1u << 8,    /* global_hidden */
    CLARKE_DLADMM_ALGORITHM_1 = 1u << 9, /* algorithm_1: 8 L - 1 updates an iteration */
    /* Of what follows from the dual identity at both ends of an iteration. */
    CLARKE_DLADMM_PAIRED = CLARKE_DLADMM_EXACT_Z | CLARKE_DLADMM_DUAL | CLARKE_DLADMM_RHO_FIXED
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
/* Those, and runs with rho from H down to 1e-6 H: for what holds whatever rho is. */
clarke_status clarke_dladmm_plan_any_rho(clarke_plan *plan, const clarke_plan_item *item,
                                         const char *claim);
/* A run in which the softmax has logits of thousands, where exp overflows. */
clarke_status clarke_dladmm_plan_large(clarke_plan *plan, const clarke_plan_item *item,
                                       const char *claim);
/* A run in which rho, nu = rho and the first theta and tau grow as it goes on. */
clarke_status clarke_dladmm_plan_moving(clarke_plan *plan, const clarke_plan_item *item,
                                        const char *claim);
/* Both records of a control; `all` judges from k = 0 whatever u_0 is, and
   across changes of rho. */
clarke_status clarke_dladmm_control(clarke_plan *plan, const clarke_plan_item *item,
                                    const char *claim, const char *problem, const char *method,
                                    const char *broken, bool all);
/* The control of what follows from the dual identity: u_0 = 0, judged from k = 0. */
clarke_status clarke_dladmm_control_dual(clarke_plan *plan, const clarke_plan_item *item,
                                         const char *claim);
/* The hypotheses that `needs` names. */
void clarke_dladmm_assume(const clarke_evidence *e, clarke_judgement *j, unsigned needs);
clarke_status clarke_dladmm_judge(const clarke_evidence *e, clarke_judgement *j,
                                  const clarke_dladmm_inequality *i);
/* A record of the measure, in run r. */
double clarke_dladmm_record(const clarke_evidence *e, size_t r, size_t record);
