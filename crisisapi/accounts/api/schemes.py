"""How a caller signs in, as the OpenAPI document says it."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer …`."""

    target_class = "crisisapi.accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe both sorts of bearer."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "An access token of a person (`POST /api/v1/access-tokens/`; it does what their "
                "role in each brand allows), or an API key of an integrator "
                "(`POST /api/v1/api-keys/`; it does what its scopes allow, in its one brand)."
            ),
        }


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session cookie, with the CSRF token where something is written."""

    target_class = "crisisapi.accounts.authentication.CookieAuthentication"
    name = ["session", "csrf"]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Ask for the CSRF token only to write."""
        needed = ["session"] if auto_schema.method == "GET" else ["session", "csrf"]
        return {name: [] for name in needed}

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Describe the cookie and the header."""
        return [
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "The session of a front end on the same site, set by "
                "`POST /api/v1/session/`.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-CSRFToken",
                "description": "`csrf_token` of the answer that set the session (also in the "
                "cookie `csrftoken`); needed to write.",
            },
        ]
