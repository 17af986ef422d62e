/* Reports of a results folder. */
#include "core/registry.h"
#include "engine/manifest.h"
#include "reports/lib/write.h"
#include "tests/lib/report_folder.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(reports, .init = reports_setup, .fini = reports_teardown);

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
    shell_of("cp -r '%s' '%s-2'", folder, folder);
    report_all();
    expect_equal_folders("written again");
    /* The order of lines, the job count and the command line change nothing. */
    shell_of("sort -r '%s/verdicts.jsonl' > '%s-2/sorted'", folder, folder);
    shell_of("mv '%s-2/sorted' '%s/verdicts.jsonl'", folder, folder);
    json_t *m = NULL;
    cr_assert_eq(clarke_manifest_read(folder, &m), CLARKE_OK, "manifest: %s", clarke_message());
    json_object_set_new(m, "jobs", json_integer(64));
    json_object_set_new(m, "command_line", json_pack("[s]", "other"));
    clarke_manifest_write(m, folder);
    json_decref(m);
    report_all();
    expect_equal_folders("other order, other jobs");
    shell_of("! find '%s' -name '*.tmp' | grep -q .", folder, "");
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
    cr_expect_eq(replays, 13, "markdown: %zu replay commands", replays); /* one at the top */
    const char *reading = strstr(md, "[zz_reading](#zz_reading) (statement ");
    cr_expect(reading && reading < strstr(md, "| role |"), "markdown: a reading that fails");
    /* Families of claims have their own tables, with their own methods. */
    cr_expect_not_null(strstr(md, "| claim | clipped_sgd | heavy_ball | sgd | sign_sgd |\n"), "%s",
                       md);
    cr_expect_not_null(strstr(md, "| claim | heavy_ball | lion |\n"), "markdown: th2's table");
    cr_expect_not_null(strstr(md, "| claim | sgd |\n"), "markdown: zz's table");
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

/* The report in a format that is no file of the folder; the caller frees it. */
static char *report_in(const char *format)
{
    char *text = NULL;
    size_t length;
    clarke_results *rs = loaded();
    FILE *out = open_memstream(&text, &length);
    cr_assert_eq(clarke_report_one(rs, format, out), CLARKE_OK, "%s: %s", format, clarke_message());
    fclose(out);
    clarke_results_free(rs);
    return text;
}

/* The begin of report.md, but that nothing is a link. */
Test(reports, summary)
{
    size_t length;
    report_all();
    char *md = text_of(folder, "report.md", &length), *text = report_in("summary");
    const size_t first = strcspn(md, "\n");
    cr_expect_eq(strncmp(text, md, first), 0, "summary: %.80s", text);
    cr_expect_null(strstr(text, "]("), "summary: a link");
    cr_expect_not_null(strstr(text, "refuted th1_a-3d84e5f607 (claim): "), "summary: %s", text);
    cr_expect_not_null(strstr(text, "| control | 0 | 2 | 0 | 2 |"), "summary: counts");
    cr_expect_not_null(strstr(text, "| claim | heavy_ball | lion |\n"), "summary: the matrix");
    cr_expect_null(strstr(text, "<details>"), "summary: cases");
    free(md);
    free(text);
}

