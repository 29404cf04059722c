/* The frame of every unit test program: one suite, run, exit status. */
#ifndef QM_UNIT_H
#define QM_UNIT_H

#include <check.h>
#include <stdlib.h>

static int qm_unit_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
