/** A real Kafka broker and a real Redis as child processes, for the standalone suite and for tests. */
@NullMarked
package dev.millrace.sandbox;

import org.jspecify.annotations.NullMarked;
