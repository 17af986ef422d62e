#include "cli/lib/cli.h"

#include "engine/table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct {
    clarke_table table;
    const char *path;
    size_t k; /* the column k, or table.columns */
} side;

typedef struct {
    const char *name;
    size_t a, b; /* positions */
    size_t differ;
    uint64_t largest; /* in ulps */
} shared;

/* Doubles as integers whose differences are distances in ulps; -0 and 0 are one apart. */
static uint64_t diff_order(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t diff_ulps(double a, double b)
{
    if (isnan(a) && isnan(b)) return 0;
    if (isnan(a) || isnan(b)) return UINT64_MAX;
    const uint64_t x = diff_order(a), y = diff_order(b);
    return x > y ? x - y : y - x;
}

static clarke_status diff_read(const char *path, clarke_arena *mem, side *s)
{
    s->path = path;
    CLARKE_TRY(clarke_table_read(path, mem, &s->table));
    s->k = clarke_table_find(&s->table, "k");
    return CLARKE_OK;
}

static double diff_k(const side *s, size_t row)
{
    return s->k < s->table.columns ? s->table.value[row * s->table.columns + s->k] : (double)row;
}

static size_t diff_columns(FILE *out, const side *a, const side *b, shared *column)
{
    size_t count = 0;
    for (size_t j = 0; j < a->table.columns; j++) {
        const size_t other = clarke_table_find(&b->table, a->table.name[j]);
        if (other < b->table.columns)
            column[count++] = (shared){.name = a->table.name[j], .a = j, .b = other};
        else
            fprintf(out, "only %s has the column %s\n", a->path, a->table.name[j]);
    }
    for (size_t j = 0; j < b->table.columns; j++)
        if (clarke_table_find(&a->table, b->table.name[j]) == a->table.columns)
            fprintf(out, "only %s has the column %s\n", b->path, b->table.name[j]);
    return count;
}

static void diff_first(FILE *out, const side *a, const side *b, size_t i, size_t j, const shared *c,
                       uint64_t ulps)
{
    const double x = a->table.value[i * a->table.columns + c->a];
    const double y = b->table.value[j * b->table.columns + c->b];
    fprintf(out, "first difference: k = %.17g, column %s: %.17g and %.17g", diff_k(a, i), c->name,
            x, y);
    if (ulps == UINT64_MAX)
        fprintf(out, ", one is not a number");
    else
        fprintf(out, ", %" PRIu64 " ulp%s apart", ulps, ulps == 1 ? "" : "s");
    fprintf(out, " (lines %zu and %zu)\n", a->table.line[i], b->table.line[j]);
}

/* The cells that differ in two rows of the same k. */
static size_t diff_row(FILE *out, const side *a, const side *b, size_t i, size_t j, shared *column,
                       size_t columns, bool first)
{
    size_t differ = 0;
    for (size_t c = 0; c < columns; c++) {
        const uint64_t ulps = diff_ulps(a->table.value[i * a->table.columns + column[c].a],
                                        b->table.value[j * b->table.columns + column[c].b]);
        if (ulps == 0) continue;
        if (first && differ == 0) diff_first(out, a, b, i, j, &column[c], ulps);
        differ++;
        column[c].differ++;
        if (ulps > column[c].largest) column[c].largest = ulps;
    }
    return differ;
}

static void diff_summary(FILE *out, const shared *column, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        if (column[c].differ == 0) continue;
        fprintf(out, "  %-20s %zu rows differ, ", column[c].name, column[c].differ);
        if (column[c].largest == UINT64_MAX)
            fprintf(out, "some by being no number\n");
        else
            fprintf(out, "by %" PRIu64 " ulps at most\n", column[c].largest);
    }
}

static size_t diff_tables(FILE *out, const side *a, const side *b, shared *column, size_t columns,
                          size_t *compared)
{
    size_t differ = 0, alone = 0, i = 0, j = 0;
    while (i < a->table.rows || j < b->table.rows) {
        const double p = i < a->table.rows ? diff_k(a, i) : INFINITY;
        const double q = j < b->table.rows ? diff_k(b, j) : INFINITY;
        const bool both = i < a->table.rows && j < b->table.rows && !(p < q) && !(q < p);
        if (both) {
            differ += diff_row(out, a, b, i, j, column, columns, differ == 0);
            (*compared)++;
        } else if (alone++ == 0) {
            const bool in_a = j >= b->table.rows || p < q;
            fprintf(out, "only %s has the row k = %.17g\n", in_a ? a->path : b->path, in_a ? p : q);
        }
        const bool take_a = both || j >= b->table.rows || (i < a->table.rows && p < q);
        i += take_a;
        j += both || !take_a;
    }
    if (alone > 1) fprintf(out, "%zu rows are in one of the two only\n", alone);
    diff_summary(out, column, columns);
    return differ + alone;
}

static clarke_status diff_print(clarke_cli *cli, const side *a, const side *b, shared *column,
                                FILE *out)
{
    size_t compared = 0;
    const size_t columns = diff_columns(out, a, b, column);
    const bool same_columns = columns == a->table.columns && columns == b->table.columns;
    const size_t differ = diff_tables(out, a, b, column, columns, &compared);
    const bool nothing = compared == 0 || columns == 0;
    if (nothing)
        fprintf(out, "nothing could be compared\n");
    else if (differ == 0)
        fprintf(out, "%s: %zu rows, %zu columns\n",
                same_columns ? "identical" : "identical in the shared columns", compared, columns);
    cli->exit_status = nothing ? 2 : differ > 0 || !same_columns;
    return CLARKE_OK;
}

static clarke_status diff_run(clarke_cli *cli)
{
    side a, b;
    FILE *out;
    CLARKE_TRY(diff_read(cli->operand[0], cli->mem, &a));
    CLARKE_TRY(diff_read(cli->operand[1], cli->mem, &b));
    shared *column = clarke_alloc_array(cli->mem, a.table.columns, sizeof *column);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = diff_print(cli, &a, &b, column, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

const clarke_command_desc clarke_command_diff = {
    .title = "the first iteration and column where two traces differ, in ulps",
    .usage = "A B",
    .text = "A and B are .csv or .jsonl traces; rows are matched by k. Exit status 0: identical,\n"
            "1: they differ, 2: they have nothing in common.\n",
    .operands_min = 2,
    .operands_max = 2,
    .takes = CLARKE_TAKES_OUTPUT,
    .run = diff_run,
};
