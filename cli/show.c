#include "cli/lib/card.h"
#include "cli/lib/experiment.h"
#include "cli/lib/suite.h"
#include "core/activation.h"
#include "core/loss.h"
#include "engine/claim.h"
#include "engine/results.h"

#include <math.h>
#include <string.h>

/* ---- problems ---- */

static const char *show_traits(unsigned traits, clarke_arena *mem)
{
    static const struct {
        unsigned bit;
        const char *text;
    } trait[] = {{CLARKE_TRAIT_SMOOTH, "smooth"},
                 {CLARKE_TRAIT_REGULAR, "Clarke regular"},
                 {CLARKE_TRAIT_COERCIVE, "coercive"},
                 {CLARKE_TRAIT_SEPARABLE, "separable"},
                 {CLARKE_TRAIT_DEFINABLE, "definable"},
                 {CLARKE_TRAIT_FIELD_LARGER, "field of the parts larger than the Clarke set"},
                 {CLARKE_TRAIT_DATA, "real data"},
                 {CLARKE_TRAIT_POLYHEDRAL, "piecewise linear"},
                 {CLARKE_TRAIT_EXTENDED, "infinite off a set or with jumps"}};
    const char *text = "";
    for (size_t i = 0; i < sizeof trait / sizeof trait[0] && text; i++)
        if (traits & trait[i].bit)
            text = clarke_arena_printf(mem, "%s%s%s", text, *text ? ", " : "", trait[i].text);
    return text;
}

static void show_constants(clarke_card *card, const clarke_problem *p)
{
    clarke_card_count(card, "dimension", p->n);
    clarke_card_count(card, "terms", p->terms);
    clarke_card_point(card, "start", p->start, p->n);
    clarke_card_addf(card, "box", "[%.10g, %.10g]", p->box_low, p->box_high);
    clarke_card_real(card, "minimum", p->minimum);
    clarke_card_real(card, "smoothness", p->smoothness);
    if (p->desc->lipschitz) {
        const double radius = sqrt((double)p->n) * fmax(fabs(p->box_low), fabs(p->box_high));
        clarke_card_addf(card, "Lipschitz constant", "%.10g on |x| <= %.10g",
                         p->desc->lipschitz(p, radius), radius);
    }
    clarke_card_real(card, "weak convexity", p->default_weak_convexity);
    clarke_card_real(card, "term deviation", p->term_deviation);
    clarke_card_real(card, "gradient bound", p->gradient_bound);
    if (!isnan(p->plan_growth.p))
        clarke_card_addf(card, "growth",
                         "f - f* ~ kappa d^p with p = %.10g, kappa = %.10g (KL exponent %.10g)",
                         p->plan_growth.p, p->plan_growth.kappa, 1.0 - 1.0 / p->plan_growth.p);
    for (size_t i = 0; i < p->landmarks; i++)
        clarke_card_point(card, p->landmark[i].name, p->landmark[i].x, p->n);
}

static clarke_status show_problem(clarke_card *card, const void *item, const clarke_spec *spec)
{
    clarke_problem *p;
    CLARKE_TRY(clarke_problem_make(spec, card->mem, &p));
    const clarke_problem_desc *desc =
        p->desc; /* of the wrapped problem, where there are wrappers */
    card->title = desc->title;
    card->params = ((const clarke_problem_desc *)item)->params;
    if (spec->wrappers > 0) clarke_card_add(card, "wrapped", p->spec);
    clarke_card_add(card, "formula", desc->formula);
    clarke_card_add(card, "stationary set",
                    desc->stationary_set ? desc->stationary_set : "not known");
    clarke_card_add(card, "critical set, field", desc->field_set);
    clarke_card_add(card, "truth", clarke_truth_text(desc->truth));
    clarke_card_add(card, "certified in cubes", clarke_problem_cubes(desc, card->mem));
    if (!desc->certifiable)
        clarke_card_add(card, "certified",
                        desc->enclose ? "not recorded; certify proves it in a cube"
                                      : "no: there is no interval enclosure");
    clarke_card_add(card, "outside the cubes", desc->outside);
    clarke_card_add(card, "traits", show_traits(p->traits, card->mem));
    show_constants(card, p);
    clarke_card_add(card, "source", desc->source);
    card->picture = clarke_picture(p, card->mem);
    return CLARKE_OK;
}

