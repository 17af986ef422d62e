/* The statistics, the documents and the gate of the benchmark, on numbers made up here; nothing in
   this file depends on how fast a machine is. */
#include "bench/gate.h"
#include "bench/sizes.h"
#include "bench/statistics.h"
#include "tests/lib/schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- statistics ---- */

/* Three against three, all below: 2 of the 20 orders are as extreme. One exchanged with its
   neighbour: statistic 1 or 8, at most 1 from the ends, 4 of 20. */
Test(bench, rank_test_small)
{
    const double low[] = {1, 2, 3}, high[] = {4, 5, 6}, one[] = {1, 2, 4}, other[] = {3, 5, 6};
    cr_expect_float_eq(clarke_rank_test(3, low, 3, high), 0.1, 1e-15);
    cr_expect_float_eq(clarke_rank_test(3, high, 3, low), 0.1, 1e-15);
    cr_expect_float_eq(clarke_rank_test(3, one, 3, other), 0.2, 1e-15);
    cr_expect_float_eq(clarke_rank_test(3, low, 3, low), 1.0, 1e-15, "ties: no evidence");
    cr_expect_float_eq(clarke_rank_test_floor(3, 3), 0.1, 1e-15);
    cr_expect_float_eq(clarke_rank_test_floor(9, 9), 2.0 / 48620.0, 1e-18);
}

/* All 252 ways to put 5 among 10, counted one by one. */
Test(bench, rank_test_against_enumeration)
{
    double value[10];
    for (int i = 0; i < 10; i++) value[i] = i;
    for (unsigned chosen = 0; chosen < 1024; chosen += 37) {
        double a[10], b[10];
        size_t in_a = 0, in_b = 0;
        for (int i = 0; i < 10; i++) {
            if (chosen >> i & 1u)
                a[in_a++] = value[i];
            else
                b[in_b++] = value[i];
        }
        if (in_a == 0 || in_b == 0) continue;
        double mine = 0.0, far = 0.0, all = 0.0;
        for (size_t i = 0; i < in_a; i++)
            for (size_t j = 0; j < in_b; j++) mine += a[i] > b[j];
        const double mean = 0.5 * (double)(in_a * in_b);
        for (unsigned other = 0; other < 1024; other++) {
            double u = 0.0;
            if ((size_t)__builtin_popcount(other) != in_a) continue;
            for (int i = 0; i < 10; i++)
                for (int j = 0; j < i; j++) u += (other >> i & 1u) && !(other >> j & 1u);
            all += 1.0;
            far += fabs(u - mean) >= fabs(mine - mean);
        }
        cr_expect_float_eq(clarke_rank_test(in_a, a, in_b, b), far / all, 1e-12, "choice %u",
                           chosen);
    }
}

/* P(Bin(9, 1/2) <= 1) = 10/512: the second and the eighth of nine hold the median with 1 - 20/512;
   five values can give no more than 1 - 2/32. */
Test(bench, median_intervals)
{
    double nine[] = {9, 1, 8, 2, 7, 3, 6, 4, 5}, five[] = {5, 4, 3, 2, 1}, one[] = {7};
    clarke_median m = clarke_median_of(9, nine);
    cr_expect(m.median == 5.0 && m.low == 2.0 && m.high == 8.0, "nine: %g %g %g", m.median, m.low,
              m.high);
    cr_expect_float_eq(m.confidence, 1.0 - 20.0 / 512.0, 1e-12);
    m = clarke_median_of(5, five);
    cr_expect(m.median == 3.0 && m.low == 1.0 && m.high == 5.0, "five");
    cr_expect_float_eq(m.confidence, 1.0 - 2.0 / 32.0, 1e-12);
    m = clarke_median_of(1, one);
    cr_expect(m.low == 7.0 && m.high == 7.0 && m.confidence == 0.0, "one value has no interval");
}

