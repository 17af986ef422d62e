/* A network from a file. PATH ending in .edges lists edges: two agent numbers a line, from 0, with
   blanks or a comma between; a line may be empty or begin with #. Any other file is the matrix W
   itself, comma-separated, one row a line; W_ij is what agent j takes of x_i. Files are hostile
   input: what is wrong gets one sentence with the line. */
#include "core/network.h"
#include "data/csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *path;
    size_t d;
    int weights;
} file_params;

/* A larger number is a mistake, and would cost memory before it is found. */
enum { FILE_AGENTS = 1 << 20, FILE_LINE = 256 };

typedef struct {
    size_t count, room, agents;
    size_t (*pair)[2];
} file_edges;

static clarke_status file_keep(file_edges *e, const size_t pair[2], clarke_arena *mem)
{
    if (e->count == e->room) {
        const size_t room = e->room ? 2 * e->room : 64;
        size_t(*grown)[2] = clarke_alloc_array(mem, room, sizeof *grown);
        CLARKE_TRY(clarke_arena_status(mem));
        if (e->count > 0) memcpy(grown, e->pair, e->count * sizeof *grown);
        e->pair = grown, e->room = room;
    }
    for (int k = 0; k < 2; k++) {
        e->pair[e->count][k] = pair[k];
        if (pair[k] >= e->agents) e->agents = pair[k] + 1;
    }
    e->count++;
    return CLARKE_OK;
}

static clarke_status file_edge(const file_params *p, size_t number, char *line, file_edges *e,
                               clarke_arena *mem)
{
    static const char blank[] = " \t\r\n,";
    char what[FILE_LINE + 64], *at = line;
    size_t pair[2];
    snprintf(what, sizeof what, "%.200s:%zu: agent", p->path, number);
    for (int k = 0; k < 2; k++) {
        at += strspn(at, blank);
        const size_t length = strcspn(at, blank);
        if (length == 0)
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: two agents are expected, not %d", p->path,
                               number, k);
        char *next = at + length + (at[length] != '\0');
        at[length] = '\0';
        CLARKE_TRY(clarke_parse_count(at, what, &pair[k]));
        if (pair[k] >= (p->d ? p->d : FILE_AGENTS))
            return clarke_fail(CLARKE_EINPUT, "%s:%zu: agent %zu, but they are 0 to %zu", p->path,
                               number, pair[k], (p->d ? p->d : FILE_AGENTS) - 1);
        at = next;
    }
    if (at[strspn(at, blank)])
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: more than two agents", p->path, number);
    if (pair[0] == pair[1])
        return clarke_fail(CLARKE_EINPUT, "%s:%zu: agent %zu is joined to itself", p->path, number,
                           pair[0]);
    return file_keep(e, pair, mem);
}

static clarke_status file_lines(const file_params *p, FILE *file, file_edges *e, clarke_arena *mem)
{
    char line[FILE_LINE];
    for (size_t number = 1;; number++) {
        size_t length = 0;
        int c;
        while ((c = fgetc(file)) != EOF && c != '\n') {
            if (c == '\0')
                return clarke_fail(CLARKE_EINPUT, "%s:%zu: a zero byte: not a text file", p->path,
                                   number);
            if (length + 1 == sizeof line)
                return clarke_fail(CLARKE_EINPUT, "%s:%zu: the line is longer than %d bytes",
                                   p->path, number, FILE_LINE - 1);
            line[length++] = (char)c;
        }
        if (ferror(file))
            return clarke_fail(CLARKE_EIO, "%s:%zu: could not be read", p->path, number);
        line[length] = '\0';
        const char first = line[strspn(line, " \t\r")];
        if (first && first != '#') CLARKE_TRY(file_edge(p, number, line, e, mem));
        if (c == EOF) return CLARKE_OK;
    }
}

static clarke_status file_graph(clarke_network *w, const file_params *p, clarke_arena *mem)
{
    file_edges e = {0};
    FILE *file = fopen(p->path, "rb");
    if (!file)
        return clarke_fail(errno == ENOENT || errno == ENOTDIR ? CLARKE_EUNAVAILABLE : CLARKE_EIO,
                           "%s: %s", p->path, strerror(errno));
    const clarke_status status = file_lines(p, file, &e, mem);
    fclose(file);
    CLARKE_TRY(status);
    if (e.count == 0) return clarke_fail(CLARKE_EINPUT, "%s: there is no edge in it", p->path);
    CLARKE_TRY(clarke_network_size(w, p->d ? p->d : e.agents, p->weights));
    for (size_t k = 0; k < e.count; k++)
        CLARKE_TRY(clarke_network_edge(w, e.pair[k][0], e.pair[k][1], mem));
    return CLARKE_OK;
}

static clarke_status file_matrix(clarke_network *w, const file_params *p, clarke_arena *mem)
{
    clarke_csv csv;
    CLARKE_TRY(clarke_csv_read(p->path, mem, &csv));
    if (csv.name)
        return clarke_fail(CLARKE_EINPUT, "%s:1: no number in the first line; W has no header",
                           p->path);
    if (csv.rows != csv.columns)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu rows and %zu columns, but W is square", p->path,
                           csv.rows, csv.columns);
    if (p->d && p->d != csv.rows)
        return clarke_fail(CLARKE_EINPUT, "%s: %zu rows, but d=%zu", p->path, csv.rows, p->d);
    CLARKE_TRY(clarke_network_size(w, csv.rows, p->weights));
    for (size_t k = 0; k < csv.rows * csv.rows; k++) {
        /* Sums, singular values and mixtures of larger weights leave the range of doubles. */
        if (!(fabs(csv.value[k]) <= 0x1p100))
            return clarke_fail(CLARKE_EINPUT, "%s: row %zu, column %zu: %g is no weight", p->path,
                               k / csv.rows + 1, k % csv.rows + 1, csv.value[k]);
        CLARKE_TRY(clarke_network_entry(w, k / csv.rows, k % csv.rows, csv.value[k], mem));
    }
    return CLARKE_OK;
}

static clarke_status file_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    static const char ending[] = ".edges";
    const file_params *p = params;
    const size_t length = strlen(p->path), end = sizeof ending - 1;
    if (length == 0)
        return clarke_fail(CLARKE_EINPUT, "file: which one? file:W.csv or file:G.edges");
    const bool edges = length > end && strcmp(p->path + length - end, ending) == 0;
    return edges ? file_graph(w, p, mem) : file_matrix(w, p, mem);
}

static const clarke_param file_table[] = {
    {"path", CLARKE_PARAM_TEXT, offsetof(file_params, path), "", 0.0, 0.0, NULL,
     "G.edges, a list of edges, or W.csv, the matrix"},
    {"d", CLARKE_PARAM_COUNT, offsetof(file_params, d), "0", 0.0, FILE_AGENTS, NULL,
     "number of agents; 0: by the file"},
    CLARKE_NETWORK_WEIGHTS(file_params, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_file = {
    .title = "A network from a file",
    .formula = "file:W.csv, a dense matrix, or file:G.edges, a list of edges",
    .source = "the user's",
    .params = file_table,
    .params_size = sizeof(file_params),
    .make = file_make,
};
