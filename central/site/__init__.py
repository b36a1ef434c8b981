"""The public pages of the centre: what the code on a slip leads to. No login, no script, no personal data."""

from central.site.pages import router

__all__ = ["router"]
