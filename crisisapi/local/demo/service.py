"""The service as its clients see it: HTTP, tokens, signatures, keys for repetition."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
from standardwebhooks import Webhook

API = "/api/v1"
# Seconds between tries: a web server that was killed is up again within them.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0)
_PASSING = {429, 502, 503, 504}


class RefusedByService(Exception):
    """The service said no, and trying again would not change that."""


class Service:
    """A client that repeats what got no answer; the service does it once all the same."""

    def __init__(
        self, http: httpx.Client, *, tokens: dict[str, str], pause: Callable[[float], None]
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._pause = pause

    def get(self, who: str, path: str, **query: Any) -> dict[str, Any]:
        """Return one document."""
        return self._answer(lambda: self._request("GET", who, API + path, params=query))

    def rows(self, who: str, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list, page after page."""
        page = self.get(who, path, **query, page_size=200)
        yield from page["results"]
        while following := page["next"]:
            page = self._answer(partial(self._request, "GET", who, following))
            yield from page["results"]

    def post(self, who: str, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """Make or do something, once for one key."""
        headers = {"Idempotency-Key": key}
        return self._answer(
            lambda: self._request("POST", who, API + path, json=body, headers=headers)
        )

    def refused(self, who: str, path: str, body: dict[str, Any], *, code: str) -> dict[str, Any]:
        """Ask for what has to be refused with a code, and return the problem that says why."""
        answer = self._answered(
            lambda: self._request("POST", who, API + path, json=body), expected=code
        )
        problem: dict[str, Any] = answer.json()
        return problem

    def press(self, path: str) -> None:
        """Press the button of a page that a link in a mail leads to."""
        self._answered(lambda: self._http.post(path))

    def patch(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change the present version of something."""
        seen = self._answered(lambda: self._request("GET", who, API + path))
        headers = {"If-Match": seen.headers["ETag"]}
        return self._answer(
            lambda: self._request("PATCH", who, API + path, json=body, headers=headers)
        )

    def push(self, source: str, secret: str, delivery: str, body: bytes) -> dict[str, Any]:
        """Deliver to a webhook, signed anew at each try: a signature is good for minutes."""
        webhook = Webhook(secret)

        def send() -> httpx.Response:
            now = datetime.now(UTC)
            headers = {
                "content-type": "application/json",
                "webhook-id": delivery,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": webhook.sign(delivery, now, body.decode()),
            }
            path = f"{API}/sources/{source}/webhook/"
            return self._http.post(path, content=body, headers=headers)

        return self._answer(send)

    def _request(self, method: str, who: str, path: str, **request: Any) -> httpx.Response:
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {self._tokens[who]}"}
        return self._http.request(method, path, headers=headers, **request)

    def _answer(self, send: Callable[[], httpx.Response]) -> dict[str, Any]:
        document: dict[str, Any] = self._answered(send).json()
        return document

    def _answered(self, send: Callable[[], httpx.Response], expected: str = "") -> httpx.Response:
        for wait in _PAUSES:
            try:
                response = send()
            except httpx.TransportError:
                self._pause(wait)
                continue
            if response.status_code not in _PASSING:
                return _accepted(response, expected)
            self._pause(float(response.headers.get("Retry-After", wait)))
        return _accepted(send(), expected)


def _accepted(response: httpx.Response, expected: str) -> httpx.Response:
    """Return what was answered as expected: with success, or the refusal that was asked for."""
    if response.is_success and not expected:
        return response
    if response.is_client_error and expected and response.json()["code"] == expected:
        return response
    request = response.request
    raise RefusedByService(
        f"{request.method} {request.url.path} was answered {response.status_code}: {response.text}"
    )
