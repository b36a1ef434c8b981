"""The notices put together from the configuration: the only place that names every way."""

from sqlalchemy import Engine

from central.config import Settings
from central.notices.mail import MailServer
from central.notices.sender import Sender
from central.notices.sms import SmsGateway
from central.notices.staff import StaffRobots
from central.notices.ways import Way
from central.notices.wechat import WeChatAccount
from central.vault import Vault


def ways(settings: Settings) -> dict[str, Way]:
    """Those that are configured, by channel. Raises ConfigError."""
    found: list[Way] = [StaffRobots()]
    if settings.sms.url:
        found.append(SmsGateway(settings.sms))
    if settings.mail.host:
        found.append(MailServer(settings.mail))
    if settings.wechat.app_id:
        found.append(WeChatAccount(settings.wechat))
    return {way.name: way for way in found}


def sender(settings: Settings, database: Engine, vault: Vault) -> Sender:
    """Its `jobs` belong into the clockwork. Raises ConfigError."""
    return Sender(
        database,
        vault,
        ways(settings),
        public_url=settings.http.public_url,
        signature=settings.sms.signature,
    )
