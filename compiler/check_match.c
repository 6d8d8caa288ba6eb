// check_match.c: patterns, what they cover, and the arms' common type.
#include "checker.h"

#include <string.h>

// What the arms seen so far cover.
typedef struct Cover {
    const Type *type;
    bool ok, error, some, none, yes, no, rest; // rest: an else
    bool misfit;                               // a pattern does not fit
    bool *cases;                               // of an enum
    // the case after the last one seen: arms often follow the order of cases
    size_t next;
    LIST(const Expr *) literals;
} Cover;

static void name_bound(Check *c, const Pattern *pattern, size_t i, const Type *type)
{
    if (i < pattern->symbols.count) {
        check_own(c, pattern->symbols.items[i], type);
    }
}

static void twice(Check *c, const Pattern *pattern, bool *seen)
{
    if (*seen) {
        diag_add(c->diags, DIAG_ARM_TWICE, pattern->span, NULL, NULL, NULL);
    }
    *seen = true;
}

// What the pattern was to cover is not known, so nothing is said to be missing.
static void misfit(Check *c, const Pattern *pattern, Cover *cover, const Type *type)
{
    cover->misfit = true;
    for (size_t i = 0; i < pattern->names.count; i++) {
        name_bound(c, pattern, i, c->unknown);
    }
    if (!check_silent(type)) {
        diag_add(c->diags, DIAG_PATTERN_MISFIT, pattern->span, type->name, NULL, NULL);
    }
}

// ── each kind of pattern ─────────────────────────────────────────────────────────────────────────
static void enum_pattern(Check *c, Pattern *pattern, Cover *cover)
{
    const Type *type = cover->type;
    if (type->kind != TYPE_ENUM) {
        misfit(c, pattern, cover, type);
        return;
    }
    size_t count = type->cases.count, tried = 0, i = cover->next;
    for (; tried < count; tried++, i++) {
        i = i < count ? i : 0;
        if (strcmp(type->cases.items[i].name, pattern->name.text) == 0) {
            break;
        }
    }
    cover->next = i + 1;
    if (tried == count) {
        check_no_member(c, pattern->name, type, NULL);
        misfit(c, pattern, cover, c->unknown);
        return;
    }
    pattern->case_index = (uint32_t)i;
    twice(c, pattern, &cover->cases[i]);
    const TypeCase *one = &type->cases.items[i];
    if (pattern->names.count > 0 && pattern->names.count != one->fields.count) {
        diag_add(c->diags, DIAG_PATTERN_COUNT, pattern->span, one->name,
                 say_counted(c->diags, one->fields.count, PHRASE_CARRIED_VALUE),
                 say_count(c->diags, pattern->names.count));
    }
    for (size_t j = 0; j < pattern->names.count; j++) {
        name_bound(c, pattern, j, j < one->fields.count ? one->fields.items[j].type : c->unknown);
    }
}

static bool same_literal(const Expr *a, const Expr *b)
{
    if (a->kind == EXPR_STRING && b->kind == EXPR_STRING) {
        return a->u.string.length == b->u.string.length &&
               memcmp(a->u.string.text, b->u.string.text, a->u.string.length) == 0;
    }
    int64_t x, y;
    return check_constant(a, &x) && check_constant(b, &y) && x == y;
}

static void literal_pattern(Check *c, Pattern *pattern, Cover *cover)
{
    const Type *type = check_hinted(c, pattern->value, cover->type);
    if (!check_silent(type) && !check_silent(cover->type) && !check_fit(c, pattern->value,
        cover->type)) {
        misfit(c, pattern, cover, cover->type);
        return;
    }
    // beyond that: not worth the time
    for (size_t i = 0; i < cover->literals.count && i < 64; i++) {
        if (same_literal(cover->literals.items[i], pattern->value)) {
            diag_add(c->diags, DIAG_ARM_TWICE, pattern->span, NULL, NULL, NULL);
            break;
        }
    }
    LIST_ADD(c->arena, &cover->literals, pattern->value);
}

