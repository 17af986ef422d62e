/* A claim: a published theorem with its hypotheses, plan, decision, and controls. */
#pragma once

#include "engine/run.h"

#include <jansson.h>

struct clarke_foreign; /* engine/foreign.h */

typedef enum {
    CLARKE_VERDICT_NONE, /* no judgement was made: an internal error, never a pass */
    CLARKE_SUPPORTED,
    CLARKE_REFUTED,
    CLARKE_INCONCLUSIVE,
    CLARKE_NOT_APPLICABLE
} clarke_verdict;

const char *clarke_verdict_text(clarke_verdict verdict);

enum {
    CLARKE_EXPECT_SUPPORTED = 1u << CLARKE_SUPPORTED,
    CLARKE_EXPECT_REFUTED = 1u << CLARKE_REFUTED,
    CLARKE_EXPECT_INCONCLUSIVE = 1u << CLARKE_INCONCLUSIVE,
    CLARKE_EXPECT_NOT_APPLICABLE = 1u << CLARKE_NOT_APPLICABLE
};

typedef enum { CLARKE_ROLE_CLAIM, CLARKE_ROLE_CONTROL, CLARKE_ROLE_READING } clarke_role;
const char *clarke_role_text(clarke_role role);

/* Where the statement comes from. Only READ may say "as printed". */
typedef enum {
    CLARKE_PROVENANCE_READ,
    CLARKE_PROVENANCE_SECOND_HAND,
    CLARKE_PROVENANCE_RECALLED,
    CLARKE_PROVENANCE_DERIVED
} clarke_provenance;
const char *clarke_provenance_text(clarke_provenance provenance);

typedef enum { CLARKE_KIND_CONFORMANCE, CLARKE_KIND_CONSEQUENCE } clarke_claim_kind;

enum { CLARKE_USES_MAX = 8, CLARKE_CASE_ARGS = 8 };

/* claim x method x problem x schedule x seed set. Text members live in the plan's arena. */
typedef struct {
    const char *claim;
    clarke_role role;
    unsigned expected;  /* CLARKE_EXPECT_*; read by the report and the exit status only */
    const char *broken; /* a control's hypothesis that is broken on purpose; NULL otherwise */
    bool bypass; /* judge the conclusion although a hypothesis fails (a control's record 2) */
    clarke_run_spec run;
    size_t repetitions; /* seeds; 0: the claim computes everything itself */
    clarke_measure_use use[CLARKE_USES_MAX];
    size_t uses;
    const char *variant;          /* free for the claim */
    double arg[CLARKE_CASE_ARGS]; /* free for the claim */
    double weight;                /* of alpha_suite */
    double alpha;                 /* set when the plan is closed */
    const char *id;               /* set by clarke_plan_add: claim-xxxxxxxxxx */
    uint64_t hash;                /* of the content without measures, expected, weight, alpha */
} clarke_case;

/* What a suite's entry asks a claim to plan. NULL members: the claim's choice. */
typedef struct {
    const char *problem, *method, *noise, *sampling, *schedule, *momentum, *network;
    size_t iterations; /* 0: the claim's choice */
    double steps;      /* factor on the claim's own number of iterations (suite quick: < 1) */
    double weight;
} clarke_plan_item;

typedef struct clarke_plan clarke_plan;

/* Adds a copy; sets id and hash. A case that is there already is dropped silently. */
clarke_status clarke_plan_add(clarke_plan *plan, const clarke_case *proto);
clarke_arena *clarke_plan_arena(clarke_plan *plan);
/* The message of a planning error; the plan goes on and is refused at the end. */
void clarke_plan_error(clarke_plan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

typedef enum {
    CLARKE_HYPOTHESIS_PROVED,
    CLARKE_HYPOTHESIS_MEASURED,
    CLARKE_HYPOTHESIS_ASSUMED,
    CLARKE_HYPOTHESIS_FAILED
} clarke_hypothesis_state;
const char *clarke_hypothesis_text(clarke_hypothesis_state state);

typedef struct {
    const char *id, *text; /* "steps_vanish", "the step sizes go to 0" */
    clarke_hypothesis_state state;
    const char *how; /* how it was checked, with the number */
} clarke_hypothesis;

/* What the runs of a case left. */
typedef struct {
    const clarke_case *c;
    const clarke_problem *problem; /* an instance of its own; NULL if repetitions == 0 */
    const clarke_run_plan *plan;   /* NULL if repetitions == 0 */
    const clarke_run_result *run;  /* [repetitions] */
    const size_t *use_map;         /* [c->uses] where the case's uses are among the runs' outputs */
    size_t repetitions;
    size_t look; /* 0, then 1 with four times the steps */
    uint64_t seed;
    double alpha; /* of this look */
    bool ungated; /* judge on although a hypothesis fails, as an audit asks */
    clarke_arena *mem;
} clarke_evidence;

enum { CLARKE_HYPOTHESES_MAX = 24 };

typedef struct {
    clarke_verdict verdict;
    bool need_more;       /* at look 0 only: run four times the steps and judge again */
    const char *sentence; /* one plain sentence: why */
    size_t checked, resolved;
    double smallest_detectable; /* NAN where it has no meaning */
    size_t hypotheses;
    clarke_hypothesis hypothesis[CLARKE_HYPOTHESES_MAX];
    json_t *evidence; /* object; filled by clarke_note_* */
    clarke_arena *mem;
} clarke_judgement;

/* Evidence, by name. Non-finite numbers become null with a reason beside them. */
void clarke_note_real(clarke_judgement *j, const char *name, double value);
void clarke_note_count(clarke_judgement *j, const char *name, size_t value);
void clarke_note_text(clarke_judgement *j, const char *name, const char *value);
void clarke_note_reals(clarke_judgement *j, const char *name, const double *value, size_t count);
/* Sets verdict and sentence. */
clarke_status clarke_judge(clarke_judgement *j, clarke_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a hypothesis item. */
void clarke_assume(clarke_judgement *j, const char *id, const char *text,
                   clarke_hypothesis_state state, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* True when some hypothesis failed and neither the case nor an audit bypasses the gate: the verdict is
   then not-applicable, with the names. Call it after the hypotheses, before any decision. */
bool clarke_gate_closed(const clarke_evidence *e, clarke_judgement *j);
/* Output `name` of measure use `use` in run r; NAN where there is none. */
double clarke_output(const clarke_evidence *e, size_t r, size_t use, const char *name);
const double *clarke_outputs(const clarke_evidence *e, size_t r, size_t use);

typedef struct clarke_claim_desc {
    const char *title;
    const char *paper; /* "Xiao, Hu, Toh, arXiv 2307.10053" */
    clarke_provenance provenance;
    clarke_claim_kind kind;
    const char *statement; /* one plain sentence */
    const char *formula;
    const char *correction; /* whether a printed constant is corrected, and why; NULL: none */
    const char *not_claimed;
    const char
        *falsifier; /* the smallest code change that makes it false, and the case that shows it */
    /* Adds the case(s) for one combination that a suite asks for. */
    clarke_status (*plan)(clarke_plan *plan, const clarke_plan_item *item);
    /* Adds the controls and readings, with `item`'s steps and weight; NULL: none. */
    clarke_status (*controls)(clarke_plan *plan, const clarke_plan_item *item);
    clarke_status (*judge)(const clarke_evidence *e, clarke_judgement *j);
    /* Judges the same statement on a trace of other software (clarke check); NULL: it needs runs. */
    clarke_status (*judge_trace)(const struct clarke_foreign *t, clarke_judgement *j);
} clarke_claim_desc;
