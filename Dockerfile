# The server alone, in 42 MB: its binary, the libraries that it loads, time zones. No shell, no package manager.
#   docker build -t supportkpi .
#   docker run --rm --read-only -p 127.0.0.1:50051:50051 -v supportkpi:/data supportkpi --insecure
# The steps stand in clients/image/steps.sh.
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
WORKDIR /source
COPY clients/install.sh clients/
COPY clients/image clients/image
RUN bash clients/image/steps.sh packages
COPY CMakeLists.txt CMakePresets.json ./
COPY protos protos
COPY src src
RUN --mount=type=cache,target=/ccache CCACHE_DIR=/ccache bash clients/image/steps.sh binary /binary/supportkpid
ARG SOURCE_DATE_EPOCH
RUN bash clients/image/steps.sh root /binary/supportkpid /image

FROM scratch
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="supportkpi" \
  org.opencontainers.image.description="gRPC service that answers support KPIs exactly" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.base.name="scratch"
COPY --from=build /image/root /
# A new volume takes its owner from here.
COPY --from=build --chown=10001:10001 /image/volumes /
# It says what to listen on and where the store is; every setting has a flag and a variable too.
ENV SUPPORTKPI_CONFIG=/etc/supportkpi/config.yaml
USER 10001:10001
VOLUME /data
EXPOSE 50051
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=5m CMD ["/usr/local/bin/supportkpid", "health"]
# Beyond the loopback interface it wants TLS and credentials, or --insecure, which says that nobody else reaches the port.
ENTRYPOINT ["/usr/local/bin/supportkpid"]
