/** How a request that cannot be served is answered: one form (RFC 9457), one table of statuses, wherever it fails. */
@NullMarked
package dev.millrace.collector.problem;

import org.jspecify.annotations.NullMarked;
