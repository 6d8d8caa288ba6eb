// codes.h: every sentence for users, as two lists to be expanded by whoever includes it (message.h, message.c).
//
//     MESSAGE(name, number, line, under, note, help)   a mistake; under, note and help may be NULL
//     PHRASE(name, text)                               words that stand in an argument or at a label
//
// Included several times, so there is no guard. Numbers are stable: a mistake that goes leaves a hole, none is used
// twice. {0} to {3} are the arguments of the Diag.
#ifndef MESSAGE
#define MESSAGE(name, number, line, under, note, help)
#define CODES_MESSAGE_MINE
#endif
#ifndef PHRASE
#define PHRASE(name, text)
#define CODES_PHRASE_MINE
#endif

// clang-format off

// ── E00xx: text and tokens ────────────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_BINARY, 1, "{1} is not a text file: it holds the byte {0}", "not text",
    NULL, "give the name of a Weir program; a compiled one is run directly")
MESSAGE(DIAG_BAD_UTF8, 2, "the byte {0} is not valid UTF-8", "not UTF-8",
    "Weir programs are UTF-8 text.", "save the file as UTF-8 (iconv -f latin1 -t utf-8 converts older files)")
MESSAGE(DIAG_BIDI, 4, "the invisible character {0} changes the direction of the text", "invisible here",
    "Such characters make a program look different from what it does.", "remove it; inside a text write \\u{…}")
MESSAGE(DIAG_LONE_CR, 5, "a carriage return without a line feed", "the line seems to end here",
    NULL, "end lines with a line feed")
MESSAGE(DIAG_BOM, 6, "the file begins with a byte order mark", NULL,
    NULL, "save it as UTF-8 without BOM")
MESSAGE(DIAG_STRANGE_CHARACTER, 7, "`{0}` means nothing here", "outside of a text",
    "Names are ASCII letters, digits and `_`; anything may stand in texts and comments.", NULL)
MESSAGE(DIAG_UNTERMINATED_TEXT, 8, "this text is never closed", "the closing `\"` is missing on this line",
    NULL, "a text over several lines stands between `\"\"\"` and `\"\"\"`")
MESSAGE(DIAG_UNTERMINATED_BLOCK, 9, "this text is never closed", "no `\"\"\"` follows",
    NULL, NULL)
MESSAGE(DIAG_BAD_ESCAPE, 10, "`{0}` is no escape", "unknown",
    NULL, "the escapes are \\n \\r \\t \\0 \\\" \\\\ \\{ \\} and \\u{1F30A}; in r\"…\" a backslash is itself")
MESSAGE(DIAG_BAD_CODE_POINT, 11, "this is no character", "unknown",
    NULL, "write \\u{…} with the hexadecimal number of a Unicode character, up to 10FFFF")
MESSAGE(DIAG_INT_RANGE, 12, "this number is too large for an int", "over 9,223,372,036,854,775,807",
    "An int has 64 bits.", "write a float (`1.0e30`) if it need not be exact")
MESSAGE(DIAG_FLOAT_RANGE, 13, "this number is too large for a float", "over 1.8e308", NULL, NULL)
MESSAGE(DIAG_DURATION_RANGE, 14, "this duration is too long", "over 292 years", NULL, NULL)
MESSAGE(DIAG_NUMBER_SUFFIX, 15, "`{0}` is not a number", NULL,
    NULL, "durations end in ns, us, ms, s, m, h or d; a name can't begin with a digit")
MESSAGE(DIAG_SINGLE_QUOTES, 16, "a text is written in double quotes", "single quotes mean nothing here",
    NULL, "write \"…\"")
MESSAGE(DIAG_SLASH_COMMENT, 17, "`{0}` does not begin a comment", NULL,
    NULL, "comments begin with `#` and end with the line")
MESSAGE(DIAG_SEMICOLON, 18, "there are no semicolons", NULL,
    "A statement ends with its line.", "remove it, or begin a new line")
