# The command line in a container (docs/not-tried.md). It was not built where it was written, for want of a container
# engine; StartScriptsTest holds it against rules, and DownloadIT runs its health check.
#   docker build -t fovea .
#   docker run -e FOVEA_TOKEN=SECRET -p 8080:8080 -v "$PWD/models:/models:ro" fovea
# The digests are those that other projects' files record for these tags; docker buildx imagetools inspect prints them.
FROM maven:3.9.11-eclipse-temurin-25@sha256:407c4423cec0cf2981055bc2c6c0dc211d9605b6669279b95997f2d1c7e91e2c AS build
WORKDIR /sources
# The POMs first, of all modules, and what they depend on: a layer that changes of sources leave in the cache.
COPY .mvn .mvn
COPY pom.xml ./
COPY bench/pom.xml bench/
COPY bom/pom.xml bom/
COPY build/pom.xml build/
COPY cli/pom.xml cli/
COPY core/pom.xml core/
COPY data/pom.xml data/
COPY format/pom.xml format/
COPY http/pom.xml http/
COPY serve/pom.xml serve/
COPY source/pom.xml source/
COPY spark/pom.xml spark/
COPY starter/pom.xml starter/
COPY studio/pom.xml studio/
COPY transfer/pom.xml transfer/
COPY replay/pom.xml replay/
COPY tutorial/pom.xml tutorial/
RUN mvn -B -ntp -Pdist -Dfovea.dist=image -pl cli -am compile -Dchecks.skip -Dprotobuf.skip
COPY . .
RUN mvn -B -ntp -Pdist -Dfovea.dist=image -pl cli -am package -Dmaven.test.skip=true -Dchecks.skip \
  && mkdir /opt/fovea \
  && tar -xzf cli/target/dist/fovea-*-linux-*.tar.gz -C /opt/fovea --strip-components=1 \
  && /opt/fovea/bin/fovea --record

FROM debian:13.6-slim@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132
# Fonts for the words in pictures of charts; predictions need none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends fontconfig fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --create-home fovea
COPY --from=build /opt/fovea /opt/fovea
# The JVM's own share of a container's memory is a quarter.
ENV FOVEA_JAVA_OPTS="-XX:MaxRAMPercentage=75"
USER 10001
WORKDIR /home/fovea
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.1 200' <&3"]
ENTRYPOINT ["/opt/fovea/bin/fovea"]
CMD ["serve", "/models/model.safetensors", "--host", "0.0.0.0"]
