// digest.c: SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104), as hex digits.
//
// Written here and not taken from a library: it is a page of arithmetic, pinned by the vectors of
// the standards, and every library that has it costs each start of a program more than the program.
#include "text.h"

typedef struct Sha {
    uint32_t state[8];
    uint64_t length; // bytes so far
    unsigned char block[64];
} Sha;

static uint32_t turn(uint32_t word, int by)
{
    return word >> by | word << (32 - by);
}

static void sha_block(Sha *sha)
{
    static const uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        const unsigned char *b = sha->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
    memcpy(s, sha->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t one = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
                       ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        uint32_t two = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
                       ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) {
        sha->state[i] += s[i];
    }
}

static void sha_begin(Sha *sha)
{
    static const uint32_t begin[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(sha->state, begin, sizeof begin);
    sha->length = 0;
}

static void sha_add(Sha *sha, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    while (length > 0) {
        size_t used = sha->length % 64;
        size_t part = length < 64 - used ? length : 64 - used;
        memcpy(sha->block + used, at, part);
        sha->length += part;
        at += part;
        length -= part;
        if (used + part == 64) {
            sha_block(sha);
        }
    }
}

static void sha_end(Sha *sha, unsigned char digest[32])
{
    uint64_t bits = sha->length * 8;
    static const unsigned char padding[64] = {0x80};
    sha_add(sha, padding, 1 + (119 - sha->length % 64) % 64);
    unsigned char tail[8];
    for (int i = 0; i < 8; i++) {
        tail[i] = (unsigned char)(bits >> (56 - 8 * i));
    }
    sha_add(sha, tail, sizeof tail);
    for (int i = 0; i < 32; i++) {
        digest[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

static weir_string *as_hex(weir_context *cx, const unsigned char digest[32])
{
    const weir_string bytes = {{WEIR_STATIC, WEIR_BYTES, 0, 0}, 32, (const char *)digest};
    return weir_hex(cx, &bytes);
}

weir_string *weir_sha256(weir_context *cx, const weir_string *bytes)
{
    Sha sha;
    unsigned char digest[32];
    if (weir_failed(cx)) {
        return NULL;
    }
    sha_begin(&sha);
    sha_add(&sha, bytes->bytes, (size_t)bytes->length);
    sha_end(&sha, digest);
    return as_hex(cx, digest);
}

weir_string *weir_hmac_sha256(weir_context *cx, const weir_string *bytes, const weir_string *key)
{
    Sha sha;
    unsigned char digest[32], block[64] = {0};
    if (weir_failed(cx)) {
        return NULL;
    }
    if (key->length > 64) {
        sha_begin(&sha);
        sha_add(&sha, key->bytes, (size_t)key->length);
        sha_end(&sha, block);
    } else {
        memcpy(block, key->bytes, (size_t)key->length);
    }
    for (int i = 0; i < 64; i++) {
        block[i] ^= 0x36;
    }
    sha_begin(&sha);
    sha_add(&sha, block, 64);
    sha_add(&sha, bytes->bytes, (size_t)bytes->length);
    sha_end(&sha, digest);
    for (int i = 0; i < 64; i++) {
        block[i] ^= 0x36 ^ 0x5c;
    }
    sha_begin(&sha);
    sha_add(&sha, block, 64);
    sha_add(&sha, digest, 32);
    sha_end(&sha, digest);
    return as_hex(cx, digest);
}
