#include "cli/lib/cli.h"
#include "mpi/ranks.h"

#include <float.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined __x86_64__
#include <xmmintrin.h>
#endif

char *openblas_get_config(void);
char *openblas_get_corename(void);
int openblas_get_num_threads(void);

static void doctor_say(const char *what, const char *value)
{
    printf("  %-22s %s\n", what, value);
}

/* ---- the machine ---- */

static void doctor_cpu(void)
{
    char line[512] = "unknown";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0) break;
    if (file) fclose(file);
    line[strcspn(line, "\n")] = '\0';
    const char *colon = strchr(line, ':');
    doctor_say("CPU", colon ? colon + 2 : line);
#if defined __x86_64__
    snprintf(line, sizeof line, "avx2 %s, fma %s, avx512f %s",
             __builtin_cpu_supports("avx2") ? "yes" : "no",
             __builtin_cpu_supports("fma") ? "yes" : "no",
             __builtin_cpu_supports("avx512f") ? "yes" : "no");
    doctor_say("vector units", line);
#endif
    snprintf(line, sizeof line, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
    doctor_say("cores", line);
    snprintf(line, sizeof line, "%.1f GB",
             (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 1e9);
    doctor_say("memory", line);
    struct utsname name;
    if (uname(&name) == 0) {
        snprintf(line, sizeof line, "%.60s %.60s", name.sysname, name.release);
        doctor_say("system", line);
    }
}

/* Denormal numbers that are flushed to zero break the rounding bounds that verdicts rest on. A
   library built with -ffast-math switches this on when it is loaded. */
static bool doctor_denormals(void)
{
#if defined __x86_64__
    const unsigned control = _mm_getcsr();
    const bool flushed = (control & 0x8040u) != 0;
#else
    volatile double smallest = DBL_MIN;
    const bool flushed = smallest / 2.0 == 0.0;
#endif
    doctor_say("denormal numbers", flushed ? "FLUSHED TO ZERO: verdicts cannot be trusted"
                                           : "kept (FTZ and DAZ are off)");
    return !flushed;
}

/* ---- the libraries ---- */

static void doctor_blas(void)
{
    char line[256], library[128];
    const char *pinned = getenv("OPENBLAS_CORETYPE");
    doctor_say("BLAS", openblas_get_config());
    snprintf(line, sizeof line, "%s (OPENBLAS_CORETYPE=%s)", openblas_get_corename(),
             pinned ? pinned : "not set: results may differ between machines");
    doctor_say("BLAS core", line);
    snprintf(line, sizeof line, "%d", openblas_get_num_threads());
    doctor_say("BLAS threads", line);
    const char *mpi = clarke_ranks_library(library);
    doctor_say("MPI", mpi ? mpi : "not in this build: one process holds all agents");
}

static void doctor_build(void)
{
    char line[256];
    snprintf(line, sizeof line, "%s (%s)", CLARKE_VERSION, CLARKE_COMMIT);
    doctor_say("clarke", line);
#if defined __clang__
    doctor_say("compiler", "clang " __clang_version__);
#else
    doctor_say("compiler", "gcc " __VERSION__);
#endif
    doctor_say("GSL", gsl_version);
    doctor_say("jansson", JANSSON_VERSION);
}

/* ---- what is used when it is there ---- */

/* The program's place in PATH, or NULL. */
static const char *doctor_find(const char *program, char path[1024])
{
    const char *from = getenv("PATH");
    while (from && *from) {
        const size_t length = strcspn(from, ":");
        snprintf(path, 1024, "%.*s/%s", (int)length, from, program);
        if (length > 0 && access(path, X_OK) == 0) return path;
        from += length;
        from += *from == ':';
    }
    return NULL;
}

static void doctor_programs(void)
{
    static const struct {
        const char *name, *use;
    } program[] = {{"gnuplot", "figures of reports"},
                   {"hyperfine", "timing of whole commands"},
                   {"valgrind", "instruction counts"},
                   {"cmake", "building"},
                   {"ninja", "building"}};
    char path[1024], line[1200];
    for (size_t i = 0; i < sizeof program / sizeof program[0]; i++) {
        const char *found = doctor_find(program[i].name, path);
        snprintf(line, sizeof line, "%s%s%s", found ? found : "missing (needed for ",
                 found ? "" : program[i].use, found ? "" : ")");
        doctor_say(program[i].name, line);
    }
}

static void doctor_data(void)
{
    static const char *const file[] = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                       "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"};
    char path[256];
    size_t present = 0;
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "/usr/share/datasets/fashion-mnist/%s", file[i]);
        present += access(path, R_OK) == 0;
    }
    doctor_say("Fashion-MNIST", present == 4
                                    ? "there"
                                    : "missing (package dataset-fashion-mnist): cases that need "
                                      "it are not applicable");
}

static clarke_status doctor_run(clarke_cli *cli)
{
    (void)cli;
    puts("machine");
    doctor_cpu();
    const bool kept = doctor_denormals();
    puts("libraries");
    doctor_build();
    doctor_blas();
    puts("programs");
    doctor_programs();
    puts("data");
    doctor_data();
    if (kept) return CLARKE_OK;
    return clarke_fail(CLARKE_EUNAVAILABLE,
                       "denormal numbers are flushed to zero; no verdict of this process counts");
}

const clarke_command_desc clarke_command_doctor = {
    .title = "tell what this machine has: CPU, BLAS, threads, compiler, packages, data",
    .usage = "",
    .run = doctor_run,
};
