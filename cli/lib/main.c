#include "cli/lib/cli.h"

#include <ctype.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void openblas_set_num_threads(int threads);

static atomic_bool main_cancel;

static void main_on_signal(int number)
{
    /* A second signal ends the program at once, should the first not be seen. */
    signal(number, SIG_DFL);
    atomic_store(&main_cancel, true);
}

static void main_signals(void)
{
    struct sigaction action = {.sa_handler = main_on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A closed pipe is then a failed write with its sentence. */
    signal(SIGPIPE, SIG_IGN);
}

/* OpenBLAS chooses its kernels when it is loaded, before main, and they differ in their last bits:
   the program starts itself again with the choice made, so that one CPU type gives one result. What
   the user chose stays. */
static void main_pin_blas(char **argv)
{
#if defined __x86_64__
    /* An experiment judges nothing, so it keeps the fastest kernels; its report names them. */
    if (argv[1] && strcmp(argv[1], "experiment") == 0) return;
    if (getenv("OPENBLAS_CORETYPE")) return;
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    if (setenv("OPENBLAS_CORETYPE", "Haswell", 1) != 0) return;
    if (setenv("OPENBLAS_NUM_THREADS", "1", 0) != 0) return;
    execv("/proc/self/exe", argv);
    /* Without /proc the program goes on with what it has; doctor tells. */
    unsetenv("OPENBLAS_CORETYPE");
#else
    (void)argv;
#endif
}

/* One line, whatever the arguments held. */
static void main_complain(const char *message)
{
    char line[1100];
    snprintf(line, sizeof line, "%s", *message ? message : "it failed without saying why");
    for (char *c = line; *c; c++)
        if (iscntrl((unsigned char)*c)) *c = '?';
    fprintf(stderr, "clarke: %s\n", line);
}

static clarke_status main_run(clarke_cli *cli, int argc, char **argv)
{
    bool done;
    CLARKE_TRY(clarke_cli_parse(cli, argc, argv, &done));
    if (done) return CLARKE_OK;
    return cli->desc->run(cli);
}

int main(int argc, char **argv)
{
    main_pin_blas(argv);
    main_signals();
    gsl_set_error_handler_off();
    openblas_set_num_threads(1);
    clarke_cli cli = {.mem = clarke_arena_new(0), .cancel = &main_cancel};
    clarke_status status = cli.mem ? main_run(&cli, argc, argv)
                                   : clarke_fail(CLARKE_ENOMEM, "out of memory");
    /* The last write may fail after the command is done; what failed first is what is told. */
    if (status == CLARKE_OK || status == CLARKE_EINTERRUPTED) {
        const clarke_cli standard = {.output = NULL};
        const clarke_status written = clarke_cli_close(&standard, stdout);
        if (written != CLARKE_OK) status = written;
    } else {
        fflush(stdout);
    }
    if (status != CLARKE_OK && !cli.silent) main_complain(clarke_message());
    const int exit_status = status == CLARKE_OK ? cli.exit_status : clarke_status_exit(status);
    clarke_arena_free(cli.mem);
    return exit_status;
}
