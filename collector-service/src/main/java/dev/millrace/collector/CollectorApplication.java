package dev.millrace.collector;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the collector service. */
@SpringBootApplication
public class CollectorApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(CollectorApplication.class, arguments);
    }
}
