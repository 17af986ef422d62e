/* Samples x with targets y, in double. Sources: a folder of IDX files, a CSV file, and a random
   teacher network. */
#pragma once

#include "core/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define CLARKE_FASHION_MNIST "/usr/share/datasets/fashion-mnist"

typedef struct {
    size_t samples, inputs, outputs;
    double *x;     /* [samples][inputs] */
    double *y;     /* [samples][outputs]: one-hot where label is there */
    size_t *label; /* [samples]; NULL where the targets are numbers */
} clarke_dataset;

/* The first `samples` (0: all) of FOLDER/SPLIT-images-idx3-ubyte and -labels-idx1-ubyte, plain or
   with .gz; SPLIT is "train" or "t10k". Pixels are divided by 255; the classes are 0 to the largest
   label of the whole file. Asking for more samples than there are is CLARKE_EINPUT. */
clarke_status clarke_dataset_idx(const char *folder, const char *split, size_t samples,
                                 clarke_arena *mem, clarke_dataset *set);
/* The first `samples` (0: all) rows of a CSV file. With outputs = 0 the last column is the class,
   a whole number; otherwise the last `outputs` columns are the targets. */
clarke_status clarke_dataset_csv(const char *path, size_t samples, size_t outputs,
                                 clarke_arena *mem, clarke_dataset *set);

typedef struct {
    size_t samples, inputs, hidden, outputs;
    bool classes; /* the target is the largest output of the teacher, otherwise its outputs */
    uint64_t seed;
} clarke_teacher;

/* x standard normal, y = A relu(B x) with Gaussian entries of variance 2/inputs in B and
   1/hidden in A: the
   realisable case for every network that contains the teacher. */
clarke_status clarke_dataset_teacher(const clarke_teacher *teacher, clarke_arena *mem,
                                     clarke_dataset *set);
