/** The collector service: accepts uploads over HTTP, hands them to the pipeline and answers for their results. */
@NullMarked
package dev.millrace.collector;

import org.jspecify.annotations.NullMarked;
