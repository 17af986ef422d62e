/* Results folders: what is read, what is refused. */
#include "core/registry.h"
#include "engine/json.h"
#include "engine/manifest.h"
#include "engine/scheduler.h"
#include "tests/lib/report_folder.h"
#include "tests/lib/schema.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(results, .init = reports_setup, .fini = reports_teardown);

/* ---- loading ---- */

Test(results, counts)
{
    static const size_t expected[CLARKE_ROLES][CLARKE_VERDICTS] = {
        {0, 3, 1, 1, 1}, {0, 0, 2, 0, 2}, {0, 1, 1, 0, 0}};
    clarke_results *rs = loaded();
    cr_assert_eq(rs->count, 12, "counts: %zu records", rs->count);
    for (size_t role = 0; role < CLARKE_ROLES; role++)
        for (size_t v = 0; v < CLARKE_VERDICTS; v++)
            cr_expect_eq(rs->counts[role][v], expected[role][v],
                         "counts: role %zu, verdict %zu: %zu", role, v, rs->counts[role][v]);
    cr_expect_eq(clarke_results_surprises(rs), 1, "counts: surprises");
    cr_expect_eq(clarke_results_exit(rs), 1, "counts: exit status");
    cr_expect_eq(rs->claims, 3, "counts: %zu claims", rs->claims);
    cr_expect_eq(rs->methods, 5, "counts: %zu methods", rs->methods);
    size_t cell[CLARKE_VERDICTS], total = 0;
    for (size_t c = 0; c < rs->claims; c++)
        for (size_t m = 0; m < rs->methods; m++)
            for (clarke_role role = CLARKE_ROLE_CLAIM; role <= CLARKE_ROLE_READING; role++) {
                clarke_results_cell(rs, c, m, role, cell);
                for (size_t v = 0; v < CLARKE_VERDICTS; v++) total += cell[v];
            }
    cr_expect_eq(total, 12, "counts: the cells hold %zu of 12 records", total);
    clarke_results_cell(rs, 0, 1, CLARKE_ROLE_CLAIM, cell);
    cr_expect_eq(cell[CLARKE_SUPPORTED], 1, "counts: th1_a with heavy_ball");
    const clarke_result *r = clarke_results_find(rs, "th1_a-2c73d4e5f6");
    cr_assert_not_null(r, "find: a record that is there");
    cr_expect_float_eq(clarke_result_real(r, "votes"), 17.0, 0.0, "evidence: votes");
    cr_expect(isnan(clarke_result_real(r, "nothing")), "evidence: an absent number is undefined");
    double block[8];
    cr_expect_eq(clarke_result_reals(r, "block_t", 8, block), 8, "evidence: blocks");
    cr_expect_null(clarke_results_find(rs, "th1_a-2c73d4e5f7"), "find: a record that is not there");
    clarke_results_free(rs);
}

/* The exit status: 1 only for what is decided against expectation. */
Test(results, exit_status)
{
    json_t *refuted = record_at(3);
    cr_assert_str_eq(json_string_value(json_object_get(refuted, "verdict")), "refuted",
                     "exit: line 4");
    json_object_set_new(refuted, "expected", json_pack("[s]", "refuted"));
    json_object_set_new(refuted, "surprising", json_false());
    replace_record(3, refuted);
    clarke_results *rs = loaded();
    cr_expect_eq(clarke_results_exit(rs), 2, "exit: something is undecided");
    clarke_results_free(rs);
    static const size_t undecided[] = {2, 7};
    for (size_t i = 0; i < 2; i++) {
        json_t *r = record_at(undecided[i]);
        json_object_set_new(r, "expected", json_pack("[O]", json_object_get(r, "verdict")));
        json_object_set_new(r, "surprising", json_false());
        replace_record(undecided[i], r);
    }
    rs = loaded();
    cr_expect_eq(clarke_results_exit(rs), 0, "exit: nothing surprising");
    clarke_results_free(rs);
    /* A control that is refused, as expected, but for another reason than the one broken. */
    json_t *control = record_at(4), *wrong = json_deep_copy(control);
    json_object_set_new(wrong, "surprising", json_true());
    replace_record(4, wrong);
    rs = loaded();
    cr_expect_eq(clarke_results_exit(rs), 1, "exit: a control names the wrong hypothesis");
    clarke_results_free(rs);
    replace_record(4, control);
    report_all();
    size_t length;
    char *md = text_of(folder, "report.md", &length);
    cr_expect(strncmp(md, "# 12 cases judged, 8 supported or refuted: nothing surprising\n", 62) ==
                  0,
              "exit: first line");
    free(md);
}

