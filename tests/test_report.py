"""A customer's report: one page that is whole, safe, and says what the library says."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import VIP, accept, at, cancel_pa, delete, invite, on, place_pa
from tests.model.histories import RESELLERS
from tests.shell import here, shell, with_customers
from tests.stores import STORES, url_of
from tests.strategies import told
from vip_domain import Command, CustomerUnknown, InvalidQuery, Licenses, ProgramRules, timeline
from vip_domain.cli.report import _write_whole
from vip_domain.events import CustomerEvent, InvitationResent
from vip_domain.report import report
from vip_domain.report.chart import HEIGHT, WIDTH, chart
from vip_domain.report.levels import Level, levels
from vip_domain.words import LANGUAGES
from vip_domain.words.report import REPORT

DAY = on("2026-03-20")
FEWER = settings(max_examples=max(settings().max_examples // 5, 1), deadline=None)
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """What a page says and points at; raises when elements do not close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.elements: set[str] = set()
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.elements.add(tag)
        self.ids += [known["id"] or ""] if "id" in known else []
        self.targets += [known[name] or "" for name in ("href", "src") if name in known]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def page_after(*done: Command, url: str = "memory:", **asked: Any) -> Page:
    """The report of a customer to whom all of this happened."""
    with vip_domain.open(url) as vip:
        for command in done:
            vip.execute(command, actor="anna")
        return Page(vip.report(VIP, **{"on": DAY, **asked}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("store", STORES)
def test_a_report_says_what_explanations_and_timeline_say(
    store: str, language: Any, tmp_path: Path
) -> None:
    """
    On every store and in both languages: each sentence of both is on the page.
    """
    with vip_domain.open(url_of(store, tmp_path)) as vip:
        vip.execute_many([invite(), accept(), place_pa("2026-03-02")], actor="anna")
        page = Page(vip.report(VIP, on=DAY, language=language)).text
        said = [
            text.said(language)
            for each in vip.explain(VIP, on=DAY).values()
            for text in (each.name, each.rule, *(reason.text for reason in each.reasons))
        ]
        happened = [each.text.said(language) for each in timeline(vip.history(VIP))]
    assert [each for each in (*said, *happened) if each not in page] == []


@FEWER
@given(strategies.histories.filter(bool), strategies.dates, st.sampled_from(LANGUAGES))
def test_any_history_has_a_report(
    facts: list[CustomerEvent], day: date, language: vip_domain.words.Language
) -> None:
    """
    Well-formed, its links lead somewhere on it, no id stands twice, and nothing is fetched.
    """
    made = report(
        strategies.filed(facts),
        on=day,
        language=language,
        as_of=None,
        rules=ProgramRules.current(),
    )
    page = Page(made)
    assert {target.removeprefix("#") for target in page.targets} <= set(page.ids)
    assert all(target.startswith("#") for target in page.targets)
    assert (len(page.ids), page.elements & {"script", "link", "img", "iframe"}) == (
        len(set(page.ids)),
        set(),
    )


def test_a_report_without_a_customer_links_to_no_summary() -> None:
    """
    A history that begins with something else than an invitation makes no customer: there is
    no summary on its page, and no link to one.
    """
    resent = InvitationResent(at=at("2026-03-02"), contact_name="", contact_email="")
    made = report(
        strategies.filed([resent]), on=DAY, language="en", as_of=None, rules=ProgramRules.current()
    )
    page = Page(made)
    assert ("summary" in page.ids, "#summary" in page.targets) == (False, False)


def test_a_name_cannot_become_markup() -> None:
    """
    Whatever was typed in is text on the page, also in its title.
    """
    name = "</title><script>alert('x')</script>&amp;"
    page = page_after(invite(organization_name=name, organization_name_ascii="Nord AB"))
    assert ("script" in page.elements, page.text.count(name) >= 2) == (False, True)


def test_a_report_as_of_a_moment_knows_nothing_later() -> None:
    """
    Neither in its lists nor in its timeline.
    """
    done = (invite(), place_pa("2026-03-02"), cancel_pa("2026-03-03"))
    now, then = page_after(*done), page_after(*done, as_of=2)
    assert ["was cancelled" in page.text for page in (now, then)] == [True, False]


def test_a_deleted_customer_has_a_report_that_says_so() -> None:
    """
    With what was known of it before.
    """
    page = page_after(invite(), delete("2026-03-02"))
    assert (REPORT["deleted"].en in page.text, "The customer was deleted" in page.text) == (
        True,
        True,
    )


def test_a_bad_question_is_refused() -> None:
    """
    A language that is not spoken, a date that is none, somebody nobody knows.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute(invite(), actor="anna")
        for wrong in ({"on": DAY, "language": "de"}, {"on": "today"}, {"on": DAY, "as_of": -1}):
            with pytest.raises(InvalidQuery):
                vip.report(VIP, **wrong)
        with pytest.raises(CustomerUnknown):
            vip.report("nobody", on=DAY)


@pytest.mark.parametrize("name", REPORT)
def test_every_heading_is_in_both_languages(name: str) -> None:
    """
    With the same values to fill in.
    """
    places = [re.findall(r"{(\w+)}", REPORT[name].said(language)) for language in LANGUAGES]
    assert (sorted(places[0]), all(REPORT[name].said(each) for each in LANGUAGES)) == (
        sorted(places[1]),
        True,
    )


# The chart.


@FEWER
@given(st.integers(0, 1_000_000))
def test_a_chart_ends_with_what_the_customer_has(seed: int) -> None:
    """
    Its days are in order, and the last level is what the details say.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many(told(seed, 60), actor="anna")
        for row in vip.customers("all_customers", reseller_id=RESELLERS[0], on=DAY).rows:
            steps = levels(vip.history(row.vip_id))
            last = steps[-1].licenses if steps else Licenses()
            assert [each.day for each in steps] == sorted({each.day for each in steps})
            assert (last.fulfilled, last.pending, last.assigned, last.renewed) == (
                row.licenses_fulfilled,
                row.licenses_pending,
                row.licenses_assigned,
                row.licenses_renewed,
            )


@given(
    st.dictionaries(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7)),
        min_size=1,
        max_size=9,
    ),
    st.dates(date(2015, 1, 1), date(2035, 1, 1)),
)
def test_everything_is_drawn_inside_the_box(
    numbers: dict[date, tuple[int, int, int]], day: date
) -> None:
    """
    And few enough marks stand on the axes to be read.
    """
    steps = [Level(each, Licenses(*numbers[each])) for each in sorted(numbers)]
    drawn = chart(steps, day)
    points = re.findall(r"([\d.]+),([\d.]+)", drawn.fulfilled + drawn.pending + drawn.assigned)
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
    assert (len(drawn.days) <= 8, 2 <= len(drawn.numbers) <= 6) == (True, True)


