autocmd BufNewFile,BufRead *.weir setfiletype weir
autocmd BufNewFile,BufRead * if getline(1) =~# '^#!.*\<weir\>' | setfiletype weir | endif
