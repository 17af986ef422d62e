#include "cli/lib/card.h"
#include "cli/lib/speed.h"
#include "cli/lib/vectors.h"

#include <math.h>
#include <string.h>

static void probe_residuals(clarke_card *card, const clarke_problem *p, const double *x,
                            double delta)
{
    const clarke_problem_desc *desc = p->desc;
    if (desc->clarke_residual)
        clarke_card_real(card, "residual, Clarke", desc->clarke_residual(p, x));
    else
        clarke_card_add(card, "residual, Clarke", "not known");
    if (desc->field_residual) clarke_card_real(card, "residual, field", desc->field_residual(p, x));
    if (!(delta > 0.0)) return;
    const clarke_interval bracket = clarke_goldstein_residual(p, x, delta);
    if (isnan(bracket.low))
        clarke_card_add(card, "Goldstein", "not known");
    else
        clarke_card_real(card, "Goldstein, at least", bracket.low);
    if (!isnan(bracket.high)) clarke_card_real(card, "Goldstein, at most", bracket.high);
}

static clarke_status probe_point(const clarke_cli *cli, const clarke_spec *spec, clarke_card *card)
{
    clarke_problem *p;
    clarke_list at;
    double delta;
    CLARKE_TRY(clarke_cli_real(cli, "delta", 0.0, &delta));
    if (delta < 0.0) return clarke_fail(CLARKE_EINPUT, "--delta: %g is negative", delta);
    CLARKE_TRY(clarke_problem_make(spec, cli->mem, &p));
    CLARKE_TRY(clarke_parse_list(clarke_cli_value(cli, "at"), "--at", cli->mem, &at));
    if (at.count != p->n)
        return clarke_fail(CLARKE_EINPUT, "--at: %zu numbers; %s has %zu variables", at.count,
                           p->spec, p->n);
    double *g = clarke_vec(cli->mem, p->n), *nearest = clarke_vec(cli->mem, p->n);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    *card = (clarke_card){
        .id = p->spec, .kind = "problem", .title = p->desc->title, .digits = 17, .mem = cli->mem};
    clarke_card_point(card, "x", at.value, p->n);
    clarke_card_real(card, "f(x)", p->desc->value(p, at.value));
    p->desc->subgradient(p, at.value, g);
    clarke_card_point(card, "subgradient", g, p->n);
    probe_residuals(card, p, at.value, delta);
    clarke_card_distance(card, p, at.value, nearest);
    for (size_t i = 0; i < p->landmarks; i++)
        clarke_card_point(card, p->landmark[i].name, p->landmark[i].x, p->n);
    return CLARKE_OK;
}

static clarke_status probe_print(const clarke_cli *cli, const clarke_card *card, bool json)
{
    FILE *out;
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status =
        clarke_card_print(cli, card, json ? CLARKE_CARD_JSON : CLARKE_CARD_TEXT, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status probe_vectors(clarke_cli *cli)
{
    FILE *out;
    size_t differ = 0;
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = clarke_vectors_compare(cli, clarke_cli_value(cli, "vectors"),
                                                        cli->operands ? cli->operand[0] : NULL, out,
                                                        &differ);
    const clarke_status closed = clarke_cli_close(cli, out);
    cli->exit_status = differ > 0;
    return status != CLARKE_OK ? status : closed;
}

static clarke_status probe_time(clarke_cli *cli)
{
    FILE *out;
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = clarke_speed(cli, cli->operands ? cli->operand[0] : NULL, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status probe_run(clarke_cli *cli)
{
    clarke_card card;
    clarke_spec spec;
    size_t format;
    const bool at = clarke_cli_has(cli, "at"), vectors = clarke_cli_has(cli, "vectors");
    CLARKE_TRY(clarke_cli_format(cli, "text|json", &format));
    const bool timed = clarke_cli_has(cli, "time");
    if (at + vectors + timed != 1)
        return clarke_fail(CLARKE_EUSAGE,
                           "probe needs either --at X,Y,..., --vectors FILE.csv or --time");
    if (vectors) return probe_vectors(cli);
    if (timed) return probe_time(cli);
    if (cli->operands == 0) return clarke_fail(CLARKE_EUSAGE, "probe --at needs a problem");
    CLARKE_TRY(clarke_spec_parse(cli->operand[0], cli->mem, &spec));
    CLARKE_TRY(clarke_cli_route(cli, &spec, NULL, NULL));
    CLARKE_TRY(probe_point(cli, &spec, &card));
    return probe_print(cli, &card, format == 1);
}

static const clarke_option probe_options[] = {
    {"at", '\0', "X,Y,...", "the point"},
    {"delta", '\0', "D", "print the Goldstein residual of this radius too"},
    {"vectors", '\0', "FILE.csv", "compare with the reference values of a file"},
    {"time", '\0', NULL, "time the oracles for n = 1e3 to 1e6, of all problems or of this one"},
    {0}};

const clarke_command_desc clarke_command_probe = {
    .title = "one point of a problem: value, subgradient, residuals, nearest stationary point",
    .usage = "PROBLEM[:name=value,...]",
    .text = "--vectors FILE.csv compares many points instead; its columns are problem, set, kind,\n"
            "x, f, dist0_clarke, dist_to_set, where set is name=value;name=value and the numbers\n"
            "of x are separated by blanks. With a PROBLEM only its rows are compared. What\n"
            "differs is named, and the exit status is then 1.\n",
    .options = probe_options,
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_SET,
    .run = probe_run,
};
