package io.evenkeel.l7;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads files that somebody else named: regular ones of a bounded size, and those in directories. Stateless. */
final class CertificateFiles {

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_FILES = 10_000;
    private static final List<String> BESIDE = List.of(".issuer", ".ocsp", ".sctl", ".key");

    private CertificateFiles() {}

    /**
     * The files that these paths stand for, in their order, those of a directory by name. What begins with a dot is not
     * meant: that is how secrets are swapped under a directory. Nor is what HAProxy keeps beside a certificate.
     *
     * @throws IllegalArgumentException if a directory cannot be read; the message names it
     */
    static List<Path> files(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> inside = Files.list(path)) {
                inside.filter(file -> isMeant(file.getFileName().toString()) && Files.isRegularFile(file))
                        .sorted()
                        .limit(MAX_FILES)
                        .forEach(files::add);
            } catch (IOException e) {
                throw new IllegalArgumentException("certificates: " + path + " (expected: a readable directory)", e);
            }
        }
        return files;
    }

    private static boolean isMeant(String name) {
        return !name.startsWith(".") && BESIDE.stream().noneMatch(name::endsWith);
    }

    /** What tells one state of a file from another without reading it. */
    static Map<Path, String> stamps(List<Path> files) {
        Map<Path, String> stamps = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(file, now.lastModifiedTime().toMillis() + " " + now.size() + " " + now.fileKey());
            } catch (IOException e) {
                stamps.put(file, "unreadable");
            }
        }
        return stamps;
    }

    /** Those that others than their owner may read, as far as the file system can tell. */
    static List<Path> exposed(List<Path> files) {
        List<Path> exposed = new ArrayList<>();
        for (Path file : files) {
            try {
                Set<PosixFilePermission> now = Files.getPosixFilePermissions(file);
                if (now.contains(PosixFilePermission.GROUP_READ) || now.contains(PosixFilePermission.OTHERS_READ)) {
                    exposed.add(file);
                }
            } catch (IOException | UnsupportedOperationException e) {
                // it is gone, or there is no such thing here
            }
        }
        return exposed;
    }

    /**
     * A file's text.
     *
     * @throws IOException if it is not there, cannot be read, is too large, or is something that may never end
     */
    static String read(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("more than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
