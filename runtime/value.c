// value.c: counting, freeing, sharing and comparing; boxes and records.
#include "value.h"

const weir_type weir_type_int = {.kind = WEIR_TYPE_INT, .name = "int"};
const weir_type weir_type_float = {.kind = WEIR_TYPE_FLOAT, .name = "float"};
const weir_type weir_type_bool = {.kind = WEIR_TYPE_BOOL, .name = "bool"};
const weir_type weir_type_duration = {.kind = WEIR_TYPE_DURATION, .name = "duration"};
const weir_type weir_type_time = {.kind = WEIR_TYPE_TIME, .name = "time"};
const weir_type weir_type_secret = {.kind = WEIR_TYPE_SECRET, .name = "secret"};
const weir_type weir_type_string = {.kind = WEIR_TYPE_STRING, .name = "string"};
const weir_type weir_type_bytes = {.kind = WEIR_TYPE_BYTES, .name = "bytes"};
const weir_type weir_type_error = {.kind = WEIR_TYPE_ERROR, .name = "Error"};
const weir_type weir_type_nothing = {.kind = WEIR_TYPE_NOTHING, .name = "nothing"};
const weir_type weir_type_strings = {
    .kind = WEIR_TYPE_LIST, .name = "[string]", .item = &weir_type_string};
const weir_type weir_type_errors = {
    .kind = WEIR_TYPE_LIST, .name = "[Error]", .item = &weir_type_error};

// ── blocks ───────────────────────────────────────────────────────────────────────────────────────

void *weir__object_new(weir_context *cx, weir_kind kind, size_t size)
{
    if (size > SIZE_MAX - sizeof(weir__hidden)) {
        size = SIZE_MAX - sizeof(weir__hidden); // more than there can be: the environment says no
    }
    weir__hidden *block = weir__allocate(cx, sizeof(weir__hidden) + size);
    if (block == NULL) {
        return NULL;
    }
    block->runtime = cx->runtime;
    weir_object *object = (weir_object *)(block + 1);
    memset(object, 0, size);
    object->count = 1;
    object->kind = (uint8_t)kind;
    return object;
}

weir_runtime *weir__object_runtime(const weir_object *object)
{
    return weir__hidden_of(object)->runtime;
}

void weir__object_release(weir_context *cx, void *object)
{
    weir__release(cx, weir__hidden_of(object));
}

// ── types ────────────────────────────────────────────────────────────────────────────────────────

bool weir__enum_plain(const weir_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].type != NULL) {
            return false;
        }
    }
    return true;
}

const weir_type *weir__case_type(const weir_type *type, int64_t number)
{
    return number >= 0 && number < (int64_t)type->field_count ? type->fields[number].type : NULL;
}

bool weir__counted(const weir_type *type)
{
    switch (type->kind) {
    case WEIR_TYPE_INT:
    case WEIR_TYPE_FLOAT:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_DURATION:
    case WEIR_TYPE_TIME: return false;
    case WEIR_TYPE_ENUM: return !weir__enum_plain(type);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD:
    case WEIR_TYPE_OPTIONAL:
    case WEIR_TYPE_RESULT:
    case WEIR_TYPE_ERROR:
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_JSON:
    case WEIR_TYPE_SECRET: return true;
    case WEIR_TYPE_NOTHING: // the word is NULL, or an error where it stands in a T!
        return false;
    }
    return false;
}

bool weir__boxed(const weir_type *type, bool in_result)
{
    if (type->kind == WEIR_TYPE_NOTHING) {
        return false;
    }
    return !weir__counted(type) || type->kind == WEIR_TYPE_OPTIONAL ||
           type->kind == WEIR_TYPE_RESULT || (in_result && type->kind == WEIR_TYPE_ERROR);
}

weir_word weir__keep_word(const weir_type *type, weir_word word)
{
    if (weir__counted(type)) {
        weir_keep(word.object);
    }
    return word;
}

