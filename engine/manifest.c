#include "engine/manifest.h"

#include "engine/folder.h"

#include <gsl/gsl_version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#ifndef CLARKE_COMMIT
#define CLARKE_COMMIT "unknown"
#endif
#ifndef CLARKE_VERSION
#define CLARKE_VERSION "unknown"
#endif
#ifndef CLARKE_COMPILER
#define CLARKE_COMPILER "unknown"
#endif
#ifndef CLARKE_FLAGS
#define CLARKE_FLAGS "unknown"
#endif
/* Random123 is a header-only library whose headers state no version. */
#ifndef CLARKE_RANDOM123_VERSION
#define CLARKE_RANDOM123_VERSION "unknown (its headers state none)"
#endif

enum { MANIFEST_SCHEMA = 1, MANIFEST_LIMIT = 1 << 20, MANIFEST_WORDS = 4096 };

/* Of OpenBLAS; its header cannot be included beside GSL's. */
char *openblas_get_corename(void);
char *openblas_get_config(void);

/* ---- the machine ---- */

/* The processor's features that change a kernel or a libm variant. */
static const char *const manifest_features[] = {
    "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512vl", "asimd", "sve",
};

static bool manifest_has_word(const char *line, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = line; (at = strstr(at, word)); at += length)
        if ((at == line || strchr(" \t:", at[-1])) && strchr(" \t\n", at[length])) return true;
    return false;
}

/* Appends "name" for every feature of the line of flags. */
static void manifest_flags(const char *line, char *flags, size_t size)
{
    for (size_t i = 0; i < sizeof manifest_features / sizeof *manifest_features; i++) {
        const size_t used = strlen(flags);
        if (manifest_has_word(line, manifest_features[i]))
            snprintf(flags + used, size - used, "%s%s", used ? " " : "", manifest_features[i]);
    }
}

static void manifest_cpu(char model[128], char flags[128])
{
    char line[8192];
    struct utsname name;
    snprintf(model, 128, "%s", uname(&name) == 0 ? name.machine : "unknown");
    flags[0] = '\0';
    FILE *in = fopen("/proc/cpuinfo", "r");
    bool named = false;
    while (in && fgets(line, sizeof line, in)) {
        const char *colon = strchr(line, ':');
        if (!colon) continue;
        if (!named && strncmp(line, "model name", 10) == 0) {
            named = true;
            snprintf(model, 128, "%.*s", (int)strcspn(colon + 1, "\n"), colon + 1);
            memmove(model, model + strspn(model, " "), strlen(model + strspn(model, " ")) + 1);
        }
        if (!*flags && (strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0))
            manifest_flags(line, flags, 128);
    }
    if (in) fclose(in);
}

/* The first line of `gnuplot --version`. */
static void manifest_gnuplot(char version[64])
{
    char line[64];
    FILE *in = popen("gnuplot --version 2>/dev/null", "r");
    snprintf(version, 64, "not found");
    if (!in) return;
    if (fgets(line, sizeof line, in) && strncmp(line, "gnuplot ", 8) == 0) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(version, 64, "%s", line + 8);
    }
    pclose(in);
}

static clarke_status manifest_machine(json_t *m)
{
    char model[128], flags[128], libm[160], gnuplot[64];
    manifest_cpu(model, flags);
    manifest_gnuplot(gnuplot);
    /* glibc chooses the variants of exp, log, pow, sin, cos by these two features. */
    const char *variant = manifest_has_word(flags, "fma") ? "fma" : "base";
#ifdef __GLIBC__
    snprintf(libm, sizeof libm, "glibc %s, %s variants", gnu_get_libc_version(), variant);
#else
    snprintf(libm, sizeof libm, "unknown, %s variants", variant);
#endif
    CLARKE_TRY(clarke_json_set_text(m, "cpu", model));
    CLARKE_TRY(clarke_json_set_text(m, "cpu_flags", flags));
    CLARKE_TRY(clarke_json_set_text(m, "libm", libm));
    CLARKE_TRY(clarke_json_set_text(m, "gnuplot", gnuplot));
    CLARKE_TRY(clarke_json_set_text(m, "blas_core", openblas_get_corename()));
    CLARKE_TRY(clarke_json_set_text(m, "blas", openblas_get_config()));
    CLARKE_TRY(clarke_json_set_text(m, "gsl", gsl_version));
    CLARKE_TRY(clarke_json_set_text(m, "jansson", jansson_version_str()));
    return clarke_json_set_text(m, "random123", CLARKE_RANDOM123_VERSION);
}

