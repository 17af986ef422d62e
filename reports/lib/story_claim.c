#include "reports/lib/story.h"

#include <string.h>

enum { CLAIM_ROWS = 12, CLAIM_HOWS = 3 };

/* ---- what the claim says ---- */

static bool claim_fails(const clarke_document *d, const clarke_result_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const clarke_result *r = &d->results->result[group->index[i]];
        if (r->role != CLARKE_ROLE_CONTROL && r->verdict == CLARKE_REFUTED) return true;
    }
    return false;
}

/* Only where the words were seen may a report speak of the statement itself. */
static void claim_heading(clarke_document *d, const clarke_result_group *group,
                          const clarke_claim_desc *desc)
{
    const char *title = desc ? desc->title : group->name;
    const bool fails = claim_fails(d, group);
    const bool read = desc ? desc->provenance == CLARKE_PROVENANCE_READ
                           : strcmp(d->results->result[group->index[0]].provenance, "read") == 0;
    const char *text = !fails ? title
                       : read ? clarke_arena_printf(d->mem, "%s: fails as printed", title)
                              : clarke_arena_printf(d->mem, "The reading '%s' fails", title);
    d->ops->heading(d, 2, group->name, text ? text : title);
}

static const char *claim_origin(clarke_provenance provenance)
{
    switch (provenance) {
    case CLARKE_PROVENANCE_READ:
        return "read: the words were seen, and the statement is as printed";
    case CLARKE_PROVENANCE_SECOND_HAND:
        return "second-hand: taken from a text about the paper, so this is a reading of it";
    case CLARKE_PROVENANCE_RECALLED:
        return "recalled: written down from memory, so this is a reading of the paper";
    case CLARKE_PROVENANCE_DERIVED:
        return "derived: it follows from the paper's setting by an argument of this project";
    }
    return "unknown";
}

static void claim_statement(clarke_document *d, const clarke_result_group *group,
                            const clarke_claim_desc *desc)
{
    d->ops->paragraph(d, true);
    clarke_put_code(d, group->name);
    if (!desc) {
        clarke_put(d, ": this build does not know the claim, so its statement cannot be shown.");
        d->ops->paragraph(d, false);
        return;
    }
    clarke_put(d, ", %s. ",
               desc->kind == CLARKE_KIND_CONFORMANCE ? "conformance (the step is the paper's step)"
                                                     : "consequence (what the theorem says)");
    clarke_put_prose(d, desc->paper);
    clarke_put(d, ". Provenance: %s.", claim_origin(desc->provenance));
    d->ops->paragraph(d, false);
    clarke_put_labelled(d, "Statement.", desc->statement);
    if (desc->formula) d->ops->block(d, desc->formula);
    clarke_put_labelled(d, "Correction.", desc->correction);
}

/* ---- hypotheses, merged over the cases ---- */

typedef struct {
    const clarke_result_hypothesis *h;
    size_t cases, hows;
    const char *how[CLAIM_HOWS];
} claim_hypothesis;

static void claim_merge(claim_hypothesis *list, size_t *count, const clarke_result_hypothesis *h)
{
    claim_hypothesis *m = NULL;
    for (size_t i = 0; i < *count && !m; i++)
        if (list[i].h->state == h->state && strcmp(list[i].h->id, h->id) == 0 &&
            strcmp(list[i].h->text, h->text) == 0)
            m = &list[i];
    if (!m) {
        m = &list[(*count)++];
        m->h = h;
    }
    m->cases++;
    for (size_t i = 0; i < m->hows && i < CLAIM_HOWS; i++)
        if (strcmp(m->how[i], h->how) == 0) return;
    if (m->hows < CLAIM_HOWS) m->how[m->hows] = h->how;
    m->hows++;
}

static void claim_hypothesis_item(clarke_document *d, const claim_hypothesis *m)
{
    d->ops->item(d, true);
    clarke_put_code(d, m->h->id);
    clarke_put(d, ": ");
    clarke_put_prose(d, m->h->text);
    clarke_put(d, ". ");
    d->ops->strong(d, true);
    clarke_put(d, "%s", clarke_hypothesis_text(m->h->state));
    d->ops->strong(d, false);
    clarke_put(d, " in %zu %s: ", m->cases, clarke_text_plural(m->cases, "case", "cases"));
    for (size_t i = 0; i < m->hows && i < CLAIM_HOWS; i++) {
        if (i > 0) clarke_put(d, " | ");
        clarke_put_prose(d, m->how[i]);
    }
    if (m->hows > CLAIM_HOWS) clarke_put(d, " | … (and other words or numbers in the other cases)");
    d->ops->item(d, false);
}

