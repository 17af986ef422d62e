#include "data/csv.h"
#include "data/dataset.h"
#include "data/idx.h"
#include "data/shards.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/clarke-data-XXXXXX";
static char path[256];

static void data_folder(void)
{
    cr_assert(mkdtemp(folder), "folder: cannot be made");
}

static void data_remove(void)
{
    static const char *const name[] = {"file", "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                       "train-images-idx3-ubyte.gz"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, name[i]);
        unlink(path);
    }
    rmdir(folder);
}

TestSuite(data, .init = data_folder, .fini = data_remove);

static const char *write_file(const char *name, const void *bytes, size_t size)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "%s: write", path);
    return path;
}

static const char *write_packed(const char *name, const void *bytes, size_t size)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile file = gzopen(path, "wb");
    cr_assert(file && gzwrite(file, bytes, (unsigned)size) == (int)size && gzclose(file) == Z_OK,
              "%s: write", path);
    return path;
}

/* IDX bytes of `count` records of 2 x 3 (or of labels, with dimensions = 1);
 * entry i is 7 i + 3. */
static size_t idx_bytes(unsigned char *to, size_t dimensions, size_t count)
{
    const size_t record = dimensions == 1 ? 1 : 6;
    const unsigned char header[16] = {
        0, 0, 8, (unsigned char)dimensions, 0, 0, 0, (unsigned char)count, 0, 0, 0, 2, 0, 0, 0, 3};
    const size_t start = 4 + 4 * dimensions;
    memcpy(to, header, start);
    for (size_t i = 0; i < count * record; i++) to[start + i] = (unsigned char)(7 * i + 3);
    return start + count * record;
}

Test(data, idx_round_trip)
{
    unsigned char bytes[256];
    const size_t size = idx_bytes(bytes, 3, 5), limit[] = {0, 2, 5, 9};
    for (size_t packed = 0; packed < 2; packed++)
        for (size_t i = 0; i < 4; i++) {
            clarke_arena *mem = clarke_arena_new(0);
            clarke_idx idx;
            packed ? write_packed("file", bytes, size) : write_file("file", bytes, size);
            cr_assert_eq(clarke_idx_read(path, 3, limit[i], mem, &idx), CLARKE_OK, "idx: %s",
                         clarke_message());
            const size_t count = limit[i] == 2 ? 2 : 5;
            cr_expect(idx.count == count && idx.record == 6 && idx.dimension[0] == 5 &&
                          idx.dimension[1] == 2 && idx.dimension[2] == 3,
                      "idx: %zu records of %zu", idx.count, idx.record);
            cr_expect_eq(memcmp(idx.byte, bytes + 16, count * 6), 0, "idx: entries differ");
            clarke_arena_free(mem);
        }
}

/* What is done to a right file of 5 records of 2 x 3. */
typedef struct {
    const char *label;
    size_t at;           /* a byte of the content to change, */
    unsigned char value; /* to this */
    long grow;           /* bytes added to or taken from the content */
    bool packed;
    long cut; /* bytes cut off the compressed file, or damaged there if negative */
    const char *says;
} broken;

static const broken broken_files[] = {
    {"wrong magic", 3, 1, 0, false, 0, "the magic number is 0x00000801, but 0x00000803"},
    {"wrong type", 2, 0x0d, 0, false, 0, "the magic number is 0x00000d03"},
    {"not IDX", 0, 'P', 0, true, 0, "magic number"},
    {"empty", 0, 0, -46, false, 0, "ends after 0 of the 4 bytes expected for the magic number"},
    {"cut header", 0, 0, -38, false, 0, "ends after 4 of the 12 bytes expected for the dimensions"},
    {"cut entries", 0, 0, -1, false, 0, "speaks of a file of 46 bytes, but it has 45"},
    {"lying dimension", 7, 6, 0, false, 0, "speaks of a file of 52 bytes, but it has 46"},
    {"trailing garbage", 0, 0, 3, false, 0, "speaks of a file of 46 bytes, but it has 49"},
    {"zero dimension", 11, 0, 0, false, 0, "dimension 2 of 3 is 0"},
    {"huge dimension", 4, 0xff, 0, false, 0, "speaks of a file of 25669140526 bytes"},
    {"huge dimension, packed", 4, 0xff, 0, true, 0, "compressed bytes can hold"},
    {"lying dimension, packed", 7, 6, 0, true, 0, "ends after 30 of the 36 bytes"},
    {"trailing garbage, packed", 0, 0, 3, true, 0, "goes on after the 5 records"},
    {"cut, packed", 0, 0, 0, true, 12, "expected for"},
    {"cut checksum, packed", 0, 0, 0, true, 2, "damaged at its end"},
    {"damaged, packed", 0, 0, 0, true, -8, "cannot be decompressed (incorrect data check)"},
};
enum { BROKEN = sizeof broken_files / sizeof *broken_files };

