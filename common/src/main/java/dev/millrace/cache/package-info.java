/**
 * Values that were computed before: in this process' memory, bounded by bytes, before Redis, asked once per batch.
 *
 * <p>A {@link dev.millrace.cache.CacheKey} is a hash of everything that decides the value, so a value never becomes wrong
 * and nothing is ever invalidated. Redis may be slow, full, lost or lying: it is answered without, and computed anew.
 */
@NullMarked
package dev.millrace.cache;

import org.jspecify.annotations.NullMarked;
