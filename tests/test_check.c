/* clarke rate and clarke check as programs: traces of other software, good, wrong and hostile. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(check, .init = enter_folder, .fini = leave_folder, .timeout = 300);

static FILE *create(const char *name)
{
    FILE *file = fopen(name, "w");
    cr_assert_not_null(file, "%s: cannot be written", name);
    return file;
}

static void write_bytes(const char *name, const void *bytes, size_t size)
{
    FILE *file = create(name);
    cr_assert_eq(fwrite(bytes, 1, size, file), size, "%s", name);
    fclose(file);
}

static void write_text(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

/* ---- hostile traces ---- */

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

/* Both commands: status 3, one sentence with file and line, and no folder left. */
static void expect_refused(const char *name, const char *sentence)
{
    static const char *const command[] = {"check %s", "rate %s --column f"};
    for (size_t i = 0; i < 2; i++) {
        char line[256];
        snprintf(line, sizeof line, i == 0 ? "check %s" : "rate %s --column f", name);
        const int status = run("%s", line);
        cr_expect_eq(status, 3, "%s: status %d, %s%s", line, status, out, err);
        cr_expect_eq(lines_of(err), 1, "%s: stderr is '%s'", line, err);
        cr_expect_not_null(strstr(err, sentence), "%s: '%s' is not in '%s'", command[i], sentence,
                           err);
        cr_expect_eq(out[0], '\0', "%s: stdout is '%s'", line, out);
        cr_expect_neq(access("results", F_OK), 0, "%s: a folder was left", line);
    }
}

Test(check, malformed_text)
{
    static const struct {
        const char *name, *text, *sentence;
    } bad[] = {
        {"cut.csv", "k,f,dx\n0,1,0.5\n1,0.5,0.2\n2,0.", "cut.csv:4: 2 fields"},
        {"cut.jsonl", "{\"k\":0,\"f\":1}\n{\"k\":1,\"f\":", "cut.jsonl:2"},
        {"more.csv", "k,f\n0,1\n1,2,3\n", "more.csv:3: 3 fields where the header has 2"},
        {"less.csv", "k,f\n0\n", "less.csv:2: 1 fields where the header has 2"},
        {"nan.csv", "k,f\n0,1\n1,nan\n2,1\n", "nan.csv:3: f is missing or not finite"},
        {"inf.csv", "k,f\n0,1\n1,inf\n2,1\n", "inf.csv:3: f is missing or not finite"},
        {"hole.jsonl", "{\"k\":0,\"f\":1}\n{\"k\":1,\"f\":null}\n{\"k\":2,\"f\":1}\n",
         "hole.jsonl:2: f is missing or not finite"},
        {"k_nan.csv", "k,f\nnan,1\n1,2\n", "k_nan.csv:2: k is missing or not finite"},
        {"unsorted.csv", "k,f\n0,1\n2,1\n1,1\n", "unsorted.csv:4: k is 1 after 2"},
        {"twice.csv", "k,f\n0,1\n1,1\n1,1\n", "twice.csv:4: k is 1 again after 1"},
        {"empty.csv", "", "empty.csv:1: the names of the columns are missing"},
        {"header.csv", "k,f\n", "'header.csv' has no rows"},
        {"text.csv", "k,f\n0,one\n", "text.csv:2: f: 'one' is not a number"},
        {"trace.txt", "k,f\n0,1\n", "should end in .csv, .jsonl or .npy"},
        {"agents.csv", "k,f,a0.x0,a0.x1,a1.x0\n0,1,1,1,1\n", "agent 1 has 1 variables"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_text(bad[i].name, bad[i].text);
        expect_refused(bad[i].name, bad[i].sentence);
    }
    expect_refused("none.csv", "cannot read 'none.csv'");
}

Test(check, binary_garbage)
{
    unsigned char bytes[4096];
    uint32_t x = 12345;
    for (size_t i = 0; i < sizeof bytes; i++)
        x = 1664525u * x + 1013904223u, bytes[i] = (unsigned char)(x >> 24);
    bytes[100] = 0;
    write_bytes("garbage.csv", bytes, sizeof bytes);
    write_bytes("garbage.jsonl", bytes, sizeof bytes);
    write_bytes("garbage.npy", bytes, sizeof bytes);
    expect_refused("garbage.csv", ": a NUL byte; this is not a text file");
    expect_refused("garbage.jsonl", ": a NUL byte");
    expect_refused("garbage.npy", "garbage.npy: it does not begin like a .npy file");
}

/* 10^9 rows are two bytes each at least: refused by the file's length, before a byte is read. */
Test(check, a_thousand_million_rows)
{
    write_text("long.csv", "k,f\n0,1\n");
    cr_assert_eq(truncate("long.csv", 4000000000), 0, "sparse file");
    expect_refused("long.csv", "'long.csv' has 4000000000 bytes; 536870912 are the most");
    cr_assert_eq(rename("long.csv", "long.jsonl"), 0, "rename");
    expect_refused("long.jsonl", "'long.jsonl' has 4000000000 bytes");
}

/* ---- .npy ---- */

/* Version 1.0; the header is padded so that the data begin at a multiple of 64. */
static void write_npy(const char *name, const char *header, const void *data, size_t size)
{
    FILE *file = create(name);
    const size_t text = strlen(header) + 1, length = (10 + text + 63) / 64 * 64 - 10;
    const unsigned char begin[10] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)length, (unsigned char)(length >> 8)};
    fwrite(begin, 1, sizeof begin, file);
    fprintf(file, "%s%*s\n", header, (int)(length - text), "");
    fwrite(data, 1, size, file);
    fclose(file);
}

