#include "cli/lib/experiment.h"

#include "core/blas.h"
#include "engine/folder.h"
#include "engine/manifest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct clarke_series {
    clarke_experiment *experiment;
    const char *name;
    const char **column; /* [columns] */
    size_t columns, rows, capacity;
    double *value; /* [rows][columns] */
    size_t work;   /* the part it belongs to, or CLARKE_WORKS_MAX */
    FILE *file;
    clarke_series *next;
};

const char *clarke_scale_text(clarke_scale scale)
{
    return scale == CLARKE_SCALE_SMALL ? "small" : "full";
}

const char *clarke_experiment_command(const clarke_experiment *e)
{
    const char *text = clarke_arena_printf(
        e->mem, "clarke experiment %s --scale %s --seed %llu --threads %zu", e->spec,
        clarke_scale_text(e->scale), (unsigned long long)e->seed, e->threads);
    return text ? text : "";
}

/* ---- work and progress ---- */

double clarke_experiment_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double experiment_cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* The largest resident set since it was last reset, or since the program began where the kernel
   does not reset it. */
static double experiment_peak(void)
{
    char line[256];
    double kilobytes = 0.0;
    FILE *in = fopen("/proc/self/status", "r");
    while (in && fgets(line, sizeof line, in))
        if (strncmp(line, "VmHWM:", 6) == 0) kilobytes = strtod(line + 6, NULL);
    if (in) fclose(in);
    if (kilobytes == 0.0) {
        struct rusage u;
        getrusage(RUSAGE_SELF, &u);
        kilobytes = (double)u.ru_maxrss;
    }
    return 1024.0 * kilobytes;
}

static void experiment_peak_reset(void)
{
    FILE *out = fopen("/proc/self/clear_refs", "w");
    if (!out) return;
    fputs("5", out);
    fclose(out);
}

clarke_status clarke_work_begin(clarke_experiment *e, const char *name)
{
    clarke_work_end(e);
    if (e->works == CLARKE_WORKS_MAX)
        return clarke_fail(CLARKE_EINTERNAL, "%s: more than %d parts", e->id,
                           (int)CLARKE_WORKS_MAX);
    e->work[e->works] = (clarke_work){.name = name};
    e->working = true;
    experiment_peak_reset();
    e->began = clarke_experiment_now();
    e->cpu_began = experiment_cpu();
    return CLARKE_OK;
}

void clarke_work_end(clarke_experiment *e)
{
    if (!e->working) return;
    clarke_work *w = &e->work[e->works++];
    w->seconds = clarke_experiment_now() - e->began;
    w->cpu_seconds = experiment_cpu() - e->cpu_began;
    w->bytes = experiment_peak();
    e->working = false;
}

clarke_status clarke_experiment_step(clarke_experiment *e, double done, double total)
{
    clarke_cli_meter_step(&e->meter, done, total, e->working ? e->work[e->works].name : e->id);
    if (e->cancel && atomic_load(e->cancel)) return clarke_fail(CLARKE_EINTERRUPTED, "interrupted");
    return CLARKE_OK;
}

/* ---- series ---- */

static clarke_status experiment_columns(clarke_series *s, const char *columns, clarke_arena *mem)
{
    s->columns = 1;
    for (const char *c = columns; *c; c++) s->columns += *c == ',';
    s->column = clarke_alloc_array(mem, s->columns, sizeof *s->column);
    char *copy = clarke_arena_copy_text(mem, columns);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < s->columns; i++) {
        s->column[i] = copy;
        copy += strcspn(copy, ",");
        if (*copy) *copy++ = '\0';
    }
    return CLARKE_OK;
}

clarke_status clarke_series_open(clarke_experiment *e, const char *name, const char *columns,
                                 clarke_series **series)
{
    clarke_series *s = clarke_alloc(e->mem, sizeof *s);
    const char *path = clarke_arena_printf(e->mem, "%s/%s.csv", e->folder, name);
    CLARKE_TRY(clarke_arena_status(e->mem));
    s->experiment = e;
    s->name = clarke_arena_copy_text(e->mem, name);
    s->work = e->working ? e->works : CLARKE_WORKS_MAX;
    CLARKE_TRY(experiment_columns(s, columns, e->mem));
    s->file = fopen(path, "w");
    if (!s->file) return clarke_fail(CLARKE_EIO, "cannot write '%s': %s", path, strerror(errno));
    s->next = e->first_series;
    e->first_series = s;
    *series = s;
    fprintf(s->file, "%s\n", columns);
    return CLARKE_OK;
}

clarke_status clarke_series_add(clarke_series *s, const double *row)
{
    if (s->rows == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 64;
        double *value =
            clarke_alloc_array(s->experiment->mem, capacity, s->columns * sizeof *value);
        CLARKE_TRY(clarke_arena_status(s->experiment->mem));
        if (s->rows) memcpy(value, s->value, s->rows * s->columns * sizeof *value);
        s->value = value;
        s->capacity = capacity;
    }
    memcpy(s->value + s->rows++ * s->columns, row, s->columns * sizeof *row);
    for (size_t i = 0; i < s->columns; i++) fprintf(s->file, "%s%.17g", i ? "," : "", row[i]);
    fputc('\n', s->file);
    if (fflush(s->file) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EIO, "writing %s.csv failed: %s", s->name, strerror(errno));
}

size_t clarke_series_rows(const clarke_series *s)
{
    return s->rows;
}

