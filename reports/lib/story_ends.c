#include "reports/lib/story.h"

#include <string.h>

/* ---- controls ---- */

typedef struct {
    const clarke_result *gated, *bypassed;
} control_pair;

static bool control_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool control_names(const clarke_result *r, const char *hypothesis)
{
    for (size_t i = 0; hypothesis && i < r->failed; i++)
        if (strcmp(r->failed_id[i], hypothesis) == 0) return true;
    return false;
}

/* Two records of one control differ in the bypass alone, and perhaps in the effort. The bypassed one
   may leave out which hypothesis is broken, for it is not judged by it; then it fails it. */
static bool control_matches(const clarke_result *gated, const clarke_result *bypassed)
{
    const clarke_result *a = gated, *b = bypassed;
    const char *const x[] = {a->claim,    a->problem, a->method, a->schedule, a->momentum,
                             a->sampling, a->noise,   a->init,   a->network,  a->variant};
    const char *const y[] = {b->claim,    b->problem, b->method, b->schedule, b->momentum,
                             b->sampling, b->noise,   b->init,   b->network,  b->variant};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (!control_same_text(x[i], y[i])) return false;
    return control_same_text(gated->broken, bypassed->broken) ||
           (!bypassed->broken && control_names(bypassed, gated->broken));
}

static size_t control_pairs(const clarke_results *results, control_pair *pair)
{
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++) {
        const clarke_result *r = &results->result[i];
        if (r->role != CLARKE_ROLE_CONTROL) continue;
        bool placed = false;
        for (size_t p = 0; p < count && !placed; p++) {
            const clarke_result **half = r->bypass ? &pair[p].bypassed : &pair[p].gated;
            const clarke_result *other = r->bypass ? pair[p].gated : pair[p].bypassed;
            placed = !*half && other &&
                     (r->bypass ? control_matches(other, r) : control_matches(r, other));
            if (placed) *half = r;
        }
        if (!placed) pair[count++] = r->bypass ? (control_pair){NULL, r} : (control_pair){r, NULL};
    }
    return count;
}

static void control_half(clarke_document *d, const clarke_result *r)
{
    d->ops->cell(d, true);
    if (!r) {
        clarke_put(d, "no such record");
        d->ops->cell(d, false);
        return;
    }
    d->ops->verdict(d, r->verdict, r->surprising ? "surprising" : NULL);
    clarke_put(d, " ");
    d->ops->link(d, r->id, r->id + (strlen(r->id) > 10 ? strlen(r->id) - 10 : 0));
    if (r->failed > 0) clarke_put(d, "; names ");
    for (size_t i = 0; i < r->failed; i++) {
        if (i > 0) clarke_put(d, ", ");
        clarke_put_code(d, r->failed_id[i]);
    }
    if (r->bypass) {
        clarke_put(d, "; ");
        clarke_story_numbers(d, r);
    }
    d->ops->cell(d, false);
}

static void control_row(clarke_document *d, const control_pair *p)
{
    const clarke_result *r = p->gated ? p->gated : p->bypassed;
    const char *broken = r->broken ? r->broken : r->failed > 0 ? r->failed_id[0] : "none named";
    const char *const code[] = {broken, r->problem, r->method, r->schedule};
    d->ops->row(d, true);
    d->ops->cell(d, true);
    d->ops->link(d, r->claim, r->claim);
    if (r->variant) clarke_put(d, " ");
    if (r->variant) clarke_put_code(d, r->variant);
    d->ops->cell(d, false);
    for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
        d->ops->cell(d, true);
        clarke_put_code(d, code[i]);
        if (i == 1) clarke_story_network(d, r);
        d->ops->cell(d, false);
    }
    control_half(d, p->gated);
    control_half(d, p->bypassed);
    d->ops->row(d, false);
}