void weir__drop_word(const weir_type *type, weir_word word)
{
    if (weir__counted(type)) {
        weir_drop(word.object);
    }
}

void *weir__wrap(weir_context *cx, const weir_type *container, weir_word word)
{
    const weir_type *item = container->item;
    if (weir__boxed(item, container->kind == WEIR_TYPE_RESULT)) {
        return weir_box_new(cx, item, &word);
    }
    return item->kind == WEIR_TYPE_NOTHING ? NULL : weir_keep(word.object);
}

weir_word weir__unwrap(const weir_type *container, const void *wrapped)
{
    weir_word word = {.object = (void *)(uintptr_t)wrapped};
    if (wrapped != NULL && weir__boxed(container->item, container->kind == WEIR_TYPE_RESULT)) {
        word = ((const weir_box *)wrapped)->word;
    }
    return word;
}

// ── walking ──────────────────────────────────────────────────────────────────────────────────────

// The objects waiting for their turn to be freed or shared.
typedef void Visit(weir__fall *fall, weir_object *object);

static inline void visit_word(const weir_type *type, weir_word word, weir__fall *fall, Visit *visit)
{
    if (weir__counted(type) && word.object != NULL) {
        visit(fall, word.object);
    }
}

static inline void visit_words(const weir_type *type, const weir_word *words, weir__fall *fall,
                               Visit *visit)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        visit_word(type->fields[i].type, words[i], fall, visit);
    }
}

static inline void visit_record(const weir_record *record, weir__fall *fall, Visit *visit)
{
    const weir_word *words = weir__words(record);
    if (record->type->kind != WEIR_TYPE_ENUM) {
        visit_words(record->type, words, fall, visit);
        return;
    }
    const weir_type *type = weir__case_type(record->type, words[0].integer);
    if (type != NULL) {
        visit_words(type, words + 1, fall, visit);
    }
}

static inline void visit_object(void *object, weir__fall *fall, Visit *visit)
{
    if (object != NULL) {
        visit(fall, object);
    }
}

// Everything an object holds, once per place it is held at.
static inline void visit_parts(weir_object *object, weir__fall *fall, Visit *visit)
{
    switch ((weir_kind)object->kind) {
    case WEIR_STRING:
    case WEIR_BYTES:
    case WEIR_HANDLE:
    case WEIR_QUEUE:
    case WEIR_STREAM: return;
    case WEIR_LIST: {
        const weir_list *list = (const weir_list *)(const void *)object;
        if (weir__counted(list->type->item)) {
            for (int64_t i = 0; i < list->length; i++) {
                visit_object(list->items[i].object, fall, visit);
            }
        }
        return;
    }
    case WEIR_MAP: {
        const weir_map *map = (const weir_map *)(const void *)object;
        for (int64_t i = 0; i < map->used; i++) {
            if ((map->entries[i].hash & 1) != 0) {
                visit_word(map->type->key, map->entries[i].key, fall, visit);
                visit_word(map->type->item, map->entries[i].value, fall, visit);
            }
        }
        return;
    }
    case WEIR_RECORD: visit_record((const weir_record *)(const void *)object, fall, visit); return;
    case WEIR_BOX: {
        const weir_box *box = (const weir_box *)(const void *)object;
        visit_word(box->type, box->word, fall, visit);
        return;
    }
    case WEIR_ERROR: {
        weir_error *error = (weir_error *)(void *)object;
        visit_object(error->kind, fall, visit);
        visit_object(error->message, fall, visit);
        visit_object(error->at, fall, visit);
        visit_object(error->trail, fall, visit);
        visit_object(error->item, fall, visit);
        visit_object(error->cause, fall, visit);
        visit_object(error->also, fall, visit);
        return;
    }
    }
}

// ── counting ─────────────────────────────────────────────────────────────────────────────────────

