/** Clients of Kafka beside the binding's, and the threads that use them. */
@NullMarked
package dev.millrace.monitoring.kafka;

import org.jspecify.annotations.NullMarked;
