/* Runs a fuzz target over files and directories of them, without libFuzzer: the corpus as a test.
 * Every input is also cut short at a few places. */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak)); /* not all have one */

static size_t inputs;

static void run(const uint8_t *data, size_t size)
{
    for (size_t cut = 0; cut < 4; cut++) {
        uint8_t *copy = malloc(size ? size : 1); /* its end is where the sanitizer watches */
        FUZZ_CHECK(copy);
        memcpy(copy, data, size);
        LLVMFuzzerTestOneInput(copy, size);
        free(copy);
        size -= size / 3;
        if (size > 0) size--;
    }
    inputs++;
}

static bool run_file(const char *path)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    run(data, fread(data, 1, sizeof data, file));
    fclose(file);
    return true;
}

static bool run_directory(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory) return false;
    bool good = true;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char name[4096];
        struct stat about;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (stat(name, &about) == 0 && S_ISREG(about.st_mode)) good &= run_file(name);
    }
    closedir(directory);
    return good;
}

int main(int argc, char **argv)
{
    static const uint8_t nothing[1];
    bool good = true;
    if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
    run(nothing, 0);
    for (int i = 1; i < argc; i++) {
        struct stat about;
        bool directory = stat(argv[i], &about) == 0 && S_ISDIR(about.st_mode);
        good &= directory ? run_directory(argv[i]) : run_file(argv[i]);
    }
    printf("%zu inputs\n", inputs);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
