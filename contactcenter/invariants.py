"""What must always be true of the facts, as queries that count violations. The numbers are those of the design.

Run them after every test of endurance, nightly in production, and on a restored backup.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, clock

_QUERIES: tuple[tuple[str, str, str], ...] = (
    ("I-01", "a provider's message is taken in once",
     "SELECT count(*) FROM (SELECT 1 FROM inbox GROUP BY provider, ext_id HAVING count(*) > 1) x"),
    ("I-02", "an accepted contact has a case, and one live work item at most",
     """SELECT (SELECT count(*) FROM interaction WHERE case_id IS NULL AND NOT (channel = 'voice'
                 AND state IN ('in_ivr', 'completed')))
             + (SELECT count(*) FROM (SELECT 1 FROM work_item WHERE state IN ('waiting','offered','assigned','wrap_up')
                 GROUP BY interaction_id HAVING count(*) > 1) x)"""),
    ("I-03", "one live offer per item, none accepted after its time, no more endings than offers",
     """SELECT (SELECT count(*) FROM (SELECT 1 FROM offer WHERE state IN ('pending','accepted')
                 GROUP BY item_id HAVING count(*) > 1) x)
             + (SELECT count(*) FROM offer WHERE state IN ('accepted','released') AND decided_at > expires_at + interval '0.25 s')
             + (SELECT count(*) FROM (SELECT count(*) FILTER (WHERE kind = 'offer_made') made,
                 count(*) FILTER (WHERE kind IN ('offer_accepted','offer_declined','offer_expired','offer_withdrawn')) ended
                 FROM event WHERE room LIKE 'agent:%' GROUP BY item_id, room) x WHERE ended > made)"""),
    ("I-04", "no agent holds more than they can carry beside what makes way, by counting",
     """SELECT count(*) FROM (SELECT 1 FROM agent a JOIN offer o ON o.agent_id = a.id JOIN work_item w ON w.id = o.item_id
         WHERE o.state = 'pending' OR (o.state = 'accepted' AND w.state IN ('assigned','wrap_up') AND w.current_offer = o.id
               AND w.channel NOT IN ('email','messaging'))
         GROUP BY a.id, a.capacity HAVING sum(w.weight) > a.capacity) x"""),
    ("I-05", "the counted load is the real load, over all and per channel",
     """SELECT (SELECT count(*) FROM agent a WHERE a.load <> (SELECT coalesce(sum(w.weight), 0) FROM offer o
                 JOIN work_item w ON w.id = o.item_id WHERE o.agent_id = a.id AND (o.state = 'pending' OR
                 (o.state = 'accepted' AND w.state IN ('assigned','wrap_up') AND w.current_offer = o.id))))
             + (SELECT count(*) FROM agent a WHERE a.yielding <> (SELECT coalesce(sum(w.weight), 0) FROM offer o
                 JOIN work_item w ON w.id = o.item_id WHERE o.agent_id = a.id AND o.state = 'accepted'
                 AND w.state IN ('assigned','wrap_up') AND w.current_offer = o.id AND w.channel IN ('email','messaging')))
             + (SELECT count(*) FROM agent_channel c WHERE c.live <> (SELECT count(*) FROM offer o
                 JOIN work_item w ON w.id = o.item_id WHERE o.agent_id = c.agent_id AND w.channel = c.channel AND
                 (o.state = 'pending' OR (o.state = 'accepted' AND w.state IN ('assigned','wrap_up')
                  AND w.current_offer = o.id))))"""),
    ("I-06", "an item's state and its offer's agree",
     """SELECT (SELECT count(*) FROM work_item w LEFT JOIN offer o ON o.id = w.current_offer
                 WHERE (w.state = 'offered' AND coalesce(o.state,'') <> 'pending')
                    OR (w.state IN ('assigned','wrap_up') AND coalesce(o.state,'') <> 'accepted'))
             + (SELECT count(*) FROM offer o JOIN work_item w ON w.id = o.item_id
                 WHERE o.state = 'pending' AND (w.state <> 'offered' OR w.current_offer <> o.id))"""),
    ("I-07", "nothing is stuck: no offer past its time, no effect waiting for a minute",
     """SELECT (SELECT count(*) FROM offer WHERE state = 'pending' AND expires_at < :now - interval '3 s')
             + (SELECT count(*) FROM outbox WHERE state IN ('new','sending') AND created_at < :now - interval '60 s'
                 AND lock_until < :now - interval '60 s')"""),
    ("I-08", "nothing is completed twice, or both completed and abandoned",
     """SELECT count(*) FROM (SELECT count(*) FILTER (WHERE kind = 'work_completed') done,
         count(*) FILTER (WHERE kind = 'work_abandoned') gone FROM event
         WHERE room LIKE 'queue:%' AND kind IN ('work_completed','work_abandoned') GROUP BY item_id) x
         WHERE done > 1 OR gone > 1 OR (done > 0 AND gone > 0)"""),
    ("I-09", "every room's numbers are without gaps and end at its counter",
     """SELECT count(*) FROM (SELECT 1 FROM room r FULL JOIN event e ON e.room = r.name
         GROUP BY coalesce(r.name, e.room), r.seq
         HAVING count(e.room) <> coalesce(r.seq, 0) OR coalesce(max(e.room_seq), 0) <> coalesce(r.seq, 0)) x"""),
    ("I-10", "due timers have fired, each promise is broken once",
     """SELECT (SELECT count(*) FROM timer WHERE fired_at IS NULL AND cancelled_at IS NULL
                 AND fire_at < :now - interval '5 s')
             + (SELECT count(*) FROM (SELECT 1 FROM breach GROUP BY clock_id HAVING count(*) > 1) x)"""),
    ("I-13", "what waits, waits in a queue that exists and is in use",
     """SELECT count(*) FROM work_item w LEFT JOIN queue q ON q.id = w.queue_id AND q.enabled
         WHERE w.state = 'waiting' AND q.id IS NULL"""),
    ("I-14", "every timeline is numbered without gaps, every message is there once",
     """SELECT (SELECT count(*) FROM (SELECT 1 FROM cases c LEFT JOIN timeline_entry t ON t.case_id = c.id
                 GROUP BY c.id, c.entry_seq HAVING count(t.id) <> c.entry_seq OR coalesce(max(t.seq), 0) <> c.entry_seq) x)
             + (SELECT count(*) FROM (SELECT 1 FROM timeline_entry WHERE ext_id IS NOT NULL
                 GROUP BY channel, ext_id HAVING count(*) > 1) x)"""),
    ("I-15", "pauses are not longer than the clock has run; a running clock has its timer, an ended one has none",
     """SELECT (SELECT count(*) FROM (SELECT 1 FROM sla_clock c JOIN sla_segment s ON s.clock_id = c.id AND NOT s.running
                 GROUP BY c.id, c.started_at, c.stopped_at HAVING sum(coalesce(s.to_at, :now) - s.from_at)
                 > coalesce(c.stopped_at, :now) - c.started_at + interval '1 s') x)
             + (SELECT count(*) FROM sla_clock c WHERE c.state = 'running' AND c.breached_at IS NULL AND
                 (SELECT count(*) FROM timer t WHERE t.subject = 'sla_clock:' || c.id AND t.kind = 'break_promise'
                  AND t.fired_at IS NULL AND t.cancelled_at IS NULL) <> 1)
             + (SELECT count(*) FROM sla_clock c JOIN timer t ON t.subject = 'sla_clock:' || c.id
                 WHERE c.state <> 'running' AND t.fired_at IS NULL AND t.cancelled_at IS NULL)"""),
    ("I-19", "every change of a case's status is announced and audited under its version",
     """SELECT count(*) FROM cases c WHERE c.status_version <> (SELECT count(DISTINCT e.version) FROM event e
         WHERE e.room = 'case:' || c.id AND e.kind = 'case_changed' AND e.version BETWEEN 1 AND c.status_version)
         OR c.status_version <> (SELECT count(DISTINCT a.version) FROM audit a
         WHERE a.subject = 'case:' || c.id AND a.action = 'status')"""),
    ("I-21", "no agent is ready whose page has been silent, and no offer waits for one",
     """SELECT (SELECT count(*) FROM agent WHERE ready AND presence_until < :now - interval '30 s')
             + (SELECT count(*) FROM offer o JOIN agent a ON a.id = o.agent_id
                 WHERE o.state = 'pending' AND a.presence_until < :now - interval '30 s')"""),
    ("I-24", "every mail that was kept is joined, opened, put aside, or waits to be taken in",
     """SELECT count(*) FROM raw_mail WHERE (state IN ('joined','opened') AND case_id IS NULL)
         OR (state = 'quarantined' AND problem IS NULL)
         OR (state = 'stored' AND received_at < :now - interval '60 s')"""),
    ("I-25", "a call's stays in its menu are numbered without gaps, one begins after the other, a hang-up is the last",
     """SELECT count(*) FROM (SELECT number, entered_at, left_at, exit,
             lag(number) OVER w AS before, lag(left_at) OVER w AS free_at, lag(exit) OVER w AS left_by FROM step_visit
             WINDOW w AS (PARTITION BY call_id ORDER BY number)) v
         WHERE number <> coalesce(before, 0) + 1 OR left_at < entered_at OR entered_at < free_at OR left_by = 'hangup'"""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One invariant and how many rows violate it."""

    number: str
    sentence: str
    violations: int

    def line(self) -> str:
        verdict = "ok  " if not self.violations else f"{self.violations} VIOLATED"
        return f"{self.number}  {verdict}  {self.sentence}"


def check(session: Session) -> list[Result]:
    """Every invariant whose tables exist; outside facts (I-11, I-12) are the business of whoever holds them."""
    now = clock.now(session)
    results = [
        Result(number, sentence, session.execute(text(query), {"now": now}).scalar_one())
        for number, sentence, query in _QUERIES
    ]
    results.append(Result("I-18", "the audit log's chain is whole", audit.broken_links(session)))
    return sorted(results, key=lambda result: result.number)
