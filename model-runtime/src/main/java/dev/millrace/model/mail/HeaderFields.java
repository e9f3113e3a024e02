package dev.millrace.model.mail;

import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.DefaultFieldBuilder;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.util.ByteArrayBuffer;

/** Collects the fields of headers, each cut to a bounded length instead of refused. Not thread-safe. */
final class HeaderFields extends DefaultFieldBuilder {
    /** Bytes of a field that are read. */
    static final int MAX_FIELD_BYTES = 65_536;

    /**
     * Bytes of a {@code Content-Type} whose parameters are read: decoding them takes time by the square of their length.
     * Some mails have kilobytes of blanks and semicolons there, so of a longer one the type alone counts.
     */
    static final int MAX_CONTENT_TYPE_BYTES = 4_096;

    HeaderFields() {
        super(-1);
    }

    @Override
    public void append(ByteArrayBuffer line) {
        getRaw().append(line.buffer(), 0, Math.min(line.length(), MAX_FIELD_BYTES - getRaw().length()));
    }

    @Override
    public RawField build() throws MimeException {
        var field = super.build();
        if (field.getNameLowerCase().equals("content-type") && getRaw().length() > MAX_CONTENT_TYPE_BYTES) {
            return new RawField(field.getName(), field.getBody().split(";", 2)[0]);
        }
        return field;
    }
}
