package dev.millrace.ledger.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the hooks do in a process that is armed: this one. */
class FaultHookTests {
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @BeforeEach
    void watch() {
        FaultHook.watch(folder.toString());
    }

    @Test
    void failsSomeCallsUntilItIsDisarmed() {
        FaultHook.arm(folder, FaultPoint.AFTER_COMMIT, PID, new Order(Order.Deed.FAIL, 50, 7));

        var failed = new ArrayList<Boolean>();
        for (int i = 0; i < 20; i++) {
            failed.add(fails());
        }
        FaultHook.disarm(folder, FaultPoint.AFTER_COMMIT, PID);

        assertThat(failed).contains(true, false);
        assertThatCode(() -> FaultHook.at(FaultPoint.AFTER_COMMIT.title())).doesNotThrowAnyException();
    }

    @Test
    void holdsTheThreadOnce() {
        FaultHook.arm(folder, FaultPoint.BEFORE_TRANSACTION, PID, Order.HOLD);
        long begin = System.nanoTime();

        FaultHook.at(FaultPoint.BEFORE_TRANSACTION.title());

        long held = System.nanoTime() - begin;
        assertThat(FaultHook.isArmed(folder, FaultPoint.BEFORE_TRANSACTION, PID))
                .isFalse();
        FaultHook.at(FaultPoint.BEFORE_TRANSACTION.title());
        assertThat(System.nanoTime() - begin - held).isLessThan(held / 2);
    }

    @Test
    void sendsWhatItIsNotArmedFor() {
        assertThat(send(0)).isNull();
    }

    @Test
    void losesRecordsWhileOthersGo() {
        FaultHook.arm(folder, FaultPoint.BEFORE_SEND, PID, ClientFault.SEND_LOST.order(1));

        var lost = sendHundred();

        assertThat(lost).hasSizeBetween(1, 50).allSatisfy(FaultHookTests::isRefused);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void keepsAcknowledgementsOfWrittenRecordsBack() {
        FaultHook.arm(folder, FaultPoint.BEFORE_SEND, PID, ClientFault.SEND_UNACKNOWLEDGED.order(1));

        var unacknowledged = sendHundred();

        assertThat(unacknowledged).hasSizeBetween(1, 50).allSatisfy(FaultHookTests::isRefused);
        assertThat(producer.history()).hasSameSizeAs(unacknowledged);
    }

    private static boolean fails() {
        try {
            FaultHook.at(FaultPoint.AFTER_COMMIT.title());
            return false;
        } catch (TimeoutException e) {
            return true;
        }
    }

    private static void isRefused(Future<RecordMetadata> send) {
        assertThatThrownBy(send::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(TimeoutException.class);
    }

    /** The sends that were not left to the producer. */
    private List<Future<RecordMetadata>> sendHundred() {
        var taken = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < 100; i++) {
            var send = send(i);
            if (send != null) {
                taken.add(send);
            }
        }
        return taken;
    }

    private @Nullable Future<RecordMetadata> send(int number) {
        return SendHook.send(producer, new ProducerRecord<>("topic", ("" + number).getBytes(UTF_8)), null);
    }
}
