# One image for every command of the program; the command line says which one runs.
# It is made as `make setup` makes an installation: packages.apt, then requirements.txt with hashes.
FROM debian:bookworm-slim AS base
ENV LANG=C.UTF-8 \
    PATH=/opt/abhilekh/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1
WORKDIR /opt/abhilekh
COPY packages.apt ./
COPY scripts/apt-install scripts/
RUN scripts/apt-install run && rm -rf /var/lib/apt/lists/*

FROM base AS made
COPY requirements.txt requirements-build.txt ./
RUN python3 -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r requirements.txt -r requirements-build.txt
COPY . .
RUN .venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation \
    --editable . \
 && .venv/bin/python -m compileall -q -x '/[.]venv/' .

FROM base
COPY --from=made /opt/abhilekh /opt/abhilekh
# Nothing below needs to be written but the home and /tmp: the root file system can be read-only.
RUN groupadd --gid 10001 abhilekh \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/abhilekh --create-home abhilekh
ENV ABHILEKH_HOME=/var/lib/abhilekh \
    ABHILEKH_LOG=stderr \
    MPLCONFIGDIR=/tmp \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /var/lib/abhilekh
WORKDIR /var/lib/abhilekh
ENTRYPOINT ["abhilekh"]
CMD ["--help"]
