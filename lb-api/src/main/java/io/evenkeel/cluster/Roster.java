package io.evenkeel.cluster;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.endpoint.UseObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everyone whom the source reports for one service, with their stats: how stats follow an endpoint from one report to the
 * next.
 *
 * <p>Control thread only, but for {@link #total}. What a report has in common with the last one at its
 * beginning and end is not looked at; in between an endpoint that follows whom it followed is found by that, any other by
 * its identity.
 */
final class Roster {

    /* The last report, and who that is; null for whom it names again. */
    private Endpoint[] reports = {};
    private @Nullable Member[] members = {};

    /* By id, and below one id by address: where two ports of a task serve one VIP, two endpoints have the same id. */
    private final Map<String, Member> byId = new HashMap<>();
    private final Ledger ledger;
    private final UseObserver observer;
    private long report;
    private long comparison;
    private boolean repeats; // the last report names somebody twice
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
     * How a report differs from the last one, as far as one may go by that: where an endpoint is named twice, which entry
     * counts depends on others, and everything is to be looked at.
     */
    Difference since(Endpoint[] endpoints) {
        Difference since = Difference.between(reports, endpoints);
        if (since.same() == 0) {
            return since;
        }
        if (repeats) {
            return since.whole();
        }
        await(since);
        for (int i = since.head(); i < since.endAfter(); i++) {
            Member known = known(endpoints[i]);
            if (known != null && known.awaitedIn != comparison) {
                return since.whole();
            }
        }
        return since;
    }

    private void await(Difference since) {
        comparison++;
        for (int i = since.head(); i < since.endBefore(); i++) {
            Member member = members[i];
            if (member != null) {
                member.awaitedIn = comparison;
                member.place = i;
            }
        }
    }

    /**
     * Takes over a report. What it says of an endpoint is not shown in the stats before {@link Member#refresh}.
     *
     * @param endpoints whom it names
     * @param since what {@link #since} says of it; nobody else is looked at
     * @return for each endpoint who it is, known or new; null for one that the report has named before
     */
    @Nullable
    Member[] take(Endpoint[] endpoints, Difference since) {
        report++;
        await(since);
        @Nullable Member[] last = members;
        @Nullable Member[] present = new Member[endpoints.length];
        since.copySame(last, present);
        int expected = since.head(); // who in the last report is likely to be next
        news = false;
        repeats = false;
        for (int i = since.head(); i < since.endAfter(); i++) {
            Endpoint reported = endpoints[i];
            Member member = expected < since.endBefore() ? last[expected] : null;
            if (member != null && member.isAbout(reported)) {
                expected++;
            } else {
                member = known(reported);
                if (member == null) {
                    present[i] = add(reported);
                    continue;
                }
                expected = member.place + 1;
            }
            if (member.awaitedIn != comparison) {
                repeats = true;
                continue;
            }
            member.awaitedIn = 0;
            present[i] = member;
            if (member.isNews(reported)) {
                member.next = reported;
                news = true;
            }
        }
        gone = dropMissing(last, since);
        reports = endpoints;
        members = present;
        ledger.turn(present, gone);
        return present;
    }

    private List<Member> dropMissing(@Nullable Member[] last, Difference since) {
        List<Member> dropped = new ArrayList<>();
        for (int i = since.head(); i < since.endBefore(); i++) {
            Member member = last[i];
            if (member != null && member.awaitedIn == comparison) {
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

    /** Whether the last report says anything of those who were known. */
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

    private @Nullable Member known(Endpoint endpoint) {
        for (Member member = byId.get(endpoint.id()); member != null; member = member.sameId) {
            if (member.isAbout(endpoint)) {
                return member;
            }
        }
        return null;
    }

    private Member add(Endpoint endpoint) {
        Member added = new Member(endpoint, byId.get(endpoint.id()), observer);
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
