/** Reads e-mail messages into what models take: text and engineered features. The same code trains and serves. */
@NullMarked
package dev.millrace.model.mail;

import org.jspecify.annotations.NullMarked;
