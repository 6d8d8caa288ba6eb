// grammar_driver.h: the seam between grammar.y, whose parser lives in generated code, and parse.c,
// which drives it.
//
// `parser` is lemon's; only grammar.y knows its inside.
#ifndef GRAMMAR_DRIVER_H
#define GRAMMAR_DRIVER_H

#include "build.h"

// Makes a parser on the stack and calls `feed` until it gives false. `bare`: what comes are the
// statements of main.
void grammar_run(Build *build, bool bare, bool (*feed)(void *parser, Build *build));
void grammar_feed(void *parser, const Token *token);
// Is the parser behind a mistake, dropping tokens until one fits?
bool grammar_skips(const void *parser);
// Would a token of this kind fit here? (As itself: a soft keyword's second life as a name is not
// asked.)
bool grammar_expects(const void *parser, int kind);
// Would it fit, as itself or as a name?
bool grammar_accepts(const void *parser, int kind);

// Before a token that does not fit: completes what is complete, so that recovery does not lose it.
void grammar_settle(void *parser, Build *build);

// Called by the parser at a token that does not fit (parse.c).
void grammar_mistake(Build *build, const void *parser, const Token *token);

#endif
