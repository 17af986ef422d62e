#include "cli/lib/kinds.h"
#include "cli/lib/suite.h"
#include "engine/json.h"

#include <string.h>

/* The items of one kind, wherever they come from. */
typedef struct {
    const clarke_kind *kind;
    size_t count;
    const char *const *name; /* suites */
} items;

static clarke_status list_items(const clarke_cli *cli, const clarke_kind *kind, items *it)
{
    const char *const *folders;
    *it = (items){.kind = kind, .count = kind->registry ? kind->registry->count : 0};
    if (!kind->suites) return CLARKE_OK;
    CLARKE_TRY(clarke_cli_suite_folders(cli, &folders));
    return clarke_suite_names(folders, cli->mem, &it->name, &it->count);
}

static const char *list_id(const items *it, size_t i)
{
    return it->name ? it->name[i] : it->kind->registry->entry[i].id;
}

static const char *list_title(const items *it, size_t i)
{
    return it->name ? "" : it->kind->title(it->kind->registry->entry[i].desc);
}

static void list_text(const clarke_cli *cli, FILE *out, const items *it)
{
    char bold[16], plain[16];
    size_t width = 0;
    fprintf(out, "%s%s%s", clarke_cli_style(cli, "1", bold), it->kind->plural,
            clarke_cli_style(cli, "", plain));
    if (it->count == 0) {
        fprintf(out, ": there are none yet\n");
        return;
    }
    fprintf(out, " (%zu)\n", it->count);
    for (size_t i = 0; i < it->count; i++)
        if (strlen(list_id(it, i)) > width) width = strlen(list_id(it, i));
    for (size_t i = 0; i < it->count; i++) {
        const char *title = list_title(it, i);
        fprintf(out, *title ? "  %-*s  %s\n" : "  %-*s%s\n", *title ? (int)width : 0,
                list_id(it, i), title);
    }
}

static clarke_status list_json(const items *it, json_t *object)
{
    json_t *array = json_array();
    CLARKE_TRY(clarke_json_set_new(object, it->kind->plural, array));
    for (size_t i = 0; i < it->count; i++) {
        json_t *item = json_object();
        if (json_array_append_new(array, item) != 0)
            return clarke_fail(CLARKE_ENOMEM, "out of memory");
        CLARKE_TRY(clarke_json_set_text(item, "id", list_id(it, i)));
        CLARKE_TRY(clarke_json_set_text(item, "title", list_title(it, i)));
    }
    return CLARKE_OK;
}

static const char *list_kind_at(const void *names, size_t i)
{
    return ((const clarke_kind *)names)[i].plural;
}

static clarke_status list_print(const clarke_cli *cli, const clarke_kind *only, bool json,
                                FILE *out, json_t *object)
{
    for (const clarke_kind *kind = clarke_kinds; kind->plural; kind++) {
        items it;
        if (only && kind != only) continue;
        CLARKE_TRY(list_items(cli, kind, &it));
        if (json)
            CLARKE_TRY(list_json(&it, object));
        else
            list_text(cli, out, &it);
    }
    return json ? clarke_json_write(object, out) : CLARKE_OK;
}

static clarke_status list_run(clarke_cli *cli)
{
    char hint[256];
    FILE *out;
    size_t format;
    const clarke_kind *only = NULL;
    CLARKE_TRY(clarke_cli_format(cli, "text|json", &format));
    for (const clarke_kind *kind = clarke_kinds; cli->operands && kind->plural; kind++)
        if (strcmp(kind->plural, cli->operand[0]) == 0) only = kind;
    if (cli->operands && !only)
        return clarke_fail(CLARKE_EUSAGE, "there is no list of '%s'%s", cli->operand[0],
                           clarke_suggest(cli->operand[0], list_kind_at, clarke_kinds, hint));
    json_t *object = json_object();
    if (!object) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = clarke_cli_open(cli, &out);
    if (status == CLARKE_OK) {
        status = list_print(cli, only, format == 1, out, object);
        const clarke_status closed = clarke_cli_close(cli, out);
        if (status == CLARKE_OK) status = closed;
    }
    json_decref(object);
    return status;
}

const clarke_command_desc clarke_command_list = {
    .title = "list problems, methods, claims, suites and the rest",
    .usage = "[KIND]",
    .text = "KIND is problems, networks, methods, measures, claims, faults, kernels, suites,\n"
            "experiments, regularizers, activations, losses, reports or commands.\n"
            "--format is text or json.\n",
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT,
    .run = list_run,
};
