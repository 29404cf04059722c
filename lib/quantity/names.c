#include "quantity/quantity.h"

static const char *const kinds[] = {"",        "money",    "measure", "count",
                                    "percent", "multiple", "ordinal", "date",
                                    "time",    "duration", "age",     "number"};
static const char *const relations[] = {"", "eq", "approx", "gt", "ge", "lt", "le"};

const char *qm_quantity_kind_name(uint32_t kind)
{
    return kind < sizeof kinds / sizeof *kinds ? kinds[kind] : NULL;
}

const char *qm_relation_name(uint32_t relation)
{
    return relation < sizeof relations / sizeof *relations ? relations[relation] : NULL;
}
