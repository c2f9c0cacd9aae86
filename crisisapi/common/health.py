"""Is the process alive, and can it do its work?"""

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

log = structlog.get_logger(__name__)

REDIS_PATIENCE_SECONDS = 1.0


def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process can answer."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when PostgreSQL answers, 503 when not.

    Redis is told of and does not count: without it the service is slower, not wrong.
    """
    parts = {"postgresql": _postgresql(), "redis": _redis()}
    healthy = parts["postgresql"] == "ok"
    return JsonResponse(
        {"status": "ok" if healthy else "unavailable", "parts": parts},
        status=200 if healthy else 503,
    )


def _postgresql() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.warning("health.postgresql_unreachable")
        return "unreachable"
    return "ok"


def _redis() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=REDIS_PATIENCE_SECONDS,
            socket_timeout=REDIS_PATIENCE_SECONDS,
        ) as client:
            client.ping()
    except redis.RedisError:
        log.warning("health.redis_unreachable")
        return "unreachable"
    return "ok"
