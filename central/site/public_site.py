"""All pages of the public site, for the centre to mount."""

from fastapi import APIRouter

from central.booking.desk import BookingDesk
from central.live import Live
from central.site.book_pages import BookPages
from central.site.front import Front, SiteSettings
from central.site.guesses import Guesses
from central.site.halls_pages import HallPages
from central.site.mend_pages import MendPages
from central.site.mine_pages import MinePages


def public_site(
    desk: BookingDesk, live: Live, settings: SiteSettings, guesses: Guesses | None = None
) -> list[APIRouter]:
    """`guesses`: those of other ways count too."""
    front = Front(desk, live, settings)
    mine = MinePages(front, guesses or Guesses())
    parts = (HallPages(front), BookPages(front), mine, MendPages(front))
    return [front.assets.router(), *(part.routes() for part in parts), mine.link()]
