/* Problems on which a descent method runs by a map in closed form, so that the regime, the rate and
   the Kurdyka-Lojasiewicz exponent are known exactly; and what the claims on rates share. */
#pragma once

#include "engine/claim.h"
#include "verify/lib/decrease.h"
#include "verify/rules/rate.h"

/* What a sequence does: a regime, with q per step where linear and p where sublinear; NAN: not
   known exactly. */
typedef struct {
    clarke_rate_regime regime;
    double number;
} clarke_cell_rate;

typedef struct {
    const char *name, *problem, *method;
    const char *schedule; /* NULL: the method does not read it */
    const char *init;     /* NULL: random in the box */
    size_t iterations;
    clarke_cell_rate values, distances;
    double theta; /* at the limit; 1: no exponent below 1 */
    /* Where the linear rate depends on the limit x: the factor of the distances, whose square is
       that of the values; the numbers above are then bounds of them. */
    double (*factor)(size_t n, const double *x);
} clarke_cell;

extern const clarke_cell clarke_cells[];
extern const size_t clarke_cells_count;

/* Of the variant's name; NULL where there is none. */
const clarke_cell *clarke_cell_find(const char *name);
/* A case of `claim` on a cell: its problem, method, start and iterations, one run. */
clarke_case clarke_cell_case(const char *claim, const clarke_cell *cell,
                             const clarke_plan_item *item);
/* The same for the measure descent, which judges the second half: linear sequences end before they
   are rounding, so those are short, from 8 random starts. Sets use[0] to the measure. */
clarke_case clarke_cell_descent_case(const char *claim, const clarke_cell *cell,
                                     const clarke_plan_item *item);
/* All cells, with the uses of `proto`. */
clarke_status clarke_cells_plan(clarke_plan *plan, const clarke_plan_item *item,
                                const clarke_case *proto);
/* The same with clarke_cell_descent_case, the uses of `proto` following its own; `slow`: only cells
   whose sequences do not end. */
clarke_status clarke_cells_plan_descent(clarke_plan *plan, const clarke_plan_item *item,
                                        const clarke_case *proto, bool slow);

typedef enum {
    CLARKE_CELL_VALUES = 1,
    CLARKE_CELL_DISTANCES,
    CLARKE_CELL_RESIDUALS
} clarke_cell_column;
/* The regime of a column of the measure rate_points, use `use`, in run r. */
clarke_status clarke_cell_estimate(const clarke_evidence *e, size_t r, size_t use,
                                   clarke_cell_column column, clarke_rate *rate);
void clarke_cell_note(clarke_judgement *j, const char *name, const clarke_rate *rate);
/* "linear, q in [0.24, 0.26]" */
const char *clarke_cell_text(const clarke_rate *rate, clarke_arena *mem);

/* What the theory of descent methods says of a sequence with exponent theta: at least this fast. */
clarke_cell_rate clarke_cell_bound(double theta, clarke_cell_column column);
/* -1: slower than the bound, beyond the interval; 0: undecided; 1: as fast or faster. */
int clarke_cell_against(const clarke_rate *rate, clarke_cell_rate bound);

/* How much the supremum of the iterate grew over the last doubling of time, relative to the one
   before: 2^-q if what is left to grow is k^-q, 1 for ln k, 0 if it stands still. */
double clarke_cell_growth(const clarke_evidence *e, size_t r, size_t use);
/* Hypothesis "bounded_iterates", measured by the use `use` of boundedness: that ratio is at most
   0.9, as it is for every q above 0.16. */
void clarke_cell_assume_bounded(const clarke_evidence *e, clarke_judgement *j, size_t use);
/* Hypotheses "sufficient_decrease", "relative_error", "kl_exponent", "constants" from the measure
   descent, use `use`: what the first half showed still holds on the second. */
void clarke_cell_assume_descent(const clarke_evidence *e, clarke_judgement *j, size_t use);