static void bool_pattern(Check *c, Pattern *pattern, Cover *cover)
{
    check_hinted(c, pattern->value, NULL);
    if (cover->type->kind != TYPE_BOOL) {
        misfit(c, pattern, cover, cover->type);
        return;
    }
    twice(c, pattern, pattern->value->u.truth ? &cover->yes : &cover->no);
}

static void check_pattern(Check *c, Pattern *pattern, Cover *cover)
{
    const Type *type = cover->type;
    if (cover->rest && pattern->kind != PATTERN_CASE) {
        diag_add(c->diags, DIAG_ARM_NEVER, pattern->span, NULL, NULL, NULL);
    }
    switch (pattern->kind) {
    case PATTERN_OK: case PATTERN_ERROR:
        if (type->kind != TYPE_RESULT) {
            misfit(c, pattern, cover, type);
            break;
        }
        if (pattern->kind == PATTERN_OK && !type->item && pattern->names.count > 0) {
            diag_add(c->diags, DIAG_NO_VALUE, pattern->names.items[0].span, NULL, NULL, NULL);
        }
        name_bound(c, pattern, 0, pattern->kind == PATTERN_ERROR ? c->error : type->item
                   ? type->item : c->unknown);
        twice(c, pattern, pattern->kind == PATTERN_OK ? &cover->ok : &cover->error);
        break;
    case PATTERN_SOME: case PATTERN_NONE:
        if (type->kind != TYPE_OPTIONAL) {
            misfit(c, pattern, cover, type);
            break;
        }
        name_bound(c, pattern, 0, type->item);
        twice(c, pattern, pattern->kind == PATTERN_SOME ? &cover->some : &cover->none);
        break;
    case PATTERN_CASE: enum_pattern(c, pattern, cover); break;
    case PATTERN_INT: case PATTERN_FLOAT: case PATTERN_DURATION: case PATTERN_STRING:
        literal_pattern(c, pattern, cover);
        break;
    case PATTERN_BOOL: bool_pattern(c, pattern, cover); break;
    case PATTERN_ELSE: cover->rest = true; break;
    }
}

// ── what is missing ──────────────────────────────────────────────────────────────────────────────
static void add_missing(Buffer *buffer, bool covered, const char *name)
{
    if (!covered) {
        buffer_print(buffer, "%s`%s`", buffer->length ? ", " : "", name);
    }
}

// Was there a mistake in reading it? Then arms may be missing in the tree alone. Those mistakes
// come first, and are few.
static bool misread(const Check *c, Span span)
{
    for (size_t i = 0; i < c->diags->all.count && i < 64; i++) {
        const Diag *diag = c->diags->all.items[i];
        if (message_of(diag->code)->number < 200 && diag->span.start >= span.start &&
            diag->span.end <= span.end) {
            return true;
        }
    }
    return false;
}

static void check_covered(Check *c, const Expr *expr, const Cover *cover)
{
    const Type *type = cover->type;
    Buffer missing = {.arena = c->arena};
    if (cover->rest || cover->misfit || check_silent(type)) {
        return;
    }
    if (type->kind == TYPE_RESULT) {
        add_missing(&missing, cover->ok, "ok");
        add_missing(&missing, cover->error, "error");
    } else if (type->kind == TYPE_OPTIONAL) {
        add_missing(&missing, cover->some, "some");
        add_missing(&missing, cover->none, "none");
    } else if (type->kind == TYPE_BOOL) {
        add_missing(&missing, cover->yes, "true");
        add_missing(&missing, cover->no, "false");
    } else if (type->kind == TYPE_ENUM) {
        for (size_t i = 0; i < type->cases.count; i++) {
            add_missing(&missing, cover->cases[i], type->cases.items[i].name);
        }
    } else {
        buffer_text(&missing, message_phrase(PHRASE_ALL_OTHER));
    }
    if (missing.length > 0 && !misread(c, expr->span)) {
        Span head = {expr->span.start, expr->u.match.value->span.end};
        const char *what = buffer_end(&missing);
        Diag *diag = diag_add(c->diags, DIAG_NOT_COVERED, head, what, type->name, NULL);
        if (*what != '`') { // all other values
            diag->help = message_phrase(PHRASE_HELP_ELSE);
        }
        if (type->decl) {
            diag_label(c->diags, diag, type->decl->name.span,
                       message_phrase(PHRASE_DECLARED_HERE));
        }
    }
}

