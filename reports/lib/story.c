#include "reports/lib/story.h"

#include <string.h>

/* ---- the first lines ---- */

static size_t story_undecided(const clarke_results *results)
{
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++)
        count += !results->result[i].surprising && clarke_result_undecided(&results->result[i]);
    return count;
}

void clarke_story_headline(const clarke_results *results, char text[160])
{
    const size_t surprises = clarke_results_surprises(results);
    const size_t undecided = story_undecided(results);
    char surprising[48] = "nothing surprising", more[48] = "";
    if (surprises > 0) snprintf(surprising, sizeof surprising, "%zu surprising", surprises);
    if (undecided > 0) snprintf(more, sizeof more, ", %zu undecided", undecided);
    size_t decided = 0;
    for (size_t r = 0; r < CLARKE_ROLES; r++)
        decided += results->counts[r][CLARKE_SUPPORTED] + results->counts[r][CLARKE_REFUTED];
    snprintf(text, 160, "%zu %s judged, %zu supported or refuted: %s%s", results->count,
             clarke_text_plural(results->count, "case", "cases"), decided,
             results->count > 0 ? surprising : "there is nothing to report", more);
}

static void story_listed(clarke_document *d, const clarke_result *r)
{
    d->ops->item(d, true);
    d->ops->verdict(d, r->verdict, NULL);
    clarke_put(d, " ");
    d->ops->link(d, r->id, r->id);
    clarke_put(d, " (%s): ", clarke_role_text(r->role));
    clarke_put_prose(d, r->sentence);
    d->ops->item(d, false);
}

static void story_list(clarke_document *d, const char *label, bool surprising)
{
    bool any = false;
    for (size_t i = 0; i < d->results->count; i++) {
        const clarke_result *r = &d->results->result[i];
        const bool listed = surprising ? r->surprising
                                       : !r->surprising && clarke_result_undecided(r);
        if (!listed) continue;
        if (!any) {
            d->ops->paragraph(d, true);
            clarke_put(d, "%s", label);
            d->ops->paragraph(d, false);
            d->ops->list(d, true);
        }
        any = true;
        story_listed(d, r);
    }
    if (any) d->ops->list(d, false);
}

/* A suite that was interrupted judged fewer cases than were planned. */
static void story_planned(clarke_document *d)
{
    const json_t *planned = json_object_get(d->results->manifest, "planned");
    if (!json_is_integer(planned) || json_integer_value(planned) <= (json_int_t)d->results->count)
        return;
    d->ops->paragraph(d, true);
    clarke_put(d,
               "Not all of it was done: %" JSON_INTEGER_FORMAT " cases were planned, %zu are here.",
               json_integer_value(planned), d->results->count);
    d->ops->paragraph(d, false);
}

static void story_counts(clarke_document *d)
{
    static const char *const head[] = {"role",           "✓ supported",      "✗ refuted",
                                       "? inconclusive", "– not-applicable", "! no verdict"};
    size_t none = 0;
    for (size_t role = 0; role < CLARKE_ROLES; role++) none += d->results->counts[role][0];
    const size_t columns = none > 0 ? 6 : 5;
    d->ops->table_begin(d, columns, head);
    for (clarke_role role = CLARKE_ROLE_CLAIM; role <= CLARKE_ROLE_READING; role++) {
        d->ops->row(d, true);
        d->ops->cell(d, true);
        clarke_put(d, "%s", clarke_role_text(role));
        d->ops->cell(d, false);
        for (size_t v = 1; v < columns; v++) {
            d->ops->cell(d, true);
            clarke_put(d, "%zu", d->results->counts[role][v < CLARKE_VERDICTS ? v : 0]);
            d->ops->cell(d, false);
        }
        d->ops->row(d, false);
    }
    d->ops->table_end(d);
    d->ops->paragraph(d, true);
    clarke_put(d,
               "A claim is expected to hold. A control breaks one hypothesis on purpose and is "
               "expected to be refused, or refuted where the refusal is bypassed. A reading is one "
               "of several ways to understand a statement. Inconclusive and not-applicable are "
               "never counted as supported.");
    d->ops->paragraph(d, false);
}

/* The first reading of the claim that was refuted, as expected, and how many were. */
static const clarke_result *story_failing(const clarke_document *d,
                                          const clarke_result_group *group, size_t *count)
{
    const clarke_result *first = NULL;
    *count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const clarke_result *r = &d->results->result[group->index[i]];
        if (r->role != CLARKE_ROLE_READING || r->verdict != CLARKE_REFUTED || r->surprising)
            continue;
        if (!first) first = r;
        ++*count;
    }
    return first;
}

/* What the statement is, where its words come from, the counterexample, what would mend it. */
static void story_reading(clarke_document *d, const clarke_result_group *group,
                          const clarke_result *r, size_t count)
{
    const clarke_claim_desc *desc = clarke_registry_get(&clarke_claims, group->name);
    d->ops->item(d, true);
    d->ops->link(d, group->name, desc ? desc->title : group->name);
    clarke_put(d, " (statement ");
    clarke_put_prose(d, r->provenance);
    clarke_put(d, "; %zu %s): ", count, clarke_text_plural(count, "case", "cases"));
    clarke_put_prose(d, r->sentence);
    clarke_put(d, ". ");
    if (desc && desc->correction) {
        clarke_put_prose(d, desc->correction);
        clarke_put(d, " ");
    }
    clarke_put_code(d, r->replay);
    d->ops->item(d, false);
}

