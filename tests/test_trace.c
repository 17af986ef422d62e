#include "engine/table.h"
#include "engine/trace.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/clarke-trace-XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder), "folder: cannot be made");
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0, "folder: cannot be removed");
}

TestSuite(trace, .init = make_folder, .fini = remove_folder);

static const char *in_folder(const char *name, clarke_arena *mem)
{
    return clarke_arena_printf(mem, "%s/%s", folder, name);
}

static const char *file_of(const char *name, const char *text, clarke_arena *mem)
{
    const char *path = in_folder(name, mem);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s: cannot be written", name);
    fputs(text, file);
    fclose(file);
    return path;
}

/* Bitwise, and two undefined numbers are the same. */
static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

typedef struct {
    clarke_run_plan plan;
    clarke_run_result result;
} done;

static done run_with_trace(const clarke_trace_options *options, const char *method,
                           const char *schedule, size_t iterations, clarke_arena *mem)
{
    done d;
    clarke_trace *trace = NULL;
    const clarke_run_spec spec = {.problem = "absquad:n=2",
                                  .method = method,
                                  .schedule = schedule,
                                  .noise = "signs:1",
                                  .iterations = iterations};
    cr_assert_eq(clarke_run_plan_make(&spec, mem, &d.plan), CLARKE_OK, "plan: %s",
                 clarke_message());
    cr_assert_eq(clarke_trace_begin(options, &d.plan, 7, 0, mem, &trace), CLARKE_OK, "begin: %s",
                 clarke_message());
    const clarke_observer observer = {trace, clarke_trace_observe};
    cr_assert_eq(clarke_run_execute(&d.plan, 7, 0, NULL, 0, &observer, NULL, mem, &d.result),
                 CLARKE_OK, "run: %s", clarke_message());
    cr_assert_eq(clarke_trace_close(trace), CLARKE_OK, "close: %s", clarke_message());
    return d;
}

static double cell(const clarke_table *t, size_t row, const char *name)
{
    const size_t column = clarke_table_find(t, name);
    cr_assert_lt(column, t->columns, "%s: there is no such column", name);
    return t->value[row * t->columns + column];
}

Test(trace, rows_are_every_iteration_then_fifty_a_decade)
{
    size_t dense = 0, decade = 0, every = 0;
    for (size_t k = 0; k <= 1000; k++) dense += clarke_trace_has_row(0, k);
    for (size_t k = 1001; k <= 10000; k++) decade += clarke_trace_has_row(0, k);
    for (size_t k = 0; k <= 700; k++) every += clarke_trace_has_row(7, k);
    cr_expect_eq(dense, 1001, "up to 1000: %zu rows", dense);
    cr_expect_eq(decade, 50, "one decade: %zu rows", decade);
    cr_expect_eq(every, 101, "every 7: %zu rows", every);
    cr_expect(clarke_trace_has_row(0, 100000), "powers of ten: 100000 is no row");
    cr_expect_not(clarke_trace_has_row(0, 100001), "after a power of ten: 100001 is a row");
}

