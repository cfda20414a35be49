"""Rules of a reseller change (section 7); how many codes a day is the reseller's own stream."""

from __future__ import annotations

from vip_domain import commands
from vip_domain.aggregates.customer.membership import check_accepted, check_administrator
from vip_domain.aggregates.customer.state import CodeStatus, Customer, SentCode
from vip_domain.commands.codes import same_code
from vip_domain.errors import CodeExpired, CodeInvalid, CodeUsed, SameReseller
from vip_domain.events import CustomerEvent, ResellerChangeCodeSent, ResellerChanged
from vip_domain.rules import ProgramRules, add_hours

Facts = tuple[CustomerEvent, ...]


def send_code(
    command: commands.SendResellerChangeCode, customer: Customer, rules: ProgramRules
) -> Facts:
    """S50 to S52: to an administrator's address, by a reseller that does not serve the customer."""
    check_accepted(command, customer)
    check_administrator(command.vip_id, command.administrator_email, customer)
    if command.reseller_id == customer.reseller_id:
        raise SameReseller(command.reseller_id)
    return (
        ResellerChangeCodeSent(
            at=command.at,
            reseller_id=command.reseller_id,
            administrator_email=command.administrator_email,
            managed_by=command.managed_by,
            code_hash=command.code_hash(),
            expires_at=add_hours(command.at, rules.change_code_hours),
        ),
    )


def change(command: commands.ChangeReseller, customer: Customer) -> Facts:
    """S53, S54, S58 to S60: any administrator, in time, once; the sender becomes the manager."""
    check_accepted(command, customer)
    check_administrator(command.vip_id, command.administrator_email, customer)
    code = _usable_code(command, customer)
    return (
        ResellerChanged(
            at=command.at,
            reseller_id=code.reseller_id,
            managed_by=code.managed_by,
            administrator_email=command.administrator_email,
            code_hash=code.code_hash,
            code_sent_at=code.sent_at,
        ),
    )


def _usable_code(command: commands.ChangeReseller, customer: Customer) -> SentCode:
    """Of several sendings of one text the live one counts, the latest if there are more."""
    sent = [code for code in customer.codes if same_code(code.code_hash, command.code_hash())]
    standing = [code for code in sent if code.status is CodeStatus.SENT]
    live = [code for code in standing if code.is_live(command.at)]
    if live:
        return live[-1]
    if standing:
        raise CodeExpired(standing[-1].expires_at)
    if any(code.status is CodeStatus.USED for code in sent):
        raise CodeUsed
    raise CodeInvalid
