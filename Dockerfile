# The server alone: built in one stage, run in a small one as a user without rights.
#   docker build -t supportkpi .
#   docker run --rm -p 127.0.0.1:50051:50051 -v supportkpi:/data supportkpi
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY clients/install.sh clients/install.sh
RUN bash clients/install.sh build
COPY CMakeLists.txt CMakePresets.json ./
COPY protos protos
COPY src src
RUN cmake --preset release -DSUPPORTKPI_TESTS=OFF \
  && cmake --build build/release --target supportkpid \
  && strip build/release/src/server/supportkpid

FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends libgrpc++1.51 libprotobuf32 librocksdb7.8 libabsl20220623 libssl3 tzdata \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /data --create-home supportkpi
COPY --from=build /source/build/release/src/server/supportkpid /usr/local/bin/supportkpid
USER 10001
VOLUME /data
EXPOSE 50051
# Plaintext without credentials: publish the port to the loopback interface only, or put a proxy with TLS before it.
ENTRYPOINT ["/usr/local/bin/supportkpid", "--data_dir=/data/store"]
CMD ["--listen=0.0.0.0:50051", "--insecure"]