static void write_broken(const broken *b)
{
    unsigned char bytes[256] = {0};
    struct stat info;
    const size_t size = (size_t)((long)idx_bytes(bytes, 3, 5) + b->grow);
    if (b->value || b->at) bytes[b->at] = b->value;
    if (!b->packed) {
        write_file("file", bytes, size);
        return;
    }
    write_packed("file", bytes, size);
    cr_assert_eq(stat(path, &info), 0, "%s: stat", b->label);
    if (b->cut > 0) cr_assert_eq(truncate(path, info.st_size - b->cut), 0, "%s: cut", b->label);
    if (b->cut >= 0) return;
    FILE *file = fopen(path, "r+b");
    cr_assert(file && fseek(file, b->cut, SEEK_END) == 0, "%s: open", b->label);
    const int byte = fgetc(file);
    fseek(file, b->cut, SEEK_END);
    fputc(byte ^ 0x55, file);
    fclose(file);
}

Test(data, idx_hostile)
{
    for (size_t i = 0; i < BROKEN; i++) {
        const broken *b = &broken_files[i];
        clarke_arena *mem = clarke_arena_new(1u << 20);
        clarke_idx idx;
        write_broken(b);
        const clarke_status status = clarke_idx_read(path, 3, 0, mem, &idx);
        cr_expect_eq(status, CLARKE_EINPUT, "%s: status %d", b->label, (int)status);
        cr_expect(strstr(clarke_message(), b->says), "%s: says '%s'", b->label, clarke_message());
        cr_expect(strstr(clarke_message(), path) == clarke_message() &&
                      !strchr(clarke_message(), '\n'),
                  "%s: no path first, or two lines: '%s'", b->label, clarke_message());
        clarke_arena_free(mem);
    }
}

Test(data, idx_not_a_file)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_idx idx;
    cr_expect_eq(clarke_idx_read(folder, 3, 0, mem, &idx), CLARKE_EINPUT, "folder: accepted");
    snprintf(path, sizeof path, "%s/file", folder);
    cr_expect_eq(clarke_idx_read(path, 3, 0, mem, &idx), CLARKE_EUNAVAILABLE, "missing: %s",
                 clarke_message());
    cr_assert_eq(mkfifo(path, 0600), 0, "pipe: cannot be made");
    cr_expect_eq(clarke_idx_read(path, 3, 0, mem, &idx), CLARKE_EINPUT, "pipe: accepted");
    clarke_arena_free(mem);
}

/* tests/data/idx: four images of 2 x 3 with entry 10 i + j, labels 0 2 1 2. */
static clarke_status read_set(size_t samples, clarke_arena *mem, clarke_dataset *set)
{
    return clarke_dataset_idx(CLARKE_TEST_DATA "/idx", "train", samples, mem, set);
}

