#include "data/dataset.h"

#include "core/stream.h"
#include "data/csv.h"
#include "data/idx.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* More classes than this is a table of numbers read as labels by mistake. */
enum { DATASET_CLASSES_MAX = 100000 };

static clarke_status dataset_size(clarke_dataset *set, size_t samples, size_t inputs,
                                  size_t outputs, bool labels, clarke_arena *mem)
{
    assert(samples > 0);
    *set = (clarke_dataset){.samples = samples, .inputs = inputs, .outputs = outputs};
    if (inputs > SIZE_MAX / samples || outputs > SIZE_MAX / samples)
        return clarke_fail(CLARKE_ENOMEM, "%zu samples of %zu numbers do not fit in memory",
                           samples, inputs);
    set->x = clarke_vec(mem, samples * inputs);
    set->y = clarke_vec(mem, samples * outputs);
    if (labels) set->label = clarke_alloc_array(mem, samples, sizeof *set->label);
    return clarke_arena_status(mem);
}

static void dataset_label(clarke_dataset *set, size_t i, size_t label)
{
    set->label[i] = label;
    set->y[i * set->outputs + label] = 1.0;
}

/* The first of the usual names that is there; kind is "images-idx3" or "labels-idx1". */
static clarke_status dataset_find(const char *folder, const char *split, const char *kind,
                                  clarke_arena *mem, const char **path)
{
    static const char *const suffix[] = {".gz", ""};
    struct stat info;
    for (size_t i = 0; i < 2; i++) {
        *path = clarke_arena_printf(mem, "%s/%s-%s-ubyte%s", folder, split, kind, suffix[i]);
        CLARKE_TRY(clarke_arena_status(mem));
        if (stat(*path, &info) == 0) return CLARKE_OK;
    }
    return clarke_fail(CLARKE_EUNAVAILABLE,
                       "%s.gz is not there; install the package dataset-fashion-mnist or give "
                       "--set data=DIR",
                       *path);
}

clarke_status clarke_dataset_idx(const char *folder, const char *split, size_t samples,
                                 clarke_arena *mem, clarke_dataset *set)
{
    const char *image_path, *label_path;
    clarke_idx images, labels;
    CLARKE_TRY(dataset_find(folder, split, "images-idx3", mem, &image_path));
    CLARKE_TRY(dataset_find(folder, split, "labels-idx1", mem, &label_path));
    CLARKE_TRY(clarke_idx_read(image_path, 3, samples, mem, &images));
    CLARKE_TRY(clarke_idx_read(label_path, 1, 0, mem, &labels));
    if (images.dimension[0] != labels.dimension[0])
        return clarke_fail(CLARKE_EINPUT, "%s has %zu images, but %s has %zu labels", image_path,
                           images.dimension[0], label_path, labels.dimension[0]);
    if (samples > images.count)
        return clarke_fail(CLARKE_EINPUT, "%s has %zu samples, %zu are asked for", image_path,
                           images.count, samples);
    size_t classes = 0;
    for (size_t i = 0; i < labels.count; i++)
        if (labels.byte[i] >= classes) classes = labels.byte[i] + 1u;
    CLARKE_TRY(dataset_size(set, images.count, images.record, classes, true, mem));
    for (size_t i = 0; i < images.count * images.record; i++)
        set->x[i] = (double)images.byte[i] / 255.0;
    for (size_t i = 0; i < images.count; i++) dataset_label(set, i, labels.byte[i]);
    return CLARKE_OK;
}

static clarke_status dataset_csv_classes(const char *path, const clarke_csv *csv, size_t samples,
                                         clarke_arena *mem, clarke_dataset *set)
{
    const size_t inputs = csv->columns - 1;
    double classes = 0.0;
    for (size_t i = 0; i < csv->rows; i++) {
        const double label = csv->value[i * csv->columns + inputs];
        if (!(label >= 0.0 && label < DATASET_CLASSES_MAX) || label != floor(label))
            return clarke_fail(CLARKE_EINPUT,
                               "%s: row %zu: the last column should be a class, a whole number "
                               "from 0 to %d, not %g",
                               path, i + 1, DATASET_CLASSES_MAX - 1, label);
        classes = fmax(classes, label + 1.0);
    }
    CLARKE_TRY(dataset_size(set, samples, inputs, (size_t)classes, true, mem));
    for (size_t i = 0; i < samples; i++)
        dataset_label(set, i, (size_t)csv->value[i * csv->columns + inputs]);
    return CLARKE_OK;
}

