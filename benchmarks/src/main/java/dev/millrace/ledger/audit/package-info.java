/** What must hold of the results of accepted uploads, and every way in which it may not. */
@NullMarked
package dev.millrace.ledger.audit;

import org.jspecify.annotations.NullMarked;