// One holder less; true when it was the last. Of any count.
static bool lose_holder(weir_object *object)
{
    int32_t count = __atomic_load_n(&object->count, __ATOMIC_RELAXED);
    if (count == WEIR_STATIC) {
        return false;
    }
    if (count > 0) {
        object->count = count - 1;
        return count == 1;
    }
    return __atomic_fetch_add(&object->count, 1, __ATOMIC_ACQ_REL) == -1;
}

void weir__count_slowly(const weir_object *constant, int by)
{
    weir_object *object = (weir_object *)(uintptr_t)constant;
    if (__atomic_load_n(&object->count, __ATOMIC_RELAXED) == WEIR_STATIC) {
        return;
    }
    if (by > 0) {
        __atomic_fetch_sub(&object->count, 1, __ATOMIC_RELAXED);
    } else if (lose_holder(object)) {
        weir__free(object);
    }
}

void weir__fall_drop(weir__fall *fall, void *object)
{
    if (object != NULL && lose_holder(object)) {
        weir__hidden_of(object)->next = fall->first;
        fall->first = object;
    }
}

void weir__fall_drop_word(weir__fall *fall, const weir_type *type, weir_word word)
{
    if (weir__counted(type)) {
        weir__fall_drop(fall, word.object);
    }
}

static void fall_visit(weir__fall *fall, weir_object *object)
{
    weir__fall_drop(fall, object);
}

void weir__free(weir_object *object)
{
    weir__fall fall = {.cx = {.runtime = weir__hidden_of(object)->runtime}, .first = object};
    weir__hidden_of(object)->next = NULL;
    while (fall.first != NULL) {
        weir_object *last = fall.first;
        fall.first = weir__hidden_of(last)->next;
        visit_parts(last, &fall, fall_visit);
        switch ((weir_kind)last->kind) {
        case WEIR_LIST: weir__release(&fall.cx, ((weir_list *)(void *)last)->items); break;
        case WEIR_MAP:
            weir__release(&fall.cx, ((weir_map *)(void *)last)->entries);
            weir__release(&fall.cx, ((weir_map *)(void *)last)->index);
            break;
        case WEIR_HANDLE:
        case WEIR_QUEUE:
        case WEIR_STREAM:
            ((weir__opaque *)(void *)last)->end((weir__opaque *)(void *)last, &fall);
            continue; // its block is gone, too
        case WEIR_STRING:
        case WEIR_BYTES:
        case WEIR_RECORD:
        case WEIR_BOX:
        case WEIR_ERROR: break;
        }
        weir__object_release(&fall.cx, last);
    }
}

// Counted atomically from now on; it joins the walk when it was not before.
static void share_visit(weir__fall *fall, weir_object *object)
{
    if (object->count > 0) {
        object->count = -object->count;
        weir__hidden_of(object)->next = fall->first;
        fall->first = object;
    }
}

void weir_share(void *object)
{
    if (object == NULL || ((weir_object *)object)->count <= 0) {
        return;
    }
    weir_runtime *runtime = weir__hidden_of(object)->runtime;
    weir__fall walk = {.cx = {.runtime = runtime}};
    share_visit(&walk, object);
    while (walk.first != NULL) {
        weir_object *next = walk.first;
        walk.first = weir__hidden_of(next)->next;
        weir__hidden_of(next)->runtime = runtime;
        visit_parts(next, &walk, share_visit);
    }
}

bool weir__own_alone(weir_object *object)
{
    int32_t count = __atomic_load_n(&object->count, __ATOMIC_ACQUIRE);
    if (count == -1) {
        object->count = 1;
        return true;
    }
    return count == 1;
}

// ── boxes and records ────────────────────────────────────────────────────────────────────────────

weir_box *weir_box_new(weir_context *cx, const weir_type *type, const void *word)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_box *box = weir__object_new(cx, WEIR_BOX, sizeof *box);
    if (box != NULL) {
        box->type = type;
        memcpy(&box->word, word, sizeof box->word);
        weir__keep_word(type, box->word);
    }
    return box;
}