/* testanything.org, version 14: a plan, then one line a test, numbered from 1. */
Test(reports, tap)
{
    json_t *r = record_at(0);
    json_object_set_new(r, "problem", json_string("absquad # SKIP me\n2..3"));
    replace_record(0, r);
    r = record_at(1);
    json_object_set_new(r, "verdict", json_string("none"));
    replace_record(1, r);
    char *text = report_in("tap");
    cr_expect(strncmp(text, "TAP version 14\n1..12\n", 21) == 0, "tap: begins with %.30s", text);
    size_t tests = 0, failed = 0, skipped = 0, blocks = 0;
    bool inside = false;
    for (char *save = NULL, *line = strtok_r(text + 21, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        if (line[0] == ' ') {
            inside = strcmp(line, "  ...") != 0;
            blocks += strncmp(line, "  replay: \"clarke replay ", 25) == 0;
            continue;
        }
        cr_expect_not(inside, "tap: an open block before '%s'", line);
        char number[32];
        const bool bad = strncmp(line, "not ok ", 7) == 0;
        snprintf(number, sizeof number, "%sok %zu - ", bad ? "not " : "", ++tests);
        cr_expect(strncmp(line, number, strlen(number)) == 0, "tap: '%s'", line);
        const char *directive = strstr(line, " # ");
        skipped += directive && strncmp(directive, " # SKIP inconclusive: ", 22) == 0;
        skipped += directive && strncmp(directive, " # SKIP not-applicable: ", 24) == 0;
        cr_expect(!directive || !bad, "tap: what fails is not skipped: '%s'", line);
        failed += bad;
    }
    cr_expect_eq(tests, 12, "tap: %zu tests", tests);
    cr_expect_eq(skipped, 2, "tap: %zu skipped", skipped);
    cr_expect_eq(failed, 2, "tap: %zu failed: a surprise, and one without a verdict", failed);
    cr_expect_eq(blocks, failed, "tap: %zu replay commands", blocks);
    free(text);
}

/* What SARIF 2.1.0 asks (3.27: level is "none" unless the kind is "fail", ruleId is one of the
   rules), and what services need besides: a place and a fingerprint. */
static void expect_finding(json_t *finding, json_t *rules, size_t *fails, size_t *open)
{
    const char *kind = json_string_value(json_object_get(finding, "kind"));
    const char *level = json_string_value(json_object_get(finding, "level"));
    const char *rule = json_string_value(json_object_get(finding, "ruleId"));
    cr_assert(kind && level && rule, "sarif: kind, level, ruleId");
    const bool fail = strcmp(kind, "fail") == 0;
    cr_expect(fail || strcmp(kind, "open") == 0, "sarif: kind %s", kind);
    cr_expect_str_eq(level, fail ? "error" : "none", "sarif: the level of %s", kind);
    *fails += fail;
    *open += !fail;
    size_t i, known = 0;
    json_t *entry;
    json_array_foreach(rules, i, entry)
    {
        known += strcmp(json_string_value(json_object_get(entry, "id")), rule) == 0;
    }
    cr_expect_eq(known, 1, "sarif: %zu rules %s", known, rule);
    json_t *place = json_object_get(json_array_get(json_object_get(finding, "locations"), 0),
                                    "physicalLocation");
    cr_expect_str_eq(
        json_string_value(json_object_get(json_object_get(place, "artifactLocation"), "uri")),
        "verdicts.jsonl");
    const json_int_t line =
        json_integer_value(json_object_get(json_object_get(place, "region"), "startLine"));
    json_t *record = record_at((size_t)line - 1);
    cr_expect_str_eq(json_string_value(json_object_get(
                         json_object_get(finding, "partialFingerprints"), "case/v1")),
                     json_string_value(json_object_get(record, "id")), "sarif: the line");
    json_decref(record);
}

Test(reports, sarif)
{
    char *text = report_in("sarif");
    json_t *log = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    cr_assert_not_null(log, "sarif: no JSON");
    cr_expect_str_eq(json_string_value(json_object_get(log, "version")), "2.1.0");
    json_t *run = json_array_get(json_object_get(log, "runs"), 0);
    json_t *driver = json_object_get(json_object_get(run, "tool"), "driver");
    json_t *rules = json_object_get(driver, "rules");
    cr_expect_str_eq(json_string_value(json_object_get(driver, "name")), "clarke");
    cr_expect_str_eq(json_string_value(json_object_get(driver, "version")), "0.1.0");
    size_t i, fails = 0, open = 0;
    json_t *finding;
    json_array_foreach(json_object_get(run, "results"), i, finding)
    {
        expect_finding(finding, rules, &fails, &open);
    }
    cr_expect_eq(fails, 1, "sarif: %zu surprises", fails);
    cr_expect_eq(open, 2, "sarif: %zu undecided", open);
    json_t *counts = json_object_get(run, "properties");
    cr_expect_eq(json_integer_value(json_object_get(counts, "cases")), 12);
    json_int_t sum = 0;
    const char *key;
    json_t *count;
    json_object_foreach(json_object_get(counts, "verdicts"), key, count)
    {
        sum += json_integer_value(count);
    }
    cr_expect_eq(sum, 12, "sarif: the counts");
    json_decref(log);
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

Test(reports, formats)
{
    static const char *const good[] = {"markdown", "md",      "html",  "junit", "xml",
                                       "json",     "records", "sarif", "tap",   "summary"};
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
