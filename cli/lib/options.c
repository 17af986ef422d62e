#include "cli/lib/shared.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* ---- finding an option ---- */

typedef struct {
    const clarke_option *option;
    const clarke_shared_option *shared; /* NULL: the command's own */
} found;

static bool options_matches(const clarke_option *o, const char *name, size_t length, char letter)
{
    if (letter) return o->letter == letter;
    return strlen(o->name) == length && strncmp(o->name, name, length) == 0;
}

static bool options_taken(const clarke_cli *cli, const clarke_shared_option *s)
{
    return !cli->desc || s->takes == 0 || (cli->desc->takes & s->takes) != 0;
}

/* By long name, or by letter if `letter` is not '\0'. */
static found options_find(const clarke_cli *cli, const char *name, size_t length, char letter)
{
    for (const clarke_option *o = cli->desc ? cli->desc->options : NULL; o && o->name; o++)
        if (options_matches(o, name, length, letter)) return (found){o, NULL};
    for (const clarke_shared_option *s = clarke_shared_options; s->option.name; s++)
        if (options_matches(&s->option, name, length, letter) && options_taken(cli, s))
            return (found){&s->option, s};
    return (found){NULL, NULL};
}

/* Long names that the command takes, its own ones first. */
static const char *options_name_at(const void *names, size_t i)
{
    const clarke_cli *cli = names;
    for (const clarke_option *o = cli->desc ? cli->desc->options : NULL; o && o->name; o++)
        if (i-- == 0) return o->name;
    for (const clarke_shared_option *s = clarke_shared_options; s->option.name; s++)
        if (options_taken(cli, s) && i-- == 0) return s->option.name;
    return NULL;
}

static clarke_status options_unknown(const clarke_cli *cli, const char *name, size_t length)
{
    char wrong[64], hint[256];
    snprintf(wrong, sizeof wrong, "%.*s", (int)(length < 60 ? length : 60), name);
    return clarke_fail(CLARKE_EUSAGE, "%s%shas no option --%s%s", cli->desc ? cli->command : "",
                       cli->desc ? " " : "clarke ", wrong,
                       clarke_suggest(wrong, options_name_at, cli, hint));
}

/* ---- taking an option ---- */

static bool options_looks_like_one(const char *text)
{
    if (text[0] != '-' || text[1] == '\0') return false;
    return text[1] == '-' || (isalpha((unsigned char)text[1]) && text[2] == '\0');
}

static clarke_status options_take(clarke_cli *cli, found f, const char *value)
{
    if (f.shared && f.shared->store) return f.shared->store(cli, value);
    cli->given[cli->givens++] = (clarke_given){f.option, value};
    return CLARKE_OK;
}

/* `inside` is the value that stands in the same word ("--name=value", "-j4"), or NULL. */
static clarke_status options_value(clarke_cli *cli, found f, const char *inside, int *i)
{
    const char *name = f.option->name;
    if (!f.option->argument) {
        if (inside) return clarke_fail(CLARKE_EUSAGE, "--%s takes no value", name);
        return options_take(cli, f, NULL);
    }
    if (inside) return options_take(cli, f, inside);
    const char *next = *i + 1 < cli->argc ? cli->argv[*i + 1] : NULL;
    if (!next || options_looks_like_one(next))
        return clarke_fail(CLARKE_EUSAGE, "--%s needs a value (%s)", name, f.option->argument);
    (*i)++;
    return options_take(cli, f, next);
}

static clarke_status options_long(clarke_cli *cli, int *i)
{
    const char *name = cli->argv[*i] + 2, *equals = strchr(name, '=');
    const size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const found f = options_find(cli, name, length, '\0');
    if (!f.option) return options_unknown(cli, name, length);
    return options_value(cli, f, equals ? equals + 1 : NULL, i);
}

static clarke_status options_short(clarke_cli *cli, int *i)
{
    const char *word = cli->argv[*i];
    const found f = options_find(cli, "", 0, word[1]);
    if (!f.option)
        return clarke_fail(CLARKE_EUSAGE, "%s has no option -%c",
                           cli->desc ? cli->command : "clarke", word[1]);
    return options_value(cli, f, word[2] ? word + 2 : NULL, i);
}

static bool options_wants(const clarke_cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, name) == 0) return true;
    return false;
}

/* Whether help is asked for anywhere, also behind a word that is wrong. */
static bool options_want_help(const clarke_cli *cli)
{
    for (int i = 1; i < cli->argc && strcmp(cli->argv[i], "--") != 0; i++)
        if (strcmp(cli->argv[i], "--help") == 0 || strcmp(cli->argv[i], "-h") == 0) return true;
    return false;
}

/* ---- the whole line ---- */

