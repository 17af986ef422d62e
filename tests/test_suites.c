/* What the suites promise of themselves, by the cases that they plan. */
#include "core/registry.h"
#include "engine/claim.h"
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(suites, .init = enter_folder, .fini = leave_folder, .timeout = 300);

/* Cases of the claim with that role in what --dry-run printed: "th1_a-0123456789  control ...". */
static size_t cases_of(const char *claim, const char *role)
{
    size_t count = 0;
    char begin[64], this_role[16];
    for (const char *line = out; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%63[^-]-%*s %15s", begin, this_role) == 2)
            count += strcmp(begin, claim) == 0 && strcmp(this_role, role) == 0;
    }
    return count;
}

/* `but`: the one claim that the suite leaves out. */
static void expect_all_claims(const char *suite, const char *but)
{
    cr_assert_eq(run("-q verify --suite %s --dry-run", suite), 0, "%s: %s", suite, err);
    for (size_t i = 0; i < clarke_claims.count; i++) {
        const char *id = clarke_claims.entry[i].id;
        const clarke_claim_desc *claim = clarke_claims.entry[i].desc;
        const bool asked = !claim->judge_trace && (!but || strcmp(but, id) != 0);
        const size_t cases = cases_of(id, "claim") + cases_of(id, "reading");
        const size_t controls = cases_of(id, "control");
        cr_expect_eq(cases > 0, asked, "%s: %s: %zu cases", suite, id, cases);
        if (asked && claim->controls)
            cr_expect_gt(controls, 0, "%s: %s: its controls are not asked", suite, id);
    }
}

Test(suites, every_claim_and_its_controls)
{
    expect_all_claims("quick", "bcd_two_stall");
    expect_all_claims("standard", NULL);
    expect_all_claims("thorough", NULL);
}

/* A control that is to stay open is no surprise, but --strict takes nothing that is open; nor does it
   when nothing is printed. */
Test(suites, strict_takes_nothing_open)
{
    static const char request[] = "verify --suite standard --claim bcd_three_kl";
    cr_expect_eq(run("%s", request), 0, "%s%s", out, err);
    cr_expect_not_null(strstr(out, "1 inconclusive"), "%s", out);
    cr_expect_eq(run("%s --strict", request), 2, "%s%s", out, err);
    cr_expect_eq(run("-q %s --strict", request), 2, "%s%s", out, err);
}
