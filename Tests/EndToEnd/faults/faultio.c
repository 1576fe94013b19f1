/* Preloaded into the program under test: lets chosen file operations fail, on files whose path holds a given word.
 *
 *   FAULT_FILE  a file that holds the order, read again before each operation, so that a test can switch faults on and
 *               off while the program runs: "OP ERRNO" (for example "sync 5"), or nothing.
 *               OP is sync (fsync, fdatasync), write (write, pwrite) or kill-sync N (SIGKILL at the Nth sync from now).
 *   FAULT_PATH  operations on other files are left alone.
 *
 * Recipe: reliability-security goals F2, F5, F6. Descriptors are named through /proc/self/fd.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long syncs_seen;

static int concerns(int descriptor) {
    const char *word = getenv("FAULT_PATH");
    char link[64], path[PATH_MAX];
    if (!word) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, word) != NULL;
}

/* Returns the error to give, or 0. Uses system calls directly: the wrappers below must not be entered again. */
static int ordered(const char *operation) {
    const char *file = getenv("FAULT_FILE");
    char order[64] = {0}, name[32] = {0};
    long number = 0;
    if (!file) return 0;
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t length = syscall(SYS_read, descriptor, order, sizeof order - 1);
    syscall(SYS_close, descriptor);
    if (length <= 0 || sscanf(order, "%31s %ld", name, &number) != 2) return 0;
    if (strcmp(name, "kill-sync") == 0 && strcmp(operation, "sync") == 0) {
        if (__sync_add_and_fetch(&syncs_seen, 1) >= number) kill(getpid(), SIGKILL);
        return 0;
    }
    return strcmp(name, operation) == 0 ? (int)number : 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define FAIL_IF_ORDERED(descriptor, operation)                  \
    if (concerns(descriptor)) {                                 \
        int error = ordered(operation);                         \
        if (error) { errno = error; return -1; }                \
    }

int fsync(int descriptor) {
    FAIL_IF_ORDERED(descriptor, "sync")
    return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    FAIL_IF_ORDERED(descriptor, "sync")
    return REAL(fdatasync)(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    FAIL_IF_ORDERED(descriptor, "write")
    return REAL(write)(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    FAIL_IF_ORDERED(descriptor, "write")
    return REAL(pwrite)(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    FAIL_IF_ORDERED(descriptor, "write")
    return REAL(pwrite64)(descriptor, bytes, count, offset);
}
