" Vim syntax of Weir. The words are those of the table in compiler/lexer.re.
if exists("b:current_syntax")
  finish
endif

" reserved
syntax keyword weirConstant true false none
syntax keyword weirSelf it
syntax keyword weirWord and or not as in
syntax keyword weirKeyword as_completed assert await break cancel catch continue defer else fail
syntax keyword weirKeyword fn for gather if let match race return scope start stub task then try
syntax keyword weirKeyword var while yield
" clauses
syntax keyword weirClause after cache collect deadline limit ordered rate retry timeout within
" words that are names elsewhere
syntax keyword weirSoft backoff batch blocking burst each enum error errors every extern limiter
syntax keyword weirSoft max ok per pub queue record skip some stream take test use where
syntax keyword weirType int float bool string bytes duration time json secret

" behind `.` every word is a name
syntax match weirMember /\.\h\w*/
syntax match weirFunction /\(\<\%(task\|fn\|limiter\)\s\+\)\@<=\h\w*/

syntax match weirNumber /\<\d[0-9_]*\>/
syntax match weirNumber /\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%([eE][+-]\?\d\+\)\?\>/
syntax match weirDuration /\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%(ns\|us\|ms\|s\|m\|h\|d\)\>/

syntax match weirEscape /\\\%(u{\x\+}\|[nrt0"\\{}]\)/ contained
syntax region weirHole matchgroup=weirBrace start=/{/ end=/}/ contained contained contains=TOP
syntax region weirText start=/"/ end=/"\|$/ contains=weirEscape,weirHole
syntax region weirText start=/"""/ end=/"""/ contains=weirEscape,weirHole
syntax match weirRaw /\<r"[^"]*"/

syntax match weirComment /#.*$/
syntax match weirDoc /##\%([^#]\|$\).*$/
syntax match weirDoc /##$/

highlight default link weirConstant Constant
highlight default link weirSelf Special
highlight default link weirWord Operator
highlight default link weirKeyword Keyword
highlight default link weirClause Statement
highlight default link weirSoft Keyword
highlight default link weirType Type
highlight default link weirFunction Function
highlight default link weirNumber Number
highlight default link weirDuration Number
highlight default link weirEscape SpecialChar
highlight default link weirBrace Delimiter
highlight default link weirText String
highlight default link weirRaw String
highlight default link weirComment Comment
highlight default link weirDoc SpecialComment

let b:current_syntax = "weir"
