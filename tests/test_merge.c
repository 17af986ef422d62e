/* verify --batch and merge: the batches joined are the whole, byte for byte, and what cannot belong
   together is refused with a sentence that names it. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(merge, .init = enter_folder, .fini = leave_folder, .timeout = 120);

#define VERIFY "$C verify --suite quick --claim th1_l5 -q "

static void batches(size_t count)
{
    for (size_t i = 1; i <= count; i++)
        cr_assert_eq(shell(VERIFY "--batch %zu/%zu --out b%zu", i, count, i), 0, "%s", err);
}

Test(merge, gives_the_same_bytes)
{
    /* A case that shares its runs with another one, and cases with traces, are among these. */
    cr_assert_eq(shell(VERIFY "--out whole && mv whole kept"), 0, "%s", err);
    cr_assert_eq(shell("ls kept/traces/*.csv kept/figures/*.svg"), 0, "nothing is traced: %s", err);
    batches(3);
    cr_assert_eq(shell(VERIFY "--batch=1/3 --out b1 --resume"), 0, "%s", err);
    cr_assert_eq(shell("$C merge b2 b3 b1 --out whole"), 0, "%s", err);
    cr_assert_eq(shell("diff -r kept whole >&2"), 0, "%s", err);
    cr_assert_eq(shell("ls kept/manifest.json kept/verdicts.jsonl kept/report.md kept/report.html "
                       "kept/junit.xml"),
                 0, "%s", err);
    /* A second merge into the folder leaves nothing of the first. */
    cr_assert_eq(shell("$C merge b1 b2 b3 --out whole && diff -r kept whole >&2"), 0, "%s", err);
}

/* No batch is empty, and each case is in exactly one. */
Test(merge, batches_cut_the_whole)
{
    cr_assert_eq(shell(VERIFY "--out whole"), 0, "%s", err);
    batches(2);
    cr_assert_eq(shell("test -s b1/verdicts.jsonl && test -s b2/verdicts.jsonl && "
                       "sort b1/verdicts.jsonl b2/verdicts.jsonl >both && "
                       "sort whole/verdicts.jsonl | diff - both"),
                 0, "the batches are not the whole");
    /* A control and its bypassed twin share their runs, so they are in one batch. */
    static const char *const method[] = {"sign_sgd:order=old", "heavy_ball:order=old"};
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(shell("grep -h '\"%s\"' b1/verdicts.jsonl >one; grep -h '\"%s\"' "
                           "b2/verdicts.jsonl >two; wc -l <one >&2; wc -l <two >&2",
                           method[i], method[i]),
                     0, "wc");
        cr_assert(strcmp(err, "2\n0\n") == 0 || strcmp(err, "0\n2\n") == 0, "%s: %s", method[i],
                  err);
    }
    cr_assert_eq(shell(VERIFY "--batch 1/1000 --out none"), 3, "more batches than cases");
    cr_assert_not_null(strstr(err, "--batch 1/1000: there are "), "%s", err);
}

static void expect_refused(const char *arguments, const char *sentence)
{
    cr_expect_eq(shell("$C merge %s --out whole", arguments), 3, "%s: status", arguments);
    cr_expect_not_null(strstr(err, sentence), "%s: %s", arguments, err);
    cr_expect_eq(shell("! test -e whole"), 0, "%s: a folder was made", arguments);
}

Test(merge, refuses_what_is_not_all_of_it)
{
    batches(3);
    expect_refused("b1 b3", "of 3 batches 2 is missing");
    expect_refused("b2", "of 3 batches 1, 3 are missing");
    expect_refused("b1 b2 b3 b2", "batch 2 of 3 is there twice: 'b2' and 'b2'");
    expect_refused("b1 nowhere b3", "'nowhere': manifest.json: No such file");
    cr_assert_eq(shell("$C merge b1 b2 b3 --out ./b2/"), 3, "onto a batch");
    cr_assert_not_null(strstr(err, "is one of the batches"), "%s", err);
    cr_assert_eq(shell(VERIFY "--out whole1"), 0, "%s", err);
    expect_refused("b1 b2 b3 whole1", "'whole1' is no batch: its manifest should hold");
    cr_assert_eq(shell("$C merge"), 3, "nothing to merge");
}

/* A surprise is a surprise wherever its batch ran: the exit status is that of the whole. */
static void keeps_the_exit_status(void)
{
    cr_assert_eq(shell("sed -i '1s/\"surprising\":false/\"surprising\":true/' b2/verdicts.jsonl"),
                 0, "%s", err);
    cr_assert_eq(shell("$C merge b1 b2 --out whole"), 1, "%s", err);
}

static void refuses_damage(void)
{
    /* Without its last record; within a record; a record renamed; still at work. */
    cr_assert_eq(shell("cp -r b2 cut && sed -i '$d' cut/verdicts.jsonl"), 0, "%s", err);
    expect_refused("b1 cut", "'cut' is not complete: it holds ");
    cr_assert_eq(shell("cp -r b2 half && head -c -100 b2/verdicts.jsonl >half/verdicts.jsonl"), 0,
                 "%s", err);
    expect_refused("b1 half", "'half': verdicts.jsonl: line ");
    cr_assert_eq(shell("cp -r b2 named && sed -i '1s/\"id\":\"th1_l5-/\"id\":\"th1_l5-x/' "
                       "named/verdicts.jsonl"),
                 0, "%s", err);
    expect_refused("b1 named", "are not those of the ");
    cr_assert_eq(shell("cp -r b2 busy && touch busy/journal.jsonl"), 0, "%s", err);
    expect_refused("b1 busy", "'busy' is not complete");
    static const char *const manifest[] = {
        "",
        "{",
        "[]",
        "{\"schema_version\":1}",
        "{\"schema_version\":1,\"batch\":\"2\"}",
        "{\"schema_version\":1,\"batch\":3,\"batches\":2,\"batch_cases\":1,\"selected\":1}",
        "{\"schema_version\":1,\"batch\":-1}"};
    for (size_t i = 0; i < sizeof manifest / sizeof manifest[0]; i++) {
        cr_assert_eq(shell("rm -rf bad && cp -r b2 bad && printf '%%s' '%s' >bad/manifest.json",
                           manifest[i]),
                     0, "%s", err);
        expect_refused("b1 bad", "'bad'");
        expect_refused("bad b1", "'bad'");
    }
    keeps_the_exit_status();
}

Test(merge, refuses_what_does_not_agree)
{
    batches(2);
    cr_assert_eq(shell(VERIFY "--batch 2/2 --seed 2 --out seed"), 0, "%s", err);
    expect_refused("b1 seed", "'b1' and 'seed' do not belong together: the two manifests do not "
                              "agree: 'seed' differs");
    cr_assert_eq(shell("$C verify --suite quick --claim th1_l6 -q --batch 2/2 --out claim"), 0,
                 "%s", err);
    expect_refused("b1 claim", "'b1' and 'claim' do not belong together");
    cr_assert_eq(shell(VERIFY "--batch 2/3 --out three"), 0, "%s", err);
    expect_refused("b1 three", "agree: 'batches' differs");
    /* The same number twice under another name: what overlaps is the case. */
    cr_assert_eq(shell("cp -r b1 copy && cp b2/manifest.json copy/ && "
                       "sed -i 's/\"batch_cases\":[0-9]*/\"batch_cases\":'$(wc -l "
                       "<copy/verdicts.jsonl)'/' copy/manifest.json"),
                 0, "%s", err);
    expect_refused("b1 copy", "the batches overlap: th1_l5-");
    refuses_damage();
}
