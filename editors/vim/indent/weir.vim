" Indentation of Weir: by the brackets left open on the line before.
if exists("b:did_indent")
  finish
endif
let b:did_indent = 1

setlocal indentexpr=WeirIndent() indentkeys=0{,0},0),0],!^F,o,O
let b:undo_indent = "setlocal indentexpr< indentkeys<"

if exists("*WeirIndent")
  finish
endif

function! WeirIndent() abort
  let before = prevnonblank(v:lnum - 1)
  if before == 0
    return 0
  endif
  " Neither texts nor comments count.
  let text = substitute(getline(before), '"[^"]*"', '', 'g')
  let text = substitute(text, '#.*$', '', '')
  let indent = indent(before)
  if text =~# '[{(\[]\s*$'
    let indent += shiftwidth()
  endif
  if getline(v:lnum) =~# '^\s*[})\]]'
    let indent -= shiftwidth()
  endif
  return indent
endfunction
