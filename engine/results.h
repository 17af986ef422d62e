/* A results folder in memory: the records of verdicts.jsonl, typed and grouped. It is hostile input:
   sizes are limited, every refusal is one sentence with the line, unknown keys are ignored. */
#pragma once

#include "engine/claim.h"
#include "engine/folder.h"

enum {
    CLARKE_RESULTS_SCHEMA = 1,
    CLARKE_ROLES = CLARKE_ROLE_READING + 1,
    CLARKE_VERDICTS = CLARKE_NOT_APPLICABLE + 1
};

typedef struct {
    const char *id, *text, *how;
    clarke_hypothesis_state state;
} clarke_result_hypothesis;

/* One record. Texts live as long as the results; those that may be null are NULL then. */
typedef struct {
    json_t *json; /* the whole object, unknown keys included */
    size_t line;  /* in verdicts.jsonl, from 1 */
    const char *id, *claim, *method, *problem, *schedule, *momentum, *sampling, *noise, *init;
    const char *sentence, *provenance, *replay; /* a sentence that is null is "" */
    const char *network, *broken, *variant;     /* may be NULL */
    clarke_role role;
    clarke_verdict verdict;
    unsigned expected; /* CLARKE_EXPECT_* */
    bool surprising, bypass;
    size_t iterations, repetitions, look, seed_master, seed_count, checked, resolved;
    double alpha, smallest_detectable; /* NAN where null */
    size_t hypotheses;
    const clarke_result_hypothesis *hypothesis; /* [hypotheses] */
    size_t failed;
    const char *const *failed_id; /* [failed] */
    json_t *evidence;             /* an object */
} clarke_result;

/* Records that share a name; `index` into the results, ascending. */
typedef struct {
    const char *name;
    size_t count;
    const size_t *index; /* [count] */
} clarke_result_group;

typedef struct {
    clarke_arena *mem;
    const char *folder;
    const char *figures; /* the folder that holds figures/; the same, unless reports go elsewhere */
    json_t *manifest;    /* an object */
    json_t *records;     /* keeps every record's JSON alive */
    size_t count;
    const clarke_result *result; /* [count], sorted by id */
    size_t claims;
    const clarke_result_group *claim; /* [claims], sorted by name */
    size_t methods;
    const clarke_result_group *method; /* [methods]: by the part before the colon, sorted */
    size_t counts[CLARKE_ROLES][CLARKE_VERDICTS];
} clarke_results;

/* Reads <folder>/manifest.json and <folder>/verdicts.jsonl. On success *results is to be freed. */
clarke_status clarke_results_load(const char *folder, clarke_results **results);
void clarke_results_free(clarke_results *results);
/* Fills the groups by claim and by method; clarke_results_load calls it. */
clarke_status clarke_results_group(clarke_results *results);

const clarke_result *clarke_results_find(const clarke_results *results, const char *id);
size_t clarke_results_surprises(const clarke_results *results);
/* True if a judgement was expected and there is none: inconclusive, not-applicable or no verdict at
   all, and that is not among the expected ones. */
bool clarke_result_undecided(const clarke_result *result);
/* 0 nothing surprising; 1 a decided verdict surprises, or a control is refused for another reason
   than the one broken; 2 none of that, but something is undecided. */
int clarke_results_exit(const clarke_results *results);
/* How many records of `role` fall into claims[claim] x methods[method], by verdict. */
void clarke_results_cell(const clarke_results *results, size_t claim, size_t method,
                         clarke_role role, size_t count[CLARKE_VERDICTS]);

/* Evidence by name: NAN where it is absent, null, or no number; NULL where it is no text. */
double clarke_result_real(const clarke_result *result, const char *name);
const char *clarke_result_text(const clarke_result *result, const char *name);
/* At most `limit` numbers of an array; NAN for a null entry. Returns how many there are, 0 where
   there is no array. */
size_t clarke_result_reals(const clarke_result *result, const char *name, size_t limit,
                           double *value);

/* A report format: reports/<id>.c. */
typedef struct {
    const char *title, *ending; /* "md": another name for --format */
    const char *file;           /* its name in the results folder; NULL: only written on request */
    clarke_status (*write)(const clarke_results *results, FILE *out);
} clarke_report_desc;
