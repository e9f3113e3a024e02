/** What services and consumers agree on: topics, headers, error codes, the published result. Free of Spring. */
@NullMarked
package dev.millrace.contract;

import org.jspecify.annotations.NullMarked;