double clarke_series_at(const clarke_series *s, size_t row, const char *column)
{
    for (size_t i = 0; row < s->rows && i < s->columns; i++)
        if (strcmp(s->column[i], column) == 0) return s->value[row * s->columns + i];
    return (double)NAN;
}

void clarke_chart_work(const clarke_experiment *e, const clarke_chart *chart, double *seconds,
                       double *bytes)
{
    bool counted[CLARKE_WORKS_MAX] = {false};
    *seconds = *bytes = 0.0;
    for (size_t p = 0; p < chart->panels; p++)
        for (size_t i = 0; i < chart->panel[p].curves; i++) {
            const size_t w = chart->panel[p].curve[i].series->work;
            if (w >= e->works || counted[w]) continue;
            counted[w] = true;
            *seconds += e->work[w].seconds;
            *bytes = fmax(*bytes, e->work[w].bytes);
        }
}

/* ---- the report ---- */

static void experiment_end_table(clarke_experiment *e)
{
    if (e->in_table) fputc('\n', e->body);
    e->in_table = false;
}

void clarke_experiment_heading(clarke_experiment *e, const char *text)
{
    experiment_end_table(e);
    fprintf(e->body, "## %s\n\n", text);
}

void clarke_experiment_say(clarke_experiment *e, const char *format, ...)
{
    va_list args;
    experiment_end_table(e);
    va_start(args, format);
    vfprintf(e->body, format, args);
    va_end(args);
    fputs("\n\n", e->body);
}

/* "a|b" as a row of Markdown. */
static void experiment_cells(FILE *out, const char *cells)
{
    fputs("| ", out);
    for (const char *c = cells; *c; c++) {
        if (*c == '|')
            fputs(" | ", out);
        else
            fputc(*c, out);
    }
    fputs(" |\n", out);
}

void clarke_experiment_table(clarke_experiment *e, const char *heads)
{
    experiment_end_table(e);
    e->in_table = true;
    experiment_cells(e->body, heads);
    fputs("|", e->body);
    for (const char *c = heads; c; c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL)
        fputs(" --- |", e->body);
    fputc('\n', e->body);
}

void clarke_experiment_row(clarke_experiment *e, const char *format, ...)
{
    char cells[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(cells, sizeof cells, format, args);
    va_end(args);
    experiment_cells(e->body, cells);
}

static void experiment_head(const clarke_experiment *e, FILE *out)
{
    const clarke_experiment_desc *desc = e->desc;
    fprintf(out, "# %s\n\nPaper: %s\n\n", desc->title, desc->paper);
    fprintf(out, "It shows %s.\n\n", desc->shows);
    if (desc->not_shown) fprintf(out, "Not to be read into it: %s.\n\n", desc->not_shown);
    fprintf(out, "```sh\n%s\n```\n\n", clarke_experiment_command(e));
    fprintf(out, "An experiment has no verdict. BLAS: %s kernels, %zu thread%s.\n\n",
            clarke_blas_core(), e->threads, e->threads == 1 ? "" : "s");
}

static void experiment_works(const clarke_experiment *e, FILE *out)
{
    double seconds = 0.0, cpu = 0.0, bytes = 0.0;
    fputs("## Time and memory\n\n| part | seconds | CPU seconds | largest memory, MB |\n"
          "| --- | --- | --- | --- |\n",
          out);
    for (size_t i = 0; i < e->works; i++) {
        const clarke_work *w = &e->work[i];
        fprintf(out, "| %s | %.2f | %.2f | %.0f |\n", w->name, w->seconds, w->cpu_seconds,
                w->bytes / 1e6);
        seconds += w->seconds;
        cpu += w->cpu_seconds;
        bytes = fmax(bytes, w->bytes);
    }
    fprintf(out, "| all | %.2f | %.2f | %.0f |\n", seconds, cpu, bytes / 1e6);
}

static clarke_status experiment_write(clarke_experiment *e, const char *failure)
{
    clarke_folder_file f;
    experiment_end_table(e);
    clarke_work_end(e);
    if (fflush(e->body) != 0) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    CLARKE_TRY(clarke_folder_open(&f, e->folder, "report.md"));
    experiment_head(e, f.file);
    if (*failure) fprintf(f.file, "**It did not come to its end: %s.**\n\n", failure);
    fwrite(e->text, 1, e->length, f.file);
    experiment_works(e, f.file);
    return clarke_folder_close(&f, CLARKE_OK);
}

clarke_status clarke_experiment_open(clarke_experiment *e)
{
    CLARKE_TRY(clarke_cli_make_folder(e->folder));
    CLARKE_TRY(clarke_folder_make(e->folder, "figures"));
    e->body = open_memstream(&e->text, &e->length);
    if (!e->body) return clarke_fail(CLARKE_ENOMEM, "out of memory");
    return CLARKE_OK;
}

clarke_status clarke_experiment_close(clarke_experiment *e, clarke_status status)
{
    char message[1024] = "";
    if (status != CLARKE_OK) snprintf(message, sizeof message, "%s", clarke_message());
    for (clarke_series *s = e->first_series; s; s = s->next)
        if (fclose(s->file) != 0 && status == CLARKE_OK) {
            snprintf(message, sizeof message, "writing %s.csv failed: %s", s->name,
                     strerror(errno));
            status = CLARKE_EIO;
        }
    const clarke_status written = experiment_write(e, message);
    fclose(e->body);
    free(e->text);
    if (status != CLARKE_OK) return clarke_fail(status, "%s", message);
    return written;
}
