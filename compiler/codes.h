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
MESSAGE(DIAG_STRANGE_LETTER, 25, "`{0}` can't stand in a name", "not a letter of a name",
    "Names are ASCII letters, digits and `_`; anything may stand in texts and comments.", "write the name without it")
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
MESSAGE(DIAG_SINGLE_QUOTES, 16, "a text is written in double quotes", "`{0}` does not begin a text",
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
MESSAGE(DIAG_NO_OPERATOR, 26, "there is no `{0}`", "not here", NULL, NULL)

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
MESSAGE(DIAG_TERNARY, 112, "`{0}` does not choose between values here", "not here",
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

MESSAGE(DIAG_CLAUSE_PLACE, 125, "the clause `{0}` can't stand here", "a clause",
    "A clause stands behind the work that it is for, or between the head of a task and its block.",
    "write it behind the call: `fetch(url) timeout 5s`; with `for`, behind the last source")
MESSAGE(DIAG_UNTYPED, 127, "`{0}` has no type", "its type is missing",
    "Parameters and fields say their type; only `let` and `var` can do without.", "write `{0}: string`, or what it is")
MESSAGE(DIAG_PATTERN_PATH, 128, "a pattern names only the case", "without the name of its enum", NULL, NULL)
MESSAGE(DIAG_BRACE_RECORD, 129, "a record is made with parentheses", "a `(` belongs here", NULL, NULL)
MESSAGE(DIAG_EXTERN_BODY, 130, "what is `extern` has no body", "not here",
    "It is done in C, against the generated header.", "end the line before the brace, or leave `extern` away")
MESSAGE(DIAG_GENERIC, 131, "`{0}` can't be made for any type", "no types here",
    "What a program declares is of one type; only parts of the library, such as lists and queues, hold any.",
    "write it for the type at hand")
MESSAGE(DIAG_TYPE_SHAPE, 132, "`{0}` can't follow the type `{1}`", "not in a type", NULL,
    "a list is written `[int]`, a map `[string: int]`, an optional `int?`; `<` stands only behind queue, task and stream")
MESSAGE(DIAG_TYPE_MARK, 133, "`{0}` stands only in types", "not behind a value", NULL, NULL)
MESSAGE(DIAG_HABIT, 134, "`{0}` is not a word of the language", "not known", NULL, NULL)

MESSAGE(DIAG_PUB_USE, 126, "a `use` is never public", "not needed",
    "What a file uses is for that file alone: other files say `use` themselves.", "remove `pub`")

// ── E02xx: names ──────────────────────────────────────────────────────────────────────────────────────────────────────

MESSAGE(DIAG_UNKNOWN_NAME, 201, "nothing here is called `{0}`", "not known here", NULL, NULL)
MESSAGE(DIAG_DUPLICATE_NAME, 202, "`{0}` is declared twice", "the second `{0}`",
        "In one block a name means one thing.", "give one of them another name")
MESSAGE(DIAG_IT_OUTSIDE, 203, "`it` means nothing here", "no item here",
        "`it` is the item in a stage of a pipeline and in the arguments of methods such as filter.", NULL)
MESSAGE(DIAG_UNKNOWN_MEMBER, 204, "there is no `{1}` in `{0}`", "not in `{0}`", NULL, NULL)
MESSAGE(DIAG_NOT_PUBLIC, 205, "`{0}` is not public in `{1}`", "only for use inside `{1}`", NULL,
        "write `pub` before its declaration")
MESSAGE(DIAG_CLAUSE_WORD_NAME, 206, "a task, fn or limiter cannot be called `{0}`", "a clause word",
        "`{0}` begins a clause, so a call to it could not be told from one.", "choose another name")
MESSAGE(DIAG_BUILTIN_TYPE_NAME, 207, "`{0}` is the name of a built-in type", "taken", NULL, "choose another name")
MESSAGE(DIAG_UNKNOWN_LIMITER, 208, "there is no limiter `{0}`", "not known here", NULL,
        "declare one at the top of the file: `limiter {0} limit 5`")
MESSAGE(DIAG_NOT_A_LIMITER, 209, "`{0}` is not a limiter", "`within` wants a limiter", NULL, NULL)
MESSAGE(DIAG_CIRCULAR_VALUE, 210, "the value of `{0}` needs itself", "needs itself",
        "Values at the top of a file are computed once, before main, each after those it names.", NULL)
MESSAGE(DIAG_UNDERSCORE_READ, 211, "`_` holds nothing", "cannot be read",
        "`_` stands for a value that is not wanted.", "give the value a name where it is made")
MESSAGE(DIAG_UNKNOWN_TYPE, 212, "there is no type `{0}`", "not a type", NULL, NULL)
MESSAGE(DIAG_USE_MISSING, 213, "there is no file {0}", "not found",
        "The path is seen from the folder of the file that says `use`.", NULL)
MESSAGE(DIAG_USE_FOLDER, 214, "{0} is a folder", "a file is wanted", NULL, "name the .weir file in it")
MESSAGE(DIAG_USE_NOT_A_FILE, 215, "{0} is not a plain file", "not a plain file", NULL, NULL)
MESSAGE(DIAG_USE_TOO_LARGE, 216, "{0} is larger than 64 MiB", "too large", NULL, NULL)
MESSAGE(DIAG_USE_UNREADABLE, 217, "{0} can't be read", "not readable", NULL, "look at its permissions")
MESSAGE(DIAG_USE_NAME, 219, "a module cannot be called `{0}`", "needs another name",
        "Without `as` a module is called like its file.", "give it a name: `use \"{1}\" as other`")
MESSAGE(DIAG_USE_CIRCLE, 218, "these files use each other: {0}", "closes the circle",
        "A file is understood after those it uses.", "move what both need into a third file")

PHRASE(PHRASE_DID_YOU_MEAN, "did you mean `{0}`?")
PHRASE(PHRASE_WRITE, "write `{0}`")
PHRASE(PHRASE_FIRST_DECLARED, "first declared here")
PHRASE(PHRASE_DECLARED_HERE, "declared here")
PHRASE(PHRASE_HERE_TOO, "and here")
PHRASE(PHRASE_BY_WAY_OF, "by way of this")
PHRASE(PHRASE_HIDES_MODULE, "hides the module `{0}`")
PHRASE(PHRASE_HIDES_SPACE, "hides the library's `{0}`")

// ── E03xx: types ──────────────────────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_MISMATCH, 301, "this is `{0}`, but `{1}` is wanted", "`{0}`", NULL, NULL)
MESSAGE(DIAG_NO_VALUE, 302, "this gives no value", "gives nothing", NULL, NULL)
MESSAGE(DIAG_NONE_MISFIT, 303, "`none` is not a `{0}`", "`{0}` is wanted",
    "Only a type with `?` can be none.", "make the type `{0}?`")
MESSAGE(DIAG_TYPE_UNSEEN, 304, "what `{0}` holds cannot be seen here", "empty: of what?",
    NULL, "say it: `let {0}: [int] = []`")
MESSAGE(DIAG_MIXED_LIST, 305, "`{0}` among `{1}`", "`{0}`", "All items of a list or map have one type.", NULL)
MESSAGE(DIAG_MIXED_BRANCHES, 306, "one gives `{1}`, the other `{0}`", "`{0}`",
    "Whichever is taken, the value has one type.", NULL)
MESSAGE(DIAG_OPERANDS, 307, "`{0}` does not work on `{1}` and `{2}`", NULL, NULL, NULL)
MESSAGE(DIAG_OPERAND, 308, "`{0}` does not work on `{1}`", NULL, NULL, NULL)
MESSAGE(DIAG_CHAINED, 309, "`{0}` cannot be chained", "the second one", NULL,
    "compare twice and join with `and`: `a < b and b < c`")
MESSAGE(DIAG_NOT_A_CONDITION, 310, "a condition is a bool, this is `{0}`", "`{0}`", NULL, "compare it with something")
MESSAGE(DIAG_NOT_A_VALUE, 311, "`{0}` is {1}, not a value", NULL, NULL, NULL)
MESSAGE(DIAG_NO_MEMBER, 312, "`{0}` has no `{1}`", "not in `{0}`", NULL, NULL)
MESSAGE(DIAG_METHOD_NOT_CALLED, 313, "`{0}` is a method", "not called", NULL, "call it: `.{0}()`")
MESSAGE(DIAG_FIELD_CALLED, 314, "`{0}` is not a method", "a value, not a call", NULL, "leave the parentheses away")
MESSAGE(DIAG_NO_INDEX, 315, "`{0}` has no numbered items", "`{0}`", NULL, NULL)
MESSAGE(DIAG_NOT_CALLABLE, 316, "`{0}` cannot be called", "not a task or fn", NULL, NULL)
MESSAGE(DIAG_MISSING_ARGUMENT, 317, "`{0}` also wants {1}", "not given here", NULL, NULL)
MESSAGE(DIAG_TOO_MANY_ARGUMENTS, 318, "`{0}` takes {1}, not {2}", "too many", NULL, NULL)
MESSAGE(DIAG_NO_PARAMETER, 319, "`{0}` has no parameter `{1}`", "not a parameter", NULL, NULL)
MESSAGE(DIAG_ARGUMENT_TWICE, 320, "`{0}` is given twice", "a second time", NULL, NULL)
MESSAGE(DIAG_NOT_VARIABLE, 321, "`{0}` cannot be changed: it is {1}", "cannot be changed", NULL, NULL)
MESSAGE(DIAG_NO_CONVERSION, 322, "`{0}` does not convert to `{1}`", NULL, NULL, NULL)
MESSAGE(DIAG_FORMAT, 323, "the format `{0}` does not suit `{1}`", "for another type, or mistyped", NULL, NULL)
MESSAGE(DIAG_NOT_SHOWN, 324, "`{0}` cannot be shown as text", "a handle", "A handle stands for something that runs.", NULL)
MESSAGE(DIAG_NO_SOURCE, 325, "there is nothing to go through in `{0}`", "`{0}`",
    "`for` goes through lists, ranges, maps, queues and streams.", NULL)
MESSAGE(DIAG_LOOP_NAMES, 326, "`{1}` does not come apart into {0} names", "one name too many",
    "Two names take the halves of a pair: those of a map, of `zip` or of `.indexed()`.", NULL)
MESSAGE(DIAG_TAKE_APART, 327, "`{1}` does not come apart into {0} names", "does not match", NULL, NULL)
MESSAGE(DIAG_IF_LET_WHAT, 328, "`let` in a condition unwraps an optional, this is `{0}`", "`{0}`", NULL, NULL)
MESSAGE(DIAG_POINTLESS_ELSE, 329, "`??` has nothing to do: this is `{0}`, which is never none", "always a value",
    NULL, "remove `??` and what follows it")
MESSAGE(DIAG_MAP_KEY, 330, "`{0}` cannot be a key", "not a key",
    "Keys are ints, texts, bools, times, durations, enums without payload, and tuples of them.", NULL)
MESSAGE(DIAG_NOTHING_TYPE, 331, "`nothing` is not the type of a value", NULL, "It stands only in `task<nothing>` and `nothing!`.", NULL)
MESSAGE(DIAG_TYPE_TOO_DEEP, 332, "this type is nested more than 64 levels deep", NULL, NULL, "give its parts names as records")
MESSAGE(DIAG_MISSING_RETURN, 333, "`{0}` can end without giving its `{1}`", "the end is reached here", NULL,
    "`return` or `fail` on every way")
MESSAGE(DIAG_RETURN_WHAT, 334, "`{0}` promises `{1}`, but this `return` gives nothing", "gives nothing", NULL, NULL)
MESSAGE(DIAG_RETURN_EXTRA, 335, "`{0}` gives nothing, but this returns `{1}`", "not promised", NULL, NULL)
MESSAGE(DIAG_INDEX_BEFORE, 339, "a list has no item before its first", "below 0",
    "Items count from 0, and outside the list there is none.", "count from the end: `xs[xs.length - 2]`")
MESSAGE(DIAG_MAIN_PARAM, 336, "`main` cannot take `{0}` from the command line", "not from a command line",
    "Its parameters are string, int, float, bool, duration, enums, lists of them and optionals.", NULL)
MESSAGE(DIAG_MAIN_REST, 337, "nothing is left for this: `{0}` takes the rest of the command line", "never gets a value",
    NULL, "put it before `{0}`, or give it a default, which makes it an option")
MESSAGE(DIAG_MAIN_RESULT, 338, "`main` gives an exit status, an int, not `{0}`", "not an int", NULL, NULL)

// ── E04xx: tasks and waiting ──────────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_TASK_IN_FN, 401, "`{0}` waits, and the fn `{1}` may not", "a task",
    "A fn computes and never waits, so whoever calls it knows that nothing else runs meanwhile.", NULL)
MESSAGE(DIAG_WAIT_IN_FN, 402, "`{0}` waits, and the fn `{1}` may not", "waits",
    "A fn computes and never waits, so whoever calls it knows that nothing else runs meanwhile.", NULL)
MESSAGE(DIAG_WAIT_HERE, 403, "`{0}` waits, and nothing may wait in {1}", "waits", NULL, "compute it before, with `let`")
MESSAGE(DIAG_HANDLE_UNUSED, 404, "the task `{0}` is never awaited", "`{1}`, never used",
    "Its value would be lost, and so would the moment of its failure.", NULL)
MESSAGE(DIAG_HANDLE_DROPPED, 405, "nobody will ever get the value of this task", "`{1}`, dropped",
    "A task that gives a value is started for that value.",
    "keep the handle and await it: `let t = start …`, later `await t`; or call it without `start`")
MESSAGE(DIAG_RESULT_DROPPED, 406, "this may have failed, and nobody looks", "`{1}`, dropped", "No failure is ever lost in silence.",
    "look at it with `match`, raise it with `.check()`, or handle it with `catch e { … }`")
MESSAGE(DIAG_RESULT_UNUSED, 407, "`{0}` may hold failures, and nobody looks", "`{1}`, never used",
    "No failure is ever lost in silence.", "look at it with `match`, `.errors` or `.check()`")
MESSAGE(DIAG_VALUE_DROPPED, 408, "this computes `{0}` and throws it away", "not used", NULL,
    "use the value, or remove this; `let _ = …` says that it is not wanted")
MESSAGE(DIAG_AWAIT_WHAT, 409, "`await` wants a task that was started, this is `{0}`", "`{0}`", NULL, NULL)
MESSAGE(DIAG_CANCEL_WHAT, 410, "`cancel` wants a task that was started, this is `{0}`", "`{0}`", NULL, NULL)
MESSAGE(DIAG_START_WHAT, 411, "there is nothing here to run in the background", "not a call that waits", NULL,
    "`start` takes a call of a task or a blocking fn: `start fetch(url)`")
MESSAGE(DIAG_START_STREAM, 412, "a stream needs no `start`", "a stream", "A stream runs when it is read.", "read it: `for x in …`")
MESSAGE(DIAG_HANDLE_TO_POOL, 413, "`{0}` cannot go to the blocking fn `{1}`", "a handle",
    "A blocking fn runs on another thread; handles belong to the loop.", "pass values, and use the handle around the call")
MESSAGE(DIAG_ASSIGN_IN_BRANCH, 414, "`{0}` cannot be changed in what runs concurrently", "a copy",
    "What runs concurrently has copies of the locals, so that no two tasks share changing data.",
    "let the branch give a value, and use what the form gives")
MESSAGE(DIAG_ASSIGN_IN_ITEM, 415, "`{0}` cannot be changed in an expression over items", "only read here", NULL,
    "use a `for` loop")
MESSAGE(DIAG_NO_LOOP, 416, "`{0}` stands in no loop", "no loop around this", NULL, NULL)
MESSAGE(DIAG_CANNOT_LEAVE, 417, "`{0}` cannot get out of {1}", "cannot leave", NULL, NULL)
MESSAGE(DIAG_YIELD_OUTSIDE, 418, "`yield` stands in no stream task", "no stream to give it to", NULL,
    "declare the task with `-> stream<…>`")
MESSAGE(DIAG_NEVER_YIELDS, 419, "`{0}` promises `{1}` and never yields", "the end is reached here", NULL,
    "`yield` items, or `return` a stream")
MESSAGE(DIAG_FAIL_WHAT, 420, "`fail` takes a text or an Error, this is `{0}`", "`{0}`", NULL, NULL)
MESSAGE(DIAG_CANNOT_FAIL, 421, "`{0}` has nothing to do: this cannot fail", "cannot fail", NULL, NULL)
MESSAGE(DIAG_BLOCK_NO_VALUE, 423, "this block gives no value, and one is needed", "can be left at its end", NULL,
    "end it with `return`, `fail`, `break` or `continue`, or write `=> value`")
MESSAGE(DIAG_NO_SUCH_KIND, 424, "no failure has the kind \"{0}\"", "never true", NULL, NULL)
MESSAGE(DIAG_BRANCH_UNNAMED, 425, "this branch has no name", "the others have one", NULL, "name all branches or none")
MESSAGE(DIAG_BRANCH_NAMED, 426, "only the branches of `gather` have names", "not here", NULL, "remove the name")
MESSAGE(DIAG_MIXED_NOTHING, 427, "some of these give `{0}`, others nothing", NULL, "What comes out one by one has one type.", NULL)
MESSAGE(DIAG_NEEDS_LIMIT, 428, "`{0}` over this needs a `limit`", "may never end",
    "Without one, all that comes would be started at once and memory would grow with the source.", "add `limit 10`")
MESSAGE(DIAG_PAIR_LOOP, 429, "two names want `as_completed f(item) for item in items`", NULL,
    "The first is the item, the second what came of it.", NULL)
MESSAGE(DIAG_STAGE_WITHOUT_IT, 430, "this stage does not use `it`", "the same for every item", NULL,
    "name the task alone (`|> fetch`), or pass the item: `|> fetch(it, 5s)`")
MESSAGE(DIAG_STAGE_GETS_NOTHING, 431, "the stage before gives nothing to go on with", "gets no items", NULL, NULL)
MESSAGE(DIAG_EACH_WHAT, 432, "`each` passes on the items of a list or an optional, this is `{0}`", "`{0}`", NULL, NULL)
MESSAGE(DIAG_HANDLE_TO_C, 440, "`{0}` does not go across to C, where `{1}` is done", "can only be waited for",
    "C takes part in no wait, so a task, a queue or a stream is of no use to it.", "pass what it gives")
MESSAGE(DIAG_START_IN_FN, 435, "`{0}` stands in the fn `{1}`, and a fn has no children", "needs a task around it",
    "What runs in the background belongs to the task that started it, which waits for it before it ends.", NULL)
MESSAGE(DIAG_STUB_OUTSIDE, 433, "`stub` stands in no test", "not in a test",
    "A stub lasts as long as its test; what the program itself does is not replaced.", "move it into `test \"…\" { … }`")
MESSAGE(DIAG_STUB_WHAT, 434, "`{0}` cannot be stubbed", "{1}", "A test stubs the world: library and extern calls.", NULL)

// ── E05xx: clauses ────────────────────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_CLAUSE_HERE, 501, "`{0}` does not go with {1}", "not here", NULL, NULL)
MESSAGE(DIAG_CLAUSE_TWICE, 502, "`{0}` is said twice", "a second time", NULL, "keep one of them")
MESSAGE(DIAG_CLAUSE_VALUE, 503, "`{0}` is at least {1}", "too small", NULL, NULL)
MESSAGE(DIAG_BACKOFF_ORDER, 504, "this backoff ends before it begins", "the longer one comes second", NULL, NULL)
MESSAGE(DIAG_CLAUSE_ON_VALUE, 505, "a clause belongs to a call that waits", "nothing waits here", NULL, NULL)
MESSAGE(DIAG_RETRY_STREAM, 506, "a stream cannot be retried", "not on a stream",
    "It may have handed items on already, and they would come twice.", "retry the calls inside it")
MESSAGE(DIAG_FORGETS_NOTHING, 511, "`{0}` keeps nothing that could be forgotten", "it has no `cache`", NULL,
    "`forget` is for tasks with a `cache` clause")
MESSAGE(DIAG_LIMITER_KEYS, 507, "the limiter `{0}` takes no arguments", "not wanted", NULL,
    "write `within {0}`, or declare `limiter {0}(host: string) …` for one bucket per value")
MESSAGE(DIAG_WAITS_FOR_HELD, 508, "`{0}` waits for a permit of `{1}`, which is held here", "would wait for itself",
    "When all permits are held by those who wait for one more, none ever comes back.",
    "take the permit in one of the two places only")
MESSAGE(DIAG_QUEUE_BOUND, 509, "a queue has a bound", "no bound", "Without one, a slow reader would let it grow forever.",
    "say how many items may wait: `queue<string>(max: 100)`")

// ── E06xx: records, enums, match ──────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_ENDLESS_RECORD, 601, "`{0}` holds itself, without end", "could never be made", NULL,
    "let it hold a list or an optional of itself: `{0}?`")