/* Holm's steps by hand: 4 * 0.01, 3 * 0.02 < max with the one before, 2 * 0.03, 1 * 0.04. */
Test(bench, holm_by_hand)
{
    double p[] = {0.03, NAN, 0.01, 0.04, 0.02};
    const double adjusted[] = {0.06, NAN, 0.04, 0.06, 0.06};
    clarke_holm(5, p);
    for (size_t i = 0; i < 5; i++)
        if (i != 1) cr_expect_float_eq(p[i], adjusted[i], 1e-15, "entry %zu: %g", i, p[i]);
    cr_expect(isnan(p[1]), "what was not tested stays so");
    double large[] = {0.9, 0.8};
    clarke_holm(2, large);
    cr_expect(large[0] == 1.0 && large[1] == 1.0, "never above 1");
}

/* ---- the gate ---- */

static clarke_arena *mem;
static clarke_bench base, now;

static void open_two(void)
{
    mem = clarke_arena_new(0);
    cr_assert(mem && clarke_bench_open(mem, &base) == CLARKE_OK &&
              clarke_bench_open(mem, &now) == CLARKE_OK);
}

static void close_two(void)
{
    clarke_bench_close(&base);
    clarke_bench_close(&now);
    clarke_arena_free(mem);
}

TestSuite(gate, .init = open_two, .fini = close_two);

/* Nine processes whose times rise by 0.1 % each, from `first`. */
static void put(clarke_bench *b, const char *kernel, double first, size_t processes)
{
    for (size_t p = 0; p < processes; p++) {
        const double t = first * (1.0 + 0.001 * (double)p);
        const clarke_timing timing = {.wall = t, .cpu = t, .elements = 10.0, .bytes = 80.0};
        cr_assert_eq(clarke_bench_take(b, kernel, "n=10", 10, CLARKE_BOUND_NONE, &timing),
                     CLARKE_OK);
    }
}

static clarke_gate_verdict verdict(const clarke_gate *gate, const char *kernel)
{
    for (size_t i = 0; i < gate->rows; i++)
        if (strcmp(gate->row[i].kernel, kernel) == 0) return gate->row[i].verdict;
    cr_assert(false, "%s: no such row", kernel);
    return CLARKE_GATE_NEW;
}

Test(gate, certain_and_large)
{
    clarke_gate gate;
    put(&base, "slower", 1.0, 9), put(&now, "slower", 1.1, 9);
    put(&base, "faster", 1.0, 9), put(&now, "faster", 0.9, 9);
    put(&base, "certain_but_small", 1.0, 9), put(&now, "certain_but_small", 1.02, 9);
    put(&base, "large_but_rare", 1.0, 2), put(&now, "large_but_rare", 1.5, 2);
    put(&base, "gone", 1.0, 9), put(&now, "come", 1.0, 9);
    cr_assert_eq(clarke_gate_times(&base, &now, 0.05, 0.05, 0, mem, &gate), CLARKE_OK);
    cr_expect_eq(verdict(&gate, "slower"), CLARKE_GATE_SLOWER);
    cr_expect_eq(verdict(&gate, "faster"), CLARKE_GATE_FASTER);
    cr_expect_eq(verdict(&gate, "certain_but_small"), CLARKE_GATE_SAME);
    cr_expect_eq(verdict(&gate, "large_but_rare"), CLARKE_GATE_UNDECIDED);
    cr_expect_eq(verdict(&gate, "gone"), CLARKE_GATE_MISSING);
    cr_expect_eq(verdict(&gate, "come"), CLARKE_GATE_NEW);
    cr_expect(gate.slower == 1 && gate.faster == 1 && gate.undecided == 1 && gate.missing == 1 &&
              gate.fresh == 1);
}

/* With enough tests beside it even the smallest p-value of nine against nine is not certain. */
Test(gate, many_tests_need_more)
{
    clarke_gate gate;
    put(&base, "slower", 1.0, 9), put(&now, "slower", 1.1, 9);
    cr_assert_eq(clarke_gate_times(&base, &now, 0.05, 0.05, 1000, mem, &gate), CLARKE_OK);
    cr_expect_eq(verdict(&gate, "slower"), CLARKE_GATE_SLOWER, "1000 * 2/48620 = 0.041");
    cr_assert_eq(clarke_gate_times(&base, &now, 0.05, 0.05, 1300, mem, &gate), CLARKE_OK);
    cr_expect_eq(verdict(&gate, "slower"), CLARKE_GATE_UNDECIDED, "1300 * 2/48620 = 0.053");
}

