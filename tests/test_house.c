/* The rules of the house that a compiler does not know, checked on the source tree itself: who may
   include whom, what a library never does, what a rule must not read, how things are named. Each
   check is first tried on a text that breaks it. */
#include <criterion/criterion.h>

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    HOUSE_FILES_MAX = 2000,
    HOUSE_PATH = 512,
    FUNCTION_LINES_WARN = 60,
    FUNCTION_LINES_MAX = 80
};

/* `text` is the file; `code` is the same without what comments, strings and characters hold. */
typedef struct {
    char path[HOUSE_PATH]; /* from the top of the tree */
    char *text, *code;
} house_file;

static house_file house[HOUSE_FILES_MAX];
static size_t house_count;

/* ---- a check reports here; the samples count, the tree fails ---- */

static bool house_sampling;
static size_t house_found;

static void house_report(const house_file *f, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void house_report(const house_file *f, size_t line, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    house_found++;
    if (!house_sampling) cr_expect_fail("%s:%zu: %s", f->path, line, message);
}

/* ---- reading the tree ---- */

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s: cannot be read", path);
    char *text = NULL;
    size_t used = 0, size = 0, got;
    do {
        size = 2 * size + 4096;
        text = realloc(text, size + 1);
        cr_assert(text, "%s: out of memory", path);
        got = fread(text + used, 1, size - used, file);
        used += got;
    } while (got > 0);
    fclose(file);
    text[used] = '\0';
    return text;
}

/* Blanks what comments and quotes hold, newlines excepted, so that offsets stay. */
static char *strip(const char *text)
{
    char *code = strdup(text), in = 0; /* '*', '/', '"', '\'' or 0 */
    for (size_t i = 0; code[i]; i++) {
        const char c = text[i], next = text[i + 1];
        if (!in && c == '/' && (next == '*' || next == '/')) {
            in = next;
            code[i] = code[i + 1] = ' ';
            i++;
        } else if (!in && (c == '"' || c == '\'')) {
            in = c;
        } else if (in == '*' && c == '*' && next == '/') {
            in = 0;
            code[i] = code[i + 1] = ' ';
            i++;
        } else if ((in == '"' || in == '\'') && c == '\\' && next != '\n' && next) {
            code[i] = code[i + 1] = ' ';
            i++;
        } else if (in && c == in) {
            in = 0;
        } else if (c == '\n') {
            if (in == '/') in = 0;
        } else if (in) {
            code[i] = ' ';
        }
    }
    return code;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_prose(const char *path)
{
    static const char *const end[] = {".c",   ".h",    ".md",     ".cmake",  ".sh",
                                      ".in",  ".yaml", ".yml",    ".json",   ".cff",
                                      ".txt", ".py",   "/clarke", "/.ci/run"};
    for (size_t i = 0; i < sizeof end / sizeof end[0]; i++)
        if (ends_with(path, end[i])) return true;
    return false;
}

static void read_folder(const char *relative)
{
    char path[2 * HOUSE_PATH];
    snprintf(path, sizeof path, "%s/%s", CLARKE_SOURCE_DIR, relative);
    DIR *folder = opendir(path);
    cr_assert(folder, "%s: no such folder", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat status;
        char inner[HOUSE_PATH];
        const char *name = entry->d_name;
        if ((name[0] == '.' && strcmp(name, ".ci") != 0) || strcmp(name, "build") == 0) continue;
        const int length =
            snprintf(inner, sizeof inner, "%s%s%s", relative, *relative ? "/" : "", name);
        cr_assert(length < HOUSE_PATH, "%s: the path is too long", name);
        snprintf(path, sizeof path, "%s/%s", CLARKE_SOURCE_DIR, inner);
        if (stat(path, &status) != 0) continue;
        if (S_ISDIR(status.st_mode)) {
            read_folder(inner);
        } else if (is_prose(path)) {
            cr_assert(house_count < HOUSE_FILES_MAX, "the tree has too many files");
            house_file *f = &house[house_count++];
            snprintf(f->path, sizeof f->path, "%s", inner);
            f->text = read_text(path);
            f->code = strip(f->text);
        }
    }
    closedir(folder);
}

static bool is_source(const house_file *f)
{
    return ends_with(f->path, ".c") || ends_with(f->path, ".h");
}

/* The folders whose code is in the library. */
static bool is_library(const house_file *f)
{
    static const char *const top[] = {"core/",     "engine/",  "parts/",  "data/",   "problems/",
                                      "networks/", "methods/", "verify/", "reports/"};
    for (size_t i = 0; is_source(f) && i < sizeof top / sizeof top[0]; i++)
        if (starts_with(f->path, top[i])) return true;
    return false;
}

static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;
    for (; text < at; text++) line += *text == '\n';
    return line;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The next place of `word` as a whole word, or NULL. */
static const char *find_word(const char *text, const char *from, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = from; (at = strstr(at, word)); at++)
        if ((at == text || !is_word(at[-1])) && !is_word(at[length])) return at;
    return NULL;
}

