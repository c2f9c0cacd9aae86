"""Routes of this floor."""

urlpatterns: list[object] = []
