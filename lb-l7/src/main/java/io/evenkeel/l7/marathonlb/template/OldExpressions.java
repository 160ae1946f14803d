package io.evenkeel.l7.marathonlb.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the expressions by which old directives find a header line. Stateless. */
final class OldExpressions {

    private static final Pattern ONE_HEADER = Pattern.compile("\\^?([A-Za-z0-9-]+)\\\\?:( ?\\.\\*)?\\$?");

    private OldExpressions() {}

    /** The name of the header of which an expression finds all lines; empty if it may find others, or only some. */
    static String headerName(String expression) {
        Matcher matcher = ONE_HEADER.matcher(expression);
        return matcher.matches() && expression.startsWith("^") ? matcher.group(1) : "";
    }

    /** The name in a whole line of a header, as it is added; empty if it is none. */
    static String nameOfLine(String line) {
        return line.substring(0, Math.max(line.indexOf(':'), 0)).trim();
    }

    /** The value in it, as a format. */
    static String valueOfLine(String line) {
        return line.substring(line.indexOf(':') + 1).trim().replace("%", "%%");
    }
}