typedef void check(const house_file *f);

static void over_tree(check *rule)
{
    read_folder("");
    cr_assert(house_count > 50, "only %zu files were found in %s", house_count, CLARKE_SOURCE_DIR);
    for (size_t i = 0; i < house_count; i++) rule(&house[i]);
}

/* How often `rule` complains of this text at that path. */
static size_t complaints(check *rule, const char *path, const char *text)
{
    house_file f = {.text = strdup(text), .code = strip(text)};
    snprintf(f.path, sizeof f.path, "%s", path);
    house_sampling = true;
    house_found = 0;
    rule(&f);
    house_sampling = false;
    free(f.text);
    free(f.code);
    return house_found;
}

/* ---- who may include whom ---- */

/* The longest prefix counts. A folder may always include itself and what is below it. */
static const struct {
    const char *folder, *may;
} house_uses[] = {
    {"core/", ""},
    {"engine/", "core/"},
    {"parts/", "core/ parts/"},
    {"data/", "core/"},
    {"problems/", "core/ parts/ data/"},
    {"networks/", "core/"},
    {"networks/file.c", "core/ data/"},
    {"methods/", "core/ parts/"},
    {"verify/", "core/ engine/ parts/ verify/"},
    {"verify/measures/", "core/ parts/ verify/exact.h verify/lib/"},
    {"verify/rules/", "core/ engine/"},
    {"reports/", "core/ engine/"},
    {"mpi/", "core/ engine/"},
    {"bench/", "core/ engine/ parts/ methods/ problems/ data/ verify/"},
};

static bool may_include(const char *path, const char *header)
{
    size_t best = 0, length = 0;
    for (size_t i = 0; i < sizeof house_uses / sizeof house_uses[0]; i++) {
        const size_t n = strlen(house_uses[i].folder);
        if (starts_with(path, house_uses[i].folder) && n > length) {
            best = i;
            length = n;
        }
    }
    if (length == 0 || strncmp(header, house_uses[best].folder, length) == 0) return true;
    char may[256];
    snprintf(may, sizeof may, "%s", house_uses[best].may);
    for (char *one = strtok(may, " "); one; one = strtok(NULL, " "))
        if (starts_with(header, one)) return true;
    return false;
}

static void check_includes(const house_file *f)
{
    char header[HOUSE_PATH];
    if (!is_source(f)) return;
    for (const char *at = f->code; (at = strstr(at, "#include")); at++) {
        const char *raw = f->text + (at - f->code);
        const size_t line = line_of(f->code, at);
        if (sscanf(raw, "#include \"%400[^\"]\"", header) == 1) {
            if (!may_include(f->path, header))
                house_report(f, line, "this folder may not use %s", header);
            if (!strchr(header, '/'))
                house_report(f, line, "a header is named from the top: %s", header);
            if (ends_with(header, ".c") && !starts_with(f->path, "tests/"))
                house_report(f, line, "a source is included: %s", header);
        } else if (sscanf(raw, "#include <%400[^>]>", header) == 1) {
            if (strcmp(header, "cblas.h") == 0)
                house_report(f, line, "OpenBLAS' header cannot meet GSL's; use core/blas.h");
            if (strcmp(header, "gsl/gsl_cblas.h") == 0 && strcmp(f->path, "core/blas.h") != 0)
                house_report(f, line, "BLAS comes by core/blas.h only");
        }
    }
}

