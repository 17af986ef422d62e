/* A card: what there is to say about one item, in one of three formats. */
#pragma once

#include "cli/lib/cli.h"

#include "core/network.h"

#include <jansson.h>

enum { CLARKE_CARD_FIELDS = 48 };

typedef struct {
    const char *id, *kind, *title;
    size_t fields;
    struct {
        const char *key, *value;
        const double *number; /* [count] what the value says, for JSON; NULL: it is text */
        size_t count;
        bool whole; /* a count */
    } field[CLARKE_CARD_FIELDS];
    int digits; /* of numbers in text; 0: ten */
    const clarke_param *params;
    const char *picture; /* lines for a terminal, or NULL */
    clarke_arena *mem;
} clarke_card;

typedef enum { CLARKE_CARD_TEXT, CLARKE_CARD_MARKDOWN, CLARKE_CARD_JSON } clarke_card_format;

/* Adds a field; one whose value is NULL or empty is left out. */
void clarke_card_add(clarke_card *card, const char *key, const char *value);
/* The same from a format; a number that is not known is left out by the caller. */
void clarke_card_addf(clarke_card *card, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Numbers; left out where the value is NAN. A point is shown to its first eight coordinates unless
   `digits` asks for all of them. */
void clarke_card_real(clarke_card *card, const char *key, double value);
void clarke_card_count(clarke_card *card, const char *key, size_t value);
void clarke_card_point(clarke_card *card, const char *key, const double *x, size_t n);
/* The distance to the stationary set, the nearest point, put into nearest[n], and its kind; the
   distance to the field's; or that they are not known. */
void clarke_card_distance(clarke_card *card, const clarke_problem *p, const double *x,
                          double *nearest);

clarke_status clarke_card_print(const clarke_cli *cli, const clarke_card *card,
                                clarke_card_format format, FILE *out);

/* "(1, -0.5)", with ten digits, at most eight numbers and then how many there are. */
const char *clarke_point_print(const double *x, size_t n, clarke_arena *mem);

/* f over the box in one dimension, its levels in two, with the stationary set; NULL otherwise. */
const char *clarke_picture(const clarke_problem *p, clarke_arena *mem);

/* The subdifferential at x in one or two variables: its corners, and a drawing; NULL where there is
   no enclosure of it. */
const char *clarke_polygon(const clarke_problem *p, const double *x, clarke_arena *mem);

/* What there is to say about a network, and a picture of W. */
clarke_status clarke_network_card(clarke_card *card, const clarke_spec *spec);