// How many words follow the weir_record.
static size_t record_words(const weir_type *type)
{
    if (type->kind != WEIR_TYPE_ENUM) {
        return type->field_count;
    }
    size_t most = 0;
    for (uint32_t i = 0; i < type->field_count; i++) {
        const weir_type *words = type->fields[i].type;
        if (words != NULL && words->field_count > most) {
            most = words->field_count;
        }
    }
    return most + 1;
}

void *weir_record_new(weir_context *cx, const weir_type *type)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    size_t size = sizeof(weir_record) + record_words(type) * sizeof(weir_word);
    weir_record *record = weir__object_new(cx, WEIR_RECORD, size);
    if (record != NULL) {
        record->type = type;
    }
    return record;
}

static void keep_visit(weir__fall *fall, weir_object *object)
{
    (void)fall;
    weir_keep(object);
}

void *weir_record_own(weir_context *cx, void *record_slot)
{
    weir_record *record;
    memcpy(&record, record_slot, sizeof record);
    if (weir_failed(cx) || record == NULL) {
        return NULL;
    }
    if (weir__own_alone(&record->object)) {
        return record;
    }
    weir_record *copy = weir_record_new(cx, record->type);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(weir__words(copy), weir__words(record), record_words(record->type) * sizeof(weir_word));
    visit_record(copy, NULL, keep_visit);
    weir_drop(record);
    memcpy(record_slot, &copy, sizeof(void *));
    return copy;
}

// ── equality ─────────────────────────────────────────────────────────────────────────────────────

static bool equal_words(const weir_type *type, weir_word a, weir_word b);

