/* The command line. A command is a file cli/<name>.c with a descriptor `clarke_command_<name>`; the
   table of commands is generated from the folder. Only cli/ prints: results to stdout, one sentence
   to stderr when something fails. Options are parsed before a command runs. */
#pragma once

#include "core/registry.h"
#include "engine/results.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A table ends with {0}. */
typedef struct {
    const char *name;     /* long name, without the dashes */
    char letter;          /* 'j' for -j; '\0' where there is none */
    const char *argument; /* "FILE": what the value is; NULL: the option takes no value */
    const char *meaning;  /* one line */
} clarke_option;

/* The shared options a command takes; the others are refused, not ignored. -h, --version, -q, -v
   and --color go with every command. */
enum {
    CLARKE_TAKES_JOBS = 1u << 0,
    CLARKE_TAKES_SEED = 1u << 1,
    CLARKE_TAKES_OUT = 1u << 2,    /* --out DIR, the results folder */
    CLARKE_TAKES_OUTPUT = 1u << 3, /* -o FILE, one document */
    CLARKE_TAKES_FORMAT = 1u << 4,
    CLARKE_TAKES_DRY_RUN = 1u << 5,
    CLARKE_TAKES_RESUME = 1u << 6,
    CLARKE_TAKES_BATCH = 1u << 7,
    CLARKE_TAKES_TIMEOUT = 1u << 8,
    CLARKE_TAKES_STRICT = 1u << 9,
    CLARKE_TAKES_ALPHA = 1u << 10,
    CLARKE_TAKES_PROGRESS = 1u << 11,
    CLARKE_TAKES_SET = 1u << 12 /* --set name=value, repeatable: clarke_cli_route */
};

typedef enum { CLARKE_WHEN_AUTO, CLARKE_WHEN_ALWAYS, CLARKE_WHEN_NEVER } clarke_when;
typedef enum {
    CLARKE_PROGRESS_AUTO,
    CLARKE_PROGRESS_BAR,
    CLARKE_PROGRESS_PLAIN,
    CLARKE_PROGRESS_NONE
} clarke_progress;

typedef struct {
    const clarke_option *option;
    const char *value; /* NULL where the option takes none */
} clarke_given;

typedef struct clarke_command_desc clarke_command_desc;

typedef struct {
    const char *command;
    const clarke_command_desc *desc;
    size_t operands;
    const char **operand; /* [operands], then NULL */
    size_t givens;
    clarke_given *given; /* [givens] the command's own options, in the order given */

    size_t jobs; /* default: the machine's cores */
    uint64_t seed;
    const char *out;    /* default: "results" */
    const char *output; /* NULL or "-": stdout */
    const char *format; /* NULL: the command's default */
    bool dry_run, resume, strict, out_given, seed_given;
    size_t batch, batches; /* this is batch 1..batches; 1, 1 by default */
    double timeout;        /* seconds; INFINITY by default */
    double alpha;          /* NAN: the suite's */
    int verbosity;         /* -1 quiet, 0, 1 verbose */
    clarke_when color;
    clarke_progress progress;

    int argc;
    char **argv;
    clarke_arena *mem;         /* of the whole command */
    const atomic_bool *cancel; /* set by SIGINT and SIGTERM */
    int exit_status;           /* of a command that succeeds: 0, 1 or 2 */
    bool silent;               /* another process tells what failed */
} clarke_cli;

struct clarke_command_desc {
    const char *title; /* one line */
    const char *usage; /* the operands, "METHOD PROBLEM" */
    const char *text;  /* more for --help, or NULL; lines end in \n */
    const clarke_option *options;
    size_t operands_min, operands_max;
    unsigned takes; /* CLARKE_TAKES_* */
    /* A failure's message goes to stderr and its status decides the exit status; after success
       cli->exit_status does. */
    clarke_status (*run)(clarke_cli *cli);
};

/* The last value of the command's own option, or NULL; whether it was given; its value as a count
   or a finite number, `fallback` where it was not given. */
const char *clarke_cli_value(const clarke_cli *cli, const char *option);
/* The value of the option's occurrence `at`, from 0 on; NULL where it does not occur that often. */
const char *clarke_cli_value_at(const clarke_cli *cli, const char *option, size_t at);
bool clarke_cli_has(const clarke_cli *cli, const char *option);
clarke_status clarke_cli_count(const clarke_cli *cli, const char *option, size_t fallback,
                               size_t *value);
clarke_status clarke_cli_real(const clarke_cli *cli, const char *option, double fallback,
                              double *value);

/* --format as a position in "text|json|md"; 0 where it was not given. */
clarke_status clarke_cli_format(const clarke_cli *cli, const char *choices, size_t *position);

/* Hands the --set options to the specs of problem, method, network: a name that only one of them has
   is taken by it, an ambiguous one needs "problem.", "method." or "network.", an unknown one is an
   error with suggestions. `method` and `network` may be NULL. */
clarke_status clarke_cli_route(const clarke_cli *cli, clarke_spec *problem, clarke_spec *method,
                               clarke_spec *network);

/* The document's stream, by -o. Close reports every failed write; of stdout too, without closing
   it. */
clarke_status clarke_cli_open(const clarke_cli *cli, FILE **stream);
clarke_status clarke_cli_close(const clarke_cli *cli, FILE *stream);

/* The escape sequence that begins ("1" bold, "31" red, ...) or ends ("") a style on stdout, or
   "". */
const char *clarke_cli_style(const clarke_cli *cli, const char *code, char buffer[16]);
/* Whether a progress bar, plain lines or nothing goes to stderr; never AUTO. */
clarke_progress clarke_cli_progress(const clarke_cli *cli);

/* Creates the folder and those above it. */
clarke_status clarke_cli_make_folder(const char *path);
/* The failure again, with the folder that it speaks of before its sentence. */
clarke_status clarke_cli_folder_fail(clarke_status status, const char *folder);
/* clarke_results_load, whose refusals name the folder. */
clarke_status clarke_cli_results(const char *folder, clarke_results **results);

/* Parses argv; `*done` is set when help or the version was printed and nothing is left to do. */
clarke_status clarke_cli_parse(clarke_cli *cli, int argc, char **argv, bool *done);
void clarke_cli_help(FILE *stream);
void clarke_cli_help_command(FILE *stream, const char *name, const clarke_command_desc *desc);
