// hash.c: hashes of words by content.
#include "value.h"

// ── hashing: SipHash-1-3 ─────────────────────────────────────────────────────────────────────────

typedef struct Sip {
    uint64_t v0, v1, v2, v3;
} Sip;

static uint64_t rotate(uint64_t word, int by)
{
    return (word << by) | (word >> (64 - by));
}

static void sip_round(Sip *s)
{
    s->v0 += s->v1, s->v1 = rotate(s->v1, 13) ^ s->v0, s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3, s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3, s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1, s->v1 = rotate(s->v1, 17) ^ s->v2, s->v2 = rotate(s->v2, 32);
}

static void sip_word(Sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t sip(const void *bytes, size_t length, uint64_t key)
{
    uint64_t other = rotate(key, 23) * UINT64_C(0x9e3779b97f4a7c15);
    Sip s = {key ^ UINT64_C(0x736f6d6570736575), other ^ UINT64_C(0x646f72616e646f6d),
             key ^ UINT64_C(0x6c7967656e657261), other ^ UINT64_C(0x7465646279746573)};
    const unsigned char *at = bytes;
    uint64_t word;
    for (size_t left = length; left >= 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        sip_word(&s, word);
    }
    word = 0;
    memcpy(&word, at, length & 7);
    sip_word(&s, word | (uint64_t)length << 56);
    s.v2 ^= 0xff;
    sip_round(&s), sip_round(&s), sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t weir__hash(const weir_type *type, const void *word, uint64_t key)
{
    weir_word w;
    memcpy(&w, word, sizeof w);
    if (type->kind == WEIR_TYPE_FLOAT && w.real == 0) {
        w.real = 0; // -0.0 equals 0.0
    }
    if (!weir__counted(type) || w.object == NULL) {
        return sip(&w, sizeof w, key);
    }
    const weir_object *object = w.object;
    switch ((weir_kind)object->kind) {
    case WEIR_STRING:
    case WEIR_BYTES: {
        const weir_string *text = w.object;
        return sip(text->bytes, (size_t)text->length, key);
    }
    case WEIR_LIST: {
        const weir_list *list = w.object;
        uint64_t hash = key;
        for (int64_t i = 0; i < list->length; i++) {
            hash = weir__hash(list->type->item, &list->items[i], hash + 1);
        }
        return hash;
    }
    case WEIR_RECORD: {
        const weir_type *row = ((const weir_record *)w.object)->type;
        const weir_word *words = weir__words(w.object);
        uint64_t hash = key;
        if (row->kind == WEIR_TYPE_ENUM) {
            hash = sip(words, sizeof *words, hash);
            row = weir__case_type(row, words->integer);
            words++;
        }
        for (uint32_t i = 0; row != NULL && i < row->field_count; i++) {
            hash = weir__hash(row->fields[i].type, &words[i], hash + 1);
        }
        return hash;
    }
    case WEIR_BOX: {
        const weir_box *box = w.object;
        double real;
        if (weir__number_in(box, &real)) { // as what it may equal
            return weir__hash(&weir_type_float, &real, key + 1);
        }
        return weir__hash(box->type, &box->word, key + 1);
    }
    case WEIR_MAP: // equal whatever the order: only how many there are
        return sip(&((const weir_map *)w.object)->length, sizeof(int64_t), key);
    case WEIR_ERROR: {
        const weir_error *error = w.object;
        return sip(error->message->bytes, (size_t)error->message->length, key);
    }
    case WEIR_HANDLE:
    case WEIR_QUEUE:
    case WEIR_STREAM: return sip(&w, sizeof w, key);
    }
    return key;
}
