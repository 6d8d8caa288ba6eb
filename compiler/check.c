#include "checker.h"

void check(Program *program, Diags *diags)
{
    Types *types = program->types;
    Check c = {
        .program = program,
        .arena = program->arena,
        .types = types,
        .library = program->library,
        .diags = diags,
        .unknown = type_plain(types, TYPE_UNKNOWN),
        .never = type_plain(types, TYPE_NEVER),
        .nothing = type_plain(types, TYPE_NOTHING),
        .integer = type_plain(types, TYPE_INT),
        .real = type_plain(types, TYPE_FLOAT),
        .boolean = type_plain(types, TYPE_BOOL),
        .duration = type_plain(types, TYPE_DURATION),
        .time = type_plain(types, TYPE_TIME),
        .string = type_plain(types, TYPE_STRING),
        .bytes = type_plain(types, TYPE_BYTES),
        .json = type_plain(types, TYPE_JSON),
        .secret = type_plain(types, TYPE_SECRET),
        .error = type_plain(types, TYPE_ERROR),
        .range = type_plain(types, TYPE_RANGE),
    };
    check_types(&c);
    check_values(&c);
    check_bodies(&c);
    check_kinds(&c);
    check_limiters(&c);
    check_seen(&c);
}
