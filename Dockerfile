# One image for web, worker and beat. Built from the same hashed lock file as everything else.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
# requirements-transformer.lock adds what runs the slow tier of the text analysis.
ARG LOCK=requirements.lock
COPY ${LOCK} ./lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app crisis
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/static
COPY --from=build /venv /venv
COPY manage.py ./
COPY crisisapi crisisapi
COPY incidents incidents
COPY messaging messaging
COPY monitoring monitoring
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://localhost \
    python manage.py collectstatic --noinput --verbosity 0
USER crisis
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "crisisapi.wsgi:application"]
