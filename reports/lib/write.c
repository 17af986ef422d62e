#include "reports/lib/write.h"

#include "core/registry.h"
#include "reports/lib/figures.h"

#include <errno.h>
#include <string.h>

static clarke_status write_file(const clarke_results *results, const clarke_report_desc *report,
                                const char *folder)
{
    clarke_folder_file f;
    CLARKE_TRY(clarke_folder_open(&f, folder, report->file));
    return clarke_folder_close(&f, report->write(results, f.file));
}

clarke_status clarke_reports_write(const clarke_results *results, const char *folder)
{
    clarke_results there = *results;
    there.figures = folder;
    CLARKE_TRY(clarke_figures_draw(results, folder));
    for (size_t i = 0; i < clarke_reports.count; i++) {
        const clarke_report_desc *report = clarke_reports.entry[i].desc;
        if (report->file) CLARKE_TRY(write_file(&there, report, folder));
    }
    return CLARKE_OK;
}

clarke_status clarke_report_one(const clarke_results *results, const char *format, FILE *out)
{
    const void *desc = NULL;
    for (size_t i = 0; i < clarke_reports.count && !desc; i++) {
        const clarke_report_desc *report = clarke_reports.entry[i].desc;
        if (report->ending && strcmp(report->ending, format) == 0) desc = report;
    }
    if (!desc) CLARKE_TRY(clarke_registry_find(&clarke_reports, format, &desc));
    CLARKE_TRY(((const clarke_report_desc *)desc)->write(results, out));
    return fflush(out) == 0
               ? CLARKE_OK
               : clarke_fail(CLARKE_EIO, "writing the report failed: %s", strerror(errno));
}