static void claim_hypotheses(clarke_document *d, const clarke_result_group *group)
{
    size_t all = 0, count = 0;
    for (size_t i = 0; i < group->count; i++)
        if (d->results->result[group->index[i]].role != CLARKE_ROLE_CONTROL)
            all += d->results->result[group->index[i]].hypotheses;
    claim_hypothesis *list = clarke_alloc_array(d->mem, all, sizeof *list);
    if (!list || all == 0) return;
    for (size_t i = 0; i < group->count; i++) {
        const clarke_result *r = &d->results->result[group->index[i]];
        for (size_t h = 0; r->role != CLARKE_ROLE_CONTROL && h < r->hypotheses; h++)
            claim_merge(list, &count, &r->hypothesis[h]);
    }
    d->ops->heading(d, 3, NULL, "Hypotheses, and how each was checked");
    d->ops->list(d, true);
    for (size_t i = 0; i < count; i++) claim_hypothesis_item(d, &list[i]);
    d->ops->list(d, false);
}

/* ---- evidence ---- */

static void claim_row(clarke_document *d, const clarke_result *r)
{
    d->ops->row(d, true);
    d->ops->cell(d, true);
    d->ops->link(d, r->id, r->id + (strlen(r->id) > 10 ? strlen(r->id) - 10 : 0));
    d->ops->cell(d, false);
    const char *const spec[] = {r->problem, r->method, r->schedule};
    for (size_t i = 0; i < 3; i++) {
        d->ops->cell(d, true);
        clarke_put_code(d, spec[i]);
        if (i == 0) clarke_story_network(d, r);
        d->ops->cell(d, false);
    }
    d->ops->cell(d, true);
    d->ops->verdict(d, r->verdict,
                    r->surprising                    ? "surprising"
                    : r->role == CLARKE_ROLE_READING ? "reading"
                                                     : NULL);
    d->ops->cell(d, false);
    d->ops->cell(d, true);
    clarke_story_numbers(d, r);
    d->ops->cell(d, false);
    clarke_put_number_cell(d, r->smallest_detectable);
    d->ops->row(d, false);
}

static void claim_figures(clarke_document *d, const clarke_result_group *group)
{
    for (size_t i = 0; i < d->figures.count; i++)
        if (strcmp(d->figures.figure[i].claim, group->name) == 0)
            d->ops->figure(d, &d->figures.figure[i]);
}

static void claim_evidence(clarke_document *d, const clarke_result_group *group)
{
    static const char *const head[] = {"case",
                                       "problem",
                                       "method",
                                       "schedule",
                                       "verdict",
                                       "numbers",
                                       "smallest detectable violation"};
    size_t cases = 0;
    for (size_t i = 0; i < group->count; i++)
        cases += d->results->result[group->index[i]].role != CLARKE_ROLE_CONTROL;
    d->ops->heading(d, 3, NULL, "Evidence");
    if (cases == 0) {
        claim_figures(d, group);
        return;
    }
    if (cases > CLAIM_ROWS) {
        d->ops->details(d, true);
        d->ops->summary(d, true);
        clarke_put(d, "The table of %zu cases", cases);
        d->ops->summary(d, false);
    }
    d->ops->table_begin(d, sizeof head / sizeof *head, head);
    for (size_t i = 0; i < group->count; i++)
        if (d->results->result[group->index[i]].role != CLARKE_ROLE_CONTROL)
            claim_row(d, &d->results->result[group->index[i]]);
    d->ops->table_end(d);
    if (cases > CLAIM_ROWS) d->ops->details(d, false);
    claim_figures(d, group);
    for (size_t i = 0; i < group->count; i++)
        if (d->results->result[group->index[i]].role != CLARKE_ROLE_CONTROL)
            clarke_story_case(d, &d->results->result[group->index[i]]);
}

void clarke_story_claim(clarke_document *d, const clarke_result_group *group)
{
    const clarke_claim_desc *desc = clarke_registry_get(&clarke_claims, group->name);
    claim_heading(d, group, desc);
    claim_statement(d, group, desc);
    claim_hypotheses(d, group);
    claim_evidence(d, group);
    if (!desc) return;
    clarke_put_labelled(d, "Not claimed.", desc->not_claimed);
    clarke_put_labelled(d, "What would make it false.", desc->falsifier);
}