Test(house, includes)
{
    const char *const bad = "#include \"engine/run.h\"\n";
    cr_assert_eq(complaints(check_includes, "core/a.c", bad), 1, "sample: core uses engine");
    cr_assert_eq(complaints(check_includes, "methods/a.c", bad), 1, "sample: methods use engine");
    cr_assert_eq(complaints(check_includes, "verify/measures/a.c", bad), 1, "sample: a measure");
    cr_assert_eq(complaints(check_includes, "verify/claims/a.c", bad), 0, "sample: a claim may");
    cr_assert_eq(complaints(check_includes, "cli/a.c", "#include <cblas.h>\n"), 1, "sample: cblas");
    cr_assert_eq(complaints(check_includes, "core/a.c", "/* #include <cblas.h> */"), 0,
                 "sample: a comment");
    over_tree(check_includes);
}

/* ---- what a library never does ---- */

static void check_forbidden(const house_file *f)
{
    static const char *const call[] = {"printf",  "vprintf", "puts",           "putchar", "perror",
                                       "exit",    "abort",   "rand",           "srand",   "random",
                                       "drand48", "time",    "gsl_rng_default"};
    static const char *const word[] = {"goto", "stdout", "stderr", "setjmp", "longjmp"};
    if (!is_library(f)) return;
    for (size_t i = 0; i < sizeof call / sizeof call[0]; i++)
        for (const char *at = f->code; (at = find_word(f->code, at, call[i])); at++) {
            const char *after = at + strlen(call[i]);
            const bool member = at > f->code && (at[-1] == '.' || at[-1] == '>');
            /* As an attribute, format(printf, ...) is no call. */
            if (*after == '(' && !member)
                house_report(f, line_of(f->code, at), "a library does not call %s", call[i]);
        }
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
        for (const char *at = f->code; (at = find_word(f->code, at, word[i])); at++)
            house_report(f, line_of(f->code, at), "a library does not use %s", word[i]);
    if (strcmp(f->path, "core/real.h") == 0) return;
    for (const char *at = f->code; (at = find_word(f->code, at, "float")); at++)
        if (strncmp(at, "float.h", 7) != 0)
            house_report(f, line_of(f->code, at), "single precision is core/real.h's");
}

Test(house, forbidden)
{
    cr_assert_eq(complaints(check_forbidden, "core/a.c", "void f(void) { printf(\"x\"); }"), 1,
                 "sample: printf");
    cr_assert_eq(complaints(check_forbidden, "methods/a.c", "  goto end;\n float x;\n"), 2,
                 "sample: goto and float");
    cr_assert_eq(complaints(check_forbidden, "core/a.c", "x = time(NULL) + rand();"), 2,
                 "sample: time and rand");
    cr_assert_eq(complaints(check_forbidden, "core/a.c",
                            "snprintf(a); /* goto */ \"exit(1)\" run_time(b); p->exit(2);\n"
                            "__attribute__((format(printf, 1, 2)))\n#include <float.h>\n"),
                 0, "sample: innocent text");
    cr_assert_eq(complaints(check_forbidden, "cli/a.c", "printf(\"x\");"), 0, "sample: cli may");
    over_tree(check_forbidden);
}

/* ---- what is expected is for the report and the exit status only ---- */

static void check_expected(const house_file *f)
{
    if (!is_source(f) || !starts_with(f->path, "verify/")) return;
    const bool plans = starts_with(f->path, "verify/claims/") ||
                       starts_with(f->path, "verify/lib/");
    for (const char *at = f->code; (at = find_word(f->code, at, "expected")); at++) {
        if (at == f->code || (at[-1] != '.' && at[-1] != '>')) continue; /* no member */
        const char *after = at + strlen("expected");
        after += strspn(after, " \n");
        /* A plan sets it; nothing that judges reads it. */
        const bool set = (*after == '=' && after[1] != '=') || (after[0] == '|' && after[1] == '=');
        if (!plans || !set)
            house_report(f, line_of(f->code, at), "what is expected must not be read here");
    }
}

