"""The public pages of the centre: the site on which visits are booked, and what the code on a slip leads to."""

from central.site.front import Front, SiteSettings
from central.site.pages import router
from central.site.public_site import public_site

__all__ = ["Front", "SiteSettings", "public_site", "router"]
