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
        check.last().ifPresentOrElse(last -> fill(row, last), () -> row.set("check_status", "INI"));
    }

    private static void fill(StatsRow row, CheckResult last) {
        CheckResult.Finding finding = last.finding();
        boolean known = finding != CheckResult.Finding.PASSED && finding != CheckResult.Finding.FAILED;
        row.set("check_status", known ? finding.name() : "UNK")
                .set("check_duration", last.duration().toMillis())
                .set("last_chk", last.detail());
        if (last.code() != 0) {
            row.set("check_code", last.code());
        }
    }
}
