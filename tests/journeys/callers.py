"""People who speak to the API alone, and insist on being understood."""

from typing import Any

from rest_framework.test import APIClient


class Caller:
    """One person with a client of the API."""

    def __init__(self, client: APIClient) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> Any:
        """Read something that is there."""
        response = self.client.get(f"/api/v1/{path}", query)
        assert response.status_code == 200, response.content
        return response.json()

    def rows(self, path: str, **query: Any) -> list[Any]:
        """Read the first page of a list."""
        rows: list[Any] = self.get(path, **query)["results"]
        return rows

    def post(self, path: str, **body: Any) -> Any:
        """Do something that is possible."""
        response = self.client.post(f"/api/v1/{path}", body, format="json")
        assert response.status_code in (200, 201), response.content
        return response.json()

    def patch(self, path: str, etag: str, **body: Any) -> Any:
        """Change what is at the version named."""
        response = self.client.patch(
            f"/api/v1/{path}", body, format="json", headers={"if-match": etag}
        )
        assert response.status_code == 200, response.content
        return response.json()

    def refused(self, path: str, **body: Any) -> str:
        """Try something that is not possible; return the code of the refusal."""
        response = self.client.post(f"/api/v1/{path}", body, format="json")
        assert response.status_code >= 400, response.content
        return str(response.json()["code"])

    def verbs(self, incident: str) -> list[str]:
        """Return what happened in an incident, oldest first."""
        events = self.rows(f"incidents/{incident}/timeline/", page_size=200)
        return [event["verb"] for event in reversed(events)]