void clarke_story_controls(clarke_document *d)
{
    static const char *const head[] = {"control",  "broken on purpose", "problem",      "method",
                                       "schedule", "gate closed",       "gate bypassed"};
    control_pair *pair = clarke_alloc_array(d->mem, d->results->count, sizeof *pair);
    const size_t count = pair ? control_pairs(d->results, pair) : 0;
    d->ops->heading(d, 2, "controls", "Controls");
    d->ops->paragraph(d, true);
    clarke_put(d, count > 0
                      ? "Each control breaks one hypothesis. With the gate closed the check must "
                        "name exactly that one; with the gate bypassed the conclusion must fail."
                      : "No control was run, so nothing shows that these checks can fail.");
    d->ops->paragraph(d, false);
    if (count == 0) return;
    d->ops->table_begin(d, sizeof head / sizeof *head, head);
    for (size_t i = 0; i < count; i++) control_row(d, &pair[i]);
    d->ops->table_end(d);
    for (size_t i = 0; i < count; i++) {
        if (pair[i].gated) clarke_story_case(d, pair[i].gated);
        if (pair[i].bypassed) clarke_story_case(d, pair[i].bypassed);
    }
}

/* ---- error rates, power, machine ---- */

static void ends_error_rates(clarke_document *d)
{
    double sum = 0.0;
    size_t statistical = 0;
    for (size_t i = 0; i < d->results->count; i++) {
        const double alpha = d->results->result[i].alpha;
        if (!(alpha > 0.0)) continue;
        sum += alpha;
        statistical++;
    }
    d->ops->heading(d, 2, "errors", "Error rates");
    d->ops->paragraph(d, true);
    clarke_put(
        d,
        "%zu of %zu cases have a share of the suite's error rate; the shares were fixed before "
        "the runs and add up to ",
        statistical, d->results->count);
    clarke_text_real(d->out, sum, 3);
    const json_t *alpha = json_object_get(d->results->manifest, "alpha");
    if (json_is_number(alpha)) {
        clarke_put(d, " (the suite's alpha is ");
        clarke_text_real(d->out, json_number_value(alpha), 3);
        clarke_put(d, ")");
    }
    clarke_put(
        d, ". By the union bound the probability that any case is wrongly supported is at most "
           "that sum. Exact inequalities are decided against rounding bounds and spend none of "
           "their share. Convergence itself is never proved by finitely many steps: a supported "
           "limit excludes wrong limits farther than about twice its resolution.");
    d->ops->paragraph(d, false);
}

static void ends_power(clarke_document *d)
{
    const char *audit = json_string_value(json_object_get(d->results->manifest, "audit"));
    d->ops->paragraph(d, true);
    clarke_put(d, "The verifier's own power: ");
    if (audit)
        clarke_put_prose(d, audit);
    else
        clarke_put(d, "no audit was run for this build.");
    d->ops->paragraph(d, false);
}

/* The command line and the number of jobs change no verdict, and stay in the manifest. */
static bool ends_shown(const char *key)
{
    static const char *const hidden[] = {"command_line", "jobs",     "audit",
                                         "planned",      "selected", "selection"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (strcmp(key, hidden[i]) == 0) return false;
    return true;
}

static void ends_machine(clarke_document *d)
{
    static const char *const head[] = {"what", "value"};
    const char *key[64];
    const size_t keys = clarke_text_keys(d->results->manifest, 64, key);
    d->ops->heading(d, 2, "machine", "The machine");
    d->ops->table_begin(d, 2, head);
    for (size_t i = 0; i < keys; i++) {
        if (!ends_shown(key[i])) continue;
        d->ops->row(d, true);
        d->ops->cell(d, true);
        clarke_put_prose(d, key[i]);
        d->ops->cell(d, false);
        d->ops->cell(d, true);
        clarke_text_evidence(d->out, &d->ops->style, json_object_get(d->results->manifest, key[i]));
        d->ops->cell(d, false);
        d->ops->row(d, false);
    }
    d->ops->table_end(d);
}

void clarke_story_ends(clarke_document *d)
{
    ends_error_rates(d);
    ends_power(d);
    ends_machine(d);
}