MESSAGE(DIAG_CASE_PAYLOAD, 602, "the case `{0}` carries values", "none given", NULL, "give them: `{0}(…)`")
MESSAGE(DIAG_NOT_COVERED, 603, "this match leaves out {0}", "of `{1}`", NULL, "add an arm for {0}, or `else => …` for all that is left")
MESSAGE(DIAG_ARM_TWICE, 604, "an arm before this covers it already", "never taken", NULL, "remove one of them")
MESSAGE(DIAG_ARM_NEVER, 605, "nothing is left after `else`", "never taken", NULL, "put `else` last")
MESSAGE(DIAG_PATTERN_MISFIT, 606, "this pattern does not fit `{0}`", "never matches", NULL, NULL)
MESSAGE(DIAG_PATTERN_COUNT, 607, "the case `{0}` carries {1}, and this names {2}", "names {2}", NULL, NULL)

PHRASE(PHRASE_OF_TYPE, "`{0}`")
PHRASE(PHRASE_PROMISED, "promised here")
PHRASE(PHRASE_TAKEN_HERE, "held from here")
PHRASE(PHRASE_FN_NEVER_WAITS, "a fn")
PHRASE(PHRASE_DECLARED_TASK, "declared as a task")
PHRASE(PHRASE_A_TASK, "a task")
PHRASE(PHRASE_A_FN, "a fn")
PHRASE(PHRASE_A_LIMITER, "a limiter")
PHRASE(PHRASE_A_MODULE, "a module")
PHRASE(PHRASE_A_NAMESPACE, "a part of the library")
PHRASE(PHRASE_A_LET, "a `let`")
PHRASE(PHRASE_A_PARAM, "a parameter")
PHRASE(PHRASE_A_BOUND, "named by a loop or a pattern")
PHRASE(PHRASE_A_CONSTANT, "the whole program's")
PHRASE(PHRASE_IN_IT, "an expression in `it`")
PHRASE(PHRASE_IN_COMPREHENSION, "a list's `for`")
PHRASE(PHRASE_IN_CLAUSE, "the value of a clause")
PHRASE(PHRASE_IN_CONSTANT, "a value at the top of a file")
PHRASE(PHRASE_IN_DEFAULT, "a default")
PHRASE(PHRASE_OUT_OF_LOOP, "a loop")
PHRASE(PHRASE_OUT_OF_BRANCH, "what runs concurrently")
PHRASE(PHRASE_OUT_OF_DEFER, "a `defer`")
PHRASE(PHRASE_OUT_OF_ITEM, "an expression over items")
PHRASE(PHRASE_ON_TASK, "a task's declaration")
PHRASE(PHRASE_ON_STREAM_TASK, "a stream task's declaration")
PHRASE(PHRASE_ON_LIMITER, "a limiter")
PHRASE(PHRASE_ON_FN, "a fn, which never waits")
PHRASE(PHRASE_ON_CALL, "a call")
PHRASE(PHRASE_ON_START, "`start`")
PHRASE(PHRASE_ON_SCOPE, "`scope`")
PHRASE(PHRASE_ON_BRANCHES, "`gather` and `as_completed`")
PHRASE(PHRASE_ON_RACE, "`race`")
PHRASE(PHRASE_ON_STAGE, "a stage")
PHRASE(PHRASE_FORMAT_INT, "for an int it is [fill align][sign][0][width][,] and one of d x o b e f g %, as in `{n:04d}`")
PHRASE(PHRASE_FORMAT_FLOAT, "for a float it is [fill align][sign][0][width][,][.digits] and one of f e g %, as in `{x:.2f}`")
PHRASE(PHRASE_FORMAT_TEXT, "for a text it is [fill align][width][.most], as in `{name:<20}`")
PHRASE(PHRASE_FORMAT_DURATION, "for a duration it is [fill align][width][.digits] and a unit, ns us ms s m h or d, as in `{d:.1s}`")
PHRASE(PHRASE_FORMAT_TIME, "for a time it is as in strftime: `{t:%Y-%m-%d %H:%M}`")
PHRASE(PHRASE_FORMAT_NONE, "only numbers, texts, durations and times take a format")
PHRASE(PHRASE_HELP_DECIMAL, "write it in decimal: `%llu`")
PHRASE(PHRASE_HELP_UNWRAP, "an optional is unwrapped by `if let v = maybe { … }`, or by `maybe ?? value`")
PHRASE(PHRASE_HELP_TRAVELS, "leave it away: a failure travels on by itself; `f() catch e { … }` handles it")
PHRASE(PHRASE_HELP_MACRO, "leave it away: there are no macros")
PHRASE(PHRASE_HELP_MAKE_RECORD, "write `{0}({1}: …)`")
PHRASE(PHRASE_HELP_CATCH_BLOCK, "`=>` is for a value or a way out; a block follows the name: `catch e { … }`")
PHRASE(PHRASE_HELP_FOREVER, "a loop without an end is `while true { … }`")
PHRASE(PHRASE_HELP_DECORATOR, "what a decorator does elsewhere, clauses do: `task f() retry 3 timeout 5s { … }`")
PHRASE(PHRASE_HELP_NAME_IT, "give it a name on a line before: `let result = {0} …`")
PHRASE(PHRASE_HELP_BARE, "write `{0} x`, without parentheses")
PHRASE(PHRASE_HELP_IF_BLOCK, "a statement has a block: `if … { … }`")
PHRASE(PHRASE_HELP_PATH, "write the path of the file: use \"lib/net.weir\"")
PHRASE(PHRASE_HELP_BITS, "there are no operators on bits; `and`, `or` and `not` are for conditions")
PHRASE(PHRASE_HELP_REFERENCE, "leave it away: values are passed as they are")
PHRASE(PHRASE_HELP_SPREAD, "a list is passed as it is; no task or fn takes a number of arguments that varies")
PHRASE(PHRASE_HELP_SUM, "write `{0} + {1}`")
PHRASE(PHRASE_HELP_UNIT, "write `%.*s%s`")
PHRASE(PHRASE_HELP_AWAIT, "`await` gives its value")
PHRASE(PHRASE_HELP_AWAIT_ALL, "`gather await t for t in tasks` awaits them all")
PHRASE(PHRASE_HELP_AWAIT_NAME, "write `await {0}` where the value is needed, `cancel {0}` if it is not, or call it without `start`")
PHRASE(PHRASE_HELP_CALL_WAITS, "a call waits by itself: leave `await` away; to run it in the background, "
    "`start` it and await the handle later")
