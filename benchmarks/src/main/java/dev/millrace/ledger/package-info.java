/** The ledger: uploads at a steady pace, faults from a seed, and an audit of what became of each upload. */
@NullMarked
package dev.millrace.ledger;

import org.jspecify.annotations.NullMarked;
