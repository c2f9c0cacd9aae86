"""Everything that runs the service on one machine: PostgreSQL, Redis, web, worker and beat."""