/* Readings of a statement that fail, each claim once. */
static void story_readings(clarke_document *d)
{
    bool any = false;
    for (size_t c = 0; c < d->results->claims; c++) {
        size_t count;
        const clarke_result *r = story_failing(d, &d->results->claim[c], &count);
        if (!r) continue;
        if (!any) {
            d->ops->paragraph(d, true);
            clarke_put(d, "Readings that fail, each with a counterexample and its replay:");
            d->ops->paragraph(d, false);
            d->ops->list(d, true);
        }
        any = true;
        story_reading(d, &d->results->claim[c], r, count);
    }
    if (any) d->ops->list(d, false);
}

void clarke_story_summary(clarke_document *d)
{
    story_planned(d);
    story_list(d, "Surprising, against what was expected:", true);
    story_list(d, "Undecided, where a judgement was expected:", false);
    story_readings(d);
    story_counts(d);
}

/* ---- claims by methods ---- */

static bool story_cell(clarke_document *d, size_t claim, size_t method, clarke_role role)
{
    size_t count[CLARKE_VERDICTS];
    bool any = false;
    clarke_results_cell(d->results, claim, method, role, count);
    for (clarke_verdict v = CLARKE_VERDICT_NONE; v <= CLARKE_NOT_APPLICABLE; v++) {
        if (count[v] == 0) continue;
        clarke_put(d, "%s%s %zu", any ? ", " : "", clarke_text_symbol(v), count[v]);
        any = true;
    }
    return any;
}

static size_t story_role_count(const clarke_results *results, const clarke_result_group *group,
                               clarke_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        count += results->result[group->index[i]].role == role;
    return count;
}

static void story_matrix_row(clarke_document *d, size_t claim, clarke_role role, const bool *shown)
{
    const clarke_result_group *group = &d->results->claim[claim];
    if (story_role_count(d->results, group, role) == 0) return;
    d->ops->row(d, true);
    d->ops->cell(d, true);
    d->ops->link(d, group->name, group->name);
    if (role == CLARKE_ROLE_READING) clarke_put(d, " (reading)");
    d->ops->cell(d, false);
    for (size_t m = 0; m < d->results->methods; m++) {
        if (!shown[m]) continue;
        d->ops->cell(d, true);
        story_cell(d, claim, m, role);
        d->ops->cell(d, false);
    }
    d->ops->row(d, false);
}

/* The end of the family of claims that begins at `first`: their ids begin alike, as "th1_". */
static size_t story_family(const clarke_results *results, size_t first)
{
    const char *name = results->claim[first].name;
    const size_t length = strcspn(name, "_");
    size_t end = first + 1;
    while (end < results->claims && strncmp(results->claim[end].name, name, length) == 0 &&
           results->claim[end].name[length] == name[length])
        end++;
    return end;
}

/* One table, of the methods that these claims speak of. */
static void story_matrix_part(clarke_document *d, size_t first, size_t end, const char **head,
                              bool *shown)
{
    size_t columns = 1, count[CLARKE_VERDICTS];
    head[0] = "claim";
    for (size_t m = 0; m < d->results->methods; m++) {
        size_t cases = 0;
        for (size_t c = first; c < end; c++)
            for (clarke_role role = CLARKE_ROLE_CLAIM; role <= CLARKE_ROLE_READING; role++) {
                if (role == CLARKE_ROLE_CONTROL) continue;
                clarke_results_cell(d->results, c, m, role, count);
                for (size_t v = 0; v < CLARKE_VERDICTS; v++) cases += count[v];
            }
        shown[m] = cases > 0;
        if (shown[m]) head[columns++] = d->results->method[m].name;
    }
    if (columns == 1) return;
    d->ops->table_begin(d, columns, head);
    for (size_t c = first; c < end; c++) {
        story_matrix_row(d, c, CLARKE_ROLE_CLAIM, shown);
        story_matrix_row(d, c, CLARKE_ROLE_READING, shown);
    }
    d->ops->table_end(d);
}

void clarke_story_matrix(clarke_document *d)
{
    const clarke_results *rs = d->results;
    const char **head = clarke_alloc_array(d->mem, rs->methods + 1, sizeof *head);
    bool *shown = clarke_alloc_array(d->mem, rs->methods, sizeof *shown);
    if (!head || !shown) return;
    size_t controls = 0;
    for (size_t c = 0; c < rs->claims; c++)
        controls += story_role_count(rs, &rs->claim[c], CLARKE_ROLE_CONTROL);
    if (controls == rs->count) return;
    d->ops->heading(d, 2, "claims", "Claims and methods");
    d->ops->paragraph(d, true);
    clarke_put(d, "How many cases of each verdict; controls stand ");
    d->ops->link(d, "controls", "below");
    clarke_put(d, ".");
    d->ops->paragraph(d, false);
    for (size_t c = 0, end; c < rs->claims; c = end) {
        end = story_family(rs, c);
        story_matrix_part(d, c, end, head, shown);
    }
}

void clarke_story_tell(clarke_document *d)
{
    clarke_story_summary(d);
    clarke_story_matrix(d);
    for (size_t i = 0; i < d->results->claims; i++) clarke_story_claim(d, &d->results->claim[i]);
    clarke_story_controls(d);
    clarke_story_problems(d);
    clarke_story_ends(d);
}
