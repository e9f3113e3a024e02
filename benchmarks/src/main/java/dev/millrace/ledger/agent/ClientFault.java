package dev.millrace.ledger.agent;

import java.util.Locale;

/** A call of Kafka that fails alone, as when the network breaks, while others before and after it succeed. */
public enum ClientFault {
    /** The record never comes to the broker; those sent after it do. */
    SEND_LOST(FaultPoint.BEFORE_SEND, Order.Deed.LOSE, 10),
    /** The record is written, its acknowledgement is lost. */
    SEND_UNACKNOWLEDGED(FaultPoint.BEFORE_SEND, Order.Deed.FAIL, 10),
    /** The offsets never come to the broker. */
    COMMIT_LOST(FaultPoint.AFTER_SEND_BEFORE_COMMIT, Order.Deed.FAIL, 30),
    /** The offsets are written, the acknowledgement is lost. */
    COMMIT_UNACKNOWLEDGED(FaultPoint.AFTER_COMMIT, Order.Deed.FAIL, 30),
    /** Results and offsets are written, the word that ends their transaction never comes to the broker. */
    TRANSACTION_LOST(FaultPoint.BEFORE_TRANSACTION_COMMIT, Order.Deed.FAIL, 30),
    /** The transaction is committed, the acknowledgement is lost. */
    TRANSACTION_UNACKNOWLEDGED(FaultPoint.AFTER_TRANSACTION_COMMIT, Order.Deed.FAIL, 30);

    private final FaultPoint point;
    private final Order.Deed deed;
    private final int percent;

    ClientFault(FaultPoint point, Order.Deed deed, int percent) {
        this.point = point;
        this.deed = deed;
        this.percent = percent;
    }

    /** What people call it: {@code send-lost}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Where it strikes. */
    public FaultPoint point() {
        return point;
    }

    /** What to arm the point with. @param seed decides which calls fail */
    public Order order(long seed) {
        return new Order(deed, percent, seed);
    }
}
