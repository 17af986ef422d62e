/* SARIF 2.1.0, for services that show findings of static analysis. They take every result for a
   finding whatever its kind is, so only surprises and what is undecided are results; the rest is
   counted in the properties of the run. */
#include "core/registry.h"
#include "engine/json.h"
#include "reports/lib/text.h"

#include <stdlib.h>

static const char sarif_schema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

static bool sarif_reported(const clarke_result *r)
{
    return r->surprising || clarke_result_undecided(r);
}

static bool sarif_rule_needed(const clarke_results *results, const clarke_result_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (sarif_reported(&results->result[group->index[i]])) return true;
    return false;
}

static json_t *sarif_message(const char *text)
{
    return json_pack("{s:o}", "text", clarke_text_value(text));
}

static json_t *sarif_rule(const clarke_result_group *group)
{
    const clarke_claim_desc *claim = clarke_registry_get(&clarke_claims, group->name);
    json_t *rule = json_pack("{s:o}", "id", clarke_text_value(group->name));
    if (rule && claim) {
        json_object_set_new(rule, "shortDescription", sarif_message(claim->title));
        json_object_set_new(rule, "fullDescription", sarif_message(claim->statement));
        json_object_set_new(rule, "properties",
                            json_pack("{s:o, s:s}", "paper", clarke_text_value(claim->paper),
                                      "provenance", clarke_provenance_text(claim->provenance)));
    }
    return rule;
}

static json_t *sarif_rules(const clarke_results *results)
{
    json_t *rules = json_array();
    for (size_t c = 0; c < results->claims; c++)
        if (sarif_rule_needed(results, &results->claim[c]))
            json_array_append_new(rules, sarif_rule(&results->claim[c]));
    return rules;
}

/* The record is the evidence, so the place of a finding is its line in verdicts.jsonl. */
static json_t *sarif_place(const clarke_result *r)
{
    return json_pack("[{s:{s:{s:s}, s:{s:I}}}]", "physicalLocation", "artifactLocation", "uri",
                     "verdicts.jsonl", "region", "startLine", (json_int_t)r->line);
}

static json_t *sarif_result(const clarke_result *r)
{
    const bool open = clarke_result_undecided(r);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out) return NULL;
    fprintf(out, "%s: %s on %s, %s: %s", clarke_verdict_text(r->verdict), r->method, r->problem,
            clarke_role_text(r->role), r->sentence);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    json_t *result =
        json_pack("{s:o, s:s, s:s, s:o, s:o, s:{s:s}, s:{s:o, s:o, s:s, s:o}}", "ruleId",
                  clarke_text_value(r->claim), "kind", open ? "open" : "fail", "level",
                  open ? "none" : "error", "message", sarif_message(text), "locations",
                  sarif_place(r), "partialFingerprints", "case/v1", r->id, "properties", "method",
                  clarke_text_value(r->method), "problem", clarke_text_value(r->problem), "role",
                  clarke_role_text(r->role), "replay", clarke_text_value(r->replay));
    free(text);
    return result;
}

static json_t *sarif_counts(const clarke_results *results)
{
    json_t *counts = json_object();
    for (size_t v = 0; v < CLARKE_VERDICTS; v++) {
        size_t count = 0;
        for (size_t role = 0; role < CLARKE_ROLES; role++) count += results->counts[role][v];
        json_object_set_new(counts, clarke_verdict_text((clarke_verdict)v),
                            json_integer((json_int_t)count));
    }
    return counts;
}

static json_t *sarif_log(const clarke_results *results)
{
    json_t *found = json_array();
    for (size_t i = 0; i < results->count; i++)
        if (sarif_reported(&results->result[i]))
            json_array_append_new(found, sarif_result(&results->result[i]));
    const char *version = json_string_value(json_object_get(results->manifest, "version"));
    return json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:o, s:o}}, s:o, s:{s:I, s:o}}]}", "$schema",
                     sarif_schema, "version", "2.1.0", "runs", "tool", "driver", "name", "clarke",
                     "version", clarke_text_value(version ? version : "unknown"), "rules",
                     sarif_rules(results), "results", found, "properties", "cases",
                     (json_int_t)results->count, "verdicts", sarif_counts(results));
}

static clarke_status sarif_write(const clarke_results *results, FILE *out)
{
    json_t *log = sarif_log(results);
    if (!log) return clarke_fail(CLARKE_ENOMEM, "out of memory while writing SARIF");
    const clarke_status status = clarke_json_write(log, out);
    json_decref(log);
    return status;
}

const clarke_report_desc clarke_report_sarif = {
    .title = "SARIF 2.1.0, on request only: what surprises or is undecided",
    .ending = NULL,
    .file = NULL,
    .write = sarif_write,
};
