/** What is broken while the uploads come in, and when. */
@NullMarked
package dev.millrace.ledger.fault;

import org.jspecify.annotations.NullMarked;
