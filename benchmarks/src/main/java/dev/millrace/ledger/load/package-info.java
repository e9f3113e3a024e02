/** Uploads made from a seed, the client that posts them, and the journal it keeps. */
@NullMarked
package dev.millrace.ledger.load;

import org.jspecify.annotations.NullMarked;