static void expect_refused(const char *label, const char *part)
{
    clarke_results *rs = NULL;
    const clarke_status status = clarke_results_load(folder, &rs);
    cr_expect_eq(status, CLARKE_EINPUT, "%s: status %d", label, (int)status);
    cr_expect_null(rs, "%s: results all the same", label);
    const char *m = clarke_message();
    cr_expect(status != CLARKE_EINPUT || strstr(m, part), "%s: the sentence is '%s'", label, m);
    cr_expect_null(strchr(m, '\n'), "%s: more than one line", label);
    cr_expect_null(strstr(m, folder), "%s: the folder's path is in the sentence", label);
    clarke_results_free(rs);
}

Test(results, broken_records)
{
    static const struct {
        const char *key, *value, *part;
    } wrong[] = {
        {"verdict", "\"fine\"", "line 2: 'verdict' should be"},
        {"verdict", "7", "line 2: 'verdict' should be text"},
        {"role", "\"guest\"", "line 2: 'role' should be"},
        {"expected", "[]", "line 2: 'expected' should be"},
        {"expected", "[3]", "line 2: 'expected' should be"},
        {"id", "\"<script>\"", "line 2: 'id' should be"},
        {"id", "\"../../etc/passwd\"", "line 2: 'id' should be"},
        {"claim", "\".\"", "line 2: 'claim' should be"},
        {"claim", "\"\"", "line 2: 'claim' should be"},
        {"iterations", "-1", "line 2: 'iterations' should be"},
        {"iterations", "1.5", "line 2: 'iterations' should be"},
        {"alpha", "\"0.1\"", "line 2: 'alpha' should be"},
        {"seeds", "[]", "line 2: 'seeds' should be"},
        {"seeds", "{\"master\":1}", "line 2: the key 'count' is missing"},
        {"hypotheses", "[{\"id\":\"a\"}]", "line 2: 'hypotheses' should be"},
        {"failed", "[1]", "line 2: 'failed' should be"},
        {"evidence", "[]", "line 2: 'evidence' should be"},
        {"surprising", "0", "line 2: 'surprising' should be"},
        {"network", "3", "line 2: 'network' should be"},
        {"id", "\"th1_a-0a51b2c3d4\"", "have one id"},
    };
    json_t *good = record_at(1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *r = json_deep_copy(good);
        json_object_set_new(r, wrong[i].key, json_loads(wrong[i].value, JSON_DECODE_ANY, NULL));
        replace_record(1, r);
        expect_refused(wrong[i].key, wrong[i].part);
    }
    const char *key;
    json_t *value;
    json_object_foreach(good, key, value)
    {
        json_t *r = json_deep_copy(good);
        char part[128];
        snprintf(part, sizeof part, "line 2: the key '%s' is missing", key);
        json_object_del(r, key);
        replace_record(1, r);
        expect_refused(key, part);
    }
    json_object_set_new(good, "a key of a later version", json_true());
    replace_record(1, good);
    clarke_results_free(loaded());
}

Test(results, broken_lines)
{
    static const char *const line[] = {
        "{",     "nonsense", "{\"id\":NaN}",      "{\"a\":1,\"a\":2}",
        "[1,2]", "7",        "{\"id\":\"\xff\"}", "{\"id\":\"\\u0000\"}",
        "{} {}"};
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        replace_line(4, line[i]);
        expect_refused(line[i], "verdicts.jsonl: line 5");
    }
    /* Deeper than the parser goes. */
    char *deep = malloc(20001);
    memset(deep, '[', 20000);
    deep[20000] = '\0';
    replace_line(4, deep);
    expect_refused("deep", "verdicts.jsonl: line 5");
    free(deep);
}

