# Images of the services and of the command line, from their app jars: build those first (mvn -Dfast package), then
#   docker build --target service --build-arg SERVICE=feature-service --build-arg HEALTH_PORT=9081 -t millrace/feature-service .
#   docker build --target command-line -t millrace/standalone .

FROM eclipse-temurin:25-jre AS runtime
RUN groupadd --gid 10001 millrace \
 && useradd --uid 10001 --gid millrace --create-home millrace \
 && mkdir /models && chown millrace:millrace /models
WORKDIR /app
USER millrace
# More flags, as for the heap, go into JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "app.jar"]

FROM runtime AS command-line
COPY standalone/target/standalone-*-app.jar app.jar

FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
WORKDIR /build
COPY ${SERVICE}/target/${SERVICE}-*-app.jar app.jar
RUN java -Djarmode=tools -jar app.jar extract --layers --destination extracted

FROM runtime AS service
# What changes least comes first, so that a new version sends only its last layer.
COPY --from=layers /build/extracted/dependencies/ ./
COPY --from=layers /build/extracted/snapshot-dependencies/ ./
COPY --from=layers /build/extracted/application/ ./
ARG HEALTH_PORT
ENV HEALTH_PORT=${HEALTH_PORT} \
    MILLRACE_MODELS_REPOSITORY=/models/current
HEALTHCHECK --interval=5s --timeout=3s --start-period=90s --retries=6 \
  CMD curl -fsS "http://127.0.0.1:$HEALTH_PORT/actuator/health/readiness" || exit 1
