#include "cli/lib/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool output_is_stdout(const clarke_cli *cli)
{
    return !cli->output || strcmp(cli->output, "-") == 0;
}

clarke_status clarke_cli_open(const clarke_cli *cli, FILE **stream)
{
    *stream = stdout;
    if (output_is_stdout(cli)) return CLARKE_OK;
    *stream = fopen(cli->output, "w");
    if (*stream) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "cannot write '%s': %s", cli->output, strerror(errno));
}

clarke_status clarke_cli_close(const clarke_cli *cli, FILE *stream)
{
    /* A full disk shows at the flush or at the close, and an earlier failure only in ferror. */
    errno = 0;
    const bool failed_before = ferror(stream) != 0;
    const bool failed_flush = fflush(stream) != 0;
    int error = errno;
    const bool failed_close = stream != stdout && fclose(stream) != 0;
    if (failed_close && !error) error = errno;
    if (!failed_before && !failed_flush && !failed_close) return CLARKE_OK;
    const char *reason = error ? strerror(error) : "an earlier write failed";
    if (stream == stdout)
        return clarke_fail(CLARKE_EIO, "writing to standard output failed: %s", reason);
    return clarke_fail(CLARKE_EIO, "writing '%s' failed: %s", cli->output, reason);
}

clarke_status clarke_cli_format(const clarke_cli *cli, const char *choices, size_t *position)
{
    const char *choice = choices;
    *position = 0;
    if (!cli->format) return CLARKE_OK;
    for (; choice; (*position)++) {
        const size_t length = strcspn(choice, "|");
        if (strlen(cli->format) == length && strncmp(choice, cli->format, length) == 0)
            return CLARKE_OK;
        choice = choice[length] ? choice + length + 1 : NULL;
    }
    return clarke_fail(CLARKE_EUSAGE, "--format: '%s' is not one of %s", cli->format, choices);
}

const char *clarke_cli_style(const clarke_cli *cli, const char *code, char buffer[16])
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool on = cli->color == CLARKE_WHEN_ALWAYS;
    if (cli->color == CLARKE_WHEN_AUTO)
        on = output_is_stdout(cli) && isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
             !(term && strcmp(term, "dumb") == 0);
    buffer[0] = '\0';
    if (on) snprintf(buffer, 16, "\033[%sm", *code ? code : "0");
    return buffer;
}

clarke_progress clarke_cli_progress(const clarke_cli *cli)
{
    if (cli->progress != CLARKE_PROGRESS_AUTO) return cli->progress;
    if (cli->verbosity < 0) return CLARKE_PROGRESS_NONE;
    return isatty(STDERR_FILENO) ? CLARKE_PROGRESS_BAR : CLARKE_PROGRESS_PLAIN;
}

clarke_status clarke_cli_folder_fail(clarke_status status, const char *folder)
{
    return clarke_fail(status, "'%s': %s", folder, clarke_message());
}

clarke_status clarke_cli_results(const char *folder, clarke_results **results)
{
    const clarke_status status = clarke_results_load(folder, results);
    return status == CLARKE_OK ? CLARKE_OK : clarke_cli_folder_fail(status, folder);
}

clarke_status clarke_cli_make_folder(const char *path)
{
    char part[4096];
    if (strlen(path) >= sizeof part)
        return clarke_fail(CLARKE_EINPUT, "the path '%.60s...' is too long", path);
    snprintf(part, sizeof part, "%s", path);
    for (char *c = part + 1; *c; c++) {
        if (*c != '/') continue;
        *c = '\0';
        /* A folder above that cannot be made shows at the last one. */
        mkdir(part, 0777);
        *c = '/';
    }
    struct stat info;
    if (mkdir(part, 0777) == 0 ||
        (errno == EEXIST && stat(part, &info) == 0 && S_ISDIR(info.st_mode)))
        return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "cannot make the folder '%s': %s", path, strerror(errno));
}
