/** The outcome of a run: its figures, as text and as a page. */
@NullMarked
package dev.millrace.ledger.report;

import org.jspecify.annotations.NullMarked;
