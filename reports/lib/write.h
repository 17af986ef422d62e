/* Writing all reports of a results folder, or one of them. */
#pragma once

#include "engine/results.h"

/* Draws the figures, then writes every report that has a file name, into `folder` (normally
   results->folder; the figures that a report shows are those of results->folder). A figure that
   cannot be drawn is a sentence in the report, never a failure. */
clarke_status clarke_reports_write(const clarke_results *results, const char *folder);
/* One report to `out`, with the figures that are there. `format` is a report's id or the ending of
   its file ("markdown" or "md"). An unknown one gets the nearest names suggested. */
clarke_status clarke_report_one(const clarke_results *results, const char *format, FILE *out);