Test(results, broken_folders)
{
    write_text("manifest.json", "{\"schema_version\":2}");
    expect_refused("version", "'schema_version' should be 1");
    write_text("manifest.json", "{}");
    expect_refused("version", "'schema_version' is missing");
    write_text("manifest.json", "[]");
    expect_refused("manifest", "should be one object");
    write_text("manifest.json", "{\"schema_version\":1}");
    clarke_results_free(loaded());
    shell_of("rm '%s/verdicts.jsonl'", folder, "");
    expect_refused("no records", "verdicts.jsonl: No such file");
    shell_of("mkdir '%s/verdicts.jsonl'", folder, "");
    expect_refused("a folder for a file", "verdicts.jsonl: not a regular file");
    shell_of("rmdir '%s/verdicts.jsonl' && mkfifo '%s/verdicts.jsonl'", folder, folder);
    expect_refused("a pipe for a file", "verdicts.jsonl: not a regular file");
    shell_of("rm '%s/verdicts.jsonl' && printf 'a\\000b' > '%s/verdicts.jsonl'", folder, folder);
    expect_refused("a NUL byte", "NUL");
    shell_of("rm '%s/manifest.json'", folder, "");
    expect_refused("no manifest", "manifest.json: No such file");
    write_text("manifest.json", "{\"schema_version\":1}");
    write_text("verdicts.jsonl", "");
    report_all();
    size_t length;
    char *md = text_of(folder, "report.md", &length);
    cr_expect(strncmp(md, "# 0 cases judged, 0 supported or refuted: there is nothing", 58) == 0,
              "empty: %.60s", md);
    free(md);
}

/* ---- strict JSON ---- */

Test(results, strict_json)
{
    const double value[] = {1.0, NAN, -INFINITY};
    json_t *o = json_object(), *back;
    clarke_json_set_real(o, "b", NAN);
    clarke_json_set_real(o, "a", 0.1);
    clarke_json_set_real(o, "c", INFINITY);
    clarke_json_set_reals(o, "d", value, 3);
    clarke_json_set_text(o, "e", "\xff\x01\"\\");
    clarke_json_set_text(o, "f", NULL);
    char *text = json_dumps(o, CLARKE_JSON_FLAGS);
    cr_expect_str_eq(text,
                     "{\"a\":0.10000000000000001,\"b\":null,\"b_reason\":\"nan\",\"c\":null,"
                     "\"c_reason\":\"inf\",\"d\":[1.0,null,null],\"d_reason\":\"nan at index 1\","
                     "\"e\":\"\xEF\xBF\xBD\\u0001\\\"\\\\\",\"f\":null}",
                     "json: %s", text);
    clarke_json_set_real(o, "b", 2.0);
    cr_expect_null(json_object_get(o, "b_reason"), "json: a reason without cause");
    cr_expect_eq(clarke_json_parse(text, strlen(text), "here", &back), CLARKE_OK,
                 "json: read back");
    json_decref(back);
    static const char *const bad[] = {"NaN", "{\"a\":Infinity}", "{\"a\":1e999}", "[1,]", "",
                                      "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(clarke_json_parse(bad[i], strlen(bad[i]), "here", &back), CLARKE_EINPUT,
                     "json: '%s' was read", bad[i]);
        cr_expect(strncmp(clarke_message(), "here: ", 6) == 0, "json: %s", clarke_message());
    }
    free(text);
    json_decref(o);
}

/* ---- schemas ---- */

static json_t *schema_of(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/docs/schemas/%s.schema.json", CLARKE_SOURCE_DIR, name);
    json_error_t error;
    json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(schema, "%s: %s", name, error.text);
    return schema;
}

Test(results, verdict_schema)
{
    char buffer[256];
    json_t *schema = schema_of("verdict");
    clarke_results *rs = loaded();
    for (size_t i = 0; i < rs->count; i++) {
        const char *wrong = schema_mismatch(schema, rs->result[i].json, buffer);
        cr_expect_null(wrong, "%s: %s", rs->result[i].id, wrong);
    }
    const char *key;
    json_t *value;
    json_object_foreach(rs->result[0].json, key, value)
    {
        cr_expect_not_null(json_object_get(json_object_get(schema, "properties"), key),
                           "%s: not in the schema", key);
        json_t *without = json_copy(rs->result[0].json);
        json_object_del(without, key);
        cr_expect_not_null(schema_mismatch(schema, without, buffer), "%s: its absence passes", key);
        json_object_set_new(without, key, json_pack("[f]", 0.5));
        cr_expect(json_is_array(value) || schema_mismatch(schema, without, buffer),
                  "%s: a wrong type passes", key);
        json_decref(without);
    }
    clarke_results_free(rs);
    json_decref(schema);
}

