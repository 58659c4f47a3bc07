/*
 * Stands between a process and the C library (LD_PRELOAD), for the files in one folder. It writes down what has been
 * synced, and it can make syncs and writes of the log fail, take long, or only pretend that they were synced.
 *
 *   DISK_SHIM_FOLDER   the folder that it looks at
 *   DISK_SHIM_JOURNAL  where it writes down: "file <inode> <bytes synced>", "entry <inode> <name>" for every name in a
 *                      folder that is being synced, and "folder" when that is done
 *   DISK_SHIM_FAULT    a file that holds, while it exists, "sync <errno>", "write <errno>", "slow <milliseconds>" or
 *                      "lie 0"
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int journal(const char *line)
{
    static int file = -1;
    const char *path = getenv("DISK_SHIM_JOURNAL");
    if (!path) return 0;
    if (file < 0) file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    return dprintf(file, "%s\n", line);
}

/* Whether the descriptor is a file of the folder's log (or, with any, anything in the folder). */
static int watched(int descriptor, int any)
{
    char link[64], path[4096];
    const char *folder = getenv("DISK_SHIM_FOLDER");
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!folder || length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0 && (any || (length > 4 && strcmp(path + length - 4, ".log") == 0));
}

static int fault(const char *wanted)
{
    char text[64] = "", kind[32] = "";
    int number = 0;
    const char *path = getenv("DISK_SHIM_FAULT");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return -1;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 && sscanf(text, "%31s %d", kind, &number) == 2 && strcmp(kind, wanted) == 0 ? number : -1;
}

static void journal_file(const struct stat *file)
{
    char line[96];
    snprintf(line, sizeof line, "file %lu %lld", (unsigned long)file->st_ino, (long long)file->st_size);
    journal(line);
}

static void journal_folder(const char *path, int with_files)
{
    char line[512];
    struct stat file;
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(line, sizeof line, "entry %lu %s", (unsigned long)entry->d_ino, entry->d_name);
        journal(line);
        if (with_files && fstatat(dirfd(folder), entry->d_name, &file, 0) == 0) journal_file(&file);
    }
    closedir(folder);
    journal("folder");
}

/* What was there before is on disk. */
__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("DISK_SHIM_FOLDER");
    if (folder) journal_folder(folder, 1);
}

static int synced(int descriptor, int (*sync)(int))
{
    char path[64];
    struct stat before;
    if (!watched(descriptor, 1)) return sync(descriptor);
    int number = watched(descriptor, 0) ? fault("sync") : -1;
    if (number >= 0) {
        errno = number;
        return -1;
    }
    if (fault("lie") >= 0) return 0;
    int milliseconds = watched(descriptor, 0) ? fault("slow") : -1;
    if (milliseconds > 0) usleep((useconds_t)milliseconds * 1000);
    fstat(descriptor, &before);
    int result = sync(descriptor);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (result == 0 && S_ISDIR(before.st_mode)) journal_folder(path, 0);
    if (result == 0 && S_ISREG(before.st_mode)) journal_file(&before);
    return result;
}

int fsync(int descriptor)
{
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return synced(descriptor, real);
}

int fdatasync(int descriptor)
{
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return synced(descriptor, real);
}

/* Writes half of what it is given before it fails, as a disk does that is filling up. */
ssize_t write(int descriptor, const void *bytes, size_t count)
{
    static ssize_t (*real)(int, const void *, size_t);
    static int half;
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    int number = getenv("DISK_SHIM_FAULT") && watched(descriptor, 0) ? fault("write") : -1;
    if (number < 0) return real(descriptor, bytes, count);
    if (count > 1 && (half = !half)) return real(descriptor, bytes, count / 2);
    errno = number;
    return -1;
}
