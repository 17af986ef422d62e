/* Figures inside HTML. A results folder is hostile input, so an SVG is written only if every element
   and attribute is one that draws, and its ids are made unique in the page. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* True if `text` is one <svg> element of known drawing elements, without scripts, event handlers,
   styles, or references that leave the file. */
bool clarke_svg_is_safe(const char *text);
/* Writes the <svg> element with every id prefixed and a label for those who do not see it. `text` is
   safe; `prefix` and `label` are written as they are. */
void clarke_svg_inline(FILE *out, const char *text, const char *prefix, const char *label);
