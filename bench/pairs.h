/* The sharper gate: two programs on one machine, timed in turns. What is compared is the time of one
   process of the new program with that of one process of the old, a repetition of the one after a
   repetition of the other, so that what the machine does hits both. Which of the two begins is a fair
   coin, a new one for each pair: if the programs are equally fast, the sign of each ratio's logarithm
   is that coin, whatever the noise is, and the signed-rank test errs as rarely as it says.

   1. Screening: a few pairs of every row. A row off by more than half the least effect is a suspect.
   2. Only suspects, only new pairs, decide: CLARKE_PAIRS_LOOKS looks, after each so many pairs more,
      each at alpha / CLARKE_PAIRS_LOOKS, with Holm's correction over the suspects. They were chosen
      by other processes, so that rows which are none need not be counted. The chance that any row of
      equal speed is called slower or faster is at most alpha.

   Nothing here measures: the ratios come from outside, of processes or of an experiment of thought. */
#pragma once

#include "bench/gate.h"
#include "bench/statistics.h"
#include "core/stream.h"

enum {
    CLARKE_PAIRS_LOOKS = 3,
    CLARKE_PAIRS_LOOK = 12, /* pairs of each look */
    CLARKE_PAIRS_MOST = CLARKE_PAIRS_LOOKS * CLARKE_PAIRS_LOOK,
    CLARKE_PAIRS_SCREEN_MOST = 32
};

typedef struct {
    const char *kernel, *size;
    size_t screens, pairs;
    double screen[CLARKE_PAIRS_SCREEN_MOST]; /* logarithms of the time of new by that of old */
    double ratio[CLARKE_PAIRS_MOST];         /* the same of the new pairs of a suspect */
    bool suspect, open;                      /* open: more pairs are wanted */
    clarke_gate_verdict verdict;
    double p;             /* Holm's, of the look that decided; NAN of what is no suspect */
    clarke_median effect; /* a logarithm, of the new pairs, or of the screening */
} clarke_pairs_row;

typedef struct {
    size_t rows;
    clarke_pairs_row *row;
} clarke_pairs;

/* All rows open, without ratios. */
clarke_status clarke_pairs_open(size_t rows, clarke_arena *mem, clarke_pairs *p);
/* One more ratio of an open row, screening or not. */
void clarke_pairs_put(clarke_pairs_row *row, bool screening, double log_ratio);
/* After the screening; how many rows are open. */
size_t clarke_pairs_screen(clarke_pairs *p, double least);
/* After look 1, 2, ..., CLARKE_PAIRS_LOOKS: open rows are decided, or stay open but for the last
   look. How many are open. */
clarke_status clarke_pairs_look(clarke_pairs *p, size_t look, double alpha, double least,
                                clarke_arena *mem, size_t *open);
/* What a report says. */
clarke_status clarke_pairs_gate(const clarke_pairs *p, clarke_arena *mem, clarke_gate *gate);

/* The noise of a pair: what is left of the screening's ratios when each row's centre is taken out,
   added to noise[room]; returns how many were added. */
size_t clarke_pairs_noise(const clarke_pairs *p, size_t room, double *noise);

/* Half of the pairs are off their row's centre by no more than this; NAN without any. */
double clarke_pairs_spread(size_t count, const double *noise, clarke_arena *mem);

typedef struct {
    size_t rows, screens; /* rows timed together, all slowed down; pairs of the screening */
    double alpha, least, effect;
} clarke_pairs_trial;

typedef struct {
    size_t rows, comparisons; /* called slower or faster; comparisons with such a row */
} clarke_pairs_called;

/* The same rule on ratios that are drawn from noise[count], signs by coins, around the effect, in
   `trials` comparisons. */
clarke_status clarke_pairs_expect(const clarke_pairs_trial *trial, size_t count,
                                  const double *noise, size_t trials, clarke_pairs_called *called);
