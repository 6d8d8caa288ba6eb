// The main of a program that is not made by `weir build`.
#include "weir.h"

extern const weir_program n24_modules_program;

int main(int argc, char **argv)
{
    return weir_main(argc, argv, &n24_modules_program);
}
