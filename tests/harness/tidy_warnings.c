// tidy_warnings.c: our C under gcc with the strict list. zig cc and clang have seen it when Weir
// was built.
#include "files.h"
#include "tidy.h"

#include <stdio.h>

static const char strict[] =
    "gcc -std=gnu11 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra -Wpedantic -Wconversion "
    "-Wshadow -Wswitch-enum -Wstrict-prototypes -Wmissing-prototypes -Werror "
    "-DWEIR_VERSION=\"\\\"0\\\"\" -DWEIR_HAVE_TCC=1 -Icompiler -Iruntime";

static void check_file(Report *report, Text *wrong, const char *path, const char *more)
{
    Command command = {.seconds = 60, .argv = split_words(strict)};
    suite_environment(report->suite, &command);
    if (report->suite->generated != NULL) {
        command_add(&command, print_text("-I%s", report->suite->generated));
    }
    if (report->suite->nats) {
        command_add(&command, "-DWEIR_HAVE_NATS=1");
    }
    if (more != NULL) {
        command_add(&command, more);
    }
    command_add(&command, path);
    Outcome outcome = command_run(&command, report->scratch);
    if (outcome.status != 0 || *outcome.errors != '\0') {
        text_print(wrong, "%s\n", outcome.errors);
    }
}

static void check_folder(Report *report, Text *wrong, Text *absent, const char *folder)
{
    Strings names = folder_names(folder, ".c");
    if (names.count == 0) {
        text_print(absent, "%s/ has no .c file", folder);
    }
    for (size_t i = 0; i < names.count; i++) {
        check_file(report, wrong, print_text("%s/%s", folder, names.items[i]), NULL);
    }
}

void tidy_compiler_warnings(Report *report, Text *wrong, Text *absent)
{
    check_folder(report, wrong, absent, "compiler");
}

void tidy_runtime_warnings(Report *report, Text *wrong, Text *absent)
{
    check_folder(report, wrong, absent, "runtime");
}

// `weir build` compiles the core together with the program, where two files may not share a name.
void tidy_core_unit(Report *report, Text *wrong, Text *absent)
{
    if (!path_exists("runtime/core.c")) {
        text_print(absent, "there is no runtime/core.c");
        return;
    }
    check_file(report, wrong, "runtime/core.c", "-DWEIR_WITH_CORE");
}
