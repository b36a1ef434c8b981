"""`/offers/{token}`: new times for whom a closure has hit; one tap takes one (S0-52). The address is the proof."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central import links
from central.booking.life import OPEN
from central.booking.sentences import BookingRefused
from central.site import choosing, ids
from central.site.form import Sent
from central.site.front import Front, asked_language
from central.site.texts import said


class OfferPages:
    def __init__(self, front: Front) -> None:
        self._front = front

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        address = links.offers("{token}")
        routes.add_api_route(address, self.show, methods=["GET", "HEAD"], **options)
        routes.add_api_route(address, self.take, methods=["POST"], **options)
        return routes

    def show(self, request: Request, token: str) -> Response:
        """The times offered; or what was chosen, however often the link is opened."""
        _require_token(token)
        settled = self._front.desk.offer_settled(token)
        return self._show(request, token, "") if settled is None else self._settled(request, *settled)

    def take(self, request: Request, token: str, form: Sent) -> Response:
        """Only who knows the address can send this form, so it needs no other proof. A second tap shows what the first
        has taken."""
        _require_token(token)
        slot, desk = form.text("slot"), self._front.desk
        ids.require(slot=slot)
        try:
            if form.text("give_up"):
                desk.decline(token)
            else:
                desk.accept(token, slot)
        except BookingRefused as refused:
            if refused.code != "offer_gone":
                return self._show(request, token, refused.said(asked_language(request)), refused.status)
        return _private(self._front.go(request, links.offers(token)))

    def _settled(self, request: Request, outcome: str, booking: Row[Any]) -> Response:
        """Raises BookingRefused "offer_gone" where the visit is over."""
        if booking.status not in (*OPEN, "cancelled"):
            raise BookingRefused("offer_gone", "code")
        language, offer = asked_language(request), self._front.desk.offer(booking.hall)
        return _private(
            self._front.page(
                request,
                "offer_taken.html",
                outcome="cancelled" if booking.status == "cancelled" else outcome,
                place=choosing.place(offer, booking, language),
                hall=said(offer.name, language),
            )
        )

    def _show(self, request: Request, token: str, wrong: str, status: int = 200) -> Response:
        language = asked_language(request)
        closure, booking, slots = self._front.desk.offers_of(token)
        offer = self._front.desk.offer(booking.hall)
        return _private(
            self._front.page(
                request,
                "offer.html",
                status,
                hall=said(offer.name, language),
                phone=offer.phone,
                why=said(closure.text, language),
                before=choosing.place(offer, booking, language),
                matter=said(offer.matters.get(booking.matter or "", {}).get("name"), language),
                slots=[choosing.place(offer, slot, language) for slot in slots],
                faults=[("", "", wrong)] if wrong else [],
            )
        )


def _require_token(token: str) -> None:
    """Raises BookingRefused "offer_gone"."""
    if not ids.sound(token):
        raise BookingRefused("offer_gone", "code")


def _private(response: Response) -> Response:
    """The address is a secret: no other page is told of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
