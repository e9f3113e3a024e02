/** What the collector knows about uploads: reservations in Redis, results from Redis and straight from the results topic. */
@NullMarked
package dev.millrace.collector.store;

import org.jspecify.annotations.NullMarked;
