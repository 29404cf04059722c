#define _GNU_SOURCE /* O_TMPFILE */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_PENDING (256u << 10) /* small pieces wait until they are as much */
#define OUTPUT_LARGE (32u << 10)    /* others are not copied */

static int output_fail(cli_output *output, int status)
{
    const char *name = output->path ? output->path : "standard output";
    /* A reader that went away wants no more, and no message either. */
    if (errno != EPIPE) cli_say((cli_place){name, 0, 0}, "%s", strerror(errno));
    output->status = status;
    return status;
}

static char *output_join(const char *directory, size_t size, const char *name)
{
    char *path = cli_copy(directory, size);
    size_t length = strlen(name);
    path = cli_realloc(path, size + length + 1);
    memcpy(path + size, name, length + 1);
    return path;
}

/* The whole mode, whatever the umask: a file that is replaced stays what it was. */
static int output_mode(cli_output *output, mode_t mode)
{
    return fchmod(output->fd, mode) == 0 ? EX_OK : output_fail(output, EX_CANTCREAT);
}

/* A file without a name where the system has such, which leaves nothing behind whatever happens;
 * else one with a name of its own. */
static int output_temporary(cli_output *output, mode_t mode)
{
    const char *slash = strrchr(output->path, '/');
    size_t size = slash ? (size_t)(slash - output->path) + 1 : 0;
    char *directory = size ? cli_copy(output->path, size) : cli_copy(".", 1);
    output->fd = open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    free(directory);
    if (output->fd >= 0) return output_mode(output, mode);
    if (errno == ENOENT || errno == EACCES || errno == ENOTDIR || errno == EROFS)
        return output_fail(output, EX_CANTCREAT);
    output->temporary = output_join(output->path, size, ".qianmo-XXXXXX");
    output->fd = mkstemp(output->temporary);
    if (output->fd < 0) {
        free(output->temporary);
        output->temporary = NULL;
        return output_fail(output, EX_CANTCREAT);
    }
    return output_mode(output, mode);
}

int cli_output_open(cli_output *output, const char *path)
{
    *output = (cli_output){.path = path, .fd = STDOUT_FILENO, .pending = cli_buffer()};
    if (!path) return EX_OK;
    struct stat there;
    if (stat(path, &there) == 0) {
        if (!S_ISREG(there.st_mode)) { /* a device or a pipe cannot be replaced */
            output->fd = open(path, O_WRONLY | O_CLOEXEC);
            return output->fd >= 0 ? EX_OK : output_fail(output, EX_CANTCREAT);
        }
        output->resolved = realpath(path, NULL); /* links stay, what they name is replaced */
        if (output->resolved) output->path = output->resolved;
        return output_temporary(output, there.st_mode & 07777);
    }
    mode_t mask = umask(0);
    umask(mask);
    return output_temporary(output, 0666 & ~mask);
}

static int output_flush(cli_output *output, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(output->fd, data, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return output_fail(output, EX_IOERR);
        data += wrote;
        size -= (size_t)wrote;
    }
    return EX_OK;
}

int cli_output_write(cli_output *output, const void *data, size_t size)
{
    if (output->status != EX_OK) return output->status;
    qm_buffer *pending = &output->pending;
    if (size >= OUTPUT_LARGE || pending->size + size > OUTPUT_PENDING) {
        if (output_flush(output, pending->data, pending->size) != EX_OK) return output->status;
        pending->size = 0;
        if (size >= OUTPUT_LARGE) return output_flush(output, data, size);
    }
    cli_add(pending, data, size);
    return EX_OK;
}

/* Gives the finished file its name. */
static int output_name(cli_output *output)
{
    if (!output->temporary) {
        char self[64];
        snprintf(self, sizeof self, "/proc/self/fd/%d", output->fd);
        const char *slash = strrchr(output->path, '/');
        size_t size = slash ? (size_t)(slash - output->path) + 1 : 0;
        snprintf(self + 32, sizeof self - 32, ".qianmo-%ld", (long)getpid());
        output->temporary = output_join(output->path, size, self + 32);
        unlink(output->temporary);
        if (linkat(AT_FDCWD, self, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) != 0)
            return output_fail(output, EX_CANTCREAT);
    }
    if (rename(output->temporary, output->path) == 0) return EX_OK;
    return output_fail(output, EX_CANTCREAT);
}

int cli_output_close(cli_output *output, bool keep)
{
    if (output->status == EX_OK && keep)
        output_flush(output, output->pending.data, output->pending.size);
    bool regular = false;
    struct stat there;
    if (output->path && output->fd >= 0)
        regular = fstat(output->fd, &there) == 0 && S_ISREG(there.st_mode);
    bool named = false;
    if (output->status == EX_OK && keep && regular) named = output_name(output) == EX_OK;
    if (output->temporary && !named) unlink(output->temporary);
    if (output->path && output->fd >= 0 && close(output->fd) != 0 && output->status == EX_OK)
        output_fail(output, EX_IOERR);
    free(output->temporary);
    free(output->resolved);
    qm_buffer_free(&output->pending);
    return output->status;
}
