package io.evenkeel.l7.marathonlb.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the expressions by which old directives find a header line. Stateless. */
final class OldExpressions {

    private static final Pattern ONE_HEADER = Pattern.compile("\\^?([A-Za-z0-9-]+)\\\\?:( ?\\.\\*)?\\$?");

    private static final Pattern BEGINNING = Pattern.compile("\\^([A-Za-z0-9-]+)\\\\?:");
    private static final Pattern METHOD = Pattern.compile("\\^\\([^()]+\\)( |\\\\s)");

    private OldExpressions() {}

    /** The name of the header of which an expression finds all lines; empty if it may find others, or only some. */
    static String headerName(String expression) {
        Matcher matcher = ONE_HEADER.matcher(expression);
        return matcher.matches() && expression.startsWith("^") ? matcher.group(1) : "";
    }

    /** The name of the header that an expression for whole lines begins with; empty if it begins otherwise. */
    static String headerBeginning(String expression) {
        Matcher matcher = BEGINNING.matcher(expression);
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /**
     * Whether an expression finds a method, and a blank behind it, as its first group at the beginning of a request line, so that
     * a text that begins with that group changes the rest only.
     */
    static boolean beginsWithMethod(String expression) {
        return METHOD.matcher(expression).lookingAt();
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