Test(data, dataset)
{
    static const size_t label[] = {0, 2, 1, 2};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_dataset set;
    cr_assert_eq(read_set(1, mem, &set), CLARKE_OK, "set: %s", clarke_message());
    cr_expect_eq(set.outputs, 3, "set: the classes are those of the whole file, not %zu",
                 set.outputs);
    cr_assert_eq(read_set(0, mem, &set), CLARKE_OK, "set: %s", clarke_message());
    cr_assert(set.samples == 4 && set.inputs == 6 && set.outputs == 3, "set: %zu x %zu, %zu",
              set.samples, set.inputs, set.outputs);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 6; j++)
            cr_expect_eq(set.x[i * 6 + j], (double)(10 * i + j) / 255.0, "set: x(%zu,%zu)", i, j);
        cr_expect_eq(set.label[i], label[i], "set: label %zu is %zu", i, set.label[i]);
        for (size_t c = 0; c < 3; c++)
            cr_expect_eq(set.y[i * 3 + c], c == label[i], "set: y(%zu,%zu)", i, c);
    }
    cr_expect_eq(read_set(5, mem, &set), CLARKE_EINPUT, "set: 5 of 4 samples");
    cr_expect(strstr(clarke_message(), "has 4 samples, 5 are asked for"), "set: '%s'",
              clarke_message());
    clarke_arena_free(mem);
}

Test(data, dataset_lengths_differ)
{
    unsigned char bytes[256];
    clarke_arena *mem = clarke_arena_new(0);
    clarke_dataset set;
    write_file("train-images-idx3-ubyte", bytes, idx_bytes(bytes, 3, 5));
    cr_expect_eq(clarke_dataset_idx(folder, "train", 0, mem, &set), CLARKE_EUNAVAILABLE,
                 "labels missing: accepted");
    cr_expect(strstr(clarke_message(), "dataset-fashion-mnist"), "labels missing: '%s'",
              clarke_message());
    write_file("train-labels-idx1-ubyte", bytes, idx_bytes(bytes, 1, 4));
    cr_expect_eq(clarke_dataset_idx(folder, "train", 0, mem, &set), CLARKE_EINPUT, "accepted");
    cr_expect(strstr(clarke_message(), "5 images") && strstr(clarke_message(), "4 labels"),
              "lengths: '%s'", clarke_message());
    clarke_arena_free(mem);
}

/* The real files, where installed: 60,000 labels, 6,000 of each class (Xiao,
   Rasul, Vollgraf, arXiv 1708.07747, section 2); the first images' labels begin
   9 0 0 3 0 2 7 2 5 5. */
Test(data, fashion_mnist)
{
    static const size_t first[] = {9, 0, 0, 3, 0, 2, 7, 2, 5, 5};
    clarke_arena *mem = clarke_arena_new(0);
    clarke_dataset set;
    const clarke_status status = clarke_dataset_idx(CLARKE_FASHION_MNIST, "train", 10, mem, &set);
    if (status == CLARKE_EUNAVAILABLE) cr_skip_test("fashion: %s", clarke_message());
    cr_assert_eq(status, CLARKE_OK, "fashion: %s", clarke_message());
    cr_expect(set.inputs == 784 && set.outputs == 10, "fashion: %zu, %zu", set.inputs, set.outputs);
    for (size_t i = 0; i < 10; i++)
        cr_expect_eq(set.label[i], first[i], "fashion: label %zu is %zu", i, set.label[i]);
    clarke_idx labels;
    size_t count[10] = {0};
    cr_assert_eq(
        clarke_idx_read(CLARKE_FASHION_MNIST "/train-labels-idx1-ubyte.gz", 1, 0, mem, &labels),
        CLARKE_OK, "fashion: %s", clarke_message());
    for (size_t i = 0; i < labels.count; i++) count[labels.byte[i] % 10]++;
    for (size_t c = 0; c < 10; c++) cr_expect_eq(count[c], 6000, "fashion: class %zu", c);
    clarke_arena_free(mem);
}

typedef struct {
    const char *label, *text;
    size_t rows, columns; /* 0: refused */
    const char *says;     /* of a header: its last name */
} table;