/* ---- the command line ---- */

/* An absolute path begins at c: at the start, after one of "=:, ", or after -I or -L. */
static bool manifest_path_begins(const char *text, const char *c)
{
    if (*c != '/') return false;
    if (c == text || strchr("=:, ", c[-1])) return true;
    return c - text >= 2 && c[-2] == '-' && strchr("IL", c[-1]);
}

/* Copies `text` with every absolute path cut to its last component. `out` holds as much as
   `text`. */
static void manifest_relative(const char *text, char *out)
{
    for (const char *c = text; *c;) {
        if (!manifest_path_begins(text, c)) {
            *out++ = *c++;
            continue;
        }
        const char *end = c + strcspn(c, "=:, "), *last = end;
        while (last > c && last[-1] == '/') last--;
        const char *stop = last;
        while (last > c && last[-1] != '/') last--;
        memcpy(out, last, (size_t)(stop - last));
        out += stop - last;
        c = end;
    }
    *out = '\0';
}

static clarke_status manifest_set_relative(json_t *m, const char *name, const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    if (!copy) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    manifest_relative(text, copy);
    const clarke_status status = clarke_json_set_text(m, name, copy);
    free(copy);
    return status;
}

static clarke_status manifest_command_line(json_t *m, const clarke_manifest_run *run)
{
    json_t *words = json_array(), *word = json_object();
    clarke_status status = words && word ? CLARKE_OK : clarke_fail(CLARKE_ENOMEM, "out of memory");
    for (size_t i = 0; status == CLARKE_OK && i < run->argc && i < MANIFEST_WORDS; i++) {
        status = manifest_set_relative(word, "word", run->argv[i]);
        if (status == CLARKE_OK && json_array_append(words, json_object_get(word, "word")) != 0)
            status = clarke_fail(CLARKE_ENOMEM, "out of memory");
    }
    json_decref(word);
    if (status == CLARKE_OK) return clarke_json_set_new(m, "command_line", words);
    json_decref(words);
    return status;
}

/* ---- the file ---- */

static clarke_status manifest_fill(json_t *m, const clarke_manifest_run *run)
{
    CLARKE_TRY(clarke_json_set_count(m, "schema_version", MANIFEST_SCHEMA));
    CLARKE_TRY(clarke_json_set_text(m, "version", CLARKE_VERSION));
    CLARKE_TRY(clarke_json_set_text(m, "commit", CLARKE_COMMIT));
    CLARKE_TRY(clarke_json_set_text(m, "compiler", CLARKE_COMPILER));
    CLARKE_TRY(manifest_set_relative(m, "flags", CLARKE_FLAGS));
    CLARKE_TRY(manifest_set_relative(m, "suite", run->suite ? run->suite : "none"));
    CLARKE_TRY(clarke_json_set_count(m, "seed", (size_t)run->seed));
    CLARKE_TRY(clarke_json_set_count(m, "jobs", run->jobs));
    CLARKE_TRY(manifest_command_line(m, run));
    return manifest_machine(m);
}

clarke_status clarke_manifest_make(const clarke_manifest_run *run, json_t **manifest)
{
    *manifest = json_object();
    if (!*manifest) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = manifest_fill(*manifest, run);
    if (status != CLARKE_OK) {
        json_decref(*manifest);
        *manifest = NULL;
    }
    return status;
}

clarke_status clarke_manifest_write(const json_t *manifest, const char *folder)
{
    clarke_folder_file f;
    CLARKE_TRY(clarke_folder_open(&f, folder, "manifest.json"));
    return clarke_folder_close(&f, clarke_json_write(manifest, f.file));
}

static clarke_status manifest_check(const json_t *m)
{
    if (!json_is_object(m))
        return clarke_fail(CLARKE_EINPUT, "manifest.json: should be one object");
    const json_t *version = json_object_get(m, "schema_version");
    if (!version)
        return clarke_fail(CLARKE_EINPUT, "manifest.json: the key 'schema_version' is missing");
    if (!json_is_integer(version) || json_integer_value(version) != MANIFEST_SCHEMA)
        return clarke_fail(CLARKE_EINPUT, "manifest.json: 'schema_version' should be %d",
                           (int)MANIFEST_SCHEMA);
    return CLARKE_OK;
}

