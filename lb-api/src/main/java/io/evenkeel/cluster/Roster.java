package io.evenkeel.cluster;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.endpoint.UseObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everyone whom the source reports for one service, with their stats: how stats follow an endpoint from one report to the
 * next.
 *
 * <p>Control thread only, but for {@link #total}. An endpoint that follows whom it followed in the last report is found by that,
 * any other by its identity.
 */
final class Roster {

    private static final Member[] NOBODY = {};

    private Member[] members = NOBODY; // in the order of the last report

    /* By id, and below one id by address: where two ports of a task serve one VIP, two endpoints have the same id. */
    private final Map<String, Member> byId = new HashMap<>();
    private final Ledger ledger;
    private final UseObserver observer;
    private long report;
    private List<Member> gone = List.of();
    private boolean news;

    /**
     * A roster of nobody.
     *
     * @param ticker the clock
     * @param observer who hears of failures among everyone's uses
     */
    Roster(Ticker ticker, UseObserver observer) {
        this.observer = observer;
        ledger = new Ledger(ticker);
    }

    /** What everyone who was ever reported has done. Any thread. */
    Usage total() {
        return ledger.total();
    }

    /**
     * Takes over a report. What it says of an endpoint is not shown in the stats before {@link Member#refresh}.
     *
     * @return for each endpoint who it is, known or new; null for one that the report has named before
     */
    @Nullable
    Member[] take(Endpoint[] endpoints) {
        report++;
        Member[] last = members;
        @Nullable Member[] present = new Member[endpoints.length];
        int count = 0;
        int expected = 0; // who in the last report is likely to be next
        boolean moved = false;
        news = false;
        for (int i = 0; i < present.length; i++) {
            Endpoint reported = endpoints[i];
            Member member = expected < last.length ? last[expected] : null;
            if (member != null && member.isAbout(reported)) {
                expected++;
            } else {
                moved = true;
                member = member(reported);
                if (member.lastReport != 0) {
                    expected = member.place + 1;
                }
            }
            if (member.lastReport != report) {
                member.lastReport = report;
                member.place = count++;
                present[i] = member;
                if (member.isNews(reported)) {
                    member.next = reported;
                    news = true;
                }
            }
        }
        gone = moved || count != last.length ? dropGone(last) : List.of();
        members = count == present.length ? complete(present) : compact(present);
        ledger.turn(members, gone);
        return present;
    }

    @SuppressWarnings("NullAway") // there is no null among so many as were counted
    private static Member[] complete(@Nullable Member[] present) {
        return present;
    }

    private static Member[] compact(@Nullable Member[] present) {
        return Arrays.stream(present).filter(Objects::nonNull).toArray(Member[]::new);
    }

    private List<Member> dropGone(Member[] last) {
        List<Member> dropped = new ArrayList<>();
        for (Member member : last) {
            if (member.lastReport != report) {
                forget(member);
                dropped.add(member);
            }
        }
        return dropped;
    }

    /** Counts the reports. */
    long report() {
        return report;
    }

    /** Whether the last report says anything of those who were known: if not, nobody need be refreshed. */
    boolean hasNews() {
        return news;
    }

    /** Whom the last report named no longer. */
    List<Member> gone() {
        return gone;
    }

    /** Somebody whom the last report named; null if it did not. */
    @Nullable
    Member find(EndpointStats endpoint) {
        for (Member member = byId.get(endpoint.endpoint().id()); member != null; member = member.sameId) {
            if (member.stats == endpoint) {
                return member;
            }
        }
        return null;
    }

    private Member member(Endpoint endpoint) {
        Member first = byId.get(endpoint.id());
        for (Member member = first; member != null; member = member.sameId) {
            if (member.isAbout(endpoint)) {
                return member;
            }
        }
        Member added = new Member(endpoint, first, observer);
        byId.put(endpoint.id(), added);
        return added;
    }

    private void forget(Member gone) {
        byId.computeIfPresent(gone.id, (id, first) -> {
            if (first == gone) {
                return gone.sameId;
            }
            Member before = first;
            while (before.sameId != null && before.sameId != gone) {
                before = before.sameId;
            }
            before.sameId = gone.sameId;
            return first;
        });
    }
}