PHRASE(PHRASE_HELP_MAKE_TASK, "make `{0}` a `task`; if it is to hold the CPU or call C code that blocks, make "
    "what it calls a `blocking fn`")
PHRASE(PHRASE_HELP_GATHER, "use `gather`, which waits for many at once: `gather {0}(x) for x in xs limit 10`")
PHRASE(PHRASE_HELP_QUEUE_OF, "say what the queue holds: `queue<string>(max: 100)`")
PHRASE(PHRASE_HELP_YIELD_DEFER, "yield before the end: whoever reads may have left when the cleanup runs")
PHRASE(PHRASE_HELP_STREAM_TASK, "make `{0}` a `task`: only tasks wait, and a stream waits for its reader")
PHRASE(PHRASE_HELP_NO_EACH, "a stage that gives a stream passes its items on by itself: remove `each`")
PHRASE(PHRASE_HELP_ARM_BLOCK, "put the statement into a block: `=> { … }`")
PHRASE(PHRASE_HELP_BEFORE, "compute it before, with `let`")
PHRASE(PHRASE_HELP_RESULT, "it may have failed: `.check()` raises the failure, `?? value` replaces it, `match` tells ok and error apart")
PHRASE(PHRASE_HELP_OPTIONAL, "it may be none: use `?? value`, `if let`, or `match` with some and none")
PHRASE(PHRASE_HELP_AS, "convert it: `{0}`")
PHRASE(PHRASE_HELP_TEXT, "put it into a text: {0}")
PHRASE(PHRASE_HELP_DURATION, "a duration has a unit: `200ms`, `5s`; a number of seconds is `n * 1s`")
PHRASE(PHRASE_HELP_SECRET, "a secret is not shown: only headers, bodies, hashes and a child's environment take it")
PHRASE(PHRASE_STUB_OWN, "your own")
PHRASE(PHRASE_STUB_METHOD, "belongs to a value")
PHRASE(PHRASE_STUB_GENERIC, "takes values of any type")
PHRASE(PHRASE_IN_STUB, "the stub of a function that does not wait")
PHRASE(PHRASE_HELP_JSON, "from JSON: `json.parse(text) as {0}`; each row of `csv.parse` converts as well")
PHRASE(PHRASE_HELP_BLOCKING, "call it without `start`; if it holds the CPU for long, declare it `blocking fn {0}`")
PHRASE(PHRASE_HELP_IN_MAIN, "compute it in a task, and pass it on from there")
PHRASE(PHRASE_HELP_JSON_PART, "a part of a json is `j{0}`; `… as Page` makes a record of it")
PHRASE(PHRASE_HELP_LAST, "the last item is `xs.last`, which is none where there are no items")
PHRASE(PHRASE_HELP_PARAMETERS, "it takes {0}")
PHRASE(PHRASE_HELP_NO_ARGUMENTS, "call it with nothing between the parentheses")
PHRASE(PHRASE_FIRST_GIVEN, "given here first")
PHRASE(PHRASE_AND, " and ")
PHRASE(PHRASE_ARGUMENT, "argument")
PHRASE(PHRASE_CARRIED_VALUE, "value")
PHRASE(PHRASE_HELP_CASE_OF, "it is a case: `{0}.{1}`")
PHRASE(PHRASE_HELP_FIRST_LET, "declare it: `let {0} = …`, or `var {0} = …` when it will change")
PHRASE(PHRASE_HELP_CLAUSE_ON, "`{0}` goes with {1}")
PHRASE(PHRASE_ALL_OTHER, "all other values")
PHRASE(PHRASE_HELP_STAGE, "pass what fits, made from `it`: `|> {0}(…)`")
PHRASE(PHRASE_HELP_FIELDS, "give the whole one name, and take its fields: `all.url`")
PHRASE(PHRASE_HELP_LIST, "a list of one is `{0}`")
PHRASE(PHRASE_HELP_PUSH, "`.push(x)` adds one item; `+=` joins lists")
PHRASE(PHRASE_HELP_ELSE, "add `else => …` for all that is left")
PHRASE(PHRASE_HELP_TWO_ENDS, "a range has two ends: `a..b`")
PHRASE(PHRASE_HELP_KEY, "a value of a map is `m[\"{0}\"]`")
PHRASE(PHRASE_HELP_UNSEEN, "give it a name and a type: `let xs: [int] = []`")
PHRASE(PHRASE_HELP_IF_LET, "`if let value = …` asks whether there is one, `… != none` too")
PHRASE(PHRASE_HELP_LENGTH, "ask for its length: `xs.length > 0`")
PHRASE(PHRASE_HELP_TUPLE, "take it apart by names: `let a, b = pair`")
PHRASE(PHRASE_HELP_CHARACTER, "a part of a text is `s[a..b]`; its characters are `s.chars`")
PHRASE(PHRASE_HELP_RANGE, "count with a range: `for i in 0..n`")
PHRASE(PHRASE_HELP_NAMES, "it gives {0}: use that many names")
PHRASE(PHRASE_HELP_CALL_IT, "call it: `{0}(…)`")
PHRASE(PHRASE_HELP_WITHIN, "a limiter stands in a clause: `fetch(url) within {0}`")
PHRASE(PHRASE_HELP_CASE, "name one of its cases: `{0}.…`")
PHRASE(PHRASE_HELP_RECORD, "make one: `{0}(…)`")
PHRASE(PHRASE_HELP_CONVERT, "convert with `… as {0}`")
PHRASE(PHRASE_HELP_VAR, "declare it with `var {0} = …`")
PHRASE(PHRASE_HELP_COPY, "copy it: `var own = {0}`, and change the copy")
PHRASE(PHRASE_HELP_PASS, "keep what changes in a task, or pass it through a queue")
PHRASE(PHRASE_HELP_COPIES, "`.{0}` gives a changed copy and leaves the original: use what it gives")
PHRASE(PHRASE_HELP_LOOP, "go through it: `for x in …`")
PHRASE(PHRASE_HELP_ASSIGN, "`=` assigns")
PHRASE(PHRASE_HELP_CONTINUED, "to go on with the line before, end that line with the operator")
PHRASE(PHRASE_HELP_RESULT_TYPE, "promise it: `-> {0}` before the body")