clarke_status clarke_manifest_read(const char *folder, json_t **manifest)
{
    char *text;
    size_t length;
    *manifest = NULL;
    clarke_arena *mem = clarke_arena_new(0);
    if (!mem) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status =
        clarke_folder_read(folder, "manifest.json", MANIFEST_LIMIT, mem, &text, &length);
    if (status == CLARKE_OK) status = clarke_json_parse(text, length, "manifest.json", manifest);
    if (status == CLARKE_OK) status = manifest_check(*manifest);
    if (status != CLARKE_OK) {
        json_decref(*manifest);
        *manifest = NULL;
    }
    clarke_arena_free(mem);
    return status;
}

static bool manifest_may_differ(const char *key)
{
    return strcmp(key, "command_line") == 0 || strcmp(key, "jobs") == 0 ||
           strcmp(key, "batch") == 0 || strcmp(key, "batch_cases") == 0;
}

/* Every key of a has an equal value in b. */
static clarke_status manifest_within(json_t *a, json_t *b)
{
    for (void *at = json_object_iter(a); at; at = json_object_iter_next(a, at)) {
        const char *key = json_object_iter_key(at);
        if (manifest_may_differ(key)) continue;
        if (!json_equal(json_object_iter_value(at), json_object_get(b, key)))
            return clarke_fail(CLARKE_EINPUT, "the two manifests do not agree: '%s' differs", key);
    }
    return CLARKE_OK;
}

clarke_status clarke_manifest_agree(json_t *a, json_t *b)
{
    CLARKE_TRY(manifest_within(a, b));
    return manifest_within(b, a);
}

/* ---- the whole of a batch ---- */

static clarke_status manifest_word(json_t *words, const char *before, const char *text)
{
    char word[4096];
    json_t *scratch = json_object();
    if (!scratch) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    clarke_status status = manifest_set_relative(scratch, "word", text);
    if (status == CLARKE_OK) {
        snprintf(word, sizeof word, "%s%s", before,
                 json_string_value(json_object_get(scratch, "word")));
        if (json_array_append_new(words, json_string(word)) != 0)
            status = clarke_fail(CLARKE_ENOMEM, "out of memory");
    }
    json_decref(scratch);
    return status;
}

/* The words without --batch and --resume, and with another --out. */
static clarke_status manifest_whole_words(const json_t *from, const char *out, json_t *words)
{
    for (size_t i = 0; i < json_array_size(from); i++) {
        const char *word = json_string_value(json_array_get(from, i));
        if (!word) return clarke_fail(CLARKE_EINPUT, "manifest.json: a word should be a text");
        if (strcmp(word, "--batch") == 0) {
            i++;
        } else if (strncmp(word, "--batch=", 8) == 0 || strcmp(word, "--resume") == 0) {
            continue;
        } else if (out && strcmp(word, "--out") == 0) {
            i++;
            CLARKE_TRY(manifest_word(words, "", "--out"));
            CLARKE_TRY(manifest_word(words, "", out));
        } else if (out && strncmp(word, "--out=", 6) == 0) {
            CLARKE_TRY(manifest_word(words, "--out=", out));
        } else {
            CLARKE_TRY(manifest_word(words, "", word));
        }
    }
    return CLARKE_OK;
}

static clarke_status manifest_whole(const json_t *batch, const char *out, json_t *whole)
{
    json_t *words = json_array();
    if (!words || json_object_set_new(whole, "command_line", words) != 0)
        return clarke_fail(CLARKE_ENOMEM, "out of memory");
    json_object_del(whole, "batch");
    json_object_del(whole, "batches");
    json_object_del(whole, "batch_cases");
    return manifest_whole_words(json_object_get(batch, "command_line"), out, words);
}

clarke_status clarke_manifest_whole(json_t *batch, const char *out, json_t **whole)
{
    *whole = json_copy(batch);
    if (!*whole) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    const clarke_status status = manifest_whole(batch, out, *whole);
    if (status == CLARKE_OK) return CLARKE_OK;
    json_decref(*whole);
    *whole = NULL;
    return status;
}