Test(gate, overlap_is_no_alarm)
{
    clarke_gate gate;
    put(&base, "mixed", 1.0, 9);
    /* Every other process is slower by a tenth: the medians differ, the ranks interleave. */
    for (size_t p = 0; p < 9; p++) {
        const double t = p % 2 ? 0.9985 + 0.001 * (double)p : 1.1;
        const clarke_timing timing = {.wall = t, .cpu = t};
        clarke_bench_take(&now, "mixed", "n=10", 10, CLARKE_BOUND_NONE, &timing);
    }
    cr_assert_eq(clarke_gate_times(&base, &now, 0.001, 0.05, 0, mem, &gate), CLARKE_OK);
    cr_expect_eq(gate.slower + gate.faster, 0);
}

Test(gate, counts_have_no_noise)
{
    static const struct {
        const char *kernel;
        double old, new;
        clarke_gate_verdict verdict;
    } sample[] = {{"same", 1000, 1029, CLARKE_GATE_SAME},
                  {"more", 1000, 1031, CLARKE_GATE_SLOWER},
                  {"less", 1000, 969, CLARKE_GATE_FASTER},
                  {"uncounted", NAN, 1000, CLARKE_GATE_UNDECIDED}};
    clarke_gate gate;
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        clarke_bench_add(&base, sample[i].kernel, "n=8")->count = sample[i].old;
        clarke_bench_add(&now, sample[i].kernel, "n=8")->count = sample[i].new;
    }
    cr_assert_eq(clarke_gate_counts(&base, &now, 0.03, mem, &gate), CLARKE_OK);
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++)
        cr_expect_eq(verdict(&gate, sample[i].kernel), sample[i].verdict, "%s", sample[i].kernel);
}

/* Of triad at the same size, and of the fastest gemm. */
Test(gate, shares)
{
    const clarke_timing triad = {.wall = 2, .cpu = 2, .bytes = 240};
    const clarke_timing half = {.wall = 4, .cpu = 4, .bytes = 240};
    const clarke_timing slow = {.wall = 1, .cpu = 1, .flops = 10};
    const clarke_timing fast = {.wall = 1, .cpu = 1, .flops = 40};
    clarke_bench_take(&now, "triad", "L1", 10, CLARKE_BOUND_MEMORY, &triad);
    clarke_bench_take(&now, "half", "L1", 10, CLARKE_BOUND_MEMORY, &half);
    clarke_bench_take(&now, "half", "L2", 10, CLARKE_BOUND_MEMORY, &half);
    clarke_bench_take(&now, "gemm", "n=1", 1, CLARKE_BOUND_GEMM, &slow);
    clarke_bench_take(&now, "gemm", "n=2", 2, CLARKE_BOUND_GEMM, &fast);
    clarke_bench_take(&now, "free", "n=1", 1, CLARKE_BOUND_NONE, &fast);
    cr_expect_float_eq(clarke_bench_share(&now, clarke_bench_find(&now, "half", "L1")), 0.5, 1e-15);
    cr_expect(isnan(clarke_bench_share(&now, clarke_bench_find(&now, "half", "L2"))));
    cr_expect_float_eq(clarke_bench_share(&now, clarke_bench_find(&now, "gemm", "n=1")), 0.25,
                       1e-15);
    cr_expect(isnan(clarke_bench_share(&now, clarke_bench_find(&now, "free", "n=1"))));
}

/* ---- the documents ---- */

static json_t *read_schema(void)
{
    json_t *schema = json_load_file(CLARKE_SOURCE_DIR "/docs/schemas/bench.schema.json", 0, NULL);
    cr_assert_not_null(schema);
    return schema;
}

Test(gate, document_and_back)
{
    char buffer[256];
    put(&base, "one", 1.0, 9), put(&base, "two", 0.5, 3);
    clarke_bench_find(&base, "two", "n=10")->count = 12345.0;
    json_object_set_new(base.machine, "cpu", json_string("a machine"));
    json_t *document = clarke_bench_json(&base), *schema = read_schema();
    const char *wrong = schema_mismatch(schema, document, buffer);
    cr_expect_null(wrong, "%s", wrong);
    char *text = json_dumps(document, CLARKE_JSON_FLAGS);
    cr_assert_eq(clarke_bench_parse(text, strlen(text), "it", &now), CLARKE_OK, "%s",
                 clarke_message());
    json_t *again = clarke_bench_json(&now);
    cr_expect(json_equal(document, again), "what is read is what was written");
    free(text);
    json_decref(document);
    json_decref(again);
    json_decref(schema);
}

