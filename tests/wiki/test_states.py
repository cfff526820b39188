"""The map of policies: what it says, at any day, and that the table says the same."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from lxml import html

from competencyworks.core import revisions, workflow
from competencyworks.core.models import Revision, State
from tests import factories
from tests.factories import ago
from wiki.models import PolicySpan, Resource
from wiki.states.policy_map import counted, drawn_at, policies_of
from wiki.states.tiles import PLACES

pytestmark = pytest.mark.django_db


def policy(codes=("NH",), *, form="statute", stage="in_force", at=None, **more) -> Resource:
    """A policy with its first revision, of the moment `at`."""
    at = at or ago(days=100)
    more.setdefault("publish_at", at)
    states = [factories.state(code) for code in codes]
    item = factories.resource(
        kind="policy", policy_form=form, policy_stage=stage, states=states, **more
    )
    keep(item, at)
    return item


def keep(item: Resource, at) -> None:
    """Record what `item` holds as a revision of the moment `at`."""
    revision = revisions.record(item)
    if revision:
        Revision.objects.filter(pk=revision.pk).update(created_at=at)
        item.history_changed()


def page(client, **asked):
    response = client.get("/wiki/states/", asked)
    return response, html.fromstring(response.content)


def on_map(tree) -> dict[str, int]:
    """Name of the state → number of policies, as the tiles say it."""
    said = (label.partition(": ") for label in tree.xpath("//figure//a/@aria-label"))
    return {name: int(re.match(r"\d+", words)[0]) for name, _, words in said if words != "none"}


def in_table(tree) -> dict[str, int]:
    rows = tree.xpath("//table[@class='figures']/tbody/tr")
    return {row.findtext("th/a"): int(row.xpath("td[1]/text()")[0]) for row in rows}


def test_every_state_and_territory_has_its_own_tile():
    assert set(PLACES) == set(State.objects.values_list("code", flat=True))
    assert len(set(PLACES.values())) == len(PLACES)


def test_the_map_and_the_table_say_the_same(client):
    policy(["NH", "VT"])
    policy(["NH"], form="pilot")
    _, tree = page(client)
    assert on_map(tree) == in_table(tree) == {"New Hampshire": 2, "Vermont": 1}
    assert "New Hampshire: 2 policies (1 statute, 1 pilot program)" in tree.xpath("//a/@aria-label")


def test_a_past_day_shows_what_the_wiki_said_then(client):
    item = policy(["NH"], at=ago(days=300), stage="proposed")
    item.policy_stage = "in_force"
    item.save()
    keep(item, ago(days=200))
    item.policy_stage = "ended"
    item.save()
    keep(item, ago(days=100))
    shown = {
        days: [on_map(page(client, as_of=day_ago(days), stage=stage)[1]) for stage in STAGES]
        for days in (350, 250, 150, 50)
    }
    nothing, one = {}, {"New Hampshire": 1}
    assert shown == {
        350: [nothing, nothing, nothing],
        250: [one, nothing, nothing],
        150: [nothing, one, nothing],
        50: [nothing, nothing, one],
    }


STAGES = ("proposed", "in_force", "ended")


def day_ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def test_drafts_and_what_was_withdrawn_are_not_counted(client):
    policy(public=False)
    item = policy(["OH"])
    workflow.withdraw(item)
    assert on_map(page(client)[1]) == {}
    assert on_map(page(client, as_of=day_ago(20))[1]) == {"Ohio": 1}


def test_what_lies_in_the_trash_is_not_counted_until_it_comes_back(client):
    item = policy(["OH"])
    workflow.trash(item)
    assert on_map(page(client)[1]) == {}
    workflow.restore(item)
    assert on_map(page(client)[1]) == {"Ohio": 1}


def test_a_state_that_is_renamed_has_its_new_name_at_once(client):
    policy(["OH"])
    assert on_map(page(client)[1]) == in_table(page(client)[1]) == {"Ohio": 1}
    State.objects.filter(code="OH").update(name="State of Ohio")
    assert on_map(page(client)[1]) == in_table(page(client)[1]) == {"State of Ohio": 1}


def test_a_scheduled_policy_is_counted_from_its_day_on():
    item = policy(["ME"], at=ago(days=5), publish_at=factories.ahead(days=5))
    counted = {days: total(factories.ahead(days=days)) for days in (0, 4, 6)}
    assert counted == {0: 0, 4: 0, 6: 1}
    item.unpublish_at = factories.ahead(days=8)
    item.save()
    keep(item, ago(days=1))
    assert [total(factories.ahead(days=days)) for days in (6, 9)] == [1, 0]


def total(moment) -> int:
    return drawn_at(moment).total


def test_other_resources_are_no_policies():
    report = factories.resource(kind="report", states=[factories.state("NH")])
    revisions.record(report)
    assert not PolicySpan.objects.exists()


def test_a_resource_that_becomes_a_policy_counts_from_then_on():
    nh = factories.state("NH")
    item = factories.resource(kind="report", states=[nh], publish_at=ago(days=50))
    keep(item, ago(days=50))
    item.kind, item.policy_form = "policy", "waiver"
    item.save()
    keep(item, ago(days=20))
    assert [total(ago(days=days)) for days in (30, 10)] == [0, 1]


@pytest.mark.parametrize("asked", ["2024-13-01", "yesterday", "99999-01-01"])
def test_a_day_that_is_none_is_told_beside_its_field(client, asked):
    response, tree = page(client, as_of=asked)
    assert response.status_code == 400
    assert "Enter a date such as" in tree.xpath("string(//*[@id='id_as_of_error'])")
    assert tree.xpath("//input[@name='as_of']/@aria-invalid") == ["true"]


def test_a_day_to_come_is_refused(client):
    response, tree = page(client, as_of=day_ago(-2))
    assert response.status_code == 400
    assert "in the future" in tree.xpath("string(//*[@id='id_as_of_error'])")


def test_an_unknown_stage_is_refused_and_nothing_breaks(client):
    response, _ = page(client, stage="x", color="y")
    assert response.status_code == 400


def test_colors_by_form_are_told_in_words_too(client):
    policy(["NH"], form="waiver")
    _, tree = page(client, color="form")
    assert tree.xpath("//rect[@class='form-waiver']")
    assert "Waiver" in tree.xpath("string(//figcaption)")


def test_other_views_of_the_map_are_not_for_search_engines(client):
    assert not page(client)[1].xpath("//meta[@name='robots']")
    assert page(client, color="form")[1].xpath(
        "//meta[@name='robots'][contains(@content,'noindex')]"
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_map_asks_three_times_however_many_policies_there_are(
    client, django_assert_num_queries, count
):
    for _ in range(count):
        policy(["NH", "VT", "OH"])
    with django_assert_num_queries(3):  # settings and menu, states, spans
        client.get("/wiki/states/")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["stage", "form", "states", "kind", "withdraw", "publish"]),
        st.integers(0, 4),
    ),
    max_size=12,
)


class EveryDay(TestCase):
    """Whatever was done, the map of any day is what the revisions of that day say."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, days=st.lists(st.integers(-2, 26), min_size=3, max_size=3))
    def test_the_map_is_what_the_revisions_say(self, acts, days):
        start = timezone.now() - timedelta(days=24)
        item = policy(["NH"], at=start)
        for number, (act, choice) in enumerate(acts, start=1):
            self.do(item, act, choice)
            item.save()
            keep(item, start + timedelta(days=number * 2))
        for day in days:
            moment = start + timedelta(days=day, hours=1)
            rows = policies_of(State.objects.all(), counted(moment))
            found = {row.state.code: dict(row.forms) for row in rows if row.count}
            assert found == self.naive(item, moment)

    def do(self, item, act, choice):
        match act:
            case "stage":
                item.policy_stage = Resource.PolicyStage.values[choice % 3]
            case "form":
                item.policy_form = Resource.PolicyForm.values[choice]
            case "states":
                item.states.set(State.objects.order_by("code")[:choice])
            case "kind":
                item.kind = ["policy", "report"][choice % 2]
            case "withdraw":
                item.status = "withdrawn"
            case "publish":
                item.status = "published"

    def naive(self, item, moment):
        last = revisions.history(item).filter(created_at__lte=moment).first()
        if (
            last is None
            or last.content["kind"] != "policy"
            or last.content["status"] != "published"
        ):
            return {}
        codes = State.objects.filter(pk__in=last.content["states"]).values_list("code", flat=True)
        return {code: {last.content["policy_form"]: 1} for code in codes}