static const table tables[] = {
    {"plain", "1,2,3\n4,5,6\n", 2, 3, NULL},
    {"no last newline", "1,2\n4,5", 2, 2, NULL},
    {"one number", "7", 1, 1, NULL},
    {"header", "a, b\n1,2\n", 1, 2, "b"},
    {"windows", "a,b\r\n1,2\r\n\r\n3,4\r\n", 2, 2, "b"},
    {"spaces", "\n  1 ,\t-2e3 \n\n", 1, 2, NULL},
    {"ragged", "1,2\n3,4\n5\n", 0, 0, ":3: 1 columns, but the first line has 2"},
    {"long", "1,2\n\n3,4,5\n", 0, 0, ":3: 3 columns"},
    {"word", "1,2\n3,x\n", 0, 0, ":2: column 2: 'x' is not a number"},
    {"half a number", "1,2\n3,4k\n", 0, 0, ":2: column 2: '4k'"},
    {"half a header", "a,2\n3,4\n", 0, 0, ":1: column 1: 'a'"},
    {"nan", "1,2\nnan,4\n", 0, 0, ":2: column 1: 'nan' is not a finite number"},
    {"overflow", "1,2\n1e999,4\n", 0, 0, "not a finite number"},
    {"empty field", "1,2\n3,\n", 0, 0, ":2: column 2: ''"},
    {"empty", "", 0, 0, "no line"},
    {"blank", "\n \n", 0, 0, "no line"},
    {"only a header", "a,b\n", 0, 0, "no row"},
};

Test(data, csv)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const table *t = &tables[i];
        clarke_arena *mem = clarke_arena_new(0);
        clarke_csv csv;
        write_file("file", t->text, strlen(t->text));
        const clarke_status status = clarke_csv_read(path, mem, &csv);
        cr_expect_eq(status, t->rows ? CLARKE_OK : CLARKE_EINPUT, "%s: status %d, %s", t->label,
                     (int)status, clarke_message());
        if (!t->rows)
            cr_expect(strstr(clarke_message(), t->says), "%s: says '%s'", t->label,
                      clarke_message());
        if (status != CLARKE_OK) {
            clarke_arena_free(mem);
            continue;
        }
        cr_expect(csv.rows == t->rows && csv.columns == t->columns, "%s: %zu x %zu", t->label,
                  csv.rows, csv.columns);
        cr_expect_eq(csv.name != NULL, t->says != NULL, "%s: header", t->label);
        if (csv.name && t->says)
            cr_expect_eq(clarke_csv_column(&csv, t->says), t->columns - 1, "%s: name", t->label);
        cr_expect_eq(clarke_csv_column(&csv, "none"), t->columns, "%s: no such name", t->label);
        clarke_arena_free(mem);
    }
}

Test(data, csv_values)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_csv csv;
    const char text[] = "u,v,w\n1.5,-2,0x10\n\n4e-3,5,6\n", zero[] = "1,2\n3\0,4\n";
    write_file("file", text, sizeof text - 1);
    cr_assert_eq(clarke_csv_read(path, mem, &csv), CLARKE_OK, "csv: %s", clarke_message());
    const double right[] = {1.5, -2.0, 16.0, 4e-3, 5.0, 6.0};
    cr_expect_eq(memcmp(csv.value, right, sizeof right), 0, "csv: values");
    write_file("file", zero, sizeof zero - 1);
    cr_expect_eq(clarke_csv_read(path, mem, &csv), CLARKE_EINPUT, "csv: a zero byte is accepted");
    clarke_arena_free(mem);
}

Test(data, csv_set)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_dataset set;
    const char text[] = "p,q,class\n1,2,0\n3,4,2\n";
    write_file("file", text, sizeof text - 1);
    cr_assert_eq(clarke_dataset_csv(path, 0, 0, mem, &set), CLARKE_OK, "set: %s", clarke_message());
    cr_expect(set.samples == 2 && set.inputs == 2 && set.outputs == 3 && set.label[1] == 2 &&
                  set.y[5] == 1.0 && set.x[2] == 3.0,
              "set: classes");
    cr_assert_eq(clarke_dataset_csv(path, 1, 2, mem, &set), CLARKE_OK, "set: %s", clarke_message());
    cr_expect(set.samples == 1 && set.inputs == 1 && set.outputs == 2 && !set.label &&
                  set.x[0] == 1.0 && set.y[0] == 2.0 && set.y[1] == 0.0,
              "set: targets");
    cr_expect_eq(clarke_dataset_csv(path, 3, 0, mem, &set), CLARKE_EINPUT, "set: 3 of 2 rows");
    cr_expect_eq(clarke_dataset_csv(path, 0, 3, mem, &set), CLARKE_EINPUT, "set: no inputs left");
    const char wrong[] = "1,2,0\n3,4,1.5\n";
    write_file("file", wrong, sizeof wrong - 1);
    cr_expect_eq(clarke_dataset_csv(path, 0, 0, mem, &set), CLARKE_EINPUT, "set: class 1.5");
    cr_expect(strstr(clarke_message(), "row 2"), "set: '%s'", clarke_message());
    clarke_arena_free(mem);
}

