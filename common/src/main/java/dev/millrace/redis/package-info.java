/** How services ask Redis: in bounded time, and not at all while it fails. */
@NullMarked
package dev.millrace.redis;

import org.jspecify.annotations.NullMarked;
