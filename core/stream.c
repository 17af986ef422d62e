#include "core/stream.h"

#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>

uint64_t clarke_hash_mix(uint64_t a, uint64_t b)
{
    /* Finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a multiplicative combination. */
    uint64_t z = a * 0x9e3779b97f4a7c15u + b + 0x7f4a7c159e3779b9u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t clarke_hash_text(uint64_t start, const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return clarke_hash_mix(start, h);
}

clarke_stream clarke_stream_make(uint64_t seed, const char *problem, const char *method,
                                 uint64_t repetition, uint64_t agent, const char *purpose)
{
    uint64_t h = clarke_hash_mix(seed, 0);
    h = clarke_hash_text(h, problem);
    h = clarke_hash_text(h, method);
    h = clarke_hash_mix(h, repetition);
    h = clarke_hash_mix(h, agent);
    h = clarke_hash_text(h, purpose);
    return (clarke_stream){{(uint32_t)h, (uint32_t)(h >> 32)}};
}

void clarke_stream_pair(const clarke_stream *s, uint64_t k, uint64_t i, uint64_t out[2])
{
    const philox4x32_ctr_t counter = {
        {(uint32_t)k, (uint32_t)(k >> 32), (uint32_t)i, (uint32_t)(i >> 32)}};
    const philox4x32_key_t key = {{s->key[0], s->key[1]}};
    const philox4x32_ctr_t r = philox4x32(counter, key);
    out[0] = (uint64_t)r.v[0] | (uint64_t)r.v[1] << 32;
    out[1] = (uint64_t)r.v[2] | (uint64_t)r.v[3] << 32;
}

uint64_t clarke_stream_bits(const clarke_stream *s, uint64_t k, uint64_t j)
{
    uint64_t pair[2];
    clarke_stream_pair(s, k, j / 2, pair);
    return pair[j % 2];
}

double clarke_stream_uniform(const clarke_stream *s, uint64_t k, uint64_t j)
{
    return (double)(clarke_stream_bits(s, k, j) >> 11) * 0x1p-53;
}

double clarke_stream_open_uniform(const clarke_stream *s, uint64_t k, uint64_t j)
{
    return ((double)(clarke_stream_bits(s, k, j) >> 12) + 0.5) * 0x1p-52;
}

size_t clarke_bits_index(uint64_t bits, size_t count)
{
    /* Multiply-high (Lemire 2019) without rejection. */
    __extension__ typedef unsigned __int128 wide;
    return (size_t)(((wide)bits * (wide)count) >> 64);
}

size_t clarke_stream_index(const clarke_stream *s, uint64_t k, uint64_t j, size_t count)
{
    return clarke_bits_index(clarke_stream_bits(s, k, j), count);
}

double clarke_stream_gaussian(const clarke_stream *s, uint64_t k, uint64_t j)
{
    return gsl_cdf_ugaussian_Pinv(clarke_stream_open_uniform(s, k, j));
}