MESSAGE(DIAG_FOREIGN_OPERATOR, 19, "`{0}` is written `{1}` here", "write `{1}`", NULL, NULL)
MESSAGE(DIAG_STEP, 20, "there is no `{0}`", "write `{1}`", NULL, NULL)
MESSAGE(DIAG_UNTERMINATED_HOLE, 21, "this `{` is never closed", "no `}` follows in this text",
    "Inside a text, `{` begins an expression.", "write \\{ for a brace that is only text")
MESSAGE(DIAG_EMPTY_HOLE, 22, "nothing stands between `{` and `}`", "an expression belongs here",
    "Inside a text, `{` begins an expression.", "write \\{\\} for braces that are only text")
MESSAGE(DIAG_TEXT_PREFIX, 23, "a text needs no `{0}` before it", NULL,
    "Every text may hold {expressions}.", "remove it; for a text without escapes and holes there is r\"…\"")
MESSAGE(DIAG_CURLY_QUOTES, 24, "`{0}` is a typographic quote", NULL,
    NULL, "texts begin and end with a plain `\"`")

// ── E01xx: grammar ────────────────────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_EXPECTED, 101, "expected {0}, found {1}", "{0} is missing here", NULL, NULL)
MESSAGE(DIAG_UNCLOSED, 102, "this `{0}` is never closed", "no `{1}` belongs to it", NULL, NULL)
MESSAGE(DIAG_STRAY_CLOSING, 103, "this `{0}` closes nothing", "nothing is open that it could close", NULL, NULL)
MESSAGE(DIAG_WRONG_CLOSING, 104, "`{2}` is closed by `{1}`, not by `{0}`", "a `{1}` belongs here", NULL, NULL)
MESSAGE(DIAG_FOREIGN_WORD, 105, "`{0}` is written `{1}` here", "write `{1}`", NULL, NULL)
MESSAGE(DIAG_ASYNC, 106, "there is no `async`", "not needed",
    "Every `task` may wait, and calling one waits for it.", "declare a `task`; to let a call run in the background, `start` it")
MESSAGE(DIAG_ASSIGN_IN_CONDITION, 107, "`=` does not compare", "`==` compares",
    "`=` gives a name its value and stands only in statements.", NULL)
MESSAGE(DIAG_NOT_A_PLACE, 108, "nothing can be assigned to this", "neither a name, a field nor an element", NULL, NULL)
MESSAGE(DIAG_OPERATOR_STATEMENT, 109, "the value of this expression is not used", "this does nothing", NULL,
    "give it a name with `let`, or remove it")
MESSAGE(DIAG_TRY_CATCH, 110, "`try` and `catch` exclude each other", "here the failure is made a value, and then there is none to catch",
    "`try f()` gives a result that may be an error; `f() catch e => …` handles the error at once.", "keep one of them")
MESSAGE(DIAG_RESERVED, 111, "`{0}` is a word of the language, so it can't be {1}", "choose another name",
    "Reserved words are names only after a `.` and before a `:`.", NULL)
MESSAGE(DIAG_TERNARY, 112, "`?` does not choose", "not here",
    NULL, "write `if condition then a else b`")
MESSAGE(DIAG_CLOSURE, 113, "there are no closures", "`=>` stands only in arms of a `match`, after `catch e` and in a `stub`",
    NULL, "in list methods and stages `it` is the item: `xs.map(it * 2)`; else declare a `fn`")
MESSAGE(DIAG_IMPORT, 114, "`{0}` is written `use` here", NULL,
    NULL, "use \"other.weir\"")
MESSAGE(DIAG_COLON_BLOCK, 115, "a block stands in braces", "write `{` here, and `}` after the block",
    "Indentation means nothing to the compiler.", NULL)
MESSAGE(DIAG_NESTED_DECLARATION, 116, "{0} can't be declared inside a block", "belongs to the top of the file", NULL, NULL)
MESSAGE(DIAG_OUTSIDE, 117, "only declarations stand at the top of a file", "this is a statement",
    NULL, "put it into a task: `task main() { … }`")
MESSAGE(DIAG_SAME_LINE, 118, "two statements on one line", "the second begins here",
    "A statement ends with its line.", "begin a new line")
