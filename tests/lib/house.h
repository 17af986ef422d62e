/* The source tree as text, and checks over it: each is first tried on a text that breaks it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { HOUSE_FILES_MAX = 2000, HOUSE_PATH = 512 };

/* `text` is the file; `code` is the same without what comments, strings and characters hold. */
typedef struct {
    char path[HOUSE_PATH]; /* from the top of the tree */
    char *text, *code;
} house_file;

extern house_file house[HOUSE_FILES_MAX];
extern size_t house_count;

/* A check reports here: of the tree it fails the test, of a sample it is counted. */
void house_report(const house_file *f, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
extern bool house_sampling;

typedef void house_check(const house_file *f);
/* Every file of the tree. */
void house_over_tree(house_check *rule);
/* How often `rule` complains of this text at that path. */
size_t house_complaints(house_check *rule, const char *path, const char *text);

bool house_ends(const char *text, const char *end);
bool house_starts(const char *text, const char *start);
bool house_is_source(const house_file *f);
/* The folders whose code is in the library. */
bool house_is_library(const house_file *f);
size_t house_line(const char *text, const char *at);
/* The next place of `word` as a whole word, or NULL. */
const char *house_word(const char *text, const char *from, const char *word);
