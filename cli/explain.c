#include "cli/lib/card.h"

#include "engine/json.h"
#include "engine/results.h"

#include <stdlib.h>

static const char *explain_name_at(const void *names, size_t i)
{
    const clarke_results *results = names;
    return i < results->count ? results->result[i].id : NULL;
}

static void explain_expected(clarke_card *card, const clarke_result *r)
{
    const char *text = "";
    for (int v = CLARKE_SUPPORTED; v <= CLARKE_NOT_APPLICABLE && text; v++)
        if (r->expected & 1u << v)
            text = clarke_arena_printf(card->mem, "%s%s%s", text, *text ? " or " : "",
                                       clarke_verdict_text((clarke_verdict)v));
    clarke_card_addf(card, "expected", "%s%s", text ? text : "",
                     r->surprising ? "; this verdict is SURPRISING" : "");
}

static void explain_hypotheses(clarke_card *card, const clarke_result *r)
{
    for (size_t i = 0; i < r->hypotheses; i++) {
        const clarke_result_hypothesis *h = &r->hypothesis[i];
        clarke_card_addf(card, "hypothesis", "%s: %s (%s)", clarke_hypothesis_text(h->state),
                         h->text, h->how ? h->how : "");
    }
    if (r->hypotheses == 0) clarke_card_add(card, "hypothesis", "none");
}

static void explain_evidence(clarke_card *card, const clarke_result *r)
{
    const char *key;
    json_t *value;
    enum { ROOM = CLARKE_CARD_FIELDS - 6 };
    json_object_foreach(r->evidence, key, value)
    {
        if (card->fields >= ROOM) break;
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(10));
        const char *copy = text ? clarke_arena_copy_text(card->mem, text) : NULL;
        free(text);
        clarke_card_add(card, clarke_arena_copy_text(card->mem, key), copy);
    }
}

/* What would turn the verdict into a decision. */
static const char *explain_next(const clarke_result *r)
{
    switch (r->verdict) {
    case CLARKE_INCONCLUSIVE:
        return "more steps or more seeds, as the sentence above says; a longer suite plans them";
    case CLARKE_NOT_APPLICABLE: return "a case whose hypotheses hold; the failed ones are named";
    case CLARKE_REFUTED:
        return "it is decided; replay it with its trace, and look at conformance first";
    case CLARKE_SUPPORTED: return "it is decided, at the error rate alpha above";
    case CLARKE_VERDICT_NONE: break;
    }
    return "no judgement was made: this is an error of clarke's";
}

static void explain_card(clarke_card *card, const clarke_result *r)
{
    clarke_card_add(card, "why", r->sentence);
    clarke_card_add(card, "role", clarke_role_text(r->role));
    explain_expected(card, r);
    if (r->broken) clarke_card_addf(card, "broken on purpose", "%s", r->broken);
    clarke_card_addf(card, "claim", "%s (%s)", r->claim, r->provenance ? r->provenance : "");
    clarke_card_addf(card, "run", "%s on %s, schedule %s, momentum %s, sampling %s, noise %s",
                     r->method, r->problem, r->schedule, r->momentum, r->sampling, r->noise);
    clarke_card_add(card, "network", r->network);
    clarke_card_addf(card, "size", "%zu seeds of %zu steps", r->repetitions, r->iterations);
    clarke_card_real(card, "alpha", r->alpha);
    if (r->checked > 0)
        clarke_card_addf(card, "checks", "%zu, of which %zu were resolved", r->checked,
                         r->resolved);
    clarke_card_real(card, "smallest detectable", r->smallest_detectable);
    explain_hypotheses(card, r);
    explain_evidence(card, r);
    clarke_card_add(card, "what would decide", explain_next(r));
    clarke_card_add(card, "replay", r->replay);
}

static clarke_status explain_print(const clarke_cli *cli, const clarke_results *results)
{
    char hint[256];
    FILE *out;
    size_t format;
    CLARKE_TRY(clarke_cli_format(cli, "text|md|json", &format));
    const clarke_result *r = clarke_results_find(results, cli->operand[0]);
    if (!r)
        return clarke_fail(CLARKE_EINPUT, "%s has no record '%s'%s", cli->out, cli->operand[0],
                           clarke_suggest(cli->operand[0], explain_name_at, results, hint));
    clarke_card card = {
        .id = r->id, .kind = "record", .title = clarke_verdict_text(r->verdict), .mem = cli->mem};
    explain_card(&card, r);
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status =
        format == CLARKE_CARD_JSON ? clarke_json_write(r->json, out)
                                   : clarke_card_print(cli, &card, (clarke_card_format)format, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status explain_run(clarke_cli *cli)
{
    clarke_results *results;
    CLARKE_TRY(clarke_cli_results(cli->out, &results));
    const clarke_status status = explain_print(cli, results);
    clarke_results_free(results);
    return status;
}

const clarke_command_desc clarke_command_explain = {
    .title = "why a verdict is what it is, and what would decide it",
    .usage = "ID",
    .text = "ID is a record of the results folder (--out, default results).\n"
            "--format is text, md or json.\n",
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_OUT | CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT,
    .run = explain_run,
};