Test(check, malformed_npy)
{
    static const double x[4] = {1, 2, 3, 4};
    static const struct {
        const char *header, *sentence;
    } bad[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }",
         "32 bytes of numbers where the shape asks for 40"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", "asks for 24"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 2), }",
         "1000000000 rows of 2 numbers; 67108864 numbers are the most"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
         "the shape is out of range"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 1), }", "one or two axes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "one or two axes"},
        {"{'descr': '>f8', 'fortran_order': False, 'shape': (4,), }", "the type '>f8' is not read"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (4,), }", "the type '|O' is not read"},
        {"{'descr': [('f', '<f8'), ('f', '<f8')], 'fortran_order': False, 'shape': (2,), }",
         "two columns are called 'f'"},
        {"{'descr': [('f', '<f8', (2,))], 'fortran_order': False, 'shape': (2,), }",
         "a column is not a plain number"},
        {"{'descr': [], 'fortran_order': False, 'shape': (2,), }", "the array has no columns"},
        {"{'descr': '<f8', 'shape': (4,), }", "the header is not complete"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (4,), }",
         "the header cannot be read"},
        {"[1]", "the header is not that of a .npy file"},
        {"{'descr': '<f8", "is not read"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_npy("bad.npy", bad[i].header, x, sizeof x);
        expect_refused("bad.npy", bad[i].sentence);
    }
    write_bytes("cut.npy", "\x93NUMPY\x01\x00\xff\x00{", 11);
    expect_refused("cut.npy", "the header is cut");
}

static double member(const json_t *o, const char *key)
{
    const json_t *value = json_object_get(o, key);
    cr_assert(json_is_number(value), "%s is no number in %s", key, out);
    return json_number_value(value);
}

Test(check, npy_is_read)
{
    static double plain[2][400];
    static const char fortran[] = "{'descr': '<f8', 'fortran_order': True, 'shape': (400, 2), }";
    for (size_t i = 0; i < 400; i++) plain[0][i] = (double)i, plain[1][i] = pow(0.9, (double)i);
    write_npy("f.npy", fortran, plain, sizeof plain);
    cr_assert_eq(run("rate f.npy --column c1 --limit 0 --format json"), 0, "fortran: %s", err);
    json_t *o = json_loads(out, 0, NULL);
    cr_assert_not_null(o, "%s", out);
    cr_expect_float_eq(member(o, "rate"), 0.9, 1e-6, "fortran: %s", out);
    json_decref(o);
    write_npy("g.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (400,), }", plain[1],
              sizeof plain[1]);
    cr_assert_eq(run("rate g.npy --limit 0 --format json"), 0, "one axis: %s", err);
    o = json_loads(out, 0, NULL);
    cr_expect_float_eq(member(o, "rate"), 0.9, 1e-6, "one axis: %s", out);
    json_decref(o);
    /* 0.5 and -1.25 in single precision, and 64-bit integers. */
    static const uint32_t single[4] = {0x3f000000, 0xbfa00000, 0x7f800000, 0x00000001};
    write_npy("s.npy", "{'descr': [('f', '<f4')], 'fortran_order': False, 'shape': (4,), }", single,
              sizeof single);
    cr_expect_eq(run("rate s.npy"), 3, "an infinity in single precision");
    cr_expect_not_null(strstr(err, "s.npy:3: f is missing or not finite"), "%s", err);
}

