"""PURE: the hall's state as the centre and `GET /api/state` see it: one document for both."""

from collections.abc import Sequence

from contract.messages import DeviceReport, StateReport
from edge.hall.report import counter_reports, service_reports
from edge.hall.view import HallView
from edge.stamp import Stamp


def state_report(
    view: HallView, stamp: Stamp, *, node: str, boot: str, conn: int, epoch: str, devices: Sequence[DeviceReport]
) -> StateReport:
    """`conn` 0: not connected since the start."""
    return StateReport(
        node=node,
        hall=view.hall,
        boot=boot,
        conn=conn,
        epoch=epoch,
        seq=view.seq,
        at=stamp.at,
        synced=stamp.synced,
        catalogue_version=view.version,
        open=view.open,
        services=service_reports(view, stamp.at),
        counters=counter_reports(view),
        devices=list(devices),
    )
