/** What the page shows, sent as it changes, and what it showed in the last minutes. */
@NullMarked
package dev.millrace.monitoring.live;

import org.jspecify.annotations.NullMarked;
