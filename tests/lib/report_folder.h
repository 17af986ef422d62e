/* A results folder to read and to spoil: a copy of the twelve records made by hand in
   tests/data/results_small. */
#pragma once

#include "engine/results.h"

extern char folder[64];

/* A test suite's .init and .fini. The second removes folder-2 too. */
void reports_setup(void);
void reports_teardown(void);

/* A shell's command, with two texts put into it; it must succeed. */
void shell_of(const char *format, const char *a, const char *b);

/* The whole file, for the caller to free; and one written. */
char *text_of(const char *where, const char *name, size_t *length);
void write_text(const char *name, const char *text);

clarke_results *loaded(void);
/* Loads, writes all reports, frees. */
void report_all(void);

/* Line `number` (from 0) of verdicts.jsonl as JSON; and all lines back, with it replaced. The record
   is freed. */
json_t *record_at(size_t number);
void replace_line(size_t number, const char *replacement);
void replace_record(size_t number, json_t *record);
