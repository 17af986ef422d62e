/* The product u_1 ... u_n of up to CLARKE_PRODUCT_LARGEST factors, and the surface where it is
   1. */
#pragma once

#include <stddef.h>

enum { CLARKE_PRODUCT_LARGEST = 32 };

double clarke_product(size_t n, const double *x);
/* g[i] = the product of the others. */
void clarke_product_gradient(size_t n, const double *x, double *g);
/* The distance of y from {u > 0 : u_1 ... u_n = 1}, which u[n] is a nearest point of, up to
   rounding; n >= 2. */
double clarke_product_surface(size_t n, const double *y, double *u);
