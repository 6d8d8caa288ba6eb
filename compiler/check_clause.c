// check_clause.c: which clause may stand where, and what its values may be.
#include "checker.h"

#include <string.h>

static const char *const words[] = {
    [CLAUSE_LIMIT] = "limit",
    [CLAUSE_RATE] = "rate",
    [CLAUSE_WITHIN] = "within",
    [CLAUSE_TIMEOUT] = "timeout",
    [CLAUSE_DEADLINE] = "deadline",
    [CLAUSE_AFTER] = "after",
    [CLAUSE_RETRY] = "retry",
    [CLAUSE_CACHE] = "cache",
    [CLAUSE_COLLECT_ERRORS] = "collect errors",
    [CLAUSE_ORDERED] = "ordered",
    [CLAUSE_AS_COMPLETED] = "as_completed",
};

const char *check_clause_words(const Clause *clause)
{
    return words[clause->kind];
}

enum {
    LIMIT = 1 << CLAUSE_LIMIT,
    RATE = 1 << CLAUSE_RATE,
    WITHIN = 1 << CLAUSE_WITHIN,
    TIMEOUT = 1 << CLAUSE_TIMEOUT,
    DEADLINE = 1 << CLAUSE_DEADLINE,
    AFTER = 1 << CLAUSE_AFTER,
    RETRY = 1 << CLAUSE_RETRY,
    CACHE = 1 << CLAUSE_CACHE,
    COLLECT = 1 << CLAUSE_COLLECT_ERRORS,
    ORDER = 1 << CLAUSE_ORDERED | 1 << CLAUSE_AS_COMPLETED,
    CALL = WITHIN | TIMEOUT | DEADLINE | AFTER | RETRY,
};

// language.md, section 6: the table of clauses, column "on".
static const unsigned allowed[HOMES] = {
    [HOME_TASK] = LIMIT | RATE | WITHIN | TIMEOUT | DEADLINE | RETRY | CACHE,
    [HOME_STREAM_TASK] = LIMIT | RATE | WITHIN | TIMEOUT | DEADLINE,
    [HOME_LIMITER] = LIMIT | RATE,
    [HOME_FN] = 0,
    [HOME_CALL] = CALL,
    [HOME_START] = CALL,
    [HOME_SCOPE] = TIMEOUT | DEADLINE | RETRY,
    [HOME_BRANCHES] = LIMIT | RATE | CALL | COLLECT,
    [HOME_RACE] = LIMIT | RATE | CALL,
    [HOME_STAGE] = LIMIT | RATE | CALL | COLLECT | ORDER,
};

static const Phrase homes[HOMES] = {
    [HOME_TASK] = PHRASE_ON_TASK,       [HOME_STREAM_TASK] = PHRASE_ON_STREAM_TASK,
    [HOME_LIMITER] = PHRASE_ON_LIMITER, [HOME_FN] = PHRASE_ON_FN,
    [HOME_CALL] = PHRASE_ON_CALL,       [HOME_START] = PHRASE_ON_START,
    [HOME_SCOPE] = PHRASE_ON_SCOPE,     [HOME_BRANCHES] = PHRASE_ON_BRANCHES,
    [HOME_RACE] = PHRASE_ON_RACE,       [HOME_STAGE] = PHRASE_ON_STAGE,
};

// ── values ───────────────────────────────────────────────────────────────────────────────────────
// A value of that type, not below `least` where it is known now.
static void check_number(Check *c, Expr *expr, const Type *type, int64_t least, const char *word)
{
    int64_t value;
    check_value(c, expr, type);
    if (check_constant(expr, &value) && value < least && expr->type == type) {
        const char *bound = type->kind == TYPE_DURATION && least == 0 ? "0s"
                            : type->kind == TYPE_DURATION             ? "1ns"
                                                                      : arena_print(c->arena, "%d",
                                                                          (int)least);
        diag_add(c->diags, DIAG_CLAUSE_VALUE, expr->span, word, bound, NULL);
    }
}

static void check_backoff(Check *c, Expr *backoff)
{
    if (backoff->kind != EXPR_RANGE) {
        check_number(c, backoff, c->duration, 0, "backoff");
        return;
    }
    int64_t from, to;
    check_number(c, backoff->u.range.from, c->duration, 0, "backoff");
    check_number(c, backoff->u.range.to, c->duration, 0, "backoff");
    backoff->type = c->range;
    if (check_constant(backoff->u.range.from, &from) && check_constant(backoff->u.range.to, &to) &&
        from > to) {
        diag_add(c->diags, DIAG_BACKOFF_ORDER, backoff->span, NULL, NULL, NULL);
    }
}