/* ---- rate ---- */

static void write_power(const char *name, double p, size_t rows)
{
    FILE *file = create(name);
    fprintf(file, "k,f,note\n");
    for (size_t i = 0; i < rows; i++)
        fprintf(file, "%zu,%.17g,text\n", 2 * i, 1.0 + pow(2.0 * (double)i + 3.0, -p));
    fclose(file);
}

Test(check, rate_has_its_keys)
{
    static const char *const key[] = {"regime",      "rate",        "rate_ci",        "exponent",
                                      "exponent_ci", "kl_exponent", "kl_exponent_ci", "window",
                                      "limit",       "limit_error", "points",         "reason"};
    write_power("p.csv", 2.0, 1000);
    cr_assert_eq(run("rate p.csv --column f --format json"), 0, "%s", err);
    json_t *o = json_loads(out, 0, NULL);
    cr_assert_not_null(o, "%s", out);
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++)
        cr_expect_not_null(json_object_get(o, key[i]), "%s is missing", key[i]);
    cr_expect_str_eq(json_string_value(json_object_get(o, "regime")), "sublinear", "%s", out);
    cr_expect(json_is_null(json_object_get(o, "rate")), "absent values are null: %s", out);
    cr_expect_float_eq(member(o, "exponent"), 2.0, 0.05, "k^-2, k = 0, 2, 4, ...");
    cr_expect_float_eq(member(o, "kl_exponent"), 0.75, 0.01, "values k^-2");
    cr_expect_float_eq(member(o, "limit"), 1.0, 1e-6, "limit");
    cr_expect_eq(json_array_size(json_object_get(o, "exponent_ci")), 2, "a pair");
    json_decref(o);
    cr_expect_eq(run("rate p.csv --column f --limit 1"), 0, "%s", err);
    cr_expect_not_null(strstr(out, "sublinear"), "text: %s", out);
    cr_expect_eq(run("rate p.csv"), 3, "two columns beside k");
    cr_expect_not_null(strstr(err, "--column NAME"), "%s", err);
    cr_expect_eq(run("rate p.csv --column g"), 3, "no such column");
    cr_expect_not_null(strstr(err, "has no column 'g'"), "%s", err);
    cr_expect_eq(run("rate p.csv --column note"), 3, "a column of text");
    cr_expect_not_null(strstr(err, "is empty"), "%s", err);
    cr_expect_eq(run("rate p.csv --column f --accuracy -1"), 3, "a negative error");
}

/* ---- check ---- */

/* The verdict of a claim in results/verdicts.jsonl; evidence by name where it is asked for. */
static const char *verdict(const char *claim, const char *name, double *value)
{
    static char line[1 << 16], found[32];
    FILE *file = fopen("results/verdicts.jsonl", "r");
    cr_assert_not_null(file, "no records: %s", err);
    strcpy(found, "missing");
    while (fgets(line, sizeof line, file)) {
        json_t *o = json_loads(line, 0, NULL);
        cr_assert_not_null(o, "%s", line);
        if (strcmp(json_string_value(json_object_get(o, "claim")), claim) == 0) {
            snprintf(found, sizeof found, "%s", json_string_value(json_object_get(o, "verdict")));
            if (name)
                *value = json_number_value(json_object_get(json_object_get(o, "evidence"), name));
        }
        json_decref(o);
    }
    fclose(file);
    return found;
}

static void expect_verdict(const char *claim, const char *wanted)
{
    const char *found = verdict(claim, NULL, NULL);
    cr_expect_str_eq(found, wanted, "%s: %s, not %s: %s", claim, found, wanted, out);
}

