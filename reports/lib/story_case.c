#include "reports/lib/story.h"

#include <string.h>

enum { CASE_KEYS = 128, CASE_NUMBERS = 3 };

/* ---- the few numbers ---- */

static void case_named(clarke_document *d, const char *before, const char *name, double value)
{
    if (isnan(value)) return;
    clarke_put(d, "%s%s ", before, name);
    clarke_text_real(d->out, value, 3);
}

static void case_limit_numbers(clarke_document *d, const clarke_result *r)
{
    const double votes = clarke_result_real(r, "votes");
    if (!isnan(votes)) {
        clarke_put(d, "votes %.0f of %zu", votes, r->repetitions);
        case_named(d, ", ", "needed", clarke_result_real(r, "votes_needed"));
    }
    case_named(d, "; ", "slope", clarke_result_real(r, "slope_median"));
    case_named(d, ", ", "tail", clarke_result_real(r, "tail_slope"));
    case_named(d, "; ", "resolution", clarke_result_real(r, "resolution"));
    case_named(d, ", ", "null level", clarke_result_real(r, "null_level"));
}

void clarke_story_network(clarke_document *d, const clarke_result *r)
{
    if (!r->network) return;
    clarke_put(d, " over ");
    clarke_put_code(d, r->network);
}

void clarke_story_numbers(clarke_document *d, const clarke_result *r)
{
    const char *key[CASE_KEYS];
    size_t shown = 0;
    if (json_object_get(r->evidence, "block_median")) {
        case_limit_numbers(d, r);
        return;
    }
    if (r->checked > 0) clarke_put(d, "%zu checked, %zu resolved", r->checked, r->resolved);
    const size_t keys = clarke_text_keys(r->evidence, CASE_KEYS, key);
    for (size_t i = 0; i < keys && shown < CASE_NUMBERS; i++) {
        json_t *value = json_object_get(r->evidence, key[i]);
        if (!json_is_number(value) || strcmp(key[i], "checked") == 0 ||
            strcmp(key[i], "resolved") == 0)
            continue;
        if (shown > 0 || r->checked > 0) clarke_put(d, "; ");
        clarke_put_prose(d, key[i]);
        clarke_put(d, " ");
        clarke_text_real(d->out, json_number_value(value), 3);
        shown++;
    }
    if (shown == 0 && r->checked == 0) clarke_put(d, "–");
}

/* ---- everything ---- */

static void case_part(clarke_document *d, const char *name, const char *text)
{
    if (!text) return;
    clarke_put(d, "; %s ", name);
    clarke_put_code(d, text);
}

static void case_plan(clarke_document *d, const clarke_result *r)
{
    d->ops->item(d, true);
    clarke_put(d, "Case: ");
    clarke_put_code(d, r->problem);
    case_part(d, "method", r->method);
    case_part(d, "network", r->network);
    case_part(d, "schedule", r->schedule);
    case_part(d, "momentum", r->momentum);
    case_part(d, "sampling", r->sampling);
    case_part(d, "noise", r->noise);
    case_part(d, "init", r->init);
    case_part(d, "variant", r->variant);
    clarke_put(d, "; %zu iterations, %zu %s from the master seed %zu, look %zu", r->iterations,
               r->repetitions, clarke_text_plural(r->repetitions, "run", "runs"), r->seed_master,
               r->look + 1);
    d->ops->item(d, false);
}

static void case_hypotheses(clarke_document *d, const clarke_result *r)
{
    if (r->hypotheses == 0) return;
    d->ops->item(d, true);
    clarke_put(d, "Hypotheses: ");
    for (size_t i = 0; i < r->hypotheses; i++) {
        const clarke_result_hypothesis *h = &r->hypothesis[i];
        if (i > 0) clarke_put(d, "; ");
        clarke_put_code(d, h->id);
        clarke_put(d, " %s", clarke_hypothesis_text(h->state));
        if (h->state != CLARKE_HYPOTHESIS_FAILED) continue;
        clarke_put(d, " (");
        clarke_put_prose(d, h->how);
        clarke_put(d, ")");
    }
    d->ops->item(d, false);
}

static void case_judgement(clarke_document *d, const clarke_result *r)
{
    bool any = false;
    d->ops->item(d, true);
    clarke_put(d, "Expected: ");
    for (clarke_verdict v = CLARKE_SUPPORTED; v <= CLARKE_NOT_APPLICABLE; v++) {
        if (!(r->expected & 1u << v)) continue;
        clarke_put(d, "%s%s", any ? " or " : "", clarke_verdict_text(v));
        any = true;
    }
    clarke_put(d, "; checked %zu, resolved %zu", r->checked, r->resolved);
    case_named(d, "; ", "alpha", r->alpha);
    case_named(d, "; ", "smallest detectable violation", r->smallest_detectable);
    d->ops->item(d, false);
}

static void case_evidence(clarke_document *d, const clarke_result *r)
{
    const char *key[CASE_KEYS];
    const size_t keys = clarke_text_keys(r->evidence, CASE_KEYS, key);
    for (size_t i = 0; i < keys; i++) {
        d->ops->item(d, true);
        clarke_put_prose(d, key[i]);
        clarke_put(d, ": ");
        clarke_text_evidence(d->out, &d->ops->style, json_object_get(r->evidence, key[i]));
        d->ops->item(d, false);
    }
    if (json_object_size(r->evidence) <= keys) return;
    d->ops->item(d, true);
    clarke_put(d, "… (%zu entries in all)", json_object_size(r->evidence));
    d->ops->item(d, false);
}

void clarke_story_case(clarke_document *d, const clarke_result *r)
{
    d->ops->anchor(d, r->id);
    d->ops->details(d, true);
    d->ops->summary(d, true);
    d->ops->verdict(d, r->verdict, r->surprising ? "surprising" : NULL);
    clarke_put(d, " ");
    /* Inside a summary GitHub reads no Markdown, and an id needs no escape. */
    clarke_put(d, "%s", r->id);
    if (r->role != CLARKE_ROLE_CLAIM) clarke_put(d, " (%s)", clarke_role_text(r->role));
    if (r->bypass) clarke_put(d, ", gate bypassed");
    d->ops->summary(d, false);
    d->ops->paragraph(d, true);
    clarke_put_prose(d, *r->sentence ? r->sentence : "The record gives no sentence.");
    d->ops->paragraph(d, false);
    d->ops->list(d, true);
    case_plan(d, r);
    case_judgement(d, r);
    case_hypotheses(d, r);
    case_evidence(d, r);
    d->ops->list(d, false);
    d->ops->block(d, r->replay);
    d->ops->details(d, false);
}