MESSAGE(DIAG_CALL_PARENTHESES, 119, "a call needs parentheses", "argument without `(`",
    NULL, "write {0}(…)")
MESSAGE(DIAG_NAMED_ARGUMENT, 120, "a named argument is written with `:`", "write `:`", NULL, NULL)
MESSAGE(DIAG_BRACE_VALUE, 121, "a value can't begin with `{`", "a block has no place here",
    NULL, "maps are written [\"key\": value], lists [1, 2]")
MESSAGE(DIAG_TRY_BLOCK, 122, "`try` stands before a call, not before a block", "write the call here",
    NULL, "handle a failure where it arises: `f() catch e { … }`")
MESSAGE(DIAG_LONE_ELSE, 123, "this `{0}` belongs to no `if`", NULL, NULL, NULL)
MESSAGE(DIAG_FOR_SHAPE, 124, "expected a name for each item, found {0}", "a name belongs here",
    NULL, "loops are written `for x in xs { … }`, counting ones `for i in 0..10 { … }`")

// ── E02xx: names ──────────────────────────────────────────────────────────────────────────────────────────────────────

MESSAGE(DIAG_UNKNOWN_NAME, 201, "nothing here is called `{0}`", "not known here", NULL, NULL)
MESSAGE(DIAG_DUPLICATE_NAME, 202, "`{0}` is declared twice", "the second `{0}`",
        "In one block a name means one thing.", "Give one of them another name.")
MESSAGE(DIAG_IT_OUTSIDE, 203, "`it` means nothing here", "no item here",
        "`it` is the item in a stage of a pipeline and in the arguments of methods such as filter.", NULL)
MESSAGE(DIAG_UNKNOWN_MEMBER, 204, "there is no `{1}` in `{0}`", "not in `{0}`", NULL, NULL)
MESSAGE(DIAG_NOT_PUBLIC, 205, "`{0}` is not public in `{1}`", "only for use inside `{1}`", NULL,
        "Write `pub` before its declaration.")
MESSAGE(DIAG_CLAUSE_WORD_NAME, 206, "a task, fn or limiter cannot be called `{0}`", "a clause word",
        "`{0}` begins a clause, so a call to it could not be told from one.", "Choose another name.")
MESSAGE(DIAG_BUILTIN_TYPE_NAME, 207, "`{0}` is the name of a built-in type", "taken", NULL, "Choose another name.")
MESSAGE(DIAG_UNKNOWN_LIMITER, 208, "there is no limiter `{0}`", "not known here", NULL,
        "Declare one at the top of the file: `limiter {0} limit 5`.")
MESSAGE(DIAG_NOT_A_LIMITER, 209, "`{0}` is not a limiter", "`within` wants a limiter", NULL, NULL)
MESSAGE(DIAG_CIRCULAR_VALUE, 210, "the value of `{0}` needs itself", "needs itself",
        "Values at the top of a file are computed once, before main, each after those it names.", NULL)
MESSAGE(DIAG_UNDERSCORE_READ, 211, "`_` holds nothing", "cannot be read",
        "`_` stands for a value that is not wanted.", "Give the value a name where it is made.")
MESSAGE(DIAG_UNKNOWN_TYPE, 212, "there is no type `{0}`", "not a type", NULL, NULL)

PHRASE(PHRASE_DID_YOU_MEAN, "Did you mean `{0}`?")
PHRASE(PHRASE_FIRST_DECLARED, "first declared here")
PHRASE(PHRASE_DECLARED_HERE, "declared here")
PHRASE(PHRASE_BY_WAY_OF, "by way of this")

// ── E03xx: types ──────────────────────────────────────────────────────────────────────────────────────────────────────

// ── E04xx: tasks and waiting ──────────────────────────────────────────────────────────────────────────────────────────

// ── E05xx: clauses ────────────────────────────────────────────────────────────────────────────────────────────────────

// ── E06xx: records, enums, match ──────────────────────────────────────────────────────────────────────────────────────

// ── E09xx: limits of the compiler ─────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_NESTING, 901, "more than 256 brackets are open here", "one too many",
    NULL, "name parts of it with `let`, or make them tasks of their own")
