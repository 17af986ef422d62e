#include "cli/lib/shared.h"

#include <string.h>

static void help_option(FILE *stream, const clarke_option *o)
{
    char left[64];
    const char letter[] = {o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                           o->letter ? ',' : ' ', '\0'};
    snprintf(left, sizeof left, "%s --%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
    fprintf(stream, "  %-28s %s\n", left, o->meaning);
}

void clarke_cli_help(FILE *stream)
{
    fputs("clarke checks convergence claims of nonsmooth nonconvex optimization methods.\n\n"
          "usage: clarke COMMAND [options]\n\n",
          stream);
    for (size_t i = 0; i < clarke_commands.count; i++) {
        const clarke_entry *entry = &clarke_commands.entry[i];
        const clarke_command_desc *desc = entry->desc;
        fprintf(stream, "  %-12s %s\n", entry->id, desc->title);
    }
    fputs("\n'clarke COMMAND --help' tells more; 'clarke --version' prints the version.\n"
          "Exit status: 0 nothing surprising, 1 refuted or different, 2 inconclusive,\n"
          "3 wrong usage or invalid input, 4 a failure of clarke's own, 130 interrupted.\n",
          stream);
}

void clarke_cli_help_command(FILE *stream, const char *name, const clarke_command_desc *desc)
{
    const bool operands = desc->usage && *desc->usage;
    fprintf(stream, "usage: clarke %s%s%s [options]\n\n%s\n", name, operands ? " " : "",
            operands ? desc->usage : "", desc->title);
    if (desc->text) fprintf(stream, "\n%s", desc->text);
    fputs("\noptions:\n", stream);
    for (const clarke_option *o = desc->options; o && o->name; o++) help_option(stream, o);
    for (const clarke_shared_option *s = clarke_shared_options; s->option.name; s++)
        if (s->takes == 0 || (desc->takes & s->takes) != 0) help_option(stream, &s->option);
}
