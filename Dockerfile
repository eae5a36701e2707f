# The command line in a container (docs/install.md). It was not built where it was written, for want of a container
# engine; StartScriptsTest holds it against rules, and DownloadTest runs its health check.
#   docker build -t fovea .
#   docker run -e FOVEA_TOKEN=SECRET -p 8080:8080 -v "$PWD/models:/models:ro" fovea
FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /sources
COPY . .
RUN mvn -B -ntp -Pdist -Dfovea.dist=image -pl dist -am package -Dmaven.test.skip=true -Dchecks.skip \
  && mkdir /opt/fovea \
  && tar -xzf dist/target/fovea-*-linux-*.tar.gz -C /opt/fovea --strip-components=1 \
  && /opt/fovea/bin/fovea --record

FROM debian:trixie-slim
# Fonts for the words in pictures of charts; predictions need none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends fontconfig fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --create-home fovea
COPY --from=build /opt/fovea /opt/fovea
USER 10001
WORKDIR /home/fovea
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.1 200' <&3"]
ENTRYPOINT ["/opt/fovea/bin/fovea"]
CMD ["serve", "/models/model.safetensors", "--host", "0.0.0.0"]