Test(data, teacher)
{
    clarke_arena *mem = clarke_arena_new(0);
    clarke_teacher t = {200, 5, 4, 3, false, 1};
    clarke_dataset numbers, classes, again, other;
    cr_assert_eq(clarke_dataset_teacher(&t, mem, &numbers), CLARKE_OK, "teacher");
    cr_assert_eq(clarke_dataset_teacher(&t, mem, &again), CLARKE_OK, "teacher");
    t.classes = true;
    cr_assert_eq(clarke_dataset_teacher(&t, mem, &classes), CLARKE_OK, "teacher");
    t.seed = 2;
    cr_assert_eq(clarke_dataset_teacher(&t, mem, &other), CLARKE_OK, "teacher");
    cr_expect_eq(memcmp(numbers.y, again.y, 600 * sizeof(double)), 0, "teacher: not repeatable");
    cr_expect_neq(memcmp(classes.x, other.x, 1000 * sizeof(double)), 0, "teacher: idle seed");
    cr_expect(!numbers.label && classes.label, "teacher: labels");
    double size = 0.0;
    for (size_t i = 0; i < 200; i++) {
        const double *y = numbers.y + 3 * i, *e = classes.y + 3 * i;
        const size_t c = classes.label[i];
        cr_expect(y[c] >= y[0] && y[c] >= y[1] && y[c] >= y[2], "teacher: label of %zu", i);
        cr_expect(e[c] == 1.0 && e[0] + e[1] + e[2] == 1.0, "teacher: one-hot of %zu", i);
        size += y[0] * y[0];
    }
    cr_expect_gt(size, 0.0, "teacher: answers 0 always");
    clarke_arena_free(mem);
}

/* Every sample is held once, whatever the split; each split is what its name says. */
Test(data, shards)
{
    clarke_arena *mem = clarke_arena_new(0);
    enum { SAMPLES = 1003, LABELS = 10 };
    size_t label[SAMPLES];
    for (size_t s = 0; s < SAMPLES; s++) label[s] = s * 7 % LABELS;
    for (int kind = CLARKE_SHARDS_EVEN; kind <= CLARKE_SHARDS_DIRICHLET; kind++) {
        const clarke_shards_spec spec = {(clarke_shards_kind)kind, 8, 0.5, 3};
        clarke_shards shards;
        cr_assert_eq(clarke_shards_make(&spec, label, SAMPLES, mem, &shards), CLARKE_OK, "%s",
                     clarke_message());
        size_t held[SAMPLES] = {0}, mixed = 0;
        for (size_t i = 0; i < 8; i++) {
            size_t seen[LABELS] = {0}, labels = 0;
            cr_assert_lt(shards.begin[i], shards.begin[i + 1], "split %d: agent %zu is empty", kind,
                         i);
            for (size_t k = shards.begin[i]; k < shards.begin[i + 1]; k++) {
                held[shards.term[k]]++;
                labels += seen[label[shards.term[k]]]++ == 0;
            }
            mixed += labels;
            const size_t count = shards.begin[i + 1] - shards.begin[i];
            if (kind != CLARKE_SHARDS_DIRICHLET)
                cr_expect(count == SAMPLES / 8 || count == SAMPLES / 8 + 1, "%zu samples", count);
            /* Ten labels, eight agents: three labels meet in a share at most. */
            if (kind == CLARKE_SHARDS_LABEL) cr_expect_leq(labels, 3, "%zu labels", labels);
            if (kind == CLARKE_SHARDS_EVEN) cr_expect_eq(labels, LABELS, "%zu labels", labels);
        }
        for (size_t s = 0; s < SAMPLES; s++)
            cr_assert_eq(held[s], 1, "split %d: sample %zu is held %zu times", kind, s, held[s]);
        if (kind == CLARKE_SHARDS_DIRICHLET)
            cr_expect(mixed > 8 && mixed < 80, "%zu labels in all shares", mixed);
    }
    clarke_arena_free(mem);
}

