package io.evenkeel.l7;

import io.evenkeel.discovery.FileFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients of a backend are shown where the proxy answers in place of an endpoint, by status. Immutable. */
public final class ErrorPages {

    private static final int MAX_BYTES = 64 * 1024;

    private final Map<Path, String> stamps;
    private final Map<Integer, Replies.Page> pages;

    private ErrorPages(Map<Path, String> stamps, Map<Integer, Replies.Page> pages) {
        this.stamps = stamps;
        this.pages = pages;
    }

    /**
     * Reads the bodies of pages from files, so not for event loops.
     *
     * @param directory where they are
     * @param names the files' names there by status; what a name ends with tells the type of the content
     * @return the pages
     * @throws IllegalArgumentException if one cannot be read or is too large; the message names it
     */
    public static ErrorPages load(Path directory, Map<Integer, String> names) {
        List<Path> files = names.values().stream().map(directory::resolve).toList();
        Map<Path, String> stamps = CertificateFiles.stamps(files);
        Map<Integer, Replies.Page> pages = new HashMap<>();
        names.forEach((status, name) -> {
            Path file = directory.resolve(name);
            try {
                byte[] body = CertificateFiles.read(file).getBytes(StandardCharsets.ISO_8859_1);
                if (body.length > MAX_BYTES) {
                    throw new IOException("more than " + MAX_BYTES + " bytes");
                }
                pages.put(status, Replies.page(status, type(name), body));
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "error page: " + file + ": " + FileFailure.reason(e) + " (expected: a readable file of at most "
                                + MAX_BYTES + " bytes)",
                        e);
            }
        });
        return new ErrorPages(stamps, pages);
    }

    private static String type(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case "json" -> "application/json";
            case "txt" -> "text/plain; charset=utf-8";
            default -> "text/html; charset=utf-8";
        };
    }

    /** Whether the files are not what they were. */
    public boolean isOutdated() {
        return !CertificateFiles.stamps(List.copyOf(stamps.keySet())).equals(stamps);
    }

    /** The page for a status; null if there is none of its own. */
    @Nullable
    ByteBuf page(ByteBufAllocator allocator, int status, boolean headOnly, long retryAfter) {
        Replies.Page page = pages.get(status);
        return page == null ? null : page.write(allocator, headOnly, retryAfter);
    }
}
