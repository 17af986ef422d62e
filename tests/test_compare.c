/* clarke compare, on copies of a stored results folder with one thing changed in each. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void make_copies(void)
{
    enter_folder();
    cr_assert_eq(shell("cp -r '" CLARKE_TEST_DATA "/results_small' a && cp -r a b"), 0, "%s", err);
}

TestSuite(compare, .init = make_copies, .fini = leave_folder, .timeout = 60);

#define COMPARE "'" CLARKE_PROGRAM "' compare a b 2>&1"

Test(compare, the_same)
{
    cr_expect_eq(shell(COMPARE), 0, "%s", out);
    cr_expect(strstr(out, " 0 worse, 0 better, 0 otherwise"), "%s", out);
}

Test(compare, worse_and_better)
{
    shell("sed -i '1s/\"surprising\":false/\"surprising\":true/;"
          "1s/\"verdict\":\"[a-z-]*\"/\"verdict\":\"inconclusive\"/' b/verdicts.jsonl");
    cr_expect_eq(shell(COMPARE), 1, "%s", out);
    cr_expect(strstr(out, " 1 worse, 0 better"), "%s", out);
    cr_expect_eq(shell("mv a c && mv b a && mv c b && " COMPARE), 0, "%s", out);
    cr_expect(strstr(out, " 0 worse, 1 better"), "%s", out);
}

Test(compare, a_verdict_turned_round)
{
    shell("sed -i '0,/\"verdict\":\"supported\"/s//\"verdict\":\"refuted\"/' b/verdicts.jsonl");
    cr_expect_eq(shell(COMPARE), 1, "%s", out);
    cr_expect(strstr(out, "refuted, was supported"), "%s", out);
}

Test(compare, a_case_is_missing)
{
    shell("sed -i 1d b/verdicts.jsonl");
    cr_expect_eq(shell(COMPARE), 2, "%s", out);
    cr_expect(strstr(out, "1 only in the old, 0 only in the new"), "%s", out);
}

Test(compare, other_seeds_are_named)
{
    shell("sed -i 's/\"seed\":[0-9]*/\"seed\":424242/' b/manifest.json");
    cr_expect_eq(shell(COMPARE), 0, "%s", out);
    cr_expect(strstr(out, "made differently"), "%s", out);
}

Test(compare, refusals)
{
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare a nowhere 2>&1"), 3);
    cr_expect(strstr(out, "nowhere"), "%s", out);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare a a/manifest.json 2>&1"), 3);
    cr_expect(strstr(out, "not one of each"), "%s", out);
    cr_expect_eq(shell("echo '{}' > x.json; '" CLARKE_PROGRAM "' compare x.json x.json 2>&1"), 3);
    cr_expect(strstr(out, "no benchmark"), "%s", out);
}

static void benchmark(const char *name, double scale, double noise)
{
    FILE *file = fopen(name, "w");
    fprintf(file, "{\"schema\":\"clarke-bench\",\"schema_version\":1,\"machine\":{},\"rows\":[");
    for (int k = 0; k < 2; k++) {
        const double first = k ? scale : 1.0;
        fprintf(file,
                "%s{\"kernel\":\"%s\",\"size\":\"L1\",\"n\":10,\"bound\":\"memory\",\"elements\":1,"
                "\"bytes\":1,\"flops\":1",
                k ? "," : "", k ? "norm" : "triad");
        for (int which = 0; which < 2; which++) {
            fprintf(file, ",\"%s\":[", which ? "cpu" : "wall");
            for (int p = 0; p < 9; p++)
                fprintf(file, "%s%.17g", p ? "," : "", first * (1.0 + noise * (p % 2) + 1e-4 * p));
            fputc(']', file);
        }
        fputc('}', file);
    }
    fprintf(file, "]}\n");
    fclose(file);
}

/* The reference keeps its time while the kernel loses a tenth; then both halves of the processes
   differ by more than the least effect, and nothing is concluded. */
Test(compare, benchmarks)
{
    benchmark("old.json", 1.0, 0.0);
    benchmark("new.json", 1.1, 0.0);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare old.json new.json 2>&1"), 1, "%s", out);
    cr_expect(strstr(out, "slower     norm at L1: +10.0 %"), "%s", out);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare old.json new.json --min-effect 20%% 2>&1"), 0);
    benchmark("noisy.json", 1.1, 0.2);
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare old.json noisy.json 2>&1"), 2, "%s", out);
    cr_expect(strstr(out, "nothing is concluded"), "%s", out);
}

/* ---- merge, of benchmarks ---- */

#define MERGE "'" CLARKE_PROGRAM "' merge "

/* Nine processes and nine make eighteen of each of the two rows. */
Test(compare, merged_benchmarks)
{
    benchmark("one.json", 1.0, 0.0);
    benchmark("two.json", 1.1, 0.0);
    cr_assert_eq(shell(MERGE "one.json two.json -o both.json 2>&1"), 0, "%s", out);
    cr_expect_eq(shell("grep -o '\"cpu\":[^]]*' both.json | tr -cd ',\n' | awk '{ print length }'"),
                 0);
    cr_expect_str_eq(out, "17\n17\n");
    cr_expect_eq(shell("'" CLARKE_PROGRAM "' compare both.json both.json 2>&1"), 2, "%s", out);
    cr_expect(strstr(out, "nothing is concluded"), "two speeds in one are noise: %s", out);
    /* Other kernels of the same machine stand beside these. */
    shell("sed 's/\"norm\"/\"other\"/' two.json >three.json");
    cr_assert_eq(shell(MERGE "one.json three.json 2>&1"), 0, "%s", out);
    cr_expect(strstr(out, "\"other\"") && strstr(out, "\"norm\""), "%s", out);
    cr_assert_eq(shell(MERGE "one.json -o alone.json && cmp one.json alone.json || "
                             "'" CLARKE_PROGRAM "' compare one.json alone.json 2>&1"),
                 0, "%s", out);
}

static void refused(const char *arguments, const char *sentence)
{
    cr_expect_eq(shell(MERGE "%s 2>&1", arguments), 3, "%s: %s", arguments, out);
    cr_expect(strstr(out, sentence), "%s: %s", arguments, out);
}

Test(compare, merge_refuses_benchmarks)
{
    benchmark("one.json", 1.0, 0.0);
    shell("sed 's/\"machine\":{}/\"machine\":{\"cpu\":\"other\"}/' one.json >other.json");
    shell("sed 's/\"n\":10/\"n\":11/' one.json >size.json");
    refused("one.json other.json", "does not belong to the others");
    refused("other.json one.json", "'cpu' differs");
    refused("one.json size.json", "has another n of triad at L1");
    refused("one.json a", "not both");
    refused("one.json one.json one.json one.json one.json one.json one.json one.json",
            "more than 64 processes");
    refused("a/manifest.json", "no benchmark");
}
