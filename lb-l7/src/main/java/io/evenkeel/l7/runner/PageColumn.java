package io.evenkeel.l7.runner;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A column of the page, as HAProxy's page has it.
 *
 * @param title its head
 * @param show what it shows of a row
 * @param tip what it says of it to those who point there; empty for nothing
 */
record PageColumn(String title, Function<StatsRow, String> show, Function<StatsRow, String> tip) {

    /**
     * Columns under one heading.
     *
     * @param title the heading
     * @param columns at least one
     */
    record Group(String title, List<PageColumn> columns) {}

    /** All of them, in HAProxy's order. */
    static final List<Group> GROUPS = List.of(
            new Group("Queue", List.of(number("Cur", "qcur"), number("Max", "qmax"), number("Limit", "qlimit"))),
            new Group(
                    "Session rate",
                    List.of(number("Cur", "rate"), number("Max", "rate_max"), number("Limit", "rate_lim"))),
            new Group(
                    "Sessions",
                    List.of(
                            number("Cur", "scur"),
                            number("Max", "smax"),
                            number("Limit", "slim"),
                            new PageColumn("Total", row -> grouped(row.text("stot")), PageColumn::codes),
                            number("LbTot", "lbtot"),
                            new PageColumn("Last", row -> ago(row.text("lastsess")), PageColumn::noTip))),
            new Group("Bytes", List.of(bytes("In", "bin"), bytes("Out", "bout"))),
            new Group("Denied", List.of(number("Req", "dreq"), number("Resp", "dresp"))),
            new Group(
                    "Errors",
                    List.of(
                            number("Req", "ereq"),
                            number("Conn", "econ"),
                            new PageColumn("Resp", row -> grouped(row.text("eresp")), PageColumn::aborts))),
            new Group(
                    "Warnings",
                    List.of(
                            new PageColumn("Retr", row -> grouped(row.text("wretr")), PageColumn::connections),
                            number("Redis", "wredis"))),
            new Group(
                    "Server",
                    List.of(
                            new PageColumn("Status", PageColumn::status, PageColumn::since),
                            new PageColumn("LastChk", row -> row.text("check_status"), row -> row.text("last_chk")),
                            number("Wght", "weight"),
                            number("Act", "act"),
                            number("Bck", "bck"),
                            number("Chk", "chkfail"),
                            number("Dwn", "chkdown"),
                            new PageColumn("Dwntme", row -> time(row.text("downtime")), PageColumn::noTip),
                            number("Thrtle", "throttle"))));

    private static PageColumn number(String title, String column) {
        return new PageColumn(title, row -> grouped(row.text(column)), PageColumn::noTip);
    }

    private static PageColumn bytes(String title, String column) {
        return new PageColumn(title, row -> size(row.text(column)), row -> grouped(row.text(column)));
    }

    private static String noTip(StatsRow row) {
        return "";
    }

    private static String status(StatsRow row) {
        String changed = row.text("lastchg");
        return changed.isEmpty() ? row.text("status") : time(changed) + " " + row.text("status");
    }

    private static String since(StatsRow row) {
        String changed = row.text("lastchg");
        return changed.isEmpty() ? "" : "for " + grouped(changed) + " s";
    }

    private static String codes(StatsRow row) {
        if (row.text("hrsp_2xx").isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (String code : List.of("1xx", "2xx", "3xx", "4xx", "5xx", "other")) {
            text.append(text.isEmpty() ? "" : ", ").append(code).append(": ").append(grouped(row.text("hrsp_" + code)));
        }
        if (!row.text("ttime").isEmpty()) {
            text.append("; on average of the last 1024: queue ").append(grouped(row.text("qtime")));
            text.append(" ms, connect ").append(grouped(row.text("ctime")));
            text.append(" ms, response ").append(grouped(row.text("rtime")));
            text.append(" ms, total ").append(grouped(row.text("ttime"))).append(" ms");
        }
        return text.toString();
    }

    private static String aborts(StatsRow row) {
        return row.text("cli_abrt").isEmpty()
                ? ""
                : "broken off by clients: " + row.text("cli_abrt") + ", by servers: " + row.text("srv_abrt");
    }

    private static String connections(StatsRow row) {
        return row.text("connect").isEmpty()
                ? ""
                : "connections opened: " + row.text("connect") + ", used again: " + row.text("reuse");
    }

    private static String grouped(String number) {
        boolean plain = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9') && number.length() < 19;
        return plain ? String.format(Locale.ROOT, "%,d", Long.parseLong(number)) : number;
    }

    private static String size(String bytes) {
        if (bytes.isEmpty()) {
            return "";
        }
        double left = Double.parseDouble(bytes);
        String[] units = {"", " k", " M", " G", " T", " P"};
        int unit = 0;
        while (left >= 1000 && unit < units.length - 1) {
            left /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || left >= 100 ? "%.0f%s" : "%.1f%s", left, units[unit]);
    }

    private static String ago(String seconds) {
        return seconds.equals("-1") ? "?" : time(seconds);
    }

    /** A time as HAProxy shortens it: its two largest units. */
    static String time(String seconds) {
        if (seconds.isEmpty()) {
            return "";
        }
        long s = Long.parseLong(seconds);
        if (s < 60) {
            return s + "s";
        }
        if (s < 3600) {
            return s / 60 + "m" + s % 60 + "s";
        }
        return s < 86_400 ? s / 3600 + "h" + s % 3600 / 60 + "m" : s / 86_400 + "d" + s % 86_400 / 3600 + "h";
    }
}
