// module.h: the files a program uses.
//
// `use "lib/net.weir"` names a file from the folder of the file it stands in. Each file is read
// once, however often and under whatever name it is used.
#ifndef MODULE_H
#define MODULE_H

#include "diag.h"
#include "resolve.h"

// Reads what the modules of the program use, and what those use, and puts it into program->modules;
// each `use` gets its module, or NULL where the file could not be had, which is reported. Files
// that use each other in a circle are reported too.
void modules_read(Program *program, Sources *sources, Diags *diags);

#endif
