/* Results folders and reports, on twelve records made by hand (tests/data/results_small). */
#include "core/registry.h"
#include "engine/json.h"
#include "engine/manifest.h"
#include "engine/scheduler.h"
#include "reports/lib/gnuplot.h"
#include "reports/lib/svg.h"
#include "reports/lib/trace_path.h"
#include "reports/lib/write.h"
#include "tests/lib/schema.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void shell(const char *format, const char *a, const char *b)
{
    char command[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(command, sizeof command, format, a, b);
#pragma GCC diagnostic pop
    cr_assert_eq(system(command), 0, "shell: '%s' failed", command);
}

static void reports_setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/clarke-reports-XXXXXX");
    cr_assert_not_null(mkdtemp(folder), "folder: cannot be made");
    shell("cp -r '%s/results_small/.' '%s'", CLARKE_TEST_DATA, folder);
}

static void reports_teardown(void)
{
    shell("rm -rf '%s' '%s-2'", folder, folder);
}

TestSuite(reports, .init = reports_setup, .fini = reports_teardown);

static char *text_of(const char *where, const char *name, size_t *length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", where, name);
    FILE *in = fopen(path, "rb");
    cr_assert_not_null(in, "%s: cannot be read", name);
    size_t size = 1 << 22;
    char *text = malloc(size);
    *length = fread(text, 1, size - 1, in);
    cr_assert_lt(*length, size - 1, "%s: too long for this test", name);
    text[*length] = '\0';
    fclose(in);
    return text;
}

static void write_text(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out, "%s: cannot be written", name);
    fputs(text, out);
    cr_assert_eq(fclose(out), 0, "%s: cannot be written", name);
}

static clarke_results *loaded(void)
{
    clarke_results *results = NULL;
    const clarke_status status = clarke_results_load(folder, &results);
    cr_assert_eq(status, CLARKE_OK, "load: %s", clarke_message());
    return results;
}

/* Loads, writes all reports, frees. */
static void report_all(void)
{
    clarke_results *results = loaded();
    const clarke_status status = clarke_reports_write(results, folder);
    cr_assert_eq(status, CLARKE_OK, "write: %s", clarke_message());
    clarke_results_free(results);
}

/* Line `number` (from 0) of verdicts.jsonl as JSON; and all lines back, with it replaced. */
static json_t *record_at(size_t number)
{
    size_t length;
    char *text = text_of(folder, "verdicts.jsonl", &length), *line = text;
    for (size_t i = 0; i < number; i++) line = strchr(line, '\n') + 1;
    json_t *json = json_loadb(line, strcspn(line, "\n"), 0, NULL);
    cr_assert_not_null(json, "record %zu: not read", number);
    free(text);
    return json;
}

static void replace_line(size_t number, const char *replacement)
{
    size_t length;
    char *text = text_of(folder, "verdicts.jsonl", &length), *line = text;
    for (size_t i = 0; i < number; i++) line = strchr(line, '\n') + 1;
    char *all = malloc(length + strlen(replacement) + 2);
    sprintf(all, "%.*s%s%s", (int)(line - text), text, replacement, strchr(line, '\n'));
    write_text("verdicts.jsonl", all);
    free(all);
    free(text);
}

static void replace_record(size_t number, json_t *record)
{
    char *line = json_dumps(record, CLARKE_JSON_FLAGS);
    replace_line(number, line);
    free(line);
    json_decref(record);
}

/* ---- loading ---- */

Test(reports, counts)
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
Test(reports, exit_status)
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

Test(reports, broken_records)
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

Test(reports, broken_lines)
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

