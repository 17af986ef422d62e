#include "verify/rules/decay.h"

#include "verify/rules/frequency.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

enum { DECAY_BLOCKS = 8 };

/* At rounding: below this the quantity has vanished as far as doubles can tell (1e-11 times the
   half-width of the box, four digits above the rounding of an iterate). */
static double decay_tiny(const clarke_problem *p)
{
    return 1e-11 * fmax(1.0, 0.5 * (p->box_high - p->box_low));
}

static double decay_median(const clarke_evidence *e, size_t use, size_t block, double *sorted)
{
    for (size_t r = 0; r < e->repetitions; r++) sorted[r] = clarke_outputs(e, r, use)[block];
    gsl_sort(sorted, 1, e->repetitions);
    return gsl_stats_median_from_sorted_data(sorted, 1, e->repetitions);
}

static bool decay_grows(const double *block, double early)
{
    for (size_t b = 1; b < DECAY_BLOCKS; b++)
        if (!(block[b] >= block[b - 1])) return false;
    return block[DECAY_BLOCKS - 1] >= 2.0 * early && early > 0.0;
}

clarke_status clarke_decay_judge(const clarke_evidence *e, clarke_judgement *j,
                                 const clarke_decay *decay)
{
    const size_t needed = clarke_frequency_votes(e->repetitions, e->alpha);
    const double tiny = decay_tiny(e->problem);
    size_t votes = 0, high = 0, growing = 0;
    double *sorted = clarke_vec(e->mem, e->repetitions), median[DECAY_BLOCKS];
    CLARKE_TRY(clarke_arena_status(e->mem));
    for (size_t r = 0; r < e->repetitions; r++) {
        const double *block = clarke_outputs(e, r, decay->use);
        const double last = block[DECAY_BLOCKS - 1];
        const double early = fmax(fmax(block[0], block[1]), fmax(block[2], block[3]));
        votes += e->run[r].finite && (last <= 0.5 * early || last <= tiny);
        growing += decay_grows(block, early);
        high += fmin(fmin(block[5], block[6]), last) >= decay->level;
    }
    for (size_t b = 0; b < DECAY_BLOCKS; b++) median[b] = decay_median(e, decay->use, b, sorted);
    clarke_note_reals(j, "block_median", median, DECAY_BLOCKS);
    clarke_note_count(j, "votes", votes);
    clarke_note_count(j, "votes_needed", needed);
    if (decay->level > 0.0 && high >= needed)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s stays at %.3g or above over the last three blocks in %zu of %zu "
                            "runs (%zu needed)",
                            decay->what, decay->level, high, e->repetitions, needed);
    if (growing >= needed)
        return clarke_judge(j, CLARKE_REFUTED,
                            "%s grows from block to block, and at least doubles from t in [T/16, "
                            "T/4] to T, in %zu of %zu runs (%zu needed)",
                            decay->what, growing, e->repetitions, needed);
    if (votes >= needed)
        return clarke_judge(j, CLARKE_SUPPORTED,
                            "%s at least halves from t in [T/16, T/4] to T in %zu of %zu runs (%zu "
                            "needed); its median ends at %.3g",
                            decay->what, votes, e->repetitions, needed, median[DECAY_BLOCKS - 1]);
    if (e->look == 0) {
        j->need_more = true;
        return CLARKE_OK;
    }
    return clarke_judge(j, CLARKE_INCONCLUSIVE,
                        "%s halves in %zu of %zu runs only, %zu are needed; longer runs would "
                        "decide",
                        decay->what, votes, e->repetitions, needed);
}