def test_a_step_is_drawn_on_the_day_of_the_change() -> None:
    """
    Straight up, not on a slope from the change before.
    """
    steps = [
        Level(date(2026, 1, 1), Licenses(4)),
        Level(date(2026, 1, 3), Licenses(2)),
    ]
    drawn = chart(steps, date(2026, 1, 5))
    assert (
        drawn.fulfilled
        == "M48.0,230.0 L48.0,14.0 L396.0,14.0 L396.0,122.0 L744.0,122.0 L744.0,230.0 Z"
    )


def test_the_drawing_is_well_formed_and_has_a_description() -> None:
    """
    Title and text for those who do not see it, and the numbers in a table beside it.
    """
    with vip_domain.open("memory:") as vip:
        vip.execute_many([invite(), accept(), place_pa("2026-03-02")], actor="anna")
        made = vip.report(VIP, on=DAY)
    (drawing,) = re.findall(r"<svg.*?</svg>", made, re.S)
    assert [each.tag for each in ET.fromstring(drawing)][:2] == ["title", "desc"]
    assert REPORT["numbers"].en in Page(made).text


# The command line.


def test_a_report_is_written_to_a_file_or_to_standard_output(tmp_path: Path) -> None:
    """
    The same bytes, which are those that Python gets.
    """
    asked = ("report", VIP, "--on", "2026-03-20", "--language", "sv")
    said = here(with_customers(tmp_path), *asked)
    here(tmp_path, *asked, "-o", str(tmp_path / "page.html"))
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}") as vip:
        python = vip.report(VIP, on=DAY, language="sv")
    assert (said.out, (tmp_path / "page.html").read_text("utf-8")) == (python, python)


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """
    One line, which tells of no bug, exit code 1, and no half of a page.
    """
    (tmp_path / "page.html").mkdir()
    done = shell(with_customers(tmp_path), "report", VIP, "-o", "page.html")
    left = [each.name for each in tmp_path.iterdir() if "page" in each.name]
    assert (done.returncode, done.stderr.count(b"\n"), left) == (1, 1, ["page.html"])
    assert b"a bug?" not in done.stderr


def test_a_full_disk_leaves_the_page_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    And no beginning of the new one.
    """
    (tmp_path / "page.html").write_text("before")
    with_customers(tmp_path)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="full"):
        _write_whole(tmp_path / "page.html", b"after")
    left = [each.name for each in tmp_path.iterdir() if "page" in each.name]
    assert (left, (tmp_path / "page.html").read_text()) == (["page.html"], "before")


def full(*_: object) -> None:
    raise OSError("the disk is full")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """
    Also for a user who could replace it.
    """
    done = shell(with_customers(tmp_path), "report", VIP, "-o", "/dev/full")
    assert (done.returncode, Path("/dev/full").is_char_device()) == (1, True)