Test(reports, broken_folders)
{
    write_text("manifest.json", "{\"schema_version\":2}");
    expect_refused("version", "'schema_version' should be 1");
    write_text("manifest.json", "{}");
    expect_refused("version", "'schema_version' is missing");
    write_text("manifest.json", "[]");
    expect_refused("manifest", "should be one object");
    write_text("manifest.json", "{\"schema_version\":1}");
    clarke_results_free(loaded());
    shell("rm '%s/verdicts.jsonl'", folder, "");
    expect_refused("no records", "verdicts.jsonl: No such file");
    shell("mkdir '%s/verdicts.jsonl'", folder, "");
    expect_refused("a folder for a file", "verdicts.jsonl: not a regular file");
    shell("rmdir '%s/verdicts.jsonl' && mkfifo '%s/verdicts.jsonl'", folder, folder);
    expect_refused("a pipe for a file", "verdicts.jsonl: not a regular file");
    shell("rm '%s/verdicts.jsonl' && printf 'a\\000b' > '%s/verdicts.jsonl'", folder, folder);
    expect_refused("a NUL byte", "NUL");
    shell("rm '%s/manifest.json'", folder, "");
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

Test(reports, strict_json)
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

Test(reports, verdict_schema)
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
Test(reports, made_record)
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

Test(reports, manifest)
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

/* ---- reports ---- */

static const char *const outputs[] = {"report.md", "report.html", "junit.xml"};

static void expect_equal_folders(const char *label)
{
    char command[512];
    snprintf(command, sizeof command, "diff -r -x manifest.json -x verdicts.jsonl '%s' '%s-2' >&2",
             folder, folder);
    cr_expect_eq(system(command), 0, "%s: the bytes differ", label);
}

Test(reports, deterministic)
{
    report_all();
    shell("cp -r '%s' '%s-2'", folder, folder);
    report_all();
    expect_equal_folders("written again");
    /* The order of lines, the job count and the command line change nothing. */
    shell("sort -r '%s/verdicts.jsonl' > '%s-2/sorted'", folder, folder);
    shell("mv '%s-2/sorted' '%s/verdicts.jsonl'", folder, folder);
    json_t *m = NULL;
    cr_assert_eq(clarke_manifest_read(folder, &m), CLARKE_OK, "manifest: %s", clarke_message());
    json_object_set_new(m, "jobs", json_integer(64));
    json_object_set_new(m, "command_line", json_pack("[s]", "other"));
    clarke_manifest_write(m, folder);
    json_decref(m);
    report_all();
    expect_equal_folders("other order, other jobs");
    shell("! find '%s' -name '*.tmp' | grep -q .", folder, "");
    for (size_t i = 0; i < 3; i++) {
        size_t length;
        char *text = text_of(folder, outputs[i], &length);
        cr_expect_null(strstr(text, folder), "%s: has the folder's path", outputs[i]);
        cr_expect_null(strstr(text, "nan "), "%s: has a NaN", outputs[i]);
        free(text);
    }
}

Test(reports, markdown)
{
    size_t length;
    report_all();
    char *md = text_of(folder, "report.md", &length);
    cr_expect(strncmp(md, "# 12 cases judged, 8 supported or refuted: 1 surprising, 2 undecided\n",
                      69) == 0,
              "first line: %.60s", md);
    cr_expect_not_null(strstr(md, "| claim | 3 | 1 | 1 | 1 |"), "markdown: counts of claims");
    cr_expect_not_null(strstr(md, "| control | 0 | 2 | 0 | 2 |"), "markdown: counts of controls");
    const char *list = strstr(md, "(#th1_a-3d84e5f607)");
    cr_expect(list && list < strstr(md, "| role |"), "markdown: surprises come first");
    const clarke_claim_desc *claim = clarke_registry_get(&clarke_claims, "th1_a");
    if (claim && claim->provenance != CLARKE_PROVENANCE_READ) {
        cr_expect_not_null(strstr(md, "## The reading '"), "markdown: a failing claim not read");
        cr_expect_null(strstr(md, "fails as printed"), "markdown: as printed, though not read");
        cr_expect_not_null(strstr(md, claim->paper), "markdown: the paper");
    }
    cr_expect_not_null(strstr(md, "`zz_reading`: this build does not know the claim"),
                       "markdown: an unknown claim");
    const char *row = strstr(md, "[4e95f60718](#th1_a-4e95f60718)");
    cr_expect(row && strcspn(row, "\n") > (size_t)(strstr(row, "5fa6071829") - row),
              "markdown: both records of a control in one row");
    cr_expect_not_null(strstr(md, "no audit was run for this build"), "markdown: power");
    cr_expect_not_null(strstr(md, "add up to 0.012"), "markdown: alpha");
    cr_expect_not_null(strstr(md, "| `absquad:n=2` | proved by hand | n=1 in "),
                       "markdown: the truth of the problem");
    cr_expect_null(strstr(md, "command"), "markdown: the command line");
    size_t replays = 0;
    for (const char *c = md; (c = strstr(c, "clarke replay ")); c++) replays++;
    cr_expect_eq(replays, 12, "markdown: %zu replay commands", replays);
    free(md);
}

/* A tiny walker: tags nest and close, attributes are quoted, entities are known. NULL if well-formed,
   else where it is not. */
static const char *xml_wrong(const char *c)
{
    const char *open[64];
    size_t depth = 0, roots = 0;
    if (strncmp(c, "<?xml", 5) != 0) return c;
    c = strstr(c, "?>") + 2;
    while (*c) {
        if (*c == '&') {
            const size_t n = strcspn(c, ";");
            if (strncmp(c, "&lt;", 4) && strncmp(c, "&gt;", 4) && strncmp(c, "&amp;", 5) &&
                strncmp(c, "&quot;", 6) && strncmp(c, "&#39;", 5))
                return c;
            c += n + 1;
        } else if (*c == '<') {
            const bool ends = c[1] == '/';
            const char *name = c + 1 + ends;
            size_t n = 0;
            while (islower((unsigned char)name[n]) || name[n] == '-') n++;
            if (n == 0) return c;
            const char *at = name + n;
            while (*at == ' ') {
                at += 1 + strcspn(at + 1, "=<>");
                if (at[0] != '=' || at[1] != '"') return c;
                const size_t value = strcspn(at + 2, "\"<");
                if (at[2 + value] != '"') return c;
                at += 3 + value;
            }
            const bool closed = *at == '/';
            if (at[closed] != '>') return c;
            if (ends && (depth == 0 || strncmp(open[--depth], name, n) != 0)) return c;
            if (!ends && !closed) {
                if (depth == 0 && roots++ > 0) return c;
                open[depth++] = name;
            }
            c = at + closed + 1;
        } else {
            if ((unsigned char)*c < 0x20 && *c != '\n') return c;
            if (depth == 0 && *c != '\n') return c;
            c++;
        }
    }
    return depth == 0 && roots == 1 ? NULL : c;
}

Test(reports, junit)
{
    size_t length;
    cr_assert_not_null(xml_wrong("<?xml?><a><b></a></b>"), "walker: sample");
    cr_assert_not_null(xml_wrong("<?xml?><a x=y/>"), "walker: sample");
    cr_assert_not_null(xml_wrong("<?xml?><a>&x;</a>"), "walker: sample");
    report_all();
    char *xml = text_of(folder, "junit.xml", &length);
    const char *wrong = xml_wrong(xml);
    cr_expect_null(wrong, "junit: not well-formed at '%.40s'", wrong);
    cr_expect_not_null(
        strstr(
            xml,
            "<testsuites name=\"clarke\" tests=\"12\" failures=\"1\" errors=\"0\" skipped=\"2\">"),
        "junit: totals in %.160s", xml);
    cr_expect_not_null(strstr(xml, "<skipped message=\"inconclusive: 17 of 24"),
                       "junit: inconclusive");
    cr_expect_not_null(strstr(xml, "<skipped message=\"not-applicable: hypothesis"),
                       "junit: not-applicable where a judgement was expected");
    cr_expect_not_null(strstr(xml, "<failure message=\"refuted: "), "junit: a surprise");
    const char *control = strstr(xml, "th1_a-4e95f60718");
    cr_assert_not_null(control, "junit: the control");
    cr_expect(strstr(control, "</testcase>") < strstr(control, "<skipped"),
              "junit: a control's first record passes as it is expected to");
    free(xml);
    /* Inconclusive is no pass even where it is expected; no verdict is an error. */
    json_t *r = record_at(2);
    json_object_set_new(r, "expected", json_pack("[s]", "inconclusive"));
    json_object_set_new(r, "surprising", json_false());
    replace_record(2, r);
    r = record_at(0);
    json_object_set_new(r, "verdict", json_string("none"));
    replace_record(0, r);
    report_all();
    xml = text_of(folder, "junit.xml", &length);
    cr_expect_not_null(strstr(xml, "failures=\"1\" errors=\"1\" skipped=\"2\">"), "junit: %.160s",
                       xml);
    free(xml);
}

static const char hostile[] = "<script>alert('\x01')</script>&<b>\"|`x`|[a](b)\n*_</pre></svg>]]>"
                              "\xEF\xBF\xBF\xE2\x80\xAE{$(id)}";

/* Every text of the value but those that have a fixed list of values. */
static void make_hostile(json_t *value)
{
    static const char *const fixed[] = {"id", "claim", "role", "verdict", "state", "expected"};
    const char *key;
    json_t *item;
    size_t i;
    json_array_foreach(value, i, item)
    {
        if (json_is_string(item))
            json_array_set_new(value, i, json_string(hostile));
        else
            make_hostile(item);
    }
    if (!json_is_object(value)) return;
    json_object_foreach(value, key, item)
    {
        bool kept = false;
        for (size_t f = 0; f < sizeof fixed / sizeof *fixed; f++)
            kept |= strcmp(key, fixed[f]) == 0;
        if (kept && strcmp(key, "id") != 0) continue;
        if (!kept && (json_is_string(item) || json_is_null(item)) &&
            strstr(key, "_reason") == NULL && strcmp(key, "smallest_detectable") != 0)
            json_object_set_new(value, key, json_string(hostile));
        else
            make_hostile(item);
    }
}

Test(reports, escaping)
{
    size_t length;
    for (size_t i = 0; i < 12; i++) {
        json_t *r = record_at(i);
        make_hostile(r);
        json_object_set_new(json_object_get(r, "evidence"), hostile, json_string(hostile));
        replace_record(i, r);
    }
    json_t *m = NULL;
    clarke_manifest_read(folder, &m);
    make_hostile(m);
    clarke_manifest_write(m, folder);
    json_decref(m);
    report_all();
    for (size_t o = 0; o < 3; o++) {
        char *text = text_of(folder, outputs[o], &length);
        const bool html = strcmp(outputs[o], "report.html") == 0;
        cr_expect_eq(strlen(text), length, "%s: a NUL byte", outputs[o]);
        cr_expect_not_null(strstr(text, html ? "&lt;script&gt;" : "script"), "%s: the text is lost",
                           outputs[o]);
        for (const char *c = text; *c; c++)
            if ((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t')
                cr_expect_fail("%s: a control character", outputs[o]);
        cr_expect_null(strstr(text, "\xE2\x80\xAE"), "%s: a bidirectional override", outputs[o]);
        if (html || o == 2) {
            cr_expect_null(strstr(text, "<script"), "%s: a script", outputs[o]);
            cr_expect_null(strstr(text, "<b>"), "%s: an element", outputs[o]);
        }
        if (o == 2) cr_expect_null(xml_wrong(text), "%s: not well-formed", outputs[o]);
        free(text);
    }
    /* In Markdown only a fenced block may hold it raw, and every row keeps its cells. */
    char *md = text_of(folder, "report.md", &length);
    bool fenced = false;
    for (char *save = NULL, *line = strtok_r(md, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        fenced ^= strncmp(line, "```", 3) == 0;
        cr_expect(fenced || !strstr(line, "<script"), "report.md: %.80s", line);
    }
    free(md);
}

/* ---- figures ---- */

Test(reports, safe_svg)
{
    static const char *const bad[] = {"",
                                      "<svg",
                                      "<svg>",
                                      "<svg></g>",
                                      "<svg></svg><script/>",
                                      "<svg><script/></svg>",
                                      "<svg onload=\"a()\"></svg>",
                                      "<svg><a xlink:href=\"#x\"/></svg>",
                                      "<svg><use xlink:href=\"http://x/y#z\"/></svg>",
                                      "<svg><g fill=\"url(http://x)\"/></svg>",
                                      "<svg><foreignObject/></svg>",
                                      "<svg><style>*{}</style></svg>",
                                      "<svg><!-- x --></svg>",
                                      "<svg><image xlink:href='data:,'/></svg>",
                                      "<svg style=\"x\"></svg>",
                                      "<svg id=x></svg>",
                                      "<!DOCTYPE svg><svg></svg>",
                                      "<svg></svg>text",
                                      "<svg><g d='&lt;'/></svg>",
                                      "<svg><g d='<'/></svg>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not(clarke_svg_is_safe(bad[i]), "svg: '%s' passes", bad[i]);
    cr_expect(
        clarke_svg_is_safe("<?xml version=\"1.0\"?>\n<svg width='1'>\n<g id='a'><path d='M0'/>"
                           "</g><use xlink:href='#a'/>&amp;</svg>\n"),
        "svg: a good one");
    FILE *out = tmpfile();
    char text[256] = "";
    clarke_svg_inline(out, "<?xml?><svg><g id='a'/><use xlink:href='#a' fill=\"url(#a)\"/></svg>",
                      "p-", "L");
    rewind(out);
    cr_assert_gt(fread(text, 1, sizeof text - 1, out), 0, "svg: nothing written");
    fclose(out);
    cr_expect_str_eq(text,
                     "<svg role=\"img\" aria-label=\"L\"><g id='p-a'/><use xlink:href='#p-a' "
                     "fill=\"url(#p-a)\"/></svg>",
                     "svg: %s", text);
}

static const char *const figures[] = {"figures/th1_a-blocks.svg", "figures/th2_descent-psi.svg",
                                      "figures/th1_a-path.svg"};

Test(reports, figures)
{
    if (system("gnuplot --version >/dev/null 2>&1") != 0) cr_skip_test("gnuplot is not there");
    size_t length;
    report_all();
    char *html = text_of(folder, "report.html", &length), *svg;
    char *md = text_of(folder, "report.md", &length);
    const char *c = html;
    size_t inlined = 0;
    for (; (c = strstr(c, "<svg ")); c++) inlined++;
    cr_expect_eq(inlined, 3, "figures: %zu in the page", inlined);
    for (size_t i = 0; i < 3; i++) {
        svg = text_of(folder, figures[i], &length);
        cr_expect(clarke_svg_is_safe(svg), "%s: not safe", figures[i]);
        cr_expect_not_null(strstr(md, figures[i]), "%s: no link", figures[i]);
        free(svg);
    }
    free(md);
    free(html);
    /* A figure that somebody else put there is not inlined. */
    write_text(figures[1], "<svg><script>x</script></svg>");
    clarke_results *rs = loaded();
    FILE *out = tmpfile();
    cr_assert_eq(clarke_report_one(rs, "html", out), CLARKE_OK, "one: %s", clarke_message());
    html = calloc(1, 1 << 22);
    rewind(out);
    cr_assert_gt(fread(html, 1, (1 << 22) - 1, out), 0, "one: nothing written");
    cr_expect_null(strstr(html, "<script"), "figures: a script in the page");
    cr_expect_not_null(strstr(html, "The figure was not drawn"), "figures: the sentence");
    free(html);
    fclose(out);
    clarke_results_free(rs);
}

/* What a plot hands to gnuplot for the case that now has a network. */
static char *script_of(const clarke_plot *plot, const char *id, char *script, size_t room)
{
    clarke_results *rs = loaded();
    const clarke_result *r = clarke_results_find(rs, id);
    cr_assert(r && plot->usable(rs, r), "%s: %s cannot be drawn", plot->ending, id);
    FILE *out = tmpfile();
    cr_assert_eq(plot->draw(rs, &r, 1, out), CLARKE_OK, "%s: %s", plot->ending, clarke_message());
    rewind(out);
    script[fread(script, 1, room - 1, out)] = '\0';
    fclose(out);
    clarke_results_free(rs);
    return script;
}

/* Record 0 becomes one of two agents on `problem`, with the trace of `rows` steps: x_i = +-1/(k+1),
   eta_k = t_{k+1} - t_k = 1/(k+1). Returns its id. */
static const char *two_agents(const char *problem, size_t rows)
{
    static char id[64];
    char trace[8192] = "k,t,eta,consensus,a0.x0,a1.x0\n", name[128];
    json_t *record = record_at(0);
    snprintf(id, sizeof id, "%s", json_string_value(json_object_get(record, "id")));
    json_object_set_new(record, "problem", json_string(problem));
    json_object_set_new(record, "network", json_string("path:d=2"));
    json_object_set_new(record, "method", json_string("dsgd"));
    replace_record(0, record);
    double time = 0.0;
    for (size_t k = 0; k < rows; k++) {
        const double x = 1.0 / (double)(k + 1);
        sprintf(trace + strlen(trace), "%zu,%.17g,%.17g,%.17g,%.17g,%.17g\n", k, time, x,
                sqrt(2.0) * x, x, -x);
        time += x;
    }
    snprintf(name, sizeof name, "traces/%s.csv", id);
    write_text(name, trace);
    return id;
}

Test(reports, figures_of_agents)
{
    static char script[1 << 16];
    /* Two agents that cancel: 0 is critical for the field only, 1 is stationary. */
    const char *id = two_agents("dec_cancel_abs:b=1,h=1", 40);
    script_of(&clarke_plot_agents, id, script, sizeof script);
    cr_expect_not_null(strstr(script, "\n1.5 0 0.3333333 -0.3333333\n"), "row 2: t, mean, agents");
    cr_expect_not_null(strstr(script, "plot 0 with lines lw 2.4 dt 3"), "the field's point");
    cr_expect_not_null(strstr(script, "1 with lines lw 1.2 dt 1 lc rgb '#009E73'"), "Clarke's");
    cr_expect_not_null(strstr(script, "$flow << END\nNaN NaN\nEND\n"), "no unique flow");
    script_of(&clarke_plot_consensus, id, script, sizeof script);
    cr_expect_not_null(strstr(script, "\n0.5 0.7071068 1.414214\n"),
                       "row 1: eta, consensus, offset");
    cr_expect_null(strstr(script, "\n1 1.414214 1.414214\n"), "row 0 has no step before it");
    /* The flow of (x - 1)^2/2 from 0 at t = 1: 1 - exp(-(t - 1)), by 50 implicit steps between rows
       within 1 % at t = 1.5. */
    two_agents("quadratic_agents:a=0,2", 40);
    script_of(&clarke_plot_agents, id, script, sizeof script);
    const char *flow = strstr(script, "$flow << END\n"),
               *at = flow ? strstr(flow, "\n1 0\n1.5 ") : 0;
    cr_assert_not_null(at, "the flow is not put on the mean at t = 1: %.200s", flow ? flow : "");
    const double x = strtod(at + 9, NULL);
    cr_expect_float_eq(x, 1.0 - exp(-0.5), 0.01, "the flow is at %g", x);
    /* A step size that stays, a trace without agents, and one point's problem give no figure. */
    clarke_results *rs = loaded();
    const clarke_result *r = clarke_results_find(rs, "th1_a-1b62c3d4e5");
    cr_expect(!clarke_plot_agents.usable(rs, r), "no network");
    cr_expect(!clarke_plot_consensus.usable(rs, r), "no network");
    clarke_results_free(rs);
}

/* Agents in the plane: their mean's path, and theirs. */
Test(reports, path_of_agents)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_path path;
    shell("mkdir -p '%s/traces'", folder, "");
    write_text("traces/a.csv", "k,a0.x0,a0.x1,a1.x0,a1.x1\n0,1,2,3,6\n1,0,1,2,2\n2,0,,1,1\n");
    cr_assert_eq(clarke_path_read(folder, "a", 10, mem, &path), CLARKE_OK, "%s", clarke_message());
    cr_assert(path.count == 2 && path.agents == 2, "two agents, and two rows that are finite");
    cr_expect(path.x[0] == 2.0 && path.x[1] == 4.0 && path.x[2] == 1.0 && path.x[3] == 1.5,
              "means");
    cr_expect(path.agent[0] == 1.0 && path.agent[2] == 0.0 && path.agent[4] == 3.0 &&
                  path.agent[7] == 2.0,
              "agents");
    write_text("traces/b.csv", "k,a0.x0,a0.x1,a1.x0\n0,1,2,3\n1,0,1,2\n");
    cr_expect_eq(clarke_path_read(folder, "b", 10, mem, &path), CLARKE_EINPUT,
                 "a column is missing");
    clarke_arena_free(mem);
}

/* Without gnuplot, and with a trace that is none, the reports are written all the same. */
Test(reports, no_figures)
{
    size_t length;
    write_text("traces/th1_a-1b62c3d4e5.csv", "k,x0,x1\n0,1,nonsense\n");
    /* A figure of an earlier report would show other records. */
    shell("mkdir -p '%s/figures' && echo old > '%s/figures/th1_a-blocks.svg'", folder, folder);
    setenv("PATH", "/nonexistent", 1);
    FILE *script = tmpfile();
    cr_expect_eq(clarke_gnuplot_run(script, folder, "a.svg"), CLARKE_EUNAVAILABLE, "no gnuplot: %s",
                 clarke_message());
    fclose(script);
    report_all();
    setenv("PATH", "/usr/bin:/bin", 1);
    char *md = text_of(folder, "report.md", &length);
    cr_expect_not_null(strstr(md, "th1_a-blocks.svg was not drawn"), "no gnuplot: the sentence");
    cr_expect_null(strstr(md, "th1_a-path.svg"), "broken trace: a figure");
    free(md);
    shell("! find '%s/figures' -type f | grep -q .", folder, "");
}

Test(reports, formats)
{
    static const char *const good[] = {"markdown", "md", "html", "junit", "xml", "json", "records"};
    clarke_results *rs = loaded();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        FILE *out = tmpfile();
        cr_expect_eq(clarke_report_one(rs, good[i], out), CLARKE_OK, "%s: %s", good[i],
                     clarke_message());
        cr_expect_gt(ftell(out), 100, "%s: too short", good[i]);
        if (strcmp(good[i], "json") == 0) {
            rewind(out);
            json_t *array = json_loadf(out, JSON_REJECT_DUPLICATES, NULL);
            cr_expect_eq(json_array_size(array), 12, "json: the array");
            json_decref(array);
        }
        fclose(out);
    }
    FILE *out = tmpfile();
    cr_expect_eq(clarke_report_one(rs, "markdwn", out), CLARKE_EINPUT, "format: an unknown one");
    cr_expect_not_null(strstr(clarke_message(), "'markdown'"), "format: %s", clarke_message());
    fclose(out);
    FILE *full = fopen("/dev/full", "w");
    if (full) {
        cr_expect_eq(clarke_report_one(rs, "md", full), CLARKE_EIO, "a full disk: no failure");
        fclose(full);
    }
    cr_expect_eq(clarke_reports_write(rs, "/nonexistent/folder"), CLARKE_EIO, "no such folder");
    clarke_results_free(rs);
}