Test(data, shards_follow_the_law)
{
    clarke_arena *mem = clarke_arena_new(0);
    enum { SAMPLES = 20000 };
    static size_t label[SAMPLES];
    clarke_shards shards;
    /* Variance of a Dirichlet share of d agents: (1/d)(1 - 1/d) / (d c + 1). Two labels of 10000
       samples, so rounding to whole samples moves a share by 1e-4 at most. */
    double squares = 0.0;
    enum { AGENTS = 50 };
    for (size_t s = 0; s < SAMPLES; s++) label[s] = s % 2;
    const double c = 4.0, d = AGENTS, variance = (1.0 / d) * (1.0 - 1.0 / d) / (d * c + 1.0);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const clarke_shards_spec spec = {CLARKE_SHARDS_DIRICHLET, AGENTS, c, seed};
        cr_assert_eq(clarke_shards_make(&spec, label, SAMPLES, mem, &shards), CLARKE_OK, "%s",
                     clarke_message());
        for (size_t i = 0; i < AGENTS; i++) {
            size_t ones = 0;
            for (size_t k = shards.begin[i]; k < shards.begin[i + 1]; k++)
                ones += label[shards.term[k]];
            squares += ((double)ones / 10000.0 - 1.0 / d) * ((double)ones / 10000.0 - 1.0 / d);
        }
    }
    /* A mean of 1000 squares, whose law is nearly that of a gamma variable of shape 4: the square's
       deviation is at most twice its mean, so five deviations of the mean are 0.32 of it. */
    cr_expect(fabs(squares / 1000.0 - variance) < 0.32 * variance, "%g, not %g", squares / 1000.0,
              variance);
    clarke_arena_free(mem);
}

Test(data, shards_refuse)
{
    clarke_arena *mem = clarke_arena_new(0);
    const size_t label[4] = {0, 1, 0, 1};
    clarke_shards shards;
    const clarke_shards_spec many = {CLARKE_SHARDS_EVEN, 5, 1.0, 1};
    cr_expect_eq(clarke_shards_make(&many, label, 4, mem, &shards), CLARKE_EINPUT);
    cr_expect_not_null(strstr(clarke_message(), "would hold none"), "%s", clarke_message());
    const clarke_shards_spec blind = {CLARKE_SHARDS_LABEL, 2, 1.0, 1};
    cr_expect_eq(clarke_shards_make(&blind, NULL, 4, mem, &shards), CLARKE_EINPUT);
    clarke_arena_free(mem);
}

Test(data, out_of_memory)
{
    for (size_t source = 0; source < 3; source++) {
        const clarke_teacher teacher = {20, 5, 4, 3, true, 1};
        clarke_status status = CLARKE_ENOMEM;
        size_t k = 1;
        write_file("file", "a,b\n1,2\n", 8);
        for (; status != CLARKE_OK && k < 100; k++) {
            clarke_arena *mem = clarke_arena_new(0);
            clarke_dataset set;
            clarke_arena_fail_at(mem, k);
            status = source == 0   ? read_set(0, mem, &set)
                     : source == 1 ? clarke_dataset_csv(path, 0, 1, mem, &set)
                                   : clarke_dataset_teacher(&teacher, mem, &set);
            cr_expect(status == CLARKE_OK || status == CLARKE_ENOMEM, "source %zu, request %zu: %s",
                      source, k, clarke_message());
            clarke_arena_free(mem);
        }
        cr_expect(status == CLARKE_OK && k > 4, "source %zu: %zu requests", source, k);
    }
}
