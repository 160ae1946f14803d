package io.evenkeel.l7.runner;

import io.evenkeel.health.CheckResult;
import io.evenkeel.health.CheckState;

/** The columns of HAProxy's statistics that tell of a server's health check. Stateless. */
final class CheckColumns {

    private CheckColumns() {}

    static void fill(StatsRow row, CheckState check) {
        int rise = check.policy().rise();
        int fall = check.policy().fall();
        row.set("chkfail", check.failures())
                .set("chkdown", check.falls())
                .set("lastchg", check.sinceChange().toSeconds())
                .set("downtime", check.downtime().toSeconds())
                .set("check_rise", rise)
                .set("check_fall", fall)
                .set("check_health", check.isUp() ? rise + fall - 1 - check.streak() : check.streak());
        check.last()
                .ifPresentOrElse(
                        last -> fill(row, last),
                        () -> row.set("check_status", "INI").set("check_desc", "Initializing"));
    }

    private static void fill(StatsRow row, CheckResult last) {
        CheckResult.Finding finding = last.finding();
        boolean known = finding != CheckResult.Finding.PASSED && finding != CheckResult.Finding.FAILED;
        row.set("check_status", known ? finding.name() : "UNK")
                .set("check_desc", description(finding))
                .set("check_duration", last.duration().toMillis())
                .set("last_chk", last.detail());
        if (last.code() != 0) {
            row.set("check_code", last.code());
        }
    }

    /* In HAProxy's words. */
    private static String description(CheckResult.Finding finding) {
        return switch (finding) {
            case L4OK -> "Layer4 check passed";
            case L4CON -> "Layer4 connection problem";
            case L4TOUT -> "Layer4 timeout";
            case L6OK -> "Layer6 check passed";
            case L6RSP -> "Layer6 invalid response";
            case L6TOUT -> "Layer6 timeout";
            case L7OK -> "Layer7 check passed";
            case L7STS -> "Layer7 wrong status";
            case L7RSP -> "Layer7 invalid response";
            case L7TOUT -> "Layer7 timeout";
            case PASSED, FAILED -> "Unknown";
        };
    }
}