Test(house, expected_is_not_read)
{
    cr_assert_eq(complaints(check_expected, "verify/rules/a.c", "c->expected = 1;"), 1,
                 "sample: a rule");
    cr_assert_eq(complaints(check_expected, "verify/claims/a.c", "if (c->expected == 1) x();"), 1,
                 "sample: a claim reads");
    cr_assert_eq(complaints(check_expected, "verify/claims/a.c", "{.expected = 1, .role = 2}"), 0,
                 "sample: a plan sets");
    over_tree(check_expected);
}

/* ---- words that have no place in the project ---- */

static void check_words(const house_file *f)
{
    /* Written in two halves, so that this file passes. */
    static const char *const word[] = {"iss"
                                       "ue",
                                       "iss"
                                       "ues",
                                       "sess"
                                       "ion",
                                       "sess"
                                       "ions",
                                       "TO"
                                       "DO",
                                       "FIX"
                                       "ME",
                                       "XX"
                                       "X"};
    static const char *const piece[] = {"../sha"
                                        "red",
                                        "/wo"
                                        "rk/",
                                        "deb.deb"
                                        "ian.org"};
    if (strcmp(f->path, "LICENSE") == 0 || starts_with(f->path, "tests/data/")) return;
    char *lower = strdup(f->text);
    for (char *c = lower; *c; c++) *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        const char *text = isupper((unsigned char)word[i][0]) ? f->text : lower;
        for (const char *at = text; (at = find_word(text, at, word[i])); at++)
            house_report(f, line_of(text, at), "the word '%s'", word[i]);
    }
    for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++)
        for (const char *at = f->text; (at = strstr(at, piece[i])); at++)
            house_report(f, line_of(f->text, at), "the path or host '%s'", piece[i]);
    free(lower);
}

Test(house, words)
{
    cr_assert_eq(complaints(check_words, "docs/a.md",
                            "See Iss"
                            "ue 3, and TO"
                            "DO."),
                 2, "sample: words");
    cr_assert_eq(complaints(check_words, "docs/a.md",
                            "in ../sha"
                            "red/x"),
                 1, "sample: a path");
    cr_assert_eq(complaints(check_words, "docs/a.md", "todo is fine, obsession too"), 0,
                 "sample: innocent text");
    over_tree(check_words);
}

/* ---- functions are short ---- */

/* A function's brace stands alone in the first column, and so does the one that closes it. */
static void check_length(const house_file *f)
{
    if (!is_source(f)) return;
    size_t line = 1, opened = 0;
    for (const char *at = f->code; *at; line++) {
        const char *end = at + strcspn(at, "\n");
        if (end - at == 1 && *at == '{') opened = line;
        if (end - at == 1 && *at == '}' && opened > 0) {
            const size_t lines = line - opened - 1;
            if (lines > FUNCTION_LINES_MAX)
                house_report(f, opened, "a function of %zu lines; %d are the most", lines,
                             FUNCTION_LINES_MAX);
            else if (lines > FUNCTION_LINES_WARN && !house_sampling)
                cr_log_warn("%s:%zu: a function of %zu lines", f->path, opened, lines);
            opened = 0;
        }
        at = *end ? end + 1 : end;
    }
}

Test(house, short_functions)
{
    char text[1000] = "int f(void)\n{\n";
    for (int i = 0; i <= FUNCTION_LINES_MAX; i++) strcat(text, "    x++;\n");
    strcat(text, "}\n");
    cr_assert_eq(complaints(check_length, "core/a.c", text), 1, "sample: a long function");
    memcpy(strstr(text, "    x++;"), "       \n", 8);
    *strstr(text, "    x++;\n") = '\0';
    strcat(text, "}\n");
    cr_assert_eq(complaints(check_length, "core/a.c", text), 0, "sample: a short function");
    over_tree(check_length);
}

/* ---- names ---- */

/* The file's name without folder and ending. */
static void stem_of(const char *path, char stem[HOUSE_PATH])
{
    const char *slash = strrchr(path, '/');
    snprintf(stem, HOUSE_PATH, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(stem, '.');
    if (dot) *dot = '\0';
}

static bool is_snake(const char *stem)
{
    if (!islower((unsigned char)stem[0])) return false;
    for (const char *c = stem; *c; c++)
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '_') return false;
    return true;
}