// ── match ────────────────────────────────────────────────────────────────────────────────────────
// As a statement the arms need not give anything; each is asked by itself whether it drops
// something. True: what follows the match is not reached from this arm.
static bool statement_arm(Check *c, Arm *arm)
{
    if (arm->block) {
        return check_block(c, arm->block);
    }
    if (!arm->value) {
        return false;
    }
    const Type *type = check_expr(c, arm->value, c->nothing);
    check_dropped(c, arm->value);
    return type->kind == TYPE_NEVER;
}

static const Type *value_arms(Check *c, Expr *expr, const Type *want, Exprs *values)
{
    const Type *all = NULL;
    for (size_t i = 0; i < values->count; i++) {
        const Type *type = values->items[i]->type;
        all = !all || check_silent(all) ? type : check_join(c, all, type) ? check_join(c, all,
            type) : all;
    }
    if (!all) {
        return expr->u.match.arms.count ? c->never : c->unknown;
    }
    const Type *target = want && !type_open(want) ? want : all;
    for (size_t i = 0; i < values->count; i++) {
        Expr *value = values->items[i];
        if (!check_fit(c, value, target)) {
            if (target == want) {
                check_mismatch(c, value, want);
            } else {
                Diag *diag = diag_add(c->diags, DIAG_MIXED_BRANCHES, value->span, value->type->name,
                                      all->name, NULL);
                diag_label(c->diags, diag, values->items[0]->span, say(c->diags, PHRASE_OF_TYPE,
                    all->name, NULL));
            }
        }
    }
    return target;
}

static void value_arm(Check *c, Arm *arm, const Type *want, Exprs *values)
{
    if (arm->block) {
        if (!check_block(c, arm->block)) {
            diag_add(c->diags, DIAG_BLOCK_NO_VALUE, arm->block->span, NULL, NULL, NULL);
        }
    } else if (arm->value) {
        check_hinted(c, arm->value, want);
        LIST_ADD(c->arena, values, arm->value);
    }
}

const Type *check_match(Check *c, Expr *expr, const Type *want)
{
    const Type *type = check_known(c, expr->u.match.value);
    bool statement = want && want->kind == TYPE_NOTHING;
    Cover cover = {.type = type};
    cover.cases = arena_take(c->arena, type->cases.count + 1);
    Exprs values = {0};
    bool ends = expr->u.match.arms.count > 0;
    for (size_t i = 0; i < expr->u.match.arms.count; i++) {
        Arm *arm = &expr->u.match.arms.items[i];
        check_pattern(c, &arm->pattern, &cover);
        const Expr *value = expr->u.match.value;
        bool kinds = value->kind == EXPR_FIELD && value->u.field.builtin &&
                     strcmp(value->u.field.builtin->path, "Error.kind") == 0;
        if (kinds && arm->pattern.kind == PATTERN_STRING &&
            arm->pattern.value->kind == EXPR_STRING) {
            KindUse use = {arm->pattern.value->u.string.text, arm->pattern.span};
            LIST_ADD(c->arena, &c->kinds_used, use);
        }
        if (statement) {
            ends = statement_arm(c, arm) && ends;
        } else {
            value_arm(c, arm, want, &values);
        }
    }
    check_covered(c, expr, &cover);
    if (statement) {
        return ends ? c->never : c->nothing;
    }
    return value_arms(c, expr, want, &values);
}
