// env_zone.c: how far the clocks here are from UTC.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "env.h"

int64_t weir__zone_at(int64_t wall, char name[WEIR__ZONE_NAME])
{
    int64_t seconds = wall / 1000000000 - (wall % 1000000000 < 0 ? 1 : 0);
    time_t at = (time_t)seconds;
    struct tm local;
    if (localtime_r(&at, &local) == NULL) {
        strcpy(name, "UTC");
        return 0;
    }
    snprintf(name, WEIR__ZONE_NAME, "%s", local.tm_zone != NULL ? local.tm_zone : "");
    return (int64_t)local.tm_gmtoff;
}
