/* What `clarke audit` does with one fault: it is compiled into an object that is loaded before the
   library and takes the place of the functions it holds; then the probes tell which methods behave
   otherwise, and the suite `audit` judges those. Nothing of the program itself is changed. */
#pragma once

#include "cli/lib/cli.h"

#include "engine/claim.h"

typedef enum {
    CLARKE_FAULT_VOID,       /* it cannot be put in, or does not compile */
    CLARKE_FAULT_EQUIVALENT, /* every probe's trace is the same, bit by bit */
    CLARKE_FAULT_CAUGHT,     /* a claim that is supported without it is refuted */
    CLARKE_FAULT_NONFINITE,  /* the same, but because a value was not finite */
    CLARKE_FAULT_STOPPED,    /* the program refused, crashed, or did not end */
    CLARKE_FAULT_SURVIVED
} clarke_fault_outcome;

const char *clarke_fault_outcome_text(clarke_fault_outcome outcome);

typedef enum { CLARKE_FAULT_NAMED, CLARKE_FAULT_MUTANT, CLARKE_FAULT_VARIANT } clarke_fault_kind;

enum { CLARKE_FAULT_CATCHES_MAX = 64 };

/* A claim's refuted case: of several the one that names the earliest step. */
typedef struct {
    const char *claim, *id, *sentence;
} clarke_fault_catch;
/* The step that its sentence names; SIZE_MAX where it names none. */
size_t clarke_fault_step(const clarke_fault_catch *c);

typedef struct {
    clarke_fault_kind kind;
    const char *id, *about, *path, *function;
    size_t line;
    const char *text;     /* the source to compile; NULL: it could not be made, see `detail` */
    const char *suite;    /* of a variant by settings: no source, the claims of this suite file */
    const char *survives; /* of a named one that must survive: why */
    /* what became of it */
    clarke_fault_outcome outcome;
    const char *detail; /* why it is void, or how the program stopped */
    const char *method; /* the first one that behaved otherwise; NULL: none */
    size_t judged;      /* of a variant by settings: cases that are supported */
    size_t catches;
    clarke_fault_catch caught[CLARKE_FAULT_CATCHES_MAX];
    size_t backs; /* claims that are no longer applicable: a hypothesis of theirs fails */
    const char *stood_back[CLARKE_FAULT_CATCHES_MAX];
    size_t opens; /* of a named one: those of them that are refuted if the gate is bypassed */
    clarke_fault_catch opened[CLARKE_FAULT_CATCHES_MAX];
    clarke_arena *mem; /* its own */
} clarke_fault;

typedef struct {
    const char *id, *claim, *method; /* of the case; method without its settings */
    clarke_verdict verdict;
    clarke_role role;
} clarke_audit_case;

typedef struct {
    const char *method, *arguments; /* a run: what follows `clarke run` */
} clarke_audit_probe;

typedef struct {
    const clarke_cli *cli;
    const char *program, *root, *work; /* the program, the source tree, a folder for what is made */
    const char *suite;                 /* what judges */
    uint64_t seed;
    size_t probes, cases, sources;
    clarke_audit_probe *probe;
    clarke_audit_case *base;            /* [cases] sorted by id */
    const struct clarke_source *source; /* [sources] what mutants are made of */
} clarke_audit;

/* The source tree: --source, or the one the program was built from. */
const char *clarke_audit_root(const clarke_cli *cli);
/* Finds the source tree and a compiler, makes the folder, runs the probes and the suite without any
   fault. CLARKE_EUNAVAILABLE where there is no source tree or no compiler. */
clarke_status clarke_audit_open(const clarke_cli *cli, clarke_audit *a);
clarke_status clarke_audit_close(const clarke_audit *a);
/* Whether a case of the suite is about the method. */
bool clarke_audit_judges(const clarke_audit *a, const char *method);
/* Reads the sources that mutants are made of; clarke_audit_open calls it. */
clarke_status clarke_audit_sources(clarke_audit *a);
/* The faults of verify/faults and the variants of verify/variants; those that cannot be put in are
   void. */
clarke_status clarke_audit_named(const clarke_audit *a, clarke_fault **fault, size_t *count);
/* Random mutants of methods and core services: of those drawn from number *draw on, the first
   `wanted`, into fault[wanted]; *draw is then where to go on. */
clarke_status clarke_audit_mutants(const clarke_audit *a, size_t wanted, clarke_fault *fault,
                                   uint64_t *draw);
/* Tries the faults, `jobs` at a time. Of a mutant the first catch is enough. */
clarke_status clarke_audit_try(const clarke_audit *a, clarke_fault *fault, size_t count,
                               size_t jobs);
/* How many claims the suite judges with the seed, and how many it refutes although they are
   supported at the audit's own. */
clarke_status clarke_audit_fresh(const clarke_audit *a, uint64_t seed, size_t *runs,
                                 size_t *alarms);
