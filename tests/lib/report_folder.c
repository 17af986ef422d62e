#include "tests/lib/report_folder.h"

#include "engine/json.h"
#include "reports/lib/write.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char folder[64];

void shell_of(const char *format, const char *a, const char *b)
{
    char command[1024];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(command, sizeof command, format, a, b);
#pragma GCC diagnostic pop
    cr_assert_eq(system(command), 0, "shell: '%s' failed", command);
}

void reports_setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/clarke-reports-XXXXXX");
    cr_assert_not_null(mkdtemp(folder), "folder: cannot be made");
    shell_of("cp -r '%s/results_small/.' '%s'", CLARKE_TEST_DATA, folder);
}

void reports_teardown(void)
{
    shell_of("rm -rf '%s' '%s-2'", folder, folder);
}

char *text_of(const char *where, const char *name, size_t *length)
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

void write_text(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out, "%s: cannot be written", name);
    fputs(text, out);
    cr_assert_eq(fclose(out), 0, "%s: cannot be written", name);
}

clarke_results *loaded(void)
{
    clarke_results *results = NULL;
    const clarke_status status = clarke_results_load(folder, &results);
    cr_assert_eq(status, CLARKE_OK, "load: %s", clarke_message());
    return results;
}

void report_all(void)
{
    clarke_results *results = loaded();
    const clarke_status status = clarke_reports_write(results, folder);
    cr_assert_eq(status, CLARKE_OK, "write: %s", clarke_message());
    clarke_results_free(results);
}

json_t *record_at(size_t number)
{
    size_t length;
    char *text = text_of(folder, "verdicts.jsonl", &length), *line = text;
    for (size_t i = 0; i < number; i++) line = strchr(line, '\n') + 1;
    json_t *json = json_loadb(line, strcspn(line, "\n"), 0, NULL);
    cr_assert_not_null(json, "record %zu: not read", number);
    free(text);
    return json;
}

void replace_line(size_t number, const char *replacement)
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

void replace_record(size_t number, json_t *record)
{
    char *line = json_dumps(record, CLARKE_JSON_FLAGS);
    replace_line(number, line);
    free(line);
    json_decref(record);
}