Test(trace, row_k_is_the_state_before_step_k)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_table t;
    clarke_problem *p;
    const clarke_trace_options options = {.path = in_folder("a.csv", mem)};
    const done d = run_with_trace(&options, "sgd", "power:0.5,0.7,10", 1500, mem);
    cr_assert_eq(clarke_table_read(options.path, mem, &t), CLARKE_OK, "read: %s", clarke_message());
    cr_assert_eq(clarke_problem_make(&d.plan.problem, mem, &p), CLARKE_OK, "problem");
    cr_assert_eq(t.columns, 15, "columns: %zu", t.columns);
    cr_expect_eq(t.rows, 1001 + 8 + 1, "rows: %zu", t.rows);
    for (size_t i = 0; i < t.rows; i++) {
        const size_t k = (size_t)cell(&t, i, "k");
        const double x[] = {cell(&t, i, "x0"), cell(&t, i, "x1")};
        cr_assert(same(cell(&t, i, "f"), p->desc->value(p, x)), "row %zu: f is not f(x)", k);
        cr_assert(same(cell(&t, i, "t"), d.plan.clock.t[k]), "row %zu: t", k);
        cr_assert(same(cell(&t, i, "eta"), d.plan.clock.eta[k]), "row %zu: eta", k);
        cr_assert(
            same(cell(&t, i, "distance_clarke"), p->desc->stationary_distance(p, x, NULL, NULL)),
            "row %zu: distance", k);
        if (i + 1 == t.rows || (size_t)cell(&t, i + 1, "k") != k + 1) continue;
        const double y[] = {cell(&t, i + 1, "x0"), cell(&t, i + 1, "x1")};
        const double dx = sqrt((y[0] - x[0]) * (y[0] - x[0]) + (y[1] - x[1]) * (y[1] - x[1]));
        cr_assert(same(cell(&t, i, "dx"), dx), "row %zu: dx is %.17g, not %.17g", k,
                  cell(&t, i, "dx"), dx);
        /* SGD's step is eta g, so |g| is dx / eta but for the rounding of x, at most
           2 eps |x| in each coordinate, and of the norms. */
        const double slack = 16.0 * 0x1p-52 * (1.0 + fabs(x[0]) + fabs(x[1])) / cell(&t, i, "eta");
        cr_assert_float_eq(cell(&t, i, "gnorm"), dx / cell(&t, i, "eta"), slack, "row %zu: gnorm",
                           k);
    }
    const size_t last = t.rows - 1;
    cr_expect_eq(cell(&t, 0, "x0"), d.result.start[0], "row 0: not the start");
    cr_expect_eq(cell(&t, last, "k"), 1500.0, "last row: k");
    cr_expect_eq(cell(&t, last, "x1"), d.result.final_x[1], "last row: not the final state");
    cr_expect(isnan(cell(&t, last, "dx")) && isnan(cell(&t, last, "gnorm")),
              "last row: there is no step");
    cr_expect(isnan(cell(&t, 0, "consensus")), "one agent: there is no consensus");
    clarke_arena_free(mem);
}

Test(trace, momentum_is_a_column)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_table t;
    const clarke_trace_options options = {.path = in_folder("m.csv", mem), .every = 10};
    run_with_trace(&options, "heavy_ball", "power:0.5,0.7,10", 95, mem);
    cr_assert_eq(clarke_table_read(options.path, mem, &t), CLARKE_OK, "read");
    cr_assert_eq(t.rows, 11, "every 10 and the last: %zu rows", t.rows);
    cr_expect_eq(cell(&t, 0, "momentum"), 0.0, "row 0: momentum begins at 0");
    cr_expect_gt(cell(&t, 5, "momentum"), 0.0, "row 50: momentum");
    cr_expect_gt(cell(&t, 10, "momentum"), 0.0, "last row: momentum");
    clarke_arena_free(mem);
}

/* The rows of a .npy file, by its own header. */
static double *read_npy(const char *path, size_t columns, size_t *rows)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "npy: cannot be read");
    const size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    cr_assert_eq(memcmp(text, "\x93NUMPY\x02\x00", 8), 0, "npy: magic");
    const unsigned char *b = (const unsigned char *)text + 8;
    const size_t begin = 12 + (b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16);
    cr_assert_eq(begin % 64, 0, "npy: the data begin at %zu", begin);
    cr_assert_eq(text[begin - 1], '\n', "npy: the header's end");
    const char *shape = strstr(text + 12, "'shape': (");
    cr_assert_not_null(shape, "npy: shape");
    *rows = (size_t)strtoul(shape + 10, NULL, 10);
    cr_assert_eq(size - begin, *rows * columns * sizeof(double), "npy: %zu bytes of data",
                 size - begin);
    double *value = malloc(size - begin);
    cr_assert_not_null(value, "npy: memory");
    memcpy(value, text + begin, size - begin);
    return value;
}