/* --at: the subdifferential at one point, instead of the card. */
static clarke_status show_at(const clarke_cli *cli, const clarke_spec *spec, FILE *out)
{
    clarke_problem *p;
    clarke_list at;
    CLARKE_TRY(clarke_problem_make(spec, cli->mem, &p));
    CLARKE_TRY(clarke_parse_list(clarke_cli_value(cli, "at"), "--at", cli->mem, &at));
    if (at.count != p->n)
        return clarke_fail(CLARKE_EINPUT, "--at: %zu numbers; %s has %zu variables", at.count,
                           p->spec, p->n);
    if (p->n > 2) return clarke_fail(CLARKE_EINPUT, "--at draws in one and two variables only");
    const char *text = clarke_polygon(p, at.value, cli->mem);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    if (!text)
        return clarke_fail(CLARKE_EINPUT, "%s: there is no enclosure of its subdifferential",
                           p->spec);
    fprintf(out, "%s at %s\n%s", p->spec, clarke_point_print(at.value, p->n, cli->mem), text);
    if (p->desc->clarke_residual)
        fprintf(out, "            distance from 0: %.10g\n", p->desc->clarke_residual(p, at.value));
    return CLARKE_OK;
}

/* ---- the rest ---- */

static clarke_status show_wrapper(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_wrapper_desc *desc = item;
    card->title = desc->title;
    card->params = desc->params;
    clarke_card_add(card, "formula", desc->formula);
    clarke_card_addf(card, "usage", "PROBLEM[:name=value,...]+%s[:name=value,...]", spec->id);
    clarke_card_add(card, "source", desc->source);
    return CLARKE_OK;
}

static clarke_status show_network(clarke_card *card, const void *item, const clarke_spec *spec)
{
    (void)item;
    return clarke_network_card(card, spec);
}

static clarke_status show_method(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_method_desc *desc = item;
    void *params = clarke_alloc(card->mem, desc->params_size);
    CLARKE_TRY(clarke_arena_status(card->mem));
    CLARKE_TRY(clarke_params_apply(desc->params, spec->id, spec, card->mem, params));
    card->title = desc->title;
    card->params = desc->params;
    clarke_card_add(card, "formula", desc->formula);
    clarke_card_add(card, "paper", desc->paper);
    clarke_card_add(card, "momentum", desc->uses_momentum ? "reads theta_k" : "none");
    const char *phases = "";
    for (size_t i = 0; i < desc->phases && phases; i++)
        phases =
            clarke_arena_printf(card->mem, "%s%s%s", phases, i ? ", " : "", desc->phase[i].name);
    clarke_card_add(card, "phases", phases);
    clarke_card_add(card, "source", desc->source);
    return CLARKE_OK;
}

static clarke_status show_measure(clarke_card *card, const void *item, const clarke_spec *spec)
{
    static const char *const cost[] = {"every phase", "every iteration", "checkpoints"};
    const clarke_measure_desc *desc = item;
    (void)spec;
    card->title = desc->title;
    clarke_card_add(card, "meaning", desc->meaning);
    clarke_card_add(card, "unit", desc->unit);
    clarke_card_add(card, "cost", cost[desc->cost]);
    const char *outputs = "";
    for (size_t i = 0; i < desc->outputs && outputs; i++)
        outputs = clarke_arena_printf(card->mem, "%s%s%s", outputs, i ? ", " : "", desc->output[i]);
    clarke_card_add(card, "outputs", outputs);
    return CLARKE_OK;
}

