/** A Java agent that ends a service at a named point. It is attached by a test, never part of a service. */
@NullMarked
package dev.millrace.ledger.crash;

import org.jspecify.annotations.NullMarked;
