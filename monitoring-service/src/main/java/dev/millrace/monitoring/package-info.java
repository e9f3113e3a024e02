/** The monitoring service: follows the lane topics, exports figures and serves the page. See the module's README. */
@NullMarked
package dev.millrace.monitoring;

import org.jspecify.annotations.NullMarked;