Test(gate, documents_that_are_none)
{
    static const char *const text[] = {
        "",
        "[]",
        "{\"schema\":\"other\"}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":9,\"machine\":{},\"rows\":[]}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"rows\":[]}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[7]}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[{\"kernel\":"
        "\"a\",\"size\":\"L1\",\"n\":1,\"wall\":[1],\"cpu\":[1,2]}]}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[{\"kernel\":"
        "\"a\",\"size\":\"L1\",\"n\":1,\"wall\":[-1],\"cpu\":[1]}]}",
        "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[{\"kernel\":"
        "\"a\",\"size\":\"L1\",\"n\":1,\"wall\":[],\"cpu\":[]},{\"kernel\":\"a\",\"size\":\"L1\","
        "\"n\":1,\"wall\":[],\"cpu\":[]}]}",
    };
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        clarke_bench b;
        cr_assert_eq(clarke_bench_open(mem, &b), CLARKE_OK);
        cr_expect_eq(clarke_bench_parse(text[i], strlen(text[i]), "it", &b), CLARKE_EINPUT, "%s",
                     text[i]);
        cr_expect(strncmp(clarke_message(), "it", 2) == 0, "%s", clarke_message());
        clarke_bench_close(&b);
    }
}

/* ---- every kernel ---- */

/* It can be set up at its smallest size, says what it does, and can be called twice. */
static void run_kernel(const clarke_kernel_desc *desc, const char *id, const char *item)
{
    clarke_kernel_run run = {.item = item, .n = desc->count_size, .mem = clarke_arena_new(0)};
    cr_assert_eq(desc->set_up(&run), CLARKE_OK, "%s %s: %s", id, item ? item : "",
                 clarke_message());
    cr_assert_eq(clarke_arena_status(run.mem), CLARKE_OK, "%s", id);
    clarke_arena_seal(run.mem, true);
    desc->body(&run);
    desc->body(&run);
    cr_expect(!clarke_arena_failed(run.mem), "%s: it asks for memory in its body", id);
    cr_expect(run.elements > 0.0, "%s: elements", id);
    cr_expect(desc->bound != CLARKE_BOUND_MEMORY || run.bytes > 0.0, "%s: bytes", id);
    cr_expect(desc->bound != CLARKE_BOUND_GEMM || run.flops > 0.0, "%s: flops", id);
    cr_expect(desc->size[0] > 0 || desc->bytes_per_unit > 0.0, "%s: no size", id);
    cr_expect(isfinite(run.sink), "%s %s: its result is not finite", id, item ? item : "");
    clarke_arena_seal(run.mem, false);
    if (desc->tear_down) desc->tear_down(&run);
    clarke_arena_free(run.mem);
}

Test(bench, kernels_run, .timeout = 300)
{
    cr_assert(clarke_kernels.count >= 10, "only %zu kernels", clarke_kernels.count);
    for (size_t i = 0; i < clarke_kernels.count; i++) {
        const clarke_kernel_desc *desc = clarke_kernels.entry[i].desc;
        const char *id = clarke_kernels.entry[i].id;
        cr_assert(desc->count_size > 0, "%s: no size at which its instructions are counted", id);
        for (size_t k = 0; desc->each && k < desc->each->count; k++)
            run_kernel(desc, id, desc->each->entry[k].id);
        if (!desc->each) run_kernel(desc, id, NULL);
    }
}

/* ---- the command ---- */

static int command(const char *arguments, char *out, size_t room)
{
    char line[4096];
    snprintf(line, sizeof line, "'%s' bench --progress none %s 2>&1 </dev/null", CLARKE_PROGRAM,
             arguments);
    FILE *from = popen(line, "r");
    cr_assert_not_null(from);
    out[fread(out, 1, room - 1, from)] = '\0';
    return WEXITSTATUS(pclose(from));
}

