package io.evenkeel.l7.runner;

import java.util.regex.Pattern;

/** HTML as it is written, well-formed as XML is. Takes no text for markup. Not thread-safe. */
final class Markup {

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private final StringBuilder page = new StringBuilder(32 * 1024);

    /** Appends markup. */
    Markup raw(String markup) {
        page.append(markup);
        return this;
    }

    /** Appends a text, which may come from anybody. */
    Markup text(String text) {
        page.append(CONTROL.matcher(text)
                .replaceAll(" ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;"));
        return this;
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