Test(trace, formats_hold_the_same_numbers)
{
    clarke_arena *mem = clarke_arena_new(0);
    static const char *const name[] = {"b.csv", "b.jsonl", "b.npy"};
    clarke_table csv, json;
    size_t rows;
    for (size_t i = 0; i < 3; i++) {
        const clarke_trace_options options = {.path = in_folder(name[i], mem)};
        run_with_trace(&options, "sign_sgd", "power:0.5,0.7,10", 40, mem);
    }
    cr_assert_eq(clarke_table_read(in_folder("b.csv", mem), mem, &csv), CLARKE_OK, "csv");
    cr_assert_eq(clarke_table_read(in_folder("b.jsonl", mem), mem, &json), CLARKE_OK, "jsonl: %s",
                 clarke_message());
    double *npy = read_npy(in_folder("b.npy", mem), csv.columns, &rows);
    cr_assert_eq(csv.rows, 41, "csv: %zu rows", csv.rows);
    cr_assert(json.rows == 41 && rows == 41, "jsonl %zu, npy %zu rows", json.rows, rows);
    cr_assert_not_null(json.header, "jsonl: header");
    cr_expect_not_null(strstr(json.header, "\"problem\":\"absquad:n=2\""), "header: %s",
                       json.header);
    cr_expect_not_null(strstr(json.header, "\"type\":\"run\""), "header: %s", json.header);
    for (size_t i = 0; i < csv.rows; i++)
        for (size_t j = 0; j < csv.columns; j++) {
            const double value = csv.value[i * csv.columns + j];
            cr_assert(same(value, cell(&json, i, csv.name[j])), "jsonl: row %zu, %s", i,
                      csv.name[j]);
            cr_assert(same(value, npy[i * csv.columns + j]), "npy: row %zu, %s", i, csv.name[j]);
        }
    free(npy);
    clarke_arena_free(mem);
}

Test(trace, a_run_that_diverges_leaves_its_last_state)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_table t;
    const clarke_trace_options options = {.path = in_folder("d.csv", mem), .every = 1000};
    const done d = run_with_trace(&options, "sgd", "constant:1e200", 5000, mem);
    cr_assert_not(d.result.finite, "constant:1e200: the run should diverge");
    cr_assert_eq(clarke_table_read(options.path, mem, &t), CLARKE_OK, "read");
    cr_assert_eq(t.rows, 2, "rows: %zu", t.rows);
    cr_expect_eq(cell(&t, 1, "k"), (double)d.result.steps, "last row: k");
    cr_expect(isnan(cell(&t, 1, "f")), "last row: f of a state that is not finite");
    clarke_arena_free(mem);
}

Test(trace, numbers_survive_the_text)
{
    static const char *const name[] = {"x0", "x1", "x2", "x3", "x4", "x5"};
    static const double value[] = {
        0x1.fffffffffffffp+1023, 0x0.0000000000001p-1022, -0.0, 0.1, INFINITY, NAN};
    static const char *const file[] = {"n.csv", "n.jsonl"};
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t f = 0; f < 2; f++) {
        clarke_table_writer *w;
        clarke_table t;
        const char *path = in_folder(file[f], mem);
        cr_assert_eq(clarke_table_create(path, name, 6, NULL, mem, &w), CLARKE_OK, "create");
        clarke_table_row(w, value);
        cr_assert_eq(clarke_table_close(w), CLARKE_OK, "close");
        cr_assert_eq(clarke_table_read(path, mem, &t), CLARKE_OK, "%s: %s", file[f],
                     clarke_message());
        for (size_t j = 0; j < 6; j++)
            cr_expect(same(cell(&t, 0, name[j]), j == 4 ? NAN : value[j]), "%s: %.17g became %.17g",
                      file[f], value[j], cell(&t, 0, name[j]));
    }
    clarke_arena_free(mem);
}

