package dev.millrace.contract;

/** Stable codes of what can go wrong, in problem details of the HTTP API, in results and on dead letters. */
public enum ErrorCode {
    MALFORMED_REQUEST(Category.INPUT, "The request is malformed"),
    UNKNOWN_RESOURCE(Category.INPUT, "There is nothing at this address"),
    METHOD_NOT_ALLOWED(Category.INPUT, "The address does not take this method"),
    NOT_ACCEPTABLE(Category.INPUT, "The answer has none of the media types asked for"),
    REQUEST_TOO_SLOW(Category.INPUT, "The body took too long to arrive"),
    MALFORMED_JSON(Category.INPUT, "The body is not the JSON that was expected"),
    MALFORMED_MAIL(Category.INPUT, "The body is not an e-mail message"),
    MALFORMED_TEXT(Category.INPUT, "The text is not valid in its charset"),
    EMPTY_CONTENT(Category.INPUT, "The content is empty"),
    CONTENT_TOO_LARGE(Category.INPUT, "The content is too large"),
    UNSUPPORTED_CONTENT_TYPE(Category.INPUT, "The content type is not supported"),
    UNKNOWN_PIPELINE(Category.INPUT, "There is no such pipeline"),
    IDEMPOTENCY_KEY_REUSED(Category.INPUT, "The idempotency key was used with another body"),
    IDEMPOTENCY_KEY_IN_USE(Category.INPUT, "A request with this idempotency key has not been answered yet"),
    UNKNOWN_UPLOAD(Category.INPUT, "There is no such upload"),
    UPLOAD_GONE(Category.INPUT, "The upload's result is no longer kept"),
    UPLOAD_ERASED(Category.INPUT, "The upload was erased"),
    UPLOAD_UNFINISHED(Category.INPUT, "The upload has no result yet"),
    /** It has no result yet, or one without a prediction. */
    NOTHING_PREDICTED(Category.INPUT, "The upload has no prediction that could be judged"),
    UNKNOWN_LABEL(Category.INPUT, "The pipeline has no such label"),
    /** A record on an inner topic whose body does not decode. */
    UNDECODABLE_RECORD(Category.INPUT, "The record cannot be decoded"),

    /** Kafka cannot take the upload, or did not say whether it did. */
    PIPELINE_UNAVAILABLE(Category.DEPENDENCY, "The pipeline cannot take uploads now"),
    /** Redis cannot be asked. */
    STORE_UNAVAILABLE(Category.DEPENDENCY, "The result store cannot be asked now"),
    /** The store of large contents cannot be asked: small uploads are taken all the same. */
    PAYLOAD_STORE_UNAVAILABLE(Category.DEPENDENCY, "Large uploads cannot be taken now"),
    /** What the payload store holds of an accepted upload is not what was stored. */
    PAYLOAD_LOST(Category.DEPENDENCY, "The stored content is lost or damaged"),

    /** The upload's deadline passed before its work began. */
    DEADLINE_EXCEEDED(Category.RESOURCES, "The deadline passed before the work began"),
    /** What waits in the pipeline takes too long for another upload to be worth accepting. */
    PIPELINE_BEHIND(Category.RESOURCES, "The pipeline is too far behind to take uploads now"),
    OVERLOADED(Category.RESOURCES, "The service is overloaded"),
    RESULT_TOO_LARGE(Category.RESOURCES, "The result is too large to publish"),

    MODEL_FAILED(Category.INTERNAL, "The model failed on this input"),
    /** The model answered with NaN, an infinity or another shape than it declares. */
    INVALID_MODEL_OUTPUT(Category.INTERNAL, "The model's output is invalid"),
    CRASHED_PROCESS(Category.INTERNAL, "The input ended the process that worked on it"),
    INTERNAL_ERROR(Category.INTERNAL, "An internal error occurred");

    /** Whose fault a failure is, which decides what to do about it. */
    public enum Category {
        INPUT,
        DEPENDENCY,
        RESOURCES,
        INTERNAL
    }

    private final Category category;
    private final String title;

    ErrorCode(Category category, String title) {
        this.category = category;
        this.title = title;
    }

    public Category category() {
        return category;
    }

    /** One sentence without a full stop, fixed for the code. */
    public String title() {
        return title;
    }
}
