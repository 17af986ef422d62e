#include "reports/lib/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GNUPLOT_SECONDS = 60, GNUPLOT_STRIP = 36 };

/* ---- the process ---- */

static clarke_status gnuplot_spawn(int script, int out, pid_t *child)
{
    /* -d: no start-up file of the user's. The environment is ours, so that neither locale nor
       GNUPLOT variables change a byte. */
    char program[] = "gnuplot", plain[] = "-d", locale[] = "LC_ALL=C", path[4096];
    char *const arguments[] = {program, plain, NULL};
    const char *search = getenv("PATH");
    snprintf(path, sizeof path, "PATH=%.4000s", search ? search : "/usr/bin:/bin");
    char *const environment[] = {path, locale, NULL};
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory");
    int failed = posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!failed)
        failed =
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failed) failed = posix_spawnp(child, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (!failed) return CLARKE_OK;
    if (failed == ENOENT) return clarke_fail(CLARKE_EUNAVAILABLE, "gnuplot was not found");
    return clarke_fail(CLARKE_EIO, "gnuplot could not be started: %s", strerror(failed));
}

static clarke_status gnuplot_wait(pid_t child)
{
    const struct timespec pause = {0, 5000000};
    int state = 0;
    pid_t done = 0;
    for (long waited = 0; done == 0 && waited < GNUPLOT_SECONDS * 200L; waited++) {
        done = waitpid(child, &state, WNOHANG);
        if (done < 0 && errno == EINTR) done = 0;
        if (done == 0) nanosleep(&pause, NULL);
    }
    if (done == 0) {
        kill(child, SIGKILL);
        waitpid(child, &state, 0);
        return clarke_fail(CLARKE_EIO, "gnuplot took more than %d seconds", (int)GNUPLOT_SECONDS);
    }
    /* 127 is what a shell-less spawn reports for a program that is not there. */
    if (done == child && WIFEXITED(state) && WEXITSTATUS(state) == 127)
        return clarke_fail(CLARKE_EUNAVAILABLE, "gnuplot was not found");
    if (done == child && WIFEXITED(state) && WEXITSTATUS(state) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "gnuplot failed");
}

/* An SVG ends in </svg>; anything else was cut off. */
static bool gnuplot_complete(FILE *file)
{
    char tail[64] = "";
    if (fseek(file, -32, SEEK_END) != 0) return false;
    tail[fread(tail, 1, 32, file)] = '\0';
    return strstr(tail, "</svg>") != NULL;
}

clarke_status clarke_gnuplot_run(FILE *script, const char *folder, const char *name)
{
    clarke_folder_file f;
    pid_t child;
    if (fflush(script) != 0 || lseek(fileno(script), 0, SEEK_SET) != 0)
        return clarke_fail(CLARKE_EIO, "the script of '%s' could not be written", name);
    CLARKE_TRY(clarke_folder_open(&f, folder, name));
    clarke_status status = gnuplot_spawn(fileno(script), fileno(f.file), &child);
    if (status == CLARKE_OK) status = gnuplot_wait(child);
    FILE *check = status == CLARKE_OK ? fopen(f.temporary, "r") : NULL;
    if (status == CLARKE_OK && (!check || !gnuplot_complete(check)))
        status = clarke_fail(CLARKE_EIO, "gnuplot did not finish '%s'", name);
    if (check) fclose(check);
    return clarke_folder_close(&f, status);
}

/* ---- scripts ---- */

void clarke_plot_text(FILE *script, const char *text, size_t limit)
{
    size_t count = 0;
    putc('\'', script);
    for (const char *c = text; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        const bool inside = (byte & 0xC0) == 0x80;
        if (!inside && count++ == limit) {
            fputs("…", script);
            break;
        }
        if (byte >= 0x80 || isalnum(byte) || strchr(" :=,._-+()[]/*^|", *c))
            putc(*c, script);
        else
            putc('?', script);
    }
    putc('\'', script);
}

void clarke_plot_title(FILE *script, const clarke_result *result)
{
    char line[512];
    fputs("set label 1 ", script);
    snprintf(line, sizeof line, "%s, %s", result->problem, result->method);
    clarke_plot_text(script, line, 58);
    fputs(" at graph 0, graph 1 left offset 0,1.75 noenhanced font ',12'\nset label 2 ", script);
    snprintf(line, sizeof line, "%s%s, %s", clarke_verdict_text(result->verdict),
             result->role == CLARKE_ROLE_CONTROL   ? " (control)"
             : result->role == CLARKE_ROLE_READING ? " (reading)"
                                                   : "",
             result->schedule);
    clarke_plot_text(script, line, 64);
    fputs(" at graph 0, graph 1 left offset 0,0.7 noenhanced font ',11' tc rgb '#555555'\n",
          script);
}

void clarke_plot_begin(FILE *script, size_t columns, size_t rows, double width, double height)
{
    fprintf(script,
            "set encoding utf8\n"
            "set terminal svg size %.0f,%.0f font 'DejaVu Sans,Helvetica,Arial,sans-serif,11' "
            "background '#ffffff' enhanced linewidth 1.1\n"
            "set border lw 0.8 lc rgb '#777777'\n"
            "set tics textcolor rgb '#333333' nomirror scale 0.6\n"
            "unset key\n"
            "set multiplot\n",
            (double)columns * width, (double)rows * height + GNUPLOT_STRIP);
}

void clarke_plot_panel(FILE *script, size_t columns, size_t rows, size_t index, double height)
{
    const double total = (double)rows * height + GNUPLOT_STRIP;
    const double w = 1.0 / (double)columns, h = height / total;
    const size_t row = index / columns, column = index % columns;
    fprintf(script, "set origin %.6f,%.6f\nset size %.6f,%.6f\n", (double)column * w,
            (double)(rows - 1 - row) * h, w, h);
    fprintf(script, "set lmargin 10\nset rmargin 2\nset tmargin 3.4\nset bmargin 3.4\n");
}

void clarke_plot_legend(FILE *script, size_t rows, double height, const char *entries)
{
    const double total = (double)rows * height + GNUPLOT_STRIP;
    fprintf(
        script,
        "reset\nset origin 0,%.6f\nset size 1,%.6f\n"
        "unset border\nunset tics\nset lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0\n"
        "set key center center horizontal maxrows 2 Left reverse noenhanced samplen 2.5 width -1 "
        "font ',11'\n"
        "set xrange [0:1]\nset yrange [0:1]\nplot %s\nunset multiplot\n",
        (double)rows * height / total, GNUPLOT_STRIP / total, entries);
}

void clarke_plot_log_axis(FILE *script, char axis, double low, double high)
{
    static const double mantissa[] = {1.0, 2.0, 5.0};
    const double decades = log10(high / low);
    /* Two decades of 1, 2, 5 are six labels; beyond that powers of ten, thinned to at most seven. */
    const int step = decades <= 2.0 ? 0 : 1 + (int)(decades / 7.0);
    bool first = true;
    fprintf(script, "set logscale %c\nset %crange [%.6g:%.6g]\nset %ctics (", axis, axis, low, high,
            axis);
    for (int e = (int)floor(log10(low)); e <= (int)ceil(log10(high)); e++) {
        for (size_t i = 0; i < (step ? 1u : 3u); i++) {
            const double at = mantissa[i] * pow(10.0, e);
            if (at < low || at > high || (step && e % step != 0)) continue;
            fprintf(script, "%s'%g' %.6g", first ? "" : ", ", at, at);
            first = false;
        }
    }
    fputs(")\n", script);
}
