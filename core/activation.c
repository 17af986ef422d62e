#include "core/activation.h"

/* The piece that holds t, the right one at a kink. */
static const clarke_piece *activation_piece(size_t count, const clarke_piece *piece, double t)
{
    size_t p = count - 1;
    while (p > 0 && t < piece[p].low) p--;
    return &piece[p];
}

double clarke_activation_change(const clarke_activation_desc *a, const clarke_activation_opts *o,
                                double t, double d)
{
    if (!a->pieces) return a->change(o, t, d);
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = a->pieces(o, piece);
    const clarke_piece *from = activation_piece(count, piece, t);
    const clarke_piece *to = activation_piece(count, piece, t + d);
    if (from == to) return from->slope * d;
    return (to->slope * (t + d) + to->level) - (from->slope * t + from->level);
}
