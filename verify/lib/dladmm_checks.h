/* The inequalities that the measure dladmm_steps checks, CLARKE_EXACT_COUNT outputs each, in this
   order; then what it records. */
#pragma once

#define CLARKE_DLADMM_CHECKS(ENTRY)                                                                \
    ENTRY(ORDER, order)         /* each phase changes its block alone */                           \
    ENTRY(W, w)                 /* decrease >= (theta/2) |dW|^2, and (lambda/2) |dW|^2 */          \
    ENTRY(A, a)                 /* decrease >= (tau/2) |da|^2 */                                   \
    ENTRY(B, b)                 /* decrease = (nu N / 2) |db|^2 */                                 \
    ENTRY(HIDDEN, hidden)       /* hidden z: no rise, and the global minimum */                    \
    ENTRY(LAST, last)           /* z_L: decrease >= (rho/2) |dz|^2 */                              \
    ENTRY(OPTIMAL, optimal)     /* W and a: grad + theta D + s = 0 */                              \
    ENTRY(BACKTRACK, backtrack) /* the first constant of the sequence that passes the test */      \
    ENTRY(DUAL, dual)           /* grad R(z_L) + u = 0 */                                          \
    ENTRY(PAIR, pair)           /* z_L with the dual step, corrected */                            \
    ENTRY(PRINTED, printed)     /* the same as printed: inequality (36) */                         \
    ENTRY(DESCENT, descent)     /* an iteration, C2' */                                            \
    ENTRY(SHARPER, sharper)     /* an iteration, with C1* */                                       \
    ENTRY(RUNNING, running)     /* (k + 1) c_k C_min <= L^0 - L^{k+1} */                           \
    ENTRY(PRIMAL, primal)       /* |r| <= (H/rho) |z_L^{k+1} - z_L^k| */                           \
    ENTRY(LOWER, lower)         /* L >= R(z_L - r) + penalties + (rho - H)/2 |r|^2 */              \
    ENTRY(RISE, rise)           /* L does not rise over an iteration */                            \
    ENTRY(BLOCKS, blocks)       /* no phase but the dual step raises L */

enum {
#define CLARKE_DLADMM_CHECK_ENUM(code, name) CLARKE_DLADMM_CHECK_##code,
    CLARKE_DLADMM_CHECKS(CLARKE_DLADMM_CHECK_ENUM)
#undef CLARKE_DLADMM_CHECK_ENUM
        CLARKE_DLADMM_CHECK_COUNT
};

#define CLARKE_DLADMM_RECORDS(ENTRY)                                                               \
    ENTRY(FIRST, first)     /* the first k at which M6 to M10 are claimed: 0 or 1 */               \
    ENTRY(START_L, start_L) /* L_rho at the start, after one iteration, at the end */              \
    ENTRY(ONE_L, one_L)                                                                            \
    ENTRY(END_L, end_L)                                                                            \
    ENTRY(RISES, rises) /* iterations in which L_rho rose, and the first */                        \
    ENTRY(FIRST_RISE, first_rise)                                                                  \
    ENTRY(BLOCK_RISES, block_rises) /* phases other than the dual in which it rose */              \
    ENTRY(RESIDUAL, residual)       /* |r| at the end, and at half the iterations */               \
    ENTRY(HALF_RESIDUAL, half_residual)                                                            \
    ENTRY(PRINTED_LEFT, printed_left) /* both sides of (36) where it fails most, and that k */     \
    ENTRY(PRINTED_RIGHT, printed_right)                                                            \
    ENTRY(PRINTED_K, printed_k)                                                                    \
    ENTRY(PRINTED_WORST, printed_worst) /* (right - left) / |L| there */                           \
    ENTRY(RATIO, ratio)                 /* largest (k + 1) c_k C_min / (L^0 - L^{k+1}) */          \
    ENTRY(C_END, c_end)                 /* c_k at the end and at half the iterations */            \
    ENTRY(C_HALF, c_half)                                                                          \
    ENTRY(FLIPS, flips)             /* sign changes of hidden z in the last third */               \
    ENTRY(TRIALS, trials)           /* candidates tried by the W- and a-steps, per iteration */    \
    ENTRY(RHO_CHANGES, rho_changes) /* iterations at which rho or nu was changed */                \
    ENTRY(PHASES, phases)           /* updates an iteration */                                     \
    ENTRY(SUP_HALF, sup_half)       /* sup of the iterate's norm, at half and at the end */        \
    ENTRY(SUP, sup)

enum {
#define CLARKE_DLADMM_RECORD_ENUM(code, name) CLARKE_DLADMM_REC_##code,
    CLARKE_DLADMM_RECORDS(CLARKE_DLADMM_RECORD_ENUM)
#undef CLARKE_DLADMM_RECORD_ENUM
        CLARKE_DLADMM_RECORD_COUNT
};

/* And those of dladmm_stationarity, of the gradients at the end of an iteration. */
#define CLARKE_DLADMM_GRADIENTS(ENTRY)                                                             \
    ENTRY(WEIGHTS, weights)                                                                        \
    ENTRY(BIASES, biases)                                                                          \
    ENTRY(HIDDEN, hidden)                                                                          \
    ENTRY(ACTIVATIONS, activations)                                                                \
    ENTRY(OUTPUT, output)

enum {
#define CLARKE_DLADMM_GRADIENT_ENUM(code, name) CLARKE_DLADMM_GRADIENT_##code,
    CLARKE_DLADMM_GRADIENTS(CLARKE_DLADMM_GRADIENT_ENUM)
#undef CLARKE_DLADMM_GRADIENT_ENUM
        CLARKE_DLADMM_GRADIENT_COUNT
};
