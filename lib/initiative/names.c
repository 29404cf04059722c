#include "initiative/initiative.h"

const char *qm_initiative_status_name(uint32_t status)
{
    static const char *const names[] = {"", "done", "ongoing", "planned"};
    return status < sizeof names / sizeof *names ? names[status] : NULL;
}