// Two rows of words with the types of `type`'s fields. Scalars and texts first: they are cheap and
// often differ. *last is the place of the last compound field, left to the caller, who goes on with
// it in a loop: a chain of records, however long, costs no stack.
static bool equal_rows(const weir_type *type, const weir_word *a, const weir_word *b,
                       uint32_t *last)
{
    bool compound = false;
    *last = UINT32_MAX;
    for (uint32_t i = 0; i < type->field_count; i++) {
        const weir_type *field = type->fields[i].type;
        if (weir__counted(field) && field->kind != WEIR_TYPE_STRING &&
            field->kind != WEIR_TYPE_BYTES) {
            compound = true;
            *last = i;
        } else if (!equal_words(field, a[i], b[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; compound && i < *last; i++) {
        const weir_type *field = type->fields[i].type;
        if (weir__counted(field) && !equal_words(field, a[i], b[i])) {
            return false;
        }
    }
    return true;
}

// As equal_rows, for lists of one item type.
static bool equal_lists(const weir_list *a, const weir_list *b)
{
    if (a->length != b->length) {
        return false;
    }
    for (int64_t i = 0; i + 1 < a->length; i++) {
        if (!equal_words(a->type->item, a->items[i], b->items[i])) {
            return false;
        }
    }
    return true; // the last item is the caller's
}

// As equal_lists: the last pair of values, if there is one, is left in *x and *y.
static bool equal_maps(const weir_map *a, const weir_map *b, weir_word *x, weir_word *y)
{
    if (a->length != b->length) {
        return false;
    }
    int64_t left = a->length;
    for (int64_t i = 0; i < a->used; i++) {
        const weir__entry *entry = &a->entries[i];
        if ((entry->hash & 1) == 0) {
            continue;
        }
        const weir_word *other = weir_map_get(b, &entry->key);
        if (other == NULL || (--left > 0 && !equal_words(a->type->item, entry->value, *other))) {
            return false;
        }
        *x = entry->value;
        *y = *other;
    }
    return true;
}

// Two failures are equal when what they say is.
static bool equal_errors(const weir_error *a, const weir_error *b)
{
    return weir_string_equal(a->kind, b->kind) && weir_string_equal(a->message, b->message) &&
           a->status == b->status && a->permanent == b->permanent;
}

// How long it takes tells nothing but their lengths.
static bool equal_secrets(const weir_string *a, const weir_string *b)
{
    int differ = a->length != b->length;
    for (int64_t i = 0; i < a->length && i < b->length; i++) {
        differ |= a->bytes[i] ^ b->bytes[i];
    }
    return differ == 0;
}

bool weir__number_in(const weir_box *box, double *real)
{
    *real = box->type->kind == WEIR_TYPE_FLOAT ? box->word.real : (double)box->word.integer;
    return box->type->kind == WEIR_TYPE_FLOAT || box->type->kind == WEIR_TYPE_INT;
}

// In a json 1 equals 1.0.
static bool equal_numbers(const weir_box *a, const weir_box *b)
{
    double x, y;
    return weir__number_in(a, &x) && weir__number_in(b, &y) && x == y;
}

// One step into a pair of words. True: decided, *same tells. False: the pair that is left is in
// *type, *a, *b.
static bool equal_step(const weir_type **type, weir_word *a, weir_word *b, bool *same)
{
    const weir_type *t = *type;
    if (!weir__counted(t)) {
        *same = t->kind == WEIR_TYPE_FLOAT ? a->real == b->real : a->integer == b->integer;
        return true;
    }
    if (a->object == b->object || a->object == NULL || b->object == NULL) {
        *same = a->object == b->object;
        return true;
    }
    const weir_object *one = a->object, *other = b->object;
    bool text = (one->kind == WEIR_STRING || one->kind == WEIR_BYTES) &&
                (other->kind == WEIR_STRING || other->kind == WEIR_BYTES); // see weir__text_of
    if (one->kind != other->kind && !text) {
        *same = false;
        return true;
    }
    uint32_t last = UINT32_MAX;
    switch ((weir_kind)one->kind) {
    case WEIR_STRING:
    case WEIR_BYTES:
        *same = t->kind == WEIR_TYPE_SECRET ? equal_secrets(a->object, b->object)
                                            : weir_string_equal(a->object, b->object);
        return true;
    case WEIR_LIST: {
        const weir_list *x = a->object, *y = b->object;
        *same = equal_lists(x, y);
        if (!*same || x->length == 0) {
            return true;
        }
        *type = x->type->item;
        *a = x->items[x->length - 1];
        *b = y->items[y->length - 1];
        return false;
    }
    case WEIR_MAP: {
        const weir_map *x = a->object;
        *same = equal_maps(x, b->object, a, b);
        if (!*same || x->length == 0) {
            return true;
        }
        *type = x->type->item;
        return false;
    }
    case WEIR_RECORD: {
        const weir_record *record = a->object;
        const weir_word *x = weir__words(a->object), *y = weir__words(b->object);
        const weir_type *row = record->type;
        if (row->kind == WEIR_TYPE_ENUM) {
            *same = x->integer == y->integer;
            row = weir__case_type(row, x->integer);
            if (!*same || row == NULL) {
                return true;
            }
            x++, y++;
        }
        *same = equal_rows(row, x, y, &last);
        if (!*same || last == UINT32_MAX) {
            return true;
        }
        *type = row->fields[last].type;
        *a = x[last];
        *b = y[last];
        return false;
    }
    case WEIR_BOX: {
        const weir_box *x = a->object, *y = b->object;
        if (x->type != y->type && x->type->kind != y->type->kind) { // in a json
            *same = equal_numbers(x, y);
            return true;
        }
        *type = x->type;
        *a = x->word;
        *b = y->word;
        return false;
    }
    case WEIR_ERROR: *same = equal_errors(a->object, b->object); return true;
    case WEIR_HANDLE:
    case WEIR_QUEUE:
    case WEIR_STREAM:
        *same = false; // the same thing or not
        return true;
    }
    *same = false;
    return true;
}

static bool equal_words(const weir_type *type, weir_word a, weir_word b)
{
    bool same = false;
    while (!equal_step(&type, &a, &b, &same)) {
    }
    return same;
}

bool weir_equal(const weir_type *type, const void *a, const void *b)
{
    weir_word x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return equal_words(type, x, y);
}
