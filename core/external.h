/* A method in another process, in any language, over lines on its standard input and output. The
   process is started for each run by /bin/sh -c COMMAND. Numbers are decimal, 17 digits from here;
   fields are separated by one space.

     from here                           from there
     clarke 1
     n N
     x X1 ... XN                         (the start)
     step K ETA THETA
                                         oracle X1 ... XN   (as often as it likes)
     g G1 ... GN
                                         momentum M1 ... MN (optional)
                                         x X1 ... XN        (the step is done)
     step ...
     end                                 (it exits)

   An answer that does not come within 10 seconds, or is none of these, ends the run with a
   sentence. */
#pragma once

#include "core/method.h"

/* From now on there is a method `external`, which is what the command's process answers; to be called
   before any thread is started. */
clarke_status clarke_external_register(const char *command);
