/* The journal: one line a finished record, appended as the work goes, so that a suite that is
   killed resumes where it was. */
#pragma once

#include "engine/scheduler.h"

/* Starts a journal, or with options->resume reads the records of an earlier one into `records`: a
   torn last line is dropped; a journal of another plan or seed is refused. */
clarke_status clarke_journal_open(const char *path, const clarke_plan *plan,
                                  const clarke_scheduler_options *options, json_t *records);
clarke_status clarke_journal_append(const char *path, const json_t *record);