/* What the scheduler writes is what the schema says and what the loader reads. */
Test(results, made_record)
{
    char buffer[256];
    json_t *schema = schema_of("verdict");
    clarke_arena *mem = clarke_arena_new(0);
    clarke_judgement j = {.verdict = CLARKE_INCONCLUSIVE,
                          .smallest_detectable = NAN,
                          .mem = mem,
                          .evidence = json_object(),
                          .sentence = "one <b>sentence</b>"};
    const clarke_case c = {.claim = clarke_claims.entry[0].id,
                           .role = CLARKE_ROLE_CLAIM,
                           .repetitions = 24,
                           .expected = CLARKE_EXPECT_SUPPORTED,
                           .id = "made-0123456789",
                           .alpha = 0.01,
                           .run = {"absquad", "sgd", "constant:1", "single:1", "replacement:1",
                                   "none", "start", 10, NULL}};
    clarke_note_real(&j, "level", NAN);
    clarke_assume(&j, "h", "a hypothesis", CLARKE_HYPOTHESIS_MEASURED, "by %d", 3);
    json_t *record = clarke_record_make(&c, &j, 1, 0, "small");
    const char *wrong = schema_mismatch(schema, record, buffer);
    cr_expect_null(wrong, "made record: %s", wrong);
    char *line = clarke_record_line(record);
    cr_expect_null(strstr(line, ":nan"), "made record: %s", line);
    cr_expect_not_null(strstr(line, "\"level\":null,\"level_reason\":"), "made record: %s", line);
    replace_line(11, line);
    free(line);
    report_all();
    clarke_results *rs = loaded();
    const clarke_result *r = clarke_results_find(rs, "made-0123456789");
    cr_assert_not_null(r, "made record: not read");
    cr_expect(clarke_result_undecided(r), "made record: undecided");
    clarke_results_free(rs);
    json_decref(record);
    json_decref(j.evidence);
    clarke_arena_free(mem);
    json_decref(schema);
}

Test(results, manifest)
{
    static const char *const words[] = {
        "/usr/local/bin/clarke", "verify", "--out=/tmp/x/results/", "--init",
        "file:/home/a/x.npy",    "a/b",    "-I/opt/include",        "/"};
    static const char *const kept[] = {"clarke",     "verify", "--out=results", "--init",
                                       "file:x.npy", "a/b",    "-Iinclude",     ""};
    const clarke_manifest_run run = {.seed = 7,
                                     .suite = "/tmp/mine.yaml",
                                     .jobs = 2,
                                     .argc = sizeof words / sizeof *words,
                                     .argv = words};
    char buffer[256];
    json_t *schema = schema_of("manifest"), *m = NULL, *back = NULL;
    cr_assert_eq(clarke_manifest_make(&run, &m), CLARKE_OK, "manifest: %s", clarke_message());
    const char *wrong = schema_mismatch(schema, m, buffer);
    cr_expect_null(wrong, "manifest: %s", wrong);
    cr_expect_str_eq(json_string_value(json_object_get(m, "suite")), "mine.yaml",
                     "manifest: suite");
    for (size_t i = 0; i < run.argc; i++)
        cr_expect_str_eq(json_string_value(json_array_get(json_object_get(m, "command_line"), i)),
                         kept[i], "manifest: word %zu", i);
    cr_assert_eq(clarke_manifest_write(m, folder), CLARKE_OK, "manifest: %s", clarke_message());
    cr_assert_eq(clarke_manifest_read(folder, &back), CLARKE_OK, "manifest: %s", clarke_message());
    cr_expect(json_equal(m, back), "manifest: read back");
    json_object_set_new(back, "jobs", json_integer(3));
    cr_expect_eq(clarke_manifest_agree(m, back), CLARKE_OK, "manifest: jobs may differ");
    json_object_set_new(back, "seed", json_integer(8));
    cr_expect_eq(clarke_manifest_agree(m, back), CLARKE_EINPUT, "manifest: seeds may not");
    cr_expect_not_null(strstr(clarke_message(), "'seed'"), "manifest: %s", clarke_message());
    json_object_del(back, "seed");
    cr_expect_eq(clarke_manifest_agree(back, m), CLARKE_EINPUT, "manifest: nor may one be missing");
    json_decref(back);
    json_decref(m);
    json_decref(schema);
}