MESSAGE(DIAG_DEEP, 902, "this is nested too deeply", "over 1,000 levels",
    "The compiler walks expressions level by level.", "name parts of it with `let`")
MESSAGE(DIAG_TOO_MANY, 903, "more than 50 mistakes in the grammar: the rest of the file was not read", "stopped here", NULL, NULL)

// ── words in arguments and at labels ──────────────────────────────────────────────────────────────────────────────────
PHRASE(PHRASE_TEXT_BEGINS, "the text begins here")
PHRASE(PHRASE_OPENED_HERE, "opened here")
PHRASE(PHRASE_NEXT_BEGINS, "the next statement begins here")
PHRASE(PHRASE_BLOCK_BEGINS, "the block begins here")
PHRASE(PHRASE_CLOSES_ANOTHER, "this closes another one, further out")
PHRASE(PHRASE_FURTHER_LEFT, "by its column this was meant for another one, further out")
PHRASE(PHRASE_CONTINUE_LINE, "an operator at the end of the line before continues it")
PHRASE(PHRASE_MORE_MISTAKES, "… and %zu more mistakes")
PHRASE(PHRASE_OR, " or ")
PHRASE(PHRASE_COMMA, ", ")
PHRASE(PHRASE_SOMETHING_ELSE, "something else")
PHRASE(PHRASE_END_OF_LINE, "the end of the line")
PHRASE(PHRASE_END_OF_FILE, "the end of the file")
PHRASE(PHRASE_END_OF_HOLE, "the end of the {expression}")
PHRASE(PHRASE_A_TEXT, "a text")
PHRASE(PHRASE_A_NUMBER, "a number")
PHRASE(PHRASE_A_DURATION, "a duration")
PHRASE(PHRASE_A_NAME, "a name")
PHRASE(PHRASE_A_TYPE, "a type")
PHRASE(PHRASE_AN_EXPRESSION, "an expression")
PHRASE(PHRASE_A_VALUE, "a value")
PHRASE(PHRASE_A_BLOCK, "a block `{ … }`")
PHRASE(PHRASE_A_PATTERN, "a pattern")
PHRASE(PHRASE_A_STATEMENT, "a statement")
PHRASE(PHRASE_A_DECLARATION, "a declaration (`task`, `fn`, `record`, …)")
PHRASE(PHRASE_A_STAGE, "a stage")
PHRASE(PHRASE_A_LIMIT, "`limit` or `rate`")
PHRASE(PHRASE_NAME_OF_TASK, "the task's name")
PHRASE(PHRASE_NAME_OF_FN, "the fn's name")
PHRASE(PHRASE_NAME_OF_RECORD, "the record's name")
PHRASE(PHRASE_NAME_OF_ENUM, "the enum's name")
PHRASE(PHRASE_NAME_OF_LIMITER, "the limiter's name")
PHRASE(PHRASE_NAME_OF_QUEUE, "the queue's name")
PHRASE(PHRASE_NAME_OF_VALUE, "a name for the value")
PHRASE(PHRASE_NAME_OF_ITEM, "a name for each item")
PHRASE(PHRASE_NAME_OF_ERROR, "a name for the error")
PHRASE(PHRASE_NAME_OF_MEMBER, "the name of a field or method")
PHRASE(PHRASE_NAME_OF_PARAMETER, "a parameter's name")
PHRASE(PHRASE_KIND_TASK, "a task")
PHRASE(PHRASE_KIND_FN, "a fn")
PHRASE(PHRASE_KIND_RECORD, "a record")
PHRASE(PHRASE_KIND_ENUM, "an enum")
PHRASE(PHRASE_KIND_LIMITER, "a limiter")
PHRASE(PHRASE_KIND_OTHER, "this")

// clang-format on

#ifdef CODES_MESSAGE_MINE
#undef MESSAGE
#undef CODES_MESSAGE_MINE
#endif
#ifdef CODES_PHRASE_MINE
#undef PHRASE
#undef CODES_PHRASE_MINE
#endif