#define QUICK "--kernel stream_uniform --kernel minnorm --processes 2 --shortest 0.01 "

Test(bench, every_format, .timeout = 300)
{
    static char out[1 << 16];
    for (size_t i = 0; i < clarke_formats.count; i++) {
        const clarke_format_desc *format = clarke_formats.entry[i].desc;
        char arguments[256], buffer[256];
        snprintf(arguments, sizeof arguments, QUICK "--format %s", clarke_formats.entry[i].id);
        cr_assert_eq(command(arguments, out, sizeof out), 0, "%s", out);
        cr_expect(strstr(out, "minnorm"), "%s: no row", clarke_formats.entry[i].id);
        if (strcmp(format->ending, "json") != 0) continue;
        json_t *document = json_loads(out, JSON_REJECT_DUPLICATES, NULL);
        cr_assert_not_null(document, "%s: no JSON", clarke_formats.entry[i].id);
        if (strcmp(clarke_formats.entry[i].id, "json") == 0) {
            json_t *schema = read_schema();
            const char *wrong = schema_mismatch(schema, document, buffer);
            cr_expect_null(wrong, "%s", wrong);
            json_decref(schema);
        }
        json_decref(document);
    }
}

/* What each consumer reads of a row, checked for every row. */
Test(bench, consumers_rules, .timeout = 300)
{
    static char out[1 << 16];
    size_t i;
    json_t *row;
    const char *name;
    cr_assert_eq(command(QUICK "--format gha", out, sizeof out), 0, "%s", out);
    json_t *gha = json_loads(out, 0, NULL);
    cr_expect_eq(json_array_size(gha), 4);
    json_array_foreach(gha, i, row) cr_expect(json_is_string(json_object_get(row, "name")) &&
                                              json_is_string(json_object_get(row, "unit")) &&
                                              json_is_number(json_object_get(row, "value")));
    json_decref(gha);
    cr_assert_eq(command(QUICK "--format bmf", out, sizeof out), 0, "%s", out);
    json_t *bmf = json_loads(out, 0, NULL);
    json_object_foreach(bmf, name, row)
    {
        const json_t *latency = json_object_get(row, "latency");
        cr_expect(json_number_value(json_object_get(latency, "value")) > 0.0, "%s", name);
        cr_expect(json_number_value(json_object_get(latency, "lower_value")) <=
                      json_number_value(json_object_get(latency, "upper_value")),
                  "%s", name);
    }
    json_decref(bmf);
    cr_assert_eq(command(QUICK "--format gbench", out, sizeof out), 0, "%s", out);
    json_t *gbench = json_loads(out, 0, NULL);
    cr_expect(json_is_object(json_object_get(gbench, "context")));
    json_array_foreach(json_object_get(gbench, "benchmarks"), i, row)
    {
        cr_expect_str_eq(json_string_value(json_object_get(row, "time_unit")), "ns");
        cr_expect_str_eq(json_string_value(json_object_get(row, "run_type")), "aggregate");
        cr_expect(json_number_value(json_object_get(row, "cpu_time")) > 0.0);
        cr_expect(json_number_value(json_object_get(row, "real_time")) > 0.0);
    }
    json_decref(gbench);
}

Test(bench, refusals, .timeout = 300)
{
    static const struct {
        const char *arguments, *said;
    } sample[] = {{"--kernel triadd", "did you mean 'triad'"},
                  {"--processes 0", "outside 1 to"},
                  {"--min-effect -5% --kernel norm", "min-effect"},
                  {"--format srif --kernel norm", "no format 'srif'"},
                  {"--kernel norm -o /proc/none/b", "cannot write '/proc/none/b'"},
                  {"--kernel norm --save /proc/none/b", "cannot write '/proc/none/b'"},
                  {"--min-effect 5x --against /bin/true --kernel norm", "min-effect"},
                  {"--baseline /nonexistent.json --counts --kernel triad", "nonexistent"},
                  {QUICK "--format xml", "xml"},
                  {QUICK "--against /nonexistent/clarke", "/nonexistent/clarke"},
                  {"--worker x", "--worker"},
                  {"--worker 1,1e-6,1,0 --row triad", "KERNEL/SIZE"},
                  {"--worker 1,1e-6,1,0 --row triad/L9", "no size"},
                  {"--worker 1,1e-6,1,0 --row iteration/L1", "needs an item"},
                  {"--worker 1,1e-6,1,0 --row triad:sgd/L1", "has no items"},
                  {"--worker 1,1e-6,1,0 --row iteration:sdg/L1", "did you mean 'sgd'"}};
    static char out[1 << 16];
    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        cr_expect_eq(command(sample[i].arguments, out, sizeof out), 3, "%s: %s",
                     sample[i].arguments, out);
        cr_expect(strstr(out, sample[i].said), "%s: %s", sample[i].arguments, out);
    }
}