clarke_status clarke_dataset_csv(const char *path, size_t samples, size_t outputs,
                                 clarke_arena *mem, clarke_dataset *set)
{
    clarke_csv csv;
    CLARKE_TRY(clarke_csv_read(path, mem, &csv));
    const size_t targets = outputs > 0 ? outputs : 1;
    if (csv.columns <= targets)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu columns leave no input beside %zu target%s",
                           path, csv.columns, targets, targets == 1 ? "" : "s");
    if (samples > csv.rows)
        return clarke_fail(CLARKE_EINPUT, "%s has %zu rows, %zu are asked for", path, csv.rows,
                           samples);
    if (samples == 0) samples = csv.rows;
    if (outputs == 0)
        CLARKE_TRY(dataset_csv_classes(path, &csv, samples, mem, set));
    else
        CLARKE_TRY(dataset_size(set, samples, csv.columns - outputs, outputs, false, mem));
    for (size_t i = 0; i < samples; i++) {
        const double *row = csv.value + i * csv.columns;
        memcpy(set->x + i * set->inputs, row, set->inputs * sizeof *row);
        if (outputs > 0) memcpy(set->y + i * outputs, row + set->inputs, outputs * sizeof *row);
    }
    return CLARKE_OK;
}

/* a[rows][columns] row-major, independent normal of the given variance. */
static void dataset_gaussian(const clarke_teacher *t, const char *purpose, double variance,
                             size_t count, double *a)
{
    const clarke_stream s = clarke_stream_make(t->seed, "teacher", "", 0, 0, purpose);
    for (size_t i = 0; i < count; i++) a[i] = sqrt(variance) * clarke_stream_gaussian(&s, 0, i);
}

/* y[rows] = a[rows][columns] x, in a fixed order of sums. */
static void dataset_product(const double *a, size_t rows, size_t columns, const double *x,
                            double *y)
{
    for (size_t i = 0; i < rows; i++) {
        y[i] = 0.0;
        for (size_t j = 0; j < columns; j++) y[i] += a[i * columns + j] * x[j];
    }
}

clarke_status clarke_dataset_teacher(const clarke_teacher *teacher, clarke_arena *mem,
                                     clarke_dataset *set)
{
    const size_t p = teacher->inputs, h = teacher->hidden, q = teacher->outputs;
    CLARKE_TRY(dataset_size(set, teacher->samples, p, q, teacher->classes, mem));
    double *b = clarke_alloc_array(mem, h, p * sizeof *b);
    double *a = clarke_alloc_array(mem, q, h * sizeof *a);
    double *middle = clarke_vec(mem, h), *out = clarke_vec(mem, q);
    CLARKE_TRY(clarke_arena_status(mem));
    dataset_gaussian(teacher, "first", 2.0 / (double)p, h * p, b);
    dataset_gaussian(teacher, "second", 1.0 / (double)h, q * h, a);
    dataset_gaussian(teacher, "inputs", 1.0, set->samples * p, set->x);
    for (size_t i = 0; i < set->samples; i++) {
        dataset_product(b, h, p, set->x + i * p, middle);
        for (size_t j = 0; j < h; j++) middle[j] = middle[j] > 0.0 ? middle[j] : 0.0;
        dataset_product(a, q, h, middle, out);
        size_t largest = 0;
        for (size_t c = 1; c < q; c++)
            if (out[c] > out[largest]) largest = c;
        if (teacher->classes)
            dataset_label(set, i, largest);
        else
            memcpy(set->y + i * q, out, q * sizeof *out);
    }
    return CLARKE_OK;
}
