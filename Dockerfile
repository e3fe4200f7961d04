# The site and its job worker in one image; what runs is chosen by the command (see compose.yaml).
FROM python:3.12-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/requirements.lock
RUN /opt/venv/bin/pip install --require-hashes --no-input -r /tmp/requirements.lock

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CIVIC311_PROFILE=production \
    CIVIC311_VAR=/srv/var \
    BIND=0.0.0.0:8000
RUN groupadd --system --gid 10311 civic311 \
    && useradd --system --uid 10311 --gid 10311 --home-dir /srv --shell /usr/sbin/nologin civic311 \
    && mkdir -p /srv/app /srv/var/media /srv/var/tiles \
    && chown -R civic311:civic311 /srv/var
WORKDIR /srv/app
COPY --from=packages /opt/venv /opt/venv
COPY . .
RUN deploy/production-check python manage.py texts compile
USER 10311:10311
# Static files belong to the image; the settings of this one command serve nobody.
RUN deploy/production-check python manage.py collectstatic --noinput --verbosity 0
VOLUME /srv/var/media /srv/var/tiles
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "-c", "python:civic311.gunicorn", "civic311.wsgi:application"]
