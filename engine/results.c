#include "engine/results.h"

#include "engine/json.h"
#include "engine/manifest.h"

#include <stdlib.h>
#include <string.h>

enum {
    RESULTS_FILE_LIMIT = 512 << 20,
    RESULTS_LINE_LIMIT = 4 << 20,
    RESULTS_COUNT_LIMIT = 200000,
    RESULTS_ID_LIMIT = 96
};

/* ---- one record ---- */

/* What is being read, for the sentences and for memory. */
typedef struct {
    clarke_arena *mem;
    json_t *json;
    size_t line;
} results_reader;

static clarke_status results_wrong(const results_reader *r, const char *name, const char *expected)
{
    return clarke_fail(CLARKE_EINPUT, "verdicts.jsonl: line %zu: '%s' should be %s", r->line, name,
                       expected);
}

static clarke_status results_get(const results_reader *r, const char *name, json_t **value)
{
    *value = json_object_get(r->json, name);
    if (*value) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "verdicts.jsonl: line %zu: the key '%s' is missing", r->line,
                       name);
}

static clarke_status results_text(const results_reader *r, const char *name, const char **text)
{
    json_t *value;
    CLARKE_TRY(results_get(r, name, &value));
    if (!json_is_string(value)) return results_wrong(r, name, "text");
    *text = json_string_value(value);
    return CLARKE_OK;
}

static clarke_status results_text_or_null(const results_reader *r, const char *name,
                                          const char **text)
{
    json_t *value;
    CLARKE_TRY(results_get(r, name, &value));
    *text = json_string_value(value);
    return *text || json_is_null(value) ? CLARKE_OK : results_wrong(r, name, "text or null");
}

static clarke_status results_bool(const results_reader *r, const char *name, bool *flag)
{
    json_t *value;
    CLARKE_TRY(results_get(r, name, &value));
    if (!json_is_boolean(value)) return results_wrong(r, name, "true or false");
    *flag = json_is_true(value);
    return CLARKE_OK;
}

static clarke_status results_count(const results_reader *r, const char *name, size_t *count)
{
    json_t *value;
    CLARKE_TRY(results_get(r, name, &value));
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return results_wrong(r, name, "a whole number, not negative");
    *count = (size_t)json_integer_value(value);
    return CLARKE_OK;
}

static clarke_status results_real_or_null(const results_reader *r, const char *name, double *real)
{
    json_t *value;
    CLARKE_TRY(results_get(r, name, &value));
    if (!json_is_number(value) && !json_is_null(value))
        return results_wrong(r, name, "a number or null");
    *real = json_is_null(value) ? NAN : json_number_value(value);
    return CLARKE_OK;
}

static bool results_verdict_of(const char *text, clarke_verdict *verdict)
{
    for (clarke_verdict v = CLARKE_VERDICT_NONE; text && v <= CLARKE_NOT_APPLICABLE; v++) {
        if (strcmp(text, clarke_verdict_text(v)) != 0) continue;
        *verdict = v;
        return true;
    }
    return false;
}

static clarke_status results_role(const results_reader *r, clarke_role *role)
{
    const char *text;
    CLARKE_TRY(results_text(r, "role", &text));
    for (*role = CLARKE_ROLE_CLAIM; *role <= CLARKE_ROLE_READING; (*role)++)
        if (strcmp(text, clarke_role_text(*role)) == 0) return CLARKE_OK;
    return results_wrong(r, "role", "claim, control or reading");
}

static clarke_status results_verdicts(const results_reader *r, clarke_result *result)
{
    json_t *expected;
    const char *text;
    clarke_verdict v = CLARKE_VERDICT_NONE;
    CLARKE_TRY(results_text(r, "verdict", &text));
    if (!results_verdict_of(text, &result->verdict))
        return results_wrong(r, "verdict", "a verdict");
    CLARKE_TRY(results_get(r, "expected", &expected));
    if (!json_is_array(expected) || json_array_size(expected) == 0)
        return results_wrong(r, "expected", "a list of verdicts");
    for (size_t i = 0; i < json_array_size(expected); i++) {
        if (!results_verdict_of(json_string_value(json_array_get(expected, i)), &v))
            return results_wrong(r, "expected", "a list of verdicts");
        result->expected |= 1u << v;
    }
    return CLARKE_OK;
}