static void check_name(const house_file *f)
{
    char stem[HOUSE_PATH];
    if (!is_source(f)) return;
    stem_of(f->path, stem);
    if (!is_snake(stem)) house_report(f, 1, "'%s' is not lower_snake_case", stem);
}

/* Folders of items: one file is one item, so a header there would be shared by nobody. */
static void check_headers(const house_file *f)
{
    static const char *const items[] = {"problems/",      "methods/",
                                        "networks/",      "verify/measures/",
                                        "verify/claims/", "parts/activations/",
                                        "parts/losses/",  "parts/regularizers/",
                                        "reports/",       "cli/"};
    if (!ends_with(f->path, ".h")) return;
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        if (starts_with(f->path, items[i]) && !strchr(f->path + strlen(items[i]), '/'))
            house_report(f, 1, "a header among items; helpers go to lib/");
    if (!strstr(f->text, "#pragma once")) house_report(f, 1, "a header without #pragma once");
}

Test(house, names)
{
    cr_assert_eq(complaints(check_name, "problems/LeastSquares.c", ""), 1, "sample: capitals");
    cr_assert_eq(complaints(check_name, "problems/least-squares.c", ""), 1, "sample: a dash");
    cr_assert_eq(complaints(check_name, "problems/l1.c", ""), 0, "sample: a good name");
    cr_assert_eq(complaints(check_headers, "methods/a.h", "#pragma once"), 1, "sample: a header");
    cr_assert_eq(complaints(check_headers, "methods/lib/a.h", "#pragma once"), 0, "sample: in lib");
    over_tree(check_name);
    for (size_t i = 0; i < house_count; i++) check_headers(&house[i]);
}

/* `show ID` finds an item of any kind by its id, so no two items have the same. Commands are not
   shown, and tests have no ids. */
static void check_unique(const house_file *f)
{
    char stem[HOUSE_PATH], other[HOUSE_PATH];
    if (!is_library(f) || !ends_with(f->path, ".c")) return;
    stem_of(f->path, stem);
    for (size_t i = 0; i < house_count; i++) {
        if (!is_library(&house[i]) || !ends_with(house[i].path, ".c")) continue;
        stem_of(house[i].path, other);
        /* The one pair that there is: show tells them apart by their settings. */
        if (strcmp(f->path, "networks/ring.c") == 0 &&
            strcmp(house[i].path, "problems/ring.c") == 0)
            continue;
        if (strcmp(stem, other) == 0 && strcmp(f->path, house[i].path) < 0)
            house_report(f, 1, "%s has the same name", house[i].path);
    }
}

Test(house, unique_names)
{
    house_count = 1;
    snprintf(house[0].path, sizeof house[0].path, "problems/same.c");
    cr_assert_eq(complaints(check_unique, "methods/same.c", ""), 1, "sample: the same name");
    cr_assert_eq(complaints(check_unique, "tests/same.c", ""), 0, "sample: a test");
    house_count = 0;
    over_tree(check_unique);
}

/* ---- documents ---- */

/* Relative links lead somewhere. */
static void check_links(const house_file *f)
{
    if (!ends_with(f->path, ".md")) return;
    for (const char *at = f->text; (at = strstr(at, "](")); at++) {
        char target[HOUSE_PATH], path[3 * HOUSE_PATH];
        if (sscanf(at, "](%400[^)# \n]", target) != 1 || strstr(target, "://")) continue;
        const char *slash = strrchr(f->path, '/');
        const int folder = slash ? (int)(slash - f->path) : 0;
        struct stat status;
        snprintf(path, sizeof path, "%s/%.*s/%s", CLARKE_SOURCE_DIR, folder, f->path, target);
        if (stat(path, &status) != 0)
            house_report(f, line_of(f->text, at), "the link to '%s' leads nowhere", target);
    }
}

Test(house, links)
{
    cr_assert_eq(complaints(check_links, "docs/a.md", "[x](../NOWHERE.md)"), 1, "sample: nowhere");
    cr_assert_eq(complaints(check_links, "docs/a.md", "[x](../README.md#top) [y](#z)"), 0,
                 "sample: good links");
    over_tree(check_links);
}