static void check_within(Check *c, Clause *clause)
{
    const Symbol *symbol = clause->symbol;
    if (!symbol) {
        check_leftover(c, &clause->args);
        return;
    }
    Formals formals = check_formals(c, &symbol->decl->params);
    if (clause->parens && formals.count == 0) {
        Diag *diag = diag_add(c->diags, DIAG_LIMITER_KEYS, clause->span, symbol->name, NULL, NULL);
        diag_label(c->diags, diag, symbol->span, message_phrase(PHRASE_DECLARED_HERE));
        check_leftover(c, &clause->args);
        return;
    }
    check_arguments(c, clause->span, symbol->name, symbol->span, &formals, &clause->args,
                    &clause->ordered);
}

static void check_clause_values(Check *c, Clause *clause)
{
    switch (clause->kind) {
    case CLAUSE_LIMIT: check_number(c, clause->a, c->integer, 1, "limit"); break;
    case CLAUSE_RATE:
        check_number(c, clause->a, c->integer, 1, "rate");
        check_number(c, clause->b, c->duration, 1, "per");
        if (clause->c) {
            check_number(c, clause->c, c->integer, 1, "burst");
        }
        break;
    case CLAUSE_WITHIN: check_within(c, clause); break;
    case CLAUSE_TIMEOUT: case CLAUSE_DEADLINE: case CLAUSE_AFTER:
        check_number(c, clause->a, c->duration, 0, words[clause->kind]);
        break;
    case CLAUSE_RETRY:
        check_number(c, clause->a, c->integer, 0, "retry");
        if (clause->b) {
            check_backoff(c, clause->b);
        }
        break;
    case CLAUSE_CACHE:
        check_number(c, clause->a, c->duration, 0, "cache");
        if (clause->b) {
            check_number(c, clause->b, c->integer, 1, "max");
        }
        break;
    case CLAUSE_COLLECT_ERRORS: case CLAUSE_ORDERED: case CLAUSE_AS_COMPLETED: break;
    }
}

// ── the list ─────────────────────────────────────────────────────────────────────────────────────
static void check_once(Check *c, const Clauses *clauses, size_t i)
{
    const Clause *clause = clauses->items[i];
    for (size_t j = 0; j < i && j < 32; j++) {
        const Clause *first = clauses->items[j];
        bool same = first->kind == clause->kind;
        if (clause->kind == CLAUSE_WITHIN) {
            same = same && clause->symbol && first->symbol == clause->symbol && !clause->parens;
        }
        bool both_orders = (clause->kind == CLAUSE_ORDERED && first->kind == CLAUSE_AS_COMPLETED) ||
                           (clause->kind == CLAUSE_AS_COMPLETED && first->kind == CLAUSE_ORDERED);
        if (same || both_orders) {
            Diag *diag = diag_add(c->diags, DIAG_CLAUSE_TWICE, clause->span, words[clause->kind],
                                  NULL, NULL);
            diag_label(c->diags, diag, first->span, message_phrase(PHRASE_FIRST_DECLARED));
            return;
        }
    }
}

// "`cache` goes with a task's declaration"
static const char *where_allowed(Check *c, ClauseKind kind)
{
    Buffer places = {.arena = c->arena};
    Phrase all[HOMES];
    size_t count = 0;
    for (int home = 0; home < HOMES; home++) {
        if (home != HOME_STREAM_TASK && (allowed[home] >> kind & 1)) {
            all[count++] = homes[home];
        }
    }
    for (size_t i = 0; i < count; i++) {
        buffer_print(&places, "%s%s", message_joint(i, count, PHRASE_AND), message_phrase(all[i]));
    }
    return say(c->diags, PHRASE_HELP_CLAUSE_ON, words[kind], buffer_end(&places));
}

void check_clauses(Check *c, const Clauses *clauses, ClauseHome home)
{
    Where outer = c->at;
    c->at.ban = c->at.ban == BAN_NONE ? BAN_CLAUSE : c->at.ban;
    c->at.barrier = BARRIER_ITEM;
    c->at.loop = false;
    c->at.result = NULL;
    c->at.yields = NULL;
    for (size_t i = 0; i < clauses->count; i++) {
        Clause *clause = clauses->items[i];
        if (!(allowed[home] >> clause->kind & 1)) {
            bool stream = home == HOME_STREAM_TASK && clause->kind == CLAUSE_RETRY;
            Diag *diag = diag_add(c->diags, stream ? DIAG_RETRY_STREAM : DIAG_CLAUSE_HERE,
                                  clause->span, words[clause->kind], message_phrase(homes[home]),
                                  NULL);
            diag->help = stream ? NULL : where_allowed(c, clause->kind);
        } else {
            check_once(c, clauses, i);
        }
        check_clause_values(c, clause);
    }
    c->at = outer;
}