static bool results_hypothesis(const json_t *item, clarke_result_hypothesis *h)
{
    h->id = json_string_value(json_object_get(item, "id"));
    h->text = json_string_value(json_object_get(item, "text"));
    h->how = json_string_value(json_object_get(item, "how"));
    const char *state = json_string_value(json_object_get(item, "state"));
    if (!h->id || !h->text || !h->how || !state) return false;
    for (h->state = CLARKE_HYPOTHESIS_PROVED; h->state <= CLARKE_HYPOTHESIS_FAILED; h->state++)
        if (strcmp(state, clarke_hypothesis_text(h->state)) == 0) return true;
    return false;
}

static clarke_status results_hypotheses(const results_reader *r, clarke_result *result)
{
    json_t *items, *failed;
    CLARKE_TRY(results_get(r, "hypotheses", &items));
    CLARKE_TRY(results_get(r, "failed", &failed));
    if (!json_is_array(items)) return results_wrong(r, "hypotheses", "a list");
    if (!json_is_array(failed)) return results_wrong(r, "failed", "a list of hypothesis ids");
    const size_t count = json_array_size(items), failures = json_array_size(failed);
    clarke_result_hypothesis *h = clarke_alloc_array(r->mem, count, sizeof *h);
    const char **ids = clarke_alloc_array(r->mem, failures, sizeof *ids);
    CLARKE_TRY(clarke_arena_status(r->mem));
    for (size_t i = 0; i < count; i++)
        if (!results_hypothesis(json_array_get(items, i), &h[i]))
            return results_wrong(r, "hypotheses", "a list of {id, text, state, how}");
    for (size_t i = 0; i < failures; i++)
        if (!(ids[i] = json_string_value(json_array_get(failed, i))))
            return results_wrong(r, "failed", "a list of hypothesis ids");
    result->hypotheses = count, result->hypothesis = h;
    result->failed = failures, result->failed_id = ids;
    return CLARKE_OK;
}

static clarke_status results_seeds(const results_reader *r, clarke_result *result)
{
    results_reader inner = *r;
    CLARKE_TRY(results_get(r, "seeds", &inner.json));
    if (!json_is_object(inner.json)) return results_wrong(r, "seeds", "{master, count}");
    CLARKE_TRY(results_count(&inner, "master", &result->seed_master));
    return results_count(&inner, "count", &result->seed_count);
}

/* Ids become file names and anchors, so they are letters, digits, '_', '-' and inner dots only. */
static clarke_status results_id(const results_reader *r, const char *name, const char **id)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    CLARKE_TRY(results_text(r, name, id));
    const size_t length = strlen(*id);
    if (length == 0 || length > RESULTS_ID_LIMIT || (*id)[0] == '.' ||
        strspn(*id, allowed) != length)
        return results_wrong(r, name, "at most 96 letters, digits, '_', '-' or '.'");
    return CLARKE_OK;
}

static clarke_status results_texts(const results_reader *r, clarke_result *result)
{
    CLARKE_TRY(results_id(r, "id", &result->id));
    CLARKE_TRY(results_id(r, "claim", &result->claim));
    CLARKE_TRY(results_text(r, "method", &result->method));
    CLARKE_TRY(results_text(r, "problem", &result->problem));
    CLARKE_TRY(results_text(r, "schedule", &result->schedule));
    CLARKE_TRY(results_text(r, "momentum", &result->momentum));
    CLARKE_TRY(results_text(r, "sampling", &result->sampling));
    CLARKE_TRY(results_text(r, "noise", &result->noise));
    CLARKE_TRY(results_text(r, "init", &result->init));
    CLARKE_TRY(results_text_or_null(r, "sentence", &result->sentence));
    if (!result->sentence) result->sentence = "";
    CLARKE_TRY(results_text(r, "provenance", &result->provenance));
    CLARKE_TRY(results_text(r, "replay", &result->replay));
    CLARKE_TRY(results_text_or_null(r, "network", &result->network));
    CLARKE_TRY(results_text_or_null(r, "broken", &result->broken));
    return results_text_or_null(r, "variant", &result->variant);
}