Test(trace, hostile_files_are_refused_with_their_line)
{
    static const struct {
        const char *name, *text, *message;
    } bad[] = {
        {"1.csv", "", ":1: the names of the columns are missing"},
        {"2.csv", "k,f\n0,1\n1\n", ":3: 1 fields where the header has 2"},
        {"3.csv", "k,f\n0,1\n1,2,3,4\n", ":3: 4 fields where the header has 2"},
        {"4.csv", "k,f\n0,1\n\n1,one\n", ":4: f: 'one' is not a number"},
        {"5.csv", "k,k\n0,1\n", ":1: two columns are called 'k'"},
        {"6.csv", "k,,f\n0,1,2\n", ":1: column 2 has no name"},
        {"7.csv", "k,f\n0,\"1\n", ":2: field 2: a quote is not closed"},
        {"8.csv", "k,f\n\"0\"1,1\n", ":2: field 1: text after the closing quote"},
        {"9.jsonl", "", "has no rows"},
        {"10.jsonl", "{\"k\":0}\n[1]\n", ":2: a line should be one JSON object"},
        {"11.jsonl", "{\"k\":0}\n{\"k\":\n", ":2"},
        {"12.jsonl", "{\"k\":0}\n{\"k\":\"one\"}\n", ":2: k is not a number"},
        {"13.jsonl", "{\"k\":NaN}\n", ":1"},
        {"14.txt", "k\n0\n", "should end in .csv, .jsonl or .npy"},
    };
    clarke_arena *mem = clarke_arena_new(0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        clarke_table t;
        const char *path = file_of(bad[i].name, bad[i].text, mem);
        cr_expect_eq(clarke_table_read(path, mem, &t), CLARKE_EINPUT, "%s: not refused",
                     bad[i].name);
        cr_expect_not_null(strstr(clarke_message(), bad[i].message), "%s: '%s'", bad[i].name,
                           clarke_message());
    }
    const char *path = in_folder("nul.csv", mem);
    FILE *file = fopen(path, "w");
    fwrite("k\n0\n\0\n", 1, 7, file);
    fclose(file);
    clarke_table t;
    cr_expect_eq(clarke_table_read(path, mem, &t), CLARKE_EINPUT, "NUL: not refused");
    cr_expect_not_null(strstr(clarke_message(), ":3: a NUL byte"), "NUL: '%s'", clarke_message());
    cr_expect_eq(clarke_table_read(in_folder("none.csv", mem), mem, &t), CLARKE_EINPUT,
                 "missing: not refused");
    clarke_arena_free(mem);
}

Test(trace, other_software_is_read)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_table t;
    const char *path = file_of(
        "o.csv", "\xEF\xBB\xBFk,remark,f\r\n0,\"start, \"\"cold\"\"\",nan\r\n1,,-2e3\r\n", mem);
    cr_assert_eq(clarke_table_read(path, mem, &t), CLARKE_OK, "csv: %s", clarke_message());
    cr_assert_eq(t.rows, 2, "csv: %zu rows", t.rows);
    cr_expect(isnan(cell(&t, 0, "remark")), "csv: text in an unknown column");
    cr_expect(isnan(cell(&t, 0, "f")), "csv: nan");
    cr_expect_eq(cell(&t, 1, "f"), -2000.0, "csv: f");
    cr_expect_eq(t.line[1], 3, "csv: line %zu", t.line[1]);
    path = file_of("o.jsonl", "{\"k\":0,\"f\":1,\"tool\":\"x\"}\n{\"k\":1,\"f\":null}\n", mem);
    cr_assert_eq(clarke_table_read(path, mem, &t), CLARKE_OK, "jsonl: %s", clarke_message());
    cr_expect_null(t.header, "jsonl: there is no header");
    cr_expect(t.rows == 2 && isnan(cell(&t, 1, "f")), "jsonl: null");
    clarke_arena_free(mem);
}

Test(trace, failed_writes_are_told)
{
    static const char *const name[] = {"k"};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_table_writer *w;
    const double zero = 0.0;
    cr_expect_eq(clarke_table_create(in_folder("no/such/a.csv", mem), name, 1, NULL, mem, &w),
                 CLARKE_EINPUT, "no folder: not refused");
    cr_expect_eq(clarke_table_create(in_folder("a.txt", mem), name, 1, NULL, mem, &w),
                 CLARKE_EINPUT, "ending: not refused");
    const char *full = in_folder("full.csv", mem);
    cr_assert_eq(symlink("/dev/full", full), 0, "full: no link");
    cr_assert_eq(clarke_table_create(full, name, 1, NULL, mem, &w), CLARKE_OK, "full: create");
    clarke_table_row(w, &zero);
    cr_expect_eq(clarke_table_close(w), CLARKE_EIO, "full: the failure is not told");
    clarke_arena_free(mem);
}