/* Programs that the benchmark calls may be missing, and valgrind runs no sanitizer's program. */
static bool without(const char *program)
{
    char line[128];
#if defined __has_feature
#if __has_feature(address_sanitizer)
    return true;
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
    return true;
#endif
    snprintf(line, sizeof line, "command -v %s >/dev/null", program);
    return system(line) != 0;
}

Test(bench, counts_repeat, .timeout = 300)
{
    static char first[1 << 14], again[1 << 14];
    const char *arguments = "--counts --kernel minnorm --kernel iteration:dladmm --format json";
    if (without("valgrind")) cr_skip_test("there is no valgrind for this program");
    cr_assert_eq(command(arguments, first, sizeof first), 0, "%s", first);
    cr_expect(strstr(first, "\"instructions\":"), "%s", first);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(command(arguments, again, sizeof again), 0, "%s", again);
        cr_expect_str_eq(again, first, "two runs count differently");
    }
}

/* What is put in is seen by counts always, and nothing else is; by time only the table is read. */
Test(bench, selftest, .timeout = 300)
{
    static char out[1 << 14];
    size_t seen = 0;
    if (without("valgrind")) cr_skip_test("there is no valgrind for this program");
    cr_expect_eq(command("--selftest --trials 1 --kernel minnorm --processes 2 --shortest 0.05",
                         out, sizeof out),
                 0, "%s", out);
    cr_expect(strstr(out, "| 0 of 1 (0 %) |\n| 5 %"), "no alarm by counts where nothing is: %s",
              out);
    for (const char *at = out; (at = strstr(at, "| 1 of 1 (100 %) |\n")); at++) seen++;
    cr_expect_eq(seen, 3, "5, 10 and 25 %% are seen by counts: %s", out);
    cr_expect_eq(command("--selftest --kernel norm", out, sizeof out), 3, "%s", out);
    cr_expect(strstr(out, "the self-test"), "%s", out);
}

Test(bench, whole_commands, .timeout = 300)
{
    static char out[1 << 14];
    if (without("hyperfine")) cr_skip_test("there is no hyperfine");
    cr_assert_eq(command("--commands --kernel run_bcd --kernel run_dsgd --processes 1 --format csv",
                         out, sizeof out),
                 0, "%s", out);
    cr_expect(strstr(out, "\nrun_bcd,") && strstr(out, "\nrun_dsgd,"), "%s", out);
    cr_expect(!strstr(out, "verify_quick"), "only what was asked for: %s", out);
    cr_expect_eq(command("--commands --kernel run_bdc", out, sizeof out), 3, "%s", out);
    cr_expect(strstr(out, "did you mean 'run_bcd'"), "%s", out);
}

/* What was timed before the time was over is shown, and the status says that it is not all. */
Test(bench, time_is_over, .timeout = 300)
{
    static char out[1 << 14];
    cr_expect_eq(command("--kernel stream_uniform --kernel minnorm --shortest 0.01 --processes 3 "
                         "--timeout 1e-6 --save part.json",
                         out, sizeof out),
                 130, "%s", out);
    cr_expect_neq(access("part.json", F_OK), 0, "a part was kept");
    cr_expect(strstr(out, "| minnorm | n=5 |"), "%s", out);
    cr_expect(!strstr(out, "stream_uniform"), "it went on: %s", out);
    cr_expect(strstr(out, "--timeout is over"), "%s", out);
    cr_expect_eq(command("--kernel minnorm --timeout 0", out, sizeof out), 3, "%s", out);
}
