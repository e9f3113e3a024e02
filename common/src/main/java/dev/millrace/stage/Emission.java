package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What a stage does about one input record, known after the batch has run. */
sealed interface Emission {
    ConsumerRecord<byte[], byte[]> input();

    /** Origin that the lane has reached with it; null if the record is no link of the chain. */
    @Nullable
    Origin origin();

    /** Send it on: a value, an expiry, or what an earlier stage settled. @param label how meters name it */
    record Send(
            ConsumerRecord<byte[], byte[]> input,
            LaneLink link,
            UploadHeaders headers,
            OutcomeKind kind,
            byte[] body,
            boolean settledBefore)
            implements Emission {
        @Override
        public Origin origin() {
            return link.origin();
        }
    }

    /** Keep a dead letter, then send on a failure that names it. */
    record Fail(
            ConsumerRecord<byte[], byte[]> input, LaneLink link, UploadHeaders headers, ErrorCode code, String detail)
            implements Emission {
        @Override
        public Origin origin() {
            return link.origin();
        }
    }

    /** Keep a dead letter only: the record has no valid place on the lane. */
    record Unlinked(ConsumerRecord<byte[], byte[]> input, String detail) implements Emission {
        @Override
        public @Nullable Origin origin() {
            return null;
        }
    }
}
