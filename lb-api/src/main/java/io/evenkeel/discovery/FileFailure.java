package io.evenkeel.discovery;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be read, in words: the message of Java's own exceptions is often nothing but the file's name again. */
public final class FileFailure {

    private FileFailure() {}

    /**
     * The reason without the file, which the caller names.
     *
     * @param failure what reading it failed with
     * @return for instance {@code no such file}; the message of whatever has nothing to do with the file system
     */
    public static String reason(Throwable failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException ofFile ? ofFile.getReason() : null;
        return reason == null ? String.valueOf(failure.getMessage()) : reason;
    }
}
