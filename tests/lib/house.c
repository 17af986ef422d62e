#include "tests/lib/house.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

house_file house[HOUSE_FILES_MAX];
size_t house_count;
bool house_sampling;
static size_t house_found;

void house_report(const house_file *f, size_t line, const char *format, ...)
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

bool house_ends(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

bool house_starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_prose(const char *path)
{
    static const char *const end[] = {".c",   ".h",    ".md",     ".cmake",  ".sh",
                                      ".in",  ".yaml", ".yml",    ".json",   ".cff",
                                      ".txt", ".py",   "/clarke", "/.ci/run"};
    for (size_t i = 0; i < sizeof end / sizeof end[0]; i++)
        if (house_ends(path, end[i])) return true;
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

bool house_is_source(const house_file *f)
{
    return house_ends(f->path, ".c") || house_ends(f->path, ".h");
}

bool house_is_library(const house_file *f)
{
    static const char *const top[] = {"core/",     "engine/",  "parts/",  "data/",   "problems/",
                                      "networks/", "methods/", "verify/", "reports/"};
    for (size_t i = 0; house_is_source(f) && i < sizeof top / sizeof top[0]; i++)
        if (house_starts(f->path, top[i])) return true;
    return false;
}

size_t house_line(const char *text, const char *at)
{
    size_t line = 1;
    for (; text < at; text++) line += *text == '\n';
    return line;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

const char *house_word(const char *text, const char *from, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = from; (at = strstr(at, word)); at++)
        if ((at == text || !is_word(at[-1])) && !is_word(at[length])) return at;
    return NULL;
}

void house_over_tree(house_check *rule)
{
    read_folder("");
    cr_assert(house_count > 50, "only %zu files were found in %s", house_count, CLARKE_SOURCE_DIR);
    for (size_t i = 0; i < house_count; i++) rule(&house[i]);
}

size_t house_complaints(house_check *rule, const char *path, const char *text)
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
