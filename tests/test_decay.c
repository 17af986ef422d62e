/* The rule for what vanishes without a reference law, on block maxima made by hand; and what a
   record counts as surprising. */
#include "engine/scheduler.h"
#include "verify/rules/decay.h"
#include "verify/rules/frequency.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { RUNS = 24, BLOCKS = 8 };

static clarke_verdict judge_blocks(double block[RUNS][BLOCKS], double level, size_t look,
                                   bool finite, bool *need_more)
{
    double *output[RUNS][1];
    clarke_run_result run[RUNS];
    const size_t map[1] = {0};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_problem *problem;
    cr_assert_eq(clarke_problem_from_text("absquad", mem, &problem), CLARKE_OK, "absquad");
    for (size_t r = 0; r < RUNS; r++) {
        output[r][0] = block[r];
        run[r] = (clarke_run_result){.finite = finite, .output = output[r]};
    }
    const clarke_case c = {.claim = "th1_value", .uses = 1, .use = {{"value_oscillation", {0}}}};
    const clarke_evidence e = {.c = &c,
                               .problem = problem,
                               .run = run,
                               .use_map = map,
                               .repetitions = RUNS,
                               .look = look,
                               .alpha = 1e-4,
                               .mem = mem};
    clarke_judgement j = {.mem = mem, .evidence = json_object()};
    const clarke_decay decay = {0, "it", level};
    cr_assert_eq(clarke_decay_judge(&e, &j, &decay), CLARKE_OK, "judges");
    *need_more = j.need_more;
    json_decref(j.evidence);
    clarke_arena_free(mem);
    return j.verdict;
}

/* `falling` runs go from 1 to 2^-7; the others stay at 1. */
static clarke_verdict judge(size_t falling, double level, size_t look, bool finite, bool *need_more)
{
    static double block[RUNS][BLOCKS];
    for (size_t r = 0; r < RUNS; r++)
        for (size_t b = 0; b < BLOCKS; b++) block[r][b] = r < falling ? exp2(-(double)b) : 1.0;
    return judge_blocks(block, level, look, finite, need_more);
}

/* `growing` runs go from 1 to `last`, geometrically but for a fall in block `dip`; the others stay. */
static clarke_verdict judge_growth(size_t growing, double last, size_t dip)
{
    static double block[RUNS][BLOCKS];
    bool more;
    for (size_t r = 0; r < RUNS; r++)
        for (size_t b = 0; b < BLOCKS; b++)
            block[r][b] = r >= growing || b == dip ? 1.0 : pow(last, (double)b / (BLOCKS - 1));
    return judge_blocks(block, 0.0, 1, true, &more);
}

Test(decay, votes_decide)
{
    bool more;
    const size_t needed = clarke_frequency_votes(RUNS, 1e-4);
    cr_assert(needed > 12 && needed <= RUNS, "votes needed: %zu", needed);
    cr_expect_eq(judge(RUNS, 0.0, 0, true, &more), CLARKE_SUPPORTED, "all fall");
    cr_expect_eq(judge(needed, 0.0, 0, true, &more), CLARKE_SUPPORTED, "just enough fall");
    cr_expect_eq(judge(needed - 1, 0.0, 0, true, &more), CLARKE_VERDICT_NONE, "one too few");
    cr_expect(more, "asks for more at the first look");
    cr_expect_eq(judge(needed - 1, 0.0, 1, true, &more), CLARKE_INCONCLUSIVE, "then it is open");
    cr_expect_not(more, "and does not ask again");
}

Test(decay, a_run_that_broke_off_never_votes)
{
    bool more;
    cr_expect_eq(judge(RUNS, 0.0, 1, false, &more), CLARKE_INCONCLUSIVE, "not finite");
}

Test(decay, only_a_controls_level_refutes)
{
    bool more;
    cr_expect_eq(judge(0, 0.9, 0, true, &more), CLARKE_REFUTED, "all stay above the level");
    cr_expect_eq(judge(0, 1.1, 1, true, &more), CLARKE_INCONCLUSIVE, "below the level");
    cr_expect_eq(judge(0, 0.0, 1, true, &more), CLARKE_INCONCLUSIVE, "no level: never refuted");
    cr_expect_eq(judge(RUNS, 0.9, 0, true, &more), CLARKE_SUPPORTED,
                 "a control that holds is supported");
}

Test(decay, growth_refutes)
{
    const size_t needed = clarke_frequency_votes(RUNS, 1e-4);
    cr_expect_eq(judge_growth(needed, 32.0, BLOCKS), CLARKE_REFUTED, "enough runs grow");
    cr_expect_eq(judge_growth(needed - 1, 32.0, BLOCKS), CLARKE_INCONCLUSIVE, "one too few");
    cr_expect_eq(judge_growth(RUNS, 32.0, 5), CLARKE_INCONCLUSIVE, "one block is below the last");
    cr_expect_eq(judge_growth(RUNS, 3.0, BLOCKS), CLARKE_INCONCLUSIVE,
                 "no doubling from the first four");
}

static bool surprising(unsigned expected, clarke_verdict verdict, const char *broken,
                       const char *failed)
{
    const clarke_case c = {.expected = expected, .broken = broken};
    clarke_judgement j = {.verdict = verdict};
    if (failed)
        j.hypothesis[j.hypotheses++] =
            (clarke_hypothesis){failed, "text", CLARKE_HYPOTHESIS_FAILED, "how"};
    return clarke_is_surprising(&c, &j);
}

Test(record, what_surprises)
{
    const unsigned yes = CLARKE_EXPECT_SUPPORTED, no = CLARKE_EXPECT_REFUTED,
                   gate = CLARKE_EXPECT_NOT_APPLICABLE;
    cr_expect_not(surprising(yes, CLARKE_SUPPORTED, NULL, NULL), "as expected");
    cr_expect(surprising(yes, CLARKE_REFUTED, NULL, NULL), "a claim refuted");
    cr_expect(surprising(no, CLARKE_SUPPORTED, NULL, NULL), "a control supported");
    cr_expect_not(surprising(yes, CLARKE_INCONCLUSIVE, NULL, NULL), "undecided is counted apart");
    cr_expect_not(surprising(gate, CLARKE_NOT_APPLICABLE, "a", "a"), "names what was broken");
    cr_expect(surprising(gate, CLARKE_NOT_APPLICABLE, "a", "b"), "names another hypothesis");
    cr_expect(surprising(gate, CLARKE_NOT_APPLICABLE, "a", NULL), "names none");
    cr_expect(surprising(gate, CLARKE_SUPPORTED, "a", NULL), "the gate did not close");
}
