package dev.millrace.feature;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the feature service. */
@SpringBootApplication
public class FeatureApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(FeatureApplication.class, arguments);
    }
}
