"""Reads agents.yaml: who works here, in which role, serving which queues with which skills."""

from collections.abc import Collection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contactcenter.configuration.contents import Person
from contactcenter.configuration.entries import Entry, Fields
from contactcenter.configuration.reading_queues import levels
from contactcenter.configuration.titles import named
from contactcenter.customers import identity
from contactcenter.foundation.languages import LANGUAGES
from contactcenter.models.states import Channel, Role

_MOST = 10
_NEEDED = ("name", "role", "language", "zone")
_OPTIONAL = ("queues", "helps", "skills", "most", "password", "reach")
_HOUR = 3600
_DEMO = "demo"


def staff(root: Entry, queues: Collection[str], skills: Collection[str]) -> dict[str, Person]:
    """Everybody by login. `most` at the top says how much work of a channel a person may hold who says nothing else."""
    fields = root.fields(("people",), ("most", _DEMO))
    demo_entry, most_entry, people_entry = fields.get(_DEMO), fields.get("most"), fields.get("people")
    reader = _Staff(
        queues=queues,
        skills=skills,
        most=dict.fromkeys(map(str, Channel), 0) | _most(most_entry)
        if most_entry
        else dict.fromkeys(map(str, Channel), 1),
        demo=demo_entry.truth() if demo_entry else False,
    )
    people = {} if people_entry is None else people_entry.members()
    found = {login: reader.person(named(login, entry)) for login, entry in people.items()}
    if people_entry is not None and not any(person.role == Role.ADMIN for person in found.values()):
        people_entry.wrong("Nobody here is an admin; whoever is not listed is locked out, so list one at least.")
    return found


class _Staff:
    """What holds for every person of the file."""

    def __init__(self, queues: Collection[str], skills: Collection[str], most: dict[str, int], demo: bool) -> None:
        self.queues = queues
        self.skills = skills
        self.most = most
        self.demo = demo

    def person(self, entry: Entry) -> Person:
        fields = entry.fields(_NEEDED, _OPTIONAL)
        served = tuple(sorted({queue.one_of(self.queues, "queue") for queue in fields.items("queues")}))
        role = fields.one_of("role", tuple(map(str, Role)), "role")
        if role == Role.AGENT and not served:
            entry.wrong("An agent serves one queue at least; list it under queues.")
        most, helps = fields.get("most"), fields.get("helps")
        return Person(
            name=fields.text("name"),
            role=role,
            language=fields.one_of("language", LANGUAGES, "language"),
            zone=_zone(fields),
            demo_password=self._demo_password(fields.get("password")),
            queues=served,
            helps=self._helps(helps, served) if helps else {},
            skills=levels(fields.get("skills"), self.skills),
            most=self.most | (_most(most) if most else {}),
            reach=_reach(fields.get("reach")),
        )

    def _helps(self, entry: Entry, served: Collection[str]) -> dict[str, int]:
        found = entry.members()
        for name, after in found.items():
            if name not in self.queues:
                after.wrong(f"There is no queue “{name}”; there is {', '.join(sorted(self.queues))}.")
            elif name in served:
                after.wrong(
                    f"“{name}” is under queues already; whoever serves a queue does not wait to help out in it."
                )
        if not served:
            entry.wrong("Whoever helps out in a queue serves another one; list it under queues.")
        return {name: after.whole(1, _HOUR) for name, after in found.items()}

    def _demo_password(self, entry: Entry | None) -> bool:
        """A password never stands in a file; `demo` is the one word that may, and only where nothing is at stake."""
        if entry is None:
            return False
        if entry.text() != _DEMO:
            entry.wrong("A password does not belong into a file; leave it out and give it with `config password`.")
        elif not self.demo:
            entry.wrong("Demo passwords are known to everybody; they need “demo: true” at the top of the file.")
        return True


def _reach(entry: Entry | None) -> dict[str, str]:
    """Addresses as they are written to, in the form that everything else has them."""
    if entry is None:
        return {}
    found = {}
    for way, one in entry.fields((), ("email", "phone")).entries.items():
        address = identity.email(one.text()) if way == "email" else identity.phone(one.text())
        if address is None:
            one.wrong(
                "Write name@example.com." if way == "email" else 'Write "+14155550100", in quotes, with its country.'
            )
        found[way] = address.value if address else ""
    return found


def _zone(fields: Fields) -> str:
    zone = fields.text("zone")
    try:
        return ZoneInfo(zone).key if zone else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.entries["zone"].wrong(f"“{zone}” is no time zone; use a name such as Asia/Shanghai.")
        return ""


def _most(entry: Entry) -> dict[str, int]:
    found = entry.fields((), tuple(map(str, Channel))).entries
    return {channel: number.whole(0, _MOST) for channel, number in found.items() if channel in set(Channel)}
