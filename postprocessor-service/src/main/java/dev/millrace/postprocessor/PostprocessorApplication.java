package dev.millrace.postprocessor;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the postprocessor service. */
@SpringBootApplication
public class PostprocessorApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(PostprocessorApplication.class, arguments);
    }
}
