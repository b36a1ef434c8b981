"""PURE: the hall's state as the centre and `GET /api/state` see it: one document for both."""

from collections.abc import Sequence

from contract.messages import AlarmReport, DeviceReport, StateReport
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
        emergency=view.emergency,
        alarms=[AlarmReport(each.kind, each.place, each.at) for each in view.alarms],
        suspended=len({case.ticket for each in view.counters for case in each.suspended_cases}),
        booked=sum(each.booked for each in view.services),
        deferred=sum(each.deferred for each in view.services),
    )
