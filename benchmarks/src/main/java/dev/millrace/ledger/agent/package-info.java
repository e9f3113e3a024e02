/** A Java agent that ends, holds or deceives a service at a named point. It is attached by a test, never part of a service. */
@NullMarked
package dev.millrace.ledger.agent;

import org.jspecify.annotations.NullMarked;
