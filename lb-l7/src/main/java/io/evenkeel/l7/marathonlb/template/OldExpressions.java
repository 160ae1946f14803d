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
}