/* Gradient descent with step eta on (x0^2 + 4 x1^2) / 2, whose largest curvature is 4. */
static void write_descent(const char *name, double eta, size_t rows)
{
    double x = 1.0, y = 1.0;
    FILE *file = create(name);
    fprintf(file, "k,f,dx,residual_clarke,x0,x1\n");
    for (size_t k = 0; k < rows; k++) {
        const double g = x, h = 4.0 * y, norm = sqrt(g * g + h * h);
        fprintf(file, "%zu,%.17g,%.17g,%.17g,%.17g,%.17g\n", k, 0.5 * (x * x + 4.0 * y * y),
                eta * norm, norm, x, y);
        x -= eta * g;
        y -= eta * h;
    }
    fclose(file);
}

Test(check, descent_is_supported)
{
    double a = NAN, b = NAN;
    write_descent("good.csv", 0.2, 120);
    cr_assert_eq(run("check good.csv"), 0, "%s%s", out, err);
    expect_verdict("trace_decrease", "supported");
    expect_verdict("trace_window", "supported");
    expect_verdict("trace_relative_error", "supported");
    expect_verdict("trace_length", "supported");
    expect_verdict("trace_rate", "supported");
    expect_verdict("trace_kl", "supported");
    expect_verdict("trace_consensus", "not-applicable");
    expect_verdict("trace_truth", "not-applicable");
    /* f falls by eta |g|^2 - eta^2 g'Hg / 2, so a is between 1/eta - 2 and 1/eta - 1/2; the gradient
       after the step is (1 - eta h) that before, so b = 0.8 / eta once x1 has died out. */
    verdict("trace_decrease", "a_second_half", &a);
    verdict("trace_relative_error", "b_second_half", &b);
    cr_expect(a >= 3.0 && a <= 4.5, "a = %g", a);
    cr_expect_float_eq(b, 4.0, 1e-3, "b = %g", b);
    cr_expect_eq(run("report results"), 0, "report: %s", err);
    cr_expect_eq(access("results/report.html", F_OK), 0, "the report is written");
    char line[256];
    slurp("results/verdicts.jsonl", out, sizeof out);
    const char *id = strstr(out, "\"id\":\"trace_decrease-");
    cr_assert_not_null(id, "%s", out);
    snprintf(line, sizeof line, "%.25s", id + 6);
    cr_expect_eq(run("explain %s", line), 0, "explain %s: %s", line, err);
    cr_expect_not_null(strstr(out, "clarke check good.csv --claim trace_decrease"), "%s", out);
}

Test(check, the_same_trace_gives_the_same_bytes)
{
    static char before[1 << 18];
    write_descent("good.csv", 0.2, 120);
    cr_assert_eq(run("check good.csv"), 0, "%s", err);
    slurp("results/verdicts.jsonl", before, sizeof before);
    cr_assert_eq(run("check ./good.csv"), 0, "%s", err);
    slurp("results/verdicts.jsonl", out, sizeof out);
    cr_expect_str_eq(out, before, "the folder it lies in is no matter");
}

/* 2 / L = 1/2: a longer step rises, and goes on rising. */
Test(check, a_step_that_is_too_long_is_refuted)
{
    double rises = 0.0;
    write_descent("long.csv", 0.51, 120);
    cr_assert_eq(run("check long.csv"), 1, "%s%s", out, err);
    expect_verdict("trace_decrease", "refuted");
    expect_verdict("trace_window", "refuted");
    expect_verdict("trace_rate", "refuted");
    expect_verdict("trace_length", "refuted");
    verdict("trace_decrease", "rises", &rises);
    cr_expect(rises > 50.0, "rises: %g", rises);
    cr_expect_eq(run("check long.csv --claim trace_relative_error"), 0, "this one holds: %s", out);
    cr_expect_eq(run("check long.csv --claim nothing"), 3, "no claim");
    cr_expect_not_null(strstr(err, "trace_*"), "%s", err);
}

/* The shape of E1 of a non-monotone method: factors 0.5 and -1.2 by turns on x^2/2. a_1 = (1 -
   1.44) / (2 2.2^2) = -0.04545..., a_2 = (1 - 0.36) / (2 (0.25 + 1.21)) or from the other start. */
