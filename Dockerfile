# Images of the services and of the command line, from their app jars: build those first (mvn -Dfast package), then
#   docker build --target service --build-arg SERVICE=feature-service --build-arg HEALTH_PORT=9081 -t millrace/feature-service .
#   docker build --target command-line -t millrace/standalone .

FROM eclipse-temurin:25-jre AS runtime
RUN groupadd --gid 10001 millrace \
 && useradd --uid 10001 --gid millrace --create-home millrace \
 && mkdir /models /app && chown millrace:millrace /models /app
WORKDIR /app
USER millrace
# What an AOT cache is made with and used with has to be the same. More flags, as for the heap, go into JDK_JAVA_OPTIONS.
RUN printf '%s\n' -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow > flags
ENTRYPOINT ["java", "@flags", "-jar", "app.jar"]

FROM runtime AS command-line
COPY standalone/target/standalone-*-app.jar app.jar

FROM eclipse-temurin:25-jre AS layers
ARG SERVICE
WORKDIR /build
COPY ${SERVICE}/target/${SERVICE}-*-app.jar app.jar
RUN java -Djarmode=tools -jar app.jar extract --layers --destination extracted

FROM command-line AS repository
RUN folder=$(XDG_CACHE_HOME=/models java @flags -jar app.jar models build) && ln -sfn "$folder" /models/current

FROM runtime AS application
# What changes least comes first, so that a new version sends only its last layers.
COPY --from=layers /build/extracted/dependencies/ ./
COPY --from=layers /build/extracted/snapshot-dependencies/ ./
COPY --from=layers /build/extracted/application/ ./

# One start of the service, without Kafka and Redis, leaves its classes loaded and linked.
FROM application AS training
COPY --from=repository /models /models
RUN MILLRACE_MODELS_REPOSITORY=/models/current java @flags -XX:+UseSerialGC -XX:AOTCacheOutput=app.aot -Dspring.context.exit=onRefresh -jar app.jar

FROM application AS service
COPY --from=training /app/app.aot ./
# A cache that the JVM would refuse fails the build here; a container goes on without one.
RUN java @flags -XX:+UseSerialGC -XX:AOTCache=app.aot -XX:AOTMode=on -cp app.jar -version \
 && java @flags -XX:+UseG1GC -XX:AOTCache=app.aot -XX:AOTMode=on -cp app.jar -version
ENTRYPOINT ["java", "@flags", "-XX:AOTCache=app.aot", "-jar", "app.jar"]
ARG HEALTH_PORT
# oneDNN keeps by default 1,024 of what it makes for shapes of texts, of which there are 4,100.
ENV HEALTH_PORT=${HEALTH_PORT} \
    MILLRACE_MODELS_REPOSITORY=/models/current \
    ONEDNN_PRIMITIVE_CACHE_CAPACITY=8192 \
    MKL_CBWR=AUTO,STRICT
HEALTHCHECK --interval=5s --timeout=3s --start-period=90s --retries=6 \
  CMD curl -fsS "http://127.0.0.1:$HEALTH_PORT/actuator/health/readiness" || exit 1
