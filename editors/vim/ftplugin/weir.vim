" Comments, indentation and `:make` of Weir.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:##,:#
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=4 softtabstop=4
setlocal suffixesadd=.weir
setlocal makeprg=weir\ check\ --color=never\ %:S
setlocal errorformat=%f:%l:%c:\ %trror[E%n]:\ %m,%-G%.%#

let b:undo_ftplugin = "setlocal commentstring< comments< formatoptions< expandtab< shiftwidth<"
      \ . " softtabstop< suffixesadd< makeprg< errorformat<"