static clarke_status results_record(const results_reader *r, clarke_result *result)
{
    if (!json_is_object(r->json))
        return clarke_fail(CLARKE_EINPUT, "verdicts.jsonl: line %zu: a record should be an object",
                           r->line);
    *result = (clarke_result){.json = r->json, .line = r->line};
    CLARKE_TRY(results_texts(r, result));
    CLARKE_TRY(results_role(r, &result->role));
    CLARKE_TRY(results_verdicts(r, result));
    CLARKE_TRY(results_bool(r, "surprising", &result->surprising));
    CLARKE_TRY(results_bool(r, "bypass", &result->bypass));
    CLARKE_TRY(results_count(r, "iterations", &result->iterations));
    CLARKE_TRY(results_count(r, "repetitions", &result->repetitions));
    CLARKE_TRY(results_count(r, "look", &result->look));
    CLARKE_TRY(results_count(r, "checked", &result->checked));
    CLARKE_TRY(results_count(r, "resolved", &result->resolved));
    CLARKE_TRY(results_real_or_null(r, "alpha", &result->alpha));
    CLARKE_TRY(results_real_or_null(r, "smallest_detectable", &result->smallest_detectable));
    CLARKE_TRY(results_seeds(r, result));
    CLARKE_TRY(results_hypotheses(r, result));
    CLARKE_TRY(results_get(r, "evidence", &result->evidence));
    return json_is_object(result->evidence) ? CLARKE_OK : results_wrong(r, "evidence", "an object");
}

/* ---- all records ---- */

static int results_compare(const void *a, const void *b)
{
    return strcmp(((const clarke_result *)a)->id, ((const clarke_result *)b)->id);
}

static clarke_status results_line(clarke_results *rs, results_reader *reader, const char *text,
                                  size_t length, clarke_result *result)
{
    char where[64];
    json_t *json;
    snprintf(where, sizeof where, "verdicts.jsonl: line %zu", reader->line);
    if (length > RESULTS_LINE_LIMIT)
        return clarke_fail(CLARKE_EINPUT, "%s: longer than the limit of %d bytes", where,
                           (int)RESULTS_LINE_LIMIT);
    CLARKE_TRY(clarke_json_parse(text, length, where, &json));
    if (json_array_append_new(rs->records, json) != 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory at %s", where);
    reader->json = json;
    return results_record(reader, result);
}

static clarke_status results_lines(clarke_results *rs, const char *text, size_t length)
{
    size_t lines = 0;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    if (lines >= RESULTS_COUNT_LIMIT)
        return clarke_fail(CLARKE_EINPUT, "verdicts.jsonl: more than the limit of %d records",
                           (int)RESULTS_COUNT_LIMIT);
    clarke_result *result = clarke_alloc_array(rs->mem, lines + 1, sizeof *result);
    CLARKE_TRY(clarke_arena_status(rs->mem));
    results_reader reader = {.mem = rs->mem};
    for (const char *end = text + length, *line = text; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const size_t size = (size_t)((newline ? newline : end) - line);
        reader.line++;
        if (strspn(line, " \t\r") < size)
            CLARKE_TRY(results_line(rs, &reader, line, size, &result[rs->count++]));
        line += size + 1;
    }
    qsort(result, rs->count, sizeof *result, results_compare);
    for (size_t i = 1; i < rs->count; i++)
        if (strcmp(result[i - 1].id, result[i].id) == 0)
            return clarke_fail(CLARKE_EINPUT, "verdicts.jsonl: lines %zu and %zu have one id '%s'",
                               result[i - 1].line, result[i].line, result[i].id);
    for (size_t i = 0; i < rs->count; i++) rs->counts[result[i].role][result[i].verdict]++;
    rs->result = result;
    return CLARKE_OK;
}

static clarke_status results_read(clarke_results *rs)
{
    char *text;
    size_t length;
    CLARKE_TRY(clarke_manifest_read(rs->folder, &rs->manifest));
    CLARKE_TRY(clarke_folder_read(rs->folder, "verdicts.jsonl", RESULTS_FILE_LIMIT, rs->mem, &text,
                                  &length));
    CLARKE_TRY(results_lines(rs, text, length));
    return clarke_results_group(rs);
}

clarke_status clarke_results_load(const char *folder, clarke_results **results)
{
    *results = NULL;
    clarke_arena *mem = clarke_arena_new(0);
    clarke_results *rs = mem ? clarke_alloc(mem, sizeof *rs) : NULL;
    if (!rs) {
        clarke_arena_free(mem);
        return clarke_fail(CLARKE_ENOMEM, "out of memory");
    }
    rs->mem = mem;
    rs->folder = rs->figures = clarke_arena_copy_text(mem, folder);
    rs->records = json_array();
    clarke_status status = clarke_arena_status(mem);
    if (status == CLARKE_OK && !rs->records) status = clarke_fail(CLARKE_ENOMEM, "out of memory");
    if (status == CLARKE_OK) status = results_read(rs);
    if (status == CLARKE_OK)
        *results = rs;
    else
        clarke_results_free(rs);
    return status;
}

void clarke_results_free(clarke_results *results)
{
    if (!results) return;
    json_decref(results->manifest);
    json_decref(results->records);
    clarke_arena_free(results->mem);
}