Test(check, descent_over_two_steps)
{
    double order = 0.0, x = 1.0;
    FILE *file = create("two.csv");
    fprintf(file, "k,f,dx\n");
    for (size_t k = 0; k < 100; k++) {
        const double next = k % 2 == 0 ? 0.5 * x : -1.2 * x;
        fprintf(file, "%zu,%.17g,%.17g\n", k, 0.5 * x * x, fabs(next - x));
        x = next;
    }
    fclose(file);
    cr_assert_eq(run("check two.csv"), 1, "%s%s", out, err);
    expect_verdict("trace_decrease", "refuted");
    expect_verdict("trace_window", "supported");
    verdict("trace_window", "order", &order);
    cr_expect_eq(order, 2.0, "j* = %g", order);
    cr_expect_not_null(strstr(out, "a = 0.0615385"), "a_2 of the sequence: %s", out);
}

Test(check, single_precision_is_not_accused)
{
    double x = 1.0;
    FILE *file = create("single.csv");
    fprintf(file, "k,f,dx\n");
    for (size_t k = 0; k < 150; k++) {
        /* f = 1 + x^2/2 in 24 bits: near the limit it goes up and down by one unit. */
        double f = 1.0 + 0.5 * x * x + (k % 3 == 0 ? 0x1p-24 : 0.0);
        f = ldexp(rint(ldexp(f, 23)), -23);
        fprintf(file, "%zu,%.17g,%.17g\n", k, f, 0.1 * fabs(x));
        x *= 0.9;
    }
    fclose(file);
    cr_expect_neq(run("check single.csv --claim trace_decrease"), 1, "%s", out);
    cr_expect_str_neq(verdict("trace_decrease", NULL, NULL), "refuted", "%s", out);
}

Test(check, nothing_judged_is_no_pass)
{
    write_text("t.csv", "k,note\n0,1\n1,2\n");
    cr_expect_eq(run("check t.csv"), 2, "%s%s", out, err);
    cr_expect_not_null(strstr(out, " 0 supported, 0 refuted, 0 inconclusive, "), "%s", out);
    cr_expect_eq(run("-q check t.csv"), 2, "%s%s", out, err);
}

Test(check, a_stall_is_refuted)
{
    FILE *file = create("stall.csv");
    fprintf(file, "k,f,dx,residual_clarke\n");
    for (size_t k = 0; k < 100; k++) {
        const double x = pow(0.8, (double)(k < 60 ? k : 60));
        fprintf(file, "%zu,%.17g,%.17g,%.17g\n", k, x, k < 60 ? 0.2 * x : 0.0, k < 61 ? x : 0.25);
    }
    fclose(file);
    cr_expect_eq(run("check stall.csv --claim trace_relative_error"), 1, "%s%s", out, err);
    cr_expect_not_null(strstr(out, "the iterate stays"), "%s", out);
}

Test(check, lengths_of_slow_steps)
{
    FILE *file = create("slow.csv");
    fprintf(file, "k,f,dx\n");
    for (size_t k = 0; k < 2000; k++)
        fprintf(file, "%zu,%.17g,%.17g\n", k, pow((double)k + 1.0, -2.0),
                pow((double)k + 1.0, -0.8));
    fclose(file);
    cr_expect_eq(run("check slow.csv --claim 'trace_[lk]*'"), 1, "%s%s", out, err);
    expect_verdict("trace_length", "refuted");
    file = create("fast.csv");
    fprintf(file, "k,f,dx\n");
    for (size_t k = 0; k < 2000; k++)
        fprintf(file, "%zu,%.17g,%.17g\n", k, pow((double)k + 1.0, -2.0),
                pow((double)k + 1.0, -1.5));
    fclose(file);
    /* theta = 3/4 from k^-2 and, since the iterates fall like k^-1/2, from the steps too. */
    cr_expect_eq(run("check fast.csv --claim 'trace_[lk]*'"), 0, "%s%s", out, err);
    expect_verdict("trace_length", "supported");
    expect_verdict("trace_kl", "supported");
    file = create("odd.csv");
    fprintf(file, "k,f,distance_clarke\n");
    for (size_t k = 0; k < 2000; k++)
        fprintf(file, "%zu,%.17g,%.17g\n", k, pow((double)k + 1.0, -2.0),
                pow((double)k + 1.0, -2.0));
    fclose(file);
    cr_expect_eq(run("check odd.csv --claim trace_kl"), 1, "0.75 and 0.6: %s%s", out, err);
    expect_verdict("trace_kl", "refuted");
}