static clarke_status options_defaults(clarke_cli *cli, int argc, char **argv)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cli->argc = argc;
    cli->argv = argv;
    cli->jobs = cores > 0 ? (size_t)cores : 1;
    cli->seed = 1;
    cli->out = "results";
    cli->batch = cli->batches = 1;
    cli->timeout = INFINITY;
    cli->alpha = NAN;
    cli->given = clarke_alloc_array(cli->mem, (size_t)argc + 1, sizeof *cli->given);
    cli->operand = clarke_alloc_array(cli->mem, (size_t)argc + 1, sizeof *cli->operand);
    return clarke_arena_status(cli->mem);
}

static clarke_status options_command(clarke_cli *cli, const char *name)
{
    const void *desc = NULL;
    CLARKE_TRY(clarke_registry_find(&clarke_commands, name, &desc));
    cli->command = name;
    cli->desc = desc;
    return CLARKE_OK;
}

/* A shared option may stand before the command, which then has to take it. */
static clarke_status options_check_early(const clarke_cli *cli, int end)
{
    for (int i = 1; i < end; i++) {
        const char *word = cli->argv[i];
        if (!options_looks_like_one(word)) continue;
        const bool is_long = word[1] == '-';
        const size_t length = is_long ? strcspn(word + 2, "=") : 0;
        const found f = options_find(cli, word + 2, length, is_long ? '\0' : word[1]);
        if (!f.option && is_long) return options_unknown(cli, word + 2, length);
        if (!f.option) return clarke_fail(CLARKE_EUSAGE, "%s has no option %s", cli->command, word);
    }
    return CLARKE_OK;
}

static clarke_status options_words(clarke_cli *cli)
{
    bool only_operands = false;
    for (int i = 1; i < cli->argc; i++) {
        const char *word = cli->argv[i];
        if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && word[0] == '-' && word[1] == '-') {
            CLARKE_TRY(options_long(cli, &i));
        } else if (!only_operands && word[0] == '-' && isalpha((unsigned char)word[1])) {
            CLARKE_TRY(options_short(cli, &i));
        } else if (!cli->desc) {
            CLARKE_TRY(options_command(cli, word));
            CLARKE_TRY(options_check_early(cli, i));
        } else {
            cli->operand[cli->operands++] = word;
        }
    }
    return CLARKE_OK;
}

static clarke_status options_check_operands(const clarke_cli *cli)
{
    const clarke_command_desc *desc = cli->desc;
    if (cli->operands < desc->operands_min)
        return clarke_fail(CLARKE_EUSAGE, "%s needs %s: clarke %s %s", cli->command,
                           cli->operands ? "one thing more" : "to be told more", cli->command,
                           desc->usage);
    if (cli->operands > desc->operands_max)
        return clarke_fail(CLARKE_EUSAGE, "%s does not take '%s': clarke %s %s", cli->command,
                           cli->operand[desc->operands_max], cli->command, desc->usage);
    return CLARKE_OK;
}

clarke_status clarke_cli_parse(clarke_cli *cli, int argc, char **argv, bool *done)
{
    *done = true;
    CLARKE_TRY(options_defaults(cli, argc, argv));
    const clarke_status status = options_words(cli);
    if (options_want_help(cli)) {
        if (cli->desc)
            clarke_cli_help_command(stdout, cli->command, cli->desc);
        else
            clarke_cli_help(stdout);
        return CLARKE_OK;
    }
    CLARKE_TRY(status);
    if (options_wants(cli, "version")) {
        printf("clarke %s (%s)\n", CLARKE_VERSION, CLARKE_COMMIT);
        return CLARKE_OK;
    }
    if (!cli->desc) {
        clarke_cli_help(stdout);
        return CLARKE_OK;
    }
    *done = false;
    return options_check_operands(cli);
}

/* ---- what a command asks ---- */

const char *clarke_cli_value(const clarke_cli *cli, const char *option)
{
    for (size_t i = cli->givens; i-- > 0;)
        if (strcmp(cli->given[i].option->name, option) == 0) return cli->given[i].value;
    return NULL;
}

const char *clarke_cli_value_at(const clarke_cli *cli, const char *option, size_t at)
{
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, option) == 0 && at-- == 0)
            return cli->given[i].value;
    return NULL;
}

bool clarke_cli_has(const clarke_cli *cli, const char *option)
{
    return options_wants(cli, option);
}

clarke_status clarke_cli_count(const clarke_cli *cli, const char *option, size_t fallback,
                               size_t *value)
{
    char what[64];
    const char *text = clarke_cli_value(cli, option);
    snprintf(what, sizeof what, "--%s", option);
    *value = fallback;
    return text ? clarke_parse_count(text, what, value) : CLARKE_OK;
}

clarke_status clarke_cli_real(const clarke_cli *cli, const char *option, double fallback,
                              double *value)
{
    char what[64];
    const char *text = clarke_cli_value(cli, option);
    snprintf(what, sizeof what, "--%s", option);
    *value = fallback;
    return text ? clarke_parse_real(text, what, value) : CLARKE_OK;
}