static clarke_status show_claim(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_claim_desc *desc = item;
    (void)spec;
    card->title = desc->title;
    clarke_card_add(card, "statement", desc->statement);
    clarke_card_add(card, "formula", desc->formula);
    clarke_card_add(card, "paper", desc->paper);
    clarke_card_add(card, "provenance", clarke_provenance_text(desc->provenance));
    clarke_card_add(card, "judged as",
                    desc->kind == CLARKE_KIND_CONFORMANCE ? "conformance" : "consequence");
    clarke_card_add(card, "correction", desc->correction);
    clarke_card_add(card, "not claimed", desc->not_claimed);
    clarke_card_add(card, "would be false if", desc->falsifier);
    clarke_card_add(card, "controls", desc->controls ? "planned with it" : NULL);
    return CLARKE_OK;
}

static clarke_status show_part(clarke_card *card, const char *title, const char *formula,
                               const char *source)
{
    card->title = title;
    clarke_card_add(card, "formula", formula);
    clarke_card_add(card, "source", source);
    return CLARKE_OK;
}

static clarke_status show_regularizer(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_regularizer_desc *desc = item;
    (void)spec;
    clarke_card_add(card, "form", desc->radial ? "radial" : desc->separable ? "separable" : NULL);
    return show_part(card, desc->title, desc->formula, desc->source);
}

static clarke_status show_activation(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_activation_desc *desc = item;
    (void)spec;
    return show_part(card, desc->title, desc->formula, desc->source);
}

static clarke_status show_loss(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_loss_desc *desc = item;
    (void)spec;
    return show_part(card, desc->title, desc->formula, desc->source);
}

static clarke_status show_report(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_report_desc *desc = item;
    (void)spec;
    card->title = desc->title;
    clarke_card_add(card, "file", desc->file ? desc->file : "only on request");
    return CLARKE_OK;
}

static clarke_status show_experiment(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_experiment_desc *desc = item;
    card->title = desc->title;
    card->params = desc->params;
    clarke_card_add(card, "paper", desc->paper);
    clarke_card_add(card, "shows", desc->shows);
    clarke_card_add(card, "not shown", desc->not_shown);
    for (size_t i = 0; i < CLARKE_SCALES; i++)
        clarke_card_addf(card, clarke_scale_text((clarke_scale)i), "about %.0f s and %.2g GB",
                         desc->estimate[i].seconds, desc->estimate[i].bytes / 1e9);
    clarke_card_addf(card, "usage", "clarke experiment %s --scale small", spec->id);
    return CLARKE_OK;
}

static clarke_status show_command(clarke_card *card, const void *item, const clarke_spec *spec)
{
    const clarke_command_desc *desc = item;
    card->title = desc->title;
    clarke_card_addf(card, "usage", "clarke %s %s", spec->id, desc->usage);
    return CLARKE_OK;
}

typedef clarke_status show_function(clarke_card *card, const void *item, const clarke_spec *spec);

static const struct {
    const clarke_registry *registry;
    show_function *show;
} show_table[] = {{&clarke_problems, show_problem},
                  {&clarke_wrappers, show_wrapper},
                  {&clarke_networks, show_network},
                  {&clarke_methods, show_method},
                  {&clarke_measures, show_measure},
                  {&clarke_claims, show_claim},
                  {&clarke_regularizers, show_regularizer},
                  {&clarke_activations, show_activation},
                  {&clarke_losses, show_loss},
                  {&clarke_reports, show_report},
                  {&clarke_experiments, show_experiment},
                  {&clarke_commands, show_command}};

enum { SHOW_KINDS = sizeof show_table / sizeof show_table[0] };

/* ---- suites, which are files ---- */

