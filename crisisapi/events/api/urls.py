"""Routes of this floor."""

from rest_framework.routers import SimpleRouter

from crisisapi.events.api.events import EventViewSet

router = SimpleRouter(use_regex_path=False)
router.register("events", EventViewSet, basename="event")

urlpatterns = router.urls
