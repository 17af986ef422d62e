/* Names of many outputs of one measure: NAMES_256("k0") is "k000", "k001", ..., "k0ff". */
#pragma once

#define CLARKE_NAMES_16(p)                                                                         \
    p "0", p "1", p "2", p "3", p "4", p "5", p "6", p "7", p "8", p "9", p "a", p "b", p "c",     \
        p "d", p "e", p "f"
#define CLARKE_NAMES_256(p)                                                                        \
    CLARKE_NAMES_16(p "0"), CLARKE_NAMES_16(p "1"), CLARKE_NAMES_16(p "2"),                        \
        CLARKE_NAMES_16(p "3"), CLARKE_NAMES_16(p "4"), CLARKE_NAMES_16(p "5"),                    \
        CLARKE_NAMES_16(p "6"), CLARKE_NAMES_16(p "7"), CLARKE_NAMES_16(p "8"),                    \
        CLARKE_NAMES_16(p "9"), CLARKE_NAMES_16(p "a"), CLARKE_NAMES_16(p "b"),                    \
        CLARKE_NAMES_16(p "c"), CLARKE_NAMES_16(p "d"), CLARKE_NAMES_16(p "e"),                    \
        CLARKE_NAMES_16(p "f")
#define CLARKE_NAMES_512(p) CLARKE_NAMES_256(p "0"), CLARKE_NAMES_256(p "1")