static clarke_status show_suite(const clarke_cli *cli, const char *id, clarke_card_format format,
                                FILE *out, size_t *shown)
{
    const char *const *folders, *const *name;
    size_t count, found = 0;
    clarke_suite suite;
    CLARKE_TRY(clarke_cli_suite_folders(cli, &folders));
    CLARKE_TRY(clarke_suite_names(folders, cli->mem, &name, &count));
    for (size_t i = 0; i < count; i++) found += strcmp(name[i], id) == 0;
    if (found == 0) return CLARKE_OK;
    CLARKE_TRY(clarke_suite_load(id, folders, cli->mem, &suite));
    clarke_card card = {.id = id, .kind = "suite", .title = suite.about, .mem = cli->mem};
    size_t roles[3] = {0, 0, 0};
    double steps = 0.0;
    for (size_t i = 0; i < suite.plan.count; i++) {
        roles[suite.plan.c[i].role]++;
        steps += clarke_case_cost(&suite.plan.c[i]);
    }
    clarke_card_real(&card, "alpha", suite.alpha);
    clarke_card_count(&card, "claims", roles[CLARKE_ROLE_CLAIM]);
    clarke_card_count(&card, "controls", roles[CLARKE_ROLE_CONTROL]);
    clarke_card_count(&card, "readings", roles[CLARKE_ROLE_READING]);
    clarke_card_real(&card, "steps", steps);
    if ((*shown)++ > 0) fputc('\n', out);
    return clarke_card_print(cli, &card, format, out);
}

/* ---- the command ---- */

static const char *show_name_at(const void *names, size_t i)
{
    (void)names;
    for (size_t r = 0; r < SHOW_KINDS; r++) {
        if (i < show_table[r].registry->count) return show_table[r].registry->entry[i].id;
        i -= show_table[r].registry->count;
    }
    return NULL;
}

/* An id may name several things (a problem and a loss); "loss.l1" says which one is meant, and so
   do settings that only one of them takes: ring:d=8 is the network. */
static clarke_status show_all(const clarke_cli *cli, const clarke_spec *spec,
                              clarke_card_format format, FILE *out)
{
    char hint[256];
    const char *dot = strchr(spec->id, '.');
    clarke_spec bare = *spec;
    size_t shown = 0;
    const char *refused = NULL; /* the first sentence */
    if (dot) bare.id = dot + 1;
    for (size_t r = 0; r < SHOW_KINDS; r++) {
        const clarke_registry *registry = show_table[r].registry;
        const size_t length = strlen(registry->kind);
        if (dot && (strncmp(registry->kind, spec->id, length) != 0 || spec->id + length != dot))
            continue;
        const void *item = clarke_registry_get(registry, bare.id);
        if (!item) continue;
        clarke_card card = {.id = bare.id, .kind = registry->kind, .mem = cli->mem};
        const clarke_status status = show_table[r].show(&card, item, &bare);
        if (status == CLARKE_EINPUT && !dot) {
            if (!refused) refused = clarke_arena_copy_text(cli->mem, clarke_message());
            continue;
        }
        CLARKE_TRY(status);
        if (shown++ > 0) fputc('\n', out);
        CLARKE_TRY(clarke_card_print(cli, &card, format, out));
    }
    if (!dot || strncmp(spec->id, "suite.", 6) == 0)
        CLARKE_TRY(show_suite(cli, bare.id, format, out, &shown));
    if (shown > 0) return CLARKE_OK;
    if (refused) return clarke_fail(CLARKE_EINPUT, "%s", refused);
    return clarke_fail(CLARKE_EINPUT, "there is nothing called '%s'%s", spec->id,
                       clarke_suggest(bare.id, show_name_at, NULL, hint));
}

static clarke_status show_run(clarke_cli *cli)
{
    size_t format;
    clarke_spec spec;
    FILE *out;
    CLARKE_TRY(clarke_cli_format(cli, "text|md|json", &format));
    CLARKE_TRY(clarke_network_spec(cli->operand[0], cli->mem, &spec));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = clarke_cli_has(cli, "at")
                                     ? show_at(cli, &spec, out)
                                     : show_all(cli, &spec, (clarke_card_format)format, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static const clarke_option show_options[] = {
    {"at", '\0', "X,Y", "draw the subdifferential of a problem at this point instead"}, {0}};

const clarke_command_desc clarke_command_show = {
    .title = "a card: formula, stationary set, constants, parameters, source, a picture",
    .usage = "ID[:name=value,...]",
    .text = "ID is any name that list prints; KIND.ID where two kinds share it (loss.l1).\n"
            "--format is text, md or json.\n",
    .options = show_options,
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT,
    .run = show_run,
};
