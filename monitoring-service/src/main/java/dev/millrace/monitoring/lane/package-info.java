/** How far each lane's results are behind its uploads. */
@NullMarked
package dev.millrace.monitoring.lane;

import org.jspecify.annotations.NullMarked;
