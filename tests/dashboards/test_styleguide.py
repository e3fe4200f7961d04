"""The style guide shows every component."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

# Parts of the page frame and of other components: shown on every page, or not by themselves.
FRAME = {
    "account_header.html",
    "footer.html",
    "languages.html",
    "messages.html",
    "user_menu.html",
    "map_assets.html",
    "status_badge.html",
}


def test_every_component_is_on_the_style_guide() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    pages = [root / "dashboards/styleguide.html", *(root / "dashboards/styleguide").glob("*.html")]
    shown = "".join(page.read_text() for page in pages)
    components = {path.name for path in (root / "components").glob("*.html")} - FRAME
    assert sorted(name for name in components if f"components/{name}" not in shown) == []
