"""All pages of the public site, for the centre to mount."""

from fastapi import APIRouter

from central.site.book_pages import BookPages
from central.site.front import Front
from central.site.halls_pages import HallPages
from central.site.install_pages import InstallPages
from central.site.mend_pages import MendPages
from central.site.mine_pages import MinePages
from central.site.move_pages import MovePages
from central.site.offer_pages import OfferPages
from central.site.opened import Opening
from central.site.result_pages import ResultPages
from central.site.wechat_pages import WeChatPages


def public_site(front: Front) -> list[APIRouter]:
    """Raises ConfigError."""
    guesses = front.desk.guesses
    opening = Opening(front, guesses)
    mine = MinePages(front, opening)
    parts = (
        HallPages(front),
        BookPages(front),
        mine,
        MendPages(front, opening),
        MovePages(front, opening),
        OfferPages(front),
        ResultPages(front, guesses),
        InstallPages(front),
        WeChatPages(front),
    )
    return [front.assets.router(), *(part.routes() for part in parts), mine.link()]
