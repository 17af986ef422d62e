/* Agents on several processes. Skipped, and said so, where the build has no MPI or there is no
   mpiexec; what a build without MPI does is tested there. */
#include "tests/lib/program.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void enter_mpi(void)
{
    enter_folder();
    /* Open MPI refuses root, and more ranks than cores, unless told. Its own leaks are not ours. */
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
}

TestSuite(mpi, .init = enter_mpi, .fini = leave_folder, .timeout = 300);

static bool has_mpi(void)
{
    return shell("command -v mpiexec && $C doctor | grep 'MPI  ' | grep -v 'not in this build'") ==
           0;
}

#define NEEDS_MPI                                                                                  \
    if (!has_mpi()) cr_skip("MPI: not in this build, or no mpiexec")

/* Seven agents share fourteen terms. W is doubly stochastic, and not symmetric. */
static void write_asymmetric(void)
{
    FILE *file = fopen("W.csv", "w");
    cr_assert_not_null(file, "W.csv: cannot be written");
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++)
            fprintf(file, "%g%c",
                    j == i             ? 0.5
                    : j == (i + 1) % 7 ? 0.375
                    : j == (i + 3) % 7 ? 0.125
                                       : 0.0,
                    j < 6 ? ',' : '\n');
    fclose(file);
}

#define PROBLEM "quadratic_sum:a=1,2,3,4,5,6,7,-1,-2,-3,-4,0.5,0.25,8,n=3 "

/* Trace, end state and card of `ranks` processes and of one, byte for byte. */
static void expect_same(const char *method, const char *network, int ranks)
{
    char request[600];
    snprintf(request, sizeof request,
             "run %s " PROBLEM "--network %s --iterations 1060 --sampling reshuffle:1 --noise "
             "signs:0.5 --init gaussian:1 --seed 7",
             method, network);
    cr_assert_eq(shell("$C %s --trace one.csv --save one -o one.txt", request), 0, "%s: %s",
                 request, err);
    cr_assert_eq(shell("mpiexec -n %d $C %s --trace all.csv --save all -o all.txt", ranks, request),
                 0, "%d ranks: %s: %s", ranks, request, err);
    cr_expect_eq(shell("cmp one.csv all.csv && cmp one.txt all.txt && diff -r one all"), 0,
                 "%d ranks: %s: %s", ranks, request, err);
    cr_expect_eq(shell("test $(wc -l <all.csv) -eq 1004 && rm all.csv"), 0, "%s: rows", request);
}

Test(mpi, the_same_bits_for_every_number_of_ranks)
{
    static const int ranks[] = {1, 2, 3, 4, 7};
    NEEDS_MPI;
    write_asymmetric();
    /* Where 2, 3 and 4 ranks have unequal shares of the seven agents. */
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++)
        expect_same("dsgd_t", "file:W.csv", ranks[i]);
}

Test(mpi, the_same_bits_for_methods_and_networks)
{
    NEEDS_MPI;
    write_asymmetric();
    expect_same("dsign_sgd", "file:W.csv", 4);
    expect_same("dsign_sgd", "star:d=7", 4);
    expect_same("dsgd_m:form=adapt", "star:d=7", 3);
    /* W = J: the sum goes from rank to rank. */
    expect_same("dsgd_t", "complete:d=7", 4);
}

/* A run that leaves the finite numbers ends everywhere at once, although one rank sees it. */
Test(mpi, ends_together_when_not_finite)
{
    static const char request[] = "run dsgd quadratic_agents:a=-1,0,4,curvature=1,1,2 --network "
                                  "ring:d=3 --schedule constant:5 --iterations 3000";
    NEEDS_MPI;
    cr_assert_eq(shell("$C %s --trace one.csv -o one.txt", request), 0, "%s", err);
    cr_assert_eq(shell("grep -q 'became non-finite' one.txt"), 0, "it stayed finite");
    cr_assert_eq(shell("mpiexec -n 3 $C %s --trace all.csv -o all.txt", request), 0, "%s", err);
    cr_expect_eq(shell("cmp one.csv all.csv && cmp one.txt all.txt"), 0, "%s", err);
}

static void expect_refused(int ranks, const char *request, const char *sentence)
{
    cr_expect_eq(shell("mpiexec -n %d $C run %s --iterations 5", ranks, request), 3, "%s: status",
                 request);
    const char *first = strstr(err, sentence);
    cr_expect_not_null(first, "%s: %s", request, err);
    cr_expect(!first || !strstr(first + 1, sentence), "%s: said more than once: %s", request, err);
}

Test(mpi, refuses_with_one_sentence)
{
    NEEDS_MPI;
    expect_refused(4, "dsgd quadratic_agents --network ring:d=3",
                   "clarke: 4 ranks are more than the 3 agents");
    expect_refused(2, "sgd absquad", "clarke: 2 ranks are more than the 1 agent");
    expect_refused(2, "dsgd quadratic_agents --network rnig:d=3", "clarke: there is no network");
    /* One rank that fails alone ends the others, and says who it is. */
    cr_expect_eq(shell("echo 1,2,3 >start.csv; mpiexec -n 2 sh -c 'test $OMPI_COMM_WORLD_RANK = 1 "
                       "&& cd /; exec $C run dsgd quadratic_agents --network ring:d=3 "
                       "--init file:start.csv --iterations 5'"),
                 3, "status");
    cr_expect_not_null(strstr(err, "clarke: rank 1: cannot read 'start.csv'"), "%s", err);
}

/* Rank 1 is killed once there are rows: rank 0's are whole ones, and those of the undisturbed run. */
Test(mpi, a_killed_rank_leaves_whole_rows)
{
    static const char request[] = "run dsgd_m quadratic_agents:a=-1,0,4,n=200 --network ring:d=3 "
                                  "--iterations 1000000 --noise gaussian:1";
    NEEDS_MPI;
    cr_expect_neq(
        shell(
            "touch all.csv; mpiexec -n 3 sh -c 'if test $OMPI_COMM_WORLD_RANK = 1; then $C %s --trace all.csv & "
            "while test $(wc -l <all.csv) -lt 100; do sleep 0.1; done; kill -9 $!; wait $!; "
            "else exec $C %s --trace all.csv; fi'",
            request, request),
        0, "nobody was killed");
    cr_assert_eq(shell("$C run dsgd_m quadratic_agents:a=-1,0,4,n=200 --network ring:d=3 "
                       "--iterations 400 --noise gaussian:1 --trace one.csv"),
                 0, "%s", err);
    /* The last row of the shorter run has no step, so the rows before it are compared. */
    cr_expect_eq(shell("rows=$(wc -l <all.csv); test $rows -gt 400 && rows=400; "
                       "head -n $rows all.csv >a; head -n $rows one.csv | cmp - a"),
                 0, "%s", err);
    cr_expect_eq(
        shell("test \"$(tail -c 1 all.csv)\" = '' && test $(awk -F, '{print NF}' all.csv | "
              "sort -u | wc -l) = 1"),
        0, "a row is cut");
}

Test(mpi, a_build_without_it_says_so)
{
    if (has_mpi()) cr_skip("MPI: is in this build");
    cr_assert_eq(shell("OMPI_COMM_WORLD_SIZE=2 $C run sgd absquad --iterations 5"), 3, "status");
    cr_assert_not_null(strstr(err, "this build has no MPI"), "%s", err);
    cr_assert_eq(shell("OMPI_COMM_WORLD_SIZE=1 $C run sgd absquad --iterations 5"), 0, "%s", err);
}