// ── E09xx: limits of the compiler ─────────────────────────────────────────────────────────────────────────────────────
MESSAGE(DIAG_NESTING, 901, "more than 256 brackets are open here", "one too many",
    NULL, "name parts of it with `let`, or make them tasks of their own")
MESSAGE(DIAG_DEEP, 902, "this is nested too deeply", "over 1,000 levels",
    "The compiler walks expressions level by level.", "name parts of it with `let`")
MESSAGE(DIAG_TOO_MANY, 903, "more than 50 mistakes in the grammar: the rest of the file was not read", "stopped here", NULL, NULL)
MESSAGE(DIAG_NO_MAIN, 911, "{0} has no `task main`", NULL,
    "A program begins with its task main.", "add `task main() { … }`")

// ── words in arguments and at labels ──────────────────────────────────────────────────────────────────────────────────
PHRASE(PHRASE_TEXT_BEGINS, "the text begins here")
PHRASE(PHRASE_OPENED_HERE, "opened here")
PHRASE(PHRASE_NEXT_BEGINS, "the next statement begins here")
PHRASE(PHRASE_BLOCK_BEGINS, "the block begins here")
PHRASE(PHRASE_CLOSES_ANOTHER, "this closes another one, further out")
PHRASE(PHRASE_FURTHER_LEFT, "by its column this was meant for another one, further out")
PHRASE(PHRASE_CONTINUE_LINE, "an operator at the end of the line before continues it")
PHRASE(PHRASE_MORE_MISTAKES, "… and %zu more mistakes")
PHRASE(PHRASE_MORE_ABOUT, "More about this mistake:")
PHRASE(PHRASE_MORE_ABOUT_SEVERAL, "More about these mistakes:")
PHRASE(PHRASE_OR, " or ")
PHRASE(PHRASE_COMMA, ", ")
PHRASE(PHRASE_OPERATOR, "an operator")
PHRASE(PHRASE_ANOTHER_LITERAL, "a literal without a sign")
PHRASE(PHRASE_TAKES, "`{0}` takes `{1}`")
PHRASE(PHRASE_END_OF_LINE, "the end of the line")
PHRASE(PHRASE_END_OF_FILE, "the end of the file")
PHRASE(PHRASE_END_OF_HOLE, "the end of the {expression}")
PHRASE(PHRASE_A_TEXT, "a text")
PHRASE(PHRASE_A_TEXT_WITH_HOLES, "a text with `{…}` in it")
PHRASE(PHRASE_A_NUMBER, "a number")
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
PHRASE(PHRASE_KIND_TASK, "a task")
PHRASE(PHRASE_KIND_FN, "a fn")
PHRASE(PHRASE_KIND_RECORD, "a record")
PHRASE(PHRASE_KIND_ENUM, "an enum")
PHRASE(PHRASE_KIND_LIMITER, "a limiter")
PHRASE(PHRASE_KIND_TEST, "a test")
PHRASE(PHRASE_KIND_OTHER, "this")

// ── weir explain ──────────────────────────────────────────────────────────────────────────────────────────────────────
PHRASE(PHRASE_AREA_TEXT, "Text and literals")
PHRASE(PHRASE_AREA_GRAMMAR, "Grammar")
PHRASE(PHRASE_AREA_NAMES, "Names and files")
PHRASE(PHRASE_AREA_TYPES, "Types")
PHRASE(PHRASE_AREA_WAITING, "Tasks, waiting, failures")
PHRASE(PHRASE_AREA_CLAUSES, "Clauses")
PHRASE(PHRASE_AREA_MATCH, "Records, enums, match")
PHRASE(PHRASE_AREA_LIMITS, "Limits of the compiler, and what it needs")
PHRASE(PHRASE_AREA_OTHER, "Others")

// clang-format on

#ifdef CODES_MESSAGE_MINE
#undef MESSAGE
#undef CODES_MESSAGE_MINE
#endif
#ifdef CODES_PHRASE_MINE
#undef PHRASE
#undef CODES_PHRASE_MINE
#endif