Test(check, agents)
{
    double x[3] = {1.0, -1.0, 2.0};
    FILE *file = create("agents.csv"), *apart = create("apart.csv");
    fprintf(file, "k,a0.x0,a1.x0,a2.x0\n");
    fprintf(apart, "k,a0.x0,a1.x0,a2.x0\n");
    for (size_t k = 0; k < 200; k++) {
        fprintf(file, "%zu,%.17g,%.17g,%.17g\n", k, x[0], x[1], x[2]);
        fprintf(apart, "%zu,%.17g,%.17g,%.17g\n", k, x[0] + 1.0, x[1], x[2]);
        const double mean = (x[0] + x[1] + x[2]) / 3.0;
        for (size_t i = 0; i < 3; i++) x[i] = 0.3 * mean + 0.7 * x[i];
    }
    fclose(file);
    fclose(apart);
    cr_expect_eq(run("check agents.csv --claim trace_consensus"), 0, "%s%s", out, err);
    expect_verdict("trace_consensus", "supported");
    cr_expect_eq(run("check apart.csv --claim trace_consensus"), 1, "%s%s", out, err);
    expect_verdict("trace_consensus", "refuted");
}

/* The example of docs/check.md, and what a forgotten factor does to it. */
Test(check, the_truth_is_ours)
{
    const char *example = CLARKE_SOURCE_DIR "/examples/capped_l1.csv";
    const char *problem = "capl1_orth:n=2,z=0.6,-2.6";
    cr_assert_eq(run("check %s --problem %s", example, problem), 0, "%s%s", out, err);
    expect_verdict("trace_truth", "supported");
    expect_verdict("trace_distance", "supported");
    cr_expect_eq(run("check %s --problem capl1_orth:n=2,z=0.6,-2.6,kappa=2", example), 1, "%s",
                 out);
    expect_verdict("trace_truth", "refuted");
    expect_verdict("trace_distance", "refuted");
    cr_expect_eq(run("check %s --problem capl1_orth:n=3", example), 3, "three variables");
    cr_expect_not_null(strstr(err, "has 2 variables"), "%s", err);
    write_text("no_x.csv", "k,f\n0,1\n");
    cr_expect_eq(run("check no_x.csv --problem absquad"), 3, "no iterate");
    cr_expect_not_null(strstr(err, "has no columns x0, x1"), "%s", err);
    cr_expect_eq(run("check no_x.csv --problem absquid"), 3, "no problem");
    cr_expect_not_null(strstr(err, "absquad"), "suggested: %s", err);
}

/* In the folder of the trace, whatever its name is. */
Test(check, the_replay_command_works)
{
    write_descent("a trace's.csv", 0.2, 120);
    cr_assert_eq(run("check \"a trace's.csv\""), 0, "%s%s", out, err);
    static char records[1 << 18];
    slurp("results/verdicts.jsonl", records, sizeof records);
    size_t tried = 0;
    for (char *line = strtok(records, "\n"); line; line = strtok(NULL, "\n"), tried++) {
        json_t *record = json_loads(line, 0, NULL);
        const char *replay = json_string_value(json_object_get(record, "replay"));
        cr_assert(replay && strncmp(replay, "clarke ", 7) == 0, "%s", line);
        const int status = run("%s", replay + 7);
        cr_expect(status == 0 || status == 2, "%s: status %d, %s", replay, status, err);
        cr_expect_eq(err[0], '\0', "%s: %s", replay, err);
        const char *claim = json_string_value(json_object_get(record, "claim"));
        cr_expect_not_null(strstr(out, claim), "%s judges %s", replay, out);
        json_decref(record);
    }
    cr_assert_gt(tried, 5, "only %zu records", tried);
}

/* Our own traces are traces of other software too: gaps in k, undefined columns. */
Test(check, traces_of_run)
{
    static const char *const name[] = {"t.csv", "t.jsonl", "t.npy"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(run("run sgd absquad --sampling full --iterations 3000 --trace %s", name[i]),
                     0, "%s", err);
        const int status = run("check %s --problem absquad --claim 'trace_[dt]*'", name[i]);
        cr_expect(status == 0 || status == 2, "%s: %d %s%s", name[i], status, out, err);
        expect_verdict("trace_truth", "supported");
        expect_verdict("trace_decrease", "not-applicable");
    }
}
