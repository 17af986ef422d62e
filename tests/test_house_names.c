/* The rules of the house on names, words and links, checked on the source tree itself. */
#include "tests/lib/house.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    if (strcmp(f->path, "LICENSE") == 0 || house_starts(f->path, "tests/data/")) return;
    char *lower = strdup(f->text);
    for (char *c = lower; *c; c++) *c = (char)tolower((unsigned char)*c);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        const char *text = isupper((unsigned char)word[i][0]) ? f->text : lower;
        for (const char *at = text; (at = house_word(text, at, word[i])); at++)
            house_report(f, house_line(text, at), "the word '%s'", word[i]);
    }
    for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++)
        for (const char *at = f->text; (at = strstr(at, piece[i])); at++)
            house_report(f, house_line(f->text, at), "the path or host '%s'", piece[i]);
    free(lower);
}

Test(house_names, words)
{
    cr_assert_eq(house_complaints(check_words, "docs/a.md",
                                  "See Iss"
                                  "ue 3, and TO"
                                  "DO."),
                 2, "sample: words");
    cr_assert_eq(house_complaints(check_words, "docs/a.md",
                                  "in ../sha"
                                  "red/x"),
                 1, "sample: a path");
    cr_assert_eq(house_complaints(check_words, "docs/a.md", "todo is fine, obsession too"), 0,
                 "sample: innocent text");
    house_over_tree(check_words);
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
    if (!house_is_source(f)) return;
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
    if (!house_ends(f->path, ".h")) return;
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        if (house_starts(f->path, items[i]) && !strchr(f->path + strlen(items[i]), '/'))
            house_report(f, 1, "a header among items; helpers go to lib/");
    if (!strstr(f->text, "#pragma once")) house_report(f, 1, "a header without #pragma once");
}

Test(house_names, names)
{
    cr_assert_eq(house_complaints(check_name, "problems/LeastSquares.c", ""), 1,
                 "sample: capitals");
    cr_assert_eq(house_complaints(check_name, "problems/least-squares.c", ""), 1, "sample: a dash");
    cr_assert_eq(house_complaints(check_name, "problems/l1.c", ""), 0, "sample: a good name");
    cr_assert_eq(house_complaints(check_headers, "methods/a.h", "#pragma once"), 1,
                 "sample: a header");
    cr_assert_eq(house_complaints(check_headers, "methods/lib/a.h", "#pragma once"), 0,
                 "sample: in lib");
    house_over_tree(check_name);
    for (size_t i = 0; i < house_count; i++) check_headers(&house[i]);
}

/* `show ID` finds an item of any kind by its id, so no two items have the same. Commands are not
   shown, and tests have no ids. */
static void check_unique(const house_file *f)
{
    char stem[HOUSE_PATH], other[HOUSE_PATH];
    if (!house_is_library(f) || !house_ends(f->path, ".c")) return;
    stem_of(f->path, stem);
    for (size_t i = 0; i < house_count; i++) {
        if (!house_is_library(&house[i]) || !house_ends(house[i].path, ".c")) continue;
        stem_of(house[i].path, other);
        /* The one pair that there is: show tells them apart by their settings. */
        if (strcmp(f->path, "networks/ring.c") == 0 &&
            strcmp(house[i].path, "problems/ring.c") == 0)
            continue;
        if (strcmp(stem, other) == 0 && strcmp(f->path, house[i].path) < 0)
            house_report(f, 1, "%s has the same name", house[i].path);
    }
}

Test(house_names, unique_names)
{
    house_count = 1;
    snprintf(house[0].path, sizeof house[0].path, "problems/same.c");
    cr_assert_eq(house_complaints(check_unique, "methods/same.c", ""), 1, "sample: the same name");
    cr_assert_eq(house_complaints(check_unique, "tests/same.c", ""), 0, "sample: a test");
    house_count = 0;
    house_over_tree(check_unique);
}

/* ---- documents ---- */

/* Relative links lead somewhere. */
static void check_links(const house_file *f)
{
    if (!house_ends(f->path, ".md")) return;
    for (const char *at = f->text; (at = strstr(at, "](")); at++) {
        char target[HOUSE_PATH], path[3 * HOUSE_PATH];
        if (sscanf(at, "](%400[^)# \n]", target) != 1 || strstr(target, "://")) continue;
        const char *slash = strrchr(f->path, '/');
        const int folder = slash ? (int)(slash - f->path) : 0;
        struct stat status;
        snprintf(path, sizeof path, "%s/%.*s/%s", CLARKE_SOURCE_DIR, folder, f->path, target);
        if (stat(path, &status) != 0)
            house_report(f, house_line(f->text, at), "the link to '%s' leads nowhere", target);
    }
}

Test(house_names, links)
{
    cr_assert_eq(house_complaints(check_links, "docs/a.md", "[x](../NOWHERE.md)"), 1,
                 "sample: nowhere");
    cr_assert_eq(house_complaints(check_links, "docs/a.md", "[x](../README.md#top) [y](#z)"), 0,
                 "sample: good links");
    house_over_tree(check_links);
}
