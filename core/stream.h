/* Counter-based random streams (Philox 4x32-10 of Random123). A stream is a key; every draw is a
   pure function of (key, k, j), so that skipping, resuming and adding cases need no state and
   change nothing else. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t key[2];
} clarke_stream;

/* The key mixes all six: runs that differ in any of them are independent. `repetition` is the
   seed's number within a case, `agent` is 0 where there is one, `purpose` names the use
   ("sampling", "noise", "init", ...). */
clarke_stream clarke_stream_make(uint64_t seed, const char *problem, const char *method,
                                 uint64_t repetition, uint64_t agent, const char *purpose);

/* Draw j of step k: 64 uniform bits. Draws 2i and 2i+1 share one Philox block. */
uint64_t clarke_stream_bits(const clarke_stream *s, uint64_t k, uint64_t j);
/* Both draws 2i and 2i+1 of step k at once. */
void clarke_stream_pair(const clarke_stream *s, uint64_t k, uint64_t i, uint64_t out[2]);

/* Uniform on [0,1), 53 bits; on (0,1), never an end; an index in 0..count-1 (bias < count/2^64). */
double clarke_stream_uniform(const clarke_stream *s, uint64_t k, uint64_t j);
double clarke_stream_open_uniform(const clarke_stream *s, uint64_t k, uint64_t j);
size_t clarke_stream_index(const clarke_stream *s, uint64_t k, uint64_t j, size_t count);
/* Standard normal, by inversion (one draw a value). */
double clarke_stream_gaussian(const clarke_stream *s, uint64_t k, uint64_t j);
/* The index that 64 uniform bits select in 0..count-1. */
size_t clarke_bits_index(uint64_t bits, size_t count);

/* A 64-bit hash of text (FNV-1a with a final mix), used for keys and ids. */
uint64_t clarke_hash_text(uint64_t start, const char *text);
uint64_t clarke_hash_mix(uint64_t a, uint64_t b);
